"""One procedure as the national portal exports it to a document (portal-contracts.md 2.2).

Labels ("Mã thủ tục:") are followed by their text, in the same paragraph, the next ones, or the next cell; channels,
papers and legal bases are tables below their label. "Không có thông tin" means that nothing is known.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from catalogue.domain.decision import plain_name
from catalogue.domain.parts import Part, is_for_people, missing
from catalogue.domain.procedure import LISTED, Fee, Origin
from catalogue.portals import FileReading, PortalLimit, PortalProcedure, Rejected, Unreadable
from catalogue.portals.cleaning import cleaned, digest
from catalogue.portals.document import Table, blocks
from catalogue.portals.levels import is_open, levels_of
from catalogue.portals.limit_text import limit_of
from catalogue.portals.office_file import OfficeFile
from shared.domain.channel import Channel
from shared.domain.identifiers import IdentifierError, ProcedureCode
from shared.domain.level import OnlineLevel

_LABELS = {
    "mã thủ tục": "code",
    "số quyết định": "decision",
    "tên thủ tục": "name",
    "cấp thực hiện": "levels",
    "loại thủ tục": "kind",
    "lĩnh vực": "field",
    "trình tự thực hiện": "steps",
    "cách thức thực hiện": "ways",
    "thành phần hồ sơ": "papers",
    "đối tượng thực hiện": "audience",
    "cơ quan thực hiện": "executing",
    "cơ quan có thẩm quyền": "authority",
    "địa chỉ tiếp nhận hs": "address",
    "cơ quan được ủy quyền": "delegate",
    "cơ quan phối hợp": "partners",
    "kết quả thực hiện": "results",
    "căn cứ pháp lý": "bases",
    "yêu cầu, điều kiện thực hiện": "conditions",
    "từ khóa": "keywords",
    "mô tả": "description",
}
_LABEL = re.compile(rf"({'|'.join(sorted(_LABELS, key=len, reverse=True))})\s*(?::|$)")
_NOTHING = "không có thông tin"
_MARKS = (("bộ", "isMinistry"), ("tỉnh", "isProvince"), ("huyện", "isDistrict"), ("xã", "isWard"))
_CHANNELS = {
    "trực tiếp": Channel.DIRECT,
    "trực tuyến": Channel.ONLINE,
    "dịch vụ bưu chính": Channel.POSTAL,
    "bưu chính": Channel.POSTAL,
}
_WAY_COLUMNS = (("way", "hình thức"), ("limit", "thời"), ("fee", "phí"), ("note", "mô tả"))
_FEE = re.compile(r"(phí|lệ phí)\s*:\s*(.*)", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)\s*(?:đồng|vnđ)", re.IGNORECASE)
_FREE = re.compile(r"không\s*(?:đồng|vnđ)", re.IGNORECASE)
_LONGEST_CASE_NAME = 200

Record = dict[str, Any]
Way = Mapping[str, str]


def read(file: OfficeFile, name: str) -> FileReading:
    """The procedure of the document. Raises ``Unreadable`` when it is no such detail."""
    record = _record(blocks(file))
    if "code" not in record and "name" not in record:
        raise Unreadable("labels_missing", "", "it names neither a procedure's code nor its name")
    try:
        return FileReading((read_record(record),), ())
    except Unreadable as error:
        return FileReading((), (Rejected(f"{name}#detail", record, error),))


def read_record(record: Record) -> PortalProcedure:
    """A procedure out of a document's texts by label; ``ways`` is its table of channels. Raises ``Unreadable``."""
    code = _code(record.get("code", ""))
    name = " ".join(record.get("name", "").split())
    if not name:
        raise Unreadable("name_missing", "tên thủ tục", "it has no name")
    ways = [way for way in record.get("ways", ()) if _channel(way) is not None]
    marks = _marks(record.get("levels", ""))
    levels = levels_of(marks, _bodies(record))
    return PortalProcedure(
        code=code,
        name=name,
        field_code="",
        field_name=" ".join(record.get("field", "").split()),
        levels=levels,
        level_open=is_open(marks, levels) or "cơ quan khác" in plain_name(record.get("levels", "")),
        fees=tuple(_fees(ways)),
        limits=_limits(ways),
        state=LISTED,
        kind=record.get("kind", ""),
        issuer="",
        decision_number=re.sub(r"^quyết định số\s*", "", record.get("decision", ""), flags=re.IGNORECASE),
        marked_online=OnlineLevel.PARTIAL if any(_channel(way) is Channel.ONLINE for way in ways) else OnlineLevel.NONE,
        portal_id="",
        updated_at=None,
        record=record,
        content_hash=digest(record),
        origin=Origin.DETAIL_FILE,
        missing_parts=missing(_parts(record, ways)),
        for_people=is_for_people(re.split(r"[,;\n]", record.get("audience", ""))),
    )


def _parts(record: Record, ways: Sequence[Way]) -> Iterator[Part]:
    """The mandatory parts that the document tells; "Không có thông tin" is not a text."""
    yield Part.NAME
    if record.get("steps"):
        yield Part.STEPS
    if ways:
        yield Part.MANNER
    if record.get("papers") or record.get("papers_tables"):
        yield Part.PAPERS
    if any(plain_name(way["limit"]) not in ("", _NOTHING) for way in ways):
        yield Part.LIMIT
    if record.get("audience"):
        yield Part.SUBJECTS
    if _bodies(record):
        yield Part.AGENCY


def _record(found: Iterable[str | Table]) -> Record:
    """Texts by label; of the tables, that of channels by column and the others as rows."""
    record: Record = {}
    label = ""
    for block in found:
        if isinstance(block, str):
            label = _text(record, label, block)
        elif _is_layout(block):
            for row in block:
                label = _text(record, label, f"{row[0].rstrip(': ')}: {' '.join(row[1:])}")
        elif label == "ways":
            record["ways"] = _ways(block)
        elif label:
            record.setdefault(f"{label}_tables", []).append(cleaned([list(row) for row in block]))
    return record


def _text(record: Record, label: str, text: str) -> str:
    """Puts a paragraph under its own label, or under the one it follows; returns the label that holds now."""
    named = _LABEL.match(plain_name(text))
    # Each label stands once: a line of the steps that reads like one that was before is none.
    if named is not None and _LABELS[named[1]] not in record:
        label, text = _LABELS[named[1]], text.partition(":")[2]
        record[label] = "" if label != "ways" else []
    value = str(cleaned(text))
    if label and label != "ways" and value and plain_name(value) != _NOTHING:
        record[label] = f"{record[label]}\n{value}".strip()
    return label


def _is_layout(table: Table) -> bool:
    """A table that only lays out labels and their texts."""
    return all(row and _LABEL.match(plain_name(row[0])) for row in table)


def _ways(table: Table) -> list[dict[str, str]]:
    header, *lines = table
    labels = [plain_name(cell) for cell in header]
    columns = {
        name: next((at for at, label in enumerate(labels) if word in label), None) for name, word in _WAY_COLUMNS
    }
    return [
        {name: str(cleaned(line[at])) if at is not None and at < len(line) else "" for name, at in columns.items()}
        for line in lines
    ]


def _code(text: str) -> ProcedureCode:
    try:
        return ProcedureCode.parse(text)
    except IdentifierError as error:
        raise Unreadable("code_malformed" if text else "code_missing", "mã thủ tục", error.reason) from None


def _marks(levels: str) -> dict[str, bool]:
    named = [plain_name(one) for one in levels.split(",")]
    return {mark: any(one == f"cấp {word}" for one in named) for word, mark in _MARKS}


def _bodies(record: Record) -> list[str]:
    written = record.get("executing") or record.get("authority") or ""
    return [body.strip() for body in re.split(r"[,\n]", written) if body.strip()]


def _channel(way: Way) -> Channel | None:
    return _CHANNELS.get(plain_name(way["way"]))


def _limits(ways: Sequence[Way]) -> tuple[PortalLimit, ...]:
    """One limit for each channel and case. Where a channel has several rows, their notes name the cases."""
    found: dict[tuple[Channel, str], PortalLimit] = {}
    for way in ways:
        channel = _CHANNELS[plain_name(way["way"])]
        several = sum(_channel(one) is channel for one in ways) > 1
        case = " ".join(way["note"].split())[:_LONGEST_CASE_NAME] if several else ""
        quantity, unit = limit_of(way["limit"])
        name, serial = case, 1
        while (channel, name) in found and (found[channel, name].quantity, found[channel, name].unit) != (
            quantity,
            unit,
        ):
            serial += 1
            name = f"{case} ({serial})".strip()
        found[channel, name] = PortalLimit(channel, name, quantity, unit, way["limit"])
    return tuple(found.values())


def _fees(ways: Sequence[Way]) -> list[Fee]:
    return [
        Fee(_CHANNELS[plain_name(way["way"])], kind, _amount(words), words)
        for way in ways
        for kind, words in _FEE.findall(way["fee"])
    ]


def _amount(words: str) -> float | None:
    """The amount in đồng; None where the words hold no single one."""
    if _FREE.match(words):
        return 0.0
    found = _AMOUNT.match(words)
    return None if found is None else float(found[1].replace(".", ""))
