"""Joining what a portal gave with what is known: decisions give validity, online services give the online level.

Pure: state and reading in, wished-for things out. What is not mentioned stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from catalogue.domain.agency import Agency, Succession, level_of
from catalogue.domain.decision import Decision, DecisionKey, in_order, kinds_of, merge, plain_name, whose_catalogue
from catalogue.domain.procedure import (
    IN_FORCE_STATES,
    LEVEL_UNDETERMINED,
    ONLINE_LEVEL_UNVERIFIED,
    Limit,
    OnlineService,
    Origin,
    Procedure,
    ProcedureKey,
    fee_bearing,
)
from catalogue.domain.succession import succeeded, without_district_level
from catalogue.domain.validity import Validity, readable, suffix_of, validity_of
from catalogue.portals import PortalAgency, PortalDecision, PortalProcedure, PortalService
from catalogue.portals.decision_list import DecisionFacts
from shared.domain.identifiers import AgencyCode, ProcedureCode
from shared.domain.level import DISTRICT_ENDED_ON, AuthorityLevel, OnlineLevel, best_online_level


@dataclass(frozen=True, slots=True)
class Online:
    """Online services by procedure base. ``read``: a list of them was ever read, so a missing one means none."""

    by_base: Mapping[str, Sequence[OnlineService]]
    read: bool

    @classmethod
    def of(cls, services: Iterable[OnlineService]) -> "Online":
        grouped: dict[str, list[OnlineService]] = {}
        for service in services:
            grouped.setdefault(ProcedureCode.parse(service.procedure_code).base, []).append(service)
        return cls(grouped, read=bool(grouped))

    def level(self, agency: AgencyCode, code: ProcedureCode) -> OnlineLevel:
        """The best level of the services that an agency, one above it or one below it offers for a procedure."""
        return best_online_level(
            service.online_level
            for service in self.by_base.get(code.base, ())
            if ProcedureCode.parse(service.procedure_code).suffix in (None, code.suffix)
            and _near(agency, service.agency_code)
        )


def agencies(
    found: Iterable[PortalAgency],
    known: Mapping[tuple[str], Agency],
    successions: Sequence[Succession] = (),
    *,
    on: date,
) -> list[Agency]:
    """Agencies of a dictionary read on a day. What the dictionary does not carry (validity) stays as it is known.

    One that is new to us gets the days of its successions. A code that stands for another name after its agency ended
    was given away: it is a new agency, of the next incarnation. With the name it had, the portal is only late.
    """
    every = {str(one.code): one for one in found}
    codes = set(every) | {code for (code,) in known}
    wanted = []
    for code, one in every.items():
        before = known.get((code,))
        reused = before is not None and before.ended_by(on) and plain_name(before.name) != plain_name(one.name)
        lasting = None if reused else before
        now = Agency(
            agency_code=code,
            name=one.name,
            level=level_of(one.code, one.level_word) or (lasting.level if lasting else None),
            parent_code=next((str(above) for above in one.code.ancestors()[1:] if str(above) in codes), None),
            valid_from=lasting.valid_from if lasting else None,
            valid_to=lasting.valid_to if lasting else None,
            incarnation=before.incarnation + reused if before else 1,
        )
        told = succeeded(now, successions) if before is None else now
        wanted.append(without_district_level(told, on))
    return wanted


def services(found: Iterable[PortalService]) -> list[OnlineService]:
    """Online services in their stored form."""
    return [
        OnlineService(one.service_code, str(one.agency or ""), str(one.procedure), one.name, one.level) for one in found
    ]


def decisions(
    listed: Iterable[PortalDecision],
    imports: Iterable[DecisionFacts],
    known: Mapping[DecisionKey, Decision],
    names: Mapping[str, str],
) -> dict[DecisionKey, Decision]:
    """Every decision: those known, as the portal lists them now, and with what was imported about them."""
    codes = {plain_name(name): code for code, name in sorted(names.items(), reverse=True)}  # the highest one wins
    portal = {key: one for key, one in known.items() if one.source.startswith("portal")}
    for row in listed:
        found = _from_portal(row, codes[plain_name(row.agency_name)], names)
        portal[found.key] = found
    told = {facts.key: _from_import(facts, names) for facts in imports}
    return {
        key: merge(portal.get(key), told.get(key)) for key in {*known, *portal, *told} if key in portal or key in told
    }


def procedure(
    agency: AgencyCode, found: PortalProcedure, known: Mapping[tuple[str, str, str], Validity], online: Online
) -> Procedure:
    """A procedure as it should stand in an agency's catalogue."""
    validity = validity_of(agency, found.code, known)
    flags = [*found.origin.flags]
    if found.level_open:
        flags.append(LEVEL_UNDETERMINED)
    if not online.read:
        flags.append(ONLINE_LEVEL_UNVERIFIED)
    return Procedure(
        agency_code=str(agency),
        procedure_code=found.code.base,
        suffix=suffix_of(found.code),
        name=found.name,
        field_code=found.field_code,
        levels=found.levels,
        online_level=online.level(agency, found.code) if online.read else found.marked_online,
        fee_bearing=fee_bearing(found.fees),
        fees=found.fees,
        in_force=found.state in IN_FORCE_STATES,
        state=found.state,
        kind=found.kind,
        issuer=found.issuer,
        decision_number=found.decision_number,
        valid_from=validity.valid_from,
        valid_to=validity.valid_to,
        flags=tuple(flags),
        portal_id=found.portal_id,
        portal_updated_at=found.updated_at,
        content_hash=found.content_hash,
        missing_parts=found.missing_parts,
        for_people=found.for_people,
    )


def from_best_source(found: Iterable[PortalProcedure]) -> list[PortalProcedure]:
    """Of the records of one code those that say most: a detail beside a list's row is enough."""
    every = list(found)
    best: dict[ProcedureCode, Origin] = {}
    for one in every:
        best[one.code] = max(one.origin, best.get(one.code, one.origin))
    return [one for one in every if one.origin is best[one.code]]


def limits(agency: AgencyCode, found: PortalProcedure) -> list[Limit]:
    """The time limits of a procedure."""
    return [
        Limit(str(agency), found.code.base, suffix_of(found.code), one.channel, one.case_name, one.quantity, one.unit)
        for one in found.limits
    ]


def rejoined(
    known: Iterable[Procedure], told: Mapping[tuple[str, str, str], Validity], online: Online
) -> list[Procedure]:
    """Known procedures with the validity and online level that decisions and services give them now."""
    found = []
    for one in known:
        agency, code = AgencyCode.parse(one.agency_code), code_of(one.key)
        validity = validity_of(agency, code, told)
        changed = replace(one, valid_from=validity.valid_from, valid_to=validity.valid_to)
        if online.read and one.in_force:
            flags = tuple(flag for flag in one.flags if flag != ONLINE_LEVEL_UNVERIFIED)
            changed = replace(changed, online_level=online.level(agency, code), flags=flags)
        found.append(changed)
    return found


def begins_too_late(one: Procedure) -> bool:
    """Whether it would be a district procedure that begins after the district level ended."""
    return AuthorityLevel.DISTRICT in one.levels and one.valid_from is not None and one.valid_from >= DISTRICT_ENDED_ON


def one_of_each(found: Iterable[PortalProcedure]) -> list[PortalProcedure]:
    """Rows of one code joined: portals list a procedure decided at two levels twice, under two ids."""
    joined: dict[ProcedureCode, PortalProcedure] = {}
    for one in found:
        first = joined.get(one.code)
        if first is None:
            joined[one.code] = one
            continue
        both = {*first.levels, *one.levels}
        known = {(limit.channel, limit.case_name) for limit in first.limits}
        joined[one.code] = replace(
            first,
            levels=tuple(level for level in AuthorityLevel if level in both),
            level_open=first.level_open and one.level_open,
            limits=(*first.limits, *(limit for limit in one.limits if (limit.channel, limit.case_name) not in known)),
        )
    return list(joined.values())


def ended_and_unknown(
    every: Iterable[Decision], agency: AgencyCode, known: Iterable[ProcedureKey]
) -> list[ProcedureCode]:
    """Codes that a decision about this agency's catalogue took away and that were never in it."""
    seen = {(code, suffix) for agency_code, code, suffix in known if agency_code == str(agency)}
    codes = (ProcedureCode.parse(code) for one in every if one.agency_code == str(agency) for code in one.rescinded)
    return [code for code in dict.fromkeys(codes) if (code.base, suffix_of(code)) not in seen]


def imported(stored: Iterable[object]) -> list[DecisionFacts]:
    """Stored imports in their typed form."""
    return [msgspec.convert(facts, DecisionFacts) for facts in stored]


def code_of(key: ProcedureKey) -> ProcedureCode:
    """The code inside a procedure's key."""
    _, base, suffix = key
    return ProcedureCode(base, AgencyCode.parse(suffix) if suffix else None)


def _near(agency: AgencyCode, written: str) -> bool:
    if not written:
        return True
    other = AgencyCode.parse(written)
    return agency.is_within(other) or other.is_within(agency)


def _from_portal(row: PortalDecision, issuer: str, names: Mapping[str, str]) -> Decision:
    new, modified, rescinded = readable(row.new), readable(row.modified), readable(row.rescinded)
    return Decision(
        issuer_code=issuer,
        number=row.number,
        signed_year=row.signed_on.year,
        agency_code=whose_catalogue(row.name, AgencyCode.parse(issuer), names),
        name=row.name,
        kinds=kinds_of(row.name, new=bool(new), modified=bool(modified), rescinded=bool(rescinded)),
        signed_on=row.signed_on,
        effective_on=None,
        posted_on=None,
        new=new,
        modified=modified,
        rescinded=rescinded,
        note="",
        source="portal",
    )


def _from_import(facts: DecisionFacts, names: Mapping[str, str]) -> Decision:
    return Decision(
        issuer_code=facts.agency,
        number=facts.number,
        signed_year=facts.signed_on.year,
        agency_code=facts.catalogue_agency or whose_catalogue(facts.name, AgencyCode.parse(facts.agency), names),
        name=facts.name,
        kinds=in_order(facts.kinds),
        signed_on=facts.signed_on,
        effective_on=facts.effective_on,
        posted_on=facts.posted_on,
        new=facts.new,
        modified=facts.modified,
        rescinded=facts.rescinded,
        note=facts.note,
        source="import",
    )
