"""The national portal's session services of 2019 to 2025, as far as every caller shares them: the login, the envelope,
and what an answer with status 200 means (portal-contracts.md 1.1, 1.2, 1.7).

Users: catalogue (dictionaries), dossier_sync (looking dossiers up). Success is spelt 0, "0", "00" or true; a missing
code is none. No code for an ended session is known: any refusal that speaks of the session, or of signing in, is one.
Of an error's text nothing is repeated, for gateways put stack traces there: it is known by its digest.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from shared.runtime.portal_answers import tells_ended_session
from shared.runtime.portal_auth import Call, Exchange, SessionLogin
from shared.runtime.portal_credentials import CREDENTIALS, Credential
from shared.runtime.portal_errors import PortalRefused, PortalShapeChanged

Json = dict[str, Any]

LOGIN_PATH, CALL_PATH = "/mapi/login", "/mapi/g"


@dataclass(frozen=True, slots=True)
class RpcAccount:
    """How we sign in. ``dstcode`` "" is not sent. ``wrapped``: a provincial gateway puts the answer as text into its
    own ``message``, and it is unpacked once."""

    login_path: str
    call_path: str
    username: str
    password: str
    unit: str
    dstcode: str = ""
    wrapped: bool = False

    def session(self, credential: Credential | None = None) -> SessionLogin:
        """The strategy for ``PortalClient``: a session bought by a login and carried inside the body."""
        return SessionLogin(self._log_in, _place, credential=credential)

    def headers(self) -> dict[str, str]:
        """The routing header of the exchange axis."""
        return {"dstcode": self.dstcode} if self.dstcode else {}

    def body(self, service: str, **parameters: Any) -> Json:
        """The envelope, without the session."""
        return {"madonvi": self.unit, "service": service, **parameters}

    def result(self, body: bytes, service: str) -> Any:
        """``result`` of an answer that went well. Raises ``PortalRefused`` and ``PortalShapeChanged``."""
        answer = _envelope(body, wrapped=self.wrapped)
        if is_success(answer.get("error_code")):
            if answer.get("result") is None:
                raise PortalShapeChanged(f"{service} answered without a result, which is not an empty one.")
            return answer["result"]
        if tells_ended_session(body):
            raise PortalRefused(f"{service}: the session was not accepted.")
        digest = sha256(body).hexdigest()[:16]
        raise PortalShapeChanged(f"{service} answered with {_code(answer)}, in a body of sha256:{digest}.")

    async def _log_in(self, exchange: Exchange) -> str:
        credentials = {"username": self.username, "password": self.password}
        answer = _envelope(await exchange(Call("POST", self.login_path, json=credentials, headers=self.headers())))
        session = answer.get("session")
        if not is_success(answer.get("error_code")) or not isinstance(session, str) or not session:
            raise PortalRefused("The session services did not accept our login.")
        return session


def enter(
    url: str,
    username: str,
    password: str,
    *,
    unit: str,
    login_path: str = LOGIN_PATH,
    call_path: str = CALL_PATH,
    dstcode: str = "",
    wrapped: bool = False,
) -> SessionLogin:
    """How an adapter of the file of portals is let in: one session for each login, whoever of this process asks."""
    account = RpcAccount(login_path, call_path, username, password, unit, dstcode, wrapped)
    return account.session(CREDENTIALS.of(url, login_path, username, password))


def is_success(code: Any) -> bool:
    """0, "0", "00" and true; anything else is a failure, and so is nothing."""
    if isinstance(code, bool):
        return code
    return (type(code) is int and code == 0) or (isinstance(code, str) and code.strip() in ("0", "00"))


def _place(call: Call, session: str) -> None:
    call.json = {**(call.json or {}), "session": session}


def _envelope(body: bytes, *, wrapped: bool = False) -> Json:
    answer = _object(body)
    if not wrapped:
        return answer
    inner = answer.get("message")
    if not isinstance(inner, str) or not inner.lstrip().startswith("{"):
        return answer
    return _object(inner.encode())


def _object(text: bytes) -> Json:
    try:
        answer = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise PortalShapeChanged("The session services answered with a body we cannot read.") from None
    if not isinstance(answer, dict):
        raise PortalShapeChanged("The session services did not answer with an object.")
    return answer


def _code(answer: Json) -> str:
    """The error code, where it is one; what else stands there could be anything."""
    code = str(answer.get("error_code", answer.get("response_code", "")))
    return f"error code {code}" if code.removeprefix("-").isdigit() and len(code) <= 8 else "no known error code"
