"""Find dossiers whose procedure or agency the catalogue does not know yet."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE INDEX revision_pending_key ON dossier.revision (feed_id, dossier_code)
        WHERE flags && array['procedure_unlisted', 'agency_unlisted']::text[]
        """
    )
