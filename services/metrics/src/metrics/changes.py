"""What a stretch of the ledger changes: each new revision judged, against the version of its dossier before it."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.dossier import Judged
from metrics.domain.folding import Fold
from metrics.domain.judging import judge
from metrics.repository import facts
from metrics.repository.calendar import Calendars
from metrics.repository.ledger import Revision

_ROWS_A_BREATH = 500
"""Judging is pure Python: after so many rows the event loop may answer a request."""

Counted = tuple[str, Judged]
"""The agency a dossier counts for, and how."""


@dataclass(slots=True)
class Changes:
    """What a batch changes: rows that end, rows that begin (the newest of a dossier still open), counters."""

    known: dict[str, Counted]
    calendars: Calendars | None
    fold: Fold = field(default_factory=Fold)
    ends: list[tuple[str, int]] = field(default_factory=list)
    replaced: list[tuple[Revision, Judged, int]] = field(default_factory=list)
    newest: dict[str, tuple[Revision, Judged]] = field(default_factory=dict)

    def take(self, revision: Revision) -> None:
        """Take in the next revision, in ledger order."""
        calendar = None if self.calendars is None else self.calendars.at(revision.entry)
        code, judged = revision.dossier_code, judge(revision.facts, calendar)
        earlier = self.newest.get(code)
        if earlier is not None:
            self.replaced.append((*earlier, revision.entry))
            self.fold.add(earlier[0].agency_code, earlier[1], -1)
        elif code in self.known:
            self.ends.append((code, revision.entry))
            self.fold.add(*self.known[code], -1)
        self.newest[code] = (revision, judged)
        self.fold.add(revision.agency_code, judged)

    def rows(self) -> Iterable[tuple[Any, ...]]:
        """The new rows, in column order."""
        for revision, judged, valid_to in self.replaced:
            yield facts.row(revision, judged, valid_to)
        for revision, judged in self.newest.values():
            yield facts.row(revision, judged, None)

    def left(self, code: str) -> Counted | None:
        """How a dossier counts after the batch; None: it is not in it."""
        found = self.newest.get(code)
        return None if found is None else (found[0].agency_code, found[1])


def changed_codes(revisions: Sequence[Revision]) -> set[str]:
    """The dossiers that were known before these revisions. A dossier's first revision has no before."""
    return {revision.dossier_code for revision in revisions if revision.number > 1}


async def known_of(connection: AsyncConnection, codes: Iterable[str]) -> dict[str, Counted]:
    """How dossiers count by the rows that are written; those without one are left out."""
    wanted = list(codes)
    if not wanted:
        return {}
    return {old.dossier_code: (old.agency_code, old.judged) for old in await facts.current_of(connection, wanted)}


async def judge_all(revisions: Sequence[Revision], changes: Changes) -> None:
    """Take in revisions, with a pause now and then."""
    for number, revision in enumerate(revisions):
        changes.take(revision)
        if number % _ROWS_A_BREATH == 0:
            await asyncio.sleep(0)


async def write_facts(connection: AsyncConnection, changes: Changes) -> None:
    """End the rows that are replaced and add the new ones."""
    if changes.ends:
        await facts.close(connection, changes.ends)
    await facts.insert(connection, changes.rows())
