"""Files as a portal: exported lists and details, read, published and answered for like a portal's own answers.

Files add to a catalogue. Only a caller who says that they are its whole list, and of which day, lets them take
anything away, and then under the rules of ``domain.withdrawal``: a second whole list, of a later day, withdraws.
"""

import hashlib
from asyncio import to_thread
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalogue.domain.agency import Field
from catalogue.domain.decision import plain_name
from catalogue.domain.procedure import ProcedureKey
from catalogue.domain.validity import suffix_of
from catalogue.portals import FileReading, PortalProcedure, Rejected, Unreadable, excel_list, word_detail
from catalogue.portals.office_file import FileKind, OfficeFile
from catalogue.publishing import Policy, Published, publish_reading
from catalogue.reading import Gathered
from catalogue.repository import feeds, files, state
from catalogue.repository.files import NewFile
from catalogue.sync import KIND, LEASE, counters_of
from catalogue.tables import feed, run
from shared.domain.identifiers import AgencyCode, IdentifierError, ProcedureCode
from shared.domain.level import DISTRICT_ENDED_ON, AuthorityLevel
from shared.runtime import clock
from shared.runtime.database import snapshot, transaction
from shared.sync import lease as leases
from shared.sync import runs
from shared.sync.lease import Lease
from shared.sync.runs import Ending
from shared.sync.tables import FULL
from shared.sync.verdicts import Verdict

PORTAL = "file"
MOST_FILES = 1_000

_READERS = {FileKind.SPREADSHEET: excel_list.read, FileKind.DOCUMENT: word_detail.read}
_DAY = timedelta(days=1)


class ImportBusy(Exception):
    """Another import into this catalogue is going on."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How files are to be taken: whose catalogue, whether they are all of it and of which day, how much may vanish.

    ``exported_on`` is the day the portal made them; whole lists must name it, because an old one proves nothing now.
    """

    agency: AgencyCode
    complete: bool = False
    exported_on: date | None = None
    policy: Policy = field(default_factory=Policy)

    @property
    def feed(self) -> str:
        """The feed that stands for the files of a catalogue."""
        return f"{PORTAL}/{KIND}:{self.agency}"

    @property
    def proves_until(self) -> datetime:
        """The beginning of the day of export: what the portal changed on the day itself may be missing."""
        day = self.exported_on or clock.today()
        return datetime.combine(day, time.min, clock.LOCAL_ZONE)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file, read."""

    name: str
    sha256: bytes
    size_bytes: int
    kind: FileKind
    reading: FileReading


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did. ``rows`` = ``taken`` + ``rejected``; ``kept``: rows that say less than what was known."""

    run_id: int
    ending: Ending
    published: Published
    rows: int
    taken: int
    rejected: int
    troubles: tuple[str, ...]


def read_file(name: str, body: bytes) -> ReadFile:
    """Recognises a file by its content and reads it. Raises ``Unreadable`` for anything but a list or a detail."""
    try:
        opened = OfficeFile(body)
        reading = _READERS[opened.kind](opened, name)
    except Unreadable as error:
        raise Unreadable(error.reason, error.field, f"{name}: {error.detail}") from None
    return ReadFile(name, hashlib.sha256(body).digest(), len(body), opened.kind, reading)


async def import_files(engine: AsyncEngine, found: Sequence[ReadFile], terms: Terms, *, by: str) -> Outcome:
    """Publishes files as one run and one change. Raises ``ImportBusy``, and ``Unreadable`` for impossible terms."""
    _check(found, terms)
    async with transaction(engine) as connection:
        await feeds.ensure(
            connection,
            name=terms.feed,
            portal=PORTAL,
            kind=KIND,
            agency_code=str(terms.agency),
            every_seconds=int(_DAY.total_seconds()),
            polled=False,
        )
        lease = await leases.claim(connection, feed, owner=by, lease=LEASE, only=terms.feed, mode=FULL)
    if lease is None:
        raise ImportBusy
    try:
        return await _import(engine, lease, found, terms, by)
    except BaseException:
        async with transaction(engine) as connection:
            await leases.release(connection, feed, lease)
        raise


async def _import(engine: AsyncEngine, lease: Lease, found: Sequence[ReadFile], terms: Terms, by: str) -> Outcome:
    async with snapshot(engine) as connection:
        known = await state.load(connection)
        newest = await files.newest_complete(connection, terms.feed)
    gathered = await to_thread(_gather, found, terms, known.fields, known.procedures)
    _compare_with_newest(gathered, found, terms, newest)
    async with transaction(engine) as connection:
        page = await leases.guard(connection, feed, lease)
        if lease.run_id is not None:
            await feeds.give_up_run(connection, lease.run_id)
        opened = await runs.open_run(
            connection, feed, run, lease, mode=FULL, window_from=None, window_until=terms.proves_until
        )
        published = await publish_reading(
            connection, gathered, feed_id=lease.feed_id, feed=lease.feed, run_id=opened.run_id, policy=terms.policy
        )
        await _keep(connection, opened.run_id, found, terms, gathered, by)
        troubles = (*gathered.troubles, *published.troubles)
        ending = _ending(gathered, troubles)
        await runs.add_page(
            connection,
            feed,
            run,
            lease,
            opened.run_id,
            cursor=None,
            page=page + (published.change is not None),
            counters=counters_of(gathered, published),
            portal_total=None,
        )
        await runs.finish_run(connection, feed, run, lease, opened, ending)
    rejected = published.refused
    return Outcome(opened.run_id, ending, published, gathered.seen, gathered.seen - rejected, rejected, troubles)


def _check(found: Sequence[ReadFile], terms: Terms) -> None:
    twice = next((name for name, times in Counter(file.name for file in found).items() if times > 1), None)
    if twice is not None:
        # Rejected rows are named by their file: of two with one name, one would hide the other's.
        raise Unreadable("name_twice", "name", f"two files are called {twice}")
    if terms.exported_on is not None and terms.exported_on > clock.today():
        raise Unreadable("date_impossible", "exported_on", f"{terms.exported_on} is yet to come")
    if terms.complete and terms.exported_on is None:
        raise Unreadable("date_missing", "exported_on", "a whole list must say of which day it is")


def _gather(
    found: Sequence[ReadFile],
    terms: Terms,
    fields: Mapping[tuple[str], Field],
    known: Mapping[ProcedureKey, object],
) -> Gathered:
    """All files as one reading."""
    gathered = Gathered(terms.agency, complete=terms.complete, complete_kinds={"procedure"})
    codes = _codes_of_fields(fields.values())
    for file in found:
        gathered.files.append(file.name)
        gathered.pages += 1
        gathered.seen += file.reading.rows
        gathered.refuse("procedure", file.reading.rejected)
        gathered.listed |= {code for one in file.reading.rejected if (code := _code_of(one.record)) is not None}
        for one in file.reading.taken:
            gathered.listed.add(one.code)
            if _is_new_district(one, terms, known):
                gathered.refuse("procedure", [_level_ended(file.name, one)])
            else:
                named = codes.get(plain_name(one.field_name), "")
                gathered.procedures.append(replace(one, field_code=named))
    gathered.repeated = len(gathered.procedures) - len({one.code for one in gathered.procedures})
    if gathered.complete and not gathered.listed:
        gathered.complete = False
        gathered.troubles.append("the list is empty, and nothing proves that it should be")
    return gathered


def _codes_of_fields(fields: Iterable[Field]) -> dict[str, str]:
    """Codes by name, where a name has one code only: lists name the field and not its code."""
    found: dict[str, set[str]] = {}
    for one in fields:
        found.setdefault(plain_name(one.name), set()).add(one.field_code)
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1}


def _code_of(record: Mapping[str, object]) -> ProcedureCode | None:
    try:
        return ProcedureCode.parse(str(record.get("code") or ""))
    except IdentifierError:
        return None


def _is_new_district(one: PortalProcedure, terms: Terms, known: Mapping[ProcedureKey, object]) -> bool:
    """A district procedure that was not known before, in a list made when there was no district level any more."""
    day = terms.exported_on or clock.today()
    key = (str(terms.agency), one.code.base, suffix_of(one.code))
    return AuthorityLevel.DISTRICT in one.levels and day >= DISTRICT_ENDED_ON and key not in known


def _level_ended(name: str, one: PortalProcedure) -> Rejected:
    told = Unreadable("level_ended", "levels", f"there is no district level since {DISTRICT_ENDED_ON}")
    return Rejected(f"{name}#{one.code}", one.record, told)


def _compare_with_newest(
    gathered: Gathered, found: Sequence[ReadFile], terms: Terms, newest: tuple[date, frozenset[bytes]] | None
) -> None:
    """A whole list counts once, and none counts that is no later than the one before: two are two days' proofs.

    The same list with an operator's word (``agreed``) is taken as it is: it is how a refused shrinking is accepted.
    """
    if not terms.complete or terms.exported_on is None or newest is None:
        return
    day, digests = newest
    if {file.sha256 for file in found} == digests:
        if terms.policy.agreed:
            return
        gathered.complete = False
        gathered.troubles.append("these files were imported as the whole list before; they prove nothing new")
    elif terms.exported_on <= day:
        raise Unreadable("list_not_newer", "exported_on", f"the whole list known now is of {day}")


async def _keep(
    connection: AsyncConnection, run_id: int, found: Sequence[ReadFile], terms: Terms, gathered: Gathered, by: str
) -> None:
    let_in = {one.content_hash for one in gathered.procedures}
    for file in found:
        kept = NewFile(
            name=file.name,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            kind=str(file.kind),
            agency_code=str(terms.agency),
            complete=gathered.complete,
            exported_on=terms.exported_on,
            taken=len(file.reading.taken),
            rejected=len(file.reading.rejected),
            imported_by=by,
            content_hashes=let_in & {one.content_hash for one in file.reading.taken},
        )
        await files.add(connection, run_id, kept)


def _ending(gathered: Gathered, troubles: Sequence[str]) -> Ending:
    """Files that only add are never proof: the feed's data are no more complete than before."""
    detail = "; ".join(troubles)[:2_000] or None
    if gathered.complete and not troubles:
        return Ending(Verdict.SUCCEEDED)
    return Ending(Verdict.PARTIAL, None, detail or "the files add to the catalogue and do not prove it complete")
