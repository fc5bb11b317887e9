"""What the sandbox is told by its environment (SANDBOX_*)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from shared.runtime.settings import ServiceSettings, service_config


class SandboxSettings(ServiceSettings):
    """The sandbox's settings. The logins are the invented portals' own, printed in the docs, and guard nothing real."""

    model_config = service_config("SANDBOX_")

    port: int = Field(8009, description="Port to listen on.", ge=0, le=65535)
    scenario: Literal["haiphong-2024", "province"] = Field("haiphong-2024", description="The world to generate.")
    seed: int = Field(2024, description="Equal seeds give equal bytes.", ge=0)
    dossiers: int = Field(1_000_000, description="Province: how many dossiers.", ge=1, le=100_000_000)
    agencies: int = Field(300, description="Province: how many agencies, the province itself included.", ge=2, le=2_000)
    years: int = Field(3, description="Province: how many years, the last one being 2025.", ge=1, le=3)
    max_page_size: int = Field(
        200, description="Longest page the portals give; a longer one asked for is cut, as they do.", ge=1, le=5_000
    )
    client_id: str = Field("sandbox-client", description="iGate: OAuth2 client id.")
    client_secret: SecretStr = Field(SecretStr("sandbox-secret"), description="iGate: OAuth2 client secret.")
    username: str = Field("sandbox", description="Login of the password grant and of the national RPC.")
    password: SecretStr = Field(SecretStr("sandbox-password"), description="Password of that login.")
    token_seconds: int = Field(300, description="iGate: lifetime of an access token, in seconds.", ge=1)
    session_seconds: int = Field(600, description="National RPC: lifetime of a session, in seconds.", ge=1)
    rpc_success: Literal["00", "0", "int"] = Field(
        "00", description='National RPC: how success is spelt, "00", "0" or the number 0.'
    )
    spool_dir: Path | None = Field(None, description="Keep encoded search pages in this folder and serve them again.")
    spool_max_bytes: int = Field(8_000_000_000, description="Stop keeping pages when the spool is this large.", ge=0)

    @field_validator("spool_dir", mode="before")
    @classmethod
    def _empty_is_none(cls, given: object) -> object:
        """An empty variable means no spool; as a path it would be the working directory."""
        return given or None
