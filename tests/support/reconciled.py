"""One pass of a reconciliation over a fake or a sandbox, as the worker makes it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.reconciling import Compared, Month, month_after
from dossier_sync.portals.national_evaluation import NationalEvaluation
from dossier_sync.reconciling import Pass, Subject, reconcile_all
from shared.runtime.http import PortalClient
from support.syncing import FEED

AFTER = datetime(2025, 1, 5, tzinfo=UTC)
"""The education scenario has nothing later."""
MONTHS: list[Month] = [date(2023, 11, 1)]
while len(MONTHS) < 14:
    MONTHS.append(month_after(MONTHS[-1]))


async def passes(
    engine: AsyncEngine,
    portal: Any,
    *,
    national: str | None = None,
    months: Sequence[Month] = MONTHS,
    now: datetime = AFTER,
    agency: str = "H24",
) -> list[Pass]:
    """``national``: address of a national platform that publishes counts too."""
    evaluations = {} if national is None else {"national": lambda: evaluation(national)}
    subject = Subject(FEED.partition("/")[0], FEED, agency)
    return await reconcile_all(engine, subject, portal, evaluations, months, now=now)


def evaluation(url: str) -> NationalEvaluation:
    """The published counts at this address."""
    return NationalEvaluation(PortalClient(url, allow_hosts={"127.0.0.1"}))


def odd(one: Pass) -> Mapping[tuple[str, Month], Compared]:
    """The rows of a pass with anything but full agreement."""
    return {key: found for key, found in one.compared.items() if found.explained or found.unexplained}
