"""PDF/A-2b, typeset by typst from ``report.typ`` with the fonts that ship with this package.

System fonts are ignored: the same document gives the same bytes on every machine. A character the fonts lack would
make the file no PDF/A, so it is folded to its plain form (＝ to =) or shown as □.
"""

import json
import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import typst

from metrics.reports.flat import check_length
from metrics.reports.model import Document, Form, Language
from metrics.reports.printed import PrintedChart, print_form, print_report
from metrics.reports.wording import stamp

MOST_ROWS = 1_000  # some 200 MB and two seconds while it is set
_HERE = Path(__file__).parent
_COVERED = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x192, 0x192), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1CD, 0x1DC), (0x218, 0x21B),
    (0x2C6, 0x2DD), (0x300, 0x304), (0x306, 0x30C), (0x31B, 0x31B), (0x323, 0x323), (0x391, 0x3A1), (0x3A3, 0x3C9),
    (0x400, 0x45F), (0x1E80, 0x1E85), (0x1EA0, 0x1EF9), (0x2010, 0x2015), (0x2017, 0x201E), (0x2020, 0x2022),
    (0x2026, 0x2026), (0x2030, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044), (0x2070, 0x2071),
    (0x2074, 0x208E), (0x20AB, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2190, 0x2193), (0x2202, 0x2202),
    (0x2206, 0x2206), (0x2211, 0x2212), (0x221A, 0x221A), (0x221E, 0x221E), (0x2248, 0x2248), (0x2260, 0x2260),
    (0x2264, 0x2265), (0x25A0, 0x25A1), (0x25CB, 0x25CB), (0x25CF, 0x25CF),
)  # fmt: skip
"""What the fonts in ``fonts/`` cover; a test compares it with the files."""
_STARTS = [first for first, _ in _COVERED]


def as_pdf(document: Document | Form, language: Language) -> bytes:
    """The document. Raises ``ReportTooLong`` beyond MOST_ROWS table rows."""
    check_length(document, "pdf", MOST_ROWS)
    printed = print_form(document, language) if isinstance(document, Form) else print_report(document, language)
    moment = stamp(document.as_of, document.period)
    data = {**msgspec.to_builtins(printed), "stamp": moment.timetuple()[:6]}
    return _compiled(data, "pdf", timestamp=moment, pdf_standards=["a-2b"])


def chart_png(chart: PrintedChart, language: Language) -> bytes:
    """One chart as a picture of CHART_WIDTH, for documents that cannot draw."""
    data = {"chart": msgspec.to_builtins(chart), "language": language, "title": chart.title, "agency": ""}
    return _compiled({**data, "stamp": (2000, 1, 1, 0, 0, 0)}, "png", ppi=200.0)


def _compiled(data: object, form: Literal["pdf", "png"], **options: Any) -> bytes:
    compiler = typst.Compiler(font_paths=_fonts())
    inputs = {"data": printable(json.dumps(data, ensure_ascii=False))}
    made = compiler.compile((_HERE / "report.typ").read_bytes(), format=form, sys_inputs=inputs, **options)
    if not isinstance(made, bytes):
        raise TypeError("typst returned several files where one page was set")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")])


def printable(text: str) -> str:
    """The text in characters the fonts have."""
    return "".join(character if _covered(character) else _folded(character) for character in text)


def _folded(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain and all(_covered(one) for one in plain) else "□"


def _covered(character: str) -> bool:
    code = ord(character)
    place = bisect_right(_STARTS, code) - 1
    return place >= 0 and code <= _COVERED[place][1]
