"""What a portal says of one dossier twice, late, in other letters, or with dates that cannot follow each other."""

from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record
from support.syncing import NOW, row, rows, sync

CODE = "000.00.99.H24-240115-0001"


@pytest.mark.fault("F54")
async def test_f54_a_change_without_a_new_time_of_change_is_found_by_the_periodic_full_comparison(
    engine: AsyncEngine,
) -> None:
    newer = [
        a_record(f"000.00.99.H24-240115-{n:04d}", updatedDate=f"2024-01-18T08:00:{n:02d}.000+0000")
        for n in range(2, 10)
    ]
    portal = FakeIgate([a_record(CODE), *newer])
    await sync(engine, portal.portal())
    portal.put(a_record(CODE, completedDate="2024-01-18T03:00:00.000+0000"))
    facts = f"select ended_on, number from dossier.head_v1 where dossier_code = '{CODE}'"
    await sync(engine, portal.portal(), mode="incremental", now=NOW + timedelta(hours=1))
    assert tuple((await row(engine, facts)).values()) == (date(2024, 1, 17), 1), "no list of changes can show it"
    await sync(engine, portal.portal(), mode="full", now=NOW + timedelta(days=7))
    assert tuple((await row(engine, facts)).values()) == (date(2024, 1, 18), 2)


@pytest.mark.fault("F71")
@pytest.mark.parametrize("spelt", [CODE.lower(), f"  {CODE} ", f"{CODE}\u00a0"])
async def test_f71_another_spelling_of_a_code_is_the_same_dossier_and_the_spelling_is_kept(
    engine: AsyncEngine, spelt: str
) -> None:
    await sync(engine, FakeIgate([a_record(CODE)]).portal())
    later = a_record(spelt, updatedDate="2024-01-20T00:00:00.000+0000", completedDate="2024-01-19T03:00:00.000+0000")
    assert (await sync(engine, FakeIgate([later]).portal())).verdict is Verdict.SUCCEEDED
    heads = await rows(engine, "select dossier_code, revisions from dossier.head")
    assert [tuple(one.values()) for one in heads] == [(CODE, 2)]
    newest = await row(engine, "select record from dossier.revision order by page desc limit 1")
    assert spelt.strip() in newest["record"] or spelt.strip() == CODE


@pytest.mark.fault("F77")
@pytest.mark.parametrize(
    ("dates", "flag"),
    [
        ({"appointmentDate": "2024-01-10T10:00:00.000+0000"}, "due_before_receipt"),
        ({"completedDate": "2024-01-11T03:00:00.000+0000"}, "end_before_receipt"),
    ],
)
async def test_f77_dates_that_run_backwards_are_kept_as_told_and_flagged(
    engine: AsyncEngine, dates: dict[str, str], flag: str
) -> None:
    await sync(engine, FakeIgate([a_record(CODE, **dates)]).portal())
    facts = await row(engine, "select received_on, due_on, ended_on, flags from dossier.head_v1")
    assert flag in facts["flags"]
    assert facts["received_on"] == date(2024, 1, 15)
    assert date(2024, 1, 10) == facts["due_on"] or date(2024, 1, 11) == facts["ended_on"]
    assert await rows(engine, "select 1 as one from dossier.quarantine") == []


@pytest.mark.fault("F81")
async def test_f81_an_end_in_the_future_is_set_aside_and_let_in_when_mended(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record(CODE, completedDate="2024-07-01T03:00:00.000+0000")])
    await sync(engine, portal.portal())
    aside = await row(engine, "select reason, field from dossier.quarantine")
    assert (aside["reason"], aside["field"]) == ("date_impossible", "ended_on")
    portal.put(a_record(CODE, updatedDate="2024-02-01T00:00:00.000+0000"))
    await sync(engine, portal.portal())
    assert (await row(engine, "select quarantined from dossier.feed"))["quarantined"] == 0


@pytest.mark.fault("F87")
async def test_f87_a_year_of_old_dossiers_in_one_day_is_accepted_whole(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record(CODE)])
    await sync(engine, portal.portal())
    for number in range(2, 302):
        portal.put(
            a_record(
                f"000.00.99.H24-230115-{number:04d}",
                acceptedDate="2023-01-15T01:30:00.000+0000",
                completedDate="2023-01-17T03:00:00.000+0000",
                updatedDate=f"2024-06-01T00:{number % 60:02d}:00.000+0000",
            )
        )
    ending = await sync(engine, portal.portal(100), mode="incremental", now=NOW + timedelta(hours=3))
    assert ending.verdict is Verdict.SUCCEEDED
    counts = await row(
        engine,
        "select count(*) as n, count(*) filter (where received_on < '2024-01-01') as old from dossier.head_v1",
    )
    assert (counts["n"], counts["old"]) == (301, 300)
    assert await rows(engine, "select 1 as one from dossier.quarantine") == []
