"""What every adapter must do, whatever its portal: asked of each over the sandbox and over recorded answers."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import stamina

from dossier_sync.domain.dossier import PortalRecord, SourcePage
from dossier_sync.portals import Edge, Portal, RecordUnreadable
from dossier_sync.wiring import ADAPTERS
from shared.domain.status import DossierStatus
from shared.runtime.clock import LOCAL_ZONE
from shared.runtime.http import PortalError, PortalOversize, PortalRefused, PortalShapeChanged
from support.canaries import markers_in
from support.portal_cases import CASES, CODE, LATER, Case, recorded, sandboxed, switch

SMALL = {"scenario": "province", "dossiers": 200, "agencies": 10, "max_page_size": 500}
DOSSIERS = 2_236
"""Of the sandbox's education scenario."""

pytestmark = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@pytest.fixture(autouse=True)
def _no_sleeping_between_retries() -> Any:
    with stamina.set_testing(True, attempts=1):
        yield


async def all_of(portal: Portal, hot: Edge = LATER) -> list[SourcePage]:
    return [page async for page in portal.pages(0, hot)]


def local(*parts: int) -> datetime:
    """A time as a clock on a wall in Viet Nam shows it."""
    return datetime(*parts, tzinfo=LOCAL_ZONE)  # type: ignore[misc, arg-type]


def decoded(portal: Portal, page: SourcePage) -> list[PortalRecord]:
    return [portal.decode(raw, key) for raw, key in zip(page.raws, page.keys, strict=True)]


async def the_record(case: Case, *arguments: Any, **facts: Any) -> PortalRecord:
    portal = recorded(case, case.listed([case.record(*arguments, **facts)], 1))
    ((page,), found) = await all_of(portal), []
    found = decoded(portal, page)
    assert portal.redecode(found[0].record, page.keys[0]) == found[0]._replace(particulars=None)
    return found[0]


async def test_it_is_registered_or_is_one_that_is_under_another_login(case: Case) -> None:
    assert case.name.partition("-")[0] in ADAPTERS


@pytest.mark.parametrize(("size", "cut"), [(500, 1_000), (700, 50)])
async def test_every_dossier_is_listed_once_to_the_end(case: Case, size: int, cut: int) -> None:
    async with sandboxed(case, settings={"max_page_size": cut}, page_size=size) as (portal, _):
        pages = await all_of(portal)
    keys = [key for page in pages for key in page.keys]
    assert len(keys) == len(set(keys)) == DOSSIERS
    assert {page.total for page in pages} == {DOSSIERS}
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    assert all(page.ordered for page in pages)
    assert [page.number for page in pages] == list(range(len(pages)))


async def test_every_record_of_the_sandbox_is_read_and_holds_no_person(case: Case) -> None:
    async with sandboxed(case, settings={"max_page_size": 5_000}, page_size=3_000) as (portal, _):
        (page,) = await all_of(portal)
        assert markers_in(bytes(getattr(page.raws[0], "raw", page.raws[0])).decode())
        records = decoded(portal, page)
    assert {record.unreadable for record in records} == {""}
    assert all(record.agency_code.startswith("H24.99") and record.procedure_code for record in records)
    assert all(record.status != DossierStatus.UNMAPPED and record.channel for record in records)
    assert markers_in(str(records)) == []


async def test_reading_again_gives_the_same_digests(case: Case) -> None:
    async with sandboxed(case, settings={"max_page_size": 300}, page_size=300) as (portal, _):
        first, again = await all_of(portal), await all_of(portal)
    assert [(page.keys, page.hashes) for page in first] == [(page.keys, page.hashes) for page in again]


async def test_a_list_can_be_gone_on_with_from_the_middle(case: Case) -> None:
    async with sandboxed(case, settings={"max_page_size": 300}, page_size=300) as (portal, _):
        whole = await all_of(portal)
        rest = [page async for page in portal.pages(3, LATER)]
    assert [page.keys for page in rest] == [page.keys for page in whole[3:]]


async def test_a_record_is_read(case: Case) -> None:
    found = await the_record(case, ended=local(2024, 1, 17, 9, 0))
    assert (found.code, found.agency_code, found.procedure_code) == (CODE, "H24.99", "1.005142")
    assert (found.field_code, found.channel, found.status) == ("G08-GD01", 2, DossierStatus.PROCESSING)
    assert (found.received_on, found.due_on, found.ended_on) == (
        date(2024, 1, 15), date(2024, 1, 18), date(2024, 1, 17),
    )  # fmt: skip
    assert found.modified_at is not None
    assert markers_in(str(found)) == []


async def test_a_word_in_no_map_is_unmapped_and_kept_for_the_operator(case: Case) -> None:
    found = await the_record(case, status=case.unmapped)
    assert (found.status, found.unreadable) == (DossierStatus.UNMAPPED, "")
    assert case.unmapped in found.record.decode()
    named = await the_record(case, status="Trả cho Người Không Có Thật 1")
    assert named.status == DossierStatus.UNMAPPED
    assert "Không Có Thật" not in named.record.decode()


@pytest.mark.parametrize("case_of", ["upper", "padded"])
async def test_a_known_word_is_known_however_it_is_spelt(case: Case, case_of: str) -> None:
    if case.name.startswith("opencps") and case_of == "upper":
        pytest.skip("OpenCPS's codes are identifiers of its own program, not words people type")
    spelt = case.known.upper() if case_of == "upper" else f" {case.known} "
    assert (await the_record(case, status=spelt)).status == DossierStatus.PROCESSING


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (local(2024, 1, 15, 0, 0), date(2024, 1, 15)),
        (local(2024, 1, 14, 23, 59, 59), date(2024, 1, 14)),
        (local(2024, 2, 29, 6, 59, 59), date(2024, 2, 29)),
    ],
)
async def test_a_day_is_the_day_in_viet_nam(case: Case, at: datetime, day: date) -> None:
    assert (await the_record(case, received=at)).received_on == day


@pytest.mark.parametrize("wire", ["31/02/2024 08:00:00", "2024-02-30T08:00:00.000+0700", "mai", "0912345678", "45306"])
async def test_a_date_that_is_none_is_named_and_not_guessed(case: Case, wire: str) -> None:
    found = await the_record(case, received=wire)
    assert (found.received_on, found.unreadable) == (None, "received_on")
    assert "0912345678" not in found.record.decode()


@pytest.mark.parametrize("blank", ["", None])
async def test_a_blank_date_is_none(case: Case, blank: Any) -> None:
    found = await the_record(case, due=blank or "")
    assert (found.due_on, found.unreadable) == (None, "")


async def test_a_bad_record_does_not_spoil_the_page(case: Case) -> None:
    broken: list[Any] = [{case.fields["code"]: "000.00.99.H24-240115-0002", case.fields["agency"]: [1]}]
    if not case.narrows:
        broken += [7, None, "x"]
    portal = recorded(case, case.listed([case.record(), *broken], 1 + len(broken)))
    (page,) = await all_of(portal)
    assert (len(page.keys), page.keys[0]) == (1 + len(broken), CODE)
    read = []
    for raw, key in zip(page.raws, page.keys, strict=True):
        try:
            read.append(portal.decode(raw, key).unreadable)
        except RecordUnreadable as error:
            read.append(error.path)
    assert read[0] == ""
    assert all(read[1:])


async def test_a_record_that_changed_after_the_window_is_left_to_the_next_run(case: Case) -> None:
    fresh = case.record("000.00.99.H24-240115-0002", modified=local(2024, 6, 1, 12, 0))
    portal = recorded(case, case.listed([fresh, case.record()], 2))
    edge = Edge(datetime(2024, 6, 1, tzinfo=UTC), datetime(2024, 6, 2, tzinfo=UTC))
    (page,) = await all_of(portal, edge)
    assert (page.keys, page.hot) == ([CODE], 1)


@pytest.mark.parametrize("fault", [{"fault": "F21"}, {"fault": "F22"}])
async def test_a_session_that_ends_costs_one_login_and_no_record(case: Case, fault: dict[str, Any]) -> None:
    if case.name == "opencps":
        pytest.skip("Basic has no session that could end")
    path = case.name.partition("-")[0]
    async with sandboxed(case, settings={"max_page_size": 500}, page_size=500) as (portal, operator):
        await switch(operator, fault["fault"], path=path, after=2)
        pages = await all_of(portal)
    assert sum(len(page.keys) for page in pages) == DOSSIERS


async def test_a_refused_login_is_refused(case: Case) -> None:
    async with sandboxed(case, settings={"client_secret": "another", "password": "another"}) as (portal, _):
        with pytest.raises(PortalRefused):
            await all_of(portal)


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        ("F15", {}), ("F29", {"variant": "error_code"}), ("F29", {"variant": "stack_trace"}),
        ("F31", {"variant": "missing"}), ("F31", {"variant": "empty_object"}), ("F31", {"variant": "null"}),
        ("F31", {"variant": "empty_text"}), ("F31", {"variant": "nothing"}), ("F32", {"variant": "null"}),
        ("F32", {"variant": "missing"}), ("F32", {"variant": "object"}), ("F33", {"variant": "truncated"}),
        ("F33", {"variant": "two_documents"}), ("F33", {"variant": "trailing_html"}), ("F36", {"variant": "string"}),
        ("F36", {"variant": "wrapper"}), ("F12", {}), ("F09", {}),
    ],
)  # fmt: skip
async def test_what_is_no_list_is_never_an_empty_one(case: Case, fault: str, parameters: dict[str, Any]) -> None:
    async with sandboxed(case, settings=SMALL) as (portal, operator):
        await switch(operator, fault, parameters=parameters, path=case.name.partition("-")[0])
        with pytest.raises(PortalError) as caught:
            await all_of(portal)
    assert "NullReference" not in str(caught.value)
    assert "HoSo" not in str(caught.value)


async def test_a_page_longer_than_agreed_is_refused(case: Case) -> None:
    limits = {"limits": {"max_bytes": 100_000}}
    async with sandboxed(case, settings={"max_page_size": 5_000}, page_size=2_000, **limits) as (portal, _):
        with pytest.raises(PortalOversize):
            await all_of(portal)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e400"])
async def test_numbers_that_are_none_are_no_answer(case: Case, number: bytes) -> None:
    body = json.dumps(case.listed([case.record()], 123_456)).encode().replace(b"123456", number)
    with pytest.raises(PortalShapeChanged):
        await all_of(recorded(case, body))


async def test_its_maps_have_a_name(case: Case) -> None:
    portals = [recorded(case, case.listed([], 0)) for _ in range(2)]
    assert portals[0].map_version == portals[1].map_version
