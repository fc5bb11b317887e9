"""Count the dossiers a portal no longer holds. The rows are of an older rule: ``metrics rebuild`` counts them anew."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE metrics.tally ADD COLUMN gone INTEGER DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE metrics.tally ALTER COLUMN gone DROP DEFAULT")


def downgrade() -> None:
    op.drop_column("tally", "gone", schema="metrics")
