"""The tables of schema ``catalogue``.

What may change is versioned: a row holds from ``change_from`` until before ``change_to`` (null: it is the current
one), so that an older answer can be given again. Nothing is deleted. Migrations are frozen history; a test compares
what they build with this file.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from catalogue.domain.parts import Part
from shared.domain.level import DISTRICT_ENDED_ON, AuthorityLevel, DecisionKind, LimitUnit, OnlineLevel
from shared.sync.tables import feed_table, run_table

SCHEMA = "catalogue"
metadata = MetaData()

_CODE = Text(collation="C")


def _one_of(column: str, values: Any) -> str:
    return f"{column} in ({_quoted(values)})"


def _all_of(column: str, values: Any) -> str:
    return f"{column} <@ array[{_quoted(values)}]::text[]"


def _quoted(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _versioned(name: str, *columns: Any, later: tuple[Column[Any], ...] = ()) -> Table:
    """A table of versions; its key is that of the thing and ``change_from``, and one version is current.

    ``later``: columns that a migration added behind the others.
    """
    keys = [column.name for column in columns if isinstance(column, Column) and column.primary_key]
    return Table(
        name,
        metadata,
        *columns,
        Column("change_from", BigInteger, primary_key=True, autoincrement=False),
        Column("change_to", BigInteger),
        *later,
        CheckConstraint("change_to > change_from", name=f"{name}_changes_in_order"),
        Index(f"{name}_current", *keys, unique=True, postgresql_where=text("change_to is null")),
        schema=SCHEMA,
    )


feed = feed_table(metadata, SCHEMA)
run = run_table(metadata, SCHEMA)

change = Table(
    "change",
    metadata,
    Column("change", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, … without a gap
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("cause", Text, nullable=False),  # sync | import
    Column("source", Text, nullable=False),  # the feed, or who imported
    schema=SCHEMA,
)

change_item = Table(
    "change_item",
    metadata,
    Column("change", BigInteger, ForeignKey(change.c.change), primary_key=True, autoincrement=False),
    Column("kind", _CODE, primary_key=True),  # procedure | limit | agency | field | decision | online_service
    Column("key", _CODE, primary_key=True),
    Column("event", Text, nullable=False),  # added | changed | removed
    CheckConstraint(_one_of("event", ("added", "changed", "removed")), name="change_item_event_known"),
    schema=SCHEMA,
)

agency = _versioned(
    "agency",
    Column("agency_code", _CODE, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text),  # null: the portal's word is not known to us
    Column("parent_code", _CODE),
    Column("valid_from", Date),
    Column("valid_to", Date),
    CheckConstraint(_one_of("level", AuthorityLevel), name="agency_level_known"),
    CheckConstraint(
        f"level <> 'DISTRICT' or valid_from is null or valid_from < date '{DISTRICT_ENDED_ON}'",
        name="agency_no_new_district",
    ),
    # 2, 3, …: the code was given to another agency after the one before had ended.
    later=(Column("incarnation", SmallInteger, nullable=False, server_default=text("1")),),
)

succession = Table(
    "succession",
    metadata,
    Column("predecessor_code", _CODE, primary_key=True),
    Column("successor_code", _CODE, primary_key=True),
    Column("succeeded_on", Date, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("predecessor_ends", Boolean, nullable=False, server_default=text("true")),  # false: it gave away a part
    Column("successor_begins", Boolean, nullable=False, server_default=text("false")),  # true: it was founded by this
    schema=SCHEMA,
)

field = _versioned(
    "field",
    Column("field_code", _CODE, primary_key=True),
    Column("name", Text, nullable=False),
)

procedure = _versioned(
    "procedure",
    Column("agency_code", _CODE, primary_key=True),
    Column("procedure_code", _CODE, primary_key=True),
    Column("suffix", _CODE, primary_key=True),  # "" for a national code
    Column("name", Text, nullable=False),
    Column("field_code", _CODE, nullable=False),  # "" when the portal names none
    Column("levels", ARRAY(Text), nullable=False),
    Column("online_level", Text, nullable=False),
    Column("fee_bearing", Boolean),  # null: the portal's fee lines do not tell
    Column("fees", JSONB, nullable=False),
    Column("in_force", Boolean, nullable=False),  # the portal publishes it
    Column("state", Text, nullable=False),  # the portal's word, or WITHDRAWN
    Column("kind", Text, nullable=False),  # the portal's word: STANDARD, SPECIFIC, …
    Column("issuer", Text, nullable=False),  # name of the promulgating body
    Column("decision_number", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("flags", ARRAY(Text), nullable=False),
    Column("portal_id", Text, nullable=False),
    Column("portal_updated_at", DateTime(timezone=True)),
    Column("content_hash", LargeBinary, nullable=False),
    CheckConstraint(_all_of("levels", AuthorityLevel), name="procedure_levels_known"),
    CheckConstraint(_one_of("online_level", OnlineLevel), name="procedure_online_level_known"),
    CheckConstraint(
        f"not 'DISTRICT' = any (levels) or valid_from is null or valid_from < date '{DISTRICT_ENDED_ON}'",
        name="procedure_no_new_district",
    ),
    CheckConstraint(_all_of("missing_parts", Part), name="procedure_parts_known"),
    Index("procedure_by_code", "procedure_code", "agency_code", "suffix"),
    later=(
        Column("missing_parts", ARRAY(Text)),  # of those mandatory; null: the source does not tell
        Column("for_people", Boolean),  # null: the source names no subject
    ),
)

content = Table(
    "content",
    metadata,
    Column("content_hash", LargeBinary, primary_key=True),
    Column("record", JSONB, nullable=False),  # the portal's record, cleaned: a better mapping can be replayed on it
    schema=SCHEMA,
)

procedure_limit = _versioned(
    "procedure_limit",
    Column("agency_code", _CODE, primary_key=True),
    Column("procedure_code", _CODE, primary_key=True),
    Column("suffix", _CODE, primary_key=True),
    Column("channel", SmallInteger, primary_key=True, autoincrement=False),
    Column("case_name", Text, primary_key=True),  # "" for the only case
    Column("quantity", Integer),  # null with unit OTHER
    Column("unit", Text, nullable=False),
    CheckConstraint("channel between 1 and 3", name="limit_channel_known"),
    CheckConstraint(_one_of("unit", LimitUnit), name="limit_unit_known"),
    CheckConstraint("(quantity is null) = (unit = 'OTHER')", name="limit_other_has_no_number"),
    CheckConstraint("quantity >= 0", name="limit_not_negative"),
)

online_service = _versioned(
    "online_service",
    Column("service_code", _CODE, primary_key=True),
    Column("procedure_code", _CODE, nullable=False),
    Column("agency_code", _CODE, primary_key=True),  # "" when the portal names no agency
    Column("name", Text, nullable=False),
    Column("online_level", Text, nullable=False),
    CheckConstraint(_one_of("online_level", OnlineLevel), name="online_service_level_known"),
)

decision = _versioned(
    "decision",
    Column("issuer_code", _CODE, primary_key=True),  # who signed
    Column("number", _CODE, primary_key=True),
    Column("signed_year", SmallInteger, primary_key=True, autoincrement=False),  # numbers begin again every year
    Column("agency_code", _CODE, nullable=False),  # whose catalogue it publishes
    Column("name", Text, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("signed_on", Date, nullable=False),
    Column("effective_on", Date),
    Column("posted_on", Date),
    Column("new", ARRAY(Text), nullable=False),  # procedure codes, with suffix where there is one
    Column("modified", ARRAY(Text), nullable=False),
    Column("rescinded", ARRAY(Text), nullable=False),
    Column("note", Text, nullable=False),
    Column("source", Text, nullable=False),  # portal | import | portal+import
    CheckConstraint(_all_of("kinds", DecisionKind), name="decision_kinds_known"),
    CheckConstraint("signed_year = extract(year from signed_on)", name="decision_year_is_its_day_s"),
)

decision_import = Table(
    "decision_import",
    metadata,
    Column("issuer_code", _CODE, primary_key=True),
    Column("number", _CODE, primary_key=True),
    Column("signed_year", SmallInteger, primary_key=True, autoincrement=False),
    Column("facts", JSONB, nullable=False),  # the newest imported statement; wins over the portal's
    Column("source", Text, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    schema=SCHEMA,
)

limit_said = Table(
    "limit_said",
    metadata,
    Column("agency_code", _CODE, primary_key=True),
    Column("procedure_code", _CODE, primary_key=True),
    Column("suffix", _CODE, primary_key=True),
    Column("channel", SmallInteger, primary_key=True, autoincrement=False),
    Column("case_name", Text, primary_key=True),
    Column("source", _CODE, primary_key=True),  # the feed; what of it is published stands in procedure_limit
    Column("quantity", Integer),
    Column("unit", Text, nullable=False),
    Column("words", Text, nullable=False),  # as the source writes it, where it writes words
    Column("said_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint(_one_of("unit", LimitUnit), name="limit_said_unit_known"),
    Index("limit_said_by_procedure", "procedure_code", "suffix"),
    schema=SCHEMA,
)

imported_file = Table(
    "imported_file",
    metadata,
    Column("file_id", BigInteger, Identity(always=True), primary_key=True),
    Column("run_id", BigInteger, ForeignKey(run.c.run_id), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),  # spreadsheet | document
    Column("agency_code", _CODE, nullable=False),
    Column("complete", Boolean, nullable=False),  # one of the files of a whole list, as its importer said
    Column("exported_on", Date),
    Column("taken", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("octet_length(sha256) = 32", name="imported_file_has_a_sha256"),
    CheckConstraint("exported_on is not null or not complete", name="imported_file_complete_on_a_day"),
    schema=SCHEMA,
)

file_record = Table(
    "file_record",
    metadata,
    Column("content_hash", LargeBinary, ForeignKey(content.c.content_hash), primary_key=True),
    Column("file_id", BigInteger, ForeignKey(imported_file.c.file_id), primary_key=True, autoincrement=False),
    schema=SCHEMA,
)

suspicion = Table(
    "suspicion",
    metadata,
    Column("agency_code", _CODE, primary_key=True),
    Column("procedure_code", _CODE, primary_key=True),
    Column("suffix", _CODE, primary_key=True),
    Column("run_id", BigInteger, nullable=False),  # the complete list that missed it first
    Column("since_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    schema=SCHEMA,
)

quarantined = Table(
    "quarantined",
    metadata,
    Column("quarantine_id", BigInteger, Identity(always=True), primary_key=True),
    Column("feed_id", Integer, ForeignKey(feed.c.feed_id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("portal_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("record", JSONB, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("closed_at", DateTime(timezone=True)),
    Index("quarantined_open", "feed_id", "kind", "portal_id", unique=True, postgresql_where=text("closed_at is null")),
    schema=SCHEMA,
)

calendar_revision = Table(
    "calendar_revision",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, … without a gap
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("cause", Text, nullable=False),
    schema=SCHEMA,
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("name", Text),  # of the day off or of the swap; null on ordinary days
    Column("source", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("announced", Boolean, nullable=False),  # an official announcement; seeding leaves it alone
    Column("revision_from", BigInteger, ForeignKey(calendar_revision.c.revision), primary_key=True),
    Column("revision_to", BigInteger),
    Index("calendar_day_current", "day", unique=True, postgresql_where=text("revision_to is null")),
    schema=SCHEMA,
)

api_client = Table(
    "api_client",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("agency_code", _CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("revoked_at", DateTime(timezone=True)),
    schema=SCHEMA,
)

api_key = Table(
    "api_key",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),  # sha256 of the key's text, which is stored nowhere
    Column("client_id", Text, ForeignKey(api_client.c.client_id), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True)),  # set when a newer key replaces it
    CheckConstraint("octet_length(key_hash) = 32", name="api_key_is_a_sha256"),
    schema=SCHEMA,
)
