"""The what-if of time limits, as it is served."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from metrics.domain.question import FigureQuestion
from metrics.domain.simplifying import Cut, cuts, days_for, within
from metrics.moments import Moment
from metrics.schemas.shaping import as_of_out, period_out, scope_out
from metrics.simplification import ProcedureTimes, Way
from shared.contracts.cells import inert
from shared.contracts.figure import FigureAsOf, FigureExclusion, FigurePeriod, FigureScope
from shared.domain.channel import Channel


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DaysOut(_Described):
    """One bar of the distribution."""

    days: int = Field(description="Working days in the agency's hands; 0: ended on the day of receipt.", examples=[3])
    count: int = Field(description="How many dossiers took so many.", examples=[41])


class CaseLimitOut(_Described):
    """What the catalogue says of one case."""

    case: str = Field(description="The case; empty: the only one.", examples=[""])
    quantity: int | None = Field(description="How many units; null: words only.", examples=[5])
    unit: str = Field(
        description="WORKING_DAY, DAY, HOUR, WORKING_HOUR, MONTH, YEAR or OTHER.", examples=["WORKING_DAY"]
    )


class LimitInForceOut(_Described):
    """The limit in the law."""

    working_days: int | None = Field(description="The limit; null: see `reason`.", examples=[5])
    reason: str | None = Field(
        description=(
            "no_limit: the catalogue names none for the channel; other_unit: it is not counted in working days; "
            "several_limits: it depends on the case, which a dossier does not name."
        ),
        examples=[None],
    )
    cases: list[CaseLimitOut] = Field(description="All that the catalogue says for the channel.")


class CutOut(_Described):
    """The shortest limit that keeps a share of the past dossiers in time."""

    share: int = Field(description="Per cent of past dossiers that must have been in time.", examples=[95])
    working_days: int = Field(description="The shortest limit in which they would have been.", examples=[3])
    on_time: int = Field(description="How many dossiers keep it.", examples=[196])
    cut: int | None = Field(
        description="By how many working days the limit could be cut; null: the limit in force does not keep them.",
        examples=[2],
    )


class WayOut(_Described):
    """The dossiers of a procedure that came by one channel under one limit."""

    channel: str = Field(description="DIRECT, ONLINE or POSTAL.", examples=["ONLINE"])
    limit: LimitInForceOut = Field(description="The limit in force.")
    dossiers: int = Field(description="How many ended in the period.", examples=[200])
    within_limit: int | None = Field(
        description="How many took no longer than the limit; null: no limit.", examples=[198]
    )
    least: int = Field(description="The shortest time.", examples=[0])
    median: int = Field(description="The fewest days within which half of them were done.", examples=[2])
    most: int = Field(description="The longest time.", examples=[9])
    distribution: list[DaysOut] = Field(description="All of them, by days.")
    cuts: list[CutOut] = Field(description="For 95, 99 and 100 per cent; empty without a limit.")


class ProcedureTimesOut(_Described):
    """One procedure."""

    procedure: str = Field(description="Procedure code; empty: the portal sent none.", examples=["1.001612"])
    name: str | None = Field(description="Its name; null: not in the catalogue.", examples=["Cấp giấy phép"])
    ways: list[WayOut] = Field(description="By channel, then limit.")
    excluded: list[FigureExclusion] = Field(
        description=(
            "Dossiers that tell nothing of a limit. In no distribution: still_open, withdrawn, date_missing, "
            "status_unmapped, calendar_unknown. In one, but nothing to cut: no_limit, other_unit, several_limits."
        )
    )


class SimplificationOut(_Described):
    """One page of procedures."""

    scope: FigureScope = Field(description="What was asked about.")
    period: FigurePeriod = Field(description="Dossiers that ended on these days.")
    items: list[ProcedureTimesOut] = Field(description="Procedures in order of their code.")
    next: str | None = Field(description="Cursor of the next page, answered as of the same entry; null on the last.")
    as_of: FigureAsOf = Field(description="The state of knowledge.")


def simplification_out(
    question: FigureQuestion, found: Sequence[ProcedureTimes], following: str | None, moment: Moment
) -> dict[str, Any]:
    """A ``SimplificationOut`` as plain values."""
    return {
        "scope": scope_out(question.scope),
        "period": period_out(question.period),
        "items": [_procedure(one) for one in found],
        "next": following,
        "as_of": as_of_out(moment),
    }


def _procedure(one: ProcedureTimes) -> dict[str, Any]:
    return {
        "procedure": one.procedure_code,
        "name": one.name,
        "ways": [_way(way) for way in one.ways],
        "excluded": [{"reason": reason, "count": count} for reason, count in sorted(one.excluded.items())],
    }


def _way(way: Way) -> dict[str, Any]:
    taken, limit = way.histogram, way.limit
    return {
        "channel": Channel(way.channel).name,
        "limit": {
            "working_days": limit.days,
            "reason": limit.lacking,
            "cases": [{"case": case.case_name, "quantity": case.quantity, "unit": case.unit} for case in limit.cases],
        },
        "dossiers": taken.total(),
        "within_limit": None if limit.days is None else within(taken, limit.days),
        "least": min(taken),
        "median": days_for(taken, 50),
        "most": max(taken),
        "distribution": [{"days": days, "count": taken[days]} for days in sorted(taken)],
        "cuts": [_cut(cut) for cut in _cuts(way)],
    }


def _cuts(way: Way) -> tuple[Cut, ...]:
    return () if way.limit.days is None else cuts(way.histogram, way.limit.days)


def _cut(cut: Cut) -> dict[str, Any]:
    return {"share": cut.share, "working_days": cut.days, "on_time": cut.on_time, "cut": cut.cut}


_HEADER = (
    "procedure", "name", "channel", "limit_working_days", "reason", "dossiers", "within_limit", "least",
    "median", "most", "days_95", "cut_95", "days_99", "cut_99", "days_100", "cut_100", "excluded", "distribution",
)  # fmt: skip


def as_csv(found: Iterable[ProcedureTimes]) -> bytes:
    """One line for each procedure and way; empty is null. UTF-8 with a byte order mark, safe against formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for one in found:
        told = _procedure(one)
        excluded = " ".join(f"{each['reason']}:{each['count']}" for each in told["excluded"])
        start = [inert(one.procedure_code), inert(one.name or "")]
        if not one.ways:
            writer.writerow([*start, *[""] * (len(_HEADER) - 4), excluded, ""])
        for way in told["ways"]:
            writer.writerow([*start, *_cells(way), excluded, _bars(way)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cells(way: dict[str, Any]) -> list[Any]:
    limit, shares = way["limit"], way["cuts"] or [{"working_days": None, "cut": None}] * 3
    cells = [
        *(way["channel"], limit["working_days"], limit["reason"], way["dossiers"]),
        *(way["within_limit"], way["least"], way["median"], way["most"]),
    ]
    for cut in shares:
        cells += [cut["working_days"], cut["cut"]]
    return ["" if cell is None else str(cell) for cell in cells]


def _bars(way: dict[str, Any]) -> str:
    return " ".join(f"{bar['days']}:{bar['count']}" for bar in way["distribution"])
