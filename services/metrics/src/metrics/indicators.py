"""Enters the numbers that no portal holds, and reads them back with all their revisions.

Sending the same content again changes nothing: whoever is unsure whether an answer was lost may send it twice.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.errors import AsOfError, FilterError, NotOwnAgency
from metrics.domain.indicators import Qualifier, Value, check_value
from metrics.domain.own_indicators import IndicatorDefinition
from metrics.domain.period import ReportingPeriod
from metrics.repository import indicators
from metrics.repository.indicators import Content, Entered, Key
from shared.domain.identifiers import AgencyCode
from shared.runtime.clock import now

MOST_REVISIONS = 100
_ANY_CHANGE = 2**62


@dataclass(frozen=True, slots=True)
class Said:
    """What an office says of one indicator. ``agency`` is canonical."""

    definition: IndicatorDefinition
    agency: str
    period: ReportingPeriod
    content: Content

    @property
    def key(self) -> Key:
        return Key(self.definition.id, self.agency, self.period.first, self.period.last)


def content_of(definition: IndicatorDefinition, value: object, unit: str, qualifier: str, source: str) -> Content:
    """The content as it is stored. Raises ``FilterError`` naming what cannot be used."""
    if unit != definition.unit:
        raise FilterError("unit", f"{definition.id} is measured in {definition.unit}.")
    if qualifier not in set(Qualifier):
        raise FilterError("qualifier", f"It is one of {', '.join(Qualifier)}.")
    if not source.strip() or not source.isprintable():
        raise FilterError("source", "Name the document the number stands in, on one line.")
    checked: Value = check_value(definition, value)
    words = checked if isinstance(checked, str) else None
    number = None if isinstance(checked, str) else checked
    return Content(number, words, unit, qualifier, unicodedata.normalize("NFC", source.strip()))


def check_own(agency: str, own: str) -> None:
    """Raises ``NotOwnAgency`` unless the agency is the caller's or below it."""
    if not AgencyCode.parse(agency).is_within(AgencyCode.parse(own)):
        raise NotOwnAgency(own)


async def enter(connection: AsyncConnection, said: Sequence[Said], by: str) -> list[tuple[Entered, bool]]:
    """Write what is new, all of it or nothing: (the revision that holds, whether it was written now)."""
    await indicators.lock(connection)
    at = now()
    found: list[tuple[Entered, bool]] = []
    for one in said:
        known = await indicators.revisions(connection, one.key, _ANY_CHANGE, 1)
        if known and known[0].content == one.content:
            found.append((known[0], False))
            continue
        revision = known[0].revision + 1 if known else 1
        found.append((await indicators.add(connection, one.key, revision, one.content, by, at), True))
    return found


async def known_change(connection: AsyncConnection, asked: int | None) -> int:
    """The change an answer rests on: the one asked for, else the newest.

    Raises ``AsOfError`` naming ``as_of_indicators`` for one that is not there yet.
    """
    newest = await indicators.newest_change(connection)
    if asked is None:
        return newest
    if asked > newest:
        raise AsOfError("as_of_indicators", f"The newest change of indicators is {newest}.")
    return asked
