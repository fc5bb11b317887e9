"""The public gateway ``rest.jsp`` of 2022 to 2025: publication decisions (portal-contracts.md 2.2 and 7.8).

Kept quirks: every value is text; the total stands in each row; dates are dd-mm-yyyy; a decision's number may end
in a stray dot; a failed question is an empty list. The parameter that carries a decision's id is not known of the
real gateway: here any parameter that is not another one's name is taken for it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox_portal.portals.procedure_texts import MINISTRY, deciding_body
from sandbox_portal.scenarios.model import Catalogue, Decision, Procedure

Row = dict[str, str]

_DECISIONS_FROM, _PROCEDURES_FROM, _AGENCIES_FROM = 115_000, 1_049_000, 990_000
_OTHER_NAMES = {"type", "service", "provider", "recordPerPage", "pageIndex"}
_STRAY_DOT = "3637/QĐ-UBND"


class DecisionGateway:
    """Answers the services about decisions and the procedure search."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._procedures = {procedure.code: procedure for procedure in catalogue.procedures}
        self._decision_ids = {one.number: str(_DECISIONS_FROM + n) for n, one in enumerate(catalogue.decisions)}
        self._agency_ids = {agency.code: str(_AGENCIES_FROM + n) for n, agency in enumerate(catalogue.agencies)}
        self._agency_names = {agency.code: agency.name for agency in catalogue.agencies}
        self._services: dict[str, Callable[[Mapping[str, Any]], list[Row]]] = {
            "decision_publishment_advanced_search_service_v2": self._search_decisions,
            "procedure_advanced_search_service_v2": self._search_procedures,
            "get_procedures_by_dp_id_service_v2": lambda asked: self._touched(asked, lambda one: one.new),
            "get_modified_procedures_by_dp_id_service_v2": lambda asked: self._touched(asked, lambda one: one.modified),
            "get_rescinded_procedures_by_dp_id_service_v2": lambda asked: self._touched(
                asked, lambda one: one.rescinded
            ),
        }

    @property
    def services(self) -> tuple[str, ...]:
        """The names of the services offered."""
        return tuple(self._services)

    def answer(self, asked: Mapping[str, Any]) -> list[Row]:
        """The rows of one question; none for an unknown service."""
        service = self._services.get(str(asked.get("service")))
        return [] if service is None else service(asked)

    def _search_decisions(self, asked: Mapping[str, Any]) -> list[Row]:
        found = [one for one in reversed(self._catalogue.decisions) if self._wanted(one, asked)]
        return _page([self._decision(one) for one in found], asked)

    def _wanted(self, one: Decision, asked: Mapping[str, Any]) -> bool:
        agency, day = str(asked.get("agency_id") or "-1"), str(asked.get("publishing_date") or "")
        return (
            str(asked.get("keyword") or "").casefold() in f"{one.number} {one.name}".casefold()
            and agency in ("-1", "0", self._agency_ids[one.agency])
            and day in ("", f"{one.signed_on:%d-%m-%Y}")
        )

    def _decision(self, one: Decision) -> Row:
        return {
            "ID": self._decision_ids[one.number],
            "CODE": f"{one.number}." if one.number == _STRAY_DOT else one.number,
            "NAME": one.name,
            "PUBLISHING_DATE": f"{one.signed_on:%d-%m-%Y}",
            "AGENCY_NAME": self._agency_names[one.agency],
            "AGENCY_ID": self._agency_ids[one.agency],
        }

    def _search_procedures(self, asked: Mapping[str, Any]) -> list[Row]:
        words = str(asked.get("keyword") or "").casefold()
        found = [p for p in self._catalogue.procedures if p.in_force and words in f"{p.code} {p.name}".casefold()]
        return _page([self._procedure(p) for p in found], asked)

    def _procedure(self, procedure: Procedure) -> Row:
        return {
            "ID": str(_PROCEDURES_FROM + procedure.number),
            "PROCEDURE_CODE": procedure.code,
            "PROCEDURE_NAME": procedure.name,
            "PUBLISHED_AGENCY": MINISTRY,
            "IMPLEMENTATION_AGENCY": deciding_body(procedure, self._catalogue),
            "QDCBID": self._decision_ids.get(procedure.decision, ""),
            "FIELD_NAME": procedure.field.name,
        }

    def _touched(self, asked: Mapping[str, Any], part: Callable[[Decision], tuple[str, ...]]) -> list[Row]:
        given = {str(value) for key, value in asked.items() if key not in _OTHER_NAMES}
        rows = []
        for one in self._catalogue.decisions:
            if self._decision_ids[one.number] in given:
                rows += [self._brief(self._procedures[code]) for code in part(one)]
        return rows

    def _brief(self, procedure: Procedure) -> Row:
        id_ = str(_PROCEDURES_FROM + procedure.number)
        return {"ID": id_, "PROCEDURE_CODE": procedure.code, "PROCEDURE_NAME": procedure.name}


def _page(rows: list[Row], asked: Mapping[str, Any]) -> list[Row]:
    size, page = _count(asked.get("recordPerPage"), 10), _count(asked.get("pageIndex"), 1)
    first = (page - 1) * size
    amount = str(len(rows))
    return [{**row, "AMOUNT": amount, "ROW_STT": str(first + n)} for n, row in enumerate(rows[first : first + size], 1)]


def _count(value: object, default: int) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else default
