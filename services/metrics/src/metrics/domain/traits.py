"""What a counted dossier is besides early or late, as bits: the answers of ``telling`` in the form they are stored.

A question has two bits, yes and no, and neither where the portal is silent. Bits are stored: never renumber one.
"""

from collections.abc import Callable
from datetime import date
from enum import IntFlag
from functools import lru_cache
from typing import NamedTuple

from metrics.domain.particulars import Components, Particulars, Results
from metrics.domain.telling import (
    extension,
    has_result,
    is_digitised,
    is_in_store,
    is_reused,
    payment,
    uses_citizen_data,
)


class Trait(IntFlag):
    """One answer about a dossier."""

    RESULT_FILE = 1 << 0
    NO_RESULT_FILE = 1 << 1
    DIGITISED = 1 << 2
    NOT_DIGITISED = 1 << 3
    REUSED = 1 << 4
    NOT_REUSED = 1 << 5
    IN_STORE = 1 << 6
    NOT_IN_STORE = 1 << 7
    CITIZEN_DATA = 1 << 8
    NO_CITIZEN_DATA = 1 << 9
    EXTENSION_TOLD = 1 << 10
    """Whether and when it was re-appointed is told."""
    APOLOGIES_TOLD = 1 << 11
    PAID_ONLINE = 1 << 12
    """It had to pay and paid online; that its procedure bears a fee is the catalogue's to say."""
    PAID_OTHERWISE = 1 << 13
    """It had to pay and did not pay online."""
    PAID_NOTHING = 1 << 14
    """Every fee line is 0."""
    LATE_ORIGINAL = 1 << 15
    """Ended after the day first promised."""
    ASKED_ONCE = 1 << 16
    """One request to the applicant for supplements."""
    ASKED_OFTEN = 1 << 17


NO_TRAIT = Trait(0)

Answer = Callable[[Particulars], bool | None]
QUESTIONS: tuple[tuple[Answer, Trait, Trait], ...] = (
    (has_result, Trait.RESULT_FILE, Trait.NO_RESULT_FILE),
    (is_digitised, Trait.DIGITISED, Trait.NOT_DIGITISED),
    (is_reused, Trait.REUSED, Trait.NOT_REUSED),
    (is_in_store, Trait.IN_STORE, Trait.NOT_IN_STORE),
    (uses_citizen_data, Trait.CITIZEN_DATA, Trait.NO_CITIZEN_DATA),
)
"""Each question of group 4 of QĐ 766 with its yes and its no."""


class Told(NamedTuple):
    """The bits, the first day of a re-appointment, and the number of letters of apology."""

    traits: Trait
    extended_on: date | None
    apologies: int


NOTHING = Told(NO_TRAIT, None, 0)


def told(
    given: Particulars | None,
    promised_on: date | None,
    received_on: date,
    ended_on: date | None,
    requests: int,
) -> Told:
    """Everything the particulars answer.

    ``promised_on`` is the first due date, ``requests`` are the requests for supplements that count.
    """
    found = NO_TRAIT
    if requests:
        found |= Trait.ASKED_ONCE if requests == 1 else Trait.ASKED_OFTEN
    if ended_on is not None and promised_on is not None and ended_on > promised_on:
        found |= Trait.LATE_ORIGINAL
    if given is None:
        return NOTHING if not found else Told(found, None, 0)
    found |= _answers(given.components, given.digitised, given.results, given.verified_account, given.databases)
    moved = extension(given)
    if moved.known:
        found |= Trait.EXTENSION_TOLD
    if given.apologies is not None:
        found |= Trait.APOLOGIES_TOLD
    return Told(found | _paid(given), _within(moved.on, received_on, ended_on), given.apologies or 0)


def _within(day: date | None, received_on: date, ended_on: date | None) -> date | None:
    """A re-appointment dated outside the dossier's days counts on the nearest of them."""
    if day is None:
        return None
    return max(received_on, day if ended_on is None else min(day, ended_on))


@lru_cache(maxsize=4_096)
def _answers(
    components: Components | None,
    digitised: bool | None,
    results: Results | None,
    verified_account: bool | None,
    databases: tuple[str, ...] | None,
) -> Trait:
    """The bits of ``QUESTIONS``. Dossiers tell the same few things over and over: each is answered once."""
    given = Particulars(
        components=components,
        digitised=digitised,
        results=results,
        verified_account=verified_account,
        databases=databases,
    )
    found = NO_TRAIT
    for answer, yes, no in QUESTIONS:
        said = answer(given)
        if said is not None:
            found |= yes if said else no
    return found


def _paid(given: Particulars) -> Trait:
    had, online = payment(given)
    if had is False:
        return Trait.PAID_NOTHING
    if had is None or online is None:
        return NO_TRAIT
    return Trait.PAID_ONLINE if online else Trait.PAID_OTHERWISE
