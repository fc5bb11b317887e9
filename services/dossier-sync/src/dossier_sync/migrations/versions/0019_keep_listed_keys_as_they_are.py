"""Keep what a run was shown uncompressed: it is written once, read once and gone when the run ends."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE dossier.listed ALTER COLUMN keys SET STORAGE EXTERNAL")
