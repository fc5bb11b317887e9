"""Publish which dossier each record set aside belongs to, so that a restatement can tell whose number it held back."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE VIEW dossier.quarantine_v2 AS
        SELECT q.id, f.feed, q.source_key, q.agency_code, q.procedure_code, q.received_on, q.reason,
               opened.entry AS opened_entry, closed.entry AS closed_entry
        FROM dossier.quarantine q
        JOIN dossier.feed f USING (feed_id)
        JOIN dossier.ledger_entry opened ON opened.feed_id = q.feed_id AND opened.page = q.opened_page
        LEFT JOIN dossier.ledger_entry closed ON closed.feed_id = q.feed_id AND closed.page = q.closed_page
        """
    )
    op.execute(grant_views("dossier", "quarantine_v2"))
