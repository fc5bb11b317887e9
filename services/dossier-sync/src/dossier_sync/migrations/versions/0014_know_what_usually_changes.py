"""Keep the states that runs moved dossiers into."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE dossier.status_flow (
            feed_id INTEGER NOT NULL,
            run_id BIGINT NOT NULL,
            status SMALLINT NOT NULL,
            changed BIGINT NOT NULL,
            CONSTRAINT status_flow_pkey PRIMARY KEY (feed_id, run_id, status)
        )
        """
    )
