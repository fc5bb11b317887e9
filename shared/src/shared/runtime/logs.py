"""Log lines: one JSON object a line, on standard error, with no person's data and no secret.

Users: every service. The rule that keeps personal data out is upstream (adapters keep an allow-list); here
values are only bounded and control characters escaped, so that a portal's text cannot forge a line.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from asgi_correlation_id import correlation_id

_LONGEST_VALUE = 2_000
_FORBIDDEN_KEYS = frozenset({"authorization", "password", "secret", "token", "session", "applicant", "key"})


def configure(service: str, level: str) -> None:
    """Send structlog's and the standard library's lines through one JSON renderer."""
    shared_steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_the_service(service),
        _request_id,
        structlog.processors.format_exc_info,
        _bound_and_redact,
    ]
    structlog.configure(
        processors=[*shared_steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared_steps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = name != "uvicorn.access"
    # httpx logs full URLs at INFO, and a portal's query string may hold a person's data.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; pass facts as keyword arguments, not inside the message."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound


def _name_the_service(service: str) -> Any:
    def add(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["service"] = service
        return line

    return add


def _request_id(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    request = correlation_id.get()
    if request is not None:
        line["correlation_id"] = request
    return line


def _bound_and_redact(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in line.items():
        if key.lower() in _FORBIDDEN_KEYS:
            line[key] = "[redacted]"
        elif isinstance(value, str) and len(value) > _LONGEST_VALUE:
            line[key] = value[:_LONGEST_VALUE] + "…"
    return line
