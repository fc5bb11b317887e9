"""The sign-on in front of iGate: tokens as Keycloak's realm ``digo`` gives them, and its refusals.

Tokens are signed with a key derived from the client's secret, so every process of the sandbox accepts them.
"""

import base64
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex

import msgspec

from shared.runtime.answers import encode

_HEADER = {"alg": "HS256", "typ": "JWT"}


@dataclass(frozen=True, slots=True)
class Logins:
    """The portals' own logins: an OAuth2 client and a user."""

    client_id: str
    client_secret: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON body, as the sign-on gives them."""

    status: int
    body: bytes


class Keycloak:
    """Issues and checks access tokens."""

    def __init__(self, logins: Logins, *, seconds: int, now: Callable[[], datetime], issuer: str) -> None:
        self._logins, self._seconds, self._now, self._issuer = logins, seconds, now, issuer
        self._key = sha256(b"sandbox-token" + logins.client_secret.encode()).digest()

    def token(self, authorization: str | None, form: Mapping[str, str]) -> Answer:
        """The token endpoint: grants ``client_credentials`` and ``password``."""
        grant = form.get("grant_type")
        if not grant:
            return _refusal(400, "invalid_request", "Missing form parameter: grant_type")
        if not self._client_is_known(authorization, form):
            return _refusal(401, "unauthorized_client", "Invalid client or Invalid client credentials")
        if grant == "password" and not self._user_is_known(form):
            return _refusal(401, "invalid_grant", "Invalid user credentials")
        if grant not in ("client_credentials", "password"):
            return _refusal(400, "unsupported_grant_type", "Unsupported grant_type")
        issued = {
            "access_token": self._issue(),
            "expires_in": self._seconds,
            "refresh_expires_in": 0,
            "token_type": "Bearer",
            "not-before-policy": 0,
            "scope": "profile email",
        }
        return Answer(200, encode(issued))

    def refuse(self, authorization: str | None) -> Answer | None:
        """None when the header carries a live token, else the gateway's refusal."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return _refusal(401, "unauthorized", "Full authentication is required to access this resource")
        expires = self._expiry(token.strip())
        if expires is None:
            return _refusal(401, "invalid_token", "Cannot convert access token to JSON")
        if expires <= self._now().timestamp():
            return _refusal(401, "invalid_token", "Access token expired")
        return None

    def knows_user(self, authorization: str | None) -> bool:
        """Whether a Basic header carries the user's name and password. OpenCPS takes these besides a token."""
        name, password = _basic(authorization) or ("", "")
        return self._user_is_known({"username": name, "password": password})

    def _client_is_known(self, authorization: str | None, form: Mapping[str, str]) -> bool:
        basic = _basic(authorization)
        name, secret = basic or (form.get("client_id", ""), form.get("client_secret", ""))
        return _same(name, self._logins.client_id) and _same(secret, self._logins.client_secret)

    def _user_is_known(self, form: Mapping[str, str]) -> bool:
        name, password = form.get("username", ""), form.get("password", "")
        return _same(name, self._logins.username) and _same(password, self._logins.password)

    def _issue(self) -> str:
        issued_at = int(self._now().timestamp())
        claims = {
            "iss": self._issuer,
            "azp": self._logins.client_id,
            "typ": "Bearer",
            "iat": issued_at,
            "exp": issued_at + self._seconds,
            "jti": token_hex(8),
            "permissions": [{"permission": {"code": "oneGateDossierLookup"}}],
        }
        signed = f"{_encode(encode(_HEADER))}.{_encode(encode(claims))}"
        return f"{signed}.{_encode(self._signature(signed))}"

    def _expiry(self, token: str) -> float | None:
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(_encode(self._signature(signed)).encode(), signature.encode()):
            return None
        claims = msgspec.json.decode(_decode(signed.partition(".")[2]))
        return float(claims["exp"])

    def _signature(self, signed: str) -> bytes:
        return hmac.digest(self._key, signed.encode(), "sha256")


def _refusal(status: int, error: str, description: str) -> Answer:
    return Answer(status, encode({"error": error, "error_description": description}))


def _basic(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, packed = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(packed, validate=True).decode().partition(":")
    except ValueError:
        return None
    return name, secret


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
