"""What a service does with its own process. Users: every service's ``__main__``."""

import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

from shared.runtime.settings import ServiceSettings

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Does one command's work."""
    _settle()
    return uvloop.run(work)


def serve(app: Any, settings: ServiceSettings) -> None:
    """Answers until told to stop."""
    import uvicorn  # here: no other command needs it, and it takes its time to load

    _settle()
    uvicorn.run(app, host=settings.host, port=settings.port, log_config=None, access_log=False)


def _settle() -> None:
    """Takes what is loaded out of the garbage collector's sight: modules, routes and schemas, which stay to the end.

    It walked through all of them again and again, up to a tenth of a second each time, in the midst of a page or of an
    answer.
    """
    gc.freeze()
