"""Checks a published file with nothing but the file and the public key: no database, no settings, no network."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from metrics.domain.canonical import NotCanonical, canonical, digest, read_canonical
from metrics.domain.statement import contradictions
from metrics.signing import LARGEST_BYTES, PublicKey, SignatureRefused, check

DOCUMENT = "motcua-publication/1"


class NotProven(Exception):
    """The file is not what was published. ``reasons`` says every reason that was found."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Proven:
    """A file that is what was published: its number, its digest, the digest before it, and the whole document."""

    number: int
    digest: str
    previous: str | None
    document: Mapping[str, Any]


def check_file(text: bytes, keys: Mapping[str, PublicKey]) -> Proven:
    """Check a file: the body of ``GET /v1/publications/{id}``, or the JWS alone. Raises ``NotProven``.

    One newline at the end is allowed, because editors and shells add it; nothing else may differ by a byte.
    """
    text = text.removesuffix(b"\n")
    if len(text) > LARGEST_BYTES:
        raise NotProven(f"It is longer than {LARGEST_BYTES} bytes.")
    try:
        payload = _of_answer(text, keys) if text.startswith(b"{") else check(text, keys)
        document = read_canonical(payload)
    except (NotCanonical, SignatureRefused) as error:
        raise NotProven(str(error)) from None
    match document:
        case {"type": str(kind), "number": int(number), "previous": previous, "statement": dict(statement)}:
            faults = _faults(kind, document, statement)
        case _:
            raise NotProven("The signed text is no publication.")
    if faults:
        raise NotProven(*faults)
    return Proven(number, digest(payload), previous, document)


def check_chain(files: list[Proven]) -> list[str]:
    """What is wrong between files of one publisher, in words: a number told twice, a digest that does not lead on."""
    by_number: dict[int, Proven] = {}
    faults = []
    for one in files:
        same = by_number.setdefault(one.number, one)
        if same.digest != one.digest:
            faults.append(f"Publication {one.number} exists twice with different content.")
    for number, one in sorted(by_number.items()):
        before = by_number.get(number - 1)
        if before is not None and one.previous != before.digest:
            faults.append(f"Publication {number} does not follow from publication {number - 1}.")
    return faults


def _of_answer(text: bytes, keys: Mapping[str, PublicKey]) -> bytes:
    """The signed payload of an answer, which shows it a second time in plain sight: both must be the same."""
    match read_canonical(text):
        case {"digest": str(named), "jws": str(signed), "publication": dict(shown)} as answer if len(answer) == 3:
            payload = check(signed.encode(), keys)
        case _:
            raise NotProven("It is no answer of /v1/publications/{id}.")
    if canonical(shown) != payload:
        raise NotProven("The publication that is shown is not the one that is signed.")
    if digest(payload) != named:
        raise NotProven("The digest is not that of the publication.")
    return payload


def _faults(kind: str, document: Mapping[str, Any], statement: Mapping[str, Any]) -> list[str]:
    if kind != DOCUMENT:
        return [f"It is a {kind}; this program checks {DOCUMENT}."]
    if document.get("statement_digest") != digest(canonical(statement)):
        return ["The statement's digest is not that of the statement."]
    return contradictions(statement)
