"""Tell which dossiers are gone and what else a portal says of one; name the format each entry was hashed in."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The entries so far are of format 1. A default that is dropped again fills them without rewriting the table.
_COLUMNS = (
    "ALTER TABLE dossier.ledger_entry ADD COLUMN format SMALLINT DEFAULT 1 NOT NULL",
    "ALTER TABLE dossier.ledger_entry ALTER COLUMN format DROP DEFAULT",
    "ALTER TABLE dossier.revision ADD COLUMN gone BOOLEAN DEFAULT false NOT NULL",
    "ALTER TABLE dossier.revision ADD COLUMN particulars JSONB",
    "ALTER TABLE dossier.head ADD COLUMN gone BOOLEAN DEFAULT false NOT NULL",
)

_FACTS = """
           r.dossier_code, r.agency_code, r.procedure_code, r.field_code, r.channel, r.status, r.received_on, r.due_on,
           r.first_due_on, r.statutory_due_on, r.ended_on, r.returned_on, r.supplements, r.flags, r.modified_at,
           r.gone, r.particulars, r.source_hash
"""

_VIEWS = (
    f"""
    CREATE VIEW dossier.revision_v2 AS
    SELECT e.entry, r.number, r.applied, {_FACTS}
    FROM dossier.ledger_entry e JOIN dossier.revision r ON r.feed_id = e.feed_id AND r.page = e.page
    """,
    f"""
    CREATE VIEW dossier.head_v2 AS
    SELECT e.entry, r.number, {_FACTS}
    FROM dossier.head h
    JOIN dossier.revision r ON r.feed_id = h.feed_id AND r.page = h.page AND r.dossier_code = h.dossier_code
    JOIN dossier.ledger_entry e ON e.feed_id = h.feed_id AND e.page = h.page
    """,
)


def upgrade() -> None:
    for statement in (*_COLUMNS, *_VIEWS):
        op.execute(statement)
    op.execute(grant_views("dossier", "revision_v2", "head_v2"))
