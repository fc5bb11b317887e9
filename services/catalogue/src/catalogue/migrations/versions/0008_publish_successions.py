"""Publish which agency succeeded which, so that figures of two territories are not taken for figures of one."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE VIEW catalogue.succession_v1 AS
        SELECT predecessor_code, successor_code, succeeded_on, predecessor_ends, legal_basis
        FROM catalogue.succession
        """
    )
    op.execute(grant_views("catalogue", "succession_v1"))
