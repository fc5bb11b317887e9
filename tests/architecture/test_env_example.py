""".env.example names every setting there is, and none that is not."""

import importlib
import re
from pathlib import Path

from pydantic import AliasChoices
from pydantic_settings import BaseSettings

ROOT = Path(__file__).parents[2]
PACKAGES = ("catalogue", "dossier_sync", "metrics", "sandbox_portal", "motcua_local")
NAMED = re.compile(r"^#? ?([A-Z][A-Z0-9_]+)=", re.MULTILINE)


def settings_classes() -> list[type[BaseSettings]]:
    modules = [importlib.import_module(f"{package}.settings") for package in PACKAGES]
    return [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind.__module__ == module.__name__
    ]


def variables_of(kind: type[BaseSettings]) -> set[str]:
    found: set[str] = set()
    for name, field in kind.model_fields.items():
        alias = field.validation_alias
        if isinstance(alias, AliasChoices):
            found |= {str(choice) for choice in alias.choices}
        elif isinstance(alias, str):
            found.add(alias)
        else:
            found.add(f"{kind.model_config.get('env_prefix', '')}{name}".upper())
    return found


def test_the_example_names_every_setting_and_no_other() -> None:
    settings = set().union(*(variables_of(kind) for kind in settings_classes()))
    assert set(NAMED.findall((ROOT / ".env.example").read_text())) == settings


def test_the_example_holds_no_secret() -> None:
    for line in (ROOT / ".env.example").read_text().splitlines():
        name, _, value = line.lstrip("# ").partition("=")
        if re.fullmatch(r"[A-Z_]*(SECRET|PASSWORD|KEY)", name):
            assert value.strip() == "", name
