"""A figure's bounds hold what the figure is once the missing day of receipt is known, whichever day it was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.counts import UNTALLIED_SETS
from metrics.domain.definitions import FigureDefinition, Source, Subject
from metrics.domain.dictionary import FIGURES
from metrics.domain.dossier import DossierFacts
from metrics.domain.judging import judge
from metrics.domain.ratio import Numbers
from metrics.figures import numbers_of, of_dossiers
from shared.domain.status import EXCLUDED, DossierStatus
from support.day_counters import counted

DAY = timedelta(days=1)
BEGINS = date(2024, 1, 1)
DOSSIER_FIGURES = [
    figure
    for figure in FIGURES.values()
    if figure.subject is Subject.DOSSIERS and figure.source is Source.RECORDS and figure.most is not None
    if not set(figure.sets).intersection(UNTALLIED_SETS)
]

_days = st.integers(0, 40).map(lambda n: BEGINS + n * DAY)
_accepted = st.builds(
    DossierFacts,
    status=st.sampled_from([status for status in DossierStatus if status not in EXCLUDED]),
    channel=st.sampled_from([None, 1, 2, 3]),
    received_on=_days,
    due_on=st.none() | _days,
    statutory_due_on=st.none(),
    ended_on=st.none() | _days,
    returned_on=st.none(),
    supplements=st.just(()),
    modified_on=_days,
)
_periods = st.tuples(_days, _days).map(sorted)


def numbers(figure: FigureDefinition, dossiers: Sequence[DossierFacts], days: Sequence[date]) -> Numbers:
    asked = [facts for facts in dossiers if figure.channel in (None, facts.channel)]
    counts = counted([judge(facts) for facts in asked], *days)
    return numbers_of(figure, of_dossiers(figure, counts).sets, held=0)


def assert_within(told: Numbers, true: Numbers) -> None:
    """What is true may itself leave something open: then all of it lies within."""
    inner = true.interval
    if inner is not None:
        outer = told.interval
        assert outer is not None
        assert outer[0] <= inner[0] <= inner[1] <= outer[1], (told, true)


@given(st.lists(_accepted, max_size=4), _accepted, _periods)
def test_bounds_hold_whatever_day_before_the_portals_last_change_was_that_of_receipt(
    others: list[DossierFacts], one: DossierFacts, days: list[date]
) -> None:
    true = replace(one, modified_on=max(one.modified_on, one.received_on or BEGINS))
    told = replace(true, received_on=None)
    for figure in DOSSIER_FIGURES:
        assert_within(numbers(figure, [*others, told], days), numbers(figure, [*others, true], days))


@pytest.mark.parametrize("status", [DossierStatus.PROCESSING, DossierStatus.UNMAPPED])
def test_a_period_before_the_last_change_of_an_undated_dossier_is_not_certain(status: DossierStatus) -> None:
    """What was received and what was carried over in January may include one last changed in March."""
    undated = DossierFacts(status, 2, None, None, None, None, None, (), date(2024, 3, 5))
    january = (date(2024, 1, 1), date(2024, 1, 31))
    for name, expected in {
        "dossiers_total_handled": 1,
        "dossiers_received_online": 1,
        "dossiers_received_direct_or_post": 0,
        "dossiers_carried_over": 1,
    }.items():
        assert numbers(FIGURES[name], [undated], january).interval == (0, expected), name


def test_it_was_not_received_after_the_portals_last_change() -> None:
    undated = DossierFacts(DossierStatus.PROCESSING, 2, None, None, None, None, None, (), date(2024, 3, 5))
    april = (date(2024, 4, 1), date(2024, 4, 30))
    assert numbers(FIGURES["dossiers_received_online"], [undated], april).interval == (0, 0)
    assert numbers(FIGURES["dossiers_carried_over"], [undated], april).interval == (0, 1)
