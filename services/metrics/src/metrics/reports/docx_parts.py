"""The Word parts python-docx has no words for: repeated headings, fast rows, fields, rules, stable bytes."""

import io
import zipfile
from collections.abc import Sequence
from copy import deepcopy

from docx.document import Document as Pages
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Pt
from docx.table import Table as Grid
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Line

from metrics.reports.printed import PrintedTable

FONT = "Times New Roman"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip entry's date: the container must not tell when it was rendered


def write(line: Line, text: str, size: float, *, bold: bool = False, italic: bool = False) -> Line:
    """Adds the text to the paragraph."""
    run = line.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return line


def tight(line: Line, align: ALIGN = ALIGN.CENTER, before: float = 0, after: float = 0) -> Line:
    """A paragraph without the body's indent and spacing."""
    line.alignment = align
    form = line.paragraph_format
    form.first_line_indent, form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(before), Pt(after), 1.0
    return line


def ruled(line: Line, indent: float) -> Line:
    """Draws the rule NĐ 30 wants under a heading: a bottom border, shortened from both sides by ``indent`` points."""
    line.paragraph_format.line_spacing = Pt(4)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(indent)
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="6", space="1", color="000000"))
    _in_order(line, borders)
    return line


def page_number(line: Line) -> None:
    """The PAGE field, the only field in the document."""
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        run = line.add_run()
        run.font.size = Pt(13)
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)


def add_table(pages: Pages, table: PrintedTable, size: float, width: Emu) -> Grid:
    """The table; its merged headings repeat on every page. Rows are written as XML: python-docx's are slow."""
    head = table.depth + (table.numbers is not None)
    grid: Grid = pages.add_table(rows=head, cols=len(table.weights))
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    widths = [Emu(width * weight // sum(table.weights)) for weight in table.weights]
    for column, each in zip(grid.columns, widths, strict=True):
        column.width = each
    for row in grid.rows:
        for cell, each in zip(row.cells, widths, strict=True):
            cell.width = each
    _narrow_margins(grid)
    _headings(grid, table, size)
    for row in grid.rows:
        properties = row._tr.get_or_add_trPr()
        properties.append(_element("w:cantSplit"))
        properties.append(_element("w:tblHeader"))
    for values in table.rows:
        grid._tbl.append(_row(values, table.numeric, widths, size, bold=False))
    if table.total is not None:
        grid._tbl.append(_row(table.total, table.numeric, widths, size, bold=True))
    return grid


def without_borders(grid: Grid) -> None:
    """A table used only to place things side by side."""
    grid.style = "Normal Table"


def as_bytes(pages: Pages) -> bytes:
    """The package with every entry dated alike and in one order, so that one document is one file."""
    raw, stable = io.BytesIO(), io.BytesIO()
    pages.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(stable, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, source.read(name))
    return stable.getvalue()


def small_break(pages: Pages) -> None:
    """Shrinks the paragraph that ends a section: at full height it can fall on a page of its own, which stays empty."""
    ends = [
        line for line in pages.paragraphs if line._p.pPr is not None and line._p.pPr.find(qn("w:sectPr")) is not None
    ]
    for line in ends:
        tight(line).paragraph_format.line_spacing = Pt(1)


def _narrow_margins(grid: Grid) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="50", type="dxa"))
    look = grid._tblPr.find(qn("w:tblLook"))
    if look is None:
        grid._tblPr.append(margins)
    else:
        look.addprevious(margins)


def _headings(grid: Grid, table: PrintedTable, size: float) -> None:
    for head in table.headers:
        cell = grid.cell(head.row, head.column)
        if head.rows > 1 or head.columns > 1:
            cell = cell.merge(grid.cell(head.row + head.rows - 1, head.column + head.columns - 1))
        _fill(cell, head.text, size, bold=True, italic=False)
    for column, text in enumerate(table.numbers or ()):
        _fill(grid.cell(table.depth, column), text, size - 2, bold=False, italic=True)


def _fill(cell: _Cell, text: str, size: float, *, bold: bool, italic: bool) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    write(tight(cell.paragraphs[0]), text, size, bold=bold, italic=italic)


def _row(
    values: Sequence[str], numeric: Sequence[bool], widths: Sequence[Emu], size: float, *, bold: bool
) -> BaseOxmlElement:
    row = OxmlElement("w:tr")
    row.append(OxmlElement("w:trPr"))
    row[0].append(_element("w:cantSplit"))
    for value, is_number, width in zip(values, numeric, widths, strict=True):
        row.append(_cell(value, width, size, side="right" if is_number else "left", bold=bold))
    return row


def _cell(value: str, width: Emu, size: float, *, side: str, bold: bool) -> BaseOxmlElement:
    cell, properties = OxmlElement("w:tc"), OxmlElement("w:tcPr")
    properties.append(_element("w:tcW", w=str(width // 635), type="dxa"))
    properties.append(_element("w:vAlign", val="center"))
    line, form = OxmlElement("w:p"), OxmlElement("w:pPr")
    form.append(_element("w:spacing", before="20", after="20", line="240", lineRule="auto"))
    form.append(_element("w:ind", firstLine="0"))
    form.append(_element("w:jc", val=side))
    run, look, text = OxmlElement("w:r"), OxmlElement("w:rPr"), OxmlElement("w:t")
    if bold:
        look.append(OxmlElement("w:b"))
    look.append(_element("w:sz", val=str(int(size * 2))))
    form.append(deepcopy(look))  # the paragraph's end has a size too: left at 14 it would make an empty cell's row tall
    text.text = value
    text.set(qn("xml:space"), "preserve")
    for child, parent in ((properties, cell), (line, cell), (form, line), (run, line), (look, run), (text, run)):
        parent.append(child)
    return cell


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _in_order(line: Line, borders: BaseOxmlElement) -> None:
    """Word refuses a paragraph whose properties stand in another order than the schema's."""
    properties = line._p.get_or_add_pPr()
    later = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr")
    following = next((child for child in properties if child.tag in {qn(tag) for tag in later}), None)
    if following is None:
        properties.append(borders)
    else:
        following.addprevious(borders)
