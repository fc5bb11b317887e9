"""The registry as the table of docs/sandbox.md, so that the page cannot say anything else."""

from collections.abc import Iterator

from sandbox_portal.faults import endpoints
from sandbox_portal.faults.model import Fault, Parameter
from sandbox_portal.faults.registry import FAULTS, LEFT_OUT

_GROUPS = (
    ("everywhere", endpoints.EVERYWHERE),
    ("all but logins", endpoints.DATA),
    ("all lists", endpoints.LISTS),
    ("logins", endpoints.LOGINS),
)


def markdown() -> str:
    """Every fault with its parameters, then every row left out."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| fault | what goes wrong | what the sandbox does | strikes | parameters (default) |"
    yield "|---|---|---|---|---|"
    for fault in FAULTS.values():
        options = "; ".join(map(_option, fault.parameters))
        marks = (
            f"{'' if fault.times is None else f' Strikes {fault.times}×.'}{' In the truth.' if fault.is_truth else ''}"
        )
        yield f"| {fault.id} | {fault.title} | {fault.does}{marks} | {_paths(fault)} | {options} |"
    yield ""
    for number, reason in LEFT_OUT.items():
        yield f"- {number} is left out. {reason}"


def _paths(fault: Fault) -> str:
    for name, group in _GROUPS:
        if fault.paths == group:
            return name
    return ", ".join(sorted(fault.paths))


def _option(parameter: Parameter) -> str:
    """Its name and its values, the default in bold; a free value by its default alone."""
    default = str(parameter.default).lower() if isinstance(parameter.default, bool) else str(parameter.default)
    if not parameter.choices:
        return f"`{parameter.name}` ({default or 'empty'})"
    return f"`{parameter.name}` ({', '.join(f'**{one}**' if one == default else one for one in parameter.choices)})"
