"""What the environment tells metrics. Nothing else in the service reads it."""

from pathlib import Path

from pydantic import Field, SecretStr

from metrics.signing import KeyUnusable, Signer, signer_of
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
    signing_key_file: Path | None = Field(
        None, description="Private Ed25519 key publications are signed with (`metrics new-key`); empty: no publishing."
    )
    signing_key: SecretStr = Field(
        SecretStr(""), description="The same key as text (PEM or JWK) from a secret store, instead of the file."
    )


def signer_from(settings: MetricsSettings) -> Signer | None:
    """The signer the settings name; None: they name none. Raises ``KeyUnusable`` naming the setting, never the key."""
    given, file = settings.signing_key.get_secret_value(), settings.signing_key_file
    if given and file is not None:
        raise KeyUnusable("Set either METRICS_SIGNING_KEY or METRICS_SIGNING_KEY_FILE.")
    try:
        if file is not None:
            return signer_of(file.read_text())
        return signer_of(given) if given else None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusable(f"METRICS_SIGNING_KEY_FILE cannot be read ({type(error).__name__}).") from None
