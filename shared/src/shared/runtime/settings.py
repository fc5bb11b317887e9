"""What every service is told by its environment. The values live in `settings.py` of each service."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def service_config(prefix: str) -> SettingsConfigDict:
    """The configuration of one service's settings class; ``prefix`` ends in an underscore."""
    return SettingsConfigDict(env_prefix=prefix, env_file=None, extra="ignore", frozen=True)


def database_url(prefix: str) -> str:
    """The ``database_url`` field of a service: its own variable, or the shared ``DATABASE_URL``."""
    url: str = Field(
        validation_alias=AliasChoices(f"{prefix}DATABASE_URL", "DATABASE_URL"),
        description="Postgres 15 to 18, as postgresql://user:password@host:port/database.",
    )
    return url


def portals_path(prefix: str) -> Path | None:
    """The ``portals`` field of a syncing service: a variable of its own, or ``MOTCUA_PORTALS`` for all of them."""
    path: Path | None = Field(
        None,
        validation_alias=AliasChoices(f"{prefix}PORTALS", "MOTCUA_PORTALS"),
        description="File of portals and feeds (deploy/portals.example.toml); empty: the single settings below.",
    )
    return path


def secrets_path(prefix: str) -> Path | None:
    """The ``secrets_file`` field: lines NAME=value that stand before the environment and are read anew at each use."""
    path: Path | None = Field(
        None,
        validation_alias=AliasChoices(f"{prefix}SECRETS_FILE", "MOTCUA_SECRETS_FILE"),
        description="File of NAME=value lines for the secrets that the file of portals names; empty: the environment.",
    )
    return path


def environment() -> Mapping[str, str]:
    """The process's variables, for references to secrets (``shared.sync.secrets``)."""
    return dict(os.environ)


class ServiceSettings(BaseSettings):
    """Settings that each HTTP service has.

    Each service subclasses it with ``model_config = service_config("NAME_")`` and, if it stores anything,
    ``database_url: str = database_url("NAME_")``.
    """

    host: str = Field("127.0.0.1", description="Address to listen on. Containers set 0.0.0.0.")
    port: int = Field(description="Port to listen on.", ge=0, le=65535)
    database_pool_size: int = Field(8, description="Connections kept for serving.", ge=1, le=100)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severe line written.")
    public_url: str = Field("", description="Prefix of links in answers; empty: links are relative.")
    max_body_bytes: int = Field(1_048_576, description="Longest request body accepted.", ge=1024)
