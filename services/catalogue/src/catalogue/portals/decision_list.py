"""Decisions with what no portal's contract carries: their kinds, effective and posting days. A file or an address.

A JSON list of objects: number, agency (code of the issuer), signed_on; optional: name, kinds, effective_on,
posted_on, new, modified, rescinded, note, catalogue_agency (whose catalogue it publishes).
"""

from datetime import date

import msgspec

from catalogue.domain.decision import plain_number
from catalogue.portals import Unreadable
from shared.domain.identifiers import AgencyCode, IdentifierError, ProcedureCode
from shared.domain.level import DecisionKind
from shared.runtime.http import PortalClient


class DecisionFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One decision as imported. Unknown days are null, never the signing day."""

    number: str
    agency: str
    signed_on: date
    name: str = ""
    kinds: tuple[DecisionKind, ...] = ()
    effective_on: date | None = None
    posted_on: date | None = None
    new: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    rescinded: tuple[str, ...] = ()
    note: str = ""
    catalogue_agency: str | None = None

    @property
    def key(self) -> tuple[str, str, int]:
        """Issuer, number and year of signing: what names a decision."""
        return (self.agency, self.number, self.signed_on.year)


def decode(body: bytes) -> list[DecisionFacts]:
    """The decisions of a JSON list. Raises ``Unreadable`` naming the first thing that is wrong."""
    try:
        found = msgspec.json.decode(body, type=list[DecisionFacts])
    except msgspec.DecodeError as error:
        raise Unreadable("decisions_malformed", "", str(error)) from None
    return [checked(one) for one in found]


def checked(facts: DecisionFacts) -> DecisionFacts:
    """The same with canonical codes and number. Raises ``Unreadable``."""
    number = plain_number(facts.number)
    if not number:
        raise Unreadable("number_missing", "number", "a decision has no number")
    if facts.posted_on is not None and facts.posted_on < facts.signed_on:
        raise Unreadable("date_impossible", "posted_on", f"{number} was posted before it was signed")
    try:
        return msgspec.structs.replace(
            facts,
            number=number,
            agency=str(AgencyCode.parse(facts.agency)),
            catalogue_agency=None if facts.catalogue_agency is None else str(AgencyCode.parse(facts.catalogue_agency)),
            new=_codes(facts.new),
            modified=_codes(facts.modified),
            rescinded=_codes(facts.rescinded),
        )
    except IdentifierError as error:
        raise Unreadable("code_malformed", error.field, f"{number}: {error.reason}") from None


class DecisionList:
    """Reads the list through ``client``; ``path`` "" is the address of the portal itself."""

    def __init__(self, client: PortalClient, *, path: str = "") -> None:
        self._client, self._path = client, path

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def read(self) -> list[DecisionFacts]:
        """Raises ``PortalError`` and ``Unreadable``."""
        return await self._client.request("GET", self._path, decode=decode)


def _codes(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(ProcedureCode.parse(text)) for text in texts)
