"""Waiting until a service can answer questions, and what it says while it cannot."""

import httpx

from motcua_local.children import Children
from motcua_local.errors import ServiceFailed
from motcua_local.processes import until
from motcua_local.services import Program

READY_SECONDS = 90.0


def readiness(url: str) -> str:
    """ "" when the service is ready, else what its /readyz says, or that it does not answer."""
    try:
        answer = httpx.get(f"{url}/readyz", timeout=5, trust_env=False)
    except httpx.HTTPError as error:
        return f"{url} does not answer ({type(error).__name__})"
    if answer.status_code == httpx.codes.OK:
        return ""
    checks = answer.json().get("checks", {}) if "json" in answer.headers.get("content-type", "") else {}
    waiting = [f"{name}: {said}" for name, said in checks.items() if said != "ready"]
    return "; ".join(waiting) or f"{url}/readyz answers {answer.status_code}"


def wait_until_ready(program: Program, children: Children) -> None:
    """Raises ServiceFailed with the service's own words when it ends or is not ready in time."""
    said = "not asked yet"

    def ready() -> bool:
        nonlocal said
        children.check()
        said = readiness(program.url)
        return not said

    if not until(ready, READY_SECONDS, pause=0.05):
        raise ServiceFailed(f"{program.name} is not ready after {READY_SECONDS:.0f} s: {said}")
