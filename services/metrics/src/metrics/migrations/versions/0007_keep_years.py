"""Tallies have rows of whole years from now on; what is projected lacks them: ``metrics rebuild`` makes them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("update metrics.projection set rule = rule || ', without tallies of years'")


def downgrade() -> None:
    for table in ("tally", "ledger_month_tally", "ledger_day_tally"):
        op.execute(f"delete from metrics.{table} where span = 3")
