"""Forms and reports as files, from a neutral model: no database and no HTTP inside.

``render`` is the only entry; ``model`` says what a document is; ``annual`` and ``form_ii06`` build documents.
"""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

import msgspec

from metrics.reports.errors import FormInconsistent, ReportFormatUnknown, ReportTooLong
from metrics.reports.model import Document, Form, Language

__all__ = ["FORMATS", "FormInconsistent", "ReportFormatUnknown", "ReportTooLong", "render"]

_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: Final[Mapping[str, str]] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
}
"""Format to media type."""


def render(document: Document | Form, format: str, language: Language) -> tuple[bytes, str, str]:  # noqa: A002  public
    """The file, its media type and its name: ASCII letters, digits, dot, dash and underscore only.

    The same document gives the same bytes. JSON holds both languages whatever ``language`` is. Blocking and up to
    seconds long for thousands of rows: call it in a thread. Raises ``ReportFormatUnknown``, and ``ReportTooLong``
    where docx or pdf would hold more rows than anyone reads, or xlsx more than a sheet.
    """
    if format not in FORMATS:
        raise ReportFormatUnknown(format, tuple(FORMATS))
    return _renderer(format)(document, language), FORMATS[format], _file_name(document, format, language)


def _renderer(format_: str) -> Callable[[Document | Form, Language], bytes]:
    """Imported when first used: the libraries of all five cost a service a third of a second at its start."""
    if format_ == "json":
        return _as_json
    renderer: Callable[[Document | Form, Language], bytes] = getattr(
        import_module(f"metrics.reports.{format_}"), f"as_{format_}"
    )
    return renderer


def _as_json(document: Document | Form, language: Language) -> bytes:
    return msgspec.json.encode(document, order="deterministic")


def _file_name(document: Document | Form, extension: str, language: Language) -> str:
    parts = (document.name, document.agency.code, document.period.first.isoformat(), document.period.last.isoformat())
    name = "_".join(parts) + ("" if extension == "json" else f"_{language}")
    plain = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9._-]+", "-", name))
    return plain.lstrip(".-")[:150] + f".{extension}"
