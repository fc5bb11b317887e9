"""What a fault is, what it may do to a request and its answer, and what it knows while it does so."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import Any, Protocol
from urllib.parse import parse_qs, parse_qsl, urlencode
from zlib import crc32

import msgspec

from sandbox_portal.faults.endpoints import Endpoint
from sandbox_portal.scenarios.model import Dossier
from shared.runtime.answers import encode

Value = str | int | float | bool
Memory = dict[str, Any]
Header = tuple[bytes, bytes]

_MOST_TOUCHED = 200


@dataclass(frozen=True)
class Asked:
    """A request to a portal. ``query`` is the query string; ``body`` what was sent."""

    endpoint: Endpoint
    query: str = ""
    body: bytes = b""
    authorization: str = ""

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The parameters by name: of the query, the JSON body or the form's ``params``; first values only."""
        if self.endpoint.method == "GET":
            return {name: given[0] for name, given in parse_qs(self.query, keep_blank_values=True).items()}
        form = parse_qs(self.body.decode("latin-1")) if self.endpoint.name == "rest_jsp" else {}
        try:
            found = msgspec.json.decode(form["params"][0] if "params" in form else self.body)
        except msgspec.DecodeError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def page(self) -> int | None:
        """The page asked for, as the portal counts; None where it has no number."""
        return self.endpoint.page(self.values)

    @property
    def is_first(self) -> bool:
        """Whether it asks for the beginning of a list."""
        if self.endpoint.cursor:
            return not self.values.get(self.endpoint.cursor)
        return self.page in (None, self.endpoint.first)

    @property
    def credential(self) -> str:
        """What proves who asks: the header, or the session in the body."""
        return self.authorization or str(self.values.get("session") or "")

    def with_values(self, **changed: Value) -> "Asked":
        """The same request asking something else."""
        if self.endpoint.method == "GET":
            pairs = dict(parse_qsl(self.query, keep_blank_values=True)) | {k: str(v) for k, v in changed.items()}
            return replace(self, query=urlencode(pairs))
        return replace(self, body=encode({**self.values, **changed}))


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in one piece. ``headers`` never hold a length: it is told when the answer is sent."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = ((b"content-type", b"application/json"),)

    @staticmethod
    def json(value: object, status: int = 200, **headers: str) -> "Answer":
        """JSON with further headers, their names spelt with underscores."""
        told = tuple((name.replace("_", "-").encode(), text.encode()) for name, text in headers.items())
        return Answer(status, encode(value), ((b"content-type", b"application/json"), *told))

    def having(self, **headers: str) -> "Answer":
        """With these headers instead of those of the same name."""
        told = tuple((name.replace("_", "-").encode(), text.encode()) for name, text in headers.items())
        names = {name for name, _ in told}
        return replace(self, headers=(*(one for one in self.headers if one[0] not in names), *told))

    def with_body(self, body: bytes) -> "Answer":
        """Another body under the same status and headers."""
        return replace(self, body=body)

    @property
    def is_good(self) -> bool:
        """Whether the portal answered the question. 201 is how the 2026 platform says so."""
        return self.status in (200, 201)


@dataclass(slots=True)
class Listing:
    """All dossiers before a search sorts and cuts them. ``tie`` orders those updated at one instant."""

    dossiers: list[Dossier]
    tie: Callable[[Dossier], int] = lambda dossier: dossier.number
    longest: int | None = None


class Line(Protocol):
    """The way to the client, for faults that break it."""

    async def start(self, answer: Answer, length: int | None) -> None:
        """Status and headers; ``length`` None: chunked."""

    async def send(self, part: bytes) -> bool:
        """A part of the body; False when nobody reads any more."""

    async def finish(self) -> None:
        """The proper end."""

    async def write(self, raw: bytes) -> None:
        """Bytes outside of any framing."""

    async def close(self) -> None:
        """Ends the connection in the middle, politely: what was sent arrives."""

    async def reset(self) -> None:
        """Ends it with a reset."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An option of a fault. The type of the default is the type asked for; ``choices`` empty: any value."""

    name: str
    default: Value
    text: str
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Strike:
    """One fault meeting one request. ``fresh`` False: a lasting fault that goes on without striking anew.

    ``number`` counts the strikes from 1; ``memory`` lives as long as the fault is switched on; ``arrive`` adds that
    many dossiers to the world for good.
    """

    asked: Asked
    options: Mapping[str, Any]
    seed: int
    number: int
    fresh: bool
    memory: Memory
    touched: list[str]
    arrive: Callable[[int], None]

    def option(self, name: str) -> Any:
        """The value of a parameter, the default when it was not given."""
        return self.options[name]

    def random(self) -> Random:
        """Numbers that follow from the seed and the page asked for."""
        return Random(f"{self.seed}/{self.asked.page}")  # noqa: S311 - invented data, not a secret

    def rank(self, code: str) -> int:
        """Where the seed puts a record: the lowest are struck first. Equal in every process and on every page."""
        return crc32(f"{self.seed}/{code}".encode())

    def touch(self, code: object) -> None:
        """Remembers a record that was struck, for whoever asks which."""
        if isinstance(code, str) and code not in self.touched and len(self.touched) < _MOST_TOUCHED:
            self.touched.append(code)


def _always(asked: Asked, memory: Memory) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A named fault. What it does stands in the hooks; all may be None but one.

    ``request`` changes what the portal is asked; ``instead`` answers in its place; ``relist`` changes the dossiers it
    lists; ``skew`` moves its clock, in seconds; ``answer`` changes what it answered; ``deliver`` sends it badly.
    ``met`` narrows which requests it strikes; ``lasting``: hooks are also called when it does not strike anew;
    ``is_truth``: the portal's records really are so, and ``/sandbox/truth`` counts them so.
    """

    id: str
    title: str
    does: str
    paths: frozenset[str]
    parameters: tuple[Parameter, ...] = ()
    times: int | None = None
    met: Callable[[Asked, Memory], bool] = _always
    lasting: bool = False
    spans_login: bool = False
    is_truth: bool = False
    request: Callable[[Strike, Asked], Asked] | None = None
    instead: Callable[[Strike], Answer | None] | None = None
    relist: Callable[[Strike, Listing], None] | None = None
    skew: Callable[[Strike], int] | None = None
    answer: Callable[[Strike, Answer], Answer] | None = None
    deliver: Callable[[Strike, Answer, Line], Awaitable[None]] | None = None
    defaults: Mapping[str, Value] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "defaults", {one.name: one.default for one in self.parameters})
