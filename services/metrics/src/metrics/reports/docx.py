"""DOCX in the layout of NĐ 30/2020/NĐ-CP, made of ordinary paragraphs, headings and tables a clerk can edit."""

import io

import docx
from docx.document import Document as Pages
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import _Cell

from metrics.reports.docx_parts import (
    FONT,
    add_table,
    as_bytes,
    page_number,
    ruled,
    small_break,
    tight,
    without_borders,
    write,
)
from metrics.reports.flat import check_length
from metrics.reports.model import Document, Form, Language
from metrics.reports.pdf import chart_png
from metrics.reports.printed import (
    Appendix,
    Block,
    Closing,
    Heading,
    Paragraph,
    PrintedChart,
    PrintedForm,
    PrintedReport,
    PrintedTable,
    print_form,
    print_report,
)
from metrics.reports.wording import stamp

MOST_ROWS = 1_000
_LONG, _SHORT = Mm(297), Mm(210)
_TONGUES = {"vi": "vi-VN", "en": "en-GB"}


def as_docx(document: Document | Form, language: Language) -> bytes:
    """The document. Raises ``ReportTooLong`` beyond MOST_ROWS table rows."""
    check_length(document, "docx", MOST_ROWS)
    pages = docx.Document()
    _styles(pages, language)
    if isinstance(document, Form):
        sheet = print_form(document, language)
        _across(pages.sections[0])
        _form(pages, sheet.form)
        write(tight(pages.add_paragraph(), ALIGN.LEFT, before=6), sheet.as_of, 10, italic=True)
        _properties(pages, document, sheet.title, sheet.agency)
    else:
        report = print_report(document, language)
        _report(pages, report)
        _properties(pages, document, f"{report.title}: {report.subject}", report.agency)
    return as_bytes(pages)


def _styles(pages: Pages, language: Language) -> None:
    """Times New Roman 14 for everything, in every script, and the dictionary of the language."""
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3"):
        style = pages.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), FONT)
        style.font.size, style.font.color.rgb = Pt(14), RGBColor(0, 0, 0)
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(6), Pt(0), 1.15
        form.first_line_indent = Mm(10)
    for level, italic in ((1, False), (2, False), (3, True)):
        font = pages.styles[f"Heading {level}"].font
        font.bold, font.italic = True, italic
    tongue = OxmlElement("w:lang")
    tongue.set(qn("w:val"), _TONGUES[language])
    pages.styles["Normal"].element.get_or_add_rPr().append(tongue)


def _properties(pages: Pages, document: Document | Form, title: str, agency: str) -> None:
    """Metadata of the document, with the ledger's instant instead of the renderer's."""
    moment = stamp(document.as_of, document.period).replace(tzinfo=None)
    core = pages.core_properties
    core.title, core.author, core.last_modified_by = title[:255], agency[:255], agency[:255]
    core.created = core.modified = moment
    core.comments, core.revision, core.keywords = "", 1, document.name


def _upright(section: Section) -> None:
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, _SHORT, _LONG
    _margins(section, left=30)


def _across(section: Section) -> None:
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, _LONG, _SHORT
    _margins(section, left=20)


def _margins(section: Section, *, left: int) -> None:
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(left), Mm(15)
    section.header_distance = Mm(10)


def _width(section: Section) -> Emu:
    return Emu((section.page_width or _SHORT) - (section.left_margin or 0) - (section.right_margin or 0))


def _report(pages: Pages, report: PrintedReport) -> None:
    section = pages.sections[0]
    _upright(section)
    section.different_first_page_header_footer = True  # the first page bears no number
    page_number(tight(section.header.paragraphs[0]))
    _letterhead(pages, report)
    write(tight(pages.add_paragraph(), before=14), report.title, 14, bold=True)
    subject = write(tight(pages.add_paragraph()), report.subject, 14, bold=True)
    subject.paragraph_format.left_indent = subject.paragraph_format.right_indent = Mm(16)
    ruled(tight(pages.add_paragraph(), after=8), 170)
    for block in report.body:
        _block(pages, block, report.language, _width(section))
    _closing(pages, report.closing)
    for appendix in report.appendices:
        _appendix(pages, appendix, report.as_of)
    small_break(pages)


def _letterhead(pages: Pages, report: PrintedReport) -> None:
    left, right = _side_by_side(pages, (68, 97))
    first = left.paragraphs[0]
    if report.superior:
        write(tight(first), report.superior, 13)
        first = left.add_paragraph()
    write(tight(first), report.agency, 13, bold=True)
    ruled(tight(left.add_paragraph()), 60)
    write(tight(left.add_paragraph(), before=4), report.number, 13)
    write(tight(right.paragraphs[0]), report.nation, 12.5, bold=True)
    write(tight(right.add_paragraph()), report.motto, 13.5, bold=True)
    ruled(tight(right.add_paragraph()), 54)
    write(tight(right.add_paragraph(), before=4), report.place_and_day, 13.5, italic=True)


def _side_by_side(pages: Pages, millimetres: tuple[int, int]) -> tuple[_Cell, _Cell]:
    grid = pages.add_table(rows=1, cols=2)
    without_borders(grid)
    grid.autofit = False
    left, right = grid.rows[0].cells
    for column, cell, width in zip(grid.columns, (left, right), millimetres, strict=True):
        column.width = cell.width = Mm(width)
    return left, right


def _block(pages: Pages, block: Block, language: Language, width: Emu) -> None:
    match block:
        case Heading():
            pages.add_heading(block.text, min(block.level, 3))
        case Paragraph():
            pages.add_paragraph(block.text).alignment = ALIGN.JUSTIFY
        case PrintedTable():
            _titled(pages, block, 12, width)
        case PrintedChart():
            _chart(pages, block, language)


def _titled(pages: Pages, table: PrintedTable, size: float, width: Emu) -> None:
    if table.title:
        line = write(tight(pages.add_paragraph(), before=8, after=4), table.title, 13, bold=True)
        line.paragraph_format.keep_with_next = True
    add_table(pages, table, size, width)
    tight(pages.add_paragraph())  # Word joins two tables that touch


def _chart(pages: Pages, chart: PrintedChart, language: Language) -> None:
    line = tight(pages.add_paragraph(), before=6, after=6)
    line.add_run().add_picture(io.BytesIO(chart_png(chart, language)), width=Mm(150))
    for shown in line._p.iter(qn("wp:docPr")):
        shown.set("descr", chart.description)
        shown.set("name", chart.title)


def _closing(pages: Pages, closing: Closing) -> None:
    tight(pages.add_paragraph(), before=8)
    left, right = _side_by_side(pages, (80, 85))
    write(tight(left.paragraphs[0], ALIGN.LEFT), closing.left[0], 12, bold=True, italic=True)
    for text in closing.left[1:]:
        write(tight(left.add_paragraph(), ALIGN.LEFT), text, 11)
    write(tight(right.paragraphs[0]), closing.position, 14, bold=True)
    write(tight(right.add_paragraph(), before=64), closing.signer, 14, bold=True)


def _appendix(pages: Pages, appendix: Appendix, as_of: str) -> None:
    section = pages.add_section(WD_SECTION.NEW_PAGE)
    _across(section)
    section.different_first_page_header_footer = False
    for text, bold in ((appendix.label, True), (appendix.title, True), (appendix.attached, False)):
        if text:
            write(tight(pages.add_paragraph()), text, 14 if bold else 13, bold=bold, italic=not bold)
    if appendix.table is not None:
        _titled(pages, appendix.table, 11, _width(section))
        write(tight(pages.add_paragraph(), ALIGN.LEFT), as_of, 11, italic=True)
    if appendix.form is not None:
        _form(pages, appendix.form)


def _form(pages: Pages, form: PrintedForm) -> None:
    width = _width(pages.sections[-1])
    left, middle, right = _three(pages)
    write(tight(left.paragraphs[0], ALIGN.LEFT), form.code, 11.5, bold=True)
    write(tight(middle.paragraphs[0]), form.title, 12, bold=True)
    write(tight(middle.add_paragraph(), before=4), form.period, 12, bold=True)
    for index, text in enumerate(form.parties):
        line = right.paragraphs[0] if index == 0 else right.add_paragraph()
        write(tight(line, ALIGN.LEFT), text, 12, bold=index % 2 == 0)
    write(tight(pages.add_paragraph(), ALIGN.RIGHT, after=2), form.unit, 12, italic=True)
    add_table(pages, form.table, 10.5, width)
    for note in form.notes:
        write(tight(pages.add_paragraph(), ALIGN.LEFT), note, 11, italic=True)
    tight(pages.add_paragraph())
    _signatures(pages, form)


def _three(pages: Pages) -> tuple[_Cell, _Cell, _Cell]:
    grid = pages.add_table(rows=1, cols=3)
    without_borders(grid)
    grid.autofit = False
    left, middle, right = grid.rows[0].cells
    for column, cell, width in zip(grid.columns, (left, middle, right), (53, 154, 55), strict=True):
        column.width = cell.width = Mm(width)
    return left, middle, right


def _signatures(pages: Pages, form: PrintedForm) -> None:
    left, right = _side_by_side(pages, (131, 131))
    closing = form.closing
    write(tight(left.paragraphs[0]), "", 13)
    write(tight(right.paragraphs[0]), form.place_and_day, 13, italic=True)
    signed = ((left, closing.left[0], closing.prepared_by), (right, closing.position, closing.signer))
    for cell, role, name in signed:
        write(tight(cell.add_paragraph()), role, 13, bold=True)
        write(tight(cell.add_paragraph()), closing.instruction, 11, italic=True)
        write(tight(cell.add_paragraph(), before=34), name, 13, bold=True)
    # A document cannot end with a table: the line after it must be too low to begin a page of its own.
    last = tight(pages.add_paragraph())
    last.paragraph_format.line_spacing = Pt(1)
    write(last, "", 1)
