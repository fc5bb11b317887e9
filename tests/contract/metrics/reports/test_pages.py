"""DOCX and PDF read back: layout of NĐ 30/2020, every number, both languages, nothing that can run."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pypdf
import pytest

from metrics.domain.period import ReportingPeriod
from metrics.reports import ReportTooLong, annual, form_ii06, render
from metrics.reports.form_ii06 import CountedRow
from metrics.reports.model import Document, Form, Language, Text
from metrics.reports.pdf import _COVERED, printable
from metrics.reports.wording import line_value, number
from support.reports_2024 import (
    AGENCY,
    AS_OF,
    FIELDS,
    FIGURES,
    PERIOD,
    SIGNATURE,
    TOTAL,
    empty_report,
    form_2024,
    report_2024,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LANGUAGES: list[Language] = ["vi", "en"]
Reader = Callable[[Document | Form, Language], str]


def folded(text: str) -> str:
    """The words without where lines break."""
    return re.sub(r"\s+", " ", text)


def docx_part(document: Document | Form, name: str, language: Language = "vi") -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(render(document, "docx", language)[0])) as package:
        return ElementTree.fromstring(package.read(name))  # noqa: S314  our own file


def docx_text(document: Document | Form, language: Language = "vi") -> str:
    body = docx_part(document, "word/document.xml", language)
    return folded("\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in body.iter(f"{W}p")))


def pdf(document: Document | Form, language: Language = "vi") -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(render(document, "pdf", language)[0]))


def pdf_text(document: Document | Form, language: Language = "vi") -> str:
    return folded("\n".join(page.extract_text() for page in pdf(document, language).pages))


READERS = pytest.mark.parametrize("read", [docx_text, pdf_text], ids=["docx", "pdf"])


@READERS
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_and_every_line_of_the_report_is_on_the_pages(read: Reader, language: Language) -> None:
    document = report_2024()
    text = read(document, language)
    unspaced = text.replace(" ", "")
    for section in document.sections:
        for paragraph in section.paragraphs:
            assert folded(paragraph.of(language)).replace(" ", "") in unspaced
        for line in section.lines:
            said = folded(line.label.of(language) + line_value(line, language)).replace(" ", "")
            assert said in unspaced, line


@READERS
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_the_form_is_on_the_page(read: Reader, language: Language) -> None:
    text = read(form_2024(), language).replace(" ", "")
    for field in FIELDS:
        row = "".join(number(count or 0, language) for count in field.counts)
        assert field.name.of(language).replace(" ", "") + row in text
    assert "".join(number(count, language) for count in TOTAL) in text
    assert "(3)=(4)+(5)+(6)" in text
    assert "II.06a/VPCP/KSTT" in text


@READERS
def test_the_letterhead_and_the_end_are_those_of_the_decree(read: Reader) -> None:
    text = read(report_2024(), "vi")
    wanted = [
        "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
        "Số: ……/BC-SGDĐT",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Hải Phòng, ngày …… tháng …… năm 20……",
        "Nơi nhận:",
        "GIÁM ĐỐC",
        "Phụ lục I",
        "sổ cái số 18.233, lúc 17:30 05/12/2024",
    ]
    assert [words for words in wanted if words not in text] == []
    assert unicodedata.is_normalized("NFC", text)


@READERS
def test_an_unknown_report_says_so_on_every_line(read: Reader) -> None:
    document = empty_report()
    missing = sum(len(section.lines) + len(section.paragraphs) for section in document.sections)
    assert read(document, "vi").count("chưa có số liệu") >= missing
    assert read(document, "en").count("no data") >= missing


@READERS
def test_text_from_outside_stays_text(read: Reader, attack_form: Form) -> None:
    text = read(attack_form, "vi").replace(" ", "")
    assert '=HYPERLINK("http://evil.invalid","x")' in text
    assert "#letx=1;$x$*b*<tag>&amp;\\[x]" in text
    assert "{{1+1}}{%x%}" in text


def test_the_docx_has_the_margins_and_the_font_of_the_decree() -> None:
    document = report_2024()
    first = next(docx_part(document, "word/document.xml").iter(f"{W}pgMar"))
    millimetres = {
        side: round(int(first.get(f"{W}{side}", "0")) * 25.4 / 1440) for side in ("top", "bottom", "left", "right")
    }
    assert millimetres == {"top": 20, "bottom": 20, "left": 30, "right": 15}
    styles = docx_part(document, "word/styles.xml")
    normal = next(style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") == "Normal")
    fonts, size, tongue = (next(normal.iter(f"{W}{tag}")) for tag in ("rFonts", "sz", "lang"))
    assert set(fonts.attrib.values()) == {"Times New Roman"}
    assert size.get(f"{W}val") == "28"
    assert tongue.get(f"{W}val") == "vi-VN"


def test_the_docx_repeats_its_headings_and_holds_no_field_but_the_page_number() -> None:
    with zipfile.ZipFile(io.BytesIO(render(report_2024(), "docx", "vi")[0])) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith((".xml", ".rels"))}
    everything = "".join(parts.values())
    assert set(re.findall(r"<w:instrText[^>]*>([^<]*)<", everything)) == {" PAGE "}
    assert "TargetMode" not in everything
    assert "w:fldSimple" not in everything
    assert parts["word/document.xml"].count("<w:tblHeader") >= 3


def test_the_docx_s_charts_say_in_words_what_they_show() -> None:
    described = re.findall(
        r'descr="([^"]+)"', ElementTree.tostring(docx_part(report_2024(), "word/document.xml"), "unicode")
    )
    assert any("Đã giải quyết trước hạn 2.155" in words for words in described)
    assert any("15–30/11/2023 80 / 1; 12/2023 140 / 1; 01/2024 150 / 0" in words for words in described)
    assert any("Sở, ngành 30 / 18" in words for words in described)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_prints_every_number_of_its_charts_beside_the_bar(language: Language) -> None:
    document = report_2024()
    text = pdf_text(document, language).replace(" ", "")
    charts = [chart for section in document.sections for chart in section.charts]
    assert len(charts) == 4
    for chart in charts:
        for name in chart.series:
            assert name.of(language).replace(" ", "") in text
        for bar in chart.bars:
            numbers = "/".join(number(value or 0, language) for value in bar.values)
            assert bar.label.of(language).replace(" ", "") + numbers in text


def test_charts_without_a_number_are_left_out_and_those_of_the_district_end_with_it() -> None:
    assert [chart for section in empty_report().sections for chart in section.charts] == []
    later = annual.build(
        agency=AGENCY, period=ReportingPeriod.custom(date(2026, 1, 1), date(2026, 12, 31)), as_of=AS_OF,
        figures=FIGURES, indicators={}, signature=SIGNATURE,
    )  # fmt: skip
    labels = {bar.label.vi for section in later.sections for chart in section.charts for bar in chart.bars}
    assert "Cấp xã" in labels
    assert "Cấp huyện" not in labels


def test_the_pdf_declares_pdf_a_2b_a_title_a_language_and_the_ledger_s_date() -> None:
    reader = pdf(report_2024())
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    assert reader.metadata is not None
    assert reader.metadata.title == "BÁO CÁO"
    assert reader.metadata.creation_date == datetime(2024, 12, 5, 10, 30, tzinfo=UTC)
    assert str(reader.trailer["/Root"]["/Lang"]).startswith("vi")


def test_the_pdf_is_a4_upright_for_the_report_and_across_for_its_appendices() -> None:
    sizes = [(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pdf(report_2024()).pages]
    assert sizes[0] == (595, 842)
    assert sizes[-1] == (842, 595)
    assert len(pdf(form_2024()).pages) == 1


def test_the_pdf_embeds_its_own_fonts_and_nothing_else() -> None:
    names = set()
    for page in pdf(report_2024()).pages:
        for font in page["/Resources"]["/Font"].values():
            names.add(str(font["/BaseFont"]).split("+")[-1])
        assert "/Annots" not in page
    assert names
    assert all(name.startswith("Tinos") for name in names)


def test_the_fonts_hold_every_character_the_renderer_lets_through() -> None:
    every = "".join(chr(code) for first, last in _COVERED for code in range(first, last + 1))
    assert printable(every) == every
    form = form_ii06.build(
        [CountedRow(Text(every, every), TOTAL)], TOTAL, agency=AGENCY, receiver=Text("", ""), period=PERIOD,
        as_of=AS_OF, signature=SIGNATURE,
    )  # fmt: skip
    assert render(form, "pdf", "vi")[0].startswith(b"%PDF-1.7")
    assert printable("＝日ｱ") == "=□□"


@pytest.mark.parametrize("format_", ["docx", "pdf"])
def test_more_rows_than_anyone_reads_are_refused_as_pages_but_not_as_tables(format_: str) -> None:
    row = (3, 1, 1, 1, 2, 1, 1, 0, 1, 1, 0)
    rows = [CountedRow(Text("a", "a"), row)] * 1001
    total = tuple(count * 1001 for count in row)
    form = form_ii06.build(
        rows, total, agency=AGENCY, receiver=Text("", ""), period=PERIOD, as_of=AS_OF, signature=SIGNATURE
    )
    with pytest.raises(ReportTooLong, match="1000 rows, this has 1001"):
        render(form, format_, "vi")
    assert len(render(form, "csv", "vi")[0].splitlines()) == 1003
