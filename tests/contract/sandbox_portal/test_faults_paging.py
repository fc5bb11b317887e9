"""F41 to F58: pages that do not join."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

BOTH = pytest.mark.parametrize("portal", ["igate", "opencps"])
CODE = {"igate": "code", "opencps": "dossierNo"}
TOTAL = {"igate": "totalElements", "opencps": "total"}
UPDATED = {"igate": "updatedDate", "opencps": "modifiedDate"}
LIST = "/api/v1/submitting/formality/list-all-public-formality-by-citizen"


async def codes(portals: Any, portal: str, pages: int, size: int = 50) -> list[str]:
    return [r[CODE[portal]] for page in range(pages) for r in await portals.listed(portal, page, size)]


@BOTH
async def test_f41_rows_arrive_while_pages_are_read_and_stay(portals: Any, portal: str) -> None:
    before = (await portals.ask(portal)).json()[TOTAL[portal]]
    await portals.on("F41", parameters={"rows": 3}, times=2)
    read = await codes(portals, portal, 4)
    repeated = [code for code, count in Counter(read).items() if count > 1]
    assert len(repeated) == 6
    await portals.off()
    assert (await portals.ask(portal)).json()[TOTAL[portal]] == before + 6
    truth = (await portals.client.get("/sandbox")).json()
    assert truth["dossiers"] == before + 6


@BOTH
async def test_f42_rows_go_while_pages_are_read_and_others_are_never_seen(portals: Any, portal: str) -> None:
    whole = await codes(portals, portal, 4)
    await portals.on("F42", parameters={"rows": 2, "most": 4})
    read = await codes(portals, portal, 4)
    missed = [code for code in whole if code not in read]
    assert missed == [whole[50], whole[51], whole[100 + 2], whole[101 + 2]]
    assert (await portals.ask(portal)).json()[TOTAL[portal]] == 2236 - 4
    assert set(await portals.touched()) == set(whole[:4])


@BOTH
async def test_f43_the_first_page_is_given_for_ever(portals: Any, portal: str) -> None:
    first = await portals.listed(portal, 0)
    await portals.on("F43")
    for page in (1, 2, 40):
        assert await portals.listed(portal, page) == first
    if portal == "igate":
        told = (await portals.igate(44)).json()
        assert (told["number"], told["last"]) == (44, False)


async def test_f43_a_cursor_leads_back_to_the_beginning(portals: Any) -> None:
    first = (await portals.client.post(LIST, json={"limit": 20, "lastId": ""})).json()
    await portals.on("F43", path="national_v1")
    again = (await portals.client.post(LIST, json={"limit": 20, "lastId": first["data"]["lastId"]})).json()
    assert again == first


async def test_f44_the_last_page_denies_it(portals: Any) -> None:
    await portals.on("F44")
    assert [(await portals.igate(page, 1_000)).json()["last"] for page in (1, 2, 3)] == [False, False, True]
    assert (await portals.igate(3, 1_000)).json()["content"] == []


@BOTH
async def test_f45_the_total_is_none(portals: Any, portal: str) -> None:
    seen = {}
    for variant in ("changing", "minus_one", "capped", "zero"):
        await portals.on("F45", parameters={"variant": variant, "cap": 1_000})
        seen[variant] = [(await portals.ask(portal, page)).json()[TOTAL[portal]] for page in (0, 1, 2)]
        assert len(await portals.listed(portal, 2)) == 50
        await portals.off()
    assert seen == {
        "changing": [2236, 2243, 2250],
        "minus_one": [-1, -1, -1],
        "capped": [1_000, 1_000, 1_000],
        "zero": [0, 0, 0],
    }


async def test_f46_fewer_rows_come_than_were_asked_for(portals: Any) -> None:
    whole = await codes(portals, "igate", 1, 200)
    await portals.on("F46")
    page = (await portals.igate(1, 500)).json()
    assert ([record["code"] for record in page["content"]], page["size"]) == (whole[50:100], 500)
    assert (page["totalPages"], page["last"]) == (45, False)
    assert await codes(portals, "opencps", 1, 500) == whole[:50]
    assert [r["dossierNo"] for r in await portals.listed("opencps", 1, 100)] == whole[100:150]
    items = (await portals.client.post(LIST, json={"limit": 100, "lastId": ""})).json()["data"]["items"]
    assert len(items) == 50


@BOTH
async def test_f47_the_order_is_lost(portals: Any, portal: str) -> None:
    whole = await codes(portals, portal, 1)
    await portals.on("F47", parameters={"variant": "reversed"})
    assert await codes(portals, portal, 1) == whole[::-1]
    await portals.off()
    await portals.on("F47")
    shuffled = await codes(portals, portal, 1)
    assert shuffled == await codes(portals, portal, 1) != whole
    assert sorted(shuffled) == sorted(whole)


@BOTH
async def test_f48_one_time_of_change_lies_across_the_edge_and_its_rows_dance(portals: Any, portal: str) -> None:
    await portals.on("F48", parameters={"rows": 120})
    stamps = [r[UPDATED[portal]] for page in range(3) for r in await portals.listed(portal, page)]
    assert len(set(stamps[:120])) == 1
    read = await codes(portals, portal, 2)
    assert len(set(read)) < 100
    await portals.off()
    await portals.on("F48", parameters={"rows": 120, "stable": True})
    assert len(set(await codes(portals, portal, 2))) == 100


@BOTH
async def test_f49_a_row_shows_late_with_an_earlier_time(portals: Any, portal: str) -> None:
    whole = await codes(portals, portal, 1)
    await portals.on("F49", parameters={"rows": 2, "behind": 5})
    assert await codes(portals, portal, 1) == [*whole[:5], *whole[7:], *(await codes(portals, portal, 2))[48:50]]
    assert set(await portals.touched()) == set(whole[5:7])
    await portals.off()
    assert await codes(portals, portal, 1) == whole


async def test_f50_times_are_finer_than_anyone_stores(portals: Any) -> None:
    before = await portals.listed()
    await portals.on("F50")
    after = [record["updatedDate"] for record in await portals.listed()]
    assert after == [record["updatedDate"].replace("+0000", "999999+0000") for record in before]


@BOTH
async def test_f51_a_record_changed_in_2099(portals: Any, portal: str) -> None:
    await portals.on("F51")
    late = [r for r in await portals.listed(portal) if "2099" in r[UPDATED[portal]]]
    assert [record[CODE[portal]] for record in late] == await portals.touched()
    assert len(late) == 1


async def test_f52_the_answer_does_not_know_its_place(portals: Any) -> None:
    told = {}
    for variant in ("missing", "regress", "corrupt"):
        await portals.on("F52", parameters={"variant": variant})
        listed = await portals.client.post(LIST, json={"limit": 5, "lastId": ""})
        told[variant] = ((await portals.igate(3)).json().get("number"), listed.json()["data"].get("lastId"))
        await portals.off()
    assert told == {"missing": (None, None), "regress": (2, ""), "corrupt": ("@@hỏng@@", "@@hỏng@@")}


async def test_f53_a_cursor_is_no_longer_understood(portals: Any) -> None:
    first = (await portals.client.post(LIST, json={"limit": 20, "lastId": ""})).json()["data"]["lastId"]
    await portals.on("F53")
    assert (await portals.client.post(LIST, json={"limit": 20, "lastId": ""})).status_code == 201
    assert (await portals.client.post(LIST, json={"limit": 20, "lastId": first})).status_code == 400
    assert [(await portals.igate(page)).status_code for page in (0, 1)] == [200, 400]


def ended(portal: str, record: dict[str, Any]) -> date | None:
    """The day of the end as it is spelt, in whatever zone the portal writes."""
    stamp = record["completedDate" if portal == "igate" else "releaseDate"]
    if not stamp:
        return None
    return date.fromisoformat(stamp[:10] if portal == "igate" else f"{stamp[6:10]}-{stamp[3:5]}-{stamp[:2]}")


@BOTH
async def test_f54_records_change_and_their_time_of_change_does_not(portals: Any, portal: str) -> None:
    before = await portals.all(portal)
    await portals.on("F54", parameters={"rows": 4})
    after = await portals.all(portal)
    changed = {code for code, record in after.items() if record != before[code]}
    assert changed == set(await portals.touched())
    assert len(changed) == 4
    for code in changed:
        assert after[code][UPDATED[portal]] == before[code][UPDATED[portal]]
        was, now = ended(portal, before[code]), ended(portal, after[code])
        assert (was, now) != (None, None)
        assert was is not None
        assert now == was + timedelta(days=1)


@BOTH
async def test_f55_an_older_version_comes_after_the_newer(portals: Any, portal: str) -> None:
    before = await portals.all(portal)
    await portals.on("F55", after=1)
    assert await portals.all(portal) == before
    after = await portals.all(portal)
    changed = {code for code, record in after.items() if record != before[code]}
    assert changed == set(await portals.touched())
    assert {ended(portal, after[code]) for code in changed} == {None}
    status = "dossierTaskStatus" if portal == "igate" else "dossierStatus"
    assert all(after[code][status] != before[code][status] for code in changed)


@BOTH
async def test_f56_one_time_of_change_has_two_contents(portals: Any, portal: str) -> None:
    await portals.on("F56")
    faces = [await portals.all(portal) for _ in range(4)]
    assert faces[0] == faces[2] != faces[1] == faces[3]
    changed = {code for code, record in faces[0].items() if record != faces[1][code]}
    assert all(faces[0][code][UPDATED[portal]] == faces[1][code][UPDATED[portal]] for code in changed)
    assert len(changed) == 3


@BOTH
async def test_f58_a_search_finds_so_many_and_no_more(portals: Any, portal: str) -> None:
    whole = await codes(portals, portal, 1, 5_000)
    await portals.on("F58", parameters={"rows": 300})
    assert await codes(portals, portal, 1, 5_000) == whole[:300]
    assert (await portals.ask(portal)).json()[TOTAL[portal]] == 300
    narrowed = {"accepted-from": "01/12/2023", "accepted-to": "31/12/2023"}
    narrower = {"fromReceiveDate": "01/12/2023", "toReceiveDate": "31/12/2023"}
    answer = await (portals.igate(0, 500, **narrowed) if portal == "igate" else portals.opencps(0, 500, **narrower))
    reached = [r[CODE[portal]] for r in answer.json()["content" if portal == "igate" else "data"]]
    assert set(reached) - set(whole[:300])
