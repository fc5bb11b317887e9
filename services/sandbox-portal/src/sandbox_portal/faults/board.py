"""Which faults are switched on, and which of them a request meets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from threading import Lock
from typing import Any

from sandbox_portal.faults.endpoints import ENDPOINTS, Endpoint
from sandbox_portal.faults.model import Asked, Fault, Listing, Memory, Strike, Value
from sandbox_portal.faults.relisted import Relisting

_NOBODY = Asked(Endpoint("", "", "GET", ()))
"""Asks when the truth is counted: no page, no credential."""


class FaultRefused(Exception):
    """A fault that cannot be switched on so. ``parameter`` names what to mend."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(reason)
        self.parameter = parameter


class FaultTooHeavy(Exception):
    """A fault that re-lists all dossiers, in a scenario that has too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A fault as wanted. ``path``: a portal or an endpoint, None for all; ``times`` None: without end."""

    fault: Fault
    path: str | None = None
    pages: frozenset[int] | None = None
    times: int | None = None
    after: int = 0
    seed: int = 1
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Active:
    """A fault that is switched on. ``seen`` counts the requests it could have struck, ``struck`` those it did."""

    id: str
    order: Order
    endpoints: frozenset[str]
    options: Mapping[str, Any]
    seen: int = 0
    struck: int = 0
    touched: list[str] = field(default_factory=list)
    memory: Memory = field(default_factory=dict)

    def meet(self, asked: Asked, arrive: Callable[[int], None]) -> Strike | None:
        """The strike on this request; None when it passes."""
        if asked.endpoint.name not in self.endpoints:
            return None
        fresh = self._is_due(asked)
        self.struck += fresh
        return self.strike(asked, arrive, fresh=fresh) if fresh or self.order.fault.lasting else None

    def strike(self, asked: Asked, arrive: Callable[[int], None], *, fresh: bool) -> Strike:
        """This fault and a request."""
        return Strike(asked, self.options, self.order.seed, self.struck, fresh, self.memory, self.touched, arrive)

    @property
    def is_standing(self) -> bool:
        """Whether the portal's records are so now, whoever asks."""
        started = self.seen > self.order.after or not self.order.after
        return self.order.fault.is_truth and started and not self.is_spent

    @property
    def is_spent(self) -> bool:
        """Whether it has struck as often as it may."""
        return self.order.times is not None and self.struck >= self.order.times

    def _is_due(self, asked: Asked) -> bool:
        order = self.order
        page = self.seen if asked.page is None else asked.page
        if not order.fault.met(asked, self.memory):
            return False
        if asked.page is not None and order.pages is not None and page not in order.pages:
            return False
        self.seen += 1
        if order.pages is not None and page not in order.pages:
            return False
        return self.seen > order.after and not self.is_spent


class Board:
    """The faults switched on. ``arrive`` adds dossiers to the world; ``dossiers`` tells how many it has."""

    def __init__(self, *, arrive: Callable[[int], None], too_many: Callable[[], bool]) -> None:
        self._arrive, self._too_many = arrive, too_many
        self._lock, self._ids, self._revision = Lock(), count(1), 0
        self.active: tuple[Active, ...] = ()

    def switch_on(self, order: Order) -> Active:
        """Raises FaultRefused and FaultTooHeavy."""
        active = self._made(order, str(next(self._ids)))
        with self._lock:
            self.active = (*self.active, active)
        return active

    def switch_off(self, id_: str | None) -> int:
        """All of them, one by its id, or all of one fault by its number; answers how many."""
        with self._lock:
            kept = tuple(a for a in self.active if id_ is not None and id_ not in (a.id, a.order.fault.id))
            gone, self.active = len(self.active) - len(kept), kept
        return gone

    def met(self, asked: Asked, once: tuple[Order, ...]) -> list[tuple[Fault, Strike]]:
        """Every fault that strikes this request: those switched on, and those it asks for itself."""
        here = tuple(self._made(order, "once") for order in once)
        with self._lock:
            found = [(active.order.fault, active.meet(asked, self._arrive)) for active in (*self.active, *here)]
            self._revision += bool(found)
        return [(fault, strike) for fault, strike in found if strike is not None]

    def standing(self) -> Relisting:
        """What the portal's records really are under the faults switched on, without anyone asking."""
        changes: list[Callable[[Listing], None]] = []
        for active in self.active:
            relist = active.order.fault.relist
            if relist is not None and active.is_standing:
                changes.append(partial(relist, active.strike(_NOBODY, self._arrive, fresh=False)))
        return Relisting(tuple(changes), f"={self._revision}" if changes else "")

    def _made(self, order: Order, id_: str) -> Active:
        if order.fault.relist is not None and self._too_many():
            raise FaultTooHeavy
        return Active(id_, order, _endpoints(order), options(order.fault, order.parameters))


def options(fault: Fault, given: Mapping[str, Any]) -> Mapping[str, Value]:
    """Every parameter with its value. Raises FaultRefused for an unknown one, a wrong type or a wrong choice."""
    known = {parameter.name: parameter for parameter in fault.parameters}
    for name, value in given.items():
        if name not in known:
            raise FaultRefused(f"parameters.{name}", f"{fault.id} has: {', '.join(known) or 'no parameters'}.")
        default, choices = known[name].default, known[name].choices
        if isinstance(value, bool) != isinstance(default, bool) or not isinstance(value, _kinds(default)):
            raise FaultRefused(f"parameters.{name}", f"Send a {type(default).__name__}.")
        if choices and value not in choices:
            raise FaultRefused(f"parameters.{name}", f"Choose one of: {', '.join(choices)}.")
        if isinstance(value, int | float) and value < 0:
            raise FaultRefused(f"parameters.{name}", "Send 0 or more.")
    return {**fault.defaults, **given}


def _kinds(default: Value) -> tuple[type, ...]:
    return (int, float) if isinstance(default, float) else (type(default),)


def _endpoints(order: Order) -> frozenset[str]:
    """Where an order strikes. Login addresses are struck when named, or by faults that are about logins."""
    fault, path = order.fault, order.path
    logins = {endpoint.name for endpoint in ENDPOINTS if endpoint.is_login}
    if path is None:
        return fault.paths if fault.spans_login else (fault.paths - logins or fault.paths)
    ours = {endpoint.name for endpoint in ENDPOINTS if endpoint.portal == path} & fault.paths
    found = ours if fault.spans_login else {path} & fault.paths or ours - logins or ours
    if not found:
        raise FaultRefused("path", f"{fault.id} strikes: {', '.join(sorted(fault.paths))}.")
    return frozenset(found)
