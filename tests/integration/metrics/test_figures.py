"""Figures over a real database: two ways to the same integers, as-of, bounds, the report's own numbers."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from metrics.domain.counts import SETS, PeriodCounts
from metrics.domain.definitions import Subject
from metrics.domain.dictionary import FIGURES, find
from metrics.domain.judging import judge
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion, Scope
from metrics.figures import Answer, dossier_counts
from metrics.forms.scores import answered
from metrics.moments import moment_of
from metrics.repository import counting, sources
from metrics.repository.scoping import AsOf
from metrics.schemas.shaping import dictionary_out
from shared.contracts.views import reconciliation_v1
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel, DecisionKind
from shared.domain.status import DossierStatus
from shared.runtime.database import snapshot
from support.day_counters import counted
from support.metrics_world import (
    Version,
    World,
    a_dossier,
    a_procedure,
    again,
    any_dossiers,
    catalogue_feed_v2,
    decision_v1,
    petition_v3,
    procedure_v1,
)

DAY = timedelta(days=1)
YEAR = ReportingPeriod.parse("2024")


async def ask(world: World, figure: str, period: ReportingPeriod = YEAR, **scope: object) -> Answer:
    as_of = scope.pop("as_of", None)
    question = FigureQuestion(find(figure), Scope(**scope), period, as_of)  # type: ignore[arg-type]  # a test's words
    async with snapshot(world.engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        return await answered(connection, question, moment)


def folded(versions: Iterable[Version], scope: Scope, period: ReportingPeriod) -> PeriodCounts:
    """The counts without any database: judged one by one and summed."""
    judged = [(version, judge(version.facts)) for version in versions]
    within = [
        one
        for version, one in judged
        if (scope.agency is None or f"{version.agency}.".startswith(f"{scope.agency}."))
        and scope.procedure in (None, version.procedure)
        and scope.field in (None, version.field)
        and scope.channel in (None, one.channel)
    ]
    return counted(within, period.first, period.last)


def any_question(dice: random.Random) -> tuple[Scope, ReportingPeriod]:
    first = date(2023, 5, 1) + timedelta(days=dice.randrange(500))
    period = ReportingPeriod.custom(first, first + timedelta(days=dice.choice([0, 3, 30, 200, 700])))
    scope = Scope(
        agency=dice.choice([None, "H24", "H24.99", "H24.9", "H26.15", "H99"]),
        procedure=dice.choice([None, None, "1.000001"]),
        field=dice.choice([None, None, "F2"]),
        channel=dice.choice([None, None, *Channel]),
    )
    return scope, period


@pytest.mark.parametrize("seed", range(3))
async def test_tallies_rows_and_a_fold_in_memory_give_the_same_integers(world: World, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    known = {version.code: version for version in any_dossiers(seed, 250)}
    await world.page(list(known.values()))
    history = {1: dict(known)}
    for _ in range(4):
        changed = [again(dice, version) for version in dice.sample(sorted(known.values(), key=_code), 60)]
        known |= {version.code: version for version in changed}
        history[await world.page(changed)] = dict(known)
    await world.project(most_rows=130)
    newest = max(history)
    async with snapshot(world.engine) as connection:
        for _ in range(40):
            scope, period = any_question(dice)
            expected = folded(known.values(), scope, period)
            latest = AsOf(newest, 5, latest=True)
            assert await dossier_counts(connection, scope, latest, [period], SETS) == [expected]
            assert await counting.of_periods(connection, scope, latest, [period]) == [expected]
            entry = dice.choice(sorted(history))
            then = await counting.of_periods(connection, scope, AsOf(entry, 5, latest=False), [period])
            assert then == [folded(history[entry].values(), scope, period)]


def _code(version: Version) -> str:
    return version.code


async def test_series_over_time_sum_to_the_whole_and_carry_from_piece_to_piece(world: World) -> None:
    await world.page(any_dossiers(11, 300))
    await world.project()
    whole = ReportingPeriod.custom(date(2023, 7, 10), date(2024, 9, 20))
    async with snapshot(world.engine) as connection:
        latest = AsOf(1, 5, latest=True)
        pieces = await dossier_counts(connection, Scope(agency="H24"), latest, whole.pieces("month"))
        total = (await dossier_counts(connection, Scope(agency="H24"), latest, [whole]))[0]
    assert sum(piece.early for piece in pieces) == total.early > 0
    for one, following in zip(pieces, pieces[1:], strict=False):  # noqa: RUF007 - named pairs read better
        assert one.pending_in_time + one.pending_overdue == following.carried


def the_report() -> list[Version]:
    """The 2,215 dossiers of the 2024 report (figures.md 5.6)."""
    begun, due = date(2023, 11, 15), date(2024, 6, 1)
    versions = []
    for number in range(2215):
        received = begun - DAY if number < 8 else begun + timedelta(days=number % 150)
        channel = 1 if number in (8, 9) else 2
        facts = {"received_on": received, "due_on": due, "channel": channel, "code": f"R-{number:05}"}
        if number < 2155:
            facts |= {"ended_on": due - DAY}
        elif number < 2172:
            facts |= {"ended_on": due}
        else:
            facts |= {"ended_on": None, "status": DossierStatus.PROCESSING, "due_on": date(2024, 12, 5)}
        versions.append(a_dossier(**facts))
    return versions


async def test_the_2024_report_is_reproduced(world: World) -> None:
    await world.page(the_report())
    await world.project()
    period = ReportingPeriod.custom(date(2023, 11, 15), date(2024, 12, 5))
    expected = {
        "dossiers_total_handled": ("2215", None),
        "dossiers_received_online": ("2205", None),
        "dossiers_received_direct_or_post": ("2", None),
        "dossiers_carried_over": ("8", None),
        "dossiers_received_in_period": ("2207", None),
        "dossiers_resolved": ("2172", None),
        "dossiers_resolved_early": ("2155", None),
        "dossiers_resolved_on_time": ("17", None),
        "dossiers_resolved_overdue": ("0", None),
        "dossiers_pending": ("43", None),
        "dossiers_pending_in_time": ("43", None),
        "dossiers_pending_overdue": ("0", None),
        "carry_forward_out": ("43", None),
        "resolution_rate": ("0.980587", "98.1"),
        "resolved_early_rate": ("0.992173", "99.2"),
        "resolved_exact_on_time_rate": ("0.007827", "0.8"),
        "resolved_overdue_rate": ("0.000000", "0.0"),
        "on_time_rate_resolved": ("1.000000", "100.0"),
        "on_time_rate_766": ("1.000000", "100.0"),
        "on_time_rate_received": ("0.980587", "98.1"),
        "online_dossier_rate": ("0.999094", "99.9"),
        "online_on_time_rate": ("1.000000", "100.0"),
    }
    for figure, (value, percent) in expected.items():
        found = await ask(world, figure, period, agency="H24.99")
        assert (found.numbers.value, found.numbers.percent, found.complete) == (value, percent, True), figure


@pytest.mark.fault("F137")
async def test_an_answer_stays_the_same_at_its_entry_after_more_dossiers_arrive(world: World) -> None:
    await world.page([a_dossier(number) for number in range(10)])
    await world.project()
    before = await ask(world, "resolution_rate", agency="H24")
    late = {"ended_on": date(2024, 6, 1)}
    await world.page([a_dossier(number, **late) for number in range(5)])
    await world.page([a_dossier(number, status=DossierStatus.PROCESSING, ended_on=None) for number in range(20, 30)])
    await world.project()
    then = await ask(world, "resolution_rate", agency="H24", as_of=before.moment.entry)
    assert (then.numbers, then.moment.digest) == (before.numbers, before.moment.digest)
    assert (await ask(world, "resolution_rate", agency="H24")).numbers != before.numbers
    assert ("as_of_past", None) in then.flags
    assert not then.complete


@pytest.mark.fault("F133")
async def test_nothing_is_no_number(world: World) -> None:
    await world.page([])
    await world.project()
    found = (await ask(world, "on_time_rate_resolved", agency="H24")).numbers
    assert (found.value, found.percent, found.reason, found.bounds) == (None, None, "no_cases", None)
    assert (await ask(world, "dossiers_resolved", agency="H24")).numbers.value == "0"


@pytest.mark.fault("F134")
async def test_when_nothing_can_be_classified_the_bounds_say_anything(world: World) -> None:
    await world.page([a_dossier(number, status=DossierStatus.UNMAPPED) for number in range(4)])
    await world.project()
    found = await ask(world, "on_time_rate_resolved", agency="H24")
    assert (found.numbers.value, found.numbers.bounds) == (None, ("0.000000", "1.000000"))
    assert ("status_unmapped", 4) in found.excluded
    assert not found.complete


@pytest.mark.fault("F134")
async def test_unknown_records_widen_the_bounds_and_forbid_completeness(world: World) -> None:
    await world.page([a_dossier(number) for number in range(8)])
    await world.quarantine(1)
    await world.quarantine(2, received_on=date(2031, 1, 1))
    await world.quarantine(3, agency_code="H26")
    await world.quarantine(4, agency_code=None)
    await world.project()
    found = await ask(world, "on_time_rate_resolved", agency="H24.99")
    assert found.numbers.bounds == ("0.800000", "1.000000")
    assert (("quarantined", 2) in found.excluded, found.complete) == (True, False)
    assert (await ask(world, "dossiers_resolved", agency="H24.99")).numbers.bounds == ("8", "10")


async def test_a_record_that_left_the_quarantine_behind_the_projection_still_widens(world: World) -> None:
    """The feed says that nothing is set aside any more. That is so at an entry the figures do not know yet."""
    await world.page([a_dossier(1)])
    await world.quarantine(1)
    await world.project()
    await world.page([a_dossier(2)])
    async with world.engine.begin() as connection:
        await connection.execute(text("update dossier.quarantine_v1 set closed_entry = 2"))
        await connection.execute(text("update dossier.feed_v2 set quarantined = 0"))
    assert ("quarantined", 1) in (await ask(world, "dossiers_resolved", agency="H24")).excluded
    await world.project()
    assert ("quarantined", 0) in (await ask(world, "dossiers_resolved", agency="H24")).excluded


async def test_a_record_left_the_quarantine_only_for_later_entries(world: World) -> None:
    await world.page([a_dossier(1)])
    await world.quarantine(1, opened_entry=1, closed_entry=2)
    await world.page([a_dossier(2)])
    await world.project()
    assert (await ask(world, "dossiers_resolved", agency="H24")).numbers.bounds == ("2", "2")
    assert (await ask(world, "dossiers_resolved", agency="H24", as_of=1)).numbers.bounds == ("1", "2")


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"state": "stale"}, "source_not_fresh"),
        ({"state": "unknown"}, "source_not_fresh"),
        ({"agency_code": "H26"}, "source_unproven"),
        ({"data_until": None}, "data_ends_before_period"),
    ],
)
@pytest.mark.fault("F135", "F142")
async def test_what_is_not_proven_is_not_complete(world: World, changes: dict[str, object], flag: str) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    assert (await ask(world, "dossiers_resolved", agency="H24.99")).complete
    await world.feed(**changes)
    found = await ask(world, "dossiers_resolved", agency="H24.99")
    assert (found.complete, found.flags) == (False, ((flag, None),))


@pytest.mark.fault("F135")
async def test_one_silent_portal_of_five_leaves_the_sum_partial_and_is_named(world: World) -> None:
    await world.page([a_dossier(number, agency=f"H24.{number}") for number in range(1, 6)])
    await world.feed(agency_code="H24.1")
    for number in range(2, 6):
        await world.feed(feed=f"p{number}/dossiers", portal=f"p{number}", agency_code=f"H24.{number}")
    await world.project()
    whole = await ask(world, "dossiers_resolved", agency="H24")
    assert (whole.numbers.value, whole.complete, len(whole.feeds)) == ("5", True, 5)
    await world.feed(feed="p4/dossiers", portal="p4", agency_code="H24.4", state="stale")
    partial = await ask(world, "dossiers_resolved", agency="H24")
    assert (partial.numbers.value, partial.complete, partial.flags) == ("5", False, (("source_not_fresh", None),))
    assert [feed.feed for feed in partial.feeds if feed.state != "fresh"] == ["p4/dossiers"]
    assert (await ask(world, "dossiers_resolved", agency="H24.3")).complete, "the others stand as they are"


@pytest.mark.parametrize(
    ("agency", "period", "expected"),
    [
        ("H24.99", YEAR, 7),
        ("H24", YEAR, 9),
        (None, YEAR, 9),
        ("H24.99.3", YEAR, 7),
        ("H24.98", YEAR, 2),
        ("H24.9", YEAR, 2),
        ("H25", YEAR, 0),
        ("H24.99", ReportingPeriod.parse("2024-02"), 0),
        ("H24.99", ReportingPeriod.parse("report-2024-04"), 7),
    ],
)
@pytest.mark.fault("F105")
async def test_what_a_portals_own_count_leaves_unexplained_forbids_completeness(
    world: World, agency: str | None, period: ReportingPeriod, expected: int
) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    march, january = date(2024, 3, 1), date(2024, 1, 1)
    counts = [
        ("p", "H24.99", march, -7),
        ("p", "H24.99.1", march, 4),
        ("p", "H24.98", march, 2),
        ("p", "H24", march, 0),
        ("q", "H24", january, 2),
    ]
    await world.add(reconciliation_v1, *(_compared(*one) for one in counts))
    found = await ask(world, "dossiers_resolved", period, agency=agency)
    assert [count for flag, count in found.flags if flag == "unexplained_records"] == ([expected] if expected else [])
    assert found.complete is (not found.flags)
    decisions = await ask(world, "procedures_total", period, agency=agency)
    assert "unexplained_records" not in dict(decisions.flags)


def _compared(portal: str, agency: str, month: date, unexplained: int) -> dict[str, object]:
    return {
        "portal": portal,
        "source": "igate_search",
        "month": month,
        "agency_code": agency,
        "asked_at": datetime(2024, 5, 1, tzinfo=UTC),
        "entry": 1,
        "theirs": 10 + unexplained,
        "ours": 10,
        "matched": 10,
        "explained": {},
        "unexplained": unexplained,
    }


async def test_a_projection_that_lags_is_not_complete(world: World) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    await world.page([a_dossier(2)])
    found = await ask(world, "dossiers_resolved", agency="H24")
    assert (found.numbers.value, found.complete, found.moment.entry) == ("1", False, 1)


async def test_the_catalogue_is_counted_as_in_force_and_as_known(world: World) -> None:
    await world.add(
        procedure_v1,
        a_procedure(1, online_level="FULL", levels=["COMMUNE", "DISTRICT"]),
        a_procedure(2, fee_bearing=True),
        a_procedure(3, valid_to=date(2024, 6, 1), in_force=False),
        a_procedure(4, valid_from=date(2025, 1, 1)),
        a_procedure(5, in_force=False),
        a_procedure(6, online_level="PARTIAL", change_to=5),
        a_procedure(6, online_level="FULL", change_from=5),
        a_procedure(7, agency_code="H240"),
        a_procedure(1, online_level="NONE", levels=["COMMUNE"], agency_code="H24.99.01"),
    )
    values = {
        figure: (await ask(world, figure, YEAR, agency="H24")).numbers
        for figure in ("procedures_total", "procedures_full_online", "full_online_rate", "online_coverage_rate")
    }
    assert values["procedures_total"].value == "3"
    assert values["procedures_full_online"].value == "2"
    assert (values["full_online_rate"].value, values["online_coverage_rate"].value) == ("0.666667", "1.000000")
    may = ReportingPeriod.parse("2024-05")
    assert (await ask(world, "procedures_total", may, agency="H24")).numbers.value == "4"
    commune = await ask(world, "procedures_by_authority_level", agency="H24", level=AuthorityLevel.COMMUNE)
    assert commune.numbers.value == "1"
    assert not commune.complete


async def test_a_catalogue_figure_is_complete_once_its_feed_has_proven_it(world: World) -> None:
    feed = {
        "feed": "national/procedures:H24.99",
        "portal": "national",
        "kind": "procedures",
        "agency_code": "H24.99",
        "state": "fresh",
        "data_until": datetime(2030, 1, 1, tzinfo=UTC),
        "last_verdict": "succeeded",
        "quarantined": 0,
    }
    before = await ask(world, "procedures_total", agency="H24.99")
    await world.add(catalogue_feed_v2, feed)
    proven = await ask(world, "procedures_total", agency="H24.99")
    await world.add(catalogue_feed_v2, feed | {"feed": "national/procedures:H24.99.01", "quarantined": 2})
    doubtful = await ask(world, "procedures_total", agency="H24.99")
    assert [answer.complete for answer in (before, proven, doubtful)] == [False, True, False]
    assert [feed.feed for feed in proven.feeds] == ["national/procedures:H24.99"]
    assert doubtful.excluded == (("quarantined", 2),)


async def test_decisions_are_counted_once_and_their_kinds_each(world: World) -> None:
    row = {"agency_code": "H24", "posted_on": None, "effective_on": None, "change_from": 1, "change_to": None}
    await world.add(
        decision_v1,
        row | {"number": "62/QĐ-UBND", "kinds": ["NEW"], "signed_on": date(2024, 1, 10)},
        row | {"number": "227/QĐ-UBND", "kinds": ["NEW", "REPLACED"], "signed_on": date(2024, 1, 22)},
        row | {"number": "9/QĐ-UBND", "kinds": ["NEW"], "signed_on": date(2025, 1, 22)},
    )
    assert (await ask(world, "publication_decisions", agency="H24")).numbers.value == "2"
    kinds = await ask(world, "publication_decisions_by_kind", agency="H24")
    assert (kinds.numbers.value, kinds.breakdown) == ("3", (("kind", "NEW", 2), ("kind", "REPLACED", 1)))
    new = await ask(world, "publication_decisions_by_kind", agency="H24", kind=DecisionKind.REPLACED)
    assert new.numbers.value == "1"


async def test_a_number_that_starts_again_each_year_names_two_decisions(world: World) -> None:
    row = {"agency_code": "H24", "posted_on": None, "effective_on": None, "change_from": 1, "change_to": None}
    row |= {"number": "62/QĐ-UBND", "kinds": ["NEW"]}
    await world.add(decision_v1, row | {"signed_on": date(2023, 1, 9)}, row | {"signed_on": date(2024, 1, 10)})
    both = ReportingPeriod.custom(date(2023, 1, 1), date(2024, 12, 31))
    assert (await ask(world, "publication_decisions", both, agency="H24")).numbers.value == "2"


async def test_petitions_are_counted_by_receipt_and_by_resolution(world: World) -> None:
    row = {"agency_code": "H24.99", "subject": "behaviour", "received_on": date(2024, 2, 1)}
    await world.add(
        petition_v3,
        row | {"petition_code": "1", "due_on": date(2024, 2, 20), "resolved_on": date(2024, 2, 20)},
        row | {"petition_code": "2", "due_on": date(2024, 2, 20), "resolved_on": date(2024, 2, 21)},
    )
    assert (await ask(world, "pakn_received", agency="H24")).numbers.value == "2"
    assert (await ask(world, "pakn_resolved_on_time", agency="H24")).numbers.value == "1"


async def test_the_level_of_a_dossier_is_its_procedures_at_the_periods_end(world: World) -> None:
    await world.add(
        procedure_v1,
        a_procedure(1, levels=["DISTRICT"], valid_to=date(2024, 7, 1)),
        a_procedure(1, levels=["COMMUNE"], valid_from=date(2024, 7, 1)),
    )
    await world.page([a_dossier(1, procedure="1.000001"), a_dossier(2, procedure="1.000009")])
    await world.project()
    march = ReportingPeriod.parse("2024-03")
    for period, district, commune in ((march, "1", "0"), (YEAR, "0", "1")):
        at = {level: await ask(world, "dossiers_resolved", period, level=level) for level in AuthorityLevel}
        assert at[AuthorityLevel.DISTRICT].numbers.value == district
        assert at[AuthorityLevel.COMMUNE].numbers.value == commune


async def test_every_figure_of_the_dictionary_can_be_answered(world: World) -> None:
    await world.page(any_dossiers(5, 50))
    await world.project()
    told = dictionary_out()
    words = {one.name for one in (*told.flags, *told.exclusions, *told.reasons)}
    for figure in FIGURES.values():
        needed = {"level": AuthorityLevel.COMMUNE} if "level" in figure.needs else {}
        found = await ask(world, figure.id, agency="H24", **needed)
        if found.stated is None:
            assert (found.numbers.denominator is None) == (figure.denominator is None)
        bounds = found.numbers.bounds
        assert bounds is None or float(bounds[0]) <= float(found.numbers.value or 0) <= float(bounds[1])
        reason = found.numbers.reason if found.stated is None else found.stated.reason
        assert {name for name, _ in (*found.flags, *found.excluded)} | {reason} - {None} <= words, figure.id


async def test_bounds_hold_for_whatever_an_unmapped_dossier_turns_out_to_be(world: World) -> None:
    await world.add(procedure_v1, *(a_procedure(number, fee_bearing=True) for number in range(4)))
    known = any_dossiers(3, 120)
    hidden = [replace(v, facts=replace(v.facts, status=DossierStatus.UNMAPPED)) for v in known[:15]]
    await world.page([*hidden, *known[15:]])
    await world.project()
    dossiers = [figure for figure in FIGURES.values() if figure.subject is Subject.DOSSIERS and not figure.needs]
    rates = [figure.id for figure in dossiers if figure.denominator]
    unsure = {figure: (await ask(world, figure, YEAR)).numbers.bounds for figure in rates}
    await world.page(known[:15])
    await world.project()
    for figure, bounds in unsure.items():
        value = (await ask(world, figure, YEAR)).numbers.value
        assert bounds is not None
        assert value is not None
        assert float(bounds[0]) <= float(value) <= float(bounds[1]), figure
