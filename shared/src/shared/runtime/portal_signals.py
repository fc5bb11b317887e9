"""What an operator's alarms learn from talking to portals: refusals by kind, clocks, certificates, pace.

User: ``http``. Labels are hosts and kinds, never a path or a query.
"""

import email.utils
import socket
import ssl
from datetime import datetime
from typing import Any

import httpx

from shared.runtime.clock import now
from shared.runtime.logs import logger
from shared.runtime.telemetry import counter, gauge

_log = logger(__name__)

FAILURES = counter("portal_failures", "Attempts to ask a portal that failed, by kind.", ["host", "kind"])
CLOCK = gauge("portal_clock_offset_seconds", "How far the portal's clock is ahead of ours, by its Date.", ["host"])
CERTIFICATE = gauge("portal_certificate_days", "Days until the portal's certificate ends.", ["host"])
GAP = gauge("portal_gap_seconds", "Distance kept between two requests since the portal limited us.", ["host"])

CLOCK_ALERT = 5.0
"""Seconds of difference from which an operator is told."""
CERTIFICATE_WARNINGS = (7, 14, 30)
"""Days before the end of a certificate at which an operator is told, the most urgent first."""


def kind_of(error: httpx.TransportError) -> str:
    """What broke: name, connect_timeout, read_timeout, torn, reset …"""
    if isinstance(error, httpx.ConnectTimeout):
        return "connect_timeout"
    if isinstance(error, httpx.TimeoutException):
        return "read_timeout" if isinstance(error, httpx.ReadTimeout) else "timeout"
    if any(isinstance(cause, socket.gaierror) for cause in _causes(error)):
        return "name"
    if isinstance(error, httpx.RemoteProtocolError):
        return "torn"
    return "connect" if isinstance(error, httpx.ConnectError) else "reset"


def distrust_of(error: httpx.TransportError) -> str | None:
    """Why the certificate was not accepted, in OpenSSL's words; None where it is not about that."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
    return None


def clock_offset(response: httpx.Response, ours: datetime) -> float | None:
    """Seconds by which the portal's clock is ahead of ``ours``; None where it tells no time, or a cache answered."""
    told = response.headers.get("date")
    if told is None or "age" in response.headers:
        return None
    try:
        at = email.utils.parsedate_to_datetime(told)
    except ValueError:
        return None
    # Date is cut to whole seconds: on the average half a second has passed since.
    return (at - ours).total_seconds() + 0.5 if at.tzinfo else None


def note_clock(host: str, offset: float) -> None:
    """Tells the alarms how far the clocks are apart."""
    CLOCK.labels(host).set(offset)
    if abs(offset) > CLOCK_ALERT:
        _log.warning("the portal's clock and ours differ", host=host, seconds=round(offset))


class Certificates:
    """Looks at the certificate of each new connection once."""

    def __init__(self) -> None:
        self._seen: Any = None

    def look(self, host: str, response: httpx.Response) -> None:
        """Tells the alarms how long the certificate under this answer lasts."""
        stream = response.extensions.get("network_stream")
        tls = stream.get_extra_info("ssl_object") if stream is not None else None
        if tls is None or tls is self._seen:
            return
        self._seen = tls
        ends = (tls.getpeercert() or {}).get("notAfter")
        if ends is None:
            return
        days = (ssl.cert_time_to_seconds(ends) - now().timestamp()) / 86_400
        CERTIFICATE.labels(host).set(days)
        crossed = next((limit for limit in CERTIFICATE_WARNINGS if days <= limit), None)
        if crossed is not None:
            _log.warning("the portal's certificate ends soon", host=host, days=int(days), within_days=crossed)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = following.__cause__ or following.__context__
    return found
