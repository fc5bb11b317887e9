"""F29 to F40 and F96: answers and single values that are not what they seem."""

import json
from typing import Any

import msgspec
import pytest

BOTH = pytest.mark.parametrize("portal", ["igate", "opencps"])
LIST, CODE = {"igate": "content", "opencps": "data"}, {"igate": "code", "opencps": "dossierNo"}


async def test_f29_an_error_comes_under_200(portals: Any) -> None:
    await portals.on("F29", path="igate")
    answer = await portals.igate()
    assert (answer.status_code, answer.json()["error_code"]) == (200, "-1")
    await portals.off()
    await portals.on("F29", path="igate", parameters={"variant": "stack_trace"})
    told = (await portals.igate()).json()
    assert told["response_code"] == "-1"
    assert "NullReferenceException" in told["message"]


async def test_f30_success_has_many_spellings(portals: Any) -> None:
    told = {}
    for variant in ("int", "zero", "double_zero", "true", "word"):
        await portals.on("F30", path="national_rpc", parameters={"variant": variant})
        answer = (await portals.rpc("LayDanhMucLinhVuc")).json()
        told[variant] = answer["error_code"]
        assert answer["result"]
        await portals.off()
    assert told == {"int": 0, "zero": "0", "double_zero": "00", "true": True, "word": "success"}
    await portals.on("F30", path="national_v1", parameters={"variant": "zero"})
    listed = await portals.client.post("/api/v1/reporting/formalities", json={})
    assert (listed.json()["code"], listed.status_code) == ("0", 201)


async def test_f31_there_is_no_word_of_success(portals: Any) -> None:
    bodies = {"empty_object": b"{}", "null": b"null", "empty_text": b'""', "nothing": b""}
    for variant, body in bodies.items():
        await portals.on("F31", path="igate", parameters={"variant": variant})
        answer = await portals.igate()
        assert (answer.status_code, answer.content) == (200, body)
        await portals.off()
    await portals.on("F31", parameters={"variant": "missing"})
    assert (await portals.rpc("LayDanhMucLinhVuc")).json().keys() == {"message", "result"}
    assert "content" not in (await portals.igate()).json()


@BOTH
async def test_f32_the_list_is_null_or_missing_or_one_object(portals: Any, portal: str) -> None:
    first = (await portals.listed(portal))[0]
    for variant, expected in (("null", None), ("object", first)):
        await portals.on("F32", parameters={"variant": variant})
        assert (await portals.ask(portal)).json()[LIST[portal]] == expected
        await portals.off()
    await portals.on("F32", parameters={"variant": "missing"})
    assert LIST[portal] not in (await portals.ask(portal)).json()


@BOTH
async def test_f33_json_does_not_end_where_it_should(portals: Any, portal: str) -> None:
    whole = (await portals.ask(portal)).content
    for variant in ("truncated", "two_documents", "trailing_html"):
        await portals.on("F33", parameters={"variant": variant})
        body = (await portals.ask(portal)).content
        with pytest.raises(json.JSONDecodeError):
            json.loads(body)
        assert body == whole * 2 if variant == "two_documents" else whole[:100] == body[:100]
        await portals.off()


@BOTH
async def test_f34_a_key_stands_twice(portals: Any, portal: str) -> None:
    await portals.on("F34")
    pairs: list[list[tuple[str, Any]]] = []
    json.loads((await portals.ask(portal)).content, object_pairs_hook=lambda found: pairs.append(found) or dict(found))
    twice = [found for found in pairs if len(found) > len(dict(found))]
    assert len(twice) == 1
    codes = [value for name, value in twice[0] if name == CODE[portal]]
    assert codes == [*(await portals.touched()), "hai-lan"]


@BOTH
async def test_f35_a_number_is_none(portals: Any, portal: str) -> None:
    texts = {"nan": b":NaN", "infinity": b":Infinity", "huge": b":1e400", "big_integer": b":9007199254740993"}
    for variant, text in {**texts, "float_id": b'd":1.0E+12'}.items():
        await portals.on("F35", parameters={"variant": variant})
        body = (await portals.ask(portal)).content
        assert body.count(text) == 1, variant
        await portals.off()
    await portals.on("F35", parameters={"variant": "nan"})
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode((await portals.ask(portal)).content)


async def test_f36_json_stands_in_a_string(portals: Any) -> None:
    whole = (await portals.igate()).text
    await portals.on("F36", path="igate")
    assert json.loads((await portals.igate()).content) == whole
    await portals.off()
    await portals.on("F36", path="igate", parameters={"variant": "wrapper"})
    assert (await portals.igate()).json() == {"error_code": "0", "message": whole}


@BOTH
async def test_f37_a_field_is_new_renamed_or_of_another_type(portals: Any, portal: str) -> None:
    name = {"igate": "acceptedDate", "opencps": "receiveDate"}[portal]
    before = await portals.listed(portal)
    await portals.on("F37")
    assert [{k: v for k, v in r.items() if k != "truongMoi"} for r in await portals.listed(portal)] == before
    assert all("truongMoi" in record for record in await portals.listed(portal))
    await portals.off()
    await portals.on("F37", parameters={"variant": "renamed"})
    after = await portals.listed(portal)
    assert [record[f"{name}V2"] for record in after] == [record[name] for record in before]
    assert not any(name in record for record in after)
    await portals.off()
    await portals.on("F37", parameters={"variant": "type_changed", "records": 1})
    changed = [record for record in await portals.listed(portal) if isinstance(record[name], dict)]
    assert [record[CODE[portal]] for record in changed] == await portals.touched()


async def test_f38_a_text_holds_what_no_table_takes(portals: Any) -> None:
    for variant, text in (("nul", b"\\u0000"), ("control", b"\\u0001\\u001b"), ("surrogate", b'\\ud800"')):
        await portals.on("F38", path="igate", parameters={"variant": variant, "field": "name"})
        assert (await portals.igate()).content.count(text) == 1, variant
        await portals.off()
    await portals.on("F38", path="opencps", parameters={"variant": "long", "megabytes": 2, "field": "agency"})
    assert 2 << 20 < len((await portals.opencps()).content) < 3 << 20


async def test_f39_data_come_with_errors_beside_them(portals: Any) -> None:
    whole = (await portals.igate()).json()
    await portals.on("F39", path="igate")
    told = (await portals.igate()).json()
    assert told.pop("errors")[0]["extensions"] == {"code": "TIMEOUT"}
    assert told == whole


@BOTH
async def test_f40_an_error_stands_in_the_place_of_a_record(portals: Any, portal: str) -> None:
    before = await portals.listed(portal)
    await portals.on("F40", parameters={"records": 2})
    after = await portals.listed(portal)
    flagged = [record for record in after if "error_code" in record]
    assert {record[CODE[portal]] for record in flagged} == set(await portals.touched())
    assert (len(flagged), len(after)) == (2, len(before))


async def test_f96_the_portal_is_silent_in_every_valid_way(portals: Any) -> None:
    await portals.on("F96")
    page = (await portals.igate()).json()
    assert (page["content"], page["totalElements"], page["last"]) == ([], 0, True)
    assert (await portals.opencps()).json() == {"total": 0, "data": []}
    assert (await portals.rpc("LayDanhSachTTHC")).json()["result"] == []
    listed = (await portals.client.post("/api/v1/reporting/formalities", json={})).json()["data"]
    assert (listed["items"], listed["pagination"]["total"]) == ([], 0)
