"""Everything the local stack is told by its environment."""

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LauncherSettings(BaseSettings):
    """Where the embedded Postgres finds its programs and, as root, keeps what others must be able to read."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", env_ignore_empty=True, extra="ignore", frozen=True)

    pg_bin: Path | None = Field(
        None,
        description="Directory of initdb and postgres (15 to 18) to use instead of the embedded ones, "
        "for example /usr/lib/postgresql/15/bin.",
    )
    cache_dir: Path = Field(
        Path("/var/cache/motcua"),
        description="Used as root only: readable copy of the embedded Postgres, and data of clusters whose "
        "directory the account that runs Postgres cannot reach.",
    )


class StackSettings(BaseSettings):
    """What `make run` can be told."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description="A Postgres (15 to 18) and database of your own; empty: an embedded Postgres is started.",
    )
    local_dir: Path = Field(Path(".local"), description="Where data, logs, key and lock of the stack stand.")
    port_sandbox: int = Field(8009, description="Port of the sandbox portal; 0: any free one.", ge=0, le=65535)
    port_catalogue: int = Field(8001, description="Port of catalogue; 0: any free one.", ge=0, le=65535)
    port_dossier_sync: int = Field(8002, description="Port of dossier-sync; 0: any free one.", ge=0, le=65535)
    port_metrics: int = Field(8003, description="Port of metrics; 0: any free one.", ge=0, le=65535)


def inherited() -> dict[str, str]:
    """The environment the children start from: a newcomer's own settings of a service reach it."""
    return dict(os.environ)
