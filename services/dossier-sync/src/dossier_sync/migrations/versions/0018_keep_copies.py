"""Keep beside each dossier what other feeds than the one that counts say of it."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE dossier.feed ADD COLUMN precedence TEXT")
    op.execute("ALTER TABLE dossier.run ADD COLUMN copies_differ BIGINT DEFAULT 0 NOT NULL")
    op.execute(
        """
        CREATE TABLE dossier.copy (
            dossier_code TEXT COLLATE "C" NOT NULL,
            feed_id INTEGER NOT NULL,
            source_hash BYTEA NOT NULL,
            told_feed_id INTEGER NOT NULL,
            told_page BIGINT NOT NULL,
            differs TEXT[] NOT NULL,
            CONSTRAINT copy_pkey PRIMARY KEY (dossier_code, feed_id)
        )
        """
    )
    # Whoever told a dossier before may still hold it. The empty hash has its record read, and compared, once more.
    op.execute(
        """
        INSERT INTO dossier.copy
        SELECT DISTINCT ON (r.dossier_code, r.feed_id) r.dossier_code, r.feed_id, '', r.feed_id, r.page, '{}'::text[]
        FROM dossier.revision r JOIN dossier.head h ON h.dossier_code = r.dossier_code
        WHERE r.feed_id <> h.feed_id
        ORDER BY r.dossier_code, r.feed_id, r.number DESC
        """
    )
    op.execute("CREATE INDEX copy_feed_key ON dossier.copy (feed_id, dossier_code)")
    op.execute("CREATE INDEX copy_differs_key ON dossier.copy (feed_id, dossier_code) WHERE differs <> '{}'")
