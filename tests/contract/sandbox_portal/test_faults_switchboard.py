"""Switching faults on and off, and which requests they strike."""

import json
from typing import Any

import httpx
import pytest

from sandbox_portal.faults.registry import FAULTS, LEFT_OUT

HEADER = "X-Sandbox-Fault"


async def test_no_fault_is_on_by_default_and_all_are_listed(portals: Any) -> None:
    told = (await portals.client.get("/sandbox/faults")).json()
    assert told["active"] == []
    assert [one["id"] for one in told["registry"]] == list(FAULTS)
    assert told["left_out"] == LEFT_OUT
    assert all(one["title"] and one["does"] and one["paths"] for one in told["registry"])


async def test_a_fault_strikes_the_pages_named_so_often_and_then_no_more(portals: Any) -> None:
    told = await portals.on("F09", path="igate", pages=[2], times=3, parameters={"status": 504})
    assert (told["fault"], told["endpoints"], told["parameters"]["status"]) == ("F09", ["igate"], 504)
    assert [(await portals.igate(page)).status_code for page in (0, 1, 2, 2, 3, 2, 2)] == [
        200, 200, 504, 504, 200, 504, 200,
    ]  # fmt: skip
    active = (await portals.client.get("/sandbox/faults")).json()["active"][0]
    assert (active["seen"], active["struck"]) == (4, 3)


async def test_the_first_requests_may_pass(portals: Any) -> None:
    await portals.on("F09", after=2)
    assert [(await portals.igate()).status_code for _ in range(4)] == [200, 200, 503, 503]


async def test_where_pages_have_no_number_requests_are_counted(portals: Any) -> None:
    await portals.on("F09", path="national_rpc", pages=[1])
    assert [(await portals.rpc("LayDanhMucLinhVuc")).status_code for _ in range(3)] == [200, 503, 200]


async def test_only_the_portal_named_is_struck_and_its_login_only_when_named(portals: Any) -> None:
    await portals.on("F09", path="opencps")
    assert (await portals.igate()).status_code == 200
    assert (await portals.opencps()).status_code == 503
    await portals.off()
    await portals.on("F09", path="igate_login")
    answer = await portals.client.post("/auth/realms/digo/protocol/openid-connect/token", data={})
    assert answer.status_code == 503
    assert (await portals.igate()).status_code == 200


async def test_what_is_not_a_portal_is_never_struck(portals: Any) -> None:
    await portals.on("F09")
    for path in ("/sandbox", "/sandbox/truth", "/sandbox/faults", "/livez", "/openapi.json"):
        assert (await portals.client.get(path)).status_code == 200, path


async def test_switched_off_the_portal_is_itself_again(portals: Any) -> None:
    before = (await portals.igate()).content
    told = await portals.on("F09")
    await portals.on("F34")
    assert (await portals.client.delete(f"/sandbox/faults/{told['id']}")).json() == {"removed": 1}
    assert (await portals.client.delete("/sandbox/faults/F34")).json() == {"removed": 1}
    assert (await portals.client.delete("/sandbox/faults/F34")).status_code == 404
    assert (await portals.igate()).content == before
    assert (await portals.client.delete("/sandbox/faults")).json() == {"removed": 0}


async def test_a_request_can_ask_for_a_fault_of_its_own(portals: Any) -> None:
    await portals.igate()
    client: httpx.AsyncClient = portals.client
    asked = {"headers": portals.bearer | {HEADER: "F09;status=502"}}
    assert (await client.get("/pa/dossier/search", **asked)).status_code == 502
    assert (await client.get("/pa/dossier/search", headers=portals.bearer)).status_code == 200
    both = portals.bearer | {HEADER: "f59;variant=blank;records=2, F45;variant=minus_one"}
    page = (await client.get("/pa/dossier/search?size=20", headers=both)).json()
    assert page["totalElements"] == -1
    assert sum(record["dossierTaskStatus"]["name"] == "" for record in page["content"]) == 2


@pytest.mark.parametrize("header", ["F999", "F09;staus=1", "F09;status=many", "F18;variant=zip", "F18;megabytes=-1"])
async def test_a_header_that_names_no_fault_is_refused(portals: Any, header: str) -> None:
    answer = await portals.client.get("/pa/dossier/search", headers={HEADER: header})
    assert (answer.status_code, answer.json()["failed_check"]) == (422, "parameter-invalid")


@pytest.mark.parametrize(
    ("wanted", "parameter"),
    [
        ({"fault": "F999"}, "fault"),
        ({"fault": "F14"}, "fault"),
        ({"fault": "no"}, "fault"),
        ({"fault": "F09", "path": "elsewhere"}, "path"),
        ({"fault": "F98", "path": "national_v1"}, "path"),
        ({"fault": "F09", "parameters": {"staus": 1}}, "parameters.staus"),
        ({"fault": "F09", "parameters": {"status": "503"}}, "parameters.status"),
        ({"fault": "F09", "parameters": {"status": True}}, "parameters.status"),
        ({"fault": "F09", "parameters": {"status": -1}}, "parameters.status"),
        ({"fault": "F18", "parameters": {"variant": "zip"}}, "parameters.variant"),
        ({"fault": "F09", "times": 0}, "times"),
        ({"fault": "F09", "page": 1}, "page"),
    ],
)
async def test_what_cannot_be_switched_on_is_refused_by_name(
    portals: Any, wanted: dict[str, Any], parameter: str
) -> None:
    answer = await portals.client.post("/sandbox/faults", json=wanted)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == parameter


async def test_equal_seeds_strike_equal_records_and_another_strikes_others(portals: Any) -> None:
    struck = []
    for seed in (1, 1, 2):
        await portals.on("F59", seed=seed, parameters={"records": 5})
        await portals.igate()
        struck.append(await portals.touched())
        await portals.off()
    assert struck[0] == struck[1] != struck[2]
    assert len(struck[0]) == 5


async def test_a_fault_in_the_records_is_in_the_truth_while_it_lasts(portals: Any) -> None:
    async def handled() -> int:
        figures = (await portals.client.get("/sandbox/truth")).json()["figures"]
        return int(figures["dossiers_total_handled"])

    before = await handled()
    await portals.on("F66", parameters={"rows": 40})
    assert await handled() < before
    await portals.off()
    await portals.on("F98")
    await portals.igate()
    assert await handled() == before


async def test_a_fault_that_lists_all_dossiers_anew_is_refused_where_there_are_too_many(opened: Any) -> None:
    client = opened(scenario="province", dossiers=300_000, agencies=60)
    answer = await client.post("/sandbox/faults", json={"fault": "F66"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/fault-too-heavy")
    assert (await client.post("/sandbox/faults", json={"fault": "F34"})).status_code == 201


async def test_a_faulty_page_is_never_kept_in_the_spool(opened: Any, tmp_path: Any) -> None:
    client = opened(spool_dir=tmp_path)
    grant = {"grant_type": "client_credentials"}
    token = await client.post(
        "/auth/realms/digo/protocol/openid-connect/token", data=grant, auth=("sandbox-client", "sandbox-secret")
    )
    bearer = {"Authorization": f"Bearer {token.json()['access_token']}"}
    await client.post("/sandbox/faults", json={"fault": "F66"})
    await client.get("/pa/dossier/search", headers=bearer)
    assert list(tmp_path.iterdir()) == []
    await client.post("/sandbox/faults", json={"fault": "F34"})
    await client.delete("/sandbox/faults/F66")
    await client.get("/pa/dossier/search", headers=bearer)
    kept = [json.loads(path.read_bytes()) for path in tmp_path.iterdir()]
    assert len(kept) == 1
    assert "hai-lan" not in json.dumps(kept)
