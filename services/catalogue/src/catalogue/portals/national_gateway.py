"""The public gateway ``rest.jsp`` of 2022 to 2025: publication decisions (portal-contracts.md 2.2 and 7.8).

A form field ``params`` holds JSON. Every value is text; the total stands in every row; dates are dd-mm-yyyy; a failed
question is an empty list, so an empty answer proves nothing. The name of the parameter that carries a
decision's id is not known of the real gateway; ours is an assumption to confirm with its owner.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from catalogue.domain.decision import plain_name, plain_number
from catalogue.portals import PortalDecision, Rejected, Unreadable
from catalogue.portals.cleaning import cleaned
from shared.runtime.http import PortalClient, PortalShapeChanged

_SEARCH = "decision_publishment_advanced_search_service_v2"
_NEW = "get_procedures_by_dp_id_service_v2"
_MODIFIED = "get_modified_procedures_by_dp_id_service_v2"
_RESCINDED = "get_rescinded_procedures_by_dp_id_service_v2"
_ID_PARAMETER = "dp_id"
_PAGE, _MOST_PAGES = 500, 200

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of the wanted issuers. ``complete``: as many rows came as the gateway counts."""

    found: tuple[PortalDecision, ...]
    rejected: tuple[Rejected, ...]
    complete: bool


class NationalGateway:
    """Asks the gateway through ``client``; ``path`` differs by host."""

    def __init__(self, client: PortalClient, *, path: str = "/jsp/rest.jsp") -> None:
        self._client, self._path = client, path

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def decisions(self, issuers: Collection[str]) -> Decisions:
        """The decisions signed by agencies of these names, with what each does. Raises ``PortalError``."""
        rows, total = await self._every_row()
        wanted = {plain_name(name) for name in issuers}
        found, rejected = [], []
        for row in rows:
            if plain_name(row.get("AGENCY_NAME", "")) not in wanted:
                continue
            try:
                found.append(await self._with_effects(row))
            except Unreadable as error:
                rejected.append(Rejected(row.get("ID", ""), row, error))
        return Decisions(tuple(found), tuple(rejected), complete=total is not None and len(rows) >= total)

    async def _every_row(self) -> tuple[list[Row], int | None]:
        rows: dict[str, Row] = {}
        total: int | None = None
        for page in range(1, _MOST_PAGES + 1):
            asked = {"keyword": "", "agency_id": "-1", "field_id": "-1", "publishing_date": ""}
            got = await self._ask(_SEARCH, {**asked, "recordPerPage": _PAGE, "pageIndex": page})
            fresh = [row for row in got if row.get("ID") and row["ID"] not in rows]
            if not fresh:
                break
            rows |= {row["ID"]: row for row in fresh}
            total = _amount(fresh[0])
            if total is not None and len(rows) >= total:
                break
        return list(rows.values()), total

    async def _with_effects(self, row: Row) -> PortalDecision:
        number = plain_number(row.get("CODE", ""))
        if not number:
            raise Unreadable("number_missing", "CODE", "it has no number")
        return PortalDecision(
            portal_id=row["ID"],
            number=number,
            name=row.get("NAME", ""),
            agency_name=row.get("AGENCY_NAME", ""),
            signed_on=_day(row.get("PUBLISHING_DATE", "")),
            new=await self._touched(_NEW, row["ID"]),
            modified=await self._touched(_MODIFIED, row["ID"]),
            rescinded=await self._touched(_RESCINDED, row["ID"]),
        )

    async def _touched(self, service: str, decision: str) -> tuple[str, ...]:
        """Codes of the procedures in one of a decision's lists. Rows without a code say nothing we could join."""
        rows = await self._ask(service, {_ID_PARAMETER: decision, "recordPerPage": _PAGE, "pageIndex": 1})
        return tuple(row["PROCEDURE_CODE"] for row in rows if row.get("PROCEDURE_CODE"))

    async def _ask(self, service: str, asked: dict[str, Any]) -> list[Row]:
        params = {"type": "ref", "service": service, "provider": "dvcquocgia", **asked}
        return await self._client.request(
            "POST",
            self._path,
            form={"params": msgspec.json.encode(params).decode()},
            headers={"X-Requested-With": "XMLHttpRequest"},
            decode=_rows,
        )


def _rows(body: bytes) -> list[Row]:
    found = msgspec.json.decode(body)
    if not isinstance(found, list):
        raise PortalShapeChanged("The gateway did not answer with a list.")
    return [{key: str(value) for key, value in cleaned(row).items()} for row in found if isinstance(row, dict)]


def _amount(row: Row) -> int | None:
    text = row.get("AMOUNT", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _day(text: str) -> date:
    for form in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a date without an hour or a zone
        except ValueError:
            continue
    raise Unreadable("date_malformed", "PUBLISHING_DATE", "its day cannot be read")
