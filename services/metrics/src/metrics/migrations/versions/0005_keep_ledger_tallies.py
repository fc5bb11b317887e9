"""Keep tallies by the ledger's months and days, so that an older state of knowledge is a sum, not a scan."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")
_COUNTERS = (
    "received",
    "early",
    "on_time",
    "late",
    "withdrawn",
    "late_766",
    "overdue_delta",
    "overdue_766_delta",
    "unmapped",
    "unmapped_ended",
    "undated",
    "not_accepted",
    "refused",
    "no_due_date",
    "no_due_date_ended",
    "channel_missing",
    "end_moved",
    "gone",
)


def upgrade() -> None:
    op.create_table(
        "ledger_day",
        sa.Column("block", sa.Date, nullable=False),
        sa.Column("first_entry", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("block", name="ledger_day_pk"),
        sa.UniqueConstraint("first_entry", name="ledger_day_in_order"),
        schema="metrics",
    )
    _create_tally("ledger_month_tally", "agency_code", "span", "day", "channel", "block")
    _create_tally("ledger_day_tally", "agency_code", "span", "block", "day", "channel")
    op.create_index("fact_begun", "fact", ["valid_from"], schema="metrics")
    op.create_index(
        "fact_ended", "fact", ["valid_to"], schema="metrics", postgresql_where=sa.text("valid_to is not null")
    )
    # What is projected already lacks these rows: no entry may be added before `metrics rebuild` has made them.
    op.execute("update metrics.projection set rule = rule || ', without tallies of the ledger''s days'")


def _create_tally(name: str, *key: str) -> None:
    op.create_table(
        name,
        sa.Column("agency_code", _CODE, nullable=False),
        sa.Column("span", sa.SmallInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("channel", sa.SmallInteger, nullable=False),
        sa.Column("block", sa.Date, nullable=False),
        *(sa.Column(counter, sa.Integer, nullable=False) for counter in _COUNTERS),
        sa.PrimaryKeyConstraint(*key, name=f"{name}_pk"),
        schema="metrics",
        postgresql_with={"fillfactor": "70"},
    )


def downgrade() -> None:
    op.drop_index("fact_ended", "fact", schema="metrics")
    op.drop_index("fact_begun", "fact", schema="metrics")
    for table in ("ledger_day_tally", "ledger_month_tally", "ledger_day"):
        op.drop_table(table, schema="metrics")
