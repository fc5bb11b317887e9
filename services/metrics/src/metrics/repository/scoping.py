"""The WHERE of a scope: which judged rows are asked about. Fixed fragments and bound values only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metrics.domain.question import Scope


@dataclass(frozen=True, slots=True)
class LedgerSlice:
    """A slice of the ledger: ``before`` is the last entry before it, ``last`` its own, None while it is open."""

    number: int
    before: int
    last: int | None


@dataclass(frozen=True, slots=True)
class AsOf:
    """State of knowledge: a ledger entry (``latest``: the one the tallies stand at), catalogue change and calendar.

    ``at`` is until when what is imported beside the ledger is known; None: all of it. ``slice`` is that of the
    ledger in which the entry lies, None where it was not looked up.
    """

    entry: int
    change: int
    latest: bool
    calendar: int = 0
    at: datetime | None = None
    slice: LedgerSlice | None = None


def below(agency: str) -> tuple[str, str]:
    """The range of codes strictly under an agency: '.' sorts directly before '/' in collation C."""
    return f"{agency}.", f"{agency}/"


def facts_where(scope: Scope, as_of: AsOf | None) -> str:
    """Conditions on ``metrics.fact as f``; a level also needs ``b.last``, the day at whose end it is asked.

    ``as_of`` None leaves the choice of versions to the statement.
    """
    conditions = ["true"]
    if as_of is not None:
        now, then = "f.valid_to is null", "f.valid_from <= :entry and (f.valid_to is null or f.valid_to > :entry)"
        conditions = [now if as_of.latest else then]
    if scope.agency is not None and scope.alone:
        conditions.append("f.agency_code = :agency")
    elif scope.agency is not None:
        conditions.append(
            "(f.agency_code = :agency or (f.agency_code >= :agency_low and f.agency_code < :agency_high))"
        )
    if scope.procedure is not None:
        conditions.append("f.procedure_code = :procedure")
    if scope.field is not None:
        conditions.append("f.field_code = :field")
    if scope.channel is not None:
        conditions.append("f.channel = :channel")
    if scope.level is not None:
        conditions.append(_DECIDED_AT_LEVEL)
    return " and ".join(conditions)


# A dossier is of every level at which its procedure is decided on the last day of the period.
_DECIDED_AT_LEVEL = """exists (
    select from catalogue.procedure_v1 as p
    where p.procedure_code = f.procedure_code and :level = any(p.levels)
      and p.change_from <= :change and (p.change_to is null or p.change_to > :change)
      and (p.valid_from is null or p.valid_from <= b.last) and (p.valid_to is null or p.valid_to > b.last))"""


def bind(scope: Scope, as_of: AsOf) -> dict[str, Any]:
    """The values of the conditions; ones that a statement does not name are dropped by ``only``."""
    low, high = below(scope.agency or "")
    return {
        "entry": as_of.entry,
        "change": as_of.change,
        "calendar": as_of.calendar,
        "at": as_of.at,
        "agency": scope.agency,
        "agency_low": low,
        "agency_high": high,
        "procedure": scope.procedure,
        "field": scope.field,
        "channel": None if scope.channel is None else int(scope.channel),
        "level": scope.level,
        "kind": scope.kind,
    }


def only(statement: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values that the statement names."""
    return {name: value for name, value in values.items() if f":{name}" in statement}
