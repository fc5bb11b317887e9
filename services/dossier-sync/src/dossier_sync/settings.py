"""What dossier-sync is told by its environment (DOSSIER_SYNC_*)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from shared.runtime.settings import ServiceSettings, database_url, portals_path, secrets_path, service_config


class DossierSyncSettings(ServiceSettings):
    """The settings of dossier-sync. The portal's defaults are those of the sandbox, whose logins guard nothing real."""

    model_config = service_config("DOSSIER_SYNC_")

    database_url: str = database_url("DOSSIER_SYNC_")
    port: int = Field(8002, description="Port to listen on.", ge=0, le=65535)
    portals: Path | None = portals_path("DOSSIER_SYNC_")
    secrets_file: Path | None = secrets_path("DOSSIER_SYNC_")
    portal: str = Field(
        "haiphong-igate", description="Name of the portal in feeds and answers.", pattern="^[a-z0-9-]+$"
    )
    portal_url: str = Field("http://127.0.0.1:8009", description="Gateway of the city's iGate.")
    token_url: str = Field("", description="Token endpoint of its Keycloak; empty: realm digo at PORTAL_URL.")
    client_id: str = Field("sandbox-client", description="OAuth2 client id at that Keycloak.")
    client_secret: SecretStr = Field(SecretStr("sandbox-secret"), description="Secret of that client.")
    agency_code: str = Field("H24", description="The agency whose subtree the feed is responsible for.")
    page_size: int = Field(200, description="Dossiers asked for in one page; the portal may give fewer.", ge=1, le=5000)
    every_seconds: int = Field(300, description="How often the worker syncs the feed.", ge=5)
    full_every_hours: int = Field(
        168, description="How often the whole list is read, to notice what changed without a new time of change.", ge=1
    )
    margin_seconds: int = Field(30, description="A run reads up to this long before now: never the hot edge.", ge=0)
    overlap_seconds: int = Field(900, description="A run begins this long before the last one's end.", ge=0)
    skew_seconds: int = Field(300, description="How far a portal's clock may be ahead before a date is refused.", ge=0)
    lease_seconds: int = Field(60, description="A worker silent this long has lost its feed.", ge=3)
    worker_metrics_port: int = Field(
        0,
        description="Port on which `work` shows its metrics; 0: none.",
        ge=0,
        le=65535,
    )
    poll_seconds: float = Field(2.0, description="How often an idle worker looks for a feed that is due.", gt=0)
    grace_seconds: float = Field(
        20.0, description="Once told to stop, a worker gives the page under way so long.", ge=0, le=600
    )
    hung_seconds: float = Field(900.0, description="A run that commits no page for so long is ended as hung.", gt=0)
    deadline_seconds: float = Field(180.0, description="Longest time for one page, all retries included.", gt=0)
    max_page_bytes: int = Field(64 * 1024 * 1024, description="Longest page accepted, unpacked.", ge=1024)
    requests_per_second: float = Field(
        50.0, description="Polite rate towards the portal, of each worker.", gt=0, le=1_000
    )
    inbound_success: Literal["0", "00", "int"] = Field(
        "0", description="How a push that went well is told: error_code as the text 0 or 00, or as a number (int)."
    )
    inbound_session_seconds: int = Field(600, description="How long a session of the push contract lives.", ge=30)
    inbound_most_records: int = Field(200, description="Most records in one push.", ge=1, le=2_000)
    inbound_deadline_seconds: float = Field(30.0, description="Longest time for one push.", gt=0)
    evaluation_url: str = Field(
        "", description="National platform whose published counts are compared with ours; empty: none."
    )
    evaluation_department_id: str = Field("", description="The platform's id (UUID) of the agency AGENCY_CODE.")
    petitions_url: str = Field("", description="Where `run` reads petitions (a JSON or CSV list) from; empty: nowhere.")

    @field_validator("portals", "secrets_file", mode="before")
    @classmethod
    def _empty_is_none(cls, given: object) -> object:
        """An empty variable means no file; as a path it would be the working directory."""
        return given or None

    @property
    def feed(self) -> str:
        """Name of the feed: "<portal>/<kind>"."""
        return f"{self.portal}/dossiers"
