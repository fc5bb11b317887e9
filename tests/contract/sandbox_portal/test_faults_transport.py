"""F03 to F20 over a real connection."""

import gzip
import json
import socket
import zlib
from collections.abc import Awaitable, Callable
from contextlib import closing
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import anyio.to_thread
import httpx
import pytest

from shared.runtime import clock

Served = Callable[..., Awaitable[str]]
OPENCPS = "/o/rest/v2/dossiers?start=0&end=50"
ASKS = "Authorization: Basic c2FuZGJveDpzYW5kYm94LXBhc3N3b3Jk\r\ngroupId: 35166\r\nConnection: close\r\n"
USER: dict[str, Any] = {"auth": ("sandbox", "sandbox-password"), "headers": {"groupId": "35166"}}


def exchange(url: str, fault: str, seconds: float = 10, path: str = OPENCPS) -> tuple[bytes, str]:
    """What comes over the wire, and how it ended: closed, reset or silent."""
    address = urlsplit(url)
    with closing(socket.create_connection((address.hostname, address.port), timeout=seconds)) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: sandbox\r\n{ASKS}X-Sandbox-Fault: {fault}\r\n\r\n".encode())
        parts = []
        try:
            while part := wire.recv(65_536):
                parts.append(part)
        except ConnectionResetError:
            return b"".join(parts), "reset"
        except TimeoutError:
            return b"".join(parts), "silent"
    return b"".join(parts), "closed"


async def over_the_wire(url: str, fault: str, **asked: Any) -> tuple[bytes, bytes, str]:
    """Head, body and end."""
    raw, end = await anyio.to_thread.run_sync(lambda: exchange(url, fault, **asked))
    head, _, body = raw.partition(b"\r\n\r\n")
    return head.lower(), body, end


def told_length(head: bytes) -> int:
    return int(head.split(b"content-length: ")[1].split(b"\r\n")[0])


async def ask(url: str, fault: str, **options: Any) -> httpx.Response:
    headers = {"groupId": "35166", "X-Sandbox-Fault": fault}
    async with httpx.AsyncClient(base_url=url, trust_env=False, **options) as client:
        return await client.get(OPENCPS, auth=("sandbox", "sandbox-password"), headers=headers)


async def plain(url: str) -> bytes:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        return (await client.get(OPENCPS, **USER)).content


async def test_f03_the_page_stops_in_the_middle(served: Served) -> None:
    url = await served()
    head, body, end = await over_the_wire(url, "F03", seconds=2)
    assert (head[:15], end) == (b"http/1.1 200 ok", "silent")
    assert 0 < len(body) < told_length(head)
    head, body, end = await over_the_wire(url, "F03;where=headers;seconds=0.2")
    assert (head[:15], body, end) == (b"http/1.1 200 ok", b"", "closed")


async def test_f04_the_connection_is_reset_after_the_headers(served: Served) -> None:
    head, body, end = await over_the_wire(await served(), "F04;bytes=7")
    assert (head[:15], len(body), end) == (b"http/1.1 200 ok", 7, "reset")


async def test_f05_a_byte_at_a_time_never_lets_an_idle_time_out_fire(served: Served) -> None:
    url = await served()
    _, body, end = await over_the_wire(url, "F05;seconds=0.001;bytes=3000")
    assert (body, end) == (await plain(url), "closed")
    head, body, _ = await over_the_wire(url, "F05;seconds=5", seconds=2)
    assert (told_length(head) > 1_000, len(body)) == (True, 1)


async def test_f06_it_asks_for_patience_in_seconds(served: Served) -> None:
    answer = await ask(await served(), "F06;seconds=7")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


async def test_f07_it_asks_for_patience_in_every_other_way(served: Served) -> None:
    url = await served()
    told = {}
    for variant in ("date", "past", "negative", "ten_years", "words"):
        answer = await ask(url, f"F07;variant={variant};seconds=60")
        assert answer.status_code == 429
        told[variant] = answer.headers["retry-after"]
    assert 50 < (parsedate_to_datetime(told["date"]) - clock.now()).total_seconds() <= 61
    assert parsedate_to_datetime(told["past"]) < clock.now()
    assert (told["negative"], told["words"], int(told["ten_years"])) == ("-5", "soon", 315_360_000)


async def test_f08_it_refuses_without_saying_for_how_long(served: Served) -> None:
    answer = await ask(await served(), "F08")
    assert (answer.status_code, "retry-after" in answer.headers) == (429, False)


async def test_f09_the_gateway_fails(served: Served) -> None:
    url = await served()
    answers = [await ask(url, fault) for fault in ("F09", "F09;status=502", "F09;status=504;retry_after=3")]
    assert [answer.status_code for answer in answers] == [503, 502, 504]
    assert [answer.headers.get("retry-after") for answer in answers] == [None, None, "3"]


async def test_f10_one_page_fails_always_or_whatever_page_holds_one_record(portals: Any) -> None:
    await portals.on("F10", pages=[1])
    assert [(await portals.igate(page)).status_code for page in (0, 1, 2, 1)] == [200, 500, 200, 500]
    await portals.off()
    poisoned = (await portals.listed("igate", 1))[30]["code"]
    await portals.on("F10", parameters={"code": poisoned})
    assert [(await portals.igate(page, 50)).status_code for page in range(3)] == [200, 500, 200]
    assert [(await portals.igate(page, 20)).status_code for page in range(6)] == [200, 200, 200, 200, 500, 200]
    assert await portals.touched() == [poisoned]


async def test_f11_what_was_allowed_is_refused(portals: Any) -> None:
    await portals.on("F11", after=2, parameters={"status": 403})
    assert [(await portals.igate()).status_code for _ in range(4)] == [200, 200, 403, 403]


async def test_f12_the_list_is_not_found(served: Served) -> None:
    assert (await ask(await served(), "F12")).status_code == 404


async def test_f13_it_sends_the_client_to_another_host(served: Served) -> None:
    answer = await ask(await served(), "F13;status=301", follow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["location"] == f"http://elsewhere.invalid{OPENCPS}"


async def test_f15_a_page_for_people_comes_instead(served: Served) -> None:
    answer = await ask(await served(), "F15")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")


async def test_f16_the_length_is_wrong_or_the_chunks_have_no_end(served: Served) -> None:
    url = await served()
    whole = await plain(url)
    head, body, end = await over_the_wire(url, "F16;variant=longer_declared")
    assert (told_length(head), body, end) == (len(whole), whole[: len(whole) // 2], "closed")
    head, body, end = await over_the_wire(url, "F16;variant=shorter_declared")
    assert (told_length(head), body, end) == (len(whole) // 2, whole, "closed")
    head, body, end = await over_the_wire(url, "F16;variant=chunked")
    assert b"transfer-encoding: chunked" in head
    assert not body.endswith(b"0\r\n\r\n")
    assert (whole[: len(whole) // 2] in body, end) == (True, "closed")


async def test_f17_the_bytes_are_in_another_encoding_than_told(served: Served) -> None:
    url = await served()
    text = (await plain(url)).decode()
    told = {}
    for variant in ("bom", "utf16", "utf16_undeclared", "windows_1258", "windows_1258_undeclared", "other_type"):
        answer = await ask(url, f"F17;variant={variant}")
        told[variant] = (answer.content, answer.headers["content-type"].partition("=")[2])
    assert told["bom"] == (b"\xef\xbb\xbf" + text.encode(), "utf-8")
    assert told["utf16"] == (text.encode("utf-16"), "utf-16")
    assert told["utf16_undeclared"] == (text.encode("utf-16"), "")
    assert told["windows_1258"][1] == "windows-1258"
    assert "\u0301".encode("cp1258") in told["windows_1258"][0]
    assert told["windows_1258_undeclared"] == (told["windows_1258"][0], "utf-8")
    assert told["other_type"] == (text.encode(), "")
    with pytest.raises(UnicodeDecodeError):
        (await ask(url, "F17;variant=broken")).content.decode("utf-8")


async def test_f18_what_is_zipped_is_a_bomb_or_twice_zipped_or_not_at_all(served: Served) -> None:
    url = await served()
    whole = await plain(url)
    head, body, _ = await over_the_wire(url, "F18;megabytes=20")
    assert b"content-encoding: gzip" in head
    opened = zlib.decompress(body, 16 + zlib.MAX_WBITS)
    assert (len(body) < 200_000, len(opened) > 20_000_000, opened.lstrip()) == (True, True, whole)
    head, body, _ = await over_the_wire(url, "F18;variant=nested")
    assert b"content-encoding: gzip, gzip" in head
    assert gzip.decompress(gzip.decompress(body)) == whole
    head, body, _ = await over_the_wire(url, "F18;variant=plain")
    assert (b"content-encoding: gzip" in head, body) == (True, whole)


async def test_f19_the_page_is_fifty_times_its_size(served: Served) -> None:
    url = await served()
    whole = json.loads(await plain(url))
    padded = await ask(url, "F19")
    assert 45 < len(padded.content) / len(await plain(url)) < 55
    assert [record["dossierNo"] for record in padded.json()["data"]] == [r["dossierNo"] for r in whole["data"]]
    rows = (await ask(url, "F19;variant=rows;factor=3")).json()["data"]
    assert rows == whole["data"] * 3


async def test_f20_a_cache_answers_for_another_page(served: Served) -> None:
    url = await served()
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        await client.post("/sandbox/faults", json={"fault": "F20", "path": "opencps"})
        first = await client.get(OPENCPS, **USER)
        second = await client.get("/o/rest/v2/dossiers?start=50&end=100", **USER)
    assert (second.content, second.headers["age"]) == (first.content, "21600")
    dates = second.headers.get_list("date")
    assert len(dates) == 1
    assert (clock.now() - parsedate_to_datetime(dates[0])).total_seconds() > 20_000


async def test_after_a_broken_answer_the_server_serves_on(served: Served) -> None:
    url = await served()
    for fault in ("F04", "F16", "F03;seconds=0.1"):
        await over_the_wire(url, fault)
        assert json.loads(await plain(url))["total"] == 2236
