"""Keep alarms with the decision an operator took, and by whom."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE dossier.alarm (
        alarm_id BIGINT GENERATED ALWAYS AS IDENTITY,
        feed_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        rows BIGINT NOT NULL,
        detail TEXT NOT NULL,
        run_id BIGINT NOT NULL,
        raised_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        decision TEXT,
        decided_by TEXT,
        decided_at TIMESTAMP WITH TIME ZONE,
        cleared_at TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (alarm_id),
        FOREIGN KEY(feed_id) REFERENCES dossier.feed (feed_id)
    )
    """,
    "CREATE UNIQUE INDEX alarm_open_key ON dossier.alarm (feed_id, name) WHERE cleared_at IS NULL",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
