"""Does the catalogue know what a dossier names? Where it does not yet, the dossier is kept, marked, and linked later.

A code the catalogue has never heard of says nothing about the dossier: it came before its procedure or agency. One that
was not in force on the day of receipt is something else, and stays.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from dossier_sync.domain.dossier import Flag
from shared.domain.identifiers import AgencyCode, IdentifierError

Listed = Callable[[str, str, date | None], tuple[str, ...]]
"""(agency, procedure, received_on) -> the flags its links deserve; () where all is known, or nobody can say."""

Listing = tuple[str, str, date | None, date | None]
"""Agency whose catalogue it is, base code of the procedure, first day in force, first day no longer."""

PENDING = (Flag.PROCEDURE_UNLISTED, Flag.AGENCY_UNLISTED)
"""Marks that go when the catalogue learns."""


def nobody_can_say(agency: str, procedure: str, received_on: date | None) -> tuple[str, ...]:
    """Without a catalogue no link is doubted."""
    return ()


_MOST_REMEMBERED = 50_000

_About = tuple[tuple[str, ...], Sequence[tuple[date, date]] | None]
"""Flags of a dossier of this agency and procedure whatever its day, and the days on which the procedure is in force."""


class Links:
    """Answers for one run, from what the catalogue lists now.

    It speaks only for agencies it has a catalogue of, themselves or above them: that a province's list lacks another
    province's procedure proves nothing. Suffix variants of a code are one procedure (``ProcedureCode.base``).
    """

    def __init__(self, procedures: Iterable[Listing], agencies: Collection[str]) -> None:
        self._agencies = frozenset(agencies)
        self._provinces = {code.partition(".")[0] for code in agencies}
        self._owners: set[str] = set()
        self._in_force: Mapping[str, list[tuple[date, date]]] = defaultdict(list)
        for owner, procedure, since, until in procedures:
            self._owners.add(owner)
            self._in_force[procedure].append((since or date.min, until or date.max))
        self._about = lru_cache(maxsize=_MOST_REMEMBERED)(self._read)
        self._has_a_catalogue = lru_cache(maxsize=_MOST_REMEMBERED)(self._is_owned)

    def flags(self, agency: str, procedure: str, received_on: date | None) -> tuple[str, ...]:
        """See ``Listed``."""
        always, spans = self._about(agency, procedure)
        if spans is None or received_on is None or any(since <= received_on < until for since, until in spans):
            return always
        return (Flag.PROCEDURE_NOT_IN_FORCE, *always)

    def _read(self, agency: str, procedure: str) -> "_About":
        spans: Sequence[tuple[date, date]] | None = None
        always: tuple[str, ...] = ()
        if procedure and self._has_a_catalogue(agency):
            spans = self._in_force.get(procedure)
            always = () if spans is not None else (Flag.PROCEDURE_UNLISTED,)
        if agency not in self._agencies and agency.partition(".")[0] in self._provinces:
            always = (*always, Flag.AGENCY_UNLISTED)
        return always, spans

    def _is_owned(self, agency: str) -> bool:
        try:
            return any(str(code) in self._owners for code in AgencyCode.parse(agency).ancestors())
        except IdentifierError:
            return False
