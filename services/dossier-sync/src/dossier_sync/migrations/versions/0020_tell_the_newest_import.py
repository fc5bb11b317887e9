"""Tell when petitions or votes were imported last, so that an answer can say what it knew of them."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_VIEW = """
CREATE VIEW dossier.imports_v1 AS
SELECT greatest((SELECT max(imported_at) FROM dossier.petition_revision),
                (SELECT max(imported_at) FROM dossier.vote_revision)) AS newest_at
"""


def upgrade() -> None:
    for table in ("petition_revision", "vote_revision"):
        op.create_index(f"{table}_import_key", table, ["imported_at"], schema="dossier")
    op.execute(_VIEW)
    op.execute(grant_views("dossier", "imports_v1"))


def downgrade() -> None:
    op.execute("DROP VIEW dossier.imports_v1")
    for table in ("petition_revision", "vote_revision"):
        op.drop_index(f"{table}_import_key", table, schema="dossier")
