"""Office files from outside (.xlsx, .docx): recognised by their content, opened part by part, obeyed in nothing.

Only the parts that are asked for are unpacked, as a stream and within a budget, so neither an archive bomb nor a part
nobody needs costs memory. Formulas, links, pictures and relations to other places are never followed. Files with
macros are refused, and so is any XML with a document type, which is the way to external entities.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from io import BytesIO
from typing import NamedTuple
from xml.parsers import expat

from catalogue.portals import Unreadable

MOST_UNPACKED = 32 * 1024 * 1024
"""Bytes of XML that one file may unpack to; the whole national list is about a tenth of it."""

MOST_BYTES = 32 * 1024 * 1024
"""Longest file that is read at all."""

MOST_ELEMENTS = 1_000_000
"""XML elements that one file may hold: what a reader spends time on."""

_MOST_PARTS = 2_000
_DEEPEST = 200
_CHUNK = 65_536
_CONTENT_TYPES = "[Content_Types].xml"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What a damaged archive makes ``zipfile`` raise."""


class FileKind(StrEnum):
    """What a file is."""

    SPREADSHEET = "spreadsheet"
    DOCUMENT = "document"


_KINDS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": FileKind.SPREADSHEET,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": FileKind.DOCUMENT,
}


class Event(NamedTuple):
    """One step through XML: ``start`` or ``end`` of an element, or ``text``. ``name`` is without its namespace."""

    what: str
    name: str
    attributes: Mapping[str, str]


class OfficeFile:
    """An opened file. ``main`` is the name of its main part. Raises ``Unreadable`` for anything it should not be."""

    def __init__(self, body: bytes) -> None:
        _sniff(body)
        self._left, self._elements = MOST_UNPACKED, MOST_ELEMENTS
        try:
            self._archive = zipfile.ZipFile(BytesIO(body))
        except _BROKEN as error:
            raise _damaged(error) from None
        self._parts = {info.filename: info for info in self._archive.infolist()}
        if len(self._parts) > _MOST_PARTS:
            raise Unreadable("file_too_large", "", f"it has more than {_MOST_PARTS} parts")
        self.kind, self.main = self._recognised()

    def events(self, part: str) -> Iterator[Event]:
        """The XML of a part, step by step. Raises ``Unreadable``."""
        parser = _Parser(part)
        for chunk in self._unpacked(part):
            events = parser.feed(chunk)
            self._elements -= len(events) // 2
            if self._elements < 0:
                raise Unreadable("file_too_large", part, f"it holds more than {MOST_ELEMENTS} elements")
            yield from events
        yield from parser.feed(b"", last=True)

    def related(self, part: str) -> dict[str, str]:
        """Ids of the relations of a part to others inside the file; those that lead outside are left out."""
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels"
        if relations not in self._parts:
            return {}
        return {
            event.attributes["Id"]: _inside(folder, event.attributes["Target"])
            for event in self.events(relations)
            if event.what == "start"
            and {"Id", "Target"} <= event.attributes.keys()
            and event.attributes.get("TargetMode") != "External"
        }

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._parts

    def _unpacked(self, part: str) -> Iterator[bytes]:
        info = self._parts.get(part)
        if info is None:
            raise Unreadable("part_missing", part, "the file lacks a part that it names")
        if info.flag_bits & 1 or info.compress_type not in _PLAIN_METHODS:
            raise Unreadable("file_encrypted", part, "it is encrypted or packed in an unusual way")
        try:
            with self._archive.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise Unreadable("file_too_large", part, f"it unpacks to more than {MOST_UNPACKED} bytes")
                    yield chunk
        except _BROKEN as error:
            raise _damaged(error) from None

    def _recognised(self) -> tuple[FileKind, str]:
        if not self.has(_CONTENT_TYPES):
            raise _not_office()
        found: tuple[FileKind, str] | None = None
        for event in self.events(_CONTENT_TYPES):
            written = event.attributes.get("ContentType", "")
            if "macroenabled" in written.casefold() or "vbaproject" in written.casefold():
                raise Unreadable("macros", _CONTENT_TYPES, "it carries macros")
            if found is None and written in _KINDS:
                found = (_KINDS[written], event.attributes.get("PartName", "").lstrip("/"))
        if any(name.casefold().endswith("vbaproject.bin") for name in self._parts):
            raise Unreadable("macros", "", "it carries macros")
        if found is None:
            raise _not_office()
        return found


class _Parser:
    """Expat, told to stop at a document type, at another encoding and at nesting nobody writes."""

    def __init__(self, part: str) -> None:
        self._part, self._depth, self._events = part, 0, list[Event]()
        self._expat = expat.ParserCreate("utf-8", " ")
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._doctype
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text

    def feed(self, chunk: bytes, *, last: bool = False) -> list[Event]:
        try:
            self._expat.Parse(chunk, last)
        except expat.ExpatError as error:
            raise Unreadable("xml_malformed", self._part, str(error)) from None
        found, self._events = self._events, []
        return found

    def _doctype(self, *_: object) -> None:
        raise Unreadable("doctype_present", self._part, "a document type has no place in an office file")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unreadable("xml_malformed", self._part, f"it nests deeper than {_DEEPEST} elements")
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        self._events.append(Event("start", name.rpartition(" ")[2], plain))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._events.append(Event("end", name.rpartition(" ")[2], {}))

    def _text(self, text: str) -> None:
        self._events.append(Event("text", text, {}))


def _sniff(body: bytes) -> None:
    if body.startswith(b"PK\x03\x04"):
        return
    if body.startswith(_OLD_OFFICE):
        raise Unreadable("file_old_or_encrypted", "", "it is in the format before 2007, or encrypted; save it anew")
    if body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        # The portal answers an export that fails with a page and status 200.
        raise Unreadable("page_instead_of_file", "", "it is a web page, not the exported file")
    raise _not_office()


def _inside(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")


def _not_office() -> Unreadable:
    return Unreadable("not_an_office_file", "", "it is neither an .xlsx nor a .docx file, whatever its name says")


def _damaged(error: BaseException) -> Unreadable:
    return Unreadable("file_damaged", "", f"the archive cannot be read ({type(error).__name__})")
