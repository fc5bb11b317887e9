"""What a run may find that a person must decide on or look at, and the rules that find it. Pure.

An alarm is raised once, stands on the feed until its cause is gone, and never changes a fact by itself.
"""

from dataclasses import dataclass
from enum import StrEnum


class Alarm(StrEnum):
    """What stands against a feed."""

    COUNT_DROP = "count_drop"
    """Far more dossiers vanished at once than ever do: a narrowed credential, a broken query, a lost table."""
    REGRESS = "regress"
    """Dossiers come back as they were before: the portal was restored from a backup."""
    STATUS_SHIFT = "status_shift"
    """The states of what changed are not those that usually change: a status may have changed its meaning."""
    FROZEN = "frozen"
    """Nothing changes any more, against all habit: the portal may be showing a copy that stands still."""


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
    Alarm.FROZEN: (
        "Look at the portal's own screen: does it show today's work? If it does, our credential reads an old copy."
        " Accept when it is a holiday."
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


def absent_at_most(known: int, accepted: int = 0) -> int:
    """How many of a feed's dossiers may be absent from a sweep before the brake holds.

    Offices do remove a test dossier or a double now and then; one in a hundred at once they do not. ``accepted`` were
    named by an alarm that an operator accepted.
    """
    return max(_FEW, known // 100, accepted)


def has_regressed(regressed: int, changed: int, *, moved_back: bool) -> bool:
    """Whether a run that met so many older versions of what this feed itself told has met a restored portal.

    A cache or a slow replica shows a few; a list whose front went back and that shows even some is another matter.
    """
    if moved_back:
        return regressed >= _SOME
    return regressed >= _FEW and regressed >= changed


_SOME, _FEW = 3, 10
