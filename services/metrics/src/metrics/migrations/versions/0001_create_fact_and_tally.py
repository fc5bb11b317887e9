"""Create the projection of the ledger: its place, the judged facts and the day and month tallies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
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
)


def upgrade() -> None:
    _create_places()
    _create_fact()
    op.create_table(
        "tally",
        sa.Column("agency_code", _CODE, nullable=False),
        sa.Column("span", sa.SmallInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("channel", sa.SmallInteger, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _COUNTERS),
        sa.PrimaryKeyConstraint("agency_code", "span", "day", "channel", name="tally_pk"),
        schema="metrics",
        postgresql_with={"fillfactor": "70"},
    )


def _create_places() -> None:
    op.create_table(
        "projection",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("entry", sa.BigInteger, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="projection_pk"),
        sa.CheckConstraint("id = 1", name="projection_one_row"),
        schema="metrics",
    )
    op.create_table(
        "position",
        sa.Column("entry", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("change", sa.BigInteger, nullable=False),
        sa.Column("calendar", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("entry", name="position_pk"),
        schema="metrics",
    )


def _create_fact() -> None:
    op.create_table(
        "fact",
        sa.Column("dossier_code", _CODE, nullable=False),
        sa.Column("valid_from", sa.BigInteger, nullable=False),
        sa.Column("valid_to", sa.BigInteger),
        sa.Column("agency_code", _CODE, nullable=False),
        sa.Column("procedure_code", _CODE, nullable=False),
        sa.Column("field_code", _CODE, nullable=False),
        sa.Column("channel", sa.SmallInteger, nullable=False),
        sa.Column("reason", sa.SmallInteger),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("outcome", sa.SmallInteger),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("late_766", sa.Boolean, nullable=False),
        sa.Column("overdue", postgresql.DATEMULTIRANGE),
        sa.Column("overdue_766", postgresql.DATERANGE),
        sa.Column("anomalies", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("dossier_code", "valid_from", name="fact_pk"),
        schema="metrics",
    )
    op.create_index("fact_of_agency", "fact", ["agency_code", "received_on"], schema="metrics")
    op.create_index("fact_of_procedure", "fact", ["procedure_code", "received_on"], schema="metrics")


def downgrade() -> None:
    for table in ("tally", "fact", "position", "projection"):
        op.drop_table(table, schema="metrics")
