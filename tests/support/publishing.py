"""What tests publish, and the keys they check it with."""

from pathlib import Path
from typing import Any

import httpx

from metrics.signing import PublicKey, Signer, keys_of, signer_of

FORM = {"kind": "form", "id": "II.06a", "agency": "H24", "period": "2024"}
FIGURES = {"kind": "figure", "id": ["on_time_rate_766", "dossiers_resolved"], "agency": "H24.99", "period": "2024"}
BY_AGENCY, BY_LEVEL = FORM | {"id": "II.06b"}, FORM | {"id": "II.06c"}
PROCEDURES = FORM | {"id": "II.07b"}
REPORT = {"kind": "report", "id": "annual-report", "agency": "H24", "period": "2024"}
INDEX = {"kind": "form", "id": "766", "agency": "H24", "period": "2024"}


async def publish(client: httpx.AsyncClient, asked: dict[str, Any], **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/v1/publications", json=asked, headers=named)


def keys_beside(signing_key: Path) -> dict[str, PublicKey]:
    return keys_of(signing_key.with_name(signing_key.name + ".pub").read_text())


def signer_beside(signing_key: Path) -> Signer:
    """The service's own: what it signs has a right signature, whatever it says."""
    return signer_of(signing_key.read_text())
