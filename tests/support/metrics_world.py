"""A world for tests of metrics: a ledger, a catalogue and feeds that a test writes page by page."""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from metrics import projector
from metrics.domain.dossier import DossierFacts
from metrics.domain.events import COUNTERS
from metrics.domain.particulars import Particulars, read
from metrics.tables import metadata
from shared.contracts.views import (
    agency_v1,
    calendar_v1,
    catalogue_feed_v2,
    client_v1,
    decision_v1,
    decision_v2,
    feed_v2,
    field_v1,
    head_v2,
    ledger_v1,
    petition_v3,
    procedure_v1,
    procedure_v2,
    quarantine_v1,
    revision_v2,
    version_v1,
    views,
    vote_v1,
)
from shared.domain.status import DossierStatus
from shared.runtime.auth import key_hash
from shared.runtime.clock import LOCAL_ZONE
from shared.runtime.database import transaction
from support.published import LOOKS, OLDER

FEED = "haiphong-igate/dossiers"
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
KEY = "mtc_test_key_that_opens_everything"
PUBLISHED = ("publication", "publication_file", "signing_key", "publication_request")


@dataclass(frozen=True)
class Version:
    """One version of a dossier, as a page brings it."""

    code: str
    facts: DossierFacts
    agency: str = "H24.99"
    procedure: str = "1.001612"
    field: str = "G03-GD10"
    particulars: Mapping[str, Any] | None = None  # as published; what is read of it stands in ``facts``
    source: int = 0  # another number: the portal sent other bytes
    hour: int = 17  # of ``facts.modified_on``, local


def a_dossier(number: int = 1, **changes: Any) -> Version:
    """A returned dossier of H24.99, ended the day before it was due; override what matters."""
    outer = {
        name: changes.pop(name) for name in ("code", "agency", "procedure", "field", "particulars") if name in changes
    }
    facts = DossierFacts(
        status=DossierStatus.RETURNED,
        channel=2,
        received_on=date(2024, 3, 1),
        due_on=date(2024, 3, 20),
        statutory_due_on=None,
        ended_on=date(2024, 3, 19),
        returned_on=None,
        supplements=(),
        modified_on=date(2024, 3, 19),
    )
    facts = replace(facts, particulars=_read(outer.get("particulars")), **changes)
    return replace(Version(f"000.00.99.H24-240301-{number:04}", facts), **outer)


def any_dossiers(seed: int, count: int) -> list[Version]:
    """Dossiers of every kind over a small tree of agencies, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    return [_any_dossier(dice, number) for number in range(count)]


def again(dice: random.Random, version: Version) -> Version:
    """A later version of the same dossier, now and then of another agency."""
    other = _any_dossier(dice, 0)
    moved = other.agency if dice.random() < 0.1 else version.agency
    return replace(version, facts=other.facts, particulars=other.particulars, agency=moved)


def _any_dossier(dice: random.Random, number: int) -> Version:
    first = date(2023, 6, 1)

    def day(chance: float = 1.0) -> date | None:
        return first + timedelta(days=dice.randrange(500)) if dice.random() < chance else None

    received, due = day(0.97), day(0.9)
    rounds = tuple((day() or first, day(0.7)) for _ in range(dice.choice([0, 0, 0, 1, 2])))
    facts = DossierFacts(
        status=dice.choice([*DossierStatus, DossierStatus.RETURNED, DossierStatus.DONE, DossierStatus.PROCESSING]),
        channel=dice.choice([None, 1, 2, 2, 3]),
        received_on=received,
        due_on=due,
        statutory_due_on=day(0.5),
        ended_on=day(0.6),
        returned_on=day(0.3),
        supplements=rounds,
        modified_on=day() or first,
        gone=dice.random() < 0.04,
    )
    told = _any_particulars(dice)
    facts = replace(facts, first_due_on=dice.choice([due, due, day()]), particulars=_read(told))
    agency = dice.choice(["H24", "H24.99", "H24.99", "H24.99.01", "H24.100", "H240.01", "H26.15"])
    procedure, field = f"1.{dice.randrange(6):06}", f"F{dice.randrange(4)}"
    return Version(f"D-{number:05}", facts, agency, procedure, field, told)


def with_particulars(version: Version, told: Mapping[str, Any] | None) -> Version:
    """The same version whose portal tells these particulars."""
    return replace(version, facts=replace(version.facts, particulars=_read(told)), particulars=told)


def _read(told: Mapping[str, Any] | None) -> Particulars | None:
    return None if told is None else read(json.dumps(told))


def _any_particulars(dice: random.Random) -> dict[str, Any] | None:
    """Particulars of every kind, each key missing now and then; None: a portal that tells nothing."""

    def day() -> str:
        return (date(2023, 6, 1) + timedelta(days=dice.randrange(500))).isoformat()

    def counts(*names: str) -> dict[str, int]:
        return {name: dice.randrange(2) for name in names if dice.random() < 0.8}

    changes = [
        [
            dice.choice([None, day(), day()]),
            dice.choice([None, day()]),
            day(),
            dice.choice([None, "supplement", "extension"]),
        ]
        for _ in range(dice.randrange(3))
    ]
    every: dict[str, Any] = {
        "fees": [["1", dice.choice([None, 0, 0, 50_000]), None] for _ in range(dice.randrange(3))],
        "paid_online": dice.randrange(4),
        "components": counts("total", "digitised", "reused", "from_store"),
        "digitised": dice.random() < 0.5,
        "results": counts("total", "files"),
        "verified_account": dice.random() < 0.5,
        "databases": dice.choice([[], ["7"], ["22"]]),
        "filed_at": dice.choice(["national", "local"]),
        "due_changes": changes,
        "apologies": dice.randrange(3),
    }
    if dice.random() < 0.2:
        return None
    return {name: value for name, value in every.items() if dice.random() < 0.8}


_CELL = "t.agency_code, t.span, t.day, t.channel"
_CELLS_EVER = f"""
    select concat(slice, ': ', state) from (
        select *, lag(state) over (partition by span, agency_code, day, channel order by slice) as before
        from (select *, to_jsonb(every) - 'slice' as state
              from (select {_CELL}, p.slice, {", ".join(f"coalesce(p.{name}, 0) as {name}" for name in COUNTERS)}
                    from metrics.tally_past as p join metrics.tally as t using (cell)
                    union all
                    select {_CELL}, t.slice, {", ".join(f"t.{name}" for name in COUNTERS)}
                    from metrics.tally as t) as every) as states) as kept
    where state <> before or (before is null and ({" or ".join(f"{name} <> 0" for name in COUNTERS)}))
    order by 1"""
"""A state that is no other than the one before it is left by batches of one slice that undo each other."""


_COUNT_ASIDE = text("""
update dossier.feed_v2 as f set quarantined = told.open
from (
    select f.feed, count(q.id) as open
    from dossier.feed_v2 as f
    left join dossier.quarantine_v1 as q
      on q.feed = f.feed and coalesce(q.closed_entry > (select max(entry) from dossier.ledger_v1), true)
    group by f.feed) as told
where told.feed = f.feed and f.feed = :feed
""")
"""As dossier-sync does: a feed knows how many of its records stand aside."""


class World:
    """Writes what the other services publish, and lets metrics project it."""

    def __init__(self, engine: AsyncEngine, url: str) -> None:
        self.engine, self.url = engine, url
        self._entry, self._numbers = 0, dict[str, int]()

    async def reset(self) -> None:
        names = ", ".join(f"{t.schema}.{t.name}" for t in views.sorted_tables if t.name not in {**OLDER, **LOOKS})
        own = ", ".join(f"metrics.{table.name}" for table in metadata.sorted_tables)
        async with transaction(self.engine) as connection:
            await connection.execute(text(f"truncate {names}, {own}"))
            await connection.execute(version_v1.insert(), [{"change": 5, "calendar": 2}])
            await connection.execute(client_v1.insert(), [_client()])
        await self.feed()

    async def clear(self) -> None:
        """The same by deleting what there is: many times faster where every table is small."""
        names = [f"{t.schema}.{t.name}" for t in views.sorted_tables if t.name not in {**OLDER, **LOOKS}]
        names += [f"metrics.{table.name}" for table in reversed(metadata.sorted_tables)]
        async with transaction(self.engine) as connection:
            wipe = "".join(f"if exists (select from {name}) then delete from {name}; end if; " for name in names)
            await connection.execute(text(f"do $$ begin {wipe} end $$"))
            await connection.execute(version_v1.insert(), [{"change": 5, "calendar": 2}])
            await connection.execute(client_v1.insert(), [_client()])
        await self.feed()

    async def feed(self, **changes: Any) -> None:
        """The dossier feed as it stands, in place of what it was."""
        row = {
            "feed": FEED,
            "portal": "haiphong-igate",
            "kind": "dossiers",
            "agency_code": "H24",
            "state": "fresh",
            "data_until": datetime(2030, 1, 1, tzinfo=UTC),
            "last_verdict": "succeeded",
            "quarantined": 0,
        }
        async with transaction(self.engine) as connection:
            await connection.execute(feed_v2.delete().where(feed_v2.c.feed == (changes.get("feed") or FEED)))
            await connection.execute(feed_v2.insert(), [row | changes])
            if "quarantined" not in changes:
                await connection.execute(_COUNT_ASIDE, {"feed": changes.get("feed") or FEED})

    async def page(
        self, versions: Sequence[Version], *, applied: bool = True, notify: bool = False, at: datetime | None = None
    ) -> int:
        """One ledger entry with these revisions, an hour after the one before; heads move. Returns the entry."""
        self._entry += 1
        rows = [self._revision(version, applied=applied) for version in versions]
        digest = hashlib.sha256(str(self._entry).encode()).digest()
        at = at or BEGAN + timedelta(hours=self._entry)
        entry = {"entry": self._entry, "at": at, "feed": FEED, "revisions": len(rows), "digest": digest}
        async with transaction(self.engine) as connection:
            await connection.execute(ledger_v1.insert(), [entry])
            if rows:
                await connection.execute(revision_v2.insert(), rows)
            if rows and applied:
                codes = [row["dossier_code"] for row in rows]
                await connection.execute(head_v2.delete().where(head_v2.c.dossier_code.in_(codes)))
                await connection.execute(head_v2.insert(), [_without(row, "applied") for row in rows])
            for view in ("revision_v2", "head_v2"):  # SQLAlchemy writes None as the JSON null, dossier-sync never does
                jsons = f"update dossier.{view} set particulars = null where particulars = 'null'"
                await connection.execute(text(jsons))
            await connection.execute(_COUNT_ASIDE, {"feed": FEED})
            if notify:
                await connection.execute(text("notify motcua_ledger"))
        return self._entry

    async def add(self, table: Any, *rows: dict[str, Any]) -> None:
        """Rows of any other published view; a petition or vote is known since the ledger began, unless it says so."""
        if table in (petition_v3, vote_v1):
            rows = tuple({"known_from": BEGAN, "known_to": None} | row for row in rows)
        async with transaction(self.engine) as connection:
            await connection.execute(table.insert(), list(rows))

    async def quarantine(self, number: int, **changes: Any) -> None:
        """A record in quarantine since the newest entry."""
        row = {
            "id": number,
            "feed": FEED,
            "agency_code": "H24.99",
            "procedure_code": None,
            "received_on": None,
            "reason": "date_unreadable",
            "opened_entry": self._entry,
            "closed_entry": None,
        }
        await self.add(quarantine_v1, row | changes)
        async with transaction(self.engine) as connection:
            await connection.execute(_COUNT_ASIDE, {"feed": FEED})

    async def project(self, most_rows: int = 20_000) -> int:
        """Project all there is; returns the number of revisions."""
        return (await projector.catch_up(self.engine, most_rows=most_rows)).revisions

    async def project_some(self, most_rows: int, batches: int) -> None:
        """Project a few batches and stop."""
        for _ in range(batches):
            if await projector.step(self.engine, most_rows=most_rows, wait=True) is None:
                return

    async def everything(self) -> list[Any]:
        """Facts and cells, with what each cell was: what two ways of projecting must have in common."""
        async with self.engine.connect() as connection:
            facts = await connection.execute(text("select f::text from metrics.fact f order by 1"))
            cells = await connection.execute(text(_CELLS_EVER))
            return [*facts.scalars(), *cells.scalars()]

    def _revision(self, version: Version, *, applied: bool) -> dict[str, Any]:
        number = self._numbers[version.code] = self._numbers.get(version.code, 0) + 1
        f = version.facts
        rounds = [[a.isoformat(), None if b is None else b.isoformat()] for a, b in f.supplements]
        return {
            "entry": self._entry,
            "number": number,
            "applied": applied,
            "dossier_code": version.code,
            "agency_code": version.agency,
            "procedure_code": version.procedure,
            "field_code": version.field,
            "channel": f.channel,
            "status": int(f.status),
            "received_on": f.received_on,
            "due_on": f.due_on,
            "first_due_on": f.first_due_on,
            "statutory_due_on": f.statutory_due_on,
            "ended_on": f.ended_on,
            "returned_on": f.returned_on,
            "supplements": json.loads(json.dumps(rounds)) or None,
            "flags": None,
            "modified_at": datetime.combine(f.modified_on, time(version.hour), LOCAL_ZONE).astimezone(UTC),
            "gone": f.gone,
            "particulars": version.particulars,
            "source_hash": hashlib.sha256(f"{version.code} {version.source}".encode()).digest(),
        }


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _client() -> dict[str, Any]:
    scopes = ["figures:read", "lineage:read", "indicators:write", "publish"]
    return {
        "key_hash": key_hash(KEY),
        "client_id": "test",
        "agency_code": "H24",
        "scopes": scopes,
        "expires_at": None,
    }


def a_client(key: str, scopes: list[str], agency: str = "H24") -> dict[str, Any]:
    """Another API client's row."""
    return _client() | {"key_hash": key_hash(key), "client_id": key, "scopes": scopes, "agency_code": agency}


def an_agency(code: str, name: str, **changes: Any) -> dict[str, Any]:
    """An agency that has always been."""
    row = {
        "agency_code": code,
        "name": name,
        "level": "PROVINCIAL_DEPARTMENT",
        "parent_code": None,
        "valid_from": None,
        "valid_to": None,
        "change_from": 1,
        "change_to": None,
    }
    return row | changes


def a_procedure(number: int, **changes: Any) -> dict[str, Any]:
    """A procedure in force since 2020 in the catalogue of H24.99."""
    row = {
        "agency_code": "H24.99",
        "procedure_code": f"1.{number:06}",
        "suffix": "",
        "name": f"Thủ tục {number}",
        "field_code": "G03-GD10",
        "levels": ["PROVINCIAL_DEPARTMENT"],
        "online_level": "PARTIAL",
        "fee_bearing": False,
        "in_force": True,
        "valid_from": date(2020, 1, 1),
        "valid_to": None,
        "change_from": 1,
        "change_to": None,
    }
    return row | changes


__all__ = [
    "KEY",
    "World",
    "a_client",
    "a_dossier",
    "a_procedure",
    "again",
    "agency_v1",
    "an_agency",
    "any_dossiers",
    "calendar_v1",
    "catalogue_feed_v2",
    "decision_v1",
    "decision_v2",
    "field_v1",
    "petition_v3",
    "procedure_v1",
    "procedure_v2",
    "version_v1",
    "vote_v1",
]
