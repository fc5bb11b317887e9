"""When a feed is due next, and how long a failing portal is left in peace. Pure.

Users: catalogue, dossier_sync.
"""

from datetime import datetime, timedelta
from math import floor

_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=1)


def next_on_grid(due_at: datetime, every: timedelta, now: datetime) -> datetime:
    """The first tick after ``now`` on the grid ``due_at + n * every``.

    A late run does not shift the grid, and ticks missed meanwhile collapse into the one that is next.
    """
    if now < due_at:
        return due_at
    return due_at + every * (floor((now - due_at) / every) + 1)


def breaker_pause(failures: int) -> timedelta:
    """How long a feed is left in peace after this many failed runs in a row; zero after none.

    It doubles up to an hour. The first run after the pause is the probe: one success closes the breaker.
    """
    if failures == 0:
        return timedelta(0)
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(failures - 1, 16)
    return min(_LONGEST_PAUSE, doubled)


def refused_pause(again: bool) -> timedelta:
    """How long a feed is left alone whose credentials were refused; ``again``: the run before was refused too.

    A run tries them twice. Asking on would lock the account; a changed secret or an operator's run ends the pause.
    """
    return timedelta(days=1) if again else _LONGEST_PAUSE
