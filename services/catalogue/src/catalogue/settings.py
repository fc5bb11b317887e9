"""What the catalogue is told by its environment (CATALOGUE_*)."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from shared.runtime.settings import ServiceSettings, database_url, portals_path, secrets_path, service_config


class CatalogueSettings(ServiceSettings):
    """The catalogue's settings. The portal's defaults are those of the sandbox, whose logins guard nothing real."""

    model_config = service_config("CATALOGUE_")

    database_url: str = database_url("CATALOGUE_")
    port: int = Field(8001, description="Port to listen on.", ge=0, le=65535)
    portals: Path | None = portals_path("CATALOGUE_")
    secrets_file: Path | None = secrets_path("CATALOGUE_")
    portal: str = Field("national", description="Name of the portal in feeds and answers.", pattern="^[a-z0-9-]+$")
    portal_url: str = Field("http://127.0.0.1:8009", description="The 2026 platform: procedures by cursor and UUID.")
    gateway_url: str = Field(
        "", description="The gateway with decisions (rest.jsp); empty: same as PORTAL_URL; off: there is none."
    )
    rpc_url: str = Field(
        "", description="The session services (agencies, fields, LayDVC); empty: same as PORTAL_URL; off: none."
    )
    gateway_path: str = Field("/jsp/rest.jsp", description="Path of the gateway.")
    rpc_login_path: str = Field("/mapi/login", description="Path of the session services' login.")
    rpc_call_path: str = Field("/mapi/g", description="Path of the session services' calls.")
    rpc_unit: str = Field("000.00.00.H24", description="Our own agency as the session services know it (madonvi).")
    rpc_dstcode: str = Field("", description="Routing code on the national exchange axis; empty: not sent.")
    rpc_username: str = Field("sandbox", description="Login of the session services.")
    rpc_password: SecretStr = Field(SecretStr("sandbox-password"), description="Password of that login.")
    agencies: str = Field(
        "H24.99", description="Agencies whose catalogues are synced, separated by commas; one feed for each."
    )
    decisions_url: str = Field(
        "", description="Where a sync reads days and kinds of decisions that no portal carries; empty: nowhere."
    )
    every_seconds: int = Field(86_400, description="How often the worker syncs a feed.", ge=60)
    worker_metrics_port: int = Field(
        0,
        description="Port on which `work` shows its metrics; 0: none.",
        ge=0,
        le=65535,
    )
    requests_per_second: float = Field(4.0, description="Polite rate towards each portal.", gt=0, le=1_000)
    page_size: int = Field(200, description="Rows asked for in one page of a portal's list.", ge=1, le=1_000)
    max_removed_share: float = Field(
        0.1,
        description="Largest share of an agency's procedures that may vanish without an operator's word.",
        ge=0,
        le=1,
    )
    key_overlap_hours: int = Field(168, description="How long an old API key works beside its successor.", ge=0)

    @field_validator("portals", "secrets_file", mode="before")
    @classmethod
    def _empty_is_none(cls, given: object) -> object:
        """An empty variable means no file; as a path it would be the working directory."""
        return given or None

    def agency_codes(self) -> list[str]:
        """The agencies, as written."""
        return [code.strip() for code in self.agencies.split(",") if code.strip()]
