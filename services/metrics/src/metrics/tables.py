"""Everything metrics stores. Facts, tallies and the offset are derived and can be thrown away; the rest cannot.

Codes compare by bytes (collation C), so that an agency's subtree is one range of an index on every server.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE, DATERANGE

from metrics.domain.events import COUNTERS

SCHEMA = "metrics"

metadata = MetaData(schema=SCHEMA)
Code = Text(collation="C")

projection = Table(
    "projection",
    metadata,
    Column("id", SmallInteger, nullable=False, autoincrement=False),  # one row; locked by whoever projects
    Column("entry", BigInteger, nullable=False),  # every ledger entry up to here is in fact and tally
    Column("rule", Text, nullable=False),  # version of the judging rules the rows were judged by
    Column("moved_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("id", name="projection_pk"),
    CheckConstraint("id = 1", name="projection_one_row"),
)

# What the catalogue and calendar were when an entry was projected: an answer as of that entry names them.
# It cannot be derived again, so a rebuild keeps it.
position = Table(
    "position",
    metadata,
    Column("entry", BigInteger, nullable=False, autoincrement=False),
    Column("change", BigInteger, nullable=False),
    Column("calendar", BigInteger, nullable=False),
    PrimaryKeyConstraint("entry", name="position_pk"),
)

fact = Table(
    "fact",
    metadata,
    Column("dossier_code", Code, nullable=False),
    Column("valid_from", BigInteger, nullable=False),  # ledger entry that brought this version
    Column("valid_to", BigInteger),  # entry that replaced it; null: it is the current one
    Column("agency_code", Code, nullable=False),
    Column("procedure_code", Code, nullable=False),
    Column("field_code", Code, nullable=False),
    Column("channel", SmallInteger, nullable=False),
    Column("reason", SmallInteger),  # Exclusion; null: counted
    Column("received_on", Date, nullable=False),
    Column("ended_on", Date),
    Column("due_on", Date),
    Column("outcome", SmallInteger),  # 1 early, 2 on time, 3 late; null: open
    Column("withdrawn", Boolean, nullable=False),
    Column("late_766", Boolean, nullable=False),
    Column("overdue", DATEMULTIRANGE),
    Column("overdue_766", DATERANGE),
    Column("anomalies", SmallInteger, nullable=False),
    Column("traits", Integer, nullable=False),  # domain.traits.Trait
    Column("extended_on", Date),
    Column("apologies", Integer, nullable=False),
    # How it stands by the two policies that compute a due date. restart, subtract: 0 open, else as outcome; null: by
    # this policy it stands as by the portal's date, and the other two columns are null.
    Column("restart", SmallInteger),
    Column("restart_due_on", Date),
    Column("restart_overdue", DATEMULTIRANGE),
    Column("subtract", SmallInteger),
    Column("subtract_due_on", Date),
    Column("subtract_overdue", DATEMULTIRANGE),
    PrimaryKeyConstraint("dossier_code", "valid_from", name="fact_pk"),
    Index("fact_of_agency", "agency_code", "received_on"),
    Index("fact_of_procedure", "procedure_code", "received_on"),
    Index("fact_begun", "valid_from"),
    Index("fact_ended", "valid_to", postgresql_where=text("valid_to is not null")),
)


# The span stands first in the key: the years of all agencies together are one short range.
tally = Table(
    "tally",
    metadata,
    Column("agency_code", Code, nullable=False),  # the agency with its subtree; '' is everything
    Column("span", SmallInteger, nullable=False),  # folding.DAY, MONTH or YEAR
    Column("day", Date, nullable=False),  # of a month or year: its first
    Column("channel", SmallInteger, nullable=False),
    Column("cell", Integer, nullable=False),  # 1, 2, … without a gap: what tally_past knows it by
    Column("born", Integer, nullable=False),  # the slice of the ledger that first counted something in it
    Column("slice", Integer, nullable=False),  # the one that changed it last
    *(Column(name, Integer, nullable=False, server_default=text("0")) for name in COUNTERS),
    PrimaryKeyConstraint("span", "agency_code", "day", "channel", name="tally_pk"),
    UniqueConstraint("cell", name="tally_cell_once"),
    postgresql_with={"fillfactor": "70"},
)

# What the same cells were: each row held from its slice of the ledger until the next slice that changed the cell. What
# was known earlier is then read cell by cell, whatever came since. Rows are only added, but for a rebuild.
tally_past = Table(
    "tally_past",
    metadata,
    Column("cell", Integer, nullable=False),
    Column("slice", Integer, nullable=False),
    *(Column(name, Integer) for name in COUNTERS),  # null: 0, as most are, which makes a row a third as long
    PrimaryKeyConstraint("cell", "slice", name="tally_past_pk"),
)

# The ledger cut into runs of entries. A slice is over with the entry that fills it (projection.SLICE_ROWS), so that
# where one ends follows from the ledger alone; its last entry is the one before the next slice's first.
ledger_slice = Table(
    "ledger_slice",
    metadata,
    Column("slice", Integer, nullable=False, autoincrement=False),
    Column("first_entry", BigInteger, nullable=False),
    Column("revisions", Integer, nullable=False),  # of its entries so far
    PrimaryKeyConstraint("slice", name="ledger_slice_pk"),
    UniqueConstraint("first_entry", name="ledger_slice_in_order"),
)

# Only ever added to: a correction is a further revision. ``change`` numbers all of them without a gap, so that a report
# can name which of them it knew.
indicator = Table(
    "indicator",
    metadata,
    Column("change", BigInteger, nullable=False, autoincrement=False),
    Column("indicator_id", Code, nullable=False),
    Column("agency_code", Code, nullable=False),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("revision", Integer, nullable=False),  # 1, 2, … of the indicator for this agency and these days
    Column("number", Numeric),  # both null: withdrawn
    Column("words", Text),
    Column("unit", Text, nullable=False),  # domain.indicators.Measured
    Column("qualifier", Text, nullable=False),
    Column("source", Text, nullable=False),  # the document it stands in
    Column("entered_by", Text, nullable=False),  # the API client
    Column("entered_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("change", name="indicator_pk"),
    UniqueConstraint(
        "agency_code", "first_on", "last_on", "indicator_id", "revision", name="indicator_revisions_in_order"
    ),
    Index("indicator_entered", "entered_at", "change"),
    CheckConstraint("number is null or words is null", name="indicator_one_value"),
    CheckConstraint("first_on <= last_on", name="indicator_days_in_order"),
    CheckConstraint("qualifier in ('exact', 'more_than', 'nearly')", name="indicator_qualifier_known"),
)

# Written once: the migration takes the right to update, delete or truncate from the very role that owns the tables.
publication = Table(
    "publication",
    metadata,
    Column("number", BigInteger, nullable=False, autoincrement=False),  # 1, 2, … without a gap
    Column("digest", LargeBinary, nullable=False),  # sha256 of the signed payload, which holds the digest before it
    Column("previous", LargeBinary),  # the digest before it; null: the first
    Column("kind", Text, nullable=False),  # figure, form or report
    Column("names", Text, nullable=False),  # which ones, joined by commas
    Column("agency_code", Code, nullable=False),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("entry", BigInteger, nullable=False),  # ledger entry it was computed at
    Column("kid", Text, nullable=False),  # key that signed it
    Column("published_by", Text, nullable=False),  # the API client
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("jws", Text, nullable=False),  # the whole document, signed
    PrimaryKeyConstraint("number", name="publication_pk"),
    CheckConstraint("number > 0", name="publication_number_positive"),
    CheckConstraint("(number = 1) = (previous is null)", name="publication_chained"),
    Index("publication_of_agency", "agency_code", "number"),
)

publication_file = Table(
    "publication_file",
    metadata,
    Column("number", BigInteger, nullable=False, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("number", name="publication_file_pk"),
)

# Every key that ever signed: a publication outlives the key it was signed with.
signing_key = Table(
    "signing_key",
    metadata,
    Column("kid", Text, nullable=False),  # RFC 7638 thumbprint
    Column("public_key", Text, nullable=False),  # JWK
    Column("first_used_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("kid", name="signing_key_pk"),
)

publication_request = Table(
    "publication_request",
    metadata,
    Column("client_id", Text, nullable=False),
    Column("key", Text, nullable=False),  # Idempotency-Key
    Column("asked", LargeBinary, nullable=False),  # sha256 of the request
    Column("number", BigInteger, nullable=False),  # what it published
    PrimaryKeyConstraint("client_id", "key", name="publication_request_pk"),
)
