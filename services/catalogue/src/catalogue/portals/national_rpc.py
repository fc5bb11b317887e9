"""The national portal's session services of 2019 to 2025 (portal-contracts.md 1.1 to 1.3): dictionaries and LayDVC.

Keys of dictionaries are in capitals; nothing is paged; the result of ``LayDVC`` is an object with ``data``. What all
session services share stands in ``shared.runtime.portal_rpc``.
"""

from collections.abc import Callable
from typing import Any

from catalogue.domain.agency import Field
from catalogue.portals import PortalAgency, PortalService, Rejected, Unreadable
from catalogue.portals.cleaning import cleaned
from shared.domain.identifiers import AgencyCode, IdentifierError, ProcedureCode
from shared.domain.level import OnlineLevel
from shared.runtime.http import PortalClient, PortalShapeChanged
from shared.runtime.portal_rpc import RpcAccount

Json = dict[str, Any]

_LEVELS = {
    "toàn trình": OnlineLevel.FULL,
    "4": OnlineLevel.FULL,
    "một phần": OnlineLevel.PARTIAL,
    "3": OnlineLevel.PARTIAL,
    "thông tin": OnlineLevel.NONE,
    "chưa cung cấp": OnlineLevel.NONE,
    "2": OnlineLevel.NONE,
}


class NationalRpc:
    """Asks the session services through ``client``, whose ``auth`` is ``account.session()``."""

    def __init__(self, client: PortalClient, account: RpcAccount) -> None:
        self._client, self._account = client, account

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def agencies(self) -> tuple[list[PortalAgency], list[Rejected]]:
        """LayDanhMucCoQuan. Raises ``PortalError``."""
        return _read_all(_list(await self._call("LayDanhMucCoQuan")), "MADONVI", _agency)

    async def fields(self) -> tuple[list[Field], list[Rejected]]:
        """LayDanhMucLinhVuc. Raises ``PortalError``."""
        return _read_all(_list(await self._call("LayDanhMucLinhVuc")), "MALINHVUC", _field)

    async def online_services(self) -> tuple[list[PortalService], list[Rejected]]:
        """LayDVC, one entry for each agency that offers a service. Raises ``PortalError``."""
        result = await self._call("LayDVC")
        found, rejected = _read_all(_list(result.get("data") if isinstance(result, dict) else result), "MADVC", _offers)
        return [one for offers in found for one in offers], rejected

    async def _call(self, service: str) -> Any:
        account = self._account
        return await self._client.request(
            "POST",
            account.call_path,
            json=account.body(service),
            headers=account.headers(),
            decode=lambda raw: cleaned(account.result(raw, service)),
        )


def _list(value: Any) -> list[Json]:
    if not isinstance(value, list):
        raise PortalShapeChanged("A dictionary of the session services is not a list.")
    return [row for row in value if isinstance(row, dict)]


def _read_all(rows: list[Json], id_key: str, read: Callable[[Json], Any]) -> tuple[list[Any], list[Rejected]]:
    found, rejected = [], []
    for row in rows:
        try:
            found.append(read(row))
        except Unreadable as error:
            rejected.append(Rejected(str(row.get(id_key) or ""), row, error))
        except IdentifierError as error:
            told = Unreadable("code_malformed", error.field, error.reason)
            rejected.append(Rejected(str(row.get(id_key) or ""), row, told))
    return found, rejected


def _agency(row: Json) -> PortalAgency:
    name = str(row.get("TENDONVI") or "")
    if not name:
        raise Unreadable("name_missing", "TENDONVI", "it has no name")
    return PortalAgency(AgencyCode.parse(str(row.get("MADONVI") or "")), name, str(row.get("CAPDONVI", "")))


def _field(row: Json) -> Field:
    code, name = str(row.get("MALINHVUC") or "").upper(), str(row.get("TENLINHVUC") or "")
    if not code or not name:
        raise Unreadable("code_or_name_missing", "MALINHVUC", "it has no code or no name")
    return Field(code, name)


def _offers(row: Json) -> list[PortalService]:
    """A service for each agency that applies it; the level stands with the agency, or with the service."""
    code = str(row.get("MADVC") or "")
    if not code:
        raise Unreadable("code_missing", "MADVC", "it has no code")
    procedure, name = ProcedureCode.parse(str(row.get("MATTHC") or "")), str(row.get("TENDVC") or "")
    applied = row.get("APDUNGDVC")
    offers = [one for one in applied if isinstance(one, dict)] if isinstance(applied, list) else []
    found: dict[str, PortalService] = {}
    for offer in offers or [row]:
        written = str(offer.get("MACQTH") or row.get("MACQTH") or "")
        agency = AgencyCode.parse(written) if written else None
        level = _level(offer.get("MUCDO") or row.get("MUCDO"))
        found[str(agency)] = PortalService(code, procedure, agency, name, level)
    return list(found.values())


def _level(value: Any) -> OnlineLevel:
    level = _LEVELS.get(str(value or "").strip().casefold())
    if level is None:
        raise Unreadable("online_level_unmapped", "MUCDO", "its level is none of the known words")
    return level
