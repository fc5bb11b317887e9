"""What may be asked: every filter has a meaning for its figure, or the question is refused by the filter's name."""

from dataclasses import replace

import pytest

from metrics.domain.dictionary import find
from metrics.domain.errors import FilterError
from metrics.domain.period import ReportingPeriod
from metrics.domain.policies import Policy
from metrics.domain.question import FigureQuestion, Scope, check
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel, DecisionKind

YEAR = ReportingPeriod.parse("2024")


def question(figure: str, scope: Scope) -> FigureQuestion:
    return FigureQuestion(find(figure), scope, YEAR)


@pytest.mark.parametrize(
    ("scope", "coarse"),
    [
        (Scope(), True),
        (Scope(agency="H24.99"), True),
        (Scope(channel=Channel.ONLINE), True),
        (Scope(procedure="1.005142"), False),
        (Scope(field="G08-GD01"), False),
        (Scope(level=AuthorityLevel.COMMUNE), False),
        (Scope(agency="H24", alone=True), False),
        (Scope(policy=Policy.RESTART), False),
    ],
)
def test_the_tallies_know_agencies_and_channels_by_the_portals_date_and_nothing_else(
    scope: Scope, coarse: bool
) -> None:
    assert scope.coarse is coarse


@pytest.mark.parametrize(
    ("figure", "scope", "refused"),
    [
        ("on_time_rate_766", Scope(procedure="1.005142", field="G08-GD01", channel=Channel.DIRECT), None),
        ("on_time_rate_766", Scope(level=AuthorityLevel.COMMUNE), None),
        ("on_time_rate_766", Scope(kind=DecisionKind.NEW), "kind"),
        ("publication_decisions", Scope(kind=DecisionKind.NEW), None),
        ("publication_decisions", Scope(procedure="1.005142"), "procedure"),
        ("publication_decisions", Scope(field="G08-GD01"), "field"),
        ("publication_decisions", Scope(channel=Channel.ONLINE), "channel"),
        ("publication_decisions", Scope(level=AuthorityLevel.COMMUNE), "level"),
        ("dossiers_resolved_overdue", Scope(policy=Policy.SUBTRACT), None),
        ("dossiers_resolved", Scope(policy=Policy.SUBTRACT), "policy"),
        ("dossiers_received_in_period", Scope(policy=Policy.RESTART), "policy"),
        ("dossiers_received_in_period", Scope(policy=Policy.PORTAL), None),
        ("online_on_time_rate", Scope(channel=Channel.ONLINE), None),
        ("online_on_time_rate", Scope(channel=Channel.DIRECT), "channel"),
    ],
)
def test_a_filter_without_a_meaning_for_the_figure_is_refused(figure: str, scope: Scope, refused: str | None) -> None:
    asked = question(figure, scope)
    if refused is None:
        assert check(asked) is asked
        return
    with pytest.raises(FilterError) as error:
        check(asked)
    assert error.value.parameter == refused


@pytest.mark.parametrize(("needed", "given"), [("agency", "H24"), ("procedure", "1.005142"), ("level", "COMMUNE")])
def test_a_filter_the_figure_needs_is_missed_by_its_name(needed: str, given: str) -> None:
    figure = replace(find("on_time_rate_766"), needs=frozenset({needed}))
    with pytest.raises(FilterError) as error:
        check(FigureQuestion(figure, Scope(), YEAR))
    assert error.value.parameter == needed
    asked = FigureQuestion(figure, replace(Scope(), **{needed: given}), YEAR)  # type: ignore[arg-type]  # by its name
    assert check(asked) is asked


def test_an_online_figure_restricts_its_scope_to_online_and_another_leaves_it() -> None:
    assert question("online_on_time_rate", Scope(agency="H24")).effective_scope == Scope("H24", channel=Channel.ONLINE)
    assert question("on_time_rate_766", Scope("H24", channel=Channel.DIRECT)).effective_scope.channel is Channel.DIRECT
    assert question("on_time_rate_766", Scope("H24")).effective_scope == Scope("H24")
