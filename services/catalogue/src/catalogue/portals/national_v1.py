"""The 2026 national platform's catalogue, ``/api/v1`` (portal-contracts.md 2.3).

POST only; lists by cursor (``lastId``), details by UUID, time stamps in epoch milliseconds. Quirks handled: ``null``
among array elements; unit OTHER, whose limit stands in ``cases``; an executing body missing from the detail; fees of
0 as placeholders; one key as a text, a list or absent; ``decisionNo`` empty beside ``procedureProposal``; rich text
with inline pictures.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from pydantic import Field

from catalogue.domain.parts import Part, is_for_people, missing
from catalogue.domain.procedure import Fee
from catalogue.portals import PortalLimit, PortalProcedure, Unreadable
from catalogue.portals.cleaning import cleaned, digest, texts
from catalogue.portals.levels import is_open, levels_of
from shared.domain.channel import Channel
from shared.domain.identifiers import IdentifierError, ProcedureCode
from shared.domain.level import LimitUnit, OnlineLevel
from shared.runtime.http import PortalClient, PortalShapeChanged

LIST = "/api/v1/submitting/formality/list-all-public-formality-by-citizen"
DETAIL = "/api/v1/configuring/formality/get-formality-by-citizen"
REPORTED = "/api/v1/reporting/formalities"

_CHANNELS = {"DIRECT": Channel.DIRECT, "ONLINE": Channel.ONLINE, "POSTAL": Channel.POSTAL}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_CASE_NAME = 200

Json = dict[str, Any]

PageSize = Annotated[int, Field(ge=1, le=1_000)]
"""Rows asked for in one page of a list."""


class _Envelope(msgspec.Struct):
    code: str
    data: Any = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """Rows of one page, cleaned. ``last`` says that the portal's list ends here; ``total`` is its own count."""

    rows: tuple[Json, ...]
    last: bool
    total: int | None


class CursorLoops(PortalShapeChanged):
    """The list came back to a page it had given before: it would never end, and nothing proves it complete."""


class NationalV1:
    """Reads the platform through ``client``."""

    def __init__(self, client: PortalClient, *, page_size: PageSize = 200) -> None:
        self._client, self._page_size = client, page_size

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def pages(self, department: str) -> AsyncIterator[ListPage]:
        """The published procedures of a department and its subtree, page by page.

        The end is an empty page or a cursor that does not move, never a short page. Raises ``PortalError``, and
        ``CursorLoops`` when the cursor returns to an earlier place.
        """
        cursor, seen = "", {""}
        while True:
            data = await self._ask(LIST, _list_body(self._page_size, cursor, department))
            rows = tuple(cleaned(data.get("items") or []))
            moved = data.get("lastId") or ""
            last = not rows or moved in ("", cursor)
            yield ListPage(rows, last, _count(data.get("total")))
            if last:
                return
            if moved in seen:
                raise CursorLoops(f"{LIST} gave the cursor {moved[:60]!r} twice.")
            seen.add(moved)
            cursor = moved

    async def detail(self, portal_id: str) -> Json:
        """One procedure, cleaned. Raises ``PortalError``."""
        return dict(cleaned(await self._ask(DETAIL, {"id": portal_id})))

    async def look_up(self, code: str) -> Json | None:
        """The row of a code among all procedures, those no longer published included; None when there is none."""
        data = await self._ask(REPORTED, {"q": code, "currentPage": 1, "pageSize": 10})
        rows = cleaned(data.get("items") or [])
        # The search is by words, so other rows come along.
        return next((dict(row) for row in rows if row.get("code") == code), None)

    async def _ask(self, path: str, body: Json) -> Json:
        return await self._client.request("POST", path, json=body, decode=_opened)


def read(row: Json, detail: Json) -> PortalProcedure:
    """A procedure out of its list row and its detail. Raises ``Unreadable``."""
    code = _code(detail.get("code") or row.get("code"))
    if _code(row.get("code")) != code:
        raise Unreadable("detail_of_another", "code", "the detail carries another code than the list row")
    name = str(detail.get("name") or row.get("name") or "")
    if not name:
        raise Unreadable("name_missing", "name", "it has no name")
    methods = [method for method in _objects(detail.get("executionMethods")) if _channel(method)]
    field_code, field_name = _field(row, detail)
    levels = levels_of(detail, _bodies(row, detail))
    return PortalProcedure(
        code=code,
        name=name,
        field_code=field_code,
        field_name=field_name,
        levels=levels,
        level_open=is_open(detail, levels),
        fees=tuple(_fees(methods)),
        limits=_limits(methods, _objects(detail.get("cases"))),
        state=str(detail.get("state") or row.get("state") or ""),
        kind=str(detail.get("formalityType") or detail.get("type") or row.get("type") or ""),
        issuer=str(detail.get("departmentPromulgateName") or row.get("departmentPromulgate") or ""),
        decision_number=_decision_number(detail),
        marked_online=_marked_online(detail, methods),
        portal_id=str(detail.get("id") or row.get("id")),
        updated_at=_instant(detail.get("updatedAt")),
        record=detail,
        content_hash=digest(detail),
        missing_parts=missing(_parts(row, detail, methods)),
        for_people=is_for_people(texts(detail.get("subjectTypesDetails"))),
    )


def _parts(row: Json, detail: Json, methods: list[Json]) -> Iterator[Part]:
    """The mandatory parts that the record tells; its name was read before."""
    yield Part.NAME
    if any(step.get("name") or step.get("description") for step in _objects(detail.get("executionSteps"))):
        yield Part.STEPS
    if methods:
        yield Part.MANNER
    if any(_is_counted(paper) for case in _objects(detail.get("executionCases")) for paper in _papers(case)):
        yield Part.PAPERS
    if any(_tells_limit(method) for method in methods) or any(map(_tells_days, _objects(detail.get("cases")))):
        yield Part.LIMIT
    if texts(detail.get("subjectTypesDetails")):
        yield Part.SUBJECTS
    if _bodies(row, detail):
        yield Part.AGENCY


def _papers(case: Json) -> list[Json]:
    return _objects(case.get("profileComponents"))


def _is_counted(paper: Json) -> bool:
    """A paper with a name and with how many of it."""
    return bool(paper.get("name")) and any(_is_number(paper.get(key)) for key in ("originalQty", "copyQty"))


def _tells_limit(method: Json) -> bool:
    """A number, or the law's own words where it sets none."""
    return _is_number(method.get("processingTime")) or (
        method.get("processingTimeUnit") == "OTHER" and bool(method.get("description"))
    )


def _tells_days(case: Json) -> bool:
    told = case.get("processingDay")
    return isinstance(told, dict) and _is_number(told.get("qty"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _list_body(limit: int, cursor: str, department: str) -> Json:
    return {"limit": limit, "lastId": cursor, "q": "", "categoryId": "", "departmentCode": department}


def _opened(body: bytes) -> Json:
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
    except msgspec.ValidationError as error:
        raise PortalShapeChanged(f"The platform's envelope has another shape: {error}") from None
    if envelope.code != "OK" or not isinstance(envelope.data, dict):
        raise PortalShapeChanged(f"The platform answered {envelope.code[:40]!r} without data.")
    return envelope.data


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _objects(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _code(value: Any) -> ProcedureCode:
    try:
        return ProcedureCode.parse(str(value or ""))
    except IdentifierError as error:
        raise Unreadable("code_malformed", "code", error.reason) from None


def _bodies(row: Json, detail: Json) -> list[str]:
    """Who executes it: the detail's bodies under any of their names, else the list row's."""
    names = [name for key in ("departmentsExecuting", "executingAgencies") for name in texts(detail.get(key))]
    return names or texts(row.get("departments")) or texts(detail.get("departmentsAuthority"))


def _field(row: Json, detail: Json) -> tuple[str, str]:
    for found in [detail.get("category"), *_objects(detail.get("categoriesDetails"))]:
        if isinstance(found, dict) and found.get("code"):
            return str(found["code"]).upper(), str(found.get("name") or "")
    return "", next(iter(texts(row.get("categories"))), "")


def _channel(method: Json) -> Channel | None:
    return _CHANNELS.get(str(method.get("submissionMethod")))


def _fees(methods: list[Json]) -> list[Fee]:
    return [
        Fee(
            _CHANNELS[str(method["submissionMethod"])],
            str(fee.get("type") or ""),
            float(fee["value"]) if isinstance(fee.get("value"), int | float) else None,
            str(fee.get("description") or ""),
        )
        for method in methods
        for fee in _objects(method.get("fees"))
    ]


def _limits(methods: list[Json], cases: list[Json]) -> tuple[PortalLimit, ...]:
    """One limit for each channel and case; where a channel says OTHER, the cases hold the numbers."""
    found: dict[tuple[Channel, str], PortalLimit] = {}
    for method in methods:
        channel = _CHANNELS[str(method["submissionMethod"])]
        for limit in _of_method(method, channel) or _of_cases(cases, channel) or [_other(channel)]:
            name, serial = limit.case_name, 1
            while (channel, name) in found and found[channel, name].quantity != limit.quantity:
                serial += 1
                name = f"{limit.case_name} ({serial})".strip()
            found[channel, name] = PortalLimit(channel, name, limit.quantity, limit.unit)
    return tuple(found.values())


def _of_method(method: Json, channel: Channel) -> list[PortalLimit]:
    quantity, unit = _quantity(method.get("processingTime")), _unit(method.get("processingTimeUnit"))
    return [] if quantity is None or unit is LimitUnit.OTHER else [PortalLimit(channel, "", quantity, unit)]


def _of_cases(cases: list[Json], channel: Channel) -> list[PortalLimit]:
    found = []
    for case in cases:
        day = case.get("processingDay")
        if not isinstance(day, dict):
            continue
        quantity, unit = _quantity(day.get("qty")), _unit(day.get("type"))
        if quantity is not None and unit is not LimitUnit.OTHER:
            name = str(case.get("name") or case.get("code") or "")[:_LONGEST_CASE_NAME] if len(cases) > 1 else ""
            found.append(PortalLimit(channel, name, quantity, unit))
    return found


def _other(channel: Channel) -> PortalLimit:
    return PortalLimit(channel, "", None, LimitUnit.OTHER)


def _quantity(value: Any) -> int | None:
    """A whole number of units; half a day is left to the words."""
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and value == int(value)
    return int(value) if whole else None


def _unit(value: Any) -> LimitUnit:
    try:
        return LimitUnit(str(value))
    except ValueError:
        return LimitUnit.OTHER


def _decision_number(detail: Json) -> str:
    proposal = detail.get("procedureProposal")
    proposed = proposal if isinstance(proposal, dict) else {}
    return str(detail.get("decisionNo") or proposed.get("decisionNumber") or proposed.get("proposalNumber") or "")


def _marked_online(detail: Json, methods: list[Json]) -> OnlineLevel:
    """The catalogue's own marks. Unverified reading; the list of online services wins where there is one."""
    if not any(_channel(method) is Channel.ONLINE for method in methods):
        return OnlineLevel.NONE
    return OnlineLevel.FULL if detail.get("isFullProcess") is True else OnlineLevel.PARTIAL


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**14:
        return None
    return _EPOCH + timedelta(milliseconds=value)
