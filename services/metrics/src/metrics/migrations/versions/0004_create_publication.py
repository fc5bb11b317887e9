"""Create publications, their files, keys and requests: tables that are only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")
_WRITTEN_ONCE = ("publication", "publication_file", "signing_key", "publication_request")


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("previous", sa.LargeBinary),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("agency_code", _CODE, nullable=False),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("entry", sa.BigInteger, nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jws", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="publication_pk"),
        sa.CheckConstraint("number > 0", name="publication_number_positive"),
        sa.CheckConstraint("(number = 1) = (previous is null)", name="publication_chained"),
        schema="metrics",
    )
    op.create_index("publication_of_agency", "publication", ["agency_code", "number"], schema="metrics")
    op.create_table(
        "publication_file",
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="publication_file_pk"),
        schema="metrics",
    )
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kid", name="signing_key_pk"),
        schema="metrics",
    )
    op.create_table(
        "publication_request",
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("asked", sa.LargeBinary, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("client_id", "key", name="publication_request_pk"),
        schema="metrics",
    )
    # An owner may give the right back to itself, but no statement of the service and no slip of a hand can do without.
    for table in _WRITTEN_ONCE:
        op.execute(f"revoke update, delete, truncate on metrics.{table} from current_user")


def downgrade() -> None:
    for table in reversed(_WRITTEN_ONCE):
        op.drop_table(table, schema="metrics")
