"""Find the newest number entered by an instant: every answer as of an older entry asks for it."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("indicator_entered", "indicator", ["entered_at", "change"], schema="metrics")


def downgrade() -> None:
    op.drop_index("indicator_entered", "indicator", schema="metrics")
