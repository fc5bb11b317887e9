"""No false green: what a portal held while a run read it, against what we hold when that run says ``succeeded``.

A fake portal makes a ``Witness`` and tells it, at every request for a list, all it holds at that moment, whatever a
fault makes it answer. After the test ``compare`` asks the database: a run that ended proven must have brought every
row that stood unchanged in its window from its first request to its last. Fresher rows belong to the next run; rows
set aside are here; a proven run at which no portal vouched for anything proves nothing and fails too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import asyncpg

from shared.domain.identifiers import normal
from shared.runtime.clock import now


class Held(NamedTuple):
    """A row of a portal: its code as the portal writes it, its last change, and by what else it may be kept here.

    ``alias``: sha256 of a dossier's bytes; a procedure's id at the portal.
    """

    code: str
    modified_at: datetime | None = None
    alias: bytes | None = None


@dataclass(slots=True)
class _Sight:
    """The same rows, seen from one instant to another."""

    since: datetime
    until: datetime
    rows: frozenset[Held]


@dataclass(slots=True, eq=False)
class Witness:
    """What one portal held, and when. ``feed``: the feed that reads it, where a test has several at once."""

    feed: str | None = None
    schema: str = "dossier"
    excused: set[str] = field(default_factory=set)
    """Codes a run may miss and still be right: the portal took them away while it was read."""
    ahead: timedelta = timedelta(0)
    """How far a test moved this host's clock away from the database's."""
    _sights: list[_Sight] = field(default_factory=list)

    def __post_init__(self) -> None:
        _WITNESSES.append(self)

    def saw(self, rows: Iterable[Held]) -> None:
        """The portal holds exactly these now."""
        at, held = now() - self.ahead, frozenset(rows)
        if self._sights and self._sights[-1].rows == held:
            self._sights[-1].until = at
        else:
            self._sights.append(_Sight(at, at, held))

    @property
    def was_asked(self) -> bool:
        """Whether anybody asked this portal for a list."""
        return bool(self._sights)

    def held_throughout(self, since: datetime, until: datetime) -> frozenset[Held] | None:
        """The rows that stood unchanged between two instants; None where the portal was not asked at all."""
        seen = [sight.rows for sight in self._sights if sight.until >= since and sight.since <= until]
        return frozenset.intersection(*seen) if seen else None


_WITNESSES: list[Witness] = []
"""Of the test that runs now."""

_PROVEN = """
    select r.run_id, f.feed, r.mode, r.verdict, r.window_from, r.window_until, r.started_at, r.finished_at
    from {schema}.run r join {schema}.feed f using (feed_id)
    where r.verdict in ('succeeded', 'succeeded_empty') order by r.run_id"""
_HERE = {
    "dossier": """
        select r.dossier_code as code, r.modified_at, r.source_hash as alias, e.at
        from dossier.revision r join dossier.ledger_entry e using (feed_id, page)
        union all select '', null, source_hash, '2000-01-01Z' from dossier.head
        union all select '', null, source_hash, '2000-01-01Z' from dossier.copy
        union all select source_key, '9999-01-01Z', source_hash, seen_at from dossier.quarantine""",
    "catalogue": """
        select concat_ws('.', procedure_code, nullif(suffix, '')) as code, null::timestamptz as modified_at,
               null::bytea as alias, '2000-01-01Z'::timestamptz as at from catalogue.procedure
        union all select '', null, convert_to(portal_id, 'UTF8'), opened_at from catalogue.quarantined""",
}


def forget() -> None:
    """Before a test: nobody has seen anything."""
    _WITNESSES.clear()


async def compare(database_url: str, *, vouched: bool = True) -> None:
    """Fails naming the run and the rows, if a proven run lacks what its portal held.

    ``vouched``: also if a run is proven and no portal says what it held.
    """
    connection = await asyncpg.connect(database_url)
    try:
        for schema in _HERE:
            here = None
            for run in await connection.fetch(_PROVEN.format(schema=schema)):
                here = here or await connection.fetch(_HERE[schema])
                lacking = _lacking(run, schema, here, vouched=vouched)
                assert not lacking, f"{run['feed']} run {run['run_id']} ended {run['verdict']} without {lacking[:5]}"
    finally:
        await connection.close()


def _lacking(run: Any, schema: str, here: list[Any], *, vouched: bool) -> list[str]:
    asked = [w for w in _WITNESSES if w.schema == schema and w.feed in (None, run["feed"])]
    told = [(w, w.held_throughout(run["started_at"], run["finished_at"])) for w in asked]
    held = [(w, rows) for w, rows in told if rows is not None]
    assert held or not vouched, (
        f"{run['feed']} run {run['run_id']} ended {run['verdict']}, and no portal says what it held"
    )
    newest, aliases = _known(here, run["finished_at"])
    return sorted(
        row.code
        for witness, rows in held
        for row in rows
        if row.code not in witness.excused and _in_window(row, run) and not _is_here(row, newest, aliases)
    )


def _known(here: list[Any], until: datetime) -> tuple[dict[str, datetime | None], set[bytes]]:
    """What was stored when the run ended: the newest version of each key, and every alias."""
    newest: dict[str, datetime | None] = {}
    aliases: set[bytes] = set()
    for row in here:
        if row["at"] > until:
            continue
        aliases.add(row["alias"])
        known = newest.get(row["code"])
        newest[row["code"]] = max(known, row["modified_at"]) if known and row["modified_at"] else row["modified_at"]
    return newest, aliases


def _in_window(row: Held, run: Any) -> bool:
    if row.modified_at is None:
        return True
    begins = run["window_from"] if run["mode"] != "full" else None
    return row.modified_at <= run["window_until"] and (begins is None or row.modified_at >= begins)


def _is_here(row: Held, newest: dict[str, datetime | None], aliases: set[bytes]) -> bool:
    if row.alias is not None and row.alias in aliases:
        return True
    if normal(row.code) not in newest:
        return False
    stored = newest[normal(row.code)]
    return stored is None or row.modified_at is None or stored >= row.modified_at


def at_of(stamp: object) -> datetime | None:
    """The instant of an ISO text with a zone, None where there is none."""
    try:
        at = datetime.fromisoformat(str(stamp))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None
