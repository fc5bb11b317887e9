"""Petitions (phản ánh, kiến nghị) from a JSON or CSV list: no portal publishes a contract for them.

The format is ours, the same names in both: ``code``, ``agency``, ``received_on``, ``due_on``, ``resolved_on`` (ISO
days), ``subject`` ("behaviour" or "regulation"), ``dossier`` (the one it is about), ``likes`` and ``dislikes`` (votes
on its answer) and ``repeated`` (true, false). All but the first three may be null, or empty in CSV: not known. CSV is
UTF-8 with a header and commas or semicolons. Fields not named here, a petitioner's above all, are never decoded.
"""

import asyncio
import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.repository.petitions import save_petitions
from shared.domain.identifiers import AgencyCode, DossierCode
from shared.runtime.database import transaction
from shared.runtime.http import PortalClient

Votes = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class PetitionRow(msgspec.Struct, frozen=True):
    """One petition, as the file says."""

    code: str
    agency: str
    received_on: date
    due_on: date | None = None
    resolved_on: date | None = None
    subject: Literal["behaviour", "regulation"] | None = None
    dossier: str | None = None
    likes: Votes | None = None
    dislikes: Votes | None = None
    repeated: bool | None = None

    def values(self) -> dict[str, Any]:
        """Its columns. Raises ``IdentifierError``, a ``ValueError``, for a code that cannot be read."""
        return {
            "petition_code": self.code,
            "agency_code": str(AgencyCode.parse(self.agency)),
            "subject": self.subject,
            "received_on": self.received_on,
            "due_on": self.due_on,
            "resolved_on": self.resolved_on,
            "dossier_code": None if self.dossier is None else DossierCode.parse(self.dossier).canonical,
            "likes": self.likes,
            "dislikes": self.dislikes,
            "repeated": self.repeated,
        }


async def import_petitions(engine: AsyncEngine, source: str) -> int:
    """Reads ``source`` (a file, or an http(s) address) and stores every petition; returns how many it holds.

    Raises ``PortalError``, ``OSError``, or ``ValueError`` naming the place of the first row that cannot be used;
    then nothing is stored.
    """
    rows = await _from_address(source) if "://" in source else _decode(await asyncio.to_thread(Path(source).read_bytes))
    values = [row.values() for row in rows]
    async with transaction(engine) as connection:
        await save_petitions(connection, values)
    return len(values)


async def _from_address(address: str) -> Sequence[PetitionRow]:
    client = PortalClient(address, allow_hosts={urlsplit(address).hostname or ""})
    try:
        return await client.request("GET", address, decode=_decode)
    finally:
        await client.aclose()


def _decode(body: bytes) -> list[PetitionRow]:
    """A JSON list begins with a bracket; everything else is CSV."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{")):
        return msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=list[PetitionRow])
    return [_of_line(number, line) for number, line in enumerate(_lines(body), start=2)]


def _lines(body: bytes) -> Iterable[dict[str, str | None]]:
    text = body.decode("utf-8-sig")
    header = text.partition("\n")[0]
    found = csv.DictReader(io.StringIO(text), delimiter=";" if header.count(";") > header.count(",") else ",")
    if not {"code", "agency", "received_on"} <= set(found.fieldnames or ()):
        raise ValueError("line 1: the header names code, agency and received_on, and what else is known")
    return found


def _of_line(number: int, line: dict[str, str | None]) -> PetitionRow:
    told = {name: text.strip() for name, text in line.items() if name in _NAMES and text and text.strip()}
    try:
        return msgspec.convert(told, PetitionRow, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"line {number}: {error}") from None


_NAMES = frozenset(PetitionRow.__struct_fields__)
