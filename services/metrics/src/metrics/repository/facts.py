"""The judged rows: one for each version of a dossier, valid from one ledger entry to another."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from asyncpg import Range
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.dossier import Anomaly, Days, Exclusion, Judged, Standing
from metrics.domain.traits import NOTHING, Told, Trait
from metrics.repository.ledger import Revision
from metrics.tables import SCHEMA, fact
from shared.domain.deadline import Timeliness
from shared.runtime.database import raw

OUTCOME = {Timeliness.EARLY: 1, Timeliness.ON_TIME: 2, Timeliness.LATE: 3}
"""How an outcome is stored in ``fact.outcome``."""

_TIMELINESS = {number: outcome for outcome, number in OUTCOME.items()}
_COLUMNS = tuple(column.name for column in fact.columns)
_JUDGED = ", ".join(_COLUMNS[_COLUMNS.index("channel") :])
_WIDTH = len(_COLUMNS) - _COLUMNS.index("channel")
# The offset holds the planner to one look-up a dossier. Of a table that a rebuild is just filling it knows nothing, and
# for the thousands of codes of a batch it would read the whole of it, every time.
_CURRENT_OF = f"""
    select f.* from unnest($1::text[]) as c(code) cross join lateral (
        select dossier_code, agency_code, {_JUDGED} from metrics.fact
        where dossier_code = c.code and valid_to is null
        offset 0) as f"""
_CURRENT = f"""
    select dossier_code, agency_code, {_JUDGED}, valid_from, procedure_code, field_code from metrics.fact
    where valid_to is null order by dossier_code"""
_BEGUN = f"select valid_from, agency_code, {_JUDGED} from metrics.fact order by valid_from"
_ENDED = f"select valid_to, agency_code, {_JUDGED} from metrics.fact where valid_to is not null order by valid_to"
_CLOSE = """
    update metrics.fact as f set valid_to = c.entry
    from unnest($1::text[], $2::bigint[]) as c(code, entry) cross join lateral (
        select ctid as place from metrics.fact where dossier_code = c.code and valid_to is null
        offset 0) as known
    where f.ctid = known.place"""
_DELETE = text("delete from metrics.fact")


@dataclass(frozen=True, slots=True)
class CurrentFact:
    """The judged row of a dossier's newest version."""

    dossier_code: str
    agency_code: str
    judged: Judged
    valid_from: int = 0
    procedure_code: str = ""
    field_code: str = ""


async def current_of(connection: AsyncConnection, codes: Sequence[str]) -> list[CurrentFact]:
    """The current rows of these dossiers; dossiers without one are left out."""
    rows = await (await raw(connection)).fetch(_CURRENT_OF, codes)
    return [CurrentFact(row[0], row[1], _judged(row[2:])) for row in rows]


async def current(connection: AsyncConnection) -> AsyncIterator[CurrentFact]:
    """Every current row in code order, streamed."""
    async for row in (await raw(connection)).cursor(_CURRENT, prefetch=2_000):
        yield CurrentFact(row[0], row[1], _judged(row[2 : 2 + _WIDTH]), *row[2 + _WIDTH :])


async def begun(connection: AsyncConnection) -> AsyncIterator[tuple[int, str, Judged]]:
    """Every version there ever was with its agency, in the order of the entries that brought it, streamed."""
    async for row in (await raw(connection)).cursor(_BEGUN, prefetch=2_000):
        yield row[0], row[1], _judged(row[2:])


async def ended(connection: AsyncConnection) -> AsyncIterator[tuple[int, str, Judged]]:
    """Every version that was replaced, in the order of the entries that replaced it, streamed."""
    async for row in (await raw(connection)).cursor(_ENDED, prefetch=2_000):
        yield row[0], row[1], _judged(row[2:])


async def close(connection: AsyncConnection, ends: Sequence[tuple[str, int]]) -> None:
    """End the current rows of these dossiers with the entry that replaces each."""
    codes, entries = [code for code, _ in ends], [entry for _, entry in ends]
    await (await raw(connection)).execute(_CLOSE, codes, entries)


async def insert(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Add judged rows (made by ``row``) by binary COPY."""
    driver = await raw(connection)
    await driver.copy_records_to_table("fact", schema_name=SCHEMA, columns=_COLUMNS, records=rows)


async def delete_all(connection: AsyncConnection) -> None:
    """Forget every judged row, inside the caller's transaction: readers keep the old ones until it commits."""
    await connection.execute(_DELETE)


def row(revision: Revision, judged: Judged, valid_to: int | None) -> tuple[Any, ...]:
    """The stored form of one judged version, in column order."""
    return (
        revision.dossier_code,
        revision.entry,
        valid_to,
        revision.agency_code,
        revision.procedure_code,
        revision.field_code,
        judged.channel,
        judged.reason,
        judged.received_on,
        judged.ended_on,
        judged.due_on,
        None if judged.outcome is None else OUTCOME[judged.outcome],
        judged.withdrawn,
        judged.late_766,
        _ranges(judged.overdue),
        None if judged.overdue_766 is None else Range(*judged.overdue_766),
        int(judged.anomalies),
        int(judged.told.traits),
        judged.told.extended_on,
        judged.told.apologies,
        *_stored(judged.restart),
        *_stored(judged.subtract),
    )


def _ranges(days: Sequence[Days]) -> list[Any] | None:
    return [Range(*each) for each in days] if days else None


def _stored(standing: Standing | None) -> tuple[Any, ...]:
    if standing is None:
        return (None, None, None)
    outcome = 0 if standing.outcome is None else OUTCOME[standing.outcome]
    return (outcome, standing.due_on, _ranges(standing.overdue))


def _judged(values: Sequence[Any]) -> Judged:
    (channel, reason, received_on, ended_on, due_on, outcome) = values[:6]
    (withdrawn, late_766, overdue, overdue_766, anomalies) = values[6:11]
    (traits, extended_on, apologies) = values[11:14]
    return Judged(
        None if reason is None else Exclusion(reason),
        channel,
        received_on,
        ended_on,
        due_on,
        None if outcome is None else _TIMELINESS[outcome],
        withdrawn,
        late_766,
        _all_days(overdue),
        None if overdue_766 is None else _days(overdue_766),
        Anomaly(anomalies),
        Told(Trait(traits), extended_on, apologies) if traits or apologies else NOTHING,
        _standing(*values[14:17]),
        _standing(*values[17:20]),
    )


def _standing(outcome: int | None, due_on: date | None, overdue: Any) -> Standing | None:
    if outcome is None:
        return None
    return Standing(due_on, _TIMELINESS[outcome] if outcome else None, _all_days(overdue))


def _all_days(stored: Any) -> tuple[Days, ...]:
    return () if stored is None else tuple(_days(each) for each in stored)


def _days(stored: "Range[date]") -> Days:
    return stored.lower, stored.upper
