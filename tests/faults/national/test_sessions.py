"""F21 to F26: sessions that end, logins that fail, passwords that change. Against the sandbox's real faults."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.portals.igate import Igate
from dossier_sync.portals.national_rpc import NationalRpc
from shared.domain.status import DossierStatus
from shared.runtime.http import ClientCredentials, PortalAuth, PortalError, PortalRefused, PortalUnavailable
from shared.runtime.portal_credentials import Credentials
from shared.runtime.portal_errors import PortalLoginAway
from shared.runtime.portal_rpc import RpcAccount
from shared.sync.portal_clients import auth_of
from shared.sync.portal_terms import PortalTerms
from shared.sync.secrets import Secrets
from shared.sync.verdicts import Verdict
from support.portal_cases import TOKEN_URL, URL, Counted, a_sandbox, client_over, switch
from support.syncing import NOW, row, rows, sync

DOSSIERS = 2_236
RIGHT, ENTERS = "sandbox-secret", "sandbox-password"
HEADS = "select count(*) as heads, coalesce(max(revisions), 0) as most from dossier.head"
RUN = "select verdict, failure, seen, new from dossier.run order by run_id desc limit 1"
LATER = NOW.replace(year=2027)  # after everything the sandbox's report year holds


def an_igate(sandbox: Counted, credentials: Credentials, secret: str = RIGHT) -> Igate:
    """A worker's adapter, made anew for each run as a worker does, with the process's credentials."""
    login = (TOKEN_URL, "sandbox-client", secret)
    auth = ClientCredentials(*login, credential=credentials.of(*login))
    return Igate(client_over(sandbox, auth), page_size=500)


def an_rpc(sandbox: Counted, credentials: Credentials, password: str = ENTERS, **more: Any) -> NationalRpc:
    account = RpcAccount("/mapi/login", "/mapi/g", "sandbox", password, "000.00.00.H24", **more)
    auth = account.session(credentials.of(account.login_path, account.username, password))
    return NationalRpc(client_over(sandbox, auth), account)


async def a_code(sandbox: Counted) -> str:
    async with operator_of(sandbox) as operator:
        found = await operator.get(
            "/o/rest/v2/dossiers", auth=("sandbox", "sandbox-password"), headers={"groupId": "35166"}
        )
    code: str = found.json()["data"][0]["dossierNo"]
    return code


def operator_of(sandbox: Counted) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=sandbox, base_url=URL)


@pytest.mark.fault("F21")
@pytest.mark.fault("F22")
@pytest.mark.parametrize("fault", ["F21", "F22"])
async def test_f21_f22_a_session_over_in_mid_run_costs_one_login_and_no_row(engine: AsyncEngine, fault: str) -> None:
    sandbox = a_sandbox(max_page_size=500)
    await switch(operator_of(sandbox), fault, path="igate", after=3)
    ending = await sync(engine, an_igate(sandbox, Credentials()), now=LATER)
    assert ending.verdict is Verdict.SUCCEEDED
    assert await row(engine, HEADS) == {"heads": DOSSIERS, "most": 1}
    assert await row(engine, RUN) == {"verdict": "succeeded", "failure": None, "seen": DOSSIERS, "new": DOSSIERS}
    assert sandbox.logins == 2


@pytest.mark.fault("F22")
async def test_f22_the_old_national_portal_tells_an_ended_session_in_a_200() -> None:
    sandbox = a_sandbox()
    code, rpc = await a_code(sandbox), an_rpc(sandbox, Credentials())
    assert await rpc.holds(code)
    await switch(operator_of(sandbox), "F22", path="national_rpc")
    assert await rpc.status(code) in list(DossierStatus)
    assert sandbox.logins == 2


@pytest.mark.fault("F24")
async def test_f24_a_session_in_hand_outlives_the_login_and_without_one_the_run_failed(engine: AsyncEngine) -> None:
    sandbox, credentials = a_sandbox(max_page_size=500), Credentials()
    assert (await sync(engine, an_igate(sandbox, credentials), now=LATER)).verdict is Verdict.SUCCEEDED
    await switch(operator_of(sandbox), "F24")
    assert (await sync(engine, an_igate(sandbox, credentials), now=LATER)).verdict is Verdict.SUCCEEDED
    before = await rows(engine, "select watermark, page from dossier.feed")
    ending = await sync(engine, an_igate(sandbox, Credentials()), now=LATER)
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "auth")
    assert await rows(engine, "select watermark, page from dossier.feed") == before
    assert (await row(engine, HEADS))["heads"] == DOSSIERS


@pytest.mark.fault("F24")
async def test_f24_the_session_services_are_the_same() -> None:
    sandbox, credentials = a_sandbox(), Credentials()
    code = await a_code(sandbox)
    assert await an_rpc(sandbox, credentials).holds(code)
    await switch(operator_of(sandbox), "F24")
    assert await an_rpc(sandbox, credentials).holds(code)
    with pytest.raises(PortalLoginAway):
        await an_rpc(sandbox, Credentials()).holds(code)
    assert issubclass(PortalLoginAway, PortalUnavailable)


@pytest.mark.fault("F25")
async def test_f25_two_workers_of_one_login_share_one_session(engine: AsyncEngine) -> None:
    sandbox, credentials = a_sandbox(max_page_size=300), Credentials()
    await switch(operator_of(sandbox), "F25", path="igate")
    endings = await asyncio.gather(
        *(sync(engine, an_igate(sandbox, credentials), now=LATER, name=f"fake-{n}/dossiers") for n in range(3))
    )
    assert {ending.verdict for ending in endings} == {Verdict.SUCCEEDED}
    assert sandbox.logins == 1
    assert (await row(engine, HEADS))["heads"] == DOSSIERS


@pytest.mark.fault("F25")
async def test_f25_a_refusal_of_a_session_that_was_replaced_ends_no_other() -> None:
    """Every call in flight is refused when a session ends; the first to notice logs in, the others use what it got."""
    sandbox, credentials = a_sandbox(), Credentials()
    code = await a_code(sandbox)
    clients = [an_rpc(sandbox, credentials) for _ in range(6)]
    assert await clients[0].holds(code)
    await switch(operator_of(sandbox), "F25", path="national_rpc")
    await switch(operator_of(sandbox), "F22", path="national_rpc")
    assert all(await asyncio.gather(*(client.holds(code) for client in clients)))
    assert sandbox.logins == 2


@pytest.mark.fault("F25")
def test_f25_portals_of_one_login_in_the_file_share_its_credential() -> None:
    def auth(secret: str) -> PortalAuth | None:
        login = {"kind": "client_credentials", "token_url": TOKEN_URL, "client_id": "c", "secret": "env:S"}
        feed = {"dossiers": {"adapter": "igate", "agencies": ["H24"]}}
        terms = PortalTerms.model_validate({"url": URL, "plain_http": True, "auth": login, "feed": feed})
        return auth_of(terms, Secrets({"S": secret}))

    one, same, other = auth("f25-a"), auth("f25-a"), auth("f25-b")
    assert vars(one)["_credential"] is vars(same)["_credential"]
    assert vars(one)["_credential"] is not vars(other)["_credential"]


@pytest.mark.fault("F26")
async def test_f26_a_changed_password_is_tried_twice_and_the_new_one_at_once(engine: AsyncEngine) -> None:
    sandbox, credentials = a_sandbox(max_page_size=500, client_secret="rotated"), Credentials()
    for _ in range(3):
        ending = await sync(engine, an_igate(sandbox, credentials), now=LATER)
        assert (ending.verdict, ending.failure) == (Verdict.FAILED, "auth")
    assert sandbox.logins == 2
    feed = await row(engine, "select failures, watermark from dossier.feed")
    assert feed == {"failures": 3, "watermark": None}
    assert (await row(engine, HEADS))["heads"] == 0
    ending = await sync(engine, an_igate(sandbox, credentials, "rotated"), now=LATER)
    assert ending.verdict is Verdict.SUCCEEDED


@pytest.mark.fault("F26")
async def test_f26_the_session_services_are_not_asked_a_third_time() -> None:
    sandbox, credentials = a_sandbox(), Credentials()
    code = await a_code(sandbox)
    for _ in range(3):
        with pytest.raises(PortalRefused) as caught:
            await an_rpc(sandbox, credentials, "wrong").holds(code)
        assert "wrong" not in str(caught.value)
    assert sandbox.logins == 2
    assert await an_rpc(sandbox, credentials).holds(code)


async def test_a_dossier_the_national_portal_does_not_have_is_none_and_trouble_is_not() -> None:
    sandbox = a_sandbox()
    rpc = an_rpc(sandbox, Credentials())
    assert await rpc.status("000.00.99.H24-990101-9999") is None
    await switch(operator_of(sandbox), "F29", path="national_rpc")
    with pytest.raises(PortalError):
        await rpc.holds("000.00.99.H24-990101-9999")
