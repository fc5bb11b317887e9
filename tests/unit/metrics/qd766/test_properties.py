"""What holds for any counts: bounds, monotony, exactness, and agreement with the formulas written out by hand."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metrics.domain.qd766.inputs import Input, NotApplicable, Ratio
from metrics.domain.qd766.layout import Layout
from metrics.domain.qd766.layouts import DOCUMENT, PUBLISHED
from metrics.domain.qd766.scorecard import Flag, Scorecard
from metrics.domain.qd766.scoring import score
from shared.domain.level import AuthorityLevel

LEVELS = st.sampled_from(AuthorityLevel)
LAYOUTS = st.sampled_from([PUBLISHED, DOCUMENT])


@st.composite
def ratios(draw: st.DrawFn, least: int = 0) -> Ratio:
    denominator = draw(st.integers(least, 10_000))
    return Ratio(draw(st.integers(0, denominator)), denominator)


KNOWN: st.SearchStrategy[Input] = st.one_of(st.none(), st.just(NotApplicable("-")), ratios())
INPUTS = st.dictionaries(st.sampled_from(PUBLISHED.codes), KNOWN)
COUNTED = st.fixed_dictionaries({code: ratios(least=1) for code in PUBLISHED.codes})


def by_code(card: Scorecard) -> dict[str, tuple[Fraction, Fraction]]:
    return {one.criterion.code: (one.points.low, one.points.high) for group in card.groups for one in group.criteria}


@given(INPUTS, LEVELS, LAYOUTS)
def test_every_score_lies_between_nothing_and_its_maximum(
    inputs: dict[str, Input], level: AuthorityLevel, layout: Layout
) -> None:
    card = score(inputs, level=level, layout=layout)
    for group in card.groups:
        for one in group.criteria:
            assert 0 <= one.points.low <= one.points.high <= one.maximum <= one.criterion.maximum
        assert 0 <= group.points.low <= group.points.high <= group.maximum <= group.group.maximum
        assert group.score is None or group.points.low == group.score == group.points.high
    assert 0 <= card.points.low <= card.points.high <= card.maximum <= 100
    assert card.points.low == sum(group.points.low for group in card.groups)
    assert card.points.high == sum(group.points.high for group in card.groups)


@given(COUNTED, st.data(), LAYOUTS)
def test_one_more_case_never_lowers_any_score(inputs: dict[str, Ratio], data: st.DataObject, layout: Layout) -> None:
    code = data.draw(st.sampled_from(layout.codes))
    one = inputs[code]
    assume(one.numerator < one.denominator)
    more = {**inputs, code: Ratio(one.numerator + 1, one.denominator)}
    before, after = (score(known, level=AuthorityLevel.COMMUNE, layout=layout) for known in (inputs, more))
    assert all(after_one >= before_one for before_one, after_one in zip(_flat(before), _flat(after), strict=True))
    criterion = layout.criterion(code)
    assert one.value is not None
    if criterion.maximum and criterion.rule.scaled_by is None and one.value < criterion.rule.full_at:
        assert by_code(after)[code] > by_code(before)[code]


def _flat(card: Scorecard) -> list[Fraction]:
    scores = [card.score, *(group.score for group in card.groups)]
    assert None not in scores
    return [one for one in scores if one is not None] + [low for low, _ in by_code(card).values()]


@given(INPUTS, COUNTED, LEVELS, LAYOUTS)
def test_whatever_is_learned_later_the_bounds_held(
    inputs: dict[str, Input], learned: dict[str, Ratio], level: AuthorityLevel, layout: Layout
) -> None:
    wide = score(inputs, level=level, layout=layout)
    full: dict[str, Input] = {
        code: inputs[code] if inputs.get(code) is not None else learned[code] for code in layout.codes
    }
    if layout is PUBLISHED and inputs.get("ELECTRONIC_CERTIFIED_COPY") is None:
        full["ELECTRONIC_CERTIFIED_COPY"] = None
    narrow = score(full, level=level, layout=layout)
    assert wide.points.low <= narrow.points.low <= narrow.points.high <= wide.points.high
    assert set(narrow.bands) <= set(wide.bands)


@given(COUNTED)
def test_the_published_groups_equal_the_formulas_written_out(inputs: dict[str, Ratio]) -> None:
    def r(code: str) -> Fraction:
        return Fraction(inputs[code].numerator, inputs[code].denominator)

    expected = {
        "transparency": 6 * r("PUBLISH_ON_TIME")
        + 4 * r("PUBLIC_UPDATE_ON_TIME")
        + 2 * r("PUBLIC_CONTENT_FULL")
        + 6 * r("DOSSIER_SYNC"),
        "progress": 20 * r("DOSSIERS_ON_TIME"),
        "digitisation": 6 * r("ORIGINAL_RESULT_AVAILABLE")
        + 4 * r("SO_HOA_GIAY_TO_GIAI_QUYET")
        + min(Fraction(2), Fraction(5, 2) * r("REUSED_DIGITIZED_DATA"))
        + 4 * r("SYNCED_WITH_DVCQG_PERSONAL_STORAGE")
        + 2 * r("CITIZEN_DATA_CONNECTED_DOSSIER")
        + 2 * r("CITIZEN_DATA_CONNECTED_FORMALITY")
        + 2 * r("ELECTRONIC_CERTIFIED_COPY"),
        "online": min(Fraction(2), Fraction(5, 2) * r("ONLINE_COVERAGE"))
        + 4 * r("ONLINE_SERVICES_WITH_DOSSIERS")
        + min(Fraction(6), 12 * r("ONLINE_DOSSIERS")),
        "payment": 6 * r("PAYMENT_DOSSIERS")
        + min(Fraction(2), Fraction(5, 2) * r("PAYMENT_PROCEDURES_WITH_TRANSACTION"))
        + min(Fraction(2), Fraction(5, 2) * r("PAYMENT_PROCEDURES_INTEGRATED")),
        "satisfaction": 6 * r("PETITION_PROCESSING_ON_TIME")
        + 6 * r("PETITION_HANDLING_SATISFACTION")
        + min(Fraction(6), Fraction(20, 3) * r("DOSSIER_RECEIVING_SATISFACTION")),
    }
    card = score(inputs, level=AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE)
    assert {group.group.code: group.score for group in card.groups} == expected
    assert card.score == sum(expected.values())


@given(COUNTED)
def test_the_two_variants_differ_only_where_the_document_says_so(inputs: dict[str, Ratio]) -> None:
    published, document = (
        by_code(score(inputs, level=AuthorityLevel.COMMUNE, layout=layout)) for layout in (PUBLISHED, DOCUMENT)
    )
    differing = {code for code in published if published[code] != document[code]}
    assert differing <= {"SO_HOA_GIAY_TO_GIAI_QUYET", "ONLINE_DOSSIERS"}


@given(INPUTS, LEVELS, LAYOUTS)
def test_what_the_portal_would_print_is_near_the_exact_sum_and_never_stands_for_missing_counts(
    inputs: dict[str, Input], level: AuthorityLevel, layout: Layout
) -> None:
    card = score(inputs, level=level, layout=layout)
    flags = {flag for group in card.groups for one in group.criteria if one.maximum for flag in one.flags}
    missing = bool(flags & {Flag.NO_DATA, Flag.SCALE_UNKNOWN})
    assert (card.printed is None) == missing
    if card.printed is not None:
        assert (100 * card.printed).denominator == 1
        assert abs(card.printed - card.points.low) <= Fraction(len(layout.codes), 200)


@pytest.mark.parametrize("layout", [PUBLISHED, DOCUMENT], ids=lambda layout: layout.variant)
def test_nothing_known_is_never_zero(layout: Layout) -> None:
    card = score({}, level=AuthorityLevel.PROVINCIAL_DEPARTMENT, layout=layout)
    assert (card.score, card.printed, card.points.high) == (None, None, 100)
    assert card.points.low == (2 if layout is PUBLISHED else 0)
    assert [group.score for group in card.groups] == [None] * 6
