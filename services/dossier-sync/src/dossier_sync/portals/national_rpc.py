"""The old national portal, asked for one dossier by ``TraCuuHoSo`` (portal-contracts.md 1.3 and 7.6).

It has no list of dossiers, so it is no source of facts: it confirms that a dossier exists, and what state its copy
has. The copy is known to be greener than the truth (1.7), so it is compared and never taken over.
"""

from typing import Any

from dossier_sync.portals import wire_codes
from dossier_sync.portals.national_dossier import STATUS_MAP
from shared.domain.identifiers import normal
from shared.domain.status import DossierStatus
from shared.runtime.http import PortalClient, PortalShapeChanged
from shared.runtime.portal_rpc import RpcAccount
from shared.runtime.telemetry import counter

LOOK_UP = "TraCuuHoSo"
_MOST_ROWS = 10
_DRIFT = counter("portal_drift_total", "Answers that came in another shape than agreed, and were read.", ["service"])


class NationalRpc:
    """Asks through ``client``, whose ``auth`` is ``account.session()``."""

    def __init__(self, client: PortalClient, account: RpcAccount) -> None:
        self._client, self._account = client, account

    async def holds(self, code: str) -> bool:
        """Whether the national portal knows the dossier. Raises ``PortalError``: no answer is never a no."""
        return await self.status(code) is not None

    async def status(self, code: str) -> DossierStatus | None:
        """The state of the national copy, UNMAPPED where it is none of the ten; None: there is no copy."""
        account = self._account
        rows = await self._client.request(
            "POST",
            account.call_path,
            json=account.body(LOOK_UP, mahoso=code),
            headers=account.headers(),
            decode=lambda body: rows_of(account.result(body, LOOK_UP), LOOK_UP),
        )
        for row in rows:
            told = row.get("MaHoSo")
            if isinstance(told, str) and normal(told) == code:
                return STATUS_MAP.get(wire_codes.short(row.get("TrangThaiHoSo")), DossierStatus.UNMAPPED)
        if rows:
            raise PortalShapeChanged(f"{LOOK_UP} answered with another dossier than was asked for.")
        return None

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


def rows_of(result: Any, service: str) -> list[dict[str, Any]]:
    """A result as rows. One object that was not put into a list is read, and counted as drift."""
    if isinstance(result, dict):
        _DRIFT.labels(service).inc()
        return [result]
    if not isinstance(result, list) or len(result) > _MOST_ROWS or not all(isinstance(row, dict) for row in result):
        raise PortalShapeChanged(f"{service} answered with something else than a list of objects.")
    return result
