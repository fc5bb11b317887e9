"""Time limits as they are read across procedures, and what each source says of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import and_, delete, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.domain.procedure import Limit
from catalogue.repository.asof import subtree, valid_at
from catalogue.repository.entities import LIMIT
from catalogue.tables import limit_said, procedure_limit
from shared.domain.channel import Channel
from shared.domain.level import LimitUnit

_KEY = ("procedure_code", "suffix", "channel", "case_name")

LimitPlace = tuple[str, str, str, int, str]
"""Agency, procedure, suffix, channel, case: the order of the list."""


@dataclass(frozen=True, slots=True)
class Said:
    """A source's word on one limit. ``words``: how it writes it, where it writes words."""

    procedure_code: str
    suffix: str
    channel: Channel
    case_name: str
    quantity: int | None
    unit: LimitUnit
    words: str

    @property
    def key(self) -> tuple[str, str, int, str]:
        """Which limit it is about."""
        return (self.procedure_code, self.suffix, int(self.channel), self.case_name)


@dataclass(frozen=True, slots=True)
class Statement:
    """Who says what of a limit: the feed of a source, about the catalogue of an agency."""

    agency_code: str
    source: str
    quantity: int | None
    unit: LimitUnit
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two sources that disagree on one limit."""

    procedure_code: str
    suffix: str
    channel: Channel
    case_name: str
    first: Statement
    second: Statement


async def keep_said(connection: AsyncConnection, said: Sequence[Said], *, agency_code: str, source: str) -> None:
    """Keeps what a source says now about the procedures it speaks of; what it said of others stays."""
    told = {one.key: one for one in said}
    known = await _known(connection, agency_code, source)
    spoken_of = {key[:2] for key in told}
    gone = [key for key in known if key[:2] in spoken_of and key not in told]
    here = (limit_said.c.agency_code == agency_code, limit_said.c.source == source)
    if gone:
        columns = tuple_(*(limit_said.c[name] for name in _KEY))
        await connection.execute(delete(limit_said).where(*here, columns.in_(gone)))
    differing = [one for key, one in told.items() if known.get(key) != one]
    if differing:
        statement = upsert(limit_said)
        changed = {name: statement.excluded[name] for name in ("quantity", "unit", "words")}
        statement = statement.on_conflict_do_update(
            index_elements=["agency_code", *_KEY, "source"], set_={**changed, "said_at": func.now()}
        )
        rows = [{**asdict(one), "agency_code": agency_code, "source": source} for one in differing]
        await connection.execute(statement, rows)


async def listed(
    connection: AsyncConnection,
    *,
    change: int,
    within: str | None,
    unit: str | None,
    after: LimitPlace | None,
    limit: int,
) -> list[Limit]:
    """Published limits by procedure, after ``after``, as of a change."""
    table = procedure_limit
    place = (table.c.agency_code, table.c.procedure_code, table.c.suffix, table.c.channel, table.c.case_name)
    question = select(table).where(valid_at(table, change))
    if within is not None:
        question = question.where(subtree(table.c.agency_code, within))
    if unit is not None:
        question = question.where(table.c.unit == unit)
    if after is not None:
        question = question.where(tuple_(*place) > after)
    rows = await connection.execute(question.order_by(*place).limit(limit))
    return [LIMIT.load(row._asdict()) for row in rows]


async def differences(connection: AsyncConnection, *, within: str | None, limit: int) -> list[Difference]:
    """Limits on which sources disagree: two of one catalogue, or the catalogues of an agency and one above it."""
    first, second = limit_said.alias("first"), limit_said.alias("second")
    same = and_(*(first.c[name] == second.c[name] for name in _KEY))
    apart = or_(first.c.quantity.is_distinct_from(second.c.quantity), first.c.unit != second.c.unit)
    earlier = tuple_(first.c.agency_code, first.c.source) < tuple_(second.c.agency_code, second.c.source)
    near = or_(
        first.c.agency_code == second.c.agency_code,
        func.starts_with(second.c.agency_code, first.c.agency_code + "."),
    )
    names = ("agency_code", "source", "quantity", "unit", "words")
    columns = [table.c[name].label(f"{table.name}_{name}") for table in (first, second) for name in names]
    question = select(*(first.c[name] for name in _KEY), *columns).join(second, and_(same, apart, earlier, near))
    if within is not None:
        question = question.where(subtree(second.c.agency_code, within))
    order = (
        *(first.c[name] for name in _KEY),
        first.c.agency_code,
        first.c.source,
        second.c.agency_code,
        second.c.source,
    )
    rows = await connection.execute(question.order_by(*order).limit(limit))
    return [_difference(row._asdict()) for row in rows]


async def _known(connection: AsyncConnection, agency_code: str, source: str) -> dict[tuple[str, str, int, str], Said]:
    columns = [limit_said.c[name] for name in Said.__dataclass_fields__]
    question = select(*columns).where(limit_said.c.agency_code == agency_code, limit_said.c.source == source)
    rows = await connection.execute(question)
    found = [
        Said(**{**row, "channel": Channel(row["channel"]), "unit": LimitUnit(row["unit"])}) for row in rows.mappings()
    ]
    return {one.key: one for one in found}


def _difference(row: dict[str, object]) -> Difference:
    def statement(side: str) -> Statement:
        values = {name: row[f"{side}_{name}"] for name in Statement.__dataclass_fields__}
        return Statement(**{**values, "unit": LimitUnit(str(values["unit"]))})  # type: ignore[arg-type]  # one row

    return Difference(
        str(row["procedure_code"]),
        str(row["suffix"]),
        Channel(int(str(row["channel"]))),
        str(row["case_name"]),
        statement("first"),
        statement("second"),
    )
