"""The status maps, one TOML file an adapter: rows of a word, the status it means, and the days it does."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from dossier_sync.domain.status_map import Dated, StatusMapInvalid, names
from shared.domain.status import DossierStatus


@cache
def rows(adapter: str) -> tuple[dict[str, Any], ...]:
    """The rows of an adapter's file. Raises ``StatusMapInvalid``."""
    text = files(__name__).joinpath(f"{adapter}.toml").read_text(encoding="utf-8")
    try:
        return tuple(tomllib.loads(text)["meaning"])
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise StatusMapInvalid(f"statuses/{adapter}.toml: {error}") from error


def common(adapter: str) -> dict[str, DossierStatus | Dated]:
    """The words every deployment of the platform uses in one sense. Raises ``StatusMapInvalid``."""
    return names(rows(adapter))
