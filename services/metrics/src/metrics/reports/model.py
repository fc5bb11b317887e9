"""What a form or report says, before anyone decides how it looks. No database, no HTTP, no layout.

Every value is ``None`` when it is not known; it then prints as NO_DATA, never as 0. Percents are percent points
(``Decimal("98.1")``) and carry their integer numerator and denominator wherever these exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from metrics.domain.period import ReportingPeriod

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, Language] = ("vi", "en")
Kind = Literal["computed", "hand_entered", "missing", "note"]
Qualifier = Literal["exact", "more_than", "nearly"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    vi: str
    en: str

    def of(self, language: Language) -> str:
        """The words in one language."""
        return self.vi if language == "vi" else self.en


Value = int | Decimal | str | None
Cell = Value | Text

NO_DATA = Text("chưa có số liệu", "no data")
PERCENT = Text("%", "%")
DOSSIERS = Text("hồ sơ", "dossiers")
PROCEDURES = Text("TTHC", "procedures")


@dataclass(frozen=True, slots=True)
class FigureValue:
    """A computed figure as the figures API answers it. A count has no denominator; ``value`` None says ``reason``.

    ``low`` and ``high`` bound the value where records are unknown; rates and bounds are ratios (0 to 1).
    """

    value: int | Decimal | None
    numerator: int | None = None
    denominator: int | None = None
    percent: Decimal | None = None
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    complete: bool = True
    flags: tuple[tuple[str, int | None], ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number an office entered by hand. ``source`` names the document it stands in."""

    value: int | Decimal | str
    unit: Text
    qualifier: Qualifier = "exact"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a document, with where it comes from. ``figure`` is the id in the dictionary, if it has one."""

    label: Text
    value: Value
    unit: Text
    kind: Kind
    figure: str | None = None
    source: str = ""
    note: Text | None = None
    qualifier: Qualifier = "exact"
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. ``groups`` are the headings above its title, outermost first; ``number`` is the form's."""

    title: Text
    number: str = ""
    groups: tuple[Text, ...] = ()
    kind: Literal["text", "number"] = "number"
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. A cell of a number column is int, Decimal or None; ``total`` is a row of its own."""

    name: Text
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    total: tuple[Cell, ...] | None = None
    unit: Text | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, with a value for each series; one that is not known is drawn as missing, not as empty."""

    label: Text
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Counts that a reader would rather look at than read; with several ``series`` each bar is a stack of them."""

    title: Text
    unit: Text
    bars: tuple[Bar, ...]
    series: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section; ``number`` is its full number ("II.4"), whose dots give its depth."""

    number: str
    title: Text
    paragraphs: tuple[Text, ...] = ()
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Agency:
    """Who reports. ``symbol`` is the agency's abbreviation in document numbers ("SGDĐT")."""

    code: str
    name: Text
    superior: Text | None = None
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The state of knowledge the numbers were computed from. ``at`` None: the ledger is empty.

    ``publication`` is the mark of a paper that was published, such as "12 · sha256:…"; "": it was not.
    """

    entry: int
    at: datetime | None
    digest: str | None
    publication: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """The end of a document. What is not known yet is left open for the clerk, as on paper."""

    position: Text
    signer: str = ""
    place: Text = Text("", "")
    number: str = ""
    signed_on: date | None = None
    recipients: tuple[Text, ...] = ()
    prepared_by: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report in prose, with its numbers. ``title`` is the kind of document, ``subject`` its trích yếu."""

    name: str
    title: Text
    subject: Text
    agency: Agency
    period: ReportingPeriod
    as_of: AsOf
    sections: tuple[Section, ...]
    signature: Signature
    forms: tuple["Form", ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A statistical form: one table on a sheet. ``code`` stands in its upper left corner."""

    name: str
    code: str
    title: Text
    agency: Agency
    receiver: Text
    period: ReportingPeriod
    as_of: AsOf
    table: Table
    notes: tuple[Text, ...]
    signature: Signature
