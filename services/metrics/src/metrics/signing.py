"""Signs what is published and checks signatures: JWS (RFC 7515) by Ed25519, the algorithm of RFC 9864.

The only module that knows the library. A key is named by its RFC 7638 thumbprint, so that nobody can give one key
the name of another.
"""

import base64
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHM, TYPE = "Ed25519", "motcua-publication+json"
LARGEST_BYTES = 64 * 1024 * 1024


class _Long(jws.JWSRegistry):
    """The library reads no payload above 128.000 bytes, which an annual report or a province's form exceeds."""

    max_payload_length = LARGEST_BYTES


_LONG = _Long(algorithms=[ALGORITHM])
_PART = re.compile(rb"[A-Za-z0-9_-]+")


class KeyUnusable(ValueError):
    """The text holds no Ed25519 key of the kind that is needed."""


class SignatureRefused(ValueError):
    """The text is not a JWS of ours, or its signature is not by the key."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures. ``kid`` is its thumbprint."""

    kid: str
    key: OKPKey

    @property
    def jwk(self) -> dict[str, str]:
        """The entry of a JWKS."""
        own = self.key.as_dict(private=False)
        return {"kty": "OKP", "crv": "Ed25519", "x": str(own["x"]), "kid": self.kid, "alg": ALGORITHM, "use": "sig"}


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs."""

    public: PublicKey
    key: OKPKey

    def sign(self, payload: bytes) -> str:
        """The payload with its signature, in compact serialization."""
        header = {"alg": ALGORITHM, "kid": self.public.kid, "typ": TYPE}
        return jws.serialize_compact(header, payload, self.key, algorithms=[ALGORITHM])


def signer_of(text: str) -> Signer:
    """The signer of a private key (PEM, or JWK as JSON). Raises ``KeyUnusable``, never showing the text."""
    key = _imported(text)
    if not key.is_private:
        raise KeyUnusable("It is a public key; signing needs the private one.")
    return Signer(_public(key), key)


def public_key_of(text: str) -> PublicKey:
    """The key that checks, from its PEM or JWK. A private key is refused: it does not belong where one checks."""
    key = _imported(text)
    if key.is_private:
        raise KeyUnusable("It is a private key; checking needs the public one. Keep the private one where it is.")
    return _public(key)


def keys_of(text: str) -> dict[str, PublicKey]:
    """The keys of a PEM, a JWK or a JWKS, by name. Raises ``KeyUnusable``."""
    try:
        plain: Any = json.loads(text) if text.lstrip().startswith("{") else None
    except ValueError:
        raise KeyUnusable("It is not JSON.") from None
    each = [json.dumps(one) for one in plain["keys"]] if plain is not None and "keys" in plain else [text]
    keys = [public_key_of(one) for one in each]
    return {key.kid: key for key in keys}


def new_key(file: Path) -> str:
    """Writes a new private key to ``file`` (for its owner only) and the public one beside it, as ``<file>.pub``.

    A name that ends in ``.jwk`` gets JSON in one line, for secret stores that keep lines; any other gets PEM.
    Returns the key's name. Raises ``FileExistsError``: a key that was used once must never be overwritten.
    """
    key = OKPKey.generate_key("Ed25519")
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as handle:
        handle.write(_one_line(key) if file.suffix == ".jwk" else key.as_pem(private=True))
    file.with_name(file.name + ".pub").write_bytes(key.as_pem(private=False))
    return _public(key).kid


def payload_of(text: bytes) -> tuple[bytes, str]:
    """The payload of a compact JWS and the name of its key, with nothing checked but its form.

    Base64 has several spellings of some bytes; only the canonical one passes, or a byte could be changed unseen.
    Raises ``SignatureRefused``.
    """
    parts = text.split(b".")
    if len(parts) != 3:
        raise SignatureRefused("A signed publication has three parts: header, payload, signature.")
    header, payload, _ = (_decoded(part) for part in parts)
    try:
        named: Any = json.loads(header)
    except ValueError:
        raise SignatureRefused("The header of the signature cannot be read.") from None
    match named:
        case {"alg": "Ed25519", "kid": str(kid), "typ": "motcua-publication+json"} if len(named) == 3:
            return payload, kid
    raise SignatureRefused("The signature is not of the kind publications have.")


def check(text: bytes, keys: Mapping[str, PublicKey]) -> bytes:
    """The payload of a compact JWS whose signature is by one of the keys. Raises ``SignatureRefused``."""
    payload, kid = payload_of(text)
    key = keys.get(kid)
    if key is None:
        raise SignatureRefused("It is signed by another key than the one given.")
    try:
        jws.deserialize_compact(text, key.key, algorithms=[ALGORITHM], registry=_LONG)
    except (JoseError, ValueError):
        raise SignatureRefused("The signature does not belong to this text.") from None
    return payload


def _one_line(key: OKPKey) -> bytes:
    return json.dumps(key.as_dict(private=True), separators=(",", ":")).encode()


def _imported(text: str) -> OKPKey:
    try:
        plain: Any = json.loads(text) if text.lstrip().startswith("{") else text
        key = OKPKey.import_key(plain)
    except (JoseError, ValueError, TypeError):
        raise KeyUnusable("It holds no Ed25519 key (PEM, or JWK as JSON).") from None
    if key.curve_name != "Ed25519":
        raise KeyUnusable(f"Its curve is {key.curve_name}; publications are signed by Ed25519.")
    return key


def _public(key: OKPKey) -> PublicKey:
    public = OKPKey.import_key(key.as_dict(private=False))
    return PublicKey(public.thumbprint(), public)


def _decoded(part: bytes) -> bytes:
    if not _PART.fullmatch(part):
        raise SignatureRefused("A part of the signed text holds bytes that are not base64url.")
    try:
        plain = base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except ValueError:
        raise SignatureRefused("A part of the signed text is not base64url.") from None
    if base64.urlsafe_b64encode(plain).rstrip(b"=") != part:
        raise SignatureRefused("A part of the signed text is not in its one canonical spelling.")
    return plain
