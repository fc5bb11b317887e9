"""Faults asked for by a header: ``X-Sandbox-Fault: F09`` or ``F09;status=504;seed=3, F34``."""

from typing import Any

from sandbox_portal.faults.board import FaultRefused, Order
from sandbox_portal.faults.model import Value
from sandbox_portal.faults.registry import FAULTS

HEADER = b"x-sandbox-fault"


def orders(text: str) -> tuple[Order, ...]:
    """The faults of one header. Raises FaultRefused."""
    return tuple(_order(part) for part in text.split(",") if part.strip())


def _order(text: str) -> Order:
    id_, *pairs = (part.strip() for part in text.split(";"))
    fault = FAULTS.get(id_.upper())
    if fault is None:
        raise FaultRefused("fault", f"There is no fault {id_!r}; GET /sandbox/faults lists them.")
    given: dict[str, Any] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        given[name.strip()] = _value(value.strip(), fault.defaults.get(name.strip(), 1 if name == "seed" else ""))
    seed = given.pop("seed", 1)
    return Order(fault=fault, seed=seed, parameters=given)


def _value(text: str, default: Value) -> Value:
    """The text as the type of the default; as text when it is none, to be refused by name."""
    try:
        if isinstance(default, bool):
            return {"true": True, "false": False}[text.lower()]
        return type(default)(text)
    except (ValueError, KeyError):
        return text
