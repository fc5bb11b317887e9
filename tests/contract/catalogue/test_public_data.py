"""The gateway's real decision list, as it was published in December 2025, is read to the last row."""

import json
from pathlib import Path

import httpx
import msgspec
import pytest

from catalogue.portals.national_gateway import NationalGateway
from shared.runtime.http import PortalClient
from support.catalogue_portals import URL

FILE = Path(__file__).parents[4] / "shared" / "data" / "restjsp_decisions_page_2025-12.jsonl"


async def test_real_decisions_are_read_and_a_page_of_them_is_not_taken_for_all() -> None:
    if not FILE.is_file():
        pytest.skip(f"{FILE} is absent: real public data are not part of the repository")
    rows = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]

    def answer(request: httpx.Request) -> httpx.Response:
        asked = msgspec.json.decode(dict(httpx.QueryParams(request.content.decode()))["params"])
        first_page = "search" in asked["service"] and asked["pageIndex"] == 1
        return httpx.Response(200, json=rows if first_page else [])

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as plain:
        gateway = NationalGateway(PortalClient(URL, allow_hosts={"portal.test"}, client=plain), path="/jsp/rest.jsp")
        found = await gateway.decisions({row["AGENCY_NAME"] for row in rows})
    assert (len(found.found), found.rejected, found.complete) == (50, (), False)
    assert not any(one.number.endswith(".") or " " in one.number for one in found.found)
