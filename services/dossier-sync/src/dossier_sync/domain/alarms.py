"""What a run may find that a person must decide on or look at, and the rules that find it. Pure.

An alarm is raised once, stands on the feed until its cause is gone, and never changes a fact by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from dossier_sync.domain.limits import USUAL, Limits


class Alarm(StrEnum):
    """What stands against a feed."""

    COUNT_DROP = "count_drop"
    """Far more dossiers vanished at once than ever do: a narrowed credential, a broken query, a lost table."""
    REGRESS = "regress"
    """Dossiers come back as they were before: the portal was restored from a backup."""
    STATUS_SHIFT = "status_shift"
    """States change in numbers, or are not those that usually change: a status may have changed its meaning."""


class Decision(StrEnum):
    """What an operator decides."""

    ACCEPT = "accept"
    """The portal is right: what it says now is the truth."""
    KEEP = "keep"
    """What we hold stays as it is; the alarm is known and stands until its cause is gone."""


WHAT_TO_DO = {
    Alarm.COUNT_DROP: (
        "Ask the portal's owner whether these dossiers were really removed, or whether our credential sees fewer"
        " agencies. Nothing is written down as gone until you accept; then two more full runs must miss them."
    ),
    Alarm.REGRESS: (
        "Ask the portal's owner whether it was restored from a backup. Nothing is taken back and nothing written down"
        " as gone meanwhile. Accept: the next full run takes the portal's older versions. Keep: ours stay, and the"
        " alarm ends by itself when the portal has caught up."
    ),
    Alarm.STATUS_SHIFT: (
        "Compare a few dossiers with the portal's own screen: has one of its states been given a new meaning, or has"
        " an office worked through its old cases? Accept when the new mixture is right."
    ),
}
"""For the operator, in the console and in the documents."""

STOPPING = frozenset({Alarm.COUNT_DROP, Alarm.REGRESS})
"""While one of these is open and nobody has accepted it, no run of the feed is proven."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that a run raises. ``rows``: how many dossiers it is about."""

    alarm: Alarm
    rows: int
    detail: str


def has_regressed(regressed: int, changed: int, *, moved_back: bool, limits: Limits = USUAL) -> bool:
    """Whether a run that met so many older versions of what this feed itself told has met a restored portal.

    A cache or a slow replica shows a few; a list whose front went back and that shows even some is another matter.
    """
    if moved_back:
        return regressed >= min(_SOME, limits.older_rows)
    return regressed >= limits.older_rows and regressed >= changed


def changed_in_silence(conflicts: int, told_otherwise: int) -> bool:
    """Whether a run met so many other facts under unchanged times of change that not the dossiers have changed.

    ``told_otherwise``: all dossiers of the run that are told otherwise than they are stored.
    """
    return conflicts >= _FEW and 2 * conflicts >= told_otherwise


def has_shifted(
    usual: Mapping[int, int], now: Mapping[int, int], limits: Limits = USUAL
) -> tuple[int, float, float] | None:
    """The state whose share of what changes is furthest from its usual one, with both shares; None: none is far off.

    Far is both large (usually 15 points of a hundred) and no accident (six standard errors of the difference of two
    shares): an office that works through its old cases for a day stays below it.
    """
    before, after = sum(usual.values()), sum(now.values())
    if before < _ENOUGH_BEFORE or after < _ENOUGH_NOW:
        return None
    far: list[tuple[float, int, float, float]] = []
    for status in {*usual, *now}:
        old, new = usual.get(status, 0) / before, now.get(status, 0) / after
        share = (usual.get(status, 0) + now.get(status, 0)) / (before + after)
        error = sqrt(share * (1 - share) * (1 / before + 1 / after))
        if abs(new - old) >= limits.shift_share and abs(new - old) >= _ERRORS * error:
            far.append((abs(new - old), status, old, new))
    return max(far)[1:] if far else None


_SOME, _FEW = 3, 10
_ENOUGH_BEFORE, _ENOUGH_NOW = 200, 50
_ERRORS = 6.0
