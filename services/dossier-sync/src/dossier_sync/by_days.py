"""A window read without a cursor: the portal is asked for days, halved until what is asked for fits into one answer.

For a portal that refuses or forgets the place it gave us to go on from. In the order "last changed first" the days of
an incremental window need no more than their newest part: a range ends where its page reaches behind the window.
"""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import NamedTuple

from dossier_sync.domain.dossier import SourcePage
from dossier_sync.domain.window import is_before
from dossier_sync.portals import Days, Edge, ListsByDay

_LONGEST = 5_000
"""Records asked for at once, where a single day holds more than a page."""


class Answered(NamedTuple):
    """The page of some days. ``unfinished`` rows of theirs it should have given and did not."""

    page: SourcePage
    unfinished: int


async def first_pages(
    portal: ListsByDay, days: Days, size: int, hot: Edge, since: datetime | None
) -> AsyncGenerator[Answered, None]:
    """Parts of the days that cover them once, each in one answer. ``since`` None: all of them, else what changed.

    Raises ``PortalError``.
    """
    waiting = [days]
    while waiting:
        part = waiting.pop()
        halves = part.halves()
        if since is None and halves is not None and await portal.counted(part) > size:
            waiting += halves
            continue
        page = await portal.first_of(part, size, hot)
        if _unfinished(page, since) and halves is not None:
            waiting += halves
            continue
        if _unfinished(page, since):
            page = await portal.first_of(part, min(_LONGEST, max(size, page.total or 0)), hot)
        yield Answered(page, _unfinished(page, since))


async def know_days(portal: ListsByDay, days: Days) -> bool:
    """Whether days mean anything to this portal: one that ignores them counts its whole list on a day to come."""
    after = days.last + timedelta(days=1)
    return await portal.counted(Days(after, after)) == 0


def _unfinished(page: SourcePage, since: datetime | None) -> int:
    """Rows of the range that the page lacks and the window may ask for; never less than one, where any may."""
    if page.ordered and is_before(page.oldest, since):
        return 0
    lacking = (page.total or 0) - page.rows
    return max(lacking, 0 if page.last else 1)
