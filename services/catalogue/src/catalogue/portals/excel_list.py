"""The national portal's list of procedures as it exports it to a spreadsheet (portal-contracts.md 2.2).

Title rows stand above; the header's labels vary ("Mã số", "Mã TTHC") and some are merged over two rows or several
columns. Executing bodies are lines of one cell, often empty or one body twice. A list has no limits, fees or states.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from catalogue.domain.decision import plain_name
from catalogue.domain.procedure import LISTED, Origin
from catalogue.portals import FileReading, PortalProcedure, Rejected, Unreadable
from catalogue.portals.cleaning import cleaned, digest, plain_text
from catalogue.portals.levels import is_open, levels_of
from catalogue.portals.office_file import OfficeFile
from catalogue.portals.spreadsheet import Cell, Row, rows
from shared.domain.identifiers import IdentifierError, ProcedureCode
from shared.domain.level import OnlineLevel

_LABELS = (
    ("code", ("mã số", "mã tthc", "mã thủ tục")),
    ("executing", ("cơ quan thực hiện",)),
    ("issuer", ("cơ quan ban hành", "cơ quan công bố")),
    ("field", ("lĩnh vực",)),
    ("name", ("tên",)),
)
_NEEDED = {"code", "name"}

Record = dict[str, Any]
Columns = Mapping[str, int]


def read(file: OfficeFile, name: str) -> FileReading:
    """Every row of the list. ``name`` of the file names rejected rows. Raises ``Unreadable`` when it is no list."""
    taken, rejected = [], []
    for place, record in _records(file):
        try:
            taken.append(read_record(record))
        except Unreadable as error:
            rejected.append(Rejected(f"{name}#{place}", record, error))
    return FileReading(tuple(taken), tuple(rejected))


def read_record(record: Record) -> PortalProcedure:
    """A procedure out of one row: code, name, issuer, executing, field. Raises ``Unreadable``."""
    code = _code(record["code"])
    if not record["name"]:
        raise Unreadable("name_missing", "name", "it has no name")
    bodies = list(dict.fromkeys(line for line in record["executing"].split("\n") if line))
    levels = levels_of({}, bodies)
    lasting = {**record, "code": str(code), "executing": bodies}
    return PortalProcedure(
        code=code,
        name=" ".join(record["name"].split()),
        field_code="",
        field_name=" ".join(record["field"].split()),
        levels=levels,
        level_open=is_open({}, levels),
        fees=(),
        limits=(),
        state=LISTED,
        kind="",
        issuer=" ".join(record["issuer"].split()),
        decision_number="",
        marked_online=OnlineLevel.NONE,
        portal_id="",
        updated_at=None,
        record=lasting,
        content_hash=digest(lasting),
        origin=Origin.LIST_FILE,
    )


def _records(file: OfficeFile) -> Iterator[tuple[str, Record]]:
    """The rows below each sheet's header with where they stand."""
    found = False
    for sheet, lines in groupby(rows(file), lambda row: row.sheet):
        above: Row | None = None
        columns: Columns | None = None
        for row in lines:
            if columns is None:
                columns, above = _columns(above, row), row
                found = found or columns is not None
                continue
            columns, is_header = _second_row(above, row, columns)
            above = None
            if not is_header and not _is_heading(row, columns):
                yield f"{sheet} row {row.number}", _record(row, columns)
    if not found:
        raise Unreadable("header_missing", "", "no sheet has a header with a code and a name")


def _second_row(above: Row | None, row: Row, columns: Columns) -> tuple[Columns, bool]:
    """The columns with what the header's second row adds, and whether this is such a row."""
    if above is None or {columns["code"], columns["name"]} & row.cells.keys():
        return columns, False
    widened = _columns(above, row)
    return (widened, True) if widened is not None and len(widened) > len(columns) else (columns, False)


def _record(row: Row, columns: Columns) -> Record:
    values = {label: row.cells.get(columns[label], "") if label in columns else "" for label, _ in _LABELS}
    return {label: _code_text(value) if label == "code" else _text(value) for label, value in values.items()}


def _columns(above: Row | None, row: Row) -> Columns | None:
    """Which column holds what, when this row and the header row right above it name code and name; else None.

    A label above reaches over the columns it is merged with, and down where this row has nothing. A single cell above
    is the list's title, not a label.
    """
    upper: Mapping[int, Cell] = {}
    if above is not None and above.number == row.number - 1 and len(above.cells) > 1:
        upper = above.cells
    found: dict[str, int] = {}
    reaching = ""
    for column in range(max([*upper, *row.cells], default=-1) + 1):
        reaching = _folded(upper[column]) if column in upper else reaching
        own = _folded(row.cells.get(column, ""))
        label = _label(own or _folded(upper.get(column, ""))) or (_label(f"{reaching} {own}") if own else None)
        if label is not None:
            found.setdefault(label, column)
    return found if found.keys() >= _NEEDED else None


def _label(text: str) -> str | None:
    return next((label for label, words in _LABELS if any(word in text for word in words)), None)


def _is_heading(row: Row, columns: Columns) -> bool:
    """A header printed again, or one cell alone that is neither code nor name: a group's heading, a line below."""
    if columns["code"] in row.cells:
        return _label(_folded(row.cells[columns["code"]])) == "code"
    return len(row.cells) == 1 and columns["name"] not in row.cells


def _code(text: str) -> ProcedureCode:
    if not text:
        raise Unreadable("code_missing", "code", "it has no code")
    try:
        return ProcedureCode.parse(text)
    except IdentifierError as error:
        raise Unreadable("code_malformed", "code", error.reason) from None


def _code_text(value: Cell) -> str:
    """A code typed as a number lost its last zeros; its form always has six decimals, so they are known."""
    return f"{value:.6f}" if isinstance(value, float) and value == round(value, 6) else _text(value)


def _text(value: Cell) -> str:
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else str(value)
    return str(cleaned(value))


def _folded(value: Cell) -> str:
    return plain_name(plain_text(_text(value)))
