"""What befalls a portal: not to be found, a new password, silence, announced maintenance, odd hours."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
import stamina
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.configuration import configured
from dossier_sync.gauges import refresh_gauges
from dossier_sync.plan import FixedPlans
from dossier_sync.portals.igate import Igate
from dossier_sync.settings import DossierSyncSettings
from dossier_sync.worker import work_once
from shared.runtime.http import PortalClient
from shared.sync.portal_terms import Rhythm
from support.fake_igate import FakeIgate, a_record
from support.sandbox import a_sandbox
from support.signals import rule, sample
from support.syncing import FEED, plans_of, row, rows
from support.working import changed, habits, registered, signal, until, working

OTHER = "other/dossiers"


@pytest.mark.fault("F01")
async def test_f01_a_portal_whose_name_is_unknown_does_not_keep_the_others_waiting(engine: AsyncEngine) -> None:
    lost = PortalClient("https://igate.no-such-province.invalid", allow_hosts={"igate.no-such-province.invalid"})
    portal = FakeIgate([a_record()], feed=OTHER)
    plans = plans_of({FEED: lambda: Igate(lost), OTHER: lambda: portal.portal(3)})
    await registered(engine, plans.current())
    with stamina.set_testing(True, attempts=2):
        async with working(engine, habits(plans)):
            await until(engine, "select bool_and(last_verdict is not null) from dossier.feed", seconds=30)
    found = await rows(engine, "select feed, last_verdict, last_failure, watermark is null as still from dossier.feed")
    assert sorted(found, key=lambda one: str(one["feed"])) == [
        {"feed": FEED, "last_verdict": "failed", "last_failure": "unavailable", "still": True},
        {"feed": OTHER, "last_verdict": "succeeded", "last_failure": None, "still": False},
    ]
    assert await signal(engine, "feed_failures", FEED) == 1


@pytest.mark.fault("F06")
@pytest.mark.fault("F07")
async def test_f06_a_wait_one_worker_was_told_of_holds_for_every_feed_of_the_portal(engine: AsyncEngine) -> None:
    """Two feeds of one portal, one of another: the first is told to wait an hour, the second is then not even asked."""
    portal, elsewhere = FakeIgate([a_record()]), FakeIgate([a_record()], feed=OTHER)
    portal.faults.append(lambda _: httpx.Response(429, headers={"retry-after": "3600"}))
    second = "fake/more"
    opened = {FEED: portal.portal, second: portal.portal, OTHER: elsewhere.portal}
    plain = plans_of({name: lambda: portal.portal(3) for name in opened}).current()
    shared = {name: replace(plan, open=partial(opened[name], 3, line=plan.line)) for name, plan in plain.items()}
    await registered(engine, shared)
    async with working(engine, habits(FixedPlans(shared))):
        await until(engine, "select count(*) = 2 from dossier.feed where last_verdict is not null")
        await asyncio.sleep(0.2)
    found = {one["feed"]: one for one in await rows(engine, "select * from dossier.feed")}
    assert (found[FEED]["last_failure"], found[OTHER]["last_verdict"]) == ("rate_limited", "succeeded")
    assert (found[second]["last_verdict"], len(await rows(engine, "select * from dossier.run"))) == (None, 2)
    assert 3500 < await signal(engine, "feed_paced_seconds", FEED) <= 3600
    await changed(engine, "update dossier.feed set paced_until = now()")
    portal.faults.clear()
    async with working(engine, habits(FixedPlans(shared))):
        await until(engine, f"select last_verdict = 'succeeded' from dossier.feed where feed = '{second}'")


PORTAL = """
[portal.city]
url = "{url}"
[portal.city.auth]
kind = "client_credentials"
token_url = "{url}/auth/realms/digo/protocol/openid-connect/token"
client_id = "sandbox-client"
secret = "file:{secret}"
[portal.city.feed.dossiers]
adapter = "igate"
agencies = ["H24"]
"""


@pytest.mark.fault("F26")
async def test_f26_a_changed_password_is_not_tried_for_ever_and_the_new_one_needs_no_restart(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    secret, file = tmp_path / "secret", tmp_path / "portals.toml"
    secret.write_text("yesterday's")
    async with a_sandbox() as sandbox:
        file.write_text(PORTAL.format(url=sandbox.url, secret=secret))
        plans = await configured(
            DossierSyncSettings(DOSSIER_SYNC_DATABASE_URL="postgresql://unused", DOSSIER_SYNC_PORTALS=file), engine
        )
        async with working(engine, habits(plans)):
            await until(engine, "select last_failure = 'auth' from dossier.feed")
            await asyncio.sleep(0.3)
            refused = await row(
                engine, "select failures, closed_until > now() + interval '50 min' as left_alone from dossier.feed"
            )
            assert refused == {"failures": 1, "left_alone": True}
            assert "yesterday" not in str(await rows(engine, "select * from dossier.feed, dossier.run"))
            secret.write_text("sandbox-secret")
            await until(engine, "select last_verdict = 'succeeded' from dossier.feed", seconds=60)
    assert [one["verdict"] for one in await rows(engine, "select verdict from dossier.run order by run_id")] == [
        "failed",
        "succeeded",
    ]


@pytest.mark.fault("F96", "F97")
async def test_f96_a_portal_where_nothing_moves_in_working_hours_is_stale_and_never_zero(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record()])
    all_day = Rhythm(opens="00:00", closes="23:59", silence="8h")
    plans = plans_of({FEED: lambda: portal.portal(3)}, rhythm=all_day, every=timedelta(minutes=5))
    await registered(engine, plans.current())
    told = habits(plans)
    assert await work_once(engine, told, asyncio.Event()) is not None
    assert (await row(engine, "select state, reason from dossier.feed_v2")) == {"state": "fresh", "reason": None}
    await changed(engine, "update dossier.feed set moved_at = now() - interval '30 days', next_at = now()")
    ending = await work_once(engine, told, asyncio.Event())
    assert ending is not None
    assert str(ending.verdict) == "succeeded"  # it did answer, and validly
    assert (await row(engine, "select state, reason from dossier.feed_v2")) == {"state": "stale", "reason": "silent"}
    assert await signal(engine, "feed_silent", FEED) == 1
    assert (await row(engine, "select count(*) as n from dossier.head"))["n"] == 1
    portal.put(a_record(updatedDate=f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%S.000+0000}"))  # noqa: TID251
    await changed(engine, "update dossier.feed set next_at = now()")
    assert await work_once(engine, told, asyncio.Event()) is not None
    assert (await row(engine, "select state, reason from dossier.feed_v2")) == {"state": "fresh", "reason": None}
    assert await signal(engine, "feed_silent", FEED) == 0


@pytest.mark.fault("F104")
async def test_f104_announced_maintenance_is_an_expected_gap_with_its_reason(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    secret, file = tmp_path / "secret", tmp_path / "portals.toml"
    secret.write_text("x")
    begun = datetime.now(UTC) - timedelta(minutes=1)  # noqa: TID251
    announced = f'[[portal.city.maintenance]]\nfrom = {begun.isoformat()}\nuntil = {{}}\nreason = "Nâng cấp"\n'
    terms = PORTAL.format(url="http://127.0.0.1:9", secret=secret) + announced
    file.write_text(terms.format((begun + timedelta(hours=2)).isoformat()))
    settings = DossierSyncSettings(DOSSIER_SYNC_DATABASE_URL="postgresql://unused", DOSSIER_SYNC_PORTALS=file)
    plans = await configured(settings, engine)
    await changed(engine, "update dossier.feed set data_until = now() - interval '1 h', next_at = now()")
    async with working(engine, habits(plans)):
        await until(engine, "select quiet_until > now() from dossier.feed")
        await asyncio.sleep(0.2)
    assert await rows(engine, "select * from dossier.run") == []
    shown = {"state": "stale", "reason": "maintenance: Nâng cấp"}
    assert (await row(engine, "select state, reason from dossier.feed_v2")) == shown
    assert await signal(engine, "feed_maintenance", "city/dossiers") == 1
    assert await signal(engine, "feed_overdue_seconds", "city/dossiers") == 0
    file.write_text(terms.format((begun + timedelta(seconds=1)).isoformat()))
    with stamina.set_testing(True, attempts=1):
        async with working(engine, habits(plans)):
            await until(engine, "select last_verdict = 'failed' from dossier.feed")
    assert await signal(engine, "feed_maintenance", "city/dossiers") == 0


@pytest.mark.fault("F76")
@pytest.mark.parametrize(("hour", "alarms"), [(9, False), (2, True)])
async def test_f76_changes_dated_at_night_tell_of_a_wrong_time_zone(
    engine: AsyncEngine, hour: int, alarms: bool
) -> None:
    """Work done at nine in Hải Phòng, written without its zone and read as universal time, is done at two at night."""
    records = [
        a_record(f"000.00.99.H24-240115-{n:04d}", updatedDate=f"2024-01-{1 + n % 28:02d}T{hour:02d}:00:00.000+0700")
        for n in range(60)
    ]
    plans = plans_of({FEED: lambda: FakeIgate(records).portal(60)})
    await registered(engine, plans.current())
    assert await work_once(engine, habits(plans), asyncio.Event()) is not None
    assert (await signal(engine, "feed_night_share", FEED) > 0.2) is alarms
    found = await rows(engine, "select distinct received_on from dossier.revision")
    assert len(found) == 1  # told and never corrected in silence


@pytest.mark.fault("F144")
async def test_f144_when_no_portal_answers_one_alert_speaks_of_one_cause(engine: AsyncEngine) -> None:
    """Two portals that cannot be reached are our network; one of them that answers again is not."""
    portal = FakeIgate([a_record()], feed=OTHER)
    answers = False

    def away() -> Igate:
        host = "no-such-province.invalid"
        return Igate(PortalClient(f"https://{host}", allow_hosts={host}))

    plans = plans_of({FEED: away, OTHER: lambda: portal.portal(3) if answers else away()})
    await registered(engine, plans.current())
    assert await every_portal_away(engine) == 0.0
    with stamina.set_testing(True, attempts=1):
        async with working(engine, habits(plans)):
            await until(engine, "select count(*) = 2 from dossier.feed where last_failure = 'unavailable'", seconds=30)
            assert await every_portal_away(engine) == 1.0
            answers = True
            await changed(
                engine, f"update dossier.feed set next_at = now(), closed_until = null where feed = '{OTHER}'"
            )
            await until(
                engine, f"select last_verdict = 'succeeded' from dossier.feed where feed = '{OTHER}'", seconds=30
            )
            assert await every_portal_away(engine) == 0.0
    assert rule("EveryPortalAway") == "motcua_every_portal_away == 1"
    for alert in ("FeedStale", "FeedFails"):
        assert rule(alert).endswith("unless on () motcua_every_portal_away == 1")


@pytest.mark.fault("F144")
async def test_f144_a_single_portal_that_is_away_is_its_own_matter(engine: AsyncEngine) -> None:
    plans = plans_of(dict.fromkeys((FEED, "fake/more"), lambda: FakeIgate([a_record()]).portal(3)))
    await registered(engine, plans.current())
    await changed(engine, "update dossier.feed set last_failure = 'unavailable', failures = 3")
    assert await every_portal_away(engine) == 0.0


async def every_portal_away(engine: AsyncEngine) -> float:
    await refresh_gauges(engine)
    return sample("every_portal_away")
