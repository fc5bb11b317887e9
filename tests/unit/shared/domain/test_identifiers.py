"""Codes are parsed once and compared exactly; what cannot be read is refused with a reason."""

import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.identifiers import AgencyCode, DossierCode, DossierCodeForm, IdentifierError, ProcedureCode, normal

DATA = Path(__file__).parents[5] / "shared" / "data"

digits = st.sampled_from("0123456789")
level_1 = st.builds("{}{}{}".format, st.sampled_from("GHTK"), digits, digits)
group = st.one_of(st.builds("{}{}".format, digits, digits), st.builds("{}{}{}".format, digits, digits, digits))
below = st.lists(group, max_size=5).filter(lambda groups: not groups or bool(groups[-1].strip("0")))
agencies = st.builds(lambda first, rest: AgencyCode((first, *rest)), level_1, below)
bases = st.builds(lambda prefix, rest: f"{prefix}.{''.join(rest)}", digits, st.lists(digits, min_size=6, max_size=6))
days = st.dates(date(2018, 11, 23), date(2099, 12, 31))


@given(agencies)
def test_an_agency_code_reads_back_from_both_orders(agency: AgencyCode) -> None:
    assert AgencyCode.parse(str(agency)) == agency
    assert AgencyCode.parse(agency.qcvn) == agency


@given(agencies, st.sampled_from([" ", "\t", "\n", ""]))
def test_case_and_blanks_do_not_make_another_agency(agency: AgencyCode, blank: str) -> None:
    assert AgencyCode.parse(f"{blank}{str(agency).lower()}{blank}") == agency


@given(agencies)
def test_an_agency_is_within_each_of_its_ancestors(agency: AgencyCode) -> None:
    line = agency.ancestors()
    assert line[0] == agency
    assert len(line[-1].parts) == 1
    assert all(agency.is_within(above) for above in line)
    assert not any(above.is_within(agency) for above in line[1:])


@pytest.mark.parametrize(
    ("text", "canonical", "qcvn"),
    [
        ("H24.99", "H24.99", "000.00.99.H24"),
        ("000.00.99.H24", "H24.99", "000.00.99.H24"),
        ("000.00.00.H24", "H24", "000.00.00.H24"),
        ("H24", "H24", "000.00.00.H24"),
        ("000.00.100.H44", "H44.100", "000.00.100.H44"),
        ("001.02.53.H48", "H48.53.02.001", "001.02.53.H48"),
        ("001.00.53.H48", "H48.53.00.001", "001.00.53.H48"),
        ("000.00.00.G01", "G01", "000.00.00.G01"),
    ],
)
def test_the_two_legal_orders_are_one_code(text: str, canonical: str, qcvn: str) -> None:
    agency = AgencyCode.parse(text)
    assert (str(agency), agency.qcvn) == (canonical, qcvn)


def test_a_code_may_have_thirty_five_characters_and_none_more() -> None:
    longest = "H24" + ".001" * 8
    assert str(AgencyCode.parse(longest)) == longest


def test_two_compositions_of_a_text_are_one() -> None:
    assert normal(" thu\u0309 ") == normal("thủ") == "THỦ"


def test_a_code_that_only_begins_alike_is_not_within() -> None:
    assert not AgencyCode.parse("H24.100").is_within(AgencyCode.parse("H24.10"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("0100100079", "neither end"),
        ("H2", "neither end"),
        ("H24.A1", "two or three digits"),
        ("H24..01", "two or three digits"),
        ("H24.1", "two or three digits"),
        ("H24.H25", "two or three digits"),
        ("H24.٠١", "two or three digits"),
        ("H24.99 Nguyễn", "two or three digits"),
        ("H24" + ".001" * 9, "35 characters"),
    ],
)
def test_an_unreadable_agency_code_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason) as refused:
        AgencyCode.parse(text)
    assert (refused.value.field, refused.value.text) == ("agency_code", text)


def test_a_refusal_does_not_repeat_what_may_be_a_person() -> None:
    with pytest.raises(IdentifierError) as refused:
        DossierCode.parse("Nguyễn Thị Không Có Thật")
    assert "Nguyễn" not in str(refused.value)


@given(bases, st.none() | agencies)
def test_a_procedure_code_reads_back_from_both_styles(base: str, suffix: AgencyCode | None) -> None:
    code = ProcedureCode(base, suffix)
    assert ProcedureCode.parse(str(code)) == code
    assert ProcedureCode.parse(code.qcvn) == code


@pytest.mark.parametrize(
    ("text", "base", "suffix"),
    [
        ("1.001612", "1.001612", None),
        ("1.001612.000.00.00.H48", "1.001612", "H48"),
        ("1.012784.H19", "1.012784", "H19"),
        (" 2.000815 ", "2.000815", None),
    ],
)
def test_the_suffix_names_the_province_of_a_local_copy(text: str, base: str, suffix: str | None) -> None:
    code = ProcedureCode.parse(text)
    assert code.base == base
    assert (None if code.suffix is None else str(code.suffix)) == suffix


def test_two_styles_of_one_local_copy_are_one_code() -> None:
    assert ProcedureCode.parse("1.012790.H41") == ProcedureCode.parse("1.012790.000.00.00.H41")


@pytest.mark.parametrize(
    "text", ["", "10.005090", "10.005095", "99.001", "C08_XPHCDB", "1.00509", "1.0050901", "1,005090", "1.005142-H24"]
)
def test_an_invented_or_misread_procedure_code_is_refused(text: str) -> None:
    with pytest.raises(IdentifierError) as refused:
        ProcedureCode.parse(text)
    assert refused.value.reason


def test_a_suffix_that_is_no_agency_is_refused() -> None:
    with pytest.raises(IdentifierError, match="suffix is no agency"):
        ProcedureCode.parse("1.001612.HaiPhong")


@given(agencies, days, st.integers(0, 9999), st.booleans())
def test_a_dossier_code_keeps_agency_and_day_in_either_order(
    agency: AgencyCode, day: date, number: int, old: bool
) -> None:
    text = f"{agency.qcvn if old else agency}-{day:%y%m%d}-{number:04d}"
    code = DossierCode.parse(text)
    assert (code.agency, code.dated, str(code)) == (agency, day, text)
    assert DossierCode.parse(str(code)) == code
    assert (code.form is DossierCodeForm.QCVN) == old


@pytest.mark.parametrize(
    ("text", "agency", "dated", "form"),
    [
        ("000.00.53.H48-220921-0099", "H48.53", date(2022, 9, 21), DossierCodeForm.QCVN),
        ("000.00.42.H29-261007-00123", "H29.42", date(2026, 10, 7), DossierCodeForm.QCVN),
        ("H99.06-990101-0001", "H99.06", date(2099, 1, 1), DossierCodeForm.LEVEL_1_FIRST),
        ("H24.101-260201-010001", "H24.101", date(2026, 2, 1), DossierCodeForm.CENTRALISED),
        ("H24.101.02-260201-0112345", "H24.101.02", date(2026, 2, 1), DossierCodeForm.CENTRALISED),
    ],
)
def test_the_three_legal_forms_are_told_apart(text: str, agency: str, dated: date, form: DossierCodeForm) -> None:
    code = DossierCode.parse(text)
    assert (str(code.agency), code.dated, code.form) == (agency, dated, form)


def test_a_dossier_code_keeps_what_the_portal_wrote_and_compares_without_it() -> None:
    written = " 000.00.53.h48-220921-0099\n"
    code = DossierCode.parse(written)
    assert code.raw == written
    assert code == DossierCode.parse("000.00.53.H48-220921-0099")
    assert hash(code) == hash(DossierCode.parse("000.00.53.H48-220921-0099"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("000.00.53.H48-229921-0099", "no day"),
        ("000.00.53.H48-230229-0099", "no day"),
        ("000.00.53.H48-220921-099", "sequence"),
        ("000.00.53.H48/220921/0099", "sequence"),
        ("0100100079-220921-0001", "agency cannot be read"),
        ("", "sequence"),
    ],
)
def test_an_unreadable_dossier_code_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        DossierCode.parse(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    for kind in (AgencyCode, ProcedureCode, DossierCode):
        try:
            code = kind.parse(text)
        except IdentifierError:
            continue
        assert kind.parse(str(code)) == code
        assert unicodedata.is_normalized("NFC", str(code))


def rows(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{path} is absent: the real public codes are not part of the repository")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_published_agency_code_is_read_and_padding_says_nothing() -> None:
    unreadable = []
    for row in rows("agency_codes.jsonl"):
        try:
            assert str(AgencyCode.parse(row["ma"])) == row["ma_chuan"]
        except IdentifierError:
            unreadable.append(row["ma"])
    assert [code for code in unreadable if not code.isdigit()] == []


def test_the_malformed_codes_of_the_local_lists_are_refused_and_only_those() -> None:
    refused = set()
    for row in rows("haiphong_education_local.jsonl"):
        try:
            ProcedureCode.parse(row["ma"])
        except IdentifierError:
            refused.add(row["ma"])
    assert refused == {"10.005090", "10.005095"}
