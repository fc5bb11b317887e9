"""Prometheus metrics of one process, and the middleware that counts requests.

Users: every service. What a dead worker could not report itself (feed age, quarantine, lease) is read from
Postgres at scrape time by the owner of the table; see ``before_scrape`` in ``app``.
"""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, start_http_server
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.clock import monotonic

REGISTRY = CollectorRegistry()


def counter(name: str, text: str, labels: Sequence[str] = ()) -> Counter:
    """A counter ``motcua_<name>``; labels hold codes and never a person's data."""
    return Counter(f"motcua_{name}", text, labels, registry=REGISTRY)


def gauge(name: str, text: str, labels: Sequence[str] = ()) -> Gauge:
    """A gauge ``motcua_<name>``."""
    return Gauge(f"motcua_{name}", text, labels, registry=REGISTRY)


def histogram(name: str, text: str, labels: Sequence[str], buckets: Sequence[float]) -> Histogram:
    """A histogram ``motcua_<name>`` over the given upper bounds."""
    return Histogram(f"motcua_{name}", text, labels, buckets=buckets, registry=REGISTRY)


def expose(host: str, port: int) -> None:
    """Shows the metrics of a process that serves nothing else, a worker; port 0: nowhere."""
    if port:
        start_http_server(port, host, registry=REGISTRY)


def exposition() -> bytes:
    """The text a scraper reads."""
    return generate_latest(REGISTRY)


_SECONDS = histogram(
    "http_request_seconds",
    "Time to answer a request, by route template and status.",
    ["method", "route", "status"],
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class RequestMetrics:
    """Counts and times each request under its route template, so that codes never become labels."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = monotonic(), "500"

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            _SECONDS.labels(scope["method"], route, status).observe(monotonic() - started)
