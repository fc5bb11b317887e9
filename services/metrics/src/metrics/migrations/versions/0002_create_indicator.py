"""Create the hand-entered indicators: revisions that are only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")


def upgrade() -> None:
    op.create_table(
        "indicator",
        sa.Column("change", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("indicator_id", _CODE, nullable=False),
        sa.Column("agency_code", _CODE, nullable=False),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("number", sa.Numeric),
        sa.Column("words", sa.Text),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("qualifier", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("change", name="indicator_pk"),
        sa.UniqueConstraint(
            "agency_code", "first_on", "last_on", "indicator_id", "revision", name="indicator_revisions_in_order"
        ),
        sa.CheckConstraint("number is null or words is null", name="indicator_one_value"),
        sa.CheckConstraint("first_on <= last_on", name="indicator_days_in_order"),
        sa.CheckConstraint("qualifier in ('exact', 'more_than', 'nearly')", name="indicator_qualifier_known"),
        schema="metrics",
    )


def downgrade() -> None:
    op.drop_table("indicator", schema="metrics")
