"""Random histories of one feed: its portal changes, fails and is restored from a backup, runs come and die, what is set
aside is tried again.

Whatever happened: no run is called proven while it lacks a row (``support.truth``) or while the portal has gone back,
the ledger and the figures verify, nothing is buried that two proven sweeps did not miss; and once the portal is left in
peace, our heads are what it holds, and reading it again changes nothing. Where only a few dossiers are told in older
versions than before, that is no restored portal: what we hold stays, and what it tells is kept as history.
``--histories`` asks for more of them.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import event, text

from dossier_sync.domain.alarms import Alarm, Decision
from dossier_sync.domain.replay import What
from dossier_sync.repository.alarms import AlarmRow, decide, open_alarms
from dossier_sync.repository.verify import verify as verify_ledger
from metrics.projector import catch_up, step
from metrics.verify import verify as verify_figures
from shared.runtime.database import create_engine, snapshot, transaction
from support import truth
from support.fake_igate import FakeIgate, a_record, waiting
from support.postgres import Server
from support.replaying import ordered, settled
from support.syncing import FEED, NOW, claimed, rows, sync

T = TypeVar("T")
AGENCY = "000.00.99.H24"
LONG_AGO = datetime.min.replace(tzinfo=UTC)
DOSSIERS = st.integers(1, 10)  # so few may vanish at once without the brake on a falling count (F27)
PAGE_SIZE = 3
MODES = st.sampled_from(["full", "incremental"])
PAGES = st.integers(0, 3)
FAULTS = ("refused", "cut", "again", "empty", "total", "moving", "shrinking", "forgotten")
SOME = 3
"""So many dossiers in older versions, in a list whose front went back, are a restored portal."""

_PROVEN = "select count(*) as n from dossier.run where mode = 'full' and verdict in ('succeeded', 'succeeded_empty')"
_ENTRIES = "select coalesce(max(entry), 0) as n from dossier.ledger_entry"
_HEADS = "select dossier_code, source_hash, gone, modified_at from dossier.head"
_TOLD = "select dossier_code, source_hash from dossier.revision"
_NEWEST = "select newest_at from dossier.feed"
_ASIDE = "select source_key, source_hash from dossier.quarantine where closed_page is null"
_STANDS = "select run_id is not null as unfinished from dossier.feed"


class Killed(BaseException):
    """The process ended here."""


def code_of(number: int) -> str:
    return f"{AGENCY}-240115-{number:04d}"


class Histories(RuleBasedStateMachine):
    """One history. ``gone_since``: dossiers the portal no longer holds, and how many sweeps were proven before."""

    server: Server

    def __init__(self) -> None:
        super().__init__()
        truth.forget()
        self._loop, self._stack = asyncio.new_event_loop(), AsyncExitStack()
        self.url = self.wait(self._stack.enter_async_context(self.server.a_database()))
        self.engine = create_engine(self.url, application_name="history", pool_size=3)
        self.portal, self.now = FakeIgate([]), NOW
        self.vanished: dict[str, dict[str, Any]] = {}
        self.gone_since: dict[str, int] = {}
        self.broken: set[str] = set()
        self.backup: tuple[list[dict[str, Any]], set[str]] | None = None
        self.sweeps = 0
        self._left = 0
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._passes)
        event.listen(self.engine.sync_engine, "commit", self._passes)

    def wait(self, what: Awaitable[T]) -> T:
        """Runs it to its end."""
        return self._loop.run_until_complete(what)

    def teardown(self) -> None:
        """However it went: left in peace, the feed comes to the portal's truth."""
        try:
            self.ends_well()
        finally:
            self.wait(self.engine.dispose())
            self.wait(self._stack.aclose())
            self._loop.close()

    # What the portal does.

    @initialize(numbers=st.sets(DOSSIERS, min_size=5))
    def begins(self, numbers: set[int]) -> None:
        self.wait(claimed(self.engine))
        self.wait(self._free())
        for number in sorted(numbers):
            self.tells([number], name="Đang xử lý", broken=False)

    @rule(
        numbers=st.lists(DOSSIERS, min_size=1, max_size=3, unique=True),
        name=st.sampled_from(["Đang xử lý", "Chờ bổ sung", "Đã tiếp nhận"]),
        broken=st.sampled_from([False, False, False, True]),
    )
    def tells(self, numbers: list[int], name: str, broken: bool) -> None:
        """New or changed dossiers, several under one time of change; a broken one has a day that does not exist."""
        self.now += timedelta(minutes=3)
        for number in numbers:
            self._put(number, waiting(name), broken=broken)

    @rule(number=DOSSIERS)
    def loses(self, number: int) -> None:
        self._lose(code_of(number))

    @rule(number=DOSSIERS)
    def finds_again(self, number: int) -> None:
        """As it was, old time of change included."""
        code = code_of(number)
        if code in self.vanished:
            self.portal.put(self.vanished.pop(code))
            del self.gone_since[code]

    @rule(random=st.randoms(use_true_random=False))
    def reorders(self, random: Any) -> None:
        """Within one time of change the order is the portal's own affair."""
        random.shuffle(self.portal.records)

    @rule()
    def is_backed_up(self) -> None:
        self.backup = list(self.portal.records), set(self.broken)

    @precondition(lambda self: self.backup)
    @rule()
    def is_restored(self) -> None:
        """The portal is as it was when it was backed up: codes vanish or are back, versions are the older ones."""
        assert self.backup
        records, broken = self.backup
        back = {record["code"] for record in records}
        for code in {record["code"] for record in self.portal.records} - back:
            self._lose(code)
        for code in back:
            self.vanished.pop(code, None)
            self.gone_since.pop(code, None)
        self.portal.records, self.broken = list(records), (self.broken - back) | (broken & back)

    @rule(kind=st.sampled_from(FAULTS), page=PAGES)
    def fails(self, kind: str, page: int) -> None:
        self.portal.faults.append(getattr(self, f"_{kind}")(page))

    @precondition(lambda self: self.portal.faults)
    @rule()
    def recovers(self) -> None:
        self.portal.faults.clear()

    # What we do.

    @precondition(lambda self: self._alarm())
    @rule(decision=st.sampled_from(Decision))
    def an_operator_decides(self, decision: Decision) -> None:
        self._decide(decision)

    @rule(mode=MODES)
    def runs(self, mode: str) -> None:
        self._run(mode)

    @rule(mode=MODES, point=st.integers(1, 90))
    def runs_and_dies(self, mode: str, point: int) -> None:
        with self._dying(point):
            self._run(mode)

    @rule(point=st.integers(1, 40) | st.just(0))
    def tries_again_what_is_set_aside(self, point: int) -> None:
        with self._dying(point):
            self.wait(ordered(self.engine, What.QUARANTINE))
            self.wait(settled(self.engine, self.portal.portal(PAGE_SIZE), now=self.now))

    @rule(most_rows=st.sampled_from([1, 4, 1_000]), point=st.integers(1, 30) | st.just(0))
    def projects(self, most_rows: int, point: int) -> None:
        with self._dying(point):
            self.wait(step(self.engine, most_rows=most_rows))

    @rule()
    def is_left_in_peace(self) -> None:
        """Heads equal what the portal holds, and reading all of it again changes nothing."""
        self._until_proven()
        self._heads_equal_the_truth()
        self._proofs_hold()
        entries = self._one(_ENTRIES)
        if not self.gone_since:
            self._run("full")
            self._run("incremental")
            assert self._one(_ENTRIES) == entries, "reading the same again wrote something"

    def ends_well(self) -> None:
        for _ in range(3):
            self._until_proven()
        self._heads_equal_the_truth()
        buried = {head["dossier_code"] for head in self._rows(_HEADS) if head["gone"]}
        known = {head["dossier_code"] for head in self._rows(_HEADS)}
        assert buried == known & set(self.gone_since), "two sweeps missed them"
        self._proofs_hold()

    # How it is judged.

    def _run(self, mode: str) -> None:
        self.now += timedelta(minutes=3)
        went_back = self._has_gone_back()
        before = self._one(_PROVEN)
        self.wait(sync(self.engine, self.portal.portal(PAGE_SIZE, attempts=1), mode=mode, now=self.now))
        self.wait(truth.compare(self.url))
        self.sweeps = self._one(_PROVEN)
        assert not went_back or self.sweeps == before, "a restored portal was not noticed"
        for head in self._rows(_HEADS):
            if head["gone"] and head["dossier_code"] in self.gone_since:
                assert self.sweeps - self.gone_since[head["dossier_code"]] >= 2, "buried before two sweeps missed it"

    def _has_gone_back(self) -> bool:
        """Whether the portal, while nothing of it moves, tells enough older versions behind an older front."""
        if self.portal.faults or self._decision() is Decision.ACCEPT:
            return False
        held = self._held()
        heads = {head["dossier_code"]: head["modified_at"] for head in self._rows(_HEADS) if not head["gone"]}
        older = [
            code
            for code, one in held.items()
            if code not in self.broken and one.modified_at < heads.get(code, LONG_AGO)
        ]
        newest = self._rows(_NEWEST)[0]["newest_at"]
        return len(older) >= SOME and max(one.modified_at for one in held.values()) < (newest or LONG_AGO)

    def _until_proven(self) -> None:
        """A run that was left unfinished goes on in its own way first; then the whole list must be proven at once.

        A portal that went back asks for a decision before: it is believed.
        """
        self.portal.faults.clear()
        found = self._rows(_STANDS)
        if found and found[0]["unfinished"]:
            self._run("full")
        before = self._one(_PROVEN)
        if not self._alarm():
            self._run("full")
        if self._alarm():
            self._decide(Decision.ACCEPT)
            before = self._one(_PROVEN)
            self._run("full")
        assert self._one(_PROVEN) == before + 1, self._rows("select * from dossier.run order by run_id desc limit 1")

    def _heads_equal_the_truth(self) -> None:
        held = self._held()
        heads = {head["dossier_code"]: head for head in self._rows(_HEADS)}
        aside = {one["source_key"]: one["source_hash"] for one in self._rows(_ASIDE)}
        told = {(one["dossier_code"], one["source_hash"]) for one in self._rows(_TOLD)}
        for code, one in held.items():
            if code in self.broken:
                assert aside[code] == one.alias, f"{code} is broken and not set aside"
                continue
            head = heads[code]
            if one.modified_at < head["modified_at"]:
                assert (code, one.alias) in told, f"{code}: the older version it is told in is not kept"
            else:
                assert head["source_hash"] == one.alias, code
            assert not head["gone"], code
            assert code not in aside, f"{code} is still set aside"
        assert {code for code, head in heads.items() if not head["gone"]} <= set(held) | set(self.gone_since)

    def _held(self) -> dict[str, truth.Held]:
        return {one.code: one for one in self.portal.held()}

    def _alarm(self) -> AlarmRow | None:
        """The open one of a portal that went back."""

        async def ask() -> AlarmRow | None:
            async with snapshot(self.engine) as connection:
                return next((one for one in await open_alarms(connection, FEED) if one.name == Alarm.REGRESS), None)

        return self.wait(ask())

    def _decision(self) -> str | None:
        alarm = self._alarm()
        return alarm and alarm.decision

    def _decide(self, decision: Decision) -> None:
        async def note() -> None:
            async with transaction(self.engine) as connection:
                assert await decide(connection, FEED, Alarm.REGRESS, decision, "operator-1", at_most=1_000)

        self.wait(note())

    def _proofs_hold(self) -> None:
        async def prove() -> None:
            async with snapshot(self.engine) as connection:
                assert (await verify_ledger(connection)).broken is None
            await catch_up(self.engine)
            figures = await verify_figures(self.engine)
            assert (figures.differences, figures.unproven) == ((), None)

        self.wait(prove())

    def _rows(self, question: str) -> list[dict[str, Any]]:
        return self.wait(rows(self.engine, question))

    def _one(self, question: str) -> int:
        return int(self._rows(question)[0]["n"])

    # How it is done.

    def _put(self, number: int, changed: dict[str, Any], *, broken: bool) -> None:
        code = code_of(number)
        if broken:
            changed = {**changed, "acceptedDate": "2024-02-31T01:30:00.000+0000"}
        self.vanished.pop(code, None)
        self.gone_since.pop(code, None)
        (self.broken.add if broken else self.broken.discard)(code)
        self.portal.put(a_record(code, updatedDate=f"{self.now:%Y-%m-%dT%H:%M:%S}.000+0000", **changed))

    def _lose(self, code: str) -> None:
        for record in self.portal.records:
            if record["code"] == code:
                self.vanished[code] = record
                self.gone_since[code] = self.sweeps
        self.portal.records = [one for one in self.portal.records if one["code"] != code]

    def _passes(self, *_: Any) -> None:
        self._left -= 1
        if self._left == 0:
            raise Killed

    @contextmanager
    def _dying(self, point: int) -> Iterator[None]:
        """Ends what is done here at that statement or commit, as if the process had; its lease runs out."""
        self._left = point
        try:
            with contextlib.suppress(Killed):
                yield
        finally:
            self._left = 0
        self.wait(self._free())

    async def _free(self) -> None:
        async with transaction(self.engine) as connection:
            await connection.execute(text("update dossier.feed set lease_until = null"))

    def _at(self, page: int, answer: Callable[[httpx.Request], httpx.Response | None]) -> Any:
        def fault(request: httpx.Request) -> httpx.Response | None:
            return (
                answer(request)
                if request.url.params.get("page") == str(page) and "code" not in request.url.params
                else None
            )

        return fault

    def _refused(self, page: int) -> Any:
        return self._at(page, lambda _: httpx.Response(500))

    def _cut(self, page: int) -> Any:
        return self._at(page, lambda request: httpx.Response(200, content=self._said(request)[:-40]))

    def _again(self, page: int) -> Any:
        """The page before once more."""
        return self._at(page + 1, lambda request: self._edited(request, page, {}))

    def _empty(self, page: int) -> Any:
        return self._at(page, lambda request: self._edited(request, page, {"content": []}))

    def _total(self, page: int) -> Any:
        return self._at(page, lambda request: self._edited(request, page, {"totalElements": 2}))

    def _forgotten(self, _: int) -> Any:
        """No later page is known by its number any more."""
        later = httpx.Response(400, json={"message": "page"})
        return lambda request: None if request.url.params["page"] == "0" else later

    def _moving(self, page: int) -> Any:
        """While that page is asked for, a dossier changes and goes to the front."""

        def moves(_: httpx.Request) -> None:
            self.now += timedelta(seconds=1)
            self._put(page + 1, waiting("Đang xử lý"), broken=False)
            self.portal.truth.saw(self.portal.held())  # it may be the run's last request

        return self._at(page, moves)

    def _shrinking(self, page: int) -> Any:
        """While that page is asked for, the newest dossier vanishes: the others move over places already read."""

        def shrinks(_: httpx.Request) -> None:
            if len(self.portal.records) > 3:
                self._lose(max(self.portal.records, key=lambda one: str(one["updatedDate"]))["code"])
                self.portal.truth.saw(self.portal.held())

        return self._at(page, shrinks)

    def _said(self, request: httpx.Request) -> bytes:
        faults, self.portal.faults = self.portal.faults, []
        try:
            return self.portal.answer(request).read()
        finally:
            self.portal.faults = faults

    def _edited(self, request: httpx.Request, page: int, changed: dict[str, Any]) -> httpx.Response:
        asked = httpx.Request("GET", request.url.copy_set_param("page", page))
        return httpx.Response(200, json={**json.loads(self._said(asked)), **changed})


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.fault("F41", "F42", "F53", "F66", "F67", "F98", "F106", "F115")
def test_every_history_ends_with_the_portals_truth(server: Server, request: pytest.FixtureRequest) -> None:
    examples = request.config.getoption("--histories")
    machine = type("Histories", (Histories,), {"server": server})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a shorter history costs minutes to find
        ),
    )
    truth.forget()
