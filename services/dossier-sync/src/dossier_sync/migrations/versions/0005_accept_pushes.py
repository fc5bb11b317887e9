"""Sessions of the push contract."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table of sessions."""
    op.execute(
        """
        CREATE TABLE dossier.inbound_session (
            session_hash BYTEA NOT NULL,
            client_id TEXT NOT NULL,
            key_hash BYTEA NOT NULL,
            expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
            PRIMARY KEY (session_hash)
        )
        """
    )
    op.execute("CREATE INDEX ix_dossier_inbound_session_client_id ON dossier.inbound_session (client_id)")
