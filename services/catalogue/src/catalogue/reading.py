"""Reading a portal's catalogue of one agency: everything that can be had, and what is missing and why.

Nothing is written here. A part that cannot be read (dictionaries, online services, decisions) leaves what is known
of it as it stands; only the list of procedures can prove an absence, and only when it is complete.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalogue.domain.agency import Field
from catalogue.domain.procedure import IN_FORCE_STATES
from catalogue.portals import PortalAgency, PortalProcedure, PortalService, Rejected, Unreadable
from catalogue.portals.decision_list import DecisionFacts, DecisionList
from catalogue.portals.national_gateway import Decisions, NationalGateway
from catalogue.portals.national_rpc import NationalRpc
from catalogue.portals.national_v1 import NationalV1, read
from catalogue.repository.quarantine import Refused
from shared.domain.identifiers import AgencyCode, IdentifierError, ProcedureCode
from shared.runtime.http import PortalError, PortalShapeChanged, PortalUnavailable

Beat = Callable[[], Awaitable[None]]
"""Called now and then while reading, so that a lease does not run out."""

_BEAT_EVERY = 25
_MOST_ASKED_ABOUT = 50


@dataclass(frozen=True, slots=True)
class Portals:
    """The adapters of one portal. None: there is no such source, and nothing is missing without it.

    The gateway was switched off in 2026; without a ``decision_list`` days of decisions are only imported by hand.
    """

    v1: NationalV1
    rpc: NationalRpc | None
    gateway: NationalGateway | None
    decision_list: DecisionList | None


@dataclass(slots=True)
class Gathered:
    """What was read. A part that is None could not be; ``troubles`` says why, ``failure`` is the first one's class."""

    agency: AgencyCode
    procedures: list[PortalProcedure] = field(default_factory=list)
    listed: set[ProcedureCode] = field(default_factory=set)
    complete: bool = False
    agencies: list[PortalAgency] | None = None
    fields: list[Field] | None = None
    services: list[PortalService] | None = None
    decisions: Decisions | None = None
    imports: list[DecisionFacts] | None = None
    refused: list[Refused] = field(default_factory=list)
    complete_kinds: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)
    failure: str | None = None
    pages: int = 0
    seen: int = 0
    repeated: int = 0
    gaps: int = 0
    portal_total: int | None = None
    files: list[str] = field(default_factory=list)
    """Names of the files that were read; empty: a portal was."""

    def trouble(self, what: str, error: PortalError | Unreadable) -> None:
        """Notes that a part could not be read."""
        self.troubles.append(f"{what}: {error}")
        self.failure = self.failure or (error.failure if isinstance(error, PortalError) else "contract")

    def refuse(self, kind: str, rejected: Iterable[Rejected]) -> None:
        """Sets records aside."""
        self.refused += [
            Refused(kind, one.portal_id, one.error.reason, one.error.field, one.error.detail, one.record)
            for one in rejected
        ]


async def gather(portals: Portals, agency: AgencyCode, known_names: Mapping[str, str], beat: Beat) -> Gathered:
    """Reads everything about one agency's catalogue. Never raises ``PortalError``: it stands in ``troubles``."""
    gathered = Gathered(agency)
    if portals.rpc is not None:
        await _dictionaries(portals.rpc, gathered)
        await beat()
    rows = await _list(portals.v1, gathered)
    await _details(portals.v1, rows, gathered, beat)
    await beat()
    await _decisions(portals, gathered, known_names)
    return gathered


async def read_ended(portals: Portals, codes: Iterable[ProcedureCode], gathered: Gathered) -> None:
    """Adds procedures that a decision ended before we ever saw them: they are in no list, but history needs them."""
    for code in codes:
        try:
            row = await portals.v1.look_up(str(code))
            if row is not None:
                gathered.procedures.append(read(row, await portals.v1.detail(str(row.get("id")))))
        except PortalError as error:
            gathered.trouble("ended procedures", error)
            return
        except Unreadable as error:
            gathered.refuse("ended_procedure", [Rejected(str(code), {"code": str(code)}, error)])


async def read_missing(portals: Portals, missing: Mapping[ProcedureCode, str], gathered: Gathered) -> None:
    """Asks the portal itself about procedures a complete list lacks, by their ids.

    Only its word that one is no longer published is taken; a detail still published stays a suspicion, because lists
    lose rows. Many missing at once are not asked about: they need an operator's eyes first.
    """
    if not gathered.complete or len(missing) > _MOST_ASKED_ABOUT:
        return
    for code, portal_id in missing.items():
        try:
            detail = await portals.v1.detail(portal_id)
            found = read({"id": portal_id, "code": str(code)}, detail)
        except (PortalError, Unreadable):
            continue  # The list already says all that is certain: the code is missing, and suspected.
        if found.state not in IN_FORCE_STATES:
            gathered.procedures.append(found)


async def _dictionaries(rpc: NationalRpc, gathered: Gathered) -> None:
    """Agencies, fields and online services. A portal that does not answer is asked for nothing more."""

    async def part(kind: str, asked: Callable[[], Awaitable[tuple[list[Any], list[Rejected]]]]) -> list[Any] | None:
        if gathered.failure == PortalUnavailable.failure:
            return None
        try:
            found, rejected = await asked()
        except PortalError as error:
            gathered.trouble(kind, error)
            return None
        gathered.refuse(kind, rejected)
        gathered.complete_kinds.add(kind)
        return found

    gathered.agencies = await part("agency", rpc.agencies)
    gathered.fields = await part("field", rpc.fields)
    gathered.services = await part("online_service", rpc.online_services)


async def _list(v1: NationalV1, gathered: Gathered) -> list[dict[str, Any]]:
    """The rows of the list, each id once. Sets ``complete`` only when the list's own end was reached and agrees."""
    rows: dict[str, dict[str, Any]] = {}
    try:
        async for page in v1.pages(str(gathered.agency)):
            gathered.pages += 1
            gathered.seen += len(page.rows)
            gathered.portal_total = gathered.portal_total if page.total is None else page.total
            for row in page.rows:
                gathered.repeated += str(row.get("id")) in rows
                rows[str(row.get("id"))] = row
            gathered.complete = page.last
    except PortalError as error:
        gathered.complete = False
        gathered.trouble("list of procedures", error)
    if gathered.complete and gathered.portal_total not in (None, len(rows)):
        gathered.complete = False
        gathered.troubles.append(f"the portal counts {gathered.portal_total} procedures, its list held {len(rows)}")
    if gathered.complete and not rows and gathered.portal_total != 0:
        gathered.complete = False
        gathered.troubles.append("the list is empty, and nothing proves that it should be")
    return list(rows.values())


async def _details(v1: NationalV1, rows: list[dict[str, Any]], gathered: Gathered, beat: Beat) -> None:
    """Reads each row's procedure. A portal that fails stops the reading: the rest are gaps, and nothing is complete."""
    for number, row in enumerate(rows):
        if number % _BEAT_EVERY == 0:
            await beat()
        try:
            gathered.listed.add(ProcedureCode.parse(str(row.get("code") or "")))
            gathered.procedures.append(read(row, await v1.detail(str(row.get("id")))))
        except IdentifierError as error:
            told = Unreadable("code_malformed", "code", error.reason)
            gathered.refuse("procedure", [Rejected(str(row.get("id")), row, told)])
        except Unreadable as error:
            gathered.refuse("procedure", [Rejected(str(row.get("id")), row, error)])
        except PortalShapeChanged as error:
            gathered.gaps += 1
            told = Unreadable("detail_unreadable", "", str(error))
            gathered.refuse("procedure", [Rejected(str(row.get("id")), row, told)])
        except PortalError as error:
            gathered.gaps += len(rows) - number
            gathered.complete = False
            gathered.trouble("details", error)
            return
    if gathered.complete:
        gathered.complete_kinds.add("procedure")


async def _decisions(portals: Portals, gathered: Gathered, known_names: Mapping[str, str]) -> None:
    if portals.gateway is not None:
        names = {**known_names, **{str(one.code): one.name for one in gathered.agencies or ()}}
        issuers = [names[str(code)] for code in gathered.agency.ancestors() if str(code) in names]
        await _listed_decisions(portals.gateway, issuers, gathered)
    if portals.decision_list is not None:
        try:
            gathered.imports = await portals.decision_list.read()
        except (PortalError, Unreadable) as error:
            gathered.trouble("days of decisions", error)


async def _listed_decisions(gateway: NationalGateway, issuers: list[str], gathered: Gathered) -> None:
    try:
        gathered.decisions = await gateway.decisions(issuers)
    except PortalError as error:
        gathered.trouble("decisions", error)
        return
    gathered.refuse("decision", gathered.decisions.rejected)
    if gathered.decisions.complete:
        gathered.complete_kinds.add("decision")
    else:
        gathered.troubles.append("the gateway gave fewer decisions than it counts")
