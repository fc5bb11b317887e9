"""Every score in the real data, recomputed from its own counts; what cannot be is listed here with its reason.

The data stays outside the repository (no licence): see its README. Tolerance 0.015: the portal prints two decimals.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from metrics.domain.qd766.inputs import Input, Ratio
from metrics.domain.qd766.layouts import PUBLISHED
from metrics.domain.qd766.scorecard import Scorecard
from metrics.domain.qd766.scoring import score
from shared.domain.level import AuthorityLevel

ROOT = Path(__file__).parents[4]
DATA = ROOT.parent / "shared" / "data"
TOLERANCE = Fraction(15, 1000)

OLD = "qd766_old_portal_2025-10.jsonl"
PROVINCES = "qd766_new_portal_2026-09-17_provinces.jsonl"
DETAILS = "qd766_new_portal_2026-10-10_details_sample.jsonl"
ROWS = {OLD: 132, PROVINCES: 34, DETAILS: 4}

GROUPS_ONLY = "The row holds the six group scores and no counts."
NO_ONLINE_COUNTS = "The row holds no count of the online group."
NO_INTEGRATED_COUNT = "totalFeeDossierFormality is missing, so 0 to 2 points are open (3.5)."
TREND = "An average over the country for a month or quarter, without the scores it averages."
EARLIER = "A difference from an earlier score that is not in the row."

NOT_REPRODUCIBLE: dict[tuple[str, str], tuple[int, str]] = {
    **{(OLD, code): (125, GROUPS_ONLY) for code in ("CKMB", "TDGQ", "MDSH", "CLGQ", "TTTT", "MDHL")},
    (OLD, "score"): (7, TREND),
    **{
        (PROVINCES, f"groupScores.{code}"): (34, GROUPS_ONLY)
        for code in ("CKMB", "TDGQ", "MDSH", "CLGQ", "TTTT", "MDHL")
    },
    (PROVINCES, "scoreDelta"): (34, EARLIER),
    (DETAILS, "groupScores.ONLINE"): (4, NO_ONLINE_COUNTS),
    (DETAILS, "groupScores.TTTT"): (4, NO_INTEGRATED_COUNT),
    (DETAILS, "TTTT.score"): (4, NO_INTEGRATED_COUNT),
}
"""(file, field) -> in how many rows, and why. Everything else in the files must be reproduced."""

EXACT_SUM_DIFFERS = {("H21.06", "digitisation")}
"""Here the portal's sum of rounded criteria (12.61) lies more than the tolerance from the exact sum (12.627)."""

SCORE_KEYS = {"TONG_SCORE", "totalScore", "scoreDelta", "score", "CKMB", "TDGQ", "MDSH", "CLGQ", "TTTT", "MDHL"}
OTHER_KEYS = {
    "sheet",
    "ID",
    "TEN",
    "TEN_COQUAN",
    "MA_COQUAN",
    "LOAI_COQUAN",
    "CAPDONVIID",
    "ID_COQUAN",
    "ROW_STT",
    "month",
    "quarter",
    "year",
    "rank",
    "groupRank",
    "departmentCode",
    "departmentName",
    "departmentId",
    "groupScores",
    "period",
    "totalReceived",
    "totalOnTime",
    "totalOverdue",
    "avgProcessingDays",
    "ratio",
    "maxScore",
    "totalDossierOnlinePaymentSuccess",
    "totalDossierFinancialObligation",
    "totalDossierOnlineFormalityPaymentSuccess",
    "totalFeeFormality",
}
"""Names, counts, ratios, maxima, ranks: no scores. A key in neither set fails a test, so no score hides."""

Row = Mapping[str, Any]
Fields = dict[str, Fraction | None]

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(),
    reason="The real public data (../shared/data) is not here; it may not be copied into the repository.",
)


def rows(file: str) -> list[Row]:
    lines = (DATA / file).read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines]


def published(row: Row, path: str = "") -> Iterator[tuple[str, Fraction | None]]:
    """Every number that is a score, with its path; counts, ratios, maxima, ranks and averages of days are not."""
    for key, value in row.items():
        if isinstance(value, dict):
            yield from published(value, f"{path}{key}.")
        elif isinstance(value, list):
            for one in value:
                yield f"{path}{key}.{one['code']}", _fraction(one["score"])
        elif path == "groupScores." or key in SCORE_KEYS:
            yield f"{path}{key}", _fraction(value)


def keys(row: Row) -> Iterator[str]:
    for key, value in row.items():
        yield key
        if isinstance(value, dict) and key != "groupScores":
            yield from keys(value)


def _fraction(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def recomputed(file: str, row: Row) -> Fields:
    if file == OLD:
        return {"TONG_SCORE": _sum_of_groups(row)} if "TONG_SCORE" in row else {}
    total: Fields = {"totalScore": _sum_of_groups(row["groupScores"])}
    return total if file == PROVINCES else total | _from_counts(row)


def _sum_of_groups(scores: Mapping[str, object]) -> Fraction:
    found = [code for group in PUBLISHED.groups for code in group.portal_codes if code in scores]
    assert len(found) == 6
    return sum((Fraction(str(scores[code])) for code in found), Fraction(0))


def _from_counts(row: Row) -> Fields:
    card = card_of(row)
    found: Fields = {"TDGQ.score": _criterion(card, "DOSSIERS_ON_TIME")}
    for key in ("CKMB", "MDSH", "MDHL"):
        found |= {f"{key}.{one['code']}": _criterion(card, one["code"]) for one in row[key]}
    for group in card.groups:
        if group.printed is not None:
            found[f"groupScores.{group.group.portal_codes[0]}"] = group.printed
    return found


def card_of(row: Row) -> Scorecard:
    progress, payment = row["TDGQ"], row["TTTT"]
    inputs: dict[str, Input] = {
        "DOSSIERS_ON_TIME": Ratio(progress["totalOnTime"], progress["totalReceived"]),
        "PAYMENT_DOSSIERS": Ratio(
            payment["totalDossierOnlinePaymentSuccess"], payment["totalDossierFinancialObligation"]
        ),
        "PAYMENT_PROCEDURES_WITH_TRANSACTION": Ratio(
            payment["totalDossierOnlineFormalityPaymentSuccess"], payment["totalFeeFormality"]
        ),
    }
    for one in (*row["CKMB"], *row["MDSH"], *row["MDHL"]):
        counted = one["denominator"] is not None
        inputs[one["code"]] = Ratio(one["numerator"], one["denominator"]) if counted else None
    department = "." in row["departmentCode"]
    level = AuthorityLevel.PROVINCIAL_DEPARTMENT if department else AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE
    return score(inputs, level=level)


def _criterion(card: Scorecard, code: str) -> Fraction | None:
    return next(one.score for group in card.groups for one in group.criteria if one.criterion.code == code)


def _same(one: Fraction | None, other: Fraction | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= TOLERANCE


@pytest.mark.parametrize(("file", "expected"), ROWS.items())
def test_every_row_of_the_files_is_read(file: str, expected: int) -> None:
    assert len(rows(file)) == expected


def test_every_field_is_known_to_be_a_score_or_none() -> None:
    met = {key for file in ROWS for row in rows(file) for key in keys(row)}
    assert met <= SCORE_KEYS | OTHER_KEYS


def test_every_published_score_is_reproduced_or_listed_with_its_reason() -> None:
    open_fields: Counter[tuple[str, str]] = Counter()
    reproduced: Counter[str] = Counter()
    for file in ROWS:
        for row in rows(file):
            own = recomputed(file, row)
            for field, value in published(row):
                if field in own and _same(own[field], value):
                    reproduced[file] += 1
                else:
                    open_fields[file, field] += 1
    assert open_fields == {key: count for key, (count, _) in NOT_REPRODUCIBLE.items()}
    assert reproduced == {OLD: 125, PROVINCES: 34, DETAILS: 4 * 22}


def test_a_score_that_its_fields_leave_open_lies_within_the_bounds() -> None:
    for row in rows(DETAILS):
        card = card_of(row)
        assert card.points.low <= Fraction(str(row["totalScore"])) <= card.points.high
        left_open = {group.group.code: group for group in card.groups if group.score is None}
        assert left_open.keys() == {"online", "payment"}
        for code, group in (("ONLINE", left_open["online"]), ("TTTT", left_open["payment"])):
            value = Fraction(str(row["groupScores"][code]))
            assert group.points.low <= value <= group.points.high, (row["departmentCode"], code)


def test_exact_group_sums_leave_the_printed_ones_only_where_the_portal_adds_rounded_numbers() -> None:
    differing = set()
    for row in rows(DETAILS):
        for group in card_of(row).groups:
            if group.score is not None:
                value = Fraction(str(row["groupScores"][group.group.portal_codes[0]]))
                if not _same(group.score, value):
                    differing.add((row["departmentCode"], group.group.code))
    assert differing == EXACT_SUM_DIFFERS


def test_no_published_group_score_exceeds_the_maximum_of_the_layout() -> None:
    maxima = {code: group.maximum for group in PUBLISHED.groups for code in group.portal_codes}
    checked = 0
    for file in ROWS:
        for row in rows(file):
            scores = row.get("groupScores", row)
            for code in maxima.keys() & scores.keys():
                assert Fraction(str(scores[code])) <= maxima[code], (file, code)
                checked += 1
    assert checked == 6 * (125 + 34 + 4)


def test_published_ratios_are_those_of_the_counts() -> None:
    for row in rows(DETAILS):
        for one in (*row["CKMB"], *row["MDSH"], *row["MDHL"]):
            if one["denominator"]:
                value = Ratio(one["numerator"], one["denominator"]).value
                assert value is not None
                assert abs(100 * value - Fraction(str(one["ratio"]))) <= Fraction(1, 200), one
