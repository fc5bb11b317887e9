"""Keep what a run has been shown, where it could not read, and who is missing."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    ALTER TABLE dossier.feed
        ADD COLUMN gaps BIGINT DEFAULT 0 NOT NULL,
        ADD COLUMN missing BIGINT DEFAULT 0 NOT NULL,
        ADD COLUMN newest_at TIMESTAMP WITH TIME ZONE
    """,
    """
    ALTER TABLE dossier.run
        ADD COLUMN passes INTEGER DEFAULT 1 NOT NULL,
        ADD COLUMN conflicts BIGINT DEFAULT 0 NOT NULL,
        ADD COLUMN regressed BIGINT DEFAULT 0 NOT NULL,
        ADD COLUMN anomalies BIGINT DEFAULT 0 NOT NULL,
        ADD COLUMN gone BIGINT DEFAULT 0 NOT NULL
    """,
    """
    CREATE TABLE dossier.listed (
        run_id BIGINT NOT NULL,
        pass SMALLINT NOT NULL,
        keys TEXT NOT NULL
    )
    """,
    "CREATE INDEX listed_run_key ON dossier.listed (run_id)",
    """
    CREATE TABLE dossier.absence (
        feed_id INTEGER NOT NULL,
        dossier_code TEXT COLLATE "C" NOT NULL,
        run_id BIGINT NOT NULL,
        source_hash BYTEA NOT NULL,
        since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT absence_pkey PRIMARY KEY (feed_id, dossier_code)
    )
    """,
    """
    CREATE TABLE dossier.gap (
        gap_id BIGINT GENERATED ALWAYS AS IDENTITY,
        feed_id INTEGER NOT NULL,
        position BIGINT NOT NULL,
        rows INTEGER NOT NULL,
        failure TEXT NOT NULL,
        detail TEXT NOT NULL,
        digest BYTEA,
        tries INTEGER DEFAULT 1 NOT NULL,
        run_id BIGINT NOT NULL,
        opened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        tried_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        closed_at TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (gap_id),
        FOREIGN KEY(feed_id) REFERENCES dossier.feed (feed_id)
    )
    """,
    "CREATE INDEX gap_open_key ON dossier.gap (feed_id) WHERE closed_at IS NULL",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
