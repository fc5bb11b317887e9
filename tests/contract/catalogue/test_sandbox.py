"""The adapters read every catalogue contract as the sandbox speaks it."""

from collections import Counter

import pytest

from catalogue.portals.national_v1 import read
from sandbox_portal.app import build
from sandbox_portal.settings import SandboxSettings
from shared.domain.level import AuthorityLevel, OnlineLevel
from shared.runtime.http import PortalRefused, PortalShapeChanged
from support.catalogue_portals import asgi, portals_over


@pytest.fixture(scope="module", params=["00", "0", "int"])
def sandbox(request: pytest.FixtureRequest) -> SandboxSettings:
    """The sandbox with each spelling of success the session services are known for."""
    return SandboxSettings(rpc_success=request.param, max_page_size=50)


async def test_the_list_ends_at_an_empty_page_and_holds_114_procedures(sandbox: SandboxSettings) -> None:
    async with portals_over(asgi(build(sandbox)), page_size=50) as portals:
        pages = [page async for page in portals.v1.pages("H24.99")]
    assert [len(page.rows) for page in pages] == [50, 50, 14, 0]
    assert [page.last for page in pages] == [False, False, False, True]


async def test_every_detail_can_be_read_and_gives_the_reports_levels(sandbox: SandboxSettings) -> None:
    async with portals_over(asgi(build(sandbox))) as portals:
        found = [
            read(row, await portals.v1.detail(row["id"]))
            async for page in portals.v1.pages("H24.99")
            for row in page.rows
        ]
    assert Counter(level for one in found for level in one.levels) == {
        AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE: 27,
        AuthorityLevel.PROVINCIAL_DEPARTMENT: 48,
        AuthorityLevel.DISTRICT: 34,
        AuthorityLevel.COMMUNE: 5,
    }
    assert all(limit.quantity for one in found for limit in one.limits)
    assert all(len(one.limits) == 3 for one in found)


async def test_a_procedure_no_longer_published_is_found_by_its_code(sandbox: SandboxSettings) -> None:
    async with portals_over(asgi(build(sandbox))) as portals:
        row = await portals.v1.look_up("9.980001")
        assert row is not None
        assert read(row, await portals.v1.detail(row["id"])).state == "INACTIVE"
        assert await portals.v1.look_up("9.777777") is None


async def test_the_dictionaries_and_online_services_are_read_in_every_spelling(sandbox: SandboxSettings) -> None:
    async with portals_over(asgi(build(sandbox))) as portals:
        agencies, _ = await portals.rpc.agencies()
        fields, _ = await portals.rpc.fields()
        services, rejected = await portals.rpc.online_services()
    assert "H24.99" in {str(agency.code) for agency in agencies}
    assert "G03-GDPT" in {field.field_code for field in fields}
    assert len({service.procedure for service in services}) == 114
    assert {service.level for service in services} == {OnlineLevel.FULL, OnlineLevel.PARTIAL}
    assert rejected == []


async def test_eight_decisions_with_their_effects(sandbox: SandboxSettings) -> None:
    async with portals_over(asgi(build(sandbox))) as portals:
        found = await portals.gateway.decisions(["UBND Thành phố Hải Phòng"])
    numbers = {one.number.partition("/")[0] for one in found.found}
    assert found.complete
    assert numbers == {"62", "227", "1384", "1581", "3227", "3637", "3661", "4502"}
    assert {one.number: len(one.rescinded) for one in found.found if one.rescinded} == {
        "3227/QĐ-UBND": 4,
        "4502/QĐ-UBND": 3,
    }


async def test_a_stranger_to_the_gateway_has_no_decisions(sandbox: SandboxSettings) -> None:
    async with portals_over(asgi(build(sandbox))) as portals:
        assert (await portals.gateway.decisions(["UBND tỉnh Khác"])).found == ()


async def test_a_wrong_password_is_refused_and_tried_once(sandbox: SandboxSettings) -> None:
    app = build(SandboxSettings(password="another"))
    async with portals_over(asgi(app)) as portals:
        with pytest.raises(PortalRefused):
            await portals.rpc.agencies()


async def test_days_of_decisions_come_from_the_supplement(sandbox: SandboxSettings) -> None:
    async with portals_over(asgi(build(sandbox))) as portals:
        assert portals.decision_list is not None
        found = {one.number: one for one in await portals.decision_list.read()}
    assert found["4502/QĐ-UBND"].effective_on is not None


async def test_an_unknown_uuid_is_a_changed_shape_and_not_an_empty_procedure(sandbox: SandboxSettings) -> None:
    async with portals_over(asgi(build(sandbox))) as portals:
        with pytest.raises(PortalShapeChanged):
            await portals.v1.detail("019d2bfe-ffff-7000-8000-000000000000")
