"""Let long runs step aside, share waits, and keep what an operator must know: silence, maintenance, clocks."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE dossier.feed
            ADD COLUMN paced_until TIMESTAMP WITH TIME ZONE,
            ADD COLUMN parked_run_id BIGINT,
            ADD COLUMN parked_cursor TEXT,
            ADD COLUMN live_until TIMESTAMP WITH TIME ZONE,
            ADD COLUMN moved_at TIMESTAMP WITH TIME ZONE,
            ADD COLUMN silent_since TIMESTAMP WITH TIME ZONE,
            ADD COLUMN quiet_from TIMESTAMP WITH TIME ZONE,
            ADD COLUMN quiet_until TIMESTAMP WITH TIME ZONE,
            ADD COLUMN quiet_reason TEXT,
            ADD COLUMN start_delay_seconds DOUBLE PRECISION,
            ADD COLUMN clock_offset_seconds DOUBLE PRECISION,
            ADD COLUMN night_share DOUBLE PRECISION
        """
    )
    # As shared.sync.tables: fresh for two poll periods, unless the portal is silent against its own rhythm.
    op.execute(
        """
        CREATE VIEW dossier.feed_v2 AS
        SELECT feed, portal, kind, agency_code,
               CASE WHEN data_until IS NULL THEN 'unknown'
                    WHEN silent_since IS NOT NULL THEN 'stale'
                    WHEN data_until >= now() - make_interval(secs => 2 * every_seconds) THEN 'fresh'
                    ELSE 'stale' END AS state,
               CASE WHEN quiet_from <= now() AND quiet_until > now() THEN 'maintenance: ' || quiet_reason
                    WHEN silent_since IS NOT NULL THEN 'silent' END AS reason,
               data_until, last_verdict, quarantined
        FROM dossier.feed
        """
    )
    op.execute(grant_views("dossier", "feed_v2"))
