"""Secrets by reference: ``env:NAME`` or ``file:/run/secrets/name``. None stands in a file of ours.

Users: ``portal_file`` and the wiring of catalogue and dossier_sync. A reference is looked up each time a portal is
opened, so a rotated password needs no restart: rewrite the file, or the file of NAME=value lines that stands before
the environment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from pydantic import SecretStr

_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:/.+")


class SecretMissing(LookupError):
    """A secret cannot be found. The message names the reference and never a value."""


def is_reference(text: str) -> bool:
    """Whether the text says where a secret stands, and is none itself."""
    return _REFERENCE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where references are looked up: ``env_file`` first, when there is one, then ``environment``."""

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    env_file: Path | None = None

    def find(self, reference: str) -> SecretStr:
        """The secret as it stands now. Raises ``SecretMissing``."""
        kind, _, name = reference.partition(":")
        if kind == "file":
            return SecretStr(self._of_file(Path(name)))
        value = self._lines().get(name) or self.environment.get(name)
        if not value:
            raise SecretMissing(f"{reference}: the variable is not set, or empty")
        return SecretStr(value)

    def digest(self, reference: str | None) -> bytes | None:
        """What changes when the secret does, for this process's memory; None when there is none to be found."""
        if reference is None:
            return None
        try:
            return sha256(self.find(reference).get_secret_value().encode()).digest()
        except SecretMissing:
            return None

    def _of_file(self, path: Path) -> str:
        try:
            value = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SecretMissing(f"file:{path}: it cannot be read ({type(error).__name__})") from None
        if not value:
            raise SecretMissing(f"file:{path}: it is empty")
        return value

    def _lines(self) -> dict[str, str]:
        if self.env_file is None:
            return {}
        try:
            text = self.env_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SecretMissing(f"{self.env_file}: it cannot be read ({type(error).__name__})") from None
        pairs = (line.partition("=") for line in text.splitlines() if not line.lstrip().startswith("#"))
        return {name.strip(): value.strip().strip("\"'") for name, equals, value in pairs if equals}
