"""F29 to F36 and F40: answers that say success and mean something else, and bodies that are broken."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.portals import national_dossier
from dossier_sync.portals.national_rpc import NationalRpc
from shared.domain.status import DossierStatus
from shared.runtime.http import PortalShapeChanged
from shared.runtime.portal_rpc import RpcAccount
from shared.runtime.telemetry import REGISTRY
from shared.sync.verdicts import Verdict
from support.national_wire import opencps
from support.portal_cases import CASES, CODE, Case, client_over, recorded, sandboxed, switch
from support.syncing import NOW, row, rows, sync

LATER = NOW.replace(year=2027)
SMALL = {"scenario": "province", "dossiers": 200, "agencies": 10, "max_page_size": 500}
ROW = {"MaHoSo": CODE, "TrangThaiHoSo": "4"}
LISTS = pytest.mark.parametrize("case", CASES[:2], ids=[case.name for case in CASES[:2]])


def an_rpc(answer: Any, **more: Any) -> NationalRpc:
    """The national portal, which answers every call with this (an object, or bytes as they are)."""
    account = RpcAccount("/login", "/call", "u", "p", "H24", **more)
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    def answering(request: httpx.Request) -> httpx.Response:
        body = b'{"session":"s","error_code":0}' if request.url.path == "/login" else content
        return httpx.Response(200, content=body, headers={"content-type": "application/json"})

    return NationalRpc(client_over(httpx.MockTransport(answering), account.session()), account)


async def kept(engine: AsyncEngine) -> tuple[Any, ...]:
    """What a failed run must leave as it was."""
    feed = await row(engine, "select page, watermark from dossier.feed")
    return (*feed.values(), len(await rows(engine, "select 1 from dossier.head")))


@LISTS
@pytest.mark.fault("F29")
@pytest.mark.fault("F31")
@pytest.mark.fault("F32")
@pytest.mark.fault("F36")
@pytest.mark.parametrize(
    ("fault", "variant"),
    [
        ("F29", "error_code"), ("F29", "stack_trace"), ("F31", "missing"), ("F31", "empty_object"), ("F31", "null"),
        ("F31", "empty_text"), ("F32", "null"), ("F32", "missing"), ("F36", "string"), ("F36", "wrapper"),
    ],
)  # fmt: skip
async def test_f29_f31_f32_f36_no_list_is_a_failed_run_that_changes_nothing(
    engine: AsyncEngine, case: Case, fault: str, variant: str
) -> None:
    async with sandboxed(case, settings=SMALL, page_size=500) as (portal, operator):
        assert (await sync(engine, portal, now=LATER)).verdict is Verdict.SUCCEEDED
        before = await kept(engine)
        await switch(operator, fault, path=case.name, parameters={"variant": variant})
        ending = await sync(engine, portal, now=LATER)
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "contract")
    assert await kept(engine) == before
    told = await row(engine, "select detail from dossier.run order by run_id desc limit 1")
    assert not [secret for secret in ("NullReference", "D:\\", "HoSo.cs", "Lỗi hệ thống") if secret in told["detail"]]


@pytest.mark.fault("F29")
@pytest.mark.parametrize("code", ["-1", -1, "1", 99, "success", "OK", "000", "", None, False, [], {"x": 1}])
async def test_f29_f30_another_code_is_a_failure_and_its_text_is_not_repeated(code: Any) -> None:
    rpc = an_rpc({"error_code": code, "message": "System.Exception at Nguyễn Văn A", "result": [ROW]})
    with pytest.raises(PortalShapeChanged) as caught:
        await rpc.holds(CODE)
    assert "Nguyễn" not in str(caught.value)
    assert "System" not in str(caught.value)
    assert "sha256:" in str(caught.value)


@pytest.mark.fault("F29")
async def test_f29_a_stack_trace_under_response_code_is_a_failure() -> None:
    with pytest.raises(PortalShapeChanged):
        await an_rpc({"response_code": "-1", "response_data": "System.NullReferenceException"}).holds(CODE)


@pytest.mark.fault("F30")
@pytest.mark.parametrize("code", [0, "0", "00", True, " 0 "])
async def test_f30_success_has_several_spellings(code: Any) -> None:
    assert await an_rpc({"error_code": code, "message": "OK", "result": [ROW]}).status(CODE) is DossierStatus.PROCESSING


@pytest.mark.fault("F31")
@pytest.mark.parametrize("body", [{"result": [ROW]}, {}, None, "", [], 0, b"", b"{", b"\xff"])
async def test_f31_no_word_of_success_is_a_failure_never_an_absence(body: Any) -> None:
    with pytest.raises(PortalShapeChanged):
        await an_rpc(body).holds(CODE)


@pytest.mark.fault("F32")
@pytest.mark.parametrize("result", [{"result": None}, {}, {"result": "x"}, {"result": 0}, {"result": [None]}])
async def test_f32_only_an_empty_list_says_that_there_is_none(result: dict[str, Any]) -> None:
    assert not await an_rpc({"error_code": "0", "result": []}).holds(CODE)
    with pytest.raises(PortalShapeChanged):
        await an_rpc({"error_code": "0", **result}).holds(CODE)


@pytest.mark.fault("F32")
async def test_f32_one_object_in_place_of_a_list_is_read_and_counted_as_drift() -> None:
    def drift() -> float:
        return REGISTRY.get_sample_value("motcua_portal_drift_total", {"service": "TraCuuHoSo"}) or 0.0

    before = drift()
    assert await an_rpc({"error_code": "0", "result": ROW}).holds(CODE)
    assert drift() == before + 1


@pytest.mark.fault("F34")
def test_f34_the_last_of_two_like_keys_counts() -> None:
    told = json.dumps(opencps(TrangThaiHoSo="2"))[:-1] + ', "TrangThaiHoSo": "4"}'
    assert national_dossier.read(told.encode(), CODE).status == DossierStatus.PROCESSING


@LISTS
@pytest.mark.fault("F34")
async def test_f34_a_list_is_read_so_too(engine: AsyncEngine, case: Case) -> None:
    body = json.dumps(case.listed([case.record()], 1), ensure_ascii=False)
    field = case.fields["code"]
    doubled = body.replace(f'"{field}": "{CODE}"', f'"{field}": "Người Không Có Thật 1", "{field}": "{CODE}"')
    assert doubled != body
    assert (await sync(engine, recorded(case, doubled.encode(), holds=[case.record()]))).verdict is Verdict.SUCCEEDED
    assert (await row(engine, "select dossier_code from dossier.head"))["dossier_code"] == CODE


@LISTS
@pytest.mark.fault("F35")
@pytest.mark.parametrize("variant", ["nan", "infinity", "huge"])
async def test_f35_numbers_that_are_none_fail_the_page(engine: AsyncEngine, case: Case, variant: str) -> None:
    async with sandboxed(case, settings=SMALL, page_size=500) as (portal, operator):
        await switch(operator, "F35", path=case.name, parameters={"variant": variant, "records": 2})
        ending = await sync(engine, portal, now=LATER)
    if ending.verdict is not Verdict.FAILED:  # 1e400 is a number to JSON, in a field that is not decoded
        assert variant == "huge"
    else:
        assert ending.failure == "contract"
        assert await rows(engine, "select 1 from dossier.head") == []


@LISTS
@pytest.mark.fault("F35")
@pytest.mark.parametrize("code", [10**16 + 1, 1.0e12, True])
async def test_f35_a_code_that_is_a_number_is_no_code(engine: AsyncEngine, case: Case, code: Any) -> None:
    records = [case.record(), case.record(code)]
    await sync(engine, recorded(case, case.listed(records, 2), holds=records))
    assert [one["dossier_code"] for one in await rows(engine, "select dossier_code from dossier.head")] == [CODE]
    (aside,) = await rows(engine, "select source_key, record from dossier.quarantine")
    assert aside["source_key"].startswith("sha256:")
    assert str(code) not in aside["record"]


@pytest.mark.fault("F36")
async def test_f36_json_inside_a_text_is_unpacked_once_where_the_contract_says_so() -> None:
    inner = json.dumps({"error_code": "0", "message": "OK", "result": [ROW]})
    wrapper = {"error_code": "0", "message": inner}
    assert await an_rpc(wrapper, wrapped=True).holds(CODE)
    assert await an_rpc({"message": inner}, wrapped=True).holds(CODE)
    assert await an_rpc({"error_code": "0", "result": [ROW]}, wrapped=True).holds(CODE)
    twice = {"error_code": "0", "message": json.dumps({"error_code": "0", "message": inner})}
    for answer, wrapped in ((wrapper, False), (twice, True), (json.dumps(wrapper), True)):
        with pytest.raises(PortalShapeChanged):
            await an_rpc(answer, wrapped=wrapped).holds(CODE)


@LISTS
@pytest.mark.fault("F40")
async def test_f40_an_error_in_place_of_a_record_is_set_aside_and_the_count_adds_up(
    engine: AsyncEngine, case: Case
) -> None:
    async with sandboxed(case, settings=SMALL, page_size=500) as (portal, operator):
        await switch(operator, "F40", path=case.name, parameters={"records": 3})
        ending = await sync(engine, portal, now=LATER)
    assert ending.verdict in {Verdict.SUCCEEDED, Verdict.PARTIAL}  # without its time a record breaks iGate's order
    run = await row(engine, "select new, portal_total from dossier.run")
    asides = await rows(engine, "select reason, field from dossier.quarantine where closed_page is null")
    assert run["new"] + len(asides) == run["portal_total"]
    named = ("shape", "error_code") if case.name == "opencps" else ("date_unreadable", "modified_at")
    assert [tuple(one.values()) for one in asides] == [named] * 3
    assert (await row(engine, "select quarantined from dossier.feed"))["quarantined"] == 3
