"""Everything the local stack is told by its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LauncherSettings(BaseSettings):
    """Where the embedded Postgres finds its programs and, as root, keeps what others must be able to read."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore", frozen=True)

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
