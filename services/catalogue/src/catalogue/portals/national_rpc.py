"""The national portal's session services of 2019 to 2025 (portal-contracts.md 1.1 to 1.3): dictionaries and LayDVC.

Success is spelt "0", "00" or 0; keys of dictionaries are in capitals; nothing is paged; the result of ``LayDVC`` is an
object with ``data``. No code for an ended session is known: any refusal that speaks of the session, or of signing in,
is one, and the client then logs in once more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from catalogue.domain.agency import Field
from catalogue.portals import PortalAgency, PortalService, Rejected, Unreadable
from catalogue.portals.cleaning import cleaned
from shared.domain.identifiers import AgencyCode, IdentifierError, ProcedureCode
from shared.domain.level import OnlineLevel
from shared.runtime.http import Call, Exchange, PortalClient, PortalRefused, PortalShapeChanged, SessionLogin

Json = dict[str, Any]

_SESSION_WORDS = ("phiên", "session", "đăng nhập", "login", "token")
_LEVELS = {
    "toàn trình": OnlineLevel.FULL,
    "4": OnlineLevel.FULL,
    "một phần": OnlineLevel.PARTIAL,
    "3": OnlineLevel.PARTIAL,
    "thông tin": OnlineLevel.NONE,
    "chưa cung cấp": OnlineLevel.NONE,
    "2": OnlineLevel.NONE,
}


@dataclass(frozen=True, slots=True)
class RpcAccount:
    """How we sign in. ``dstcode`` "" is not sent."""

    login_path: str
    call_path: str
    username: str
    password: str
    unit: str
    dstcode: str = ""

    def session(self) -> SessionLogin:
        """The strategy for ``PortalClient``: a session bought by a login and carried inside the body."""
        return SessionLogin(self._log_in, _place)

    def headers(self) -> dict[str, str]:
        """The routing header of the exchange axis."""
        return {"dstcode": self.dstcode} if self.dstcode else {}

    async def _log_in(self, exchange: Exchange) -> str:
        credentials = {"username": self.username, "password": self.password}
        answer = _envelope(await exchange(Call("POST", self.login_path, json=credentials, headers=self.headers())))
        session = answer.get("session")
        if not _is_success(answer) or not isinstance(session, str) or not session:
            raise PortalRefused("The session services did not accept our login.")
        return session


class NationalRpc:
    """Asks the session services through ``client``, whose ``auth`` is ``account.session()``."""

    def __init__(self, client: PortalClient, account: RpcAccount) -> None:
        self._client, self._account = client, account

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
        body = {"madonvi": account.unit, "service": service}
        return await self._client.request(
            "POST", account.call_path, json=body, headers=account.headers(), decode=lambda raw: _result(raw, service)
        )


def _place(call: Call, session: str) -> None:
    call.json = {**(call.json or {}), "session": session}


def _result(body: bytes, service: str) -> Any:
    answer = _envelope(body)
    if _is_success(answer):
        return cleaned(answer.get("result"))
    message = str(answer.get("message") or "").casefold()
    if any(word in message for word in _SESSION_WORDS):
        raise PortalRefused(f"{service}: the session was not accepted.")
    raise PortalShapeChanged(f"{service} answered with error code {str(answer.get('error_code'))[:20]!r}.")


def _envelope(body: bytes) -> Json:
    answer = msgspec.json.decode(body)
    if not isinstance(answer, dict):
        raise PortalShapeChanged("The session services did not answer with an object.")
    return answer


def _is_success(answer: Json) -> bool:
    """0, "0" and "00" all mean that it went well; a missing code does not."""
    text = str(answer.get("error_code", "")).strip()
    return bool(text) and text.strip("0") == ""


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
