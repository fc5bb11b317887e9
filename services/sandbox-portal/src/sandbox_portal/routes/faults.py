"""Faults on request: the list, switching on, switching off."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from sandbox_portal.faults.board import Active, Board, FaultRefused, Order
from sandbox_portal.faults.model import Fault
from sandbox_portal.faults.registry import FAULTS, LEFT_OUT
from sandbox_portal.schemas import (
    ActiveFaultAid,
    FaultAid,
    FaultParameterAid,
    FaultsAid,
    FaultsGone,
    FaultWanted,
)
from shared.contracts.problem import NOT_FOUND, ProblemError, problem_responses
from shared.runtime.auth import public
from shared.runtime.edge import only_known_parameters


def router(board: Board) -> APIRouter:
    """The switchboard."""
    routes = APIRouter(
        prefix="/sandbox/faults", tags=["faults"], dependencies=[Depends(public), Depends(only_known_parameters)]
    )
    registry = [_described(fault) for fault in FAULTS.values()]

    @routes.get("", summary="Faults that are on, and all there are")
    async def listed() -> FaultsAid:
        """One request alone can ask for a fault with the header `X-Sandbox-Fault: F09;status=504`."""
        return FaultsAid(active=[_told(one) for one in board.active], registry=registry, left_out=dict(LEFT_OUT))

    @routes.post("", status_code=201, summary="Switch a fault on")
    async def switch_on(wanted: FaultWanted) -> ActiveFaultAid:
        """It stays on until it is switched off, though it may strike only so many `times`."""
        return _told(board.switch_on(_order(wanted)))

    @routes.delete("", summary="Switch all faults off")
    async def switch_all_off() -> FaultsGone:
        """The portals are themselves again. Dossiers that arrived meanwhile stay."""
        return FaultsGone(removed=board.switch_off(None))

    @routes.delete("/{id}", summary="Switch one fault off", responses=problem_responses(NOT_FOUND))
    async def switch_off(
        id_: Annotated[str, Path(alias="id", description="The id of one that is on, or a number: F09.")],
    ) -> FaultsGone:
        """By number: every one of that number."""
        removed = board.switch_off(id_)
        if not removed:
            raise ProblemError(NOT_FOUND, "No such fault is on; GET /sandbox/faults lists them.")
        return FaultsGone(removed=removed)

    return routes


def _order(wanted: FaultWanted) -> Order:
    fault = FAULTS.get(wanted.fault)
    if fault is None:
        reason = LEFT_OUT.get(wanted.fault, "GET /sandbox/faults lists the numbers there are.")
        raise FaultRefused("fault", f"{wanted.fault} cannot be switched on. {reason}")
    return Order(
        fault=fault,
        path=wanted.path,
        pages=None if wanted.pages is None else frozenset(wanted.pages),
        times=wanted.times if "times" in wanted.model_fields_set else fault.times,
        after=wanted.after,
        seed=wanted.seed,
        parameters=wanted.parameters,
    )


def _described(fault: Fault) -> FaultAid:
    parameters = [
        FaultParameterAid(name=one.name, default=one.default, text=one.text, choices=list(one.choices))
        for one in fault.parameters
    ]
    return FaultAid(
        id=fault.id,
        title=fault.title,
        does=fault.does,
        paths=sorted(fault.paths),
        times=fault.times,
        in_truth=fault.is_truth,
        parameters=parameters,
    )


def _told(active: Active) -> ActiveFaultAid:
    order = active.order
    return ActiveFaultAid(
        id=active.id,
        fault=order.fault.id,
        endpoints=sorted(active.endpoints),
        pages=None if order.pages is None else sorted(order.pages),
        times=order.times,
        after=order.after,
        seed=order.seed,
        parameters=dict(active.options),
        seen=active.seen,
        struck=active.struck,
        touched=list(active.touched),
    )
