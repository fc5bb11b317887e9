"""Every rule on both sides of its threshold, with exact values, and what each says about 0 of 0 and about no data."""

from dataclasses import dataclass
from fractions import Fraction

import pytest

from metrics.domain.definitions import Status
from metrics.domain.qd766.display import percent, points, rounded
from metrics.domain.qd766.errors import CriterionUnknown, RatioInvalid
from metrics.domain.qd766.inputs import Input, NotApplicable, Ratio
from metrics.domain.qd766.layout import Layout
from metrics.domain.qd766.layouts import BANDS, DOCUMENT, PUBLISHED
from metrics.domain.qd766.scorecard import CriterionScore, Flag, Points, Scorecard, band_of, bands_between
from metrics.domain.qd766.scoring import score
from shared.domain.level import AuthorityLevel

DEPARTMENT = AuthorityLevel.PROVINCIAL_DEPARTMENT
COMMUNE = AuthorityLevel.COMMUNE


@dataclass(frozen=True)
class Expected:
    maximum: int
    full_at: Fraction
    no_cases: Fraction | None


def linear(maximum: int, no_cases: int | None = None, full_at: str = "1") -> Expected:
    return Expected(maximum, Fraction(full_at), None if no_cases is None else Fraction(no_cases))


AT_PORTAL = {
    "PUBLISH_ON_TIME": linear(6),
    "PUBLIC_UPDATE_ON_TIME": linear(4),
    "PUBLIC_CONTENT_FULL": linear(2),
    "DOSSIER_SYNC": linear(6),
    "DOSSIERS_ON_TIME": linear(20, no_cases=0),
    "ORIGINAL_RESULT_AVAILABLE": linear(6),
    "SO_HOA_GIAY_TO_GIAI_QUYET": linear(4),
    "REUSED_DIGITIZED_DATA": linear(2, full_at="4/5"),
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": linear(4),
    "CITIZEN_DATA_CONNECTED_DOSSIER": linear(2),
    "CITIZEN_DATA_CONNECTED_FORMALITY": linear(2),
    "ELECTRONIC_CERTIFIED_COPY": linear(2),
    "ONLINE_COVERAGE": linear(2, full_at="4/5"),
    "ONLINE_SERVICES_WITH_DOSSIERS": linear(4),
    "ONLINE_DOSSIERS": linear(6, full_at="1/2"),
    "PAYMENT_PROCEDURES_INTEGRATED": linear(2, no_cases=0, full_at="4/5"),
    "PAYMENT_PROCEDURES_WITH_TRANSACTION": linear(2, no_cases=0, full_at="4/5"),
    "PAYMENT_DOSSIERS": linear(6, no_cases=0),
    "PETITION_PROCESSING_ON_TIME": linear(6, no_cases=6),
    "PETITION_HANDLING_SATISFACTION": linear(6, no_cases=6),
    "DOSSIER_RECEIVING_SATISFACTION": linear(6, no_cases=0, full_at="9/10"),
}
BY_DOCUMENT = AT_PORTAL | {
    "DOSSIER_SYNC": linear(6, no_cases=0),
    "DOSSIERS_ON_TIME": linear(20),
    "SO_HOA_GIAY_TO_GIAI_QUYET": linear(4, full_at="4/5"),
    "PAYMENT_PROCEDURES_INTEGRATED": linear(2, full_at="4/5"),
    "PAYMENT_PROCEDURES_WITH_TRANSACTION": linear(2, full_at="4/5"),
    "PAYMENT_DOSSIERS": linear(6),
    "PETITION_PROCESSING_ON_TIME": linear(6),
    "PETITION_HANDLING_SATISFACTION": linear(6),
    "DOSSIER_RECEIVING_SATISFACTION": linear(6, full_at="9/10"),
}
SHOWN_ONLY = {"PETITION_CLASSIFICATION_TTHC", "PETITION_CLASSIFICATION_STAFF"}
RULES = [
    *((PUBLISHED, code, rule) for code, rule in AT_PORTAL.items()),
    *((DOCUMENT, code, rule) for code, rule in BY_DOCUMENT.items()),
]
every_rule = pytest.mark.parametrize(
    ("layout", "code", "rule"), RULES, ids=[f"{layout.variant}-{code}" for layout, code, _ in RULES]
)


def criterion(card: Scorecard, code: str) -> CriterionScore:
    return next(one for group in card.groups for one in group.criteria if one.criterion.code == code)


def scored(layout: Layout, code: str, known: Input, level: AuthorityLevel = DEPARTMENT) -> CriterionScore:
    """With every dossier synchronised, so that the document's factor on online dossiers is 1."""
    return criterion(score({"DOSSIER_SYNC": Ratio(1, 1), code: known}, level=level, layout=layout), code)


def test_every_criterion_has_its_rule_tested_here() -> None:
    assert AT_PORTAL.keys() | SHOWN_ONLY == set(PUBLISHED.codes)
    assert BY_DOCUMENT.keys() | SHOWN_ONLY == set(DOCUMENT.codes)


@every_rule
def test_full_marks_start_exactly_at_the_threshold(layout: Layout, code: str, rule: Expected) -> None:
    cases = 1000 * rule.full_at.denominator
    enough = int(cases * rule.full_at)
    below, at = (scored(layout, code, Ratio(numerator, cases)) for numerator in (enough - 1, enough))
    assert at.score == rule.maximum
    assert below.score == rule.maximum * Fraction(enough - 1, enough)
    assert (below.flags, at.flags) == ((), (Flag.FULL_MARKS_REACHED,))
    assert at.maximum == below.maximum == rule.maximum


@every_rule
def test_a_third_scores_a_third_of_what_the_threshold_takes(layout: Layout, code: str, rule: Expected) -> None:
    one = scored(layout, code, Ratio(1, 3))
    assert one.score == Fraction(rule.maximum) / 3 / rule.full_at
    assert (one.numerator, one.denominator, one.ratio) == (1, 3, Fraction(1, 3))
    assert scored(layout, code, Ratio(0, 3)).score == 0


@every_rule
def test_no_case_is_answered_by_the_rule_and_never_called_a_rate(layout: Layout, code: str, rule: Expected) -> None:
    one = scored(layout, code, Ratio(0, 0))
    assert (one.score, one.ratio, one.numerator, one.denominator) == (rule.no_cases, None, 0, 0)
    expected = {
        None: (Flag.NO_CASES, Points(Fraction(0), Fraction(rule.maximum)), 0),
        0: (Flag.NO_CASES_SCORED_ZERO, Points(Fraction(0), Fraction(0)), 0),
        rule.maximum: (Flag.NO_CASES_SCORED_FULL, Points(Fraction(rule.maximum), Fraction(rule.maximum)), rule.maximum),
    }
    assert ((one.flags[0], one.points, one.printed), len(one.flags)) == (expected[rule.no_cases], 1)


@pytest.mark.parametrize(
    ("layout", "code", "rule"),
    [rule for rule in RULES if rule[:2] != (PUBLISHED, "ELECTRONIC_CERTIFIED_COPY")],
)
def test_missing_counts_leave_the_score_open(layout: Layout, code: str, rule: Expected) -> None:
    one = scored(layout, code, None)
    assert (one.score, one.printed, one.ratio, one.flags) == (None, None, None, (Flag.NO_DATA,))
    assert one.points == Points(Fraction(0), Fraction(rule.maximum))


def test_certified_copies_have_full_marks_at_the_portal_without_any_count() -> None:
    one = scored(PUBLISHED, "ELECTRONIC_CERTIFIED_COPY", None)
    assert (one.score, one.printed, one.flags) == (2, 2, (Flag.NO_COUNTS_SCORED_FULL,))
    assert (one.numerator, one.denominator, one.ratio, one.maximum) == (None, None, None, 2)


@every_rule
def test_more_than_all_scores_the_maximum_and_says_so(layout: Layout, code: str, rule: Expected) -> None:
    one = scored(layout, code, Ratio(4, 3))
    assert one.score == rule.maximum
    assert one.flags == (Flag.FULL_MARKS_REACHED, Flag.ABOVE_DENOMINATOR)
    assert Flag.ABOVE_DENOMINATOR not in scored(layout, code, Ratio(3, 3)).flags


@every_rule
def test_a_commune_gets_the_maximum_where_a_criterion_does_not_apply(layout: Layout, code: str, rule: Expected) -> None:
    one = scored(layout, code, NotApplicable("no such task"), COMMUNE)
    assert (one.score, one.maximum, one.printed) == (rule.maximum, rule.maximum, rule.maximum)
    assert (one.flags, one.reason) == ((Flag.NOT_APPLICABLE_SCORED_FULL,), "no such task")
    assert one.status is Status.UNVERIFIED


@every_rule
def test_for_any_other_unit_it_leaves_the_maximum_too(layout: Layout, code: str, rule: Expected) -> None:
    for level in set(AuthorityLevel) - {COMMUNE}:
        one = scored(layout, code, NotApplicable("no such task"), level)
        assert (one.points, one.maximum, one.score) == (Points(Fraction(0), Fraction(0)), 0, None)
        assert (one.printed, one.flags) == (0, (Flag.NOT_APPLICABLE_LEFT_OUT,))
        assert one.status is layout.criterion(code).status


@pytest.mark.parametrize("code", sorted(SHOWN_ONLY))
@pytest.mark.parametrize("layout", [PUBLISHED, DOCUMENT], ids=lambda layout: layout.variant)
def test_a_criterion_that_is_only_shown_never_touches_the_sum(layout: Layout, code: str) -> None:
    everything: dict[str, Input] = dict.fromkeys(layout.codes, Ratio(1, 2))
    sums = set()
    for known in (Ratio(1, 1), Ratio(0, 0), Ratio(0, 7), None, NotApplicable("no petitions here")):
        card = score({**everything, code: known}, level=DEPARTMENT, layout=layout)
        one = criterion(card, code)
        assert (one.score, one.maximum, one.points) == (None, 0, Points(Fraction(0), Fraction(0)))
        sums.add((card.score, card.printed, card.maximum))
    assert len(sums) == 1
    assert criterion(score({code: Ratio(1, 2)}, level=DEPARTMENT, layout=layout), code).flags == (Flag.NOT_SCORED,)
    assert criterion(score({}, level=DEPARTMENT, layout=layout), code).flags == (Flag.NO_DATA, Flag.NOT_SCORED)


@pytest.mark.parametrize(
    ("sync", "online", "low", "high", "flags"),
    [
        pytest.param(Ratio(1, 2), Ratio(1, 2), 3, 3, (), id="half of half is half of the threshold"),
        pytest.param(Ratio(1, 2), Ratio(1, 1), 6, 6, (Flag.FULL_MARKS_REACHED,), id="half of all is enough"),
        pytest.param(Ratio(499, 1000), Ratio(1, 1), "5.988", "5.988", (), id="just below"),
        pytest.param(Ratio(3, 2), Ratio(1, 4), 3, 3, (), id="a sync rate above 1 lifts nothing"),
        pytest.param(Ratio(0, 0), Ratio(1, 1), 0, 0, (), id="no report anywhere: the document's sync rate is 0"),
        pytest.param(None, Ratio(1, 1), 0, 6, (Flag.SCALE_UNKNOWN,), id="sync rate unknown"),
        pytest.param(None, Ratio(1, 4), 0, 3, (Flag.SCALE_UNKNOWN,), id="unknown, below the threshold anyway"),
        pytest.param(NotApplicable("-"), Ratio(1, 4), 0, 3, (Flag.SCALE_UNKNOWN,), id="sync does not apply"),
        pytest.param(None, Ratio(0, 4), 0, 0, (), id="nothing online: the factor does not matter"),
    ],
)
def test_the_document_multiplies_the_online_rate_by_the_sync_rate(
    sync: Input, online: Ratio, low: object, high: object, flags: tuple[Flag, ...]
) -> None:
    inputs: dict[str, Input] = {"DOSSIER_SYNC": sync, "ONLINE_DOSSIERS": online}
    one = criterion(score(inputs, level=DEPARTMENT, layout=DOCUMENT), "ONLINE_DOSSIERS")
    assert (one.points, one.flags) == (Points(Fraction(str(low)), Fraction(str(high))), flags)
    assert one.ratio == online.value
    at_portal = criterion(score(inputs, level=DEPARTMENT), "ONLINE_DOSSIERS")
    assert at_portal.score == min(Fraction(6), 12 * Fraction(online.numerator, online.denominator))


def test_a_count_for_an_unknown_criterion_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CriterionUnknown, match=r"'SO_HOA_GIAY_TO'.*SO_HOA_GIAY_TO_GIAI_QUYET") as caught:
        score({"SO_HOA_GIAY_TO": Ratio(1, 2)}, level=DEPARTMENT)
    assert caught.value.code == "SO_HOA_GIAY_TO"
    with pytest.raises(CriterionUnknown):
        PUBLISHED.criterion("TOTAL")


@pytest.mark.parametrize("counts", [(-1, 3), (1, -3), (1, 0), (-1, -1)])
def test_counts_that_are_none_are_refused(counts: tuple[int, int]) -> None:
    with pytest.raises(RatioInvalid, match=f"{counts[0]} of {counts[1]}") as caught:
        Ratio(*counts)
    assert (caught.value.numerator, caught.value.denominator) == counts


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("100", "excellent"),
        ("90", "excellent"),
        ("89.999", "good"),
        ("80", "good"),
        ("79.999", "fair"),
        ("70", "fair"),
        ("69.999", "average"),
        ("50", "average"),
        ("49.999", "weak"),
        ("0", "weak"),
    ],
)
@pytest.mark.fault("F139")
def test_a_class_starts_exactly_at_its_lowest_score(value: str, code: str) -> None:
    assert band_of(Fraction(value), BANDS).code == code


def test_only_the_outer_classes_were_read_anywhere() -> None:
    assert {band.code: band.status for band in BANDS} == {
        "excellent": Status.PRACTICE,
        "good": Status.UNVERIFIED,
        "fair": Status.UNVERIFIED,
        "average": Status.UNVERIFIED,
        "weak": Status.PRACTICE,
    }


@pytest.mark.parametrize(
    ("low", "high", "codes"),
    [
        ("90", "100", ["excellent"]),
        ("89.99", "90", ["excellent", "good"]),
        ("49", "71", ["fair", "average", "weak"]),
        ("0", "0", ["weak"]),
    ],
)
def test_bounds_across_a_border_leave_every_class_between_possible(low: str, high: str, codes: list[str]) -> None:
    assert [band.code for band in bands_between(Points(Fraction(low), Fraction(high)), BANDS)] == codes


def test_the_class_of_a_whole_scorecard_follows_its_bounds() -> None:
    everything: dict[str, Input] = dict.fromkeys(PUBLISHED.codes, Ratio(1, 1))
    assert [band.code for band in score(everything, level=DEPARTMENT).bands] == ["excellent"]
    assert len(score({}, level=DEPARTMENT).bands) == 5


@pytest.mark.parametrize(
    ("value", "text"),
    [("8.825", "8.83"), ("8.8249999", "8.82"), ("0", "0.00"), ("0.005", "0.01"), ("0.0049", "0.00"), ("100", "100.00")],
)
def test_points_are_printed_half_up_with_two_decimals(value: str, text: str) -> None:
    assert points(Fraction(value)) == text
    assert rounded(Fraction(value)) == Fraction(text)


def test_nothing_is_printed_as_nothing() -> None:
    assert (points(None), percent(None)) == (None, None)
    assert percent(Fraction(87, 89)) == "97.75"
