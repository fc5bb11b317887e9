"""Keep our counts beside the portals' own, and publish the newest of them."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE dossier.reconciliation (
            portal TEXT NOT NULL,
            source TEXT NOT NULL,
            month DATE NOT NULL,
            agency_code TEXT COLLATE "C" NOT NULL,
            asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
            entry BIGINT NOT NULL,
            theirs BIGINT NOT NULL,
            ours BIGINT NOT NULL,
            matched BIGINT NOT NULL,
            explained JSONB NOT NULL,
            unexplained BIGINT NOT NULL,
            CONSTRAINT reconciliation_pkey PRIMARY KEY (portal, source, month, agency_code, asked_at)
        )
        """
    )
    op.execute(
        """
        CREATE VIEW dossier.reconciliation_v1 AS
        SELECT r.portal, r.source, r.month, r.agency_code, r.asked_at, r.entry, r.theirs, r.ours, r.matched,
               r.explained, r.unexplained
        FROM dossier.reconciliation r
        WHERE NOT EXISTS (
            SELECT FROM dossier.reconciliation newer
            WHERE newer.portal = r.portal AND newer.source = r.source AND newer.month = r.month
              AND newer.asked_at > r.asked_at
        )
        """
    )
    op.execute(grant_views("dossier", "reconciliation_v1"))
