"""The national platform's evaluation of agencies (``/api/v1/reporting/evaluation``, portal-contracts.md 6.3 and 7.10).

Its numbers are published numbers, kept beside ours and never in their place: they have a population of their own, are
final only after the month has ended, and are known to disagree with each other. Quirks: answers come with HTTP 201;
the envelope's ``code`` says whether it is one; children are counted with everything below them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from dossier_sync.domain.reconciling import Population
from shared.domain.identifiers import AgencyCode, IdentifierError
from shared.runtime.http import PortalClient, PortalShapeChanged

PROGRESS = "/api/v1/reporting/evaluation/dvc-progress-tree"
_MOST_PAGES = 100


class _Department(msgspec.Struct):
    departmentCode: str | None = None
    totalReceived: int | None = None


class _Tree(msgspec.Struct):
    parent: _Department
    children: list[_Department] = []


class _Answer(msgspec.Struct):
    code: str
    data: _Tree | None = None


_decode = msgspec.json.Decoder(_Answer).decode


class NationalEvaluation:
    """``root_department_id``: the platform's id of the agency; without it the platform answers for whom it likes."""

    source = "national_evaluation"
    population = Population.ACCEPTED

    def __init__(self, client: PortalClient, *, root_department_id: str = "", page_size: int = 100) -> None:
        self._client, self._root, self._page_size = client, root_department_id, page_size

    async def received(self, month: date, samples: Mapping[str, str], root: str) -> dict[str, int]:
        """Of the root department and of those right below it, whatever ``samples`` ask for."""
        found: dict[str, int] = {}
        for page in range(1, _MOST_PAGES + 1):
            tree = await self._ask(month, page)
            for department in (tree.parent, *tree.children):
                code = _canonical(department.departmentCode)
                if code is not None and department.totalReceived is not None:
                    found[code] = department.totalReceived
            if len(tree.children) < self._page_size:
                break
        if root not in found:
            raise PortalShapeChanged(f"{PROGRESS} answered for other agencies than {root}: set root_department_id.")
        return found

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _ask(self, month: date, page: int) -> _Tree:
        body: dict[str, Any] = {
            "timeType": "month",
            "year": month.year,
            "month": month.month,
            "departmentType": "ADMINISTRATIVE_UNIT",
            "currentPage": page,
            "pageSize": self._page_size,
        }
        if self._root:
            body["rootDepartmentId"] = self._root
        answer = await self._client.request("POST", PROGRESS, json=body, decode=_decode)
        if answer.code != "OK" or answer.data is None:
            raise PortalShapeChanged(f"{PROGRESS} answered without data.")
        return answer.data


def _canonical(code: str | None) -> str | None:
    try:
        return None if code is None else str(AgencyCode.parse(code))
    except IdentifierError:
        return None
