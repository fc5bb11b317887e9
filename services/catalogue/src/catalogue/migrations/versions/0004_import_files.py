"""Keep where imported records come from, and every source's word on a limit."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE catalogue.limit_said (
        agency_code TEXT COLLATE "C" NOT NULL,
        procedure_code TEXT COLLATE "C" NOT NULL,
        suffix TEXT COLLATE "C" NOT NULL,
        channel SMALLINT NOT NULL,
        case_name TEXT NOT NULL,
        source TEXT COLLATE "C" NOT NULL,
        quantity INTEGER,
        unit TEXT NOT NULL,
        words TEXT NOT NULL,
        said_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        PRIMARY KEY (agency_code, procedure_code, suffix, channel, case_name, source),
        CONSTRAINT limit_said_unit_known
            CHECK (unit in ('WORKING_DAY', 'DAY', 'HOUR', 'WORKING_HOUR', 'MONTH', 'YEAR', 'OTHER'))
    )
    """,
    """
    CREATE INDEX limit_said_by_procedure ON catalogue.limit_said (procedure_code, suffix)
    """,
    """
    CREATE TABLE catalogue.imported_file (
        file_id BIGINT GENERATED ALWAYS AS IDENTITY,
        run_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        sha256 BYTEA NOT NULL,
        size_bytes BIGINT NOT NULL,
        kind TEXT NOT NULL,
        agency_code TEXT COLLATE "C" NOT NULL,
        complete BOOLEAN NOT NULL,
        exported_on DATE,
        taken INTEGER NOT NULL,
        rejected INTEGER NOT NULL,
        imported_by TEXT NOT NULL,
        imported_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        PRIMARY KEY (file_id),
        CONSTRAINT imported_file_has_a_sha256 CHECK (octet_length(sha256) = 32),
        CONSTRAINT imported_file_complete_on_a_day CHECK (exported_on is not null or not complete),
        FOREIGN KEY(run_id) REFERENCES catalogue.run (run_id)
    )
    """,
    """
    CREATE INDEX ix_catalogue_imported_file_run_id ON catalogue.imported_file (run_id)
    """,
    """
    CREATE TABLE catalogue.file_record (
        content_hash BYTEA NOT NULL,
        file_id BIGINT NOT NULL,
        PRIMARY KEY (content_hash, file_id),
        FOREIGN KEY(content_hash) REFERENCES catalogue.content (content_hash),
        FOREIGN KEY(file_id) REFERENCES catalogue.imported_file (file_id)
    )
    """,
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
