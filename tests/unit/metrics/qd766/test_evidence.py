"""Scores from what the records know: bounds never narrower than the unknown records, and never a silent 0."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.posting import Postings
from metrics.domain.qd766.evidence import CriterionResult, Evidence, Result, judge, of_numbers
from metrics.domain.qd766.inputs import Ratio
from metrics.domain.qd766.layouts import DOCUMENT, PUBLISHED, layout_for
from metrics.domain.qd766.scoring import score
from metrics.domain.ratio import Numbers
from metrics.forms.scorecard import posted
from shared.domain.level import AuthorityLevel

LEVEL = AuthorityLevel.PROVINCIAL_DEPARTMENT
counts = st.integers(0, 50)


def progress(evidence: Evidence) -> tuple[Fraction, Fraction]:
    (group,) = [g for g in judge({"DOSSIERS_ON_TIME": evidence}, level=LEVEL, layout=PUBLISHED).groups
                if g.group.code == "progress"]  # fmt: skip
    return group.points.low, group.points.high


def test_nothing_known_is_open_from_0_to_the_maximum_but_for_what_is_published_without_counts() -> None:
    result = judge({}, level=LEVEL, layout=PUBLISHED)
    assert (result.points.low, result.points.high, result.maximum) == (2, 100, 100)
    assert (result.printed, result.points.exact) == (None, None)
    assert result.bands[0].code == "excellent"
    assert result.bands[-1].code == "weak"
    assert judge({}, level=LEVEL, layout=DOCUMENT).points.low == 0


def test_progress_of_the_2024_report_is_20_points() -> None:
    assert progress(of_numbers(Numbers(2215, 2215, 0))) == (20, 20)


def test_evidence_is_complete_until_its_source_says_otherwise() -> None:
    assert of_numbers(Numbers(9, 10, 0)).complete is True
    assert of_numbers(Numbers(9, 10, 0), complete=False).complete is False
    assert Evidence(Ratio(9, 10), Ratio(9, 10), Ratio(9, 10)).complete is True


@given(counts, counts, counts, st.integers(0, 50))
def test_however_the_unknown_records_fall_the_score_lies_within_its_bounds(
    above: int, rest: int, unknown: int, seed: int
) -> None:
    low, high = progress(of_numbers(Numbers(above, above + rest, unknown)))
    inside = seed % (unknown + 1)
    in_time = seed % (inside + 1)
    whole = above + rest + inside
    actual = Fraction(20 * (above + in_time), whole) if whole else Fraction(0)
    assert low <= actual <= high


def test_no_dossier_at_all_is_0_points_as_the_portal_prints_it() -> None:
    assert progress(of_numbers(Numbers(0, 0, 0))) == (0, 0)
    assert progress(of_numbers(Numbers(0, 0, 3))) == (0, 20)


@pytest.mark.parametrize(
    ("found", "bounds"),
    [
        (Postings(7, 0, 0), (4, 4)),
        (Postings(0, 2, 0), (0, 0)),
        (Postings(6, 1, 0), (0, 4)),
        (Postings(6, 0, 1), (0, 4)),
        (Postings(0, 0, 7), (0, 4)),
        (Postings(0, 0, 0), (0, 4)),
    ],
)
def test_decisions_settle_the_posting_of_procedures_only_where_they_all_agree(
    found: Postings, bounds: tuple[int, int]
) -> None:
    result = judge({"PUBLIC_UPDATE_ON_TIME": posted(found)}, level=LEVEL, layout=PUBLISHED)
    (criterion,) = [c for g in result.groups for c in g.criteria if c.criterion.code == "PUBLIC_UPDATE_ON_TIME"]
    assert (criterion.points.low, criterion.points.high) == bounds
    assert "no_data" not in dict(criterion.flags)


def test_by_the_document_the_online_share_depends_on_a_sync_rate_nobody_here_knows() -> None:
    online = of_numbers(Numbers(99, 100, 0))
    published, document = (
        judge({"ONLINE_DOSSIERS": online}, level=LEVEL, layout=layout_for(date(2024, 12, 31), variant))
        for variant in ("published", "document")
    )
    points = [
        next(c.points for g in result.groups for c in g.criteria if c.criterion.code == "ONLINE_DOSSIERS")
        for result in (published, document)
    ]
    assert [(one.low, one.high) for one in points] == [(6, 6), (0, 6)]


def test_a_total_is_the_sum_of_its_groups_and_they_of_their_criteria() -> None:
    found = {
        "DOSSIERS_ON_TIME": of_numbers(Numbers(90, 100, 5)),
        "ONLINE_COVERAGE": Evidence(Ratio(3, 4), Ratio(3, 4), Ratio(3, 4)),
    }
    result = judge(found, level=LEVEL, layout=PUBLISHED)
    assert result.points.low == sum(group.points.low for group in result.groups)
    assert result.points.high == sum(c.points.high for group in result.groups for c in group.criteria)


def criterion(result: Result, code: str) -> CriterionResult:
    return next(one for group in result.groups for one in group.criteria if one.criterion.code == code)


HALF, THIRD, ALL = Ratio(1, 2), Ratio(1, 3), Ratio(2, 2)


@pytest.mark.parametrize(
    ("evidence", "low", "high"),
    [
        (Evidence(HALF, HALF, HALF), 10, 10),
        (Evidence(HALF, HALF, ALL), 10, 20),
        (Evidence(HALF, Ratio(0, 2), HALF), 0, 10),
        (Evidence(HALF, Ratio(0, 2), ALL), 0, 20),
        (Evidence(None, HALF, ALL), 10, 20),
    ],
)
def test_a_criterion_is_as_wide_as_its_own_counts_whatever_is_settled_beside_it(
    evidence: Evidence, low: int, high: int
) -> None:
    settled = Evidence(THIRD, THIRD, THIRD)
    for beside in ({}, {"PUBLISH_ON_TIME": settled}, {"PUBLISH_ON_TIME": Evidence(None, Ratio(0, 1), Ratio(1, 1))}):
        result = judge({"DOSSIERS_ON_TIME": evidence, **beside}, level=LEVEL, layout=PUBLISHED)
        one = criterion(result, "DOSSIERS_ON_TIME")
        assert (one.points.low, one.points.high) == (low, high)
        assert one.settled is (low == high)
        assert one.printed == (low if low == high else None)


def test_a_criterion_tells_what_its_rule_did_and_then_what_its_counts_leave_open() -> None:
    def flags(found: dict[str, Evidence]) -> tuple[tuple[str, int | None], ...]:
        return criterion(judge(found, level=LEVEL, layout=PUBLISHED), "DOSSIERS_ON_TIME").flags

    assert flags({}) == (("no_data", None),)
    full = of_numbers(Numbers(9, 9, 0), (("status_unmapped", 3),))
    assert flags({"DOSSIERS_ON_TIME": full}) == (("full_marks_reached", None), ("status_unmapped", 3))
    open_one = Evidence(None, Ratio(0, 1), Ratio(1, 1), (("hand_entered", None),))
    assert flags({"DOSSIERS_ON_TIME": open_one}) == (("hand_entered", None),)


def test_what_the_portal_would_print_of_settled_counts_is_the_scorecards_and_nothing_of_others() -> None:
    inputs = dict.fromkeys(PUBLISHED.codes, THIRD)
    found = {code: Evidence(THIRD, THIRD, THIRD) for code in inputs}
    result, card = judge(found, level=LEVEL, layout=PUBLISHED), score(inputs, level=LEVEL, layout=PUBLISHED)
    assert card.printed is not None
    assert (result.printed, result.maximum) == (card.printed, card.maximum)
    assert [group.printed for group in result.groups] == [group.printed for group in card.groups]
    found["DOSSIERS_ON_TIME"] = of_numbers(Numbers(1, 3, 1))
    doubtful = judge(found, level=LEVEL, layout=PUBLISHED)
    assert doubtful.printed is None
    assert [group.printed is None for group in doubtful.groups] == [
        group.group.code == "progress" for group in doubtful.groups
    ]
