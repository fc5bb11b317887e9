"""Bound the records a feed may set aside."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE dossier.feed ADD COLUMN most_set_aside BIGINT DEFAULT 10000 NOT NULL")
