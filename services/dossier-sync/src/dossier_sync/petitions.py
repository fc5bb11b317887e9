"""Petitions (phản ánh, kiến nghị) from a JSON or CSV list: no portal publishes a contract for them.

The format is ours: ``code``, ``agency``, ``received_on``, ``due_on``, ``resolved_on`` (ISO days), ``subject``
("behaviour" or "regulation"), ``dossier`` (the one it is about), ``likes`` and ``dislikes`` (votes on its answer),
``repeated`` (true, false), and the days of its steps: ``transferred_on`` (the latest), ``refused_on``,
``supplement_asked_on`` (the first) and ``published_on``. All but the first three may be null: not known.
"""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.repository.petitions import save_petitions
from dossier_sync.told_list import read_list
from shared.domain.identifiers import AgencyCode, DossierCode
from shared.runtime.database import transaction

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
    transferred_on: date | None = None
    refused_on: date | None = None
    supplement_asked_on: date | None = None
    published_on: date | None = None

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
            "transferred_on": self.transferred_on,
            "refused_on": self.refused_on,
            "supplement_asked_on": self.supplement_asked_on,
            "published_on": self.published_on,
        }


async def import_petitions(engine: AsyncEngine, source: str) -> int:
    """Reads ``source`` (a file, or an http(s) address) and stores every petition; returns how many it holds.

    Raises what ``read_list`` does, and ``ValueError`` for a code that cannot be read; then nothing is stored.
    """
    values = [row.values() for row in await read_list(source, PetitionRow)]
    async with transaction(engine) as connection:
        await save_petitions(connection, values)
    return len(values)
