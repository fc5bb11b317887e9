"""From a wish to a change: decisions, procedures and what hangs on them, written as one numbered change.

The caller has opened the transaction; ``versions.lock_changes`` is taken here, so what is compared stays as it was
read until the change is committed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue import assembling
from catalogue.domain.decision import Decision
from catalogue.domain.procedure import WITHDRAWN, Limit, Origin, Procedure, ProcedureKey
from catalogue.domain.validity import suffix_of, validities
from catalogue.domain.withdrawal import Absence, judge_absence
from catalogue.portals.decision_list import DecisionFacts
from catalogue.reading import Gathered
from catalogue.repository import limits, quarantine, state, versions
from catalogue.repository.entities import AGENCY, DECISION, FIELD, LIMIT, ONLINE_SERVICE, PROCEDURE
from catalogue.repository.limits import Said
from catalogue.repository.quarantine import Refused
from catalogue.repository.state import State
from catalogue.repository.versions import Item, Wanted
from shared.runtime import clock


@dataclass(frozen=True, slots=True)
class Policy:
    """How much may vanish: see ``domain.withdrawal``. ``agreed``: an operator has said yes to whatever is missing."""

    most_share: float = 0.1
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What a transaction changed. ``change`` None: nothing. ``troubles`` add to those of the reading."""

    change: int | None
    items: Sequence[Item]
    absence: Absence
    refused: int
    troubles: tuple[str, ...]
    kept: int = 0
    """Records of files that say less than what is known; nothing of them was taken."""

    def count(self, kind: str, event: str) -> int:
        """Lines of a kind and event."""
        return sum(item.kind == kind and item.event == event for item in self.items)


async def publish_reading(
    connection: AsyncConnection, gathered: Gathered, *, feed_id: int, feed: str, run_id: int, policy: Policy
) -> Published:
    """Writes what a portal gave about one agency."""
    await versions.lock_changes(connection)
    if gathered.imports:
        await state.keep_imports(connection, {facts.key: facts for facts in gathered.imports}, source=feed)
    known = await state.load(connection)
    wish = _Wish(known, gathered)
    before = await quarantine.suspected(connection, str(gathered.agency))
    absence = wish.absence(before, policy)
    change, items = await versions.publish(connection, wish.wanted(absence), cause="sync", source=feed)
    await versions.keep_content(connection, wish.contents())
    await limits.keep_said(connection, wish.said(), agency_code=str(gathered.agency), source=feed)
    await quarantine.keep(
        connection,
        feed_id,
        [*gathered.refused, *wish.refused],
        complete_kinds=gathered.complete_kinds,
        of_files=() if gathered.complete else gathered.files,
    )
    await quarantine.suspect(connection, run_id, absence.suspected)
    await quarantine.clear(connection, absence.cleared | absence.withdrawn)
    refused = len(gathered.refused) + len(wish.refused)
    return Published(change, items, absence, refused, (*wish.troubles, *_implausible(absence)), wish.kept)


async def publish_imports(connection: AsyncConnection, facts: Iterable[DecisionFacts], *, source: str) -> Published:
    """Writes imported decisions and what they mean for procedures already known."""
    await versions.lock_changes(connection)
    await state.keep_imports(connection, {one.key: one for one in facts}, source=source)
    known = await state.load(connection)
    decisions = assembling.decisions((), assembling.imported(known.imports), known.decisions, known.agency_names)
    online = assembling.Online.of(known.services.values())
    procedures = assembling.rejoined(known.procedures.values(), validities(decisions.values()), online)
    late = [one for one in procedures if assembling.begins_too_late(one)]
    wanted = [
        Wanted(DECISION, list(decisions.values())),
        Wanted(PROCEDURE, [one for one in procedures if not assembling.begins_too_late(one)]),
    ]
    change, items = await versions.publish(connection, wanted, cause="import", source=source)
    troubles = tuple(f"{one.procedure_code}: no district procedure may begin after 2025-06-30" for one in late)
    return Published(change, items, Absence(), 0, troubles)


class _Wish:
    """What should be current after one reading."""

    def __init__(self, known: State, gathered: Gathered) -> None:
        self._known, self._gathered = known, gathered
        self.refused: list[Refused] = []
        self.troubles: list[str] = []
        self.kept = 0
        self._taken: set[ProcedureKey] = set()
        self._agencies = assembling.agencies(
            gathered.agencies or (), known.agencies, known.successions, on=clock.today()
        )
        names = known.agency_names | {agency.agency_code: agency.name for agency in self._agencies}
        listed = gathered.decisions.found if gathered.decisions else ()
        self._decisions = assembling.decisions(listed, assembling.imported(known.imports), known.decisions, names)
        self._services = assembling.services(gathered.services or ())
        self._removed_services = self._no_longer_offered()
        self._procedures, self._limits = self._join()

    def absence(self, suspected_before: set[ProcedureKey], policy: Policy) -> Absence:
        """What the list proves about the procedures it lacks."""
        agency, by_files = str(self._gathered.agency), bool(self._gathered.files)
        # Files prove nothing about what a portal brought, nor a portal about what only files did, unless it is agreed.
        published = {
            one.key
            for one in self._known.procedures.values()
            if one.agency_code == agency
            and one.in_force
            and (policy.agreed or by_files is (one.origin is not Origin.PORTAL))
        }
        listed = {(agency, code.base, suffix_of(code)) for code in self._gathered.listed}
        ended = {key for key, one in self._procedures.items() if one.valid_to is not None or not one.in_force}
        return judge_absence(
            published=published,
            listed=listed,
            suspected_before=suspected_before & published,
            confirmed=ended,
            complete=self._gathered.complete,
            most_share=policy.most_share,
            agreed=policy.agreed,
        )

    def wanted(self, absence: Absence) -> list[Wanted]:
        """Everything that should be current."""
        for key in absence.withdrawn:
            # The portal's own word for it (INACTIVE) says more than ours.
            if self._procedures[key].in_force:
                self._procedures[key] = replace(self._procedures[key], in_force=False, state=WITHDRAWN)
        fields = {one.field_code: one for one in self._gathered.fields or ()}
        return [
            Wanted(AGENCY, self._agencies),
            Wanted(FIELD, list(fields.values())),
            Wanted(ONLINE_SERVICE, self._services, self._removed_services),
            Wanted(DECISION, list(self._decisions.values())),
            Wanted(PROCEDURE, list(self._procedures.values())),
            Wanted(LIMIT, self._limits, self._outdated_limits()),
        ]

    def said(self) -> list[Said]:
        """What this source says of limits, also where another one's word is published. A list says nothing of them."""
        telling = [one for one in self._gathered.procedures if one.origin is not Origin.LIST_FILE]
        return [
            Said(
                one.code.base,
                suffix_of(one.code),
                limit.channel,
                limit.case_name,
                limit.quantity,
                limit.unit,
                limit.words,
            )
            for one in assembling.one_of_each(assembling.from_best_source(telling))
            for limit in one.limits
        ]

    def contents(self) -> dict[bytes, object]:
        """The cleaned records by their hash."""
        return {one.content_hash: one.record for one in self._gathered.procedures}

    def _no_longer_offered(self) -> set[tuple[str, str]]:
        """Services the list no longer has; none when it shrank by more than half, because it cannot prove its end."""
        if self._gathered.services is None:
            return set()
        gone = set(self._known.services) - {one.key for one in self._services}
        if len(gone) * 2 > len(self._known.services):
            self.troubles.append(f"{len(gone)} of {len(self._known.services)} online services are missing; kept")
            return set()
        return gone

    def _join(self) -> tuple[dict[ProcedureKey, Procedure], list[Limit]]:
        agency = self._gathered.agency
        kept = {key: one for key, one in self._known.services.items() if key not in self._removed_services}
        online = assembling.Online.of((kept | {one.key: one for one in self._services}).values())
        told = validities(self._decisions.values())
        known = assembling.rejoined(self._known.procedures.values(), told, online)
        procedures = {
            one.key: self._known.procedures[one.key] if assembling.begins_too_late(one) else one for one in known
        }
        limits: list[Limit] = []
        for found in assembling.one_of_each(assembling.from_best_source(self._gathered.procedures)):
            one = assembling.procedure(agency, found, told, online)
            if assembling.begins_too_late(one):
                self.refused.append(_level_ended(found.portal_id, one))
            elif self._says_less(one):
                self.kept += 1
            else:
                procedures[one.key] = one
                self._taken.add(one.key)
                limits += assembling.limits(agency, found)
        return procedures, limits

    def _says_less(self, one: Procedure) -> bool:
        """Whether what is known of a procedure comes from a better source, which a file may not overwrite."""
        known = self._known.procedures.get(one.key)
        if known is None or one.origin >= known.origin:
            return False
        if one.in_force and not known.in_force:
            self.troubles.append(
                f"{one.procedure_code} is in the file, but the portal ended it ({known.state}); kept so"
            )
        return True

    def _outdated_limits(self) -> set[tuple[str, str, str, int, str]]:
        """Known limits of the procedures taken now that they no longer have."""
        return {key for key in self._known.limits if key[:3] in self._taken} - {limit.key for limit in self._limits}


def _level_ended(portal_id: str, one: Procedure) -> Refused:
    detail = f"a district procedure cannot begin on {one.valid_from}: there is no district level"
    return Refused("procedure", portal_id, "level_ended", "levels", detail, {"code": one.procedure_code})


def _implausible(absence: Absence) -> tuple[str, ...]:
    if not absence.implausible:
        return ()
    return (
        f"{absence.implausible} procedures are missing without explanation; nothing was withdrawn. "
        "Run `python -m catalogue sync --accept-removals` if that is right.",
    )


def decisions_known(known: State, gathered: Gathered) -> list[Decision]:
    """Every decision as it will be written: what the look-up of ended procedures starts from."""
    imports = {facts.key: facts for facts in [*assembling.imported(known.imports), *(gathered.imports or ())]}
    names = known.agency_names | {str(one.code): one.name for one in gathered.agencies or ()}
    listed = gathered.decisions.found if gathered.decisions else ()
    return list(assembling.decisions(listed, imports.values(), known.decisions, names).values())
