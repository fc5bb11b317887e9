"""Keep every version of a petition, so that a figure of an older ledger entry counts what was known then."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE dossier.petition_revision (
    petition_code TEXT COLLATE "C" NOT NULL,
    number INTEGER NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    agency_code TEXT COLLATE "C" NOT NULL,
    subject TEXT,
    received_on DATE NOT NULL,
    due_on DATE,
    resolved_on DATE,
    dossier_code TEXT COLLATE "C",
    likes INTEGER,
    dislikes INTEGER,
    repeated BOOLEAN,
    CONSTRAINT petition_revision_pkey PRIMARY KEY (petition_code, number)
)
"""
# When what is there was imported is not known: it counts as known since the ledger began.
_KNOWN = """
INSERT INTO dossier.petition_revision
    (petition_code, number, imported_at, agency_code, subject, received_on, due_on, resolved_on)
SELECT petition_code, 1, coalesce((SELECT min(at) FROM dossier.ledger_entry), now()), agency_code, subject,
       received_on, due_on, resolved_on
FROM dossier.petition
"""
_VIEW = """
CREATE VIEW dossier.petition_v2 AS
SELECT petition_code, agency_code, subject, received_on, due_on, resolved_on, dossier_code, likes, dislikes, repeated,
       imported_at AS known_from,
       lead(imported_at) OVER (PARTITION BY petition_code ORDER BY number) AS known_to
FROM dossier.petition_revision
"""


def upgrade() -> None:
    for statement in (_TABLE, _KNOWN, _VIEW):
        op.execute(statement)
    op.execute(grant_views("dossier", "petition_v2"))


def downgrade() -> None:
    op.execute("DROP VIEW dossier.petition_v2")
    op.execute("DROP TABLE dossier.petition_revision")
