"""Tell the steps of a petition, and keep every version of a vote on the handling of a dossier."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_STEPS = ("transferred_on", "refused_on", "supplement_asked_on", "published_on")
_PETITIONS = """
CREATE VIEW dossier.petition_v3 AS
SELECT petition_code, agency_code, subject, received_on, due_on, resolved_on, dossier_code, likes, dislikes, repeated,
       imported_at AS known_from,
       lead(imported_at) OVER (PARTITION BY petition_code ORDER BY number) AS known_to,
       transferred_on, refused_on, supplement_asked_on, published_on
FROM dossier.petition_revision
"""
_TABLE = """
CREATE TABLE dossier.vote_revision (
    vote_code TEXT COLLATE "C" NOT NULL,
    number INTEGER NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    agency_code TEXT COLLATE "C" NOT NULL,
    dossier_code TEXT COLLATE "C" NOT NULL,
    voted_on DATE NOT NULL,
    disliked BOOLEAN,
    CONSTRAINT vote_revision_pkey PRIMARY KEY (vote_code, number)
)
"""
_VOTES = """
CREATE VIEW dossier.vote_v1 AS
SELECT vote_code, agency_code, dossier_code, voted_on, disliked,
       imported_at AS known_from,
       lead(imported_at) OVER (PARTITION BY vote_code ORDER BY number) AS known_to
FROM dossier.vote_revision
"""


def upgrade() -> None:
    for step in _STEPS:
        op.execute(f"ALTER TABLE dossier.petition_revision ADD COLUMN {step} DATE")
    for statement in (_PETITIONS, _TABLE, _VOTES):
        op.execute(statement)
    op.execute(grant_views("dossier", "petition_v3", "vote_v1"))


def downgrade() -> None:
    op.execute("DROP VIEW dossier.vote_v1")
    op.execute("DROP TABLE dossier.vote_revision")
    op.execute("DROP VIEW dossier.petition_v3")
    for step in _STEPS:
        op.execute(f"ALTER TABLE dossier.petition_revision DROP COLUMN {step}")
