"""What an index says of a unit follows from its counts and the rules of the file, by hand."""

from typing import Any

import pytest

from metrics.domain.qd766.recomputing import counts_of, told_by

RULE = {"full_at": "4/5", "no_cases": "null", "no_counts": "unknown", "scaled_by": None, "known": True}
KNOWN = {"known": [3, 10], "low": [3, 10], "high": [3, 10]}
OPEN = {"known": None, "low": [0, 10], "high": [4, 10]}


def _index(evidence: Any) -> dict[str, Any]:
    criterion = {"code": "ONLINE", "figure": "online_coverage_rate", "full": 100, "rule": RULE, "evidence": evidence}
    group = {"code": "online", "figure": "score_766_online", "full": 100, "criteria": [criterion]}
    bands = [{"code": "good", "lowest": 45}, {"code": "weak", "lowest": 0}]
    child = {"agency": "H24.99", "evidence": {"ONLINE": OPEN}}
    return {"agency": "H24", "groups": [group], "children": [child], "layout": {"bands": bands}}


def test_the_counts_of_a_unit_stand_with_its_criteria_or_beside_its_name() -> None:
    index = _index(KNOWN)
    assert counts_of(index, "H24") == {"ONLINE": KNOWN}
    assert counts_of(index, "H24.99") == {"ONLINE": OPEN}
    assert counts_of(index, "H24.98") is None


def test_three_of_ten_where_eight_are_full_marks_of_a_hundred_are_37_and_a_half() -> None:
    # 100 x (3/10) / (4/5) = 37.50
    four = ("score", "low", "high", "printed")
    assert told_by(_index(KNOWN), {"ONLINE": KNOWN}) == [
        ("online_coverage_rate", "ONLINE counts", KNOWN),
        *(("online_coverage_rate", f"ONLINE {part}", "37.50") for part in four),
        *(("score_766_online", part, "37.50") for part in four),
        *(("score_766_total", part, "37.50") for part in four),
        ("class_766", "classes", ["weak"]),
    ]


def test_open_counts_give_a_range_and_unknown_ones_all_of_it() -> None:
    # 100 x (4/10) / (4/5) = 50.00: both classes are possible.
    told = {(figure, part): value for figure, part, value in told_by(_index(KNOWN), {"ONLINE": OPEN})}
    assert told["online_coverage_rate", "ONLINE counts"] == OPEN
    assert [told["score_766_total", part] for part in ("score", "low", "high", "printed")] == [
        None, "0.00", "50.00", None,
    ]  # fmt: skip
    assert told["class_766", "classes"] == ["good", "weak"]
    silent = {(figure, part): value for figure, part, value in told_by(_index(KNOWN), {"ONLINE": None, "OTHER": KNOWN})}
    assert silent["online_coverage_rate", "ONLINE counts"] is None
    assert (silent["score_766_online", "low"], silent["score_766_online", "high"]) == ("0.00", "100.00")


@pytest.mark.parametrize("missing", [["low"], ["high"], ["low", "high"]])
def test_counts_without_a_bound_are_no_evidence(missing: list[str]) -> None:
    counts = OPEN | dict.fromkeys(missing)
    with pytest.raises(ValueError, match="a criterion without bounds"):
        told_by(_index(KNOWN), {"ONLINE": counts})
