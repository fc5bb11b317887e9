"""What no portal offers and a test needs: the scenario, its truth, decisions with all their days, and changes."""

from dataclasses import asdict
from datetime import date
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from sandbox_portal.portals.igate import IgateWire
from sandbox_portal.scenarios.model import DossierQuery, World
from sandbox_portal.scenarios.truth import catalogue_counts, form_ii06a
from sandbox_portal.schemas import (
    AgencyAid,
    ArrivalsAid,
    ChangesMade,
    ChangesWanted,
    DecisionAid,
    PetitionAid,
    ScenarioAid,
    TruthAid,
)
from shared.contracts.problem import PARAMETER_INVALID, ProblemError
from shared.runtime.auth import public
from shared.runtime.edge import only_known_parameters


def router(world: World, wire: IgateWire, *, seed: int, guard: Lock) -> APIRouter:
    """The aids of one world. Under ``guard`` no page is half before and half after a change."""
    routes = APIRouter(
        prefix="/sandbox", tags=["sandbox"], dependencies=[Depends(public), Depends(only_known_parameters)]
    )
    catalogue, dossiers = world.catalogue, world.dossiers

    @routes.get("", summary="The scenario being served")
    def scenario() -> ScenarioAid:
        """Names the world, its period and the ids of its agencies."""
        total, _ = dossiers.search(DossierQuery(), newest_first=True, start=0, stop=0)
        first, last = dossiers.period
        agencies = [
            AgencyAid(code=a.code, qcvn=a.qcvn, name=a.name, level=a.level, parent=a.parent, igate_id=id_)
            for a, id_ in zip(catalogue.agencies, wire.agency_ids, strict=True)
        ]
        return ScenarioAid(
            scenario=world.name,
            seed=seed,
            dossiers=total,
            period_from=first,
            period_to=last,
            version=dossiers.version,
            agencies=agencies,
        )

    @routes.get("/decisions", summary="Publication decisions with kinds and days")
    def decisions() -> list[DecisionAid]:
        """Everything about the decisions that the portals' contracts cannot carry."""
        return [DecisionAid.model_validate(asdict(decision)) for decision in catalogue.decisions]

    @routes.get("/petitions", summary="Petitions (PAKN)")
    def petitions() -> list[PetitionAid]:
        """The petitions of the scenario. No person stands in them."""
        return [PetitionAid.model_validate(asdict(petition)) for petition in catalogue.petitions]

    @routes.get("/truth", summary="What the figures must be")
    def truth(
        from_: Annotated[date | None, Query(alias="from", description="First day; default: the scenario's.")] = None,
        to: Annotated[date | None, Query(description="Last day; default: the scenario's.")] = None,
        agency: Annotated[str, Query(description="Code of an agency; its subtree is counted. Empty: all.")] = "",
    ) -> TruthAid:
        """Counts every dossier now, by local days. For a province of a million this takes some seconds."""
        first, last = from_ or dossiers.period[0], to or dossiers.period[1]
        if last < first:
            raise ProblemError(PARAMETER_INVALID, "The last day is before the first.", parameter="to")
        inside = catalogue.subtree(agency)
        if agency and not inside:
            raise ProblemError(PARAMETER_INVALID, "The scenario has no such agency.", parameter="agency")
        chosen = (d for d in dossiers.every() if not agency or d.agency in inside)
        counts = form_ii06a(chosen, first, last) | catalogue_counts(catalogue)
        return TruthAid(period_from=first, period_to=last, figures=counts)

    @routes.post("/changes", summary="Let time pass")
    def changes(wanted: ChangesWanted) -> ChangesMade:
        """Moves a share of the dossiers on, or adds late ones, so that a second sync has something to see.

        What changed has a newer `updatedDate` than everything before it, and so comes first in the search.
        """
        with guard:
            changed = 0 if wanted.share is None else dossiers.change(share=wanted.share, round_=wanted.round)
            arrivals = None if wanted.late_arrivals is None else dossiers.arrive(wanted.late_arrivals)
        told = None if arrivals is None else ArrivalsAid.model_validate(asdict(arrivals))
        return ChangesMade(changed=changed, arrivals=told, version=dossiers.version)

    return routes
