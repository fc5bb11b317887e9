"""Votes on how a dossier was handled, from a JSON or CSV list: portals publish sums, criterion 5.4 needs dossiers.

The format is ours: ``code`` (of the vote), ``agency``, ``dossier``, ``voted_on`` (an ISO day) and ``opinion`` ("like"
or "dislike"; null or empty: the vote was withdrawn). Nobody's name, account or words belong in it; none is decoded.
"""

from datetime import date
from typing import Any, Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.repository.votes import save_votes
from dossier_sync.told_list import read_list
from shared.domain.identifiers import AgencyCode, DossierCode
from shared.runtime.database import transaction


class VoteRow(msgspec.Struct, frozen=True):
    """One vote, as the file says."""

    code: str
    agency: str
    dossier: str
    voted_on: date
    opinion: Literal["like", "dislike"] | None = None

    def values(self) -> dict[str, Any]:
        """Its columns. Raises ``IdentifierError``, a ``ValueError``, for a code that cannot be read."""
        return {
            "vote_code": self.code,
            "agency_code": str(AgencyCode.parse(self.agency)),
            "dossier_code": DossierCode.parse(self.dossier).canonical,
            "voted_on": self.voted_on,
            "disliked": None if self.opinion is None else self.opinion == "dislike",
        }


async def import_votes(engine: AsyncEngine, source: str) -> int:
    """Reads ``source`` (a file, or an http(s) address) and stores every vote; returns how many it holds.

    Raises what ``read_list`` does, and ``ValueError`` for a code that cannot be read; then nothing is stored.
    """
    values = [row.values() for row in await read_list(source, VoteRow)]
    async with transaction(engine) as connection:
        await save_votes(connection, values)
    return len(values)
