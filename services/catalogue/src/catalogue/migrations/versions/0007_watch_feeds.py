"""Let long runs step aside, share waits, and keep what an operator must know: silence, maintenance, clocks."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE catalogue.feed
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
        CREATE VIEW catalogue.feed_v2 AS
        SELECT f.feed, f.portal, f.kind, f.agency_code,
               CASE WHEN f.data_until IS NULL THEN 'unknown'
                    WHEN f.silent_since IS NOT NULL THEN 'stale'
                    WHEN f.data_until >= now() - make_interval(secs => 2 * f.every_seconds) THEN 'fresh'
                    ELSE 'stale' END AS state,
               CASE WHEN f.quiet_from <= now() AND f.quiet_until > now() THEN 'maintenance: ' || f.quiet_reason
                    WHEN f.silent_since IS NOT NULL THEN 'silent' END AS reason,
               f.data_until, f.last_verdict,
               (SELECT count(*) FROM catalogue.quarantined q
                WHERE q.feed_id = f.feed_id AND q.closed_at IS NULL) AS quarantined
        FROM catalogue.feed f
        WHERE f.enabled OR f.data_until IS NOT NULL
        """
    )
    op.execute(grant_views("catalogue", "feed_v2"))
