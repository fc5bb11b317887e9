"""The published views: all that one service may read of another's database.

Each view belongs to the service whose schema it stands in; its migration creates it and grants SELECT to the
role ``motcua_reader``. A view is never edited: a new shape is a new version (``revision_v2``). A contract test
compares these Tables with Postgres, column by column.

Users: catalogue publishes for all (``client_v1``), for dossier_sync (limits, calendar) and for metrics;
dossier_sync publishes for metrics. Both have a ``feed_v1``; in Python catalogue's is ``catalogue_feed_v1``.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

views = MetaData()

# --- catalogue ---------------------------------------------------------------------------------------------

client_v1 = Table(
    "client_v1",
    views,
    Column("key_hash", LargeBinary),  # sha256 of the whole key text; one row per live or expiring key
    Column("client_id", Text),
    Column("agency_code", Text),  # canonical, level 1 first: H24.99
    Column("scopes", ARRAY(Text)),
    Column("expires_at", DateTime(timezone=True)),  # null: does not expire (a rotated key does)
    schema="catalogue",
)

agency_v1 = Table(
    "agency_v1",
    views,
    Column("agency_code", Text),
    Column("name", Text),
    Column("level", Text),  # AuthorityLevel
    Column("parent_code", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),  # exclusive; null: in being
    Column("change_from", BigInteger),
    Column("change_to", BigInteger),  # exclusive; null: this is the current version
    schema="catalogue",
)

succession_v1 = Table(
    "succession_v1",
    views,
    Column("predecessor_code", Text),
    Column("successor_code", Text),
    Column("succeeded_on", Date),
    Column("predecessor_ends", Boolean),  # false: it gave away a part and goes on
    Column("legal_basis", Text),
    schema="catalogue",
)

procedure_v1 = Table(
    "procedure_v1",
    views,
    Column("agency_code", Text),  # the agency whose catalogue the procedure stands in
    Column("procedure_code", Text),  # base, d.dddddd
    Column("suffix", Text),  # issuing province of a local copy ("H48"), else ""
    Column("name", Text),
    Column("field_code", Text),
    Column("levels", ARRAY(Text)),  # AuthorityLevel values
    Column("online_level", Text),  # OnlineLevel of its best online service
    Column("fee_bearing", Boolean),
    Column("in_force", Boolean),
    Column("valid_from", Date),  # effective date of the decision that brought it in
    Column("valid_to", Date),  # exclusive, effective date of the decision that ended it
    Column("change_from", BigInteger),
    Column("change_to", BigInteger),
    schema="catalogue",
)

procedure_v2 = Table(
    "procedure_v2",
    views,
    Column("agency_code", Text),
    Column("procedure_code", Text),
    Column("suffix", Text),
    Column("name", Text),
    Column("field_code", Text),
    Column("levels", ARRAY(Text)),
    Column("online_level", Text),
    Column("fee_bearing", Boolean),
    Column("in_force", Boolean),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("missing_parts", ARRAY(Text)),  # of those NĐ 63/2010 makes mandatory; null: the source does not tell
    Column("for_people", Boolean),  # whether persons may carry it out; null: the source names no subject
    Column("change_from", BigInteger),
    Column("change_to", BigInteger),
    schema="catalogue",
)

limit_v1 = Table(
    "limit_v1",
    views,
    Column("agency_code", Text),
    Column("procedure_code", Text),
    Column("channel", SmallInteger),  # Channel: 1 direct, 2 online, 3 postal
    Column("case_name", Text),
    Column("quantity", Integer),
    Column("unit", Text),  # LimitUnit; OTHER means the law's own words, no number
    Column("change_from", BigInteger),
    Column("change_to", BigInteger),
    schema="catalogue",
)

limit_v2 = Table(
    "limit_v2",
    views,
    Column("agency_code", Text),
    Column("procedure_code", Text),
    Column("suffix", Text),  # as in procedure_v1; limit_v1 mixes a national procedure's limits with its local copy's
    Column("channel", SmallInteger),  # Channel
    Column("case_name", Text),
    Column("quantity", Integer),
    Column("unit", Text),  # LimitUnit
    Column("change_from", BigInteger),
    Column("change_to", BigInteger),
    schema="catalogue",
)

field_v1 = Table(
    "field_v1",
    views,
    Column("field_code", Text),
    Column("name", Text),
    Column("change_from", BigInteger),
    Column("change_to", BigInteger),
    schema="catalogue",
)

decision_v1 = Table(
    "decision_v1",
    views,
    Column("agency_code", Text),
    Column("number", Text),
    Column("kinds", ARRAY(Text)),  # DecisionKind values
    Column("signed_on", Date),
    Column("effective_on", Date),
    Column("posted_on", Date),
    Column("change_from", BigInteger),
    Column("change_to", BigInteger),
    schema="catalogue",
)

decision_v2 = Table(
    "decision_v2",
    views,
    Column("agency_code", Text),
    Column("number", Text),
    Column("kinds", ARRAY(Text)),  # DecisionKind values
    Column("signed_on", Date),
    Column("effective_on", Date),
    Column("posted_on", Date),
    Column("new", ARRAY(Text)),  # procedure codes, with suffix where there is one: 1.001612.000.00.00.H48
    Column("modified", ARRAY(Text)),
    Column("rescinded", ARRAY(Text)),
    Column("change_from", BigInteger),
    Column("change_to", BigInteger),
    schema="catalogue",
)

calendar_v1 = Table(
    "calendar_v1",
    views,
    Column("day", Date),
    Column("working", Boolean),
    Column("name", Text),
    Column("source", Text),
    Column("provisional", Boolean),
    Column("revision_from", BigInteger),
    Column("revision_to", BigInteger),
    schema="catalogue",
)

catalogue_feed_v1 = Table(
    "feed_v1",
    views,
    Column("feed", Text),
    Column("portal", Text),
    Column("kind", Text),
    Column("agency_code", Text),  # whose catalogue this feed is responsible for
    Column("state", Text),  # FeedState: fresh, stale, unknown
    Column("data_until", DateTime(timezone=True)),
    Column("last_verdict", Text),
    Column("quarantined", BigInteger),
    schema="catalogue",
)

catalogue_feed_v2 = Table(
    "feed_v2",
    views,
    Column("feed", Text),
    Column("portal", Text),
    Column("kind", Text),
    Column("agency_code", Text),  # whose catalogue this feed is responsible for
    Column("state", Text),  # FeedState: fresh, stale, unknown
    Column("reason", Text),  # why it is not fresh, where it was announced or the portal's rhythm tells; null: neither
    Column("data_until", DateTime(timezone=True)),
    Column("last_verdict", Text),
    Column("quarantined", BigInteger),
    schema="catalogue",
)

version_v1 = Table(
    "version_v1",
    views,
    Column("change", BigInteger),  # newest catalogue change number
    Column("calendar", BigInteger),  # newest calendar revision
    schema="catalogue",
)

# --- dossier-sync ------------------------------------------------------------------------------------------

ledger_v1 = Table(
    "ledger_v1",
    views,
    Column("entry", BigInteger),
    Column("at", DateTime(timezone=True)),
    Column("feed", Text),  # "<portal>/<kind>"
    Column("revisions", Integer),
    Column("digest", LargeBinary),
    schema="dossier",
)

FACT_COLUMNS: tuple[tuple[str, Any], ...] = (
    ("dossier_code", Text),  # canonical
    ("agency_code", Text),  # canonical, level 1 first
    ("procedure_code", Text),  # base; "" when the portal sent none
    ("field_code", Text),  # "" when unknown
    ("channel", SmallInteger),  # Channel; null: the portal sent none, counted as direct and flagged
    ("status", SmallInteger),  # DossierStatus
    ("received_on", Date),
    ("due_on", Date),  # the portal's date, the one the applicant holds
    ("first_due_on", Date),
    ("statutory_due_on", Date),  # ours, from the catalogue's limit and the calendar at intake
    ("ended_on", Date),
    ("returned_on", Date),
    ("supplements", JSONB),  # [[asked_on, answered_on|null], …], ISO dates; null when none
    ("flags", ARRAY(Text)),  # anomalies intake noticed; null when none
    ("modified_at", DateTime(timezone=True)),
)


def _facts() -> list[Column[object]]:
    return [Column(name, kind) for name, kind in FACT_COLUMNS]


revision_v1 = Table(
    "revision_v1",
    views,
    Column("entry", BigInteger),
    Column("number", Integer),  # 1, 2, … within the dossier
    Column("applied", Boolean),  # false: an older version kept as history, the head did not move
    *_facts(),
    schema="dossier",
)

head_v1 = Table(
    "head_v1",
    views,
    Column("entry", BigInteger),
    Column("number", Integer),
    *_facts(),
    schema="dossier",
)


def _facts_v2() -> list[Column[object]]:
    return [
        *_facts(),
        Column("gone", Boolean),  # a tombstone: the portal holds it no longer; the other facts are its last
        Column("particulars", JSONB),  # dossier_sync.domain.particulars; null when the portal tells none
        Column("source_hash", LargeBinary),  # SHA-256 of the record's bytes as the portal sent them
    ]


# Readers of v1 see a tombstone as one more version with the same facts.
revision_v2 = Table(
    "revision_v2",
    views,
    Column("entry", BigInteger),
    Column("number", Integer),
    Column("applied", Boolean),
    *_facts_v2(),
    schema="dossier",
)

head_v2 = Table(
    "head_v2",
    views,
    Column("entry", BigInteger),
    Column("number", Integer),
    *_facts_v2(),
    schema="dossier",
)

quarantine_v1 = Table(
    "quarantine_v1",
    views,
    Column("id", BigInteger),
    Column("feed", Text),
    Column("agency_code", Text),  # null when the record does not say
    Column("procedure_code", Text),
    Column("received_on", Date),  # null when unreadable
    Column("reason", Text),
    Column("opened_entry", BigInteger),
    Column("closed_entry", BigInteger),  # null: still open
    schema="dossier",
)

quarantine_v2 = Table(
    "quarantine_v2",
    views,
    Column("id", BigInteger),
    Column("feed", Text),
    Column("source_key", Text),  # dossier code, or sha256:… where none is readable
    Column("agency_code", Text),
    Column("procedure_code", Text),
    Column("received_on", Date),
    Column("reason", Text),
    Column("opened_entry", BigInteger),
    Column("closed_entry", BigInteger),
    schema="dossier",
)

feed_v1 = Table(
    "feed_v1",
    views,
    Column("feed", Text),
    Column("portal", Text),
    Column("kind", Text),
    Column("agency_code", Text),  # the subtree this feed is responsible for
    Column("state", Text),  # FeedState: fresh, stale, unknown
    Column("data_until", DateTime(timezone=True)),
    Column("last_verdict", Text),
    Column("quarantined", BigInteger),
    schema="dossier",
)

feed_v2 = Table(
    "feed_v2",
    views,
    Column("feed", Text),
    Column("portal", Text),
    Column("kind", Text),
    Column("agency_code", Text),
    Column("state", Text),  # FeedState: fresh, stale, unknown
    Column("reason", Text),  # why it is not fresh, where it was announced or the portal's rhythm tells; null: neither
    Column("data_until", DateTime(timezone=True)),
    Column("last_verdict", Text),
    Column("quarantined", BigInteger),
    schema="dossier",
)

# Every version of a petition; ``petition_v1`` holds the newest only.
petition_v2 = Table(
    "petition_v2",
    views,
    Column("petition_code", Text),
    Column("agency_code", Text),
    Column("subject", Text),  # behaviour | regulation; null: not known
    Column("received_on", Date),
    Column("due_on", Date),
    Column("resolved_on", Date),
    Column("dossier_code", Text),  # canonical; null: not told
    Column("likes", Integer),
    Column("dislikes", Integer),
    Column("repeated", Boolean),
    Column("known_from", DateTime(timezone=True)),  # when it was imported, in turn with the ledger's entries
    Column("known_to", DateTime(timezone=True)),  # exclusive; null: this is the newest version
    schema="dossier",
)

# The same, and the days of its steps.
petition_v3 = Table(
    "petition_v3",
    views,
    Column("petition_code", Text),
    Column("agency_code", Text),
    Column("subject", Text),  # behaviour | regulation; null: not known
    Column("received_on", Date),
    Column("due_on", Date),
    Column("resolved_on", Date),
    Column("dossier_code", Text),  # canonical; null: not told
    Column("likes", Integer),
    Column("dislikes", Integer),
    Column("repeated", Boolean),
    Column("known_from", DateTime(timezone=True)),  # when it was imported, in turn with the ledger's entries
    Column("known_to", DateTime(timezone=True)),  # exclusive; null: this is the newest version
    Column("transferred_on", Date),  # the latest transfer; as the other steps, null: not told
    Column("refused_on", Date),
    Column("supplement_asked_on", Date),  # the first request
    Column("published_on", Date),
    schema="dossier",
)

# Every version of a vote on how a dossier was handled.
vote_v1 = Table(
    "vote_v1",
    views,
    Column("vote_code", Text),
    Column("agency_code", Text),  # whose service was rated
    Column("dossier_code", Text),  # canonical
    Column("voted_on", Date),
    Column("disliked", Boolean),  # null: withdrawn
    Column("known_from", DateTime(timezone=True)),  # as of a petition
    Column("known_to", DateTime(timezone=True)),
    schema="dossier",
)

# One row. Petitions and votes are imported beside the ledger: no entry tells of them.
imports_v1 = Table(
    "imports_v1",
    views,
    Column("newest_at", DateTime(timezone=True)),  # the newest ``known_from`` of both; null: nothing was imported
    schema="dossier",
)

reconciliation_v1 = Table(
    "reconciliation_v1",
    views,
    Column("portal", Text),
    Column("source", Text),  # which of the portal's own counts
    Column("month", Date),  # its first day
    Column("agency_code", Text),  # with everything below it
    Column("asked_at", DateTime(timezone=True)),
    Column("entry", BigInteger),  # the ledger entry our count is of
    Column("theirs", BigInteger),
    Column("ours", BigInteger),
    Column("matched", BigInteger),
    Column("explained", JSONB),  # {cause: dossiers}; theirs - ours = their sum + unexplained
    Column("unexplained", BigInteger),  # not 0: figures of the agency and month are not final
    schema="dossier",
)

petition_v1 = Table(
    "petition_v1",
    views,
    Column("petition_code", Text),
    Column("agency_code", Text),
    Column("subject", Text),  # behaviour | regulation
    Column("received_on", Date),
    Column("due_on", Date),
    Column("resolved_on", Date),
    schema="dossier",
)
