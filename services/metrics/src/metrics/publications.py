"""Publishes: freezes what is asked at one ledger entry, chains it to the publication before, signs and keeps it.

What is said is read in one snapshot. Then a short transaction gives it a number and the digest before it; a snapshot
could not, for it does not see what others published meanwhile.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.canonical import canonical, digest
from metrics.domain.errors import AsOfError, PublicationUnknown, RepeatedOtherwise, StillAtIt
from metrics.domain.question import FigureQuestion
from metrics.freezing import Frozen, Wanted, freeze, holds_indicators, numbered, statement
from metrics.moments import Moment, moment_of, of_paper
from metrics.offline import DOCUMENT
from metrics.reports import render
from metrics.repository import publications, sources
from metrics.repository.publications import File, Listed
from metrics.signing import PublicKey, Signer, payload_of, public_key_of
from shared.runtime.clock import now


@dataclass(frozen=True, slots=True)
class Publisher:
    """The API client that publishes, and its agency."""

    client: str
    agency: str


@dataclass(frozen=True, slots=True)
class Once:
    """An Idempotency-Key, and the digest of the request it came with."""

    key: str
    asked: bytes


@dataclass(frozen=True, slots=True)
class Published:
    """A publication as it is kept. ``jws`` holds the whole document."""

    number: int
    jws: str

    @property
    def body(self) -> bytes:
        """What is served and what people keep: the document in plain sight, and the same signed."""
        payload, _ = payload_of(self.jws.encode())
        return canonical({"digest": digest(payload), "jws": self.jws, "publication": json.loads(payload)})

    @property
    def document(self) -> Mapping[str, Any]:
        """The signed document."""
        plain: dict[str, Any] = json.loads(payload_of(self.jws.encode())[0])
        return plain

    @property
    def digest(self) -> str:
        """The digest of the signed document."""
        return digest(payload_of(self.jws.encode())[0])


async def repeated(connection: AsyncConnection, by: Publisher, once: Once) -> Published | None:
    """What the same request led to before; None: it is the first of its key, which is now ours until we commit.

    Raises ``StillAtIt`` while another request holds the key, ``RepeatedOtherwise`` where the key came with another.
    """
    if not await publications.try_request(connection, by.client, once.key):
        raise StillAtIt
    found = await publications.request(connection, by.client, once.key)
    if found is None:
        return None
    asked, number = found
    if asked != once.asked:
        raise RepeatedOtherwise
    return await published(connection, number)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be published, read in one snapshot: all but its number and signature."""

    wanted: Wanted
    moment: Moment
    frozen: Frozen
    said: Mapping[str, Any]


async def prepare(connection: AsyncConnection, wanted: Wanted, asked: FigureQuestion) -> Prepared:
    """Read everything, in the caller's snapshot. ``asked`` says as of when.

    Raises ``QuestionError`` naming what cannot be used, and ``ProjectionBehind``.
    """
    asked = replace(asked, as_of_indicators=wanted.indicators)
    moment = await moment_of(connection, asked, await sources.standing(connection))
    if moment.entry == 0:
        raise AsOfError("as_of", "The ledger is empty: there is no entry to freeze anything at.")
    if holds_indicators(wanted.kind, wanted.names):
        moment = of_paper(moment, asked)
        wanted = replace(wanted, indicators=moment.entered)
    frozen = await freeze(connection, wanted, moment)
    return Prepared(wanted, moment, frozen, statement(wanted, frozen, moment))


async def publish(
    connection: AsyncConnection, prepared: Prepared, by: Publisher, signer: Signer, once: Once | None
) -> Published:
    """Number, chain, render, sign and keep what was prepared. Publishers take turns from here to the commit."""
    wanted, said = prepared.wanted, prepared.said
    await publications.lock(connection)
    number, previous = await publications.newest(connection)
    number, at = number + 1, now().replace(microsecond=0)
    said_digest = digest(canonical(said))
    file = await _file(wanted, prepared.frozen, f"{number} · {said_digest}")
    document = {
        "type": DOCUMENT,
        "number": number,
        "previous": None if previous is None else f"sha256:{previous.hex()}",
        "published_at": at.isoformat().replace("+00:00", "Z"),
        "published_by": {"client": by.client, "agency": by.agency},
        "statement": said,
        "statement_digest": said_digest,
        "file": None if file is None else _described(file),
    }
    payload = canonical(document)
    row = Listed(
        number,
        hashlib.sha256(payload).digest(),
        previous,
        wanted.kind,
        wanted.names,
        wanted.scope.agency or "",
        wanted.period.first,
        wanted.period.last,
        prepared.moment.entry,
        signer.public.kid,
        by.client,
        at,
    )
    jws = signer.sign(payload)
    await publications.add_key(connection, signer.public.kid, json.dumps(signer.public.jwk), at)
    await publications.add(connection, row, jws, file)
    if once is not None:
        await publications.add_request(connection, by.client, once.key, once.asked, number)
    return Published(number, jws)


async def published(connection: AsyncConnection, number: int) -> Published:
    """A publication by its number. Raises ``PublicationUnknown``."""
    found = await publications.one(connection, number)
    if found is None:
        raise PublicationUnknown(str(number))
    return Published(number, found[1])


async def public_keys(connection: AsyncConnection, signer: Signer | None) -> dict[str, PublicKey]:
    """Every key that ever signed here, and the present one before it first signs."""
    known = [public_key_of(text) for text in await publications.keys(connection)]
    present = [] if signer is None else [signer.public]
    return {key.kid: key for key in (*known, *present)}


async def _file(wanted: Wanted, frozen: Frozen, mark: str) -> File | None:
    if wanted.format == "json" or frozen.paper is None:
        return None
    paper = numbered(frozen.paper, mark)
    body, media_type, name = await asyncio.to_thread(render, paper, wanted.format, wanted.language)
    return File(name, media_type, body)


def _described(file: File) -> dict[str, Any]:
    return {"name": file.name, "media_type": file.media_type, "bytes": len(file.body), "digest": digest(file.body)}
