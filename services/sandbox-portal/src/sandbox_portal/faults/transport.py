"""F03 to F20: what goes wrong between the portal's answer and its reader."""

import asyncio
import gzip
import zlib
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from functools import lru_cache

from sandbox_portal.faults import portal_clock
from sandbox_portal.faults.charsets import windows_1258
from sandbox_portal.faults.endpoints import DATA, EVERYWHERE, LISTS
from sandbox_portal.faults.model import Answer, Fault, Line, Parameter, Strike
from sandbox_portal.faults.page import Page

_CHARSETS: dict[str, tuple[Callable[[str], bytes], str]] = {
    "bom": (lambda text: text.encode("utf-8-sig"), "application/json; charset=utf-8"),
    "utf16": (lambda text: text.encode("utf-16"), "application/json; charset=utf-16"),
    "utf16_undeclared": (lambda text: text.encode("utf-16"), "application/json"),
    "windows_1258": (windows_1258, "application/json; charset=windows-1258"),
    "windows_1258_undeclared": (windows_1258, "application/json; charset=utf-8"),
    "other_type": (str.encode, "text/plain"),
    "broken": (lambda text: text.encode().replace("ư".encode(), b"\xc6"), "application/json; charset=utf-8"),
}
"""How the text is encoded and what the header says."""

_CHUNK = 1 << 20
_STEP_SECONDS = 0.05


def _error(status: int, strike: Strike) -> Answer:
    """A Spring error page, as gateways of these portals send them."""
    path = strike.asked.endpoint.paths[0]
    return Answer.json({"status": status, "error": "Fault on request", "path": path}, status)


async def _stall(strike: Strike, answer: Answer, line: Line) -> None:
    """Nobody waits for ever: the client goes away, or the connection ends."""
    await line.start(answer, len(answer.body))
    left = strike.option("seconds")
    if strike.option("where") == "body":
        await line.send(answer.body[: len(answer.body) // 2])
    while left > 0 and await line.send(b""):
        await asyncio.sleep(min(left, _STEP_SECONDS))
        left -= _STEP_SECONDS
    await line.close()


async def _reset(strike: Strike, answer: Answer, line: Line) -> None:
    await line.start(answer, len(answer.body))
    await line.send(answer.body[: strike.option("bytes")])
    await line.reset()


async def _drip(strike: Strike, answer: Answer, line: Line) -> None:
    await line.start(answer, len(answer.body))
    step = max(strike.option("bytes"), 1)
    for first in range(0, len(answer.body), step):
        if not await line.send(answer.body[first : first + step]):
            return
        await asyncio.sleep(strike.option("seconds"))
    await line.finish()


def _limited(strike: Strike) -> Answer:
    return _error(429, strike).having(retry_after=str(strike.option("seconds")))


def _limited_oddly(strike: Strike) -> Answer:
    """Every spelling of Retry-After that is not a small number of seconds."""
    now = portal_clock.now()
    seconds = strike.option("seconds")
    told = {
        "date": format_datetime(now + timedelta(seconds=seconds), usegmt=True),
        "past": format_datetime(now - timedelta(hours=1), usegmt=True),
        "negative": "-5",
        "ten_years": str(10 * 365 * 86_400),
        "words": "soon",
    }
    return _error(429, strike).having(retry_after=told[strike.option("variant")])


def _unavailable(strike: Strike) -> Answer:
    answer = _error(strike.option("status"), strike)
    seconds = strike.option("retry_after")
    return answer.having(retry_after=str(seconds)) if seconds else answer


def _poisoned(strike: Strike, answer: Answer) -> Answer:
    """Without a code every page struck fails; with one, those that hold the record, however the pages are cut."""
    code = strike.option("code")
    if code and answer.is_good:
        page = Page(strike.asked.endpoint, answer.body)
        if all(page.get(record, "code") != code for record in page.records or ()):
            return answer
        strike.touch(code)
    return _error(500, strike)


def _refused(strike: Strike) -> Answer:
    status = strike.option("status")
    return Answer.json({"error": "access_denied", "error_description": "Access is denied"}, status)


def _moved(strike: Strike) -> Answer:
    asked = strike.asked
    query = f"?{asked.query}" if asked.query else ""
    return Answer(strike.option("status"), b"").having(location=strike.option("host") + asked.endpoint.paths[0] + query)


def _captive(strike: Strike) -> Answer:
    page = "<!DOCTYPE html><html><head><title>Đăng nhập mạng</title></head><body>Vui lòng đăng nhập.</body></html>"
    return Answer(200, page.encode(), ((b"content-type", b"text/html; charset=utf-8"),))


async def _mismeasured(strike: Strike, answer: Answer, line: Line) -> None:
    body, variant = answer.body, strike.option("variant")
    if variant == "shorter_declared":
        await line.start(answer, len(body) // 2)
        await line.send(body[: len(body) // 2])
        await line.write(body[len(body) // 2 :])
    else:
        await line.start(answer, len(body) if variant == "longer_declared" else None)
        await line.send(body[: len(body) // 2])
    await line.close()


def _charset(strike: Strike, answer: Answer) -> Answer:
    encode, declared = _CHARSETS[strike.option("variant")]
    return answer.with_body(encode(answer.body.decode())).having(content_type=declared)


def _zipped(strike: Strike, answer: Answer) -> Answer:
    """A bomb is the answer itself behind so many megabytes of blanks: harmless once read, if it is read."""
    variant = strike.option("variant")
    if variant == "plain":
        return answer.having(content_encoding="gzip")
    if variant == "nested":
        return answer.with_body(gzip.compress(gzip.compress(answer.body))).having(content_encoding="gzip, gzip")
    return answer.with_body(_bomb(strike.option("megabytes"), answer.body)).having(content_encoding="gzip")


@lru_cache(maxsize=1)
def _bomb(megabytes: int, body: bytes) -> bytes:
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    blanks = b" " * _CHUNK
    return b"".join([squeeze.compress(blanks) for _ in range(megabytes)]) + squeeze.compress(body) + squeeze.flush()


def _oversize(strike: Strike, answer: Answer) -> Answer:
    """Either a note nobody asked for in each record, or every record so many times over."""
    if not answer.is_good:
        return answer
    page, factor = Page(strike.asked.endpoint, answer.body), strike.option("factor")
    records = page.records or []
    if strike.option("variant") == "rows":
        page.put_records(records * factor)
    else:
        note = "x" * (len(answer.body) * max(factor - 1, 0) // max(len(records), 1))
        for record in records:
            record["ghiChu"] = note
    return answer.with_body(page.encoded())


def _stale_cache(strike: Strike, answer: Answer) -> Answer:
    """The first answer, for every page after it, under its own old date."""
    kept: Answer = strike.memory.setdefault("kept", answer)
    if kept is answer:
        return answer
    old = format_datetime(portal_clock.now() - timedelta(hours=6), usegmt=True)
    return kept.having(date=old, age="21600", x_cache="HIT")


_SECONDS = Parameter("seconds", 60.0, "How long, at most.")

FAULTS = (
    Fault(
        id="F03",
        title="Read time-out in the middle of a page",
        does="Sends the headers (and half of the body), then nothing more.",
        paths=EVERYWHERE,
        parameters=(_SECONDS, Parameter("where", "body", "Where it stops.", ("headers", "body"))),
        deliver=_stall,
    ),
    Fault(
        id="F04",
        title="Reset after the headers",
        does="Sends the headers and a few bytes, then resets the connection.",
        paths=EVERYWHERE,
        parameters=(Parameter("bytes", 20, "Bytes of the body sent before."),),
        deliver=_reset,
    ),
    Fault(
        id="F05",
        title="Slow drip",
        does="Sends the body a byte a second.",
        paths=EVERYWHERE,
        parameters=(Parameter("seconds", 1.0, "Between two parts."), Parameter("bytes", 1, "Bytes in a part.")),
        deliver=_drip,
    ),
    Fault(
        id="F06",
        title="429 with Retry-After in seconds",
        does="Refuses with 429.",
        paths=EVERYWHERE,
        parameters=(Parameter("seconds", 2, "Retry-After."),),
        instead=_limited,
    ),
    Fault(
        id="F07",
        title="429 with an odd Retry-After",
        does="Refuses with 429 and a date, a past date, a negative number, ten years, or words.",
        paths=EVERYWHERE,
        parameters=(
            Parameter("variant", "date", "Which.", ("date", "past", "negative", "ten_years", "words")),
            Parameter("seconds", 2, "How far ahead the date lies."),
        ),
        instead=_limited_oddly,
    ),
    Fault(
        id="F08",
        title="429 without Retry-After",
        does="Refuses with 429.",
        paths=EVERYWHERE,
        instead=lambda strike: _error(429, strike),
    ),
    Fault(
        id="F09",
        title="502, 503 or 504",
        does="A gateway's refusal.",
        paths=EVERYWHERE,
        parameters=(
            Parameter("status", 503, "The status."),
            Parameter("retry_after", 0, "Retry-After in seconds; 0: none."),
        ),
        instead=_unavailable,
    ),
    Fault(
        id="F10",
        title="500 for one page, always",
        does="Fails on the pages named, or on whatever page holds the record of `code`.",
        paths=DATA,
        parameters=(Parameter("code", "", "Code of the record that cannot be read."),),
        answer=_poisoned,
    ),
    Fault(
        id="F11",
        title="401 or 403 after earlier 200",
        does="Refuses, whatever the credential. Use `after` for the 200s before.",
        paths=DATA,
        parameters=(Parameter("status", 401, "401 or 403."),),
        instead=_refused,
    ),
    Fault(
        id="F12",
        title="404 on a list",
        does="As if the address had never been.",
        paths=DATA,
        instead=lambda strike: _error(404, strike),
    ),
    Fault(
        id="F13",
        title="Redirect to another host",
        does="Sends the client, and its credential if it follows, elsewhere.",
        paths=EVERYWHERE,
        parameters=(
            Parameter("status", 308, "301, 302, 307 or 308."),
            Parameter("host", "http://elsewhere.invalid", "Where to."),
        ),
        instead=_moved,
    ),
    Fault(
        id="F15",
        title="A proxy's page: 200 and text/html",
        does="Answers with a login page of the network.",
        paths=EVERYWHERE,
        instead=_captive,
    ),
    Fault(
        id="F16",
        title="Wrong Content-Length, or chunks without an end",
        does="Half of the body under the length of the whole, the whole under half, or chunks that break off.",
        paths=EVERYWHERE,
        parameters=(
            Parameter("variant", "longer_declared", "Which.", ("longer_declared", "shorter_declared", "chunked")),
        ),
        deliver=_mismeasured,
    ),
    Fault(
        id="F17",
        title="Wrong or missing charset",
        does="The same JSON in other bytes, or under another name.",
        paths=DATA,
        parameters=(
            Parameter(
                "variant",
                "bom",
                "Which.",
                tuple(_CHARSETS),
            ),
        ),
        answer=_charset,
    ),
    Fault(
        id="F18",
        title="gzip bomb, nested or pretended gzip",
        does="Blanks by the megabyte before the answer; gzip twice; gzip declared and not done.",
        paths=DATA,
        parameters=(
            Parameter("variant", "bomb", "Which.", ("bomb", "nested", "plain")),
            Parameter("megabytes", 200, "Size of the bomb when opened."),
        ),
        answer=_zipped,
    ),
    Fault(
        id="F19",
        title="A page 50 times its size",
        does="Fills each record with a note, or repeats the records.",
        paths=LISTS,
        parameters=(
            Parameter("factor", 50, "How many times."),
            Parameter("variant", "padding", "Which.", ("padding", "rows")),
        ),
        answer=_oversize,
    ),
    Fault(
        id="F20",
        title="A cache's answer for another page",
        does="Serves the first answer again for every later page, with Age and an old Date.",
        paths=LISTS,
        answer=_stale_cache,
    ),
)
