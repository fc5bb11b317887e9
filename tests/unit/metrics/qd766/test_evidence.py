"""Scores from what the records know: bounds never narrower than the unknown records, and never a silent 0."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.posting import Postings
from metrics.domain.qd766.evidence import Evidence, judge, of_numbers
from metrics.domain.qd766.inputs import Ratio
from metrics.domain.qd766.layouts import DOCUMENT, PUBLISHED, layout_for
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
