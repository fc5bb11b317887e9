"""Restates a publication: each number then and now, and what moved it, dossier by dossier.

Four counts of the same numbers frame it: as published; the same facts today (what differs is the formula); the facts
of now with the catalogue of then (what differs is the dossiers'); everything of now (the catalogue, then the calendar).
Between the second and the third every step of every dossier is booked under its one cause, and the books are closed
against the counts: what does not add up is ``unexplained``, and must be 0.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.claims import Claim, Counted, claims_of, moment_again, recount
from metrics.domain.definitions import Subject
from metrics.domain.dictionary import find
from metrics.domain.errors import AsOfError, NotPublished
from metrics.domain.judging import RULE
from metrics.domain.question import FigureQuestion, Scope
from metrics.domain.restating import Account, Cause
from metrics.freezing import period_of
from metrics.moments import Moment, moment_of
from metrics.movements import Moved, movements
from metrics.petition_moves import counts_petitions, petition_moves
from metrics.repository import indicators, sources
from metrics.repository.indicators import Entered, Key


@dataclass(frozen=True, slots=True)
class Restated:
    """One number: as published, as of now (None: the dictionary has no such figure any more), and what moved it."""

    claim: Claim
    now: Counted | None
    account: Account


@dataclass(frozen=True, slots=True)
class Entry:
    """A hand-entered number of a report that is another one now, or was withdrawn or added. None: nothing entered."""

    published: Entered | None
    now: Entered | None


@dataclass(frozen=True, slots=True)
class Restatement:
    """Every number of a publication, between two moments."""

    then: Moment
    now: Moment
    numbers: Sequence[Restated]
    entered: Sequence[Entry]

    @property
    def explained(self) -> bool:
        """Whether nothing is left that no cause explains."""
        return not any(one.account.shifts.get(Cause.UNEXPLAINED) for one in self.numbers)


def asked_now(said: Mapping[str, Any], as_of: int | datetime | None) -> FigureQuestion:
    """A question about the publication's agency and period, as of when it is restated."""
    scope, period = Scope(agency=said["subject"]["agency"]), period_of(said["subject"]["period"])
    return FigureQuestion(find("dossiers_total_handled"), scope, period, as_of)


async def moment_now(connection: AsyncConnection, said: Mapping[str, Any], asked: FigureQuestion) -> Moment:
    """As of when the publication is restated. Raises ``AsOfError`` for a moment before the publication's own.

    Petitions are never known less than then.
    """
    moment = await moment_of(connection, asked, await sources.standing(connection))
    if moment.entry < said["as_of"]["entry"]:
        raise AsOfError("as_of", f"The publication stands at entry {said['as_of']['entry']}, which is later.")
    then = (await moment_again(connection, said)).imported
    return replace(moment, imported=max(one for one in (moment.imported, then) if one is not None))


async def restate(connection: AsyncConnection, said: Mapping[str, Any], now: Moment) -> Restatement:
    """Every number of a statement at its own moment and at ``now``.

    Raises ``ProjectionBehind`` during a rebuild, ``AsOfError`` where more dossiers changed than one answer takes in.
    """
    then, claims = await moment_again(connection, said), claims_of(said)
    moments = _frames(then, now)
    frames = {moment: await recount(connection, claims, moment) for moment in dict.fromkeys(moments)}
    base, mid, catalogue, last = (frames[moment] for moment in moments)
    accounts = [Account() for _ in claims]
    booked: dict[tuple[int, Cause], str] = {}
    async for number, moved in _every(connection, claims, said["subject"]["agency"], then, now, ""):
        again = booked.get((number, moved.cause)) == moved.code  # its steps come one after another
        accounts[number].add(moved.cause, moved.numerator, moved.denominator, dossiers=0 if again else 1)
        booked[number, moved.cause] = moved.code
    renewed = _renewed(said, then)
    for claim, account, *counts in zip(claims, accounts, base, mid, catalogue, last, strict=True):
        _close(claim, account, counts, renewed=renewed)
    numbers = [Restated(claim, found, account) for claim, found, account in zip(claims, last, accounts, strict=True)]
    return Restatement(then, now, numbers, await _entered(connection, said))


async def moves(
    connection: AsyncConnection, said: Mapping[str, Any], now: Moment, figure: str, row: str | None, first: str
) -> AsyncGenerator[Moved, None]:
    """The steps that moved one number, by code from ``first`` on. One that counts procedures or decisions has none.

    Raises ``NotPublished`` for a number that does not stand in the publication.
    """
    claims = [claim for claim in claims_of(said) if (claim.figure, claim.row) == (figure, row)]
    if not claims:
        raise NotPublished(figure, row)
    then = await moment_again(connection, said)
    async for _, moved in _every(connection, claims[:1], said["subject"]["agency"], then, now, first):
        yield moved


async def _every(
    connection: AsyncConnection, claims: Sequence[Claim], agency: str, then: Moment, now: Moment, first: str
) -> AsyncGenerator[tuple[int, Moved], None]:
    """The steps of dossiers, then those of petitions."""
    async for step in movements(connection, claims, agency, then, now, first):
        yield step
    async for step in petition_moves(connection, claims, then, now, first):
        yield step


def _frames(then: Moment, now: Moment) -> tuple[Moment, Moment, Moment, Moment]:
    """As published; the dossiers of now; also the catalogue of now; also the calendar of now."""
    mid = replace(now, change=then.change, calendar=then.calendar)
    return then, mid, replace(mid, change=now.change), now


def _renewed(said: Mapping[str, Any], then: Moment) -> bool:
    """Whether another version of the judging rules may stand behind a difference on the same facts.

    Only if they are the same facts: the ledger's digest at the entry must still be the one that was signed.
    """
    intact = then.digest is not None and f"sha256:{then.digest.hex()}" == said["as_of"]["digest"]
    return bool(intact and said["rule"] != RULE)


def _close(claim: Claim, account: Account, frames: Sequence[Counted | None], *, renewed: bool) -> None:
    """Book what is not a dossier's, then whatever is left: the books end on the count of now."""
    base, mid, catalogue, last = frames
    published = claim.published.numbers
    if claim.question is None or base is None or mid is None or catalogue is None or last is None:
        account.add(Cause.FORMULA, -published.numerator, -(published.denominator or 0))
        return
    if not claim.has_history:
        _book(account, Cause.NO_HISTORY, claim.published, last)
        return
    formula = renewed or claim.version != claim.question.figure.version
    booked = account.sums()
    _book(account, Cause.FORMULA if formula else Cause.UNEXPLAINED, claim.published, base)
    _book(account, Cause.CATALOGUE, mid, catalogue)
    _book(account, Cause.CALENDAR, catalogue, last)
    whole = (mid.numbers.numerator - base.numbers.numerator, _below(mid) - _below(base))
    figure = claim.question.figure
    one_by_one = figure.subject is Subject.DOSSIERS or counts_petitions(figure)
    account.add(Cause.UNEXPLAINED if one_by_one else Cause.RECORDS, whole[0] - booked[0], whole[1] - booked[1])


def _book(account: Account, cause: Cause, before: Counted, after: Counted) -> None:
    account.add(cause, after.numbers.numerator - before.numbers.numerator, _below(after) - _below(before))


def _below(counted: Counted) -> int:
    return counted.numbers.denominator or 0


def _entering(subject: Mapping[str, Any]) -> list[str]:
    """Whose numbers a paper holds. The index of a department carries criteria that its province enters."""
    agency: str = subject["agency"]
    return list(dict.fromkeys([agency, agency.partition(".")[0]])) if list(subject["id"]) == ["766"] else [agency]


async def _entered(connection: AsyncConnection, said: Mapping[str, Any]) -> list[Entry]:
    """The hand-entered numbers of a report that have another newest revision than the one it printed."""
    known = said["subject"]["as_of_indicators"]
    if known is None:
        return []
    subject = said["subject"]
    period = period_of(subject["period"])
    days = (period.first, period.last)
    newest = await indicators.newest_change(connection)
    then: dict[Key, Entered] = {}
    now: dict[Key, Entered] = {}
    for agency in _entering(subject):
        then |= {one.key: one for one in await indicators.holding(connection, agency, *days, known)}
        now |= {one.key: one for one in await indicators.holding(connection, agency, *days, newest)}
    keys = sorted(then.keys() | now.keys(), key=lambda key: (key.indicator, key.agency))
    return [Entry(then.get(key), now.get(key)) for key in keys if then.get(key) != now.get(key)]
