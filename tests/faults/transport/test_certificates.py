"""TLS: what a portal cannot prove closes the door before anything is said, and a good certificate's end is foretold."""

import ssl
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from shared.sync.runs import Ending
from shared.sync.verdicts import Verdict
from support.certificates import Authority, Files
from support.sandbox import a_sandbox
from support.signals import counted, rule, sample
from support.syncing import row, sync

from .conftest import ALL, NOW, PAGE


async def synced(engine: AsyncEngine, trusted: Path, shown: Files) -> tuple[Ending, bool]:
    """A run against a portal that shows these files, and whether the portal was asked anything."""
    context = ssl.create_default_context(cafile=str(trusted))
    async with a_sandbox(max_page_size=PAGE, tls=shown) as sandbox:
        client = httpx.AsyncClient(verify=context, trust_env=False)
        ending = await sync(engine, sandbox.igate(PAGE, client=client, first_wait=0.01), now=NOW)
        return ending, sandbox.truth.was_asked


@pytest.mark.fault("F14")
@pytest.mark.parametrize("case", ["expired", "of another host", "of another chain"])
async def test_f14_what_cannot_prove_itself_is_told_nothing(engine: AsyncEngine, tmp_path: Path, case: str) -> None:
    authority = Authority(tmp_path)
    shown = {
        "expired": lambda: authority.vouch("localhost", days=(-30, -1)),
        "of another host": lambda: authority.vouch("elsewhere.test"),
        "of another chain": lambda: Authority(tmp_path, "stranger").vouch("localhost"),
    }[case]()
    with counted("portal_failures", 1, host="localhost", kind="tls"):
        ending, asked = await synced(engine, authority.file, shown)
    assert (ending.verdict, ending.failure, asked) == (Verdict.FAILED, "tls", False)
    assert "the certificate is not accepted" in (ending.detail or "")
    found = await row(
        engine, "select watermark, last_failure, (select count(*) from dossier.head) as n from dossier.feed"
    )
    assert (found["watermark"], found["last_failure"], found["n"]) == (None, "tls", 0)
    assert "tls" in rule("FeedShutOut")


@pytest.mark.fault("F14")
@pytest.mark.parametrize(("days", "told"), [(200, None), (20, 30), (10, 14), (3, 7)])
async def test_f14_the_end_of_a_certificate_is_told_days_before(
    engine: AsyncEngine, tmp_path: Path, days: int, told: int | None
) -> None:
    authority = Authority(tmp_path)
    with capture_logs() as lines:
        ending, _ = await synced(engine, authority.file, authority.vouch("localhost", days=(-1, days)))
    assert ending.verdict is Verdict.SUCCEEDED
    assert (await row(engine, "select count(*) as n from dossier.head"))["n"] == ALL
    assert sample("portal_certificate_days", host="localhost") == pytest.approx(days, abs=0.1)
    assert [line["within_days"] for line in lines if "within_days" in line] == ([] if told is None else [told])
    assert ("< 30" in rule("PortalCertificateEnds"), "< 7" in rule("PortalCertificateEndsSoon")) == (True, True)
