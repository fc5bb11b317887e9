"""Columns of schema ``dossier``. The migrations build the same; a test compares them by pg_dump.

Every unique key of a table that grows with the dossiers contains the dossier code, and nothing here is joined by
a foreign key across shards: heads and revisions can be distributed by dossier code (Citus) as they stand. Codes
collate "C": their order is the order of their bytes on every machine, and the digests depend on it.
"""

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    event,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.domain.status import OPEN
from shared.sync.tables import feed_table, run_table

SCHEMA = "dossier"
metadata = MetaData(schema=SCHEMA)


def _code(name: str, *, nullable: bool = False, server_default: str | None = None) -> Column[str]:
    return Column(name, Text(collation="C"), nullable=nullable, server_default=server_default)


OWN_COUNTERS = ("conflicts", "regressed", "anomalies", "gone", "copies_differ")
"""Counters of a run that only dossiers have. ``conflicts``: other facts under the same time of change. ``regressed``:
dossiers shown in an older version than is stored. ``anomalies``: versions that cannot follow the one before.
``gone``: dossiers written down as vanished. ``copies_differ``: dossiers of a portal nearer the truth that are told in
other facts here."""

feed = feed_table(
    metadata,
    SCHEMA,
    Column("quarantined", BigInteger, nullable=False, server_default=text("0")),  # records set aside now
    Column("set_aside", BigInteger, nullable=False, server_default=text("0")),  # ever; numbers the quarantine
    # What its records were last read with. Another map, or a later catalogue, calls for reading stored ones again.
    Column("map_version", Text),
    Column("catalogue_change", BigInteger),
    Column("gaps", BigInteger, nullable=False, server_default=text("0")),  # rows in places that cannot be read
    Column("missing", BigInteger, nullable=False, server_default=text("0")),  # dossiers absent from the last full sweep
    Column("newest_at", DateTime(timezone=True)),  # the newest time of change its list ever began with
    Column("most_set_aside", BigInteger, nullable=False, server_default=text("10000")),  # above it a run stops
    Column("precedence", Text),  # the ranks its copies were judged under; others have them read again
)
run = run_table(
    metadata,
    SCHEMA,
    Column("passes", Integer, nullable=False, server_default=text("1")),  # how often the list was read to be sure
    *(Column(name, BigInteger, nullable=False, server_default=text("0")) for name in OWN_COUNTERS),
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("entry", BigInteger, primary_key=True, autoincrement=False),  # gap-free, in order of commit
    Column("feed_id", Integer, ForeignKey("dossier.feed.feed_id"), nullable=False),
    Column("page", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),  # not in the digest
    Column("revisions", Integer, nullable=False),
    Column("opened", Integer, nullable=False),  # records set aside by this page
    Column("closed", Integer, nullable=False),  # records let in after all
    Column("page_digest", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),  # sha256(digest of the entry before || page_digest)
    Column("format", SmallInteger, nullable=False),  # of the text that was hashed (domain.line)
    UniqueConstraint("feed_id", "page", name="ledger_entry_page_key"),
)

revision = Table(
    "revision",
    metadata,
    Column("feed_id", Integer, nullable=False),
    Column("page", BigInteger, nullable=False),
    _code("dossier_code"),
    Column("number", Integer, nullable=False),
    Column("applied", Boolean, nullable=False),  # false: older than the head of its day, kept as history
    _code("agency_code"),
    _code("procedure_code"),
    _code("field_code"),
    Column("channel", SmallInteger),
    Column("status", SmallInteger, nullable=False),
    Column("received_on", Date),
    Column("due_on", Date),
    Column("first_due_on", Date),
    Column("statutory_due_on", Date),
    Column("ended_on", Date),
    Column("returned_on", Date),
    Column("supplements", JSONB),
    Column("flags", ARRAY(Text)),
    Column("modified_at", DateTime(timezone=True), nullable=False),
    Column("source_hash", LargeBinary, nullable=False),  # sha256 of the record's own bytes
    Column("record", Text, nullable=False),  # allow-listed fields as the portal sent them
    # The revision of the same dossier before this one: history is a walk and needs no second index.
    Column("previous_feed_id", Integer),
    Column("previous_page", BigInteger),
    Column("gone", Boolean, nullable=False, server_default=text("false")),  # a tombstone: the portal holds it no longer
    Column("particulars", JSONB),  # domain.particulars; null: the portal tells none
    PrimaryKeyConstraint("feed_id", "page", "dossier_code", name="revision_pkey"),
)

REVISION_IS_PENDING = "revision.flags && array['procedure_unlisted', 'agency_unlisted']::text[]"
Index(
    "revision_pending_key",
    revision.c.feed_id,
    revision.c.dossier_code,
    postgresql_where=text(REVISION_IS_PENDING.removeprefix("revision.")),
)

head = Table(
    "head",
    metadata,
    Column("dossier_code", Text(collation="C"), primary_key=True),
    Column("source_hash", LargeBinary, nullable=False),
    # The revision that counts now, and how many there are.
    Column("feed_id", Integer, nullable=False),
    Column("page", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("revisions", Integer, nullable=False),
    # The revision received last, where that is another one.
    Column("last_feed_id", Integer),
    Column("last_page", BigInteger),
    # What lists filter by.
    Column("modified_at", DateTime(timezone=True), nullable=False),
    Column("status", SmallInteger, nullable=False),
    _code("agency_code"),
    Column("due_on", Date),
    Column("gone", Boolean, nullable=False, server_default=text("false")),
    postgresql_with={"fillfactor": 85},  # room for the next version on the same page: no index entry is written (HOT)
)
# Lists go by agency. Its columns never change for a dossier, so an update of the head stays on its page (HOT).
Index("head_agency_key", head.c.agency_code, head.c.dossier_code)
# Open dossiers by the day they are promised for: what will be late soon, without reading the many ended ones. A change
# of state or day is no HOT update because of it; the index holds only what is open, and stays small.
HEAD_IS_OPEN = f"status in ({', '.join(str(int(one)) for one in sorted(OPEN))}) and due_on is not null and not gone"
Index(
    "head_open_due_key",
    head.c.due_on,
    head.c.dossier_code,
    postgresql_include=["agency_code"],
    postgresql_where=text(HEAD_IS_OPEN),
)

copy = Table(
    "copy",
    metadata,
    # A dossier as another feed than that of its head tells it: one row for each such feed, none with one portal.
    _code("dossier_code"),
    Column("feed_id", Integer, nullable=False),
    Column("source_hash", LargeBinary, nullable=False),  # of the record it was last told by; empty: to be read again
    # The revision with those facts. It may be another feed's, where that one told the same.
    Column("told_feed_id", Integer, nullable=False),
    Column("told_page", BigInteger, nullable=False),
    Column("differs", ARRAY(Text), nullable=False),  # facts in which it differs from the head (domain.precedence)
    PrimaryKeyConstraint("dossier_code", "feed_id", name="copy_pkey"),
)
Index("copy_feed_key", copy.c.feed_id, copy.c.dossier_code)
COPY_DIFFERS = "differs <> '{}'"
Index("copy_differs_key", copy.c.feed_id, copy.c.dossier_code, postgresql_where=text(COPY_DIFFERS))

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # feed_id * 2^40 + number within the feed
    Column("feed_id", Integer, ForeignKey("dossier.feed.feed_id"), nullable=False),
    _code("source_key"),  # dossier code, or sha256:… where none is readable
    Column("reason", Text, nullable=False),
    Column("field", Text, nullable=False),
    _code("agency_code", nullable=True),
    _code("procedure_code", nullable=True),
    Column("received_on", Date),
    Column("source_hash", LargeBinary, nullable=False),
    Column("record", Text, nullable=False),
    Column("opened_page", BigInteger, nullable=False),
    Column("closed_page", BigInteger),  # null: still set aside
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("particulars", Text),  # told beside the record, for the day it is let in
)
Index(
    "quarantine_open_key",
    quarantine.c.feed_id,
    quarantine.c.source_key,
    unique=True,
    postgresql_where=quarantine.c.closed_page.is_(None),
)

replay = Table(
    "replay",
    metadata,
    Column("replay_id", BigInteger, Identity(always=True), primary_key=True),
    Column("feed_id", Integer, ForeignKey("dossier.feed.feed_id"), nullable=False),
    Column("what", Text, nullable=False),  # domain.replay.What
    Column("trigger", Text, nullable=False),  # domain.replay.Trigger
    Column("requested_by", Text, nullable=False),  # client, command or worker
    Column("requested_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("reasons", ARRAY(Text)),  # of the quarantine; null: all
    Column("aside_id", BigInteger),  # one record of it
    Column("most", Integer, nullable=False),
    _code("position", server_default=""),  # the last record read: id or dossier code
    Column("tried", BigInteger, nullable=False, server_default=text("0")),
    Column("let_in", BigInteger, nullable=False, server_default=text("0")),
    Column("changed", BigInteger, nullable=False, server_default=text("0")),
    Column("finished_at", DateTime(timezone=True)),  # null: to be carried out, or under way
)
Index("replay_standing_key", replay.c.feed_id, replay.c.replay_id, postgresql_where=replay.c.finished_at.is_(None))
listed = Table(
    "listed",
    metadata,
    # What an unfinished run has been shown, a row for each page: a set that grows with the dossiers would cost an
    # index entry for each of them. Gone when the run ends.
    Column("run_id", BigInteger, nullable=False),
    Column("pass", SmallInteger, nullable=False),
    Column("keys", Text, nullable=False),  # one in a line
)
Index("listed_run_key", listed.c.run_id)
# Written once and read once: compressing it would cost more than all else in an unchanged page's transaction.
_uncompressed = DDL("ALTER TABLE dossier.listed ALTER COLUMN keys SET STORAGE EXTERNAL")  # type: ignore[no-untyped-call]
event.listen(listed, "after_create", _uncompressed)

absence = Table(
    "absence",
    metadata,
    # Dossiers a proven sweep of the whole list did not show. Not deleted for that: see the next sweep.
    Column("feed_id", Integer, nullable=False),
    _code("dossier_code"),
    Column("run_id", BigInteger, nullable=False),  # the first sweep that missed it
    Column("source_hash", LargeBinary, nullable=False),  # of the version missed: another one since is a sign of life
    Column("since", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("feed_id", "dossier_code", name="absence_pkey"),
)

alarm = Table(
    "alarm",
    metadata,
    Column("alarm_id", BigInteger, Identity(always=True), primary_key=True),
    Column("feed_id", Integer, ForeignKey("dossier.feed.feed_id"), nullable=False),
    Column("name", Text, nullable=False),  # domain.alarms.Alarm
    Column("rows", BigInteger, nullable=False),  # how many dossiers it is about
    Column("detail", Text, nullable=False),
    Column("run_id", BigInteger, nullable=False),  # the last run that found it
    Column("raised_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # An operator's word, and whose; null: nobody decided. It ends with the alarm.
    Column("decision", Text),
    Column("decided_by", Text),
    Column("decided_at", DateTime(timezone=True)),
    Column("cleared_at", DateTime(timezone=True)),  # null: its cause is still there
)
Index("alarm_open_key", alarm.c.feed_id, alarm.c.name, unique=True, postgresql_where=alarm.c.cleared_at.is_(None))

status_flow = Table(
    "status_flow",
    metadata,
    # How many dossiers each run moved into which state: what usually changes. A run that raised an alarm is no habit.
    Column("feed_id", Integer, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    PrimaryKeyConstraint("feed_id", "run_id", "status", name="status_flow_pkey"),
)

gap = Table(
    "gap",
    metadata,
    # The smallest part of a page that could not be read. It is met again by every run that passes there.
    Column("gap_id", BigInteger, Identity(always=True), primary_key=True),
    Column("feed_id", Integer, ForeignKey("dossier.feed.feed_id"), nullable=False),
    Column("position", BigInteger, nullable=False),  # from 0, in the portal's list of that moment
    Column("rows", Integer, nullable=False),
    Column("failure", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("digest", LargeBinary),  # sha256 of an answer that came and could not be decoded
    Column("tries", Integer, nullable=False, server_default=text("1")),  # runs that met it
    Column("run_id", BigInteger, nullable=False),  # the last of them
    Column("opened_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("tried_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("closed_at", DateTime(timezone=True)),  # null: still unread
)
Index("gap_open_key", gap.c.feed_id, postgresql_where=gap.c.closed_at.is_(None))

inbound_session = Table(
    "inbound_session",
    metadata,
    Column("session_hash", LargeBinary, primary_key=True),  # sha256 of the session's text, which is stored nowhere
    Column("client_id", Text, nullable=False, index=True),
    Column("key_hash", LargeBinary, nullable=False),  # of the API key it was bought with: revoked, it ends too
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

petition = Table(
    "petition",
    metadata,
    Column("petition_code", Text(collation="C"), primary_key=True),
    _code("agency_code"),
    Column("subject", Text),  # behaviour | regulation; null: not known
    Column("received_on", Date, nullable=False),
    Column("due_on", Date),
    Column("resolved_on", Date),
)

# Every version of a petition, the newest of which stands in ``petition`` too; imports take turns with ledger entries.
petition_revision = Table(
    "petition_revision",
    metadata,
    _code("petition_code"),
    Column("number", Integer, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    _code("agency_code"),
    Column("subject", Text),
    Column("received_on", Date, nullable=False),
    Column("due_on", Date),
    Column("resolved_on", Date),
    _code("dossier_code", nullable=True),
    Column("likes", Integer),
    Column("dislikes", Integer),
    Column("repeated", Boolean),
    Column("transferred_on", Date),  # the latest transfer; as the other steps, null: not told
    Column("refused_on", Date),
    Column("supplement_asked_on", Date),  # the first request
    Column("published_on", Date),
    PrimaryKeyConstraint("petition_code", "number", name="petition_revision_pkey"),
)
Index("petition_revision_import_key", petition_revision.c.imported_at)

# Every version of a vote on how a dossier was handled; nothing of the voter is stored.
vote_revision = Table(
    "vote_revision",
    metadata,
    _code("vote_code"),
    Column("number", Integer, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    _code("agency_code"),
    _code("dossier_code"),
    Column("voted_on", Date, nullable=False),
    Column("disliked", Boolean),  # null: withdrawn
    PrimaryKeyConstraint("vote_code", "number", name="vote_revision_pkey"),
)
Index("vote_revision_import_key", vote_revision.c.imported_at)

# Our counts beside the portals' own: a pass is every row of one (portal, source, month, asked_at), and stays. Published
# numbers stand in ``theirs`` and change nothing of ours.
reconciliation = Table(
    "reconciliation",
    metadata,
    Column("portal", Text, nullable=False),
    Column("source", Text, nullable=False),  # which of the portal's own counts
    Column("month", Date, nullable=False),  # its first day
    _code("agency_code"),  # with everything below it
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("entry", BigInteger, nullable=False),  # the ledger entry our count is of
    Column("theirs", BigInteger, nullable=False),
    Column("ours", BigInteger, nullable=False),
    Column("matched", BigInteger, nullable=False),
    Column("explained", JSONB, nullable=False),  # {cause: dossiers}; theirs - ours = their sum + unexplained
    Column("unexplained", BigInteger, nullable=False),
    PrimaryKeyConstraint("portal", "source", "month", "agency_code", "asked_at", name="reconciliation_pkey"),
)
# Which passes are the newest, and which of them leave something unexplained: every answer of metrics asks.
Index("reconciliation_pass_key", *(reconciliation.c[name] for name in ("portal", "source", "month", "asked_at")))
Index(
    "reconciliation_odd_key",
    reconciliation.c.month,
    postgresql_where=reconciliation.c.unexplained != 0,
)
