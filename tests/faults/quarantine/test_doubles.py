"""Dossiers that may be one, and dossiers that are none."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.exclusion import rule_of
from shared.sync.verdicts import Verdict
from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record
from support.reconciled import passes
from support.syncing import row, rows, sync


@pytest.fixture
async def api(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with an_api(engine, database_url) as client:
        yield client


@pytest.mark.fault("F71")
async def test_f71_case_and_blanks_are_one_dossier_zeros_and_order_are_reported(
    engine: AsyncEngine, api: httpx.AsyncClient
) -> None:
    spelt = a_record(" 000.00.99.h24-240115-0001 ")
    others = ("000.00.99.H24-240115-00001", "H24.99-240115-0001", "000.00.99.H24-240115-0010", "H24.98-240115-0001")
    source = FakeIgate([spelt, *(a_record(code, agency={"code": code.split("-")[0]}) for code in others)])
    await sync(engine, source.portal(10))
    source.put(a_record("000.00.99.H24-240115-0001"))
    source.records.remove(spelt)
    assert (await sync(engine, source.portal(10))).verdict is Verdict.SUCCEEDED
    heads = await rows(engine, "select dossier_code from dossier.head")
    assert len(heads) == 5  # the two spellings of case and blanks are one
    kept = await row(engine, "select record from dossier.revision where number = 1 and dossier_code like '%-0001' "
                             "and dossier_code like '000%'")  # fmt: skip
    assert "h24-240115-0001" in kept["record"]  # the raw spelling is kept
    found = (await api.get("/v1/dossiers/near-duplicates")).json()["items"]
    assert found == [
        {
            "agency": "H24.99",
            "codes": ["000.00.99.H24-240115-00001", "000.00.99.H24-240115-0001", "H24.99-240115-0001"],
        }
    ]
    assert (await api.get("/v1/dossiers/near-duplicates", params={"agency": "H25"})).status_code == 404


@pytest.mark.fault("F86")
async def test_f86_tests_by_rule_are_counted_and_in_no_figure(engine: AsyncEngine, api: httpx.AsyncClient) -> None:
    rule = rule_of(["000.00.99.H24-*-99*", "H24.97"])
    codes = ("000.00.99.H24-240115-0001", "000.00.99.H24-240115-9901", "000.00.98.H24-240115-9902")
    of_97 = a_record("000.01.97.H24-240115-0001", agency={"code": "000.01.97.H24"})
    records = [*(a_record(code, agency={"code": code.split("-")[0]}) for code in codes), of_97]
    ending = await sync(engine, FakeIgate(records).portal(10), is_test=rule)
    assert ending.verdict is Verdict.SUCCEEDED
    heads = await rows(engine, "select dossier_code from dossier.head_v1 order by 1")
    assert [one["dossier_code"] for one in heads] == [codes[2], codes[0]]
    groups = (await api.get("/v1/quarantine/groups")).json()
    assert [(one["reason"], one["records"]) for one in groups["items"]] == [("test_dossier", 1)] * 2
    assert groups["reasons"][0]["who_must_act"] == "nobody"
    (counted,) = await passes(engine, FakeIgate(records).portal(10), months=[date(2024, 1, 1)])
    found = counted.compared["H24", date(2024, 1, 1)]
    assert (found.theirs, found.ours, found.explained, found.unexplained) == (4, 2, {"quarantined": 2}, 0)
    again = await sync(engine, FakeIgate(records).portal(10))  # the rule is taken back: they are dossiers
    assert again.verdict is Verdict.SUCCEEDED
    assert len(await rows(engine, "select dossier_code from dossier.head_v1")) == 4
    assert (await row(engine, "select quarantined from dossier.feed"))["quarantined"] == 0
