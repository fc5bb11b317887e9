"""The clock on a portal's wall: ours, unless a fault has moved it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from shared.runtime import clock

_AHEAD: ContextVar[int] = ContextVar("seconds_ahead", default=0)


def now() -> datetime:
    """What the portal takes for the present."""
    return clock.now() + timedelta(seconds=_AHEAD.get())


@contextmanager
def ahead(seconds: int) -> Iterator[None]:
    """Inside, the portal's clock is wrong by so many seconds."""
    token = _AHEAD.set(seconds)
    try:
        yield
    finally:
        _AHEAD.reset(token)
