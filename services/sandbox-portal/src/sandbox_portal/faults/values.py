"""F34 to F40 in single records: values JSON does not allow, Postgres does not take, or the contract does not know."""

from typing import Any

import msgspec

from sandbox_portal.faults.endpoints import DOSSIERS, LISTS
from sandbox_portal.faults.model import Fault, Parameter, Strike
from sandbox_portal.faults.page import CODE, RECORDS, Page, Record, each, raw
from shared.runtime.answers import encode

_MEGABYTE = 1 << 20

_NUMBERS = {
    "nan": "NaN",
    "infinity": "Infinity",
    "huge": "1e400",
    "big_integer": "9007199254740993",
    "float_id": "1.0E+12",
}


def _twice(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    """Some field of the record again, with another value, at its end: a parser that takes the last is deceived."""
    name = _path(page, strike.option("field"))
    return msgspec.Raw(encode(record)[:-1] + b"," + encode(name) + b":" + encode(strike.option("value")) + b"}")


def _number(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    variant = strike.option("variant")
    page.put(record, "number" if variant in ("nan", "infinity", "huge") else "id", raw(_NUMBERS[variant]))
    return record


def _shape(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    variant, role = strike.option("variant"), strike.option("field")
    if variant == "new_field":
        record["truongMoi"] = {"phienBan": 2, "giaTri": ["a", 1]}
    elif variant == "renamed":
        name = _path(page, role)
        record[f"{name}V2"] = record.pop(name, None)
    else:
        name = _path(page, role)
        record[name] = {"value": record.get(name)}
    return record


def _letters(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    role, variant = strike.option("field"), strike.option("variant")
    text = str(page.get(record, role) or "")
    told: dict[str, object] = {
        "nul": f"{text}\0",
        "control": f"{text}\x01\x1b",
        "surrogate": raw(encode(text).decode()[:-1] + '\\ud800"'),
    }
    page.put(record, role, told[variant] if variant in told else text + "x" * strike.option("megabytes") * _MEGABYTE)
    return record


def _flagged(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    name = _path(page, "code")
    return {name: record.get(name), "error_code": "-1", "message": "Không đọc được bản ghi"}


def _path(page: Page, role: str) -> str:
    """The outermost name of the first field of a role."""
    paths = page.endpoint.fields.get(role) or page.endpoint.fields["code"]
    return paths[0][0]


_FIELD = Parameter("field", "received", "The role struck.", ("code", "status", "received", "due", "ended", "updated"))

FAULTS = (
    Fault(
        id="F34",
        title="A key twice in one object",
        does="Repeats a field of the record with another value.",
        paths=LISTS,
        parameters=(
            RECORDS,
            CODE,
            Parameter("field", "code", "The role repeated.", ("code", "status", "received", "updated")),
            Parameter("value", "hai-lan", "The second value."),
        ),
        answer=each(_twice),
    ),
    Fault(
        id="F35",
        title="Numbers no reader should trust",
        does="NaN, Infinity or 1e400 for a duration; an id above 2^53 or as 1.0E+12.",
        paths=DOSSIERS,
        parameters=(RECORDS, CODE, Parameter("variant", "nan", "Which.", tuple(_NUMBERS))),
        answer=each(_number),
    ),
    Fault(
        id="F37",
        title="A field new, renamed or of another type",
        does="Adds one, renames one, or puts its value into an object.",
        paths=DOSSIERS,
        parameters=(
            Parameter("records", 0, "How many records of each page; 0: all."),
            CODE,
            _FIELD,
            Parameter("variant", "new_field", "Which.", ("new_field", "renamed", "type_changed")),
        ),
        answer=each(_shape),
    ),
    Fault(
        id="F38",
        title="NUL, control characters, half a surrogate pair, ten megabytes",
        does="Puts them at the end of a text of the record.",
        paths=DOSSIERS,
        parameters=(
            RECORDS,
            CODE,
            Parameter("field", "status", "The role struck.", ("code", "status", "name", "procedure", "agency")),
            Parameter("variant", "nul", "Which.", ("nul", "control", "surrogate", "long")),
            Parameter("megabytes", 10, "How long the long one is."),
        ),
        answer=each(_letters),
    ),
    Fault(
        id="F40",
        title="An error in place of a record",
        does="The record is its code, error_code -1 and a message.",
        paths=LISTS,
        parameters=(RECORDS, CODE),
        answer=each(_flagged),
    ),
)
