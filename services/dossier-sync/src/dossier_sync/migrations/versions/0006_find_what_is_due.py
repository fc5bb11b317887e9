"""Find open dossiers by the day they are promised for."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE INDEX head_open_due_key ON dossier.head (due_on, dossier_code) INCLUDE (agency_code)
        WHERE status in (2, 4, 5, 6) and due_on is not null and not gone
        """
    )
