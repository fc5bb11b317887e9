"""The dictionary's phrases in Vietnamese: each is used, and none is missing."""

from metrics.domain.dictionary import FIGURES
from metrics.domain.phrases import _VIETNAMESE, in_both


def test_every_phrase_is_used_and_told_in_vietnamese() -> None:
    said = {
        text
        for figure in FIGURES.values()
        for text in (figure.counted, figure.dated_by, figure.zero_denominator)
        if text is not None
    }
    assert all(in_both(text).en == text for text in said)
    assert set(_VIETNAMESE) <= said


def test_what_an_agency_reports_names_its_unit() -> None:
    told = in_both("visits, as the agency itself reports them; subtrees are not added up")
    assert told.vi == "lượt truy cập, theo số đơn vị tự báo cáo; không cộng số của cấp dưới"
