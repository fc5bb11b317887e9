"""Read stored records again: orders and their audit; what a feed's records were last read with."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE dossier.feed ADD COLUMN map_version TEXT, ADD COLUMN catalogue_change BIGINT")
    op.execute("ALTER TABLE dossier.quarantine ADD COLUMN particulars TEXT")
    op.execute(
        """
        CREATE TABLE dossier.replay (
            replay_id BIGINT GENERATED ALWAYS AS IDENTITY,
            feed_id INTEGER NOT NULL,
            what TEXT NOT NULL,
            trigger TEXT NOT NULL,
            requested_by TEXT NOT NULL,
            requested_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
            reasons TEXT[],
            aside_id BIGINT,
            most INTEGER NOT NULL,
            position TEXT COLLATE "C" DEFAULT '' NOT NULL,
            tried BIGINT DEFAULT 0 NOT NULL,
            let_in BIGINT DEFAULT 0 NOT NULL,
            changed BIGINT DEFAULT 0 NOT NULL,
            finished_at TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (replay_id),
            FOREIGN KEY(feed_id) REFERENCES dossier.feed (feed_id)
        )
        """
    )
    op.execute("CREATE INDEX replay_standing_key ON dossier.replay (feed_id, replay_id) WHERE finished_at IS NULL")
