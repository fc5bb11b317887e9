"""What the environment tells metrics. Nothing else in the service reads it."""

from pydantic import Field

from shared.runtime.settings import ServiceSettings, database_url, service_config


class MetricsSettings(ServiceSettings):
    """Settings of metrics."""

    model_config = service_config("METRICS_")

    database_url: str = database_url("METRICS_")
    port: int = Field(8003, description="Port to listen on.", ge=0, le=65535)
    projector: bool = Field(True, description="Whether `serve` also follows the ledger.")
    projector_poll_seconds: float = Field(
        5.0, description="Longest wait for new ledger entries when no notification comes.", gt=0
    )
    projector_batch_rows: int = Field(
        5_000, description="Revisions projected in one transaction while serving.", ge=1, le=100_000
    )
    most_entries_behind: int = Field(
        1_000, description="Ledger entries the projection may lag before /readyz says so.", ge=0
    )
    answers_kept: int = Field(5_000, description="Encoded answers kept in memory.", ge=0)
