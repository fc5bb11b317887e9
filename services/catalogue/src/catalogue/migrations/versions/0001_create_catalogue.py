"""Create the catalogue: changes, what they version, the calendar, API clients, feeds and runs."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_CHANGES = (
    """
    CREATE TABLE catalogue.change (
        change BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        cause TEXT NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (change)
    )
    """,
    """
    CREATE TABLE catalogue.change_item (
        change BIGINT NOT NULL,
        kind TEXT COLLATE "C" NOT NULL,
        key TEXT COLLATE "C" NOT NULL,
        event TEXT NOT NULL,
        PRIMARY KEY (change, kind, key),
        CONSTRAINT change_item_event_known CHECK (event in ('added', 'changed', 'removed')),
        FOREIGN KEY(change) REFERENCES catalogue.change (change)
    )
    """,
)

_THINGS = (
    """
    CREATE TABLE catalogue.agency (
        agency_code TEXT COLLATE "C" NOT NULL,
        name TEXT NOT NULL,
        level TEXT,
        parent_code TEXT COLLATE "C",
        valid_from DATE,
        valid_to DATE,
        change_from BIGINT NOT NULL,
        change_to BIGINT,
        PRIMARY KEY (agency_code, change_from),
        CONSTRAINT agency_level_known
            CHECK (level in ('PROVINCE_PEOPLES_COMMITTEE', 'PROVINCIAL_DEPARTMENT', 'DISTRICT', 'COMMUNE', 'MINISTRY')),
        CONSTRAINT agency_no_new_district
            CHECK (level <> 'DISTRICT' or valid_from is null or valid_from < date '2025-07-01'),
        CONSTRAINT agency_changes_in_order CHECK (change_to > change_from)
    )
    """,
    """
    CREATE UNIQUE INDEX agency_current ON catalogue.agency (agency_code) WHERE change_to is null
    """,
    """
    CREATE TABLE catalogue.succession (
        predecessor_code TEXT COLLATE "C" NOT NULL,
        successor_code TEXT COLLATE "C" NOT NULL,
        succeeded_on DATE NOT NULL,
        legal_basis TEXT NOT NULL,
        PRIMARY KEY (predecessor_code, successor_code)
    )
    """,
    """
    CREATE TABLE catalogue.field (
        field_code TEXT COLLATE "C" NOT NULL,
        name TEXT NOT NULL,
        change_from BIGINT NOT NULL,
        change_to BIGINT,
        PRIMARY KEY (field_code, change_from),
        CONSTRAINT field_changes_in_order CHECK (change_to > change_from)
    )
    """,
    """
    CREATE UNIQUE INDEX field_current ON catalogue.field (field_code) WHERE change_to is null
    """,
    """
    CREATE TABLE catalogue.procedure (
        agency_code TEXT COLLATE "C" NOT NULL,
        procedure_code TEXT COLLATE "C" NOT NULL,
        suffix TEXT COLLATE "C" NOT NULL,
        name TEXT NOT NULL,
        field_code TEXT COLLATE "C" NOT NULL,
        levels TEXT[] NOT NULL,
        online_level TEXT NOT NULL,
        fee_bearing BOOLEAN,
        fees JSONB NOT NULL,
        in_force BOOLEAN NOT NULL,
        state TEXT NOT NULL,
        kind TEXT NOT NULL,
        issuer TEXT NOT NULL,
        decision_number TEXT NOT NULL,
        valid_from DATE,
        valid_to DATE,
        flags TEXT[] NOT NULL,
        portal_id TEXT NOT NULL,
        portal_updated_at TIMESTAMP WITH TIME ZONE,
        content_hash BYTEA NOT NULL,
        change_from BIGINT NOT NULL,
        change_to BIGINT,
        PRIMARY KEY (agency_code, procedure_code, suffix, change_from),
        CONSTRAINT procedure_levels_known
            CHECK (levels <@ array['PROVINCE_PEOPLES_COMMITTEE', 'PROVINCIAL_DEPARTMENT', 'DISTRICT', 'COMMUNE',
                                   'MINISTRY']::text[]),
        CONSTRAINT procedure_online_level_known CHECK (online_level in ('FULL', 'PARTIAL', 'NONE')),
        CONSTRAINT procedure_no_new_district
            CHECK (not 'DISTRICT' = any (levels) or valid_from is null or valid_from < date '2025-07-01'),
        CONSTRAINT procedure_changes_in_order CHECK (change_to > change_from)
    )
    """,
    """
    CREATE INDEX procedure_by_code ON catalogue.procedure (procedure_code, agency_code, suffix)
    """,
    """
    CREATE UNIQUE INDEX procedure_current ON catalogue.procedure (agency_code, procedure_code, suffix)
        WHERE change_to is null
    """,
    """
    CREATE TABLE catalogue.content (
        content_hash BYTEA NOT NULL,
        record JSONB NOT NULL,
        PRIMARY KEY (content_hash)
    )
    """,
    """
    CREATE TABLE catalogue.procedure_limit (
        agency_code TEXT COLLATE "C" NOT NULL,
        procedure_code TEXT COLLATE "C" NOT NULL,
        suffix TEXT COLLATE "C" NOT NULL,
        channel SMALLINT NOT NULL,
        case_name TEXT NOT NULL,
        quantity INTEGER,
        unit TEXT NOT NULL,
        change_from BIGINT NOT NULL,
        change_to BIGINT,
        PRIMARY KEY (agency_code, procedure_code, suffix, channel, case_name, change_from),
        CONSTRAINT limit_channel_known CHECK (channel between 1 and 3),
        CONSTRAINT limit_unit_known
            CHECK (unit in ('WORKING_DAY', 'DAY', 'HOUR', 'WORKING_HOUR', 'MONTH', 'YEAR', 'OTHER')),
        CONSTRAINT limit_other_has_no_number CHECK ((quantity is null) = (unit = 'OTHER')),
        CONSTRAINT limit_not_negative CHECK (quantity >= 0),
        CONSTRAINT procedure_limit_changes_in_order CHECK (change_to > change_from)
    )
    """,
    """
    CREATE UNIQUE INDEX procedure_limit_current
        ON catalogue.procedure_limit (agency_code, procedure_code, suffix, channel, case_name)
        WHERE change_to is null
    """,
    """
    CREATE TABLE catalogue.online_service (
        service_code TEXT COLLATE "C" NOT NULL,
        procedure_code TEXT COLLATE "C" NOT NULL,
        agency_code TEXT COLLATE "C" NOT NULL,
        name TEXT NOT NULL,
        online_level TEXT NOT NULL,
        change_from BIGINT NOT NULL,
        change_to BIGINT,
        PRIMARY KEY (service_code, agency_code, change_from),
        CONSTRAINT online_service_level_known CHECK (online_level in ('FULL', 'PARTIAL', 'NONE')),
        CONSTRAINT online_service_changes_in_order CHECK (change_to > change_from)
    )
    """,
    """
    CREATE UNIQUE INDEX online_service_current ON catalogue.online_service (service_code, agency_code)
        WHERE change_to is null
    """,
    """
    CREATE TABLE catalogue.decision (
        issuer_code TEXT COLLATE "C" NOT NULL,
        number TEXT COLLATE "C" NOT NULL,
        signed_year SMALLINT NOT NULL,
        agency_code TEXT COLLATE "C" NOT NULL,
        name TEXT NOT NULL,
        kinds TEXT[] NOT NULL,
        signed_on DATE NOT NULL,
        effective_on DATE,
        posted_on DATE,
        "new" TEXT[] NOT NULL,
        modified TEXT[] NOT NULL,
        rescinded TEXT[] NOT NULL,
        note TEXT NOT NULL,
        source TEXT NOT NULL,
        change_from BIGINT NOT NULL,
        change_to BIGINT,
        PRIMARY KEY (issuer_code, number, signed_year, change_from),
        CONSTRAINT decision_kinds_known
            CHECK (kinds <@ array['NEW', 'AMENDED', 'REPLACED', 'ABOLISHED', 'STANDARDISED', 'INTERNAL']::text[]),
        CONSTRAINT decision_year_is_its_day_s CHECK (signed_year = extract(year from signed_on)),
        CONSTRAINT decision_changes_in_order CHECK (change_to > change_from)
    )
    """,
    """
    CREATE UNIQUE INDEX decision_current ON catalogue.decision (issuer_code, number, signed_year)
        WHERE change_to is null
    """,
    """
    CREATE TABLE catalogue.decision_import (
        issuer_code TEXT COLLATE "C" NOT NULL,
        number TEXT COLLATE "C" NOT NULL,
        signed_year SMALLINT NOT NULL,
        facts JSONB NOT NULL,
        source TEXT NOT NULL,
        imported_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        PRIMARY KEY (issuer_code, number, signed_year)
    )
    """,
)

_CALENDAR = (
    """
    CREATE TABLE catalogue.calendar_revision (
        revision BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        cause TEXT NOT NULL,
        PRIMARY KEY (revision)
    )
    """,
    """
    CREATE TABLE catalogue.calendar_day (
        day DATE NOT NULL,
        working BOOLEAN NOT NULL,
        name TEXT,
        source TEXT NOT NULL,
        provisional BOOLEAN NOT NULL,
        announced BOOLEAN NOT NULL,
        revision_from BIGINT NOT NULL,
        revision_to BIGINT,
        PRIMARY KEY (day, revision_from),
        FOREIGN KEY(revision_from) REFERENCES catalogue.calendar_revision (revision)
    )
    """,
    """
    CREATE UNIQUE INDEX calendar_day_current ON catalogue.calendar_day (day) WHERE revision_to is null
    """,
)

_CLIENTS = (
    """
    CREATE TABLE catalogue.api_client (
        client_id TEXT NOT NULL,
        agency_code TEXT COLLATE "C" NOT NULL,
        name TEXT NOT NULL,
        scopes TEXT[] NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        revoked_at TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (client_id)
    )
    """,
    """
    CREATE TABLE catalogue.api_key (
        key_hash BYTEA NOT NULL,
        client_id TEXT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (key_hash),
        CONSTRAINT api_key_is_a_sha256 CHECK (octet_length(key_hash) = 32),
        FOREIGN KEY(client_id) REFERENCES catalogue.api_client (client_id)
    )
    """,
    """
    CREATE INDEX ix_catalogue_api_key_client_id ON catalogue.api_key (client_id)
    """,
)

_SYNC = (
    """
    CREATE TABLE catalogue.feed (
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
        PRIMARY KEY (feed_id),
        CONSTRAINT feed_every_positive CHECK (every_seconds > 0),
        UNIQUE (feed)
    )
    """,
    """
    CREATE TABLE catalogue.run (
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
        FOREIGN KEY(feed_id) REFERENCES catalogue.feed (feed_id)
    )
    """,
    """
    CREATE INDEX ix_catalogue_run_feed_id ON catalogue.run (feed_id)
    """,
    """
    CREATE TABLE catalogue.quarantined (
        quarantine_id BIGINT GENERATED ALWAYS AS IDENTITY,
        feed_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        portal_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        field TEXT NOT NULL,
        detail TEXT NOT NULL,
        record JSONB NOT NULL,
        opened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        closed_at TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (quarantine_id),
        FOREIGN KEY(feed_id) REFERENCES catalogue.feed (feed_id)
    )
    """,
    """
    CREATE UNIQUE INDEX quarantined_open ON catalogue.quarantined (feed_id, kind, portal_id) WHERE closed_at is null
    """,
    """
    CREATE TABLE catalogue.suspicion (
        agency_code TEXT COLLATE "C" NOT NULL,
        procedure_code TEXT COLLATE "C" NOT NULL,
        suffix TEXT COLLATE "C" NOT NULL,
        run_id BIGINT NOT NULL,
        since_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        PRIMARY KEY (agency_code, procedure_code, suffix)
    )
    """,
)


def upgrade() -> None:
    for statement in (*_CHANGES, *_THINGS, *_CALENDAR, *_CLIENTS, *_SYNC):
        op.execute(statement)
