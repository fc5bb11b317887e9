"""Find the newest comparisons, and those that leave something unexplained, without reading them all."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX reconciliation_pass_key ON dossier.reconciliation (portal, source, month, asked_at)")
    op.execute("CREATE INDEX reconciliation_odd_key ON dossier.reconciliation (month) WHERE unexplained <> 0")
