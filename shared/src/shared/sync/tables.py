"""The two tables behind every sync: feeds and runs. Each service makes them in its own schema.

Users: catalogue, dossier_sync (``tables``, migrations). A feed's row is its schedule, lease, cursor, breaker and
last verdict in one: whoever holds the fence may write, and the console needs no second source.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    case,
    func,
    null,
    text,
)

from shared.sync.verdicts import FeedState, Verdict

INCREMENTAL, FULL = "incremental", "full"
"""Modes of a run: what changed since the watermark, or everything."""


def _instant(name: str, **options: Any) -> Column[Any]:
    return Column(name, DateTime(timezone=True), **options)


def _count(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


def feed_table(metadata: MetaData, schema: str, *extra: Column[Any]) -> Table:
    """Feeds: one row for each kind of thing read from one portal."""
    return Table(
        "feed",
        metadata,
        Column("feed_id", Integer, Identity(always=True), primary_key=True),
        Column("feed", Text, nullable=False, unique=True),  # "<portal>/<kind>"
        Column("portal", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("agency_code", Text),  # the subtree this feed is responsible for
        Column("enabled", Boolean, nullable=False, server_default=text("true")),
        Column("every_seconds", Integer, nullable=False),
        _instant("next_at", nullable=False, server_default=func.now()),
        Column("priority", Integer, nullable=False, server_default=text("100")),  # smaller: carried first
        Column("rank", Integer, nullable=False, server_default=text("100")),  # smaller: nearer the truth
        Column("configuration", Text),  # digest of the file of portals that named it; null: the environment did
        Column("notice", Text),  # what an operator must know about it and no run can tell
        Column("requested_mode", Text),  # an operator asked for a run of this mode; cleared by the claim
        # Lease. The fence grows with every claim; a write must name the one it was claimed with.
        Column("owner", Text),
        _instant("lease_until"),
        Column("fence", BigInteger, nullable=False, server_default=text("0")),
        # The unfinished run and where it stands; both die with the run.
        Column("run_id", BigInteger),
        Column("cursor", Text),
        # What outlives runs.
        _instant("watermark"),  # everything the portal changed before this is committed here
        _count("page"),  # pages of this feed that changed something, gap-free
        _instant("data_until"),  # the portal was proven complete up to this instant
        Column("last_verdict", Text),
        Column("last_failure", Text),
        _instant("last_finished_at"),
        # Breaker, in the row so that every worker and the console see the same one.
        Column("failures", Integer, nullable=False, server_default=text("0")),
        _instant("closed_until"),  # no run before this instant
        _instant("paced_until"),  # the portal asked us to wait: no request of any of its feeds before
        # A long run of the whole list steps aside while a tick of the live feed is carried.
        Column("parked_run_id", BigInteger),
        Column("parked_cursor", Text),
        _instant("live_until"),  # during the first load: what changed before this was read beside it
        # What an operator must know within minutes.
        _instant("moved_at"),  # something new or changed was last seen then
        _instant("silent_since"),  # nothing moved for longer than the portal's rhythm allows
        _instant("quiet_from"),  # maintenance announced by the portal
        _instant("quiet_until"),
        Column("quiet_reason", Text),
        Column("start_delay_seconds", Double),  # how late the newest run was started
        Column("clock_offset_seconds", Double),  # the portal's clock is so far ahead
        Column("night_share", Double),  # of the newest changes, outside 05:00 to 21:00
        *extra,
        CheckConstraint("every_seconds > 0", name="feed_every_positive"),
        schema=schema,
    )


def run_table(metadata: MetaData, schema: str, *extra: Column[Any]) -> Table:
    """Runs: what was asked, what was seen, how it ended."""
    return Table(
        "run",
        metadata,
        Column("run_id", BigInteger, Identity(always=True), primary_key=True),
        Column("feed_id", Integer, ForeignKey(f"{schema}.feed.feed_id"), nullable=False, index=True),
        Column("mode", Text, nullable=False),
        _instant("window_from"),  # null: from the beginning
        _instant("window_until", nullable=False),
        _instant("started_at", nullable=False, server_default=func.now()),
        _instant("finished_at"),  # null: still running, or left by a dead worker and soon resumed
        Column("verdict", Text),
        Column("failure", Text),  # class of the failure: unavailable, auth, contract, …
        Column("detail", Text),  # one sentence for the operator; no secret, no person's data
        Column("claims", Integer, nullable=False, server_default=text("1")),  # 2: resumed once, and so on
        *[_count(name) for name in RUN_COUNTERS],
        Column("portal_total", BigInteger),  # what the portal itself says it holds
        *extra,
        CheckConstraint(f"verdict in ({', '.join(repr(str(v)) for v in Verdict)})", name="run_verdict_known"),
        schema=schema,
    )


RUN_COUNTERS = ("pages", "seen", "new", "changed", "unchanged", "older", "repeated", "quarantined", "gaps")
"""Counters of a run. ``older``: kept as history, did not move the current state. ``repeated``: rows the portal sent
twice because its list moved while it was read. ``gaps``: rows that may have been missed."""


def in_maintenance(feed: Table) -> ColumnElement[bool]:
    """Whether the portal announced that it is closed now, by the database's clock."""
    return func.coalesce(and_(feed.c.quiet_from <= func.now(), feed.c.quiet_until > func.now()), False)


def feed_state(feed: Table) -> ColumnElement[str]:
    """FeedState by the database's clock. A feed is fresh for two poll periods after its data were proven complete,
    unless its portal has been silent against its own rhythm: then nothing new proves nothing."""
    return case(
        (feed.c.data_until.is_(None), str(FeedState.UNKNOWN)),
        (feed.c.silent_since.is_not(None), str(FeedState.STALE)),
        (feed.c.data_until >= func.now() - func.make_interval(0, 0, 0, 0, 0, 0, 2 * feed.c.every_seconds),
         str(FeedState.FRESH)),
        else_=str(FeedState.STALE),
    )  # fmt: skip


def state_reason(feed: Table) -> ColumnElement[str | None]:
    """Why a feed is not fresh, where somebody announced it or its rhythm tells; null otherwise."""
    return case(
        (in_maintenance(feed), func.concat("maintenance: ", feed.c.quiet_reason)),
        (feed.c.silent_since.is_not(None), "silent"),
        else_=null(),
    )
