"""Two feeds store one new dossier at the same instant: the later page is taken back and tried again."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.portals.igate import Igate
from dossier_sync.repository.feeds import register
from dossier_sync.repository.verify import verify
from shared.runtime.database import create_engine, snapshot, transaction
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record
from support.syncing import rows, sync

CITY, NATION = "city/dossiers", "nation/dossiers"
BOTH, CITYS, NATIONS = (f"000.00.99.H24-240115-{n:04d}" for n in (1, 2, 3))


async def ranked(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        for name, rank in ((CITY, 10), (NATION, 50)):
            told = {"portal": name.partition("/")[0], "kind": "dossiers", "agency_code": "H24", "every_seconds": 60}
            await register(connection, name, rank=rank, **told)


def interrupted(portal: Igate, meanwhile: Callable[[], Coroutine[Any, Any, None]]) -> Counter[str]:
    """``meanwhile`` happens, from beginning to end, when the first record of a page is decoded: which dossiers are new
    has been read then, and none is written. How often each was decoded."""
    decode, decoded = portal.decode, Counter[str]()

    def later(raw: Any, key: str) -> Any:
        if not decoded:
            decoded[key] += 1
            with ThreadPoolExecutor(1) as thread:
                thread.submit(lambda: asyncio.run(meanwhile())).result()
        else:
            decoded[key] += 1
        return decode(raw, key)

    portal.decode = later  # type: ignore[method-assign] - the instant between reading and writing has no other handle
    return decoded


@pytest.mark.fault("F70")
@pytest.mark.parametrize(("name", "rival"), [(CITY, NATION), (NATION, CITY)])
async def test_f70_a_dossier_that_two_feeds_add_at_once_is_one_dossier_and_neither_page_is_lost(
    engine: AsyncEngine, database_url: str, name: str, rival: str
) -> None:
    await ranked(engine)
    portals = {
        CITY: FakeIgate([a_record(BOTH), a_record(CITYS)], feed=CITY),
        NATION: FakeIgate([a_record(BOTH, sector="copy"), a_record(NATIONS)], feed=NATION),
    }
    verdicts = {}

    async def rival_stores() -> None:
        own = create_engine(database_url, application_name="rival", pool_size=2)
        verdicts[rival] = (await sync(own, portals[rival].portal(), name=rival)).verdict
        await own.dispose()

    portal = portals[name].portal()
    decoded = interrupted(portal, rival_stores)
    verdicts[name] = (await sync(engine, portal, name=name)).verdict

    assert verdicts == {CITY: Verdict.SUCCEEDED, NATION: Verdict.SUCCEEDED}
    assert decoded[BOTH] == 2, "the page was not taken back: nobody was in its way"
    heads = await rows(engine, "select dossier_code, feed from dossier.head join dossier.feed using (feed_id)")
    assert {one["dossier_code"]: one["feed"] for one in heads} == {BOTH: CITY, CITYS: CITY, NATIONS: NATION}
    copies = await rows(engine, "select dossier_code, feed from dossier.copy join dossier.feed using (feed_id)")
    assert [(one["dossier_code"], one["feed"]) for one in copies] == [(BOTH, NATION)]
    counted = await rows(engine, "select seen, pages from dossier.run")
    assert counted == [{"seen": 2, "pages": 1}] * 2
    async with snapshot(engine) as connection:
        assert (await verify(connection)).broken is None
