"""Carry feeds by priority, rank their portals, and note which file of portals named them."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE catalogue.feed
            ADD COLUMN priority INTEGER DEFAULT 100 NOT NULL,
            ADD COLUMN rank INTEGER DEFAULT 100 NOT NULL,
            ADD COLUMN configuration TEXT,
            ADD COLUMN notice TEXT
        """
    )
