"""Petitions (phản ánh, kiến nghị) from a JSON list: no portal publishes a contract for them.

The format is ours: a list of objects with ``code``, ``agency``, ``received_on``, ``due_on``, ``resolved_on``
(ISO days, the last two may be null) and ``subject`` ("behaviour", "regulation", or null where it is not known).
Fields not named here, a petitioner's above all, are never decoded.
"""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.repository.petitions import save_petitions
from shared.domain.identifiers import AgencyCode
from shared.runtime.database import transaction
from shared.runtime.http import PortalClient


class PetitionRow(msgspec.Struct, frozen=True):
    """One petition, as the file says."""

    code: str
    agency: str
    received_on: date
    due_on: date | None = None
    resolved_on: date | None = None
    subject: Literal["behaviour", "regulation"] | None = None

    def values(self) -> dict[str, Any]:
        """Its columns. Raises ``IdentifierError``, a ``ValueError``, for an agency that cannot be read."""
        return {
            "petition_code": self.code,
            "agency_code": str(AgencyCode.parse(self.agency)),
            "subject": self.subject,
            "received_on": self.received_on,
            "due_on": self.due_on,
            "resolved_on": self.resolved_on,
        }


async def import_petitions(engine: AsyncEngine, source: str) -> int:
    """Reads ``source`` (a file, or an http(s) address) and stores every petition; returns how many.

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
    return msgspec.json.decode(body, type=list[PetitionRow])
