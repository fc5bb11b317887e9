"""Tell an agency from an earlier one of the same code, and say what a succession ended and founded."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table catalogue.agency add column incarnation smallint default 1 not null")
    op.execute("alter table catalogue.succession add column predecessor_ends boolean default true not null")
    op.execute("alter table catalogue.succession add column successor_begins boolean default false not null")
