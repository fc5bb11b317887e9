"""Records set aside, and let in when a later version of them can be read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dossier_sync.domain.dossier import Quarantined
from dossier_sync.domain.line import let_in_line, set_aside_line
from dossier_sync.repository.heads import Driver
from shared.runtime.portal_errors import PortalError

_NUMBERS_OF_A_FEED = 1 << 40
"""Room for the records of one feed: an id is the same whichever run met the record, crashed or not."""

_STATE = "select quarantined, set_aside, most_set_aside from dossier.feed where feed_id = $1"
_OPEN = """
select source_key, id, reason, source_hash from dossier.quarantine
where feed_id = $1 and closed_page is null and source_key = any ($2::text[])
"""
_CLOSE = "update dossier.quarantine set closed_page = $2 where id = any ($1::bigint[])"
_SET_ASIDE = """
insert into dossier.quarantine (id, feed_id, source_key, reason, field, agency_code, procedure_code, received_on,
                                source_hash, record, particulars, opened_page)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""


class State(NamedTuple):
    """A feed's counters: records set aside now; ever, which numbers the next one; and at most at a time."""

    quarantined: int
    set_aside: int
    most_set_aside: int


class QuarantineFull(PortalError):
    """So many records cannot be read that the portal must have changed: the run stops before it fills the database."""

    failure = "quarantine_full"


@dataclass(frozen=True, slots=True)
class QuarantineChanges:
    """What a page changes: records newly set aside with their ids, ids let in, and the feed's counters after it."""

    quarantined: int
    set_aside: int
    opened: list[tuple[int, Quarantined]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For the page's digest."""
        return [*(set_aside_line(*one) for one in self.opened), *map(let_in_line, self.closed)]


async def state(driver: Driver, feed_id: int) -> State:
    """Of a feed whose row the transaction holds."""
    return State(*await driver.fetchrow(_STATE, feed_id))


async def changes(
    driver: Driver, feed_id: int, before: State, keys: Sequence[str], aside: Sequence[Quarantined]
) -> QuarantineChanges:
    """Compares what the page sets aside with what is. A record met again unchanged is no change.

    Raises ``QuarantineFull`` when the feed's limit is passed by a page that adds to it; one that takes away is let
    through, for that is how a full quarantine empties.
    """
    quarantined, numbered, most = before
    if not quarantined and not aside:
        return QuarantineChanges(quarantined, numbered)
    now_aside = {one.key: one for one in aside}
    asked = [*keys, *(key for key in now_aside if key.startswith("sha256:"))]
    rows = {row[0]: row for row in await driver.fetch(_OPEN, feed_id, asked)} if quarantined else {}
    again = {key for key, one in now_aside.items() if key in rows and _same(rows[key], one)}
    closed = sorted(row[1] for key, row in rows.items() if key not in again)
    fresh = [now_aside[key] for key in sorted(now_aside) if key not in again]
    first = feed_id * _NUMBERS_OF_A_FEED + numbered + 1
    opened = [(first + n, one) for n, one in enumerate(fresh)]
    after = quarantined + len(opened) - len(closed)
    if after > max(most, quarantined):
        raise QuarantineFull(f"{after} records would be set aside, {most} may be: this page was not stored.")
    return QuarantineChanges(after, numbered + len(opened), opened, closed)


async def write(driver: Driver, feed_id: int, page: int, changes: QuarantineChanges) -> None:
    """Closes first: a record whose reason changed is set aside anew under the same key."""
    if changes.closed:
        await driver.execute(_CLOSE, changes.closed, page)
    rows = [
        (number, feed_id, one.key, str(one.reason), one.field, one.agency_code, one.procedure_code, one.received_on,
         one.source_hash, one.record.decode(), one.particulars and one.particulars.decode(), page)
        for number, one in changes.opened
    ]  # fmt: skip
    if rows:
        await driver.executemany(_SET_ASIDE, rows)


def _same(row: Sequence[object], one: Quarantined) -> bool:
    return row[2] == one.reason and row[3] == one.source_hash
