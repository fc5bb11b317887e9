"""Create feeds and runs, the ledger and its revisions, heads, quarantine, petitions; publish the views."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE dossier.feed (
        feed_id INTEGER GENERATED ALWAYS AS IDENTITY,
        feed TEXT NOT NULL,
        portal TEXT NOT NULL,
        kind TEXT NOT NULL,
        agency_code TEXT,
        enabled BOOLEAN DEFAULT true NOT NULL,
        every_seconds INTEGER NOT NULL,
        next_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        requested_mode TEXT,
        owner TEXT,
        lease_until TIMESTAMP WITH TIME ZONE,
        fence BIGINT DEFAULT 0 NOT NULL,
        run_id BIGINT,
        cursor TEXT,
        watermark TIMESTAMP WITH TIME ZONE,
        page BIGINT DEFAULT 0 NOT NULL,
        data_until TIMESTAMP WITH TIME ZONE,
        last_verdict TEXT,
        last_failure TEXT,
        last_finished_at TIMESTAMP WITH TIME ZONE,
        failures INTEGER DEFAULT 0 NOT NULL,
        closed_until TIMESTAMP WITH TIME ZONE,
        quarantined BIGINT DEFAULT 0 NOT NULL,
        set_aside BIGINT DEFAULT 0 NOT NULL,
        PRIMARY KEY (feed_id),
        CONSTRAINT feed_every_positive CHECK (every_seconds > 0),
        UNIQUE (feed)
    )
    """,
    """
    CREATE TABLE dossier.head (
        dossier_code TEXT COLLATE "C" NOT NULL,
        source_hash BYTEA NOT NULL,
        feed_id INTEGER NOT NULL,
        page BIGINT NOT NULL,
        number INTEGER NOT NULL,
        revisions INTEGER NOT NULL,
        last_feed_id INTEGER,
        last_page BIGINT,
        modified_at TIMESTAMP WITH TIME ZONE NOT NULL,
        status SMALLINT NOT NULL,
        agency_code TEXT COLLATE "C" NOT NULL,
        due_on DATE,
        PRIMARY KEY (dossier_code)
    )
     WITH (fillfactor = 85)
    """,
    """
    CREATE INDEX head_agency_key ON dossier.head (agency_code, dossier_code)
    """,
    """
    CREATE TABLE dossier.petition (
        petition_code TEXT COLLATE "C" NOT NULL,
        agency_code TEXT COLLATE "C" NOT NULL,
        subject TEXT,
        received_on DATE NOT NULL,
        due_on DATE,
        resolved_on DATE,
        PRIMARY KEY (petition_code)
    )
    """,
    """
    CREATE TABLE dossier.revision (
        feed_id INTEGER NOT NULL,
        page BIGINT NOT NULL,
        dossier_code TEXT COLLATE "C" NOT NULL,
        number INTEGER NOT NULL,
        applied BOOLEAN NOT NULL,
        agency_code TEXT COLLATE "C" NOT NULL,
        procedure_code TEXT COLLATE "C" NOT NULL,
        field_code TEXT COLLATE "C" NOT NULL,
        channel SMALLINT,
        status SMALLINT NOT NULL,
        received_on DATE,
        due_on DATE,
        first_due_on DATE,
        statutory_due_on DATE,
        ended_on DATE,
        returned_on DATE,
        supplements JSONB,
        flags TEXT[],
        modified_at TIMESTAMP WITH TIME ZONE NOT NULL,
        source_hash BYTEA NOT NULL,
        record TEXT NOT NULL,
        previous_feed_id INTEGER,
        previous_page BIGINT,
        CONSTRAINT revision_pkey PRIMARY KEY (feed_id, page, dossier_code)
    )
    """,
    """
    CREATE TABLE dossier.ledger_entry (
        entry BIGINT NOT NULL,
        feed_id INTEGER NOT NULL,
        page BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        revisions INTEGER NOT NULL,
        opened INTEGER NOT NULL,
        closed INTEGER NOT NULL,
        page_digest BYTEA NOT NULL,
        digest BYTEA NOT NULL,
        PRIMARY KEY (entry),
        CONSTRAINT ledger_entry_page_key UNIQUE (feed_id, page),
        FOREIGN KEY(feed_id) REFERENCES dossier.feed (feed_id)
    )
    """,
    """
    CREATE TABLE dossier.quarantine (
        id BIGINT NOT NULL,
        feed_id INTEGER NOT NULL,
        source_key TEXT COLLATE "C" NOT NULL,
        reason TEXT NOT NULL,
        field TEXT NOT NULL,
        agency_code TEXT COLLATE "C",
        procedure_code TEXT COLLATE "C",
        received_on DATE,
        source_hash BYTEA NOT NULL,
        record TEXT NOT NULL,
        opened_page BIGINT NOT NULL,
        closed_page BIGINT,
        seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(feed_id) REFERENCES dossier.feed (feed_id)
    )
    """,
    """
    CREATE UNIQUE INDEX quarantine_open_key ON dossier.quarantine (feed_id, source_key) WHERE closed_page IS NULL
    """,
    """
    CREATE TABLE dossier.run (
        run_id BIGINT GENERATED ALWAYS AS IDENTITY,
        feed_id INTEGER NOT NULL,
        mode TEXT NOT NULL,
        window_from TIMESTAMP WITH TIME ZONE,
        window_until TIMESTAMP WITH TIME ZONE NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        finished_at TIMESTAMP WITH TIME ZONE,
        verdict TEXT,
        failure TEXT,
        detail TEXT,
        claims INTEGER DEFAULT 1 NOT NULL,
        pages BIGINT DEFAULT 0 NOT NULL,
        seen BIGINT DEFAULT 0 NOT NULL,
        "new" BIGINT DEFAULT 0 NOT NULL,
        changed BIGINT DEFAULT 0 NOT NULL,
        unchanged BIGINT DEFAULT 0 NOT NULL,
        older BIGINT DEFAULT 0 NOT NULL,
        repeated BIGINT DEFAULT 0 NOT NULL,
        quarantined BIGINT DEFAULT 0 NOT NULL,
        gaps BIGINT DEFAULT 0 NOT NULL,
        portal_total BIGINT,
        PRIMARY KEY (run_id),
        CONSTRAINT run_verdict_known CHECK (verdict in ('succeeded', 'succeeded_empty', 'partial', 'failed')),
        FOREIGN KEY(feed_id) REFERENCES dossier.feed (feed_id)
    )
    """,
    """
    CREATE INDEX ix_dossier_run_feed_id ON dossier.run (feed_id)
    """,
)

_FACTS = """
           r.dossier_code, r.agency_code, r.procedure_code, r.field_code, r.channel, r.status, r.received_on, r.due_on,
           r.first_due_on, r.statutory_due_on, r.ended_on, r.returned_on, r.supplements, r.flags, r.modified_at
"""

_VIEWS = (
    """
    CREATE VIEW dossier.ledger_v1 AS
    SELECT e.entry, e.at, f.feed, e.revisions, e.digest
    FROM dossier.ledger_entry e JOIN dossier.feed f USING (feed_id)
    """,
    f"""
    CREATE VIEW dossier.revision_v1 AS
    SELECT e.entry, r.number, r.applied, {_FACTS}
    FROM dossier.ledger_entry e JOIN dossier.revision r ON r.feed_id = e.feed_id AND r.page = e.page
    """,
    f"""
    CREATE VIEW dossier.head_v1 AS
    SELECT e.entry, r.number, {_FACTS}
    FROM dossier.head h
    JOIN dossier.revision r ON r.feed_id = h.feed_id AND r.page = h.page AND r.dossier_code = h.dossier_code
    JOIN dossier.ledger_entry e ON e.feed_id = h.feed_id AND e.page = h.page
    """,
    """
    CREATE VIEW dossier.quarantine_v1 AS
    SELECT q.id, f.feed, q.agency_code, q.procedure_code, q.received_on, q.reason,
           opened.entry AS opened_entry, closed.entry AS closed_entry
    FROM dossier.quarantine q
    JOIN dossier.feed f USING (feed_id)
    JOIN dossier.ledger_entry opened ON opened.feed_id = q.feed_id AND opened.page = q.opened_page
    LEFT JOIN dossier.ledger_entry closed ON closed.feed_id = q.feed_id AND closed.page = q.closed_page
    """,
    # A feed is fresh for two poll periods after its data were proven complete (shared.sync.tables.feed_state).
    """
    CREATE VIEW dossier.feed_v1 AS
    SELECT feed, portal, kind, agency_code,
           CASE WHEN data_until IS NULL THEN 'unknown'
                WHEN data_until >= now() - make_interval(secs => 2 * every_seconds) THEN 'fresh'
                ELSE 'stale' END AS state,
           data_until, last_verdict, quarantined
    FROM dossier.feed
    """,
    """
    CREATE VIEW dossier.petition_v1 AS
    SELECT petition_code, agency_code, subject, received_on, due_on, resolved_on FROM dossier.petition
    """,
)


def upgrade() -> None:
    for statement in (*_TABLES, *_VIEWS):
        op.execute(statement)
    op.execute(grant_views("dossier", "ledger_v1", "revision_v1", "head_v1", "quarantine_v1", "feed_v1", "petition_v1"))
