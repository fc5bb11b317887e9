"""Successions of agencies as operators write them: a CSV file, UTF-8, with a header row.

predecessor, successor, succeeded_on, legal_basis; optional: predecessor_name, predecessor_level, successor_name,
successor_level (they make the agency known if it is not), predecessor_ends, successor_begins (yes or no). A legacy
district is one row for each commune that took over a part of it.
"""

import csv
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalogue.domain.agency import Agency, Succession
from catalogue.portals import Unreadable
from shared.domain.identifiers import AgencyCode, IdentifierError
from shared.domain.level import AuthorityLevel

MOST_BYTES = 8 * 1024 * 1024
_MOST_ROWS = 50_000
_NEEDED = ("predecessor", "successor", "succeeded_on", "legal_basis")
_OPTIONAL = (
    "predecessor_name",
    "predecessor_level",
    "successor_name",
    "successor_level",
    "predecessor_ends",
    "successor_begins",
)
_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class SuccessionList:
    """Successions, and the agencies that the file names with name and level."""

    successions: tuple[Succession, ...]
    agencies: tuple[Agency, ...]


def decode(body: bytes) -> SuccessionList:
    """Raises ``Unreadable`` naming the first line that is wrong; a file is taken whole or not at all."""
    if len(body) > MOST_BYTES:
        raise Unreadable("file_too_large", "", f"it has more than {MOST_BYTES} bytes")
    try:
        text = unicodedata.normalize("NFC", body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("not_utf8", "", "the file is not UTF-8") from None
    found: dict[tuple[str, str], Succession] = {}
    agencies: dict[str, Agency] = {}
    for line, row in _rows(text):
        try:
            one = _succession(row)
            for agency in _agencies(row, one):
                if agencies.setdefault(agency.agency_code, agency) != agency:
                    raise Unreadable("agency_twice", "", f"{agency.agency_code} has two names or levels")
        except IdentifierError as error:
            raise Unreadable("code_malformed", error.field, f"line {line}: {error.reason}") from None
        except Unreadable as error:
            raise Unreadable(error.reason, error.field, f"line {line}: {error.detail}") from None
        key = (one.predecessor_code, one.successor_code)
        if found.setdefault(key, one) != one:
            raise Unreadable("succession_twice", "", f"line {line}: {key[0]} to {key[1]} is told in two ways")
    return SuccessionList(tuple(found.values()), tuple(agencies.values()))


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = [name.strip() for name in reader.fieldnames or ()]
        lacking, strange = set(_NEEDED) - set(columns), set(columns) - {*_NEEDED, *_OPTIONAL}
        if lacking or strange or len(set(columns)) != len(columns):
            wrong = ", ".join(sorted(lacking | strange)) or "one of them twice"
            raise Unreadable("columns_wrong", "", f"missing or unknown columns: {wrong}")
        reader.fieldnames = columns
        found = []
        for row in reader:
            if None in row or None in row.values():
                raise Unreadable("columns_wrong", "", f"line {reader.line_num} has more or fewer cells than the header")
            found.append((reader.line_num, {name: (value or "").strip() for name, value in row.items()}))
            if len(found) > _MOST_ROWS:
                raise Unreadable("file_too_large", "", f"it has more than {_MOST_ROWS} rows")
    except csv.Error as error:
        raise Unreadable("csv_malformed", "", f"line {reader.line_num}: {error}") from None
    return found


def _succession(row: Mapping[str, str]) -> Succession:
    try:
        succeeded_on = date.fromisoformat(row["succeeded_on"])
    except ValueError:
        raise Unreadable("date_malformed", "succeeded_on", "it is no day (YYYY-MM-DD)") from None
    return Succession(
        str(AgencyCode.parse(row["predecessor"])),
        str(AgencyCode.parse(row["successor"])),
        succeeded_on,
        row["legal_basis"],
        predecessor_ends=_answer(row, "predecessor_ends", otherwise=True),
        successor_begins=_answer(row, "successor_begins", otherwise=False),
    )


def _answer(row: Mapping[str, str], column: str, *, otherwise: bool) -> bool:
    said = row.get(column, "").casefold()
    if said and said not in _ANSWERS:
        raise Unreadable("answer_malformed", column, "it is neither yes nor no")
    return _ANSWERS.get(said, otherwise)


def _agencies(row: Mapping[str, str], one: Succession) -> list[Agency]:
    found = []
    for side, code in (("predecessor", one.predecessor_code), ("successor", one.successor_code)):
        name, level = row.get(f"{side}_name", ""), row.get(f"{side}_level", "")
        if name:
            found.append(Agency(code, name, _level(level, f"{side}_level"), None))
    return found


def _level(text: str, column: str) -> AuthorityLevel | None:
    if not text:
        return None
    try:
        return AuthorityLevel(text)
    except ValueError:
        raise Unreadable("level_unknown", column, f"it is none of {', '.join(AuthorityLevel)}") from None
