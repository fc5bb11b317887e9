"""The one file that names portals and feeds (``deploy/portals.example.toml``): read, and refused with every reason.

Users: catalogue, dossier_sync. All that is wrong is said at once, each with its line and key, so that an operator
mends a file in one go. The message never repeats a value: it may be a secret that somebody wrote where none belongs.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from shared.domain.identifiers import AgencyCode
from shared.sync import portal_terms
from shared.sync.portal_terms import FeedTerms, InboundTerms, PortalsTerms, PortalTerms, Terms
from shared.sync.secrets import SecretMissing, Secrets
from shared.sync.toml_lines import line_of, lines_of

KINDS = ("agencies", "decisions", "dossiers", "evaluation", "look_up", "procedures")
"""Kinds of feeds there are, over all services."""


@dataclass(frozen=True, slots=True)
class Known:
    """An adapter as the file sees it: what its options may be, and whether it can enter a session of its own kind."""

    options: type[BaseModel]
    session: bool


Adapters = Mapping[str, Known]
"""The adapters of one kind, by name."""

_ANSWERS = {
    "missing": "this key is needed",
    "extra_forbidden": "there is no such key",
    "union_tag_invalid": "there is no such kind",
    "union_tag_not_found": "the key kind is needed",
}
_KEYS = {
    field.alias or name
    for kind in vars(portal_terms).values()
    if isinstance(kind, type) and issubclass(kind, Terms)
    for name, field in kind.model_fields.items()
}


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """One thing that is wrong: where, and what an operator should do."""

    line: int
    key: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.key}: {self.text}" if self.key else f"line {self.line}: {self.text}"


class PortalFileInvalid(ValueError):
    """The file cannot be used; ``flaws`` in order of their lines."""

    def __init__(self, name: str, flaws: list[Flaw]) -> None:
        super().__init__("\n".join(f"{name}: {flaw}" for flaw in sorted(flaws)))
        self.flaws = sorted(flaws)


@dataclass(frozen=True, slots=True)
class PortalFile:
    """A file in force: its portals by name, and the digest of its bytes."""

    portals: Mapping[str, PortalTerms]
    digest: str
    inbound: Mapping[str, InboundTerms] = field(default_factory=dict)

    def feeds(self, kind: str) -> Iterator[tuple[str, PortalTerms, FeedTerms]]:
        """Name of the portal, portal and feed, of every feed of this kind."""
        for name, portal in self.portals.items():
            if kind in portal.feed:
                yield name, portal, portal.feed[kind]

    def serving(self, kind: str, agency: str) -> Iterator[tuple[str, PortalTerms, FeedTerms]]:
        """The enabled feeds of a kind that serve others: those that name the agency, or one above it."""
        line = {str(one) for one in AgencyCode.parse(agency).ancestors()}
        for name, portal, feed in self.feeds(kind):
            if feed.enabled and line.intersection(feed.agencies):
                yield name, portal, feed

    def pushed_by(self, agency: str) -> InboundTerms:
        """What holds for the pushes of an agency's accounts: as said of the agency, else of the nearest above it."""
        line = [str(one) for one in AgencyCode.parse(agency).ancestors()]
        named = [one for one in self.inbound if one in line]
        return self.inbound[max(named, key=len)] if named else InboundTerms()


def load(path: Path, kind: str, adapters: Adapters, secrets: Secrets, *, one_agency: bool = False) -> PortalFile:
    """The file, for the service that reads feeds of ``kind``. Raises ``PortalFileInvalid``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PortalFileInvalid(path.name, [Flaw(1, "", f"it cannot be read ({type(error).__name__})")]) from None
    return parse(data, kind, adapters, secrets, name=path.name, one_agency=one_agency)


def parse(
    data: bytes, kind: str, adapters: Adapters, secrets: Secrets, *, name: str = "portals", one_agency: bool = False
) -> PortalFile:
    """The same from the file's bytes. Raises ``PortalFileInvalid``."""
    raw, text = _read(data, name)
    lines = lines_of(text)

    def flaw(path: tuple[str | int, ...], said: str) -> Flaw:
        return Flaw(line_of(lines, path), ".".join(str(step) for step in path), said)

    try:
        read = PortalsTerms.model_validate(raw)
    except ValidationError as error:
        raise PortalFileInvalid(name, [flaw(*one) for one in _told(error, raw, _KEYS)]) from None
    wrong = chain(_kinds(read), _adapters(read, kind, adapters, one_agency=one_agency), _secrets(read, kind, secrets))
    if flaws := [flaw(*one) for one in wrong]:
        raise PortalFileInvalid(name, flaws)
    return PortalFile(read.portal, sha256(data).hexdigest(), read.inbound)


_Said = Iterator[tuple[tuple[str | int, ...], str]]


def _read(data: bytes, name: str) -> tuple[dict[str, Any], str]:
    try:
        text = data.decode("utf-8-sig")
        return tomllib.loads(text), text
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PortalFileInvalid(name, [Flaw(line, "", "it is not UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        said, line = _without_value(str(error)), _line_told(str(error), data)
        raise PortalFileInvalid(name, [Flaw(line, "", f"this is no TOML: {said}")]) from None


def _without_value(message: str) -> str:
    """tomllib's reason, without its position and without what it may quote of the text."""
    return message.partition(" (at ")[0].partition(": ")[0]


def _line_told(message: str, data: bytes) -> int:
    _, found, rest = message.partition("at line ")
    return int(rest.partition(",")[0]) if found else data.count(b"\n") + 1


def _told(error: ValidationError, raw: Any, keys: set[str]) -> _Said:
    """What pydantic found, in words, each with the path of keys as the file has it."""
    for one in error.errors(include_input=False, include_url=False):
        path, kind = _as_written(one["loc"], raw, missing=one["type"] == "missing"), one["type"]
        said = _ANSWERS.get(kind) or one["msg"].removeprefix("Value error, ")
        if kind == "extra_forbidden":
            said += _nearest(str(path[-1]), keys)
        yield path, said


def _as_written(loc: tuple[str | int, ...], raw: Any, *, missing: bool) -> tuple[str | int, ...]:
    """The location without the names of variants, which pydantic puts between the keys."""
    written: list[str | int] = []
    here = raw
    for step in loc:
        below = _below(here, step)
        if below is None and not (missing and step == loc[-1]):
            continue
        here = below
        written.append(step)
    return tuple(written)


def _below(here: Any, step: str | int) -> Any:
    if isinstance(here, dict):
        return here.get(step)
    return here[step] if isinstance(here, list) and isinstance(step, int) else None


def _nearest(key: str, keys: set[str]) -> str:
    near = get_close_matches(key, sorted(keys), 1)
    return f"; did you mean {near[0]}?" if near else ""


def _kinds(read: PortalsTerms) -> _Said:
    for name, portal in read.portal.items():
        for kind in portal.feed:
            if kind not in KINDS:
                yield ("portal", name, "feed", kind), f"there is no such kind of feed{_nearest(kind, set(KINDS))}"


def _adapters(read: PortalsTerms, kind: str, adapters: Adapters, *, one_agency: bool) -> _Said:
    for name, portal in read.portal.items():
        feed, path = portal.feed.get(kind), ("portal", name, "feed", kind)
        if feed is None:
            continue
        if one_agency and len(feed.agencies) != 1:
            yield (*path, "agencies"), "this kind of feed is responsible for one agency and those below it"
        if feed.adapter not in adapters:
            known = ", ".join(sorted(adapters))
            yield (
                (*path, "adapter"),
                f"there is no such adapter{_nearest(feed.adapter, set(adapters))} (known: {known})",
            )
            continue
        options = adapters[feed.adapter].options
        if portal.auth.kind == "session" and not adapters[feed.adapter].session:
            yield ("portal", name, "auth", "kind"), f"the adapter {feed.adapter} has no session to log in to"
        try:
            options.model_validate(feed.options)
        except ValidationError as error:
            for below, said in _told(error, feed.options, set(options.model_fields)):
                yield (*path, "options", *below), said


def _secrets(read: PortalsTerms, kind: str, secrets: Secrets) -> _Said:
    """Only of the portals this service reads: another service's secrets are none of its business."""
    for name, portal in read.portal.items():
        for key in ("secret", "token", "password"):
            reference = getattr(portal.auth, key, None)
            if kind not in portal.feed or reference is None:
                continue
            try:
                secrets.find(reference)
            except SecretMissing as error:
                yield ("portal", name, "auth", key), str(error)
