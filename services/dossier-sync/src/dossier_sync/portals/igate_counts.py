"""What iGate counts itself: the total of a search by month of acceptance, and below an agency. Users: ``igate``.

The statistics end points of iGate (``--statistic-agency-kgg`` and others, portal-contracts.md 6.5) are not asked: their
parameters are known from public code, their answers are not. The search's total is the portal's own number as well.
An agency is named by an id of the deployment, which any dossier of that agency tells.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

import msgspec

from dossier_sync.domain.reconciling import month_after
from dossier_sync.portals.igate_words import OBJECT_ID
from shared.domain.identifiers import AgencyCode, IdentifierError

T = TypeVar("T")
Search = Callable[[Mapping[str, Any], Callable[[bytes], Any]], Awaitable[Any]]
"""(query, decode) -> the decoded answer of the dossier search."""


class _Total(msgspec.Struct):
    totalElements: int


class _Agency(msgspec.Struct):
    id: str | None = None
    code: str | None = None


class _Owned(msgspec.Struct):
    agency: _Agency | None = None


class _Owners(msgspec.Struct):
    content: list[_Owned]


_total = msgspec.json.Decoder(_Total).decode
_owners = msgspec.json.Decoder(_Owners).decode


class MonthlyCounts:
    """Counts of one deployment; the ids of its agencies are asked for once."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._ids: dict[str, str] = {}

    async def received(self, month: date, samples: Mapping[str, str], root: str) -> dict[str, int]:
        found = {root: await self._count(month, None)}
        for agency, sample in samples.items():
            if agency == root:
                continue
            agency_id = self._ids.get(agency) or await self._id_of(agency, sample)
            if agency_id is not None:
                self._ids[agency] = agency_id
                found[agency] = await self._count(month, agency_id)
        return found

    async def _count(self, month: date, agency_id: str | None) -> int:
        last = month_after(month) - timedelta(days=1)
        query = {"page": 0, "size": 1, "spec": "page", "sort": "updatedDate,desc",
                 "accepted-from": f"{month:%d/%m/%Y}", "accepted-to": f"{last:%d/%m/%Y}"}  # fmt: skip
        if agency_id is not None:
            query["ancestor-agency-id"] = agency_id
        answer: _Total = await self._search(query, _total)
        return answer.totalElements

    async def _id_of(self, agency: str, sample: str) -> str | None:
        """The deployment's id of an agency; None where the sample is another's by now, or tells none."""
        query = {"page": 0, "size": 1, "spec": "page", "sort": "updatedDate,desc", "code": sample}
        answer: _Owners = await self._search(query, _owners)
        for owned in answer.content:
            if owned.agency is not None and owned.agency.id and _is(owned.agency.code, agency):
                return owned.agency.id if OBJECT_ID.fullmatch(owned.agency.id) else None
        return None


def _is(code: str | None, agency: str) -> bool:
    try:
        return code is not None and str(AgencyCode.parse(code)) == agency
    except IdentifierError:
        return False
