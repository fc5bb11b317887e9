"""F59 to F71 and F82 to F86 on the wire: what a record says of its status, procedure, code and words."""

import unicodedata
from typing import Any

from sandbox_portal.faults import charsets
from sandbox_portal.faults.endpoints import DOSSIERS, LISTS
from sandbox_portal.faults.model import Fault, Parameter, Strike
from sandbox_portal.faults.page import CODE, RECORDS, Page, Record, each

_ALL = Parameter("records", 0, "How many records of each page; 0: all.")
_OTHER_WORDS = {
    "Thụ lý hồ sơ": "Đang thụ lý",
    "Đang xử lý": "Đang giải quyết",
    "Có kết quả": "Đã giải quyết xong",
    "Đã trả kết quả": "Đã trả công dân",
    "processing": "handling",
    "releasing": "ready",
    "done": "closed",
}
_PERSON = "Người Không Có Thật 000001"
_PERSONAL = {"name": _PERSON, "identity": "999000000001", "phone": "0000000001", "email": "nguoi1@canary.invalid"}
_RAISED = ("5", "6", "8")


def _status(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    variant = strike.option("variant")
    if variant == "missing":
        page.drop_field(record, "status")
    else:
        told = {"blank": "", "unknown": strike.option("wording"), "null": None}
        page.put(record, "status", told[variant])
    return record


def _reworded(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    told = str(page.get(record, "status") or "")
    page.put(record, "status", _OTHER_WORDS.get(told.strip(), told))
    return record


def _disagreeing(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    page.put(record, "coarse", "Mới đăng ký")
    return record


def _procedure(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    code = str(page.get(record, "procedure") or "")
    told = {"blank": "", "unknown": strike.option("unknown"), "suffix": f"{code}.000.00.00.H38", "missing": None}
    if strike.option("variant") == "missing":
        page.drop_field(record, "procedure")
    else:
        page.put(record, "procedure", told[strike.option("variant")])
    return record


def _retired(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    page.put(record, "procedure", strike.option("procedure"))
    return record


def _greener(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    """What Thanh Hoá's code does on the way up: asked to supplement, to pay, stopped: all "done"."""
    if page.get(record, "status") in _RAISED:
        page.put(record, "status", "9")
    return record


def _respelt(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    code = str(page.get(record, "code") or "")
    head, _, tail = code.rpartition("-")
    told = {
        "case": code.lower(),
        "space": f" {code} ",
        "inner_space": code.replace("-", " - "),
        "dash": code.replace("-", "\u2013"),
        "zero": f"{head}-0{tail}",
    }
    page.put(record, "code", told[strike.option("variant")])
    return record


def _unicode(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    variant = strike.option("variant")
    spell = {
        "nfd": lambda text: unicodedata.normalize("NFD", text),
        "tone": charsets.old_tone_marks,
        "nbsp": lambda text: text.replace(" ", "\u00a0"),
        "zero_width": lambda text: text.replace(" ", " \u200b"),
        "eth": lambda text: text.replace("Đ", "Ð").replace("đ", "ð"),
    }[variant]
    return _texts(record, spell)


def _mojibake(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    spell = {"utf8": charsets.mojibake, "tcvn3": charsets.tcvn3, "vni": charsets.vni}
    return _texts(record, spell[strike.option("variant")])


def _texts(value: Any, spell: Any) -> Any:
    """Every text with a letter that is not ASCII, spelt anew, at every depth."""
    if isinstance(value, dict):
        return {name: _texts(inner, spell) for name, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner, spell) for inner in value]
    return spell(value) if isinstance(value, str) and not value.isascii() else value


def _pointed(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    page.put(record, "number", {"dot": "1.000", "comma": "1,5", "text": "5 ngày"}[strike.option("variant")])
    return record


def _personal(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    """Every value carries a canary's marker, so that a leak is found."""
    given, value = strike.option("field"), _PERSONAL[strike.option("variant")]
    if given == "note":
        record["ghiChu"] = f"Liên hệ {_PERSON}, CCCD {_PERSONAL['identity']}, {value}"
    else:
        page.put(record, given, value)
    return record


def _rehearsal(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    page.put(record, "name", "TEST - Thủ tục thử nghiệm, không xử lý")
    page.put(record, "person", "Người Không Có Thật (TEST)")
    return record


FAULTS = (
    Fault(
        id="F59",
        title="Status missing, blank or unknown",
        does="Takes the status away, or puts a wording no map has.",
        paths=DOSSIERS | {"national_rpc"},
        parameters=(
            RECORDS,
            CODE,
            Parameter("variant", "unknown", "Which.", ("missing", "blank", "null", "unknown")),
            Parameter("wording", "Chờ ký số", "The unknown wording."),
        ),
        answer=each(_status),
    ),
    Fault(
        id="F60",
        title="A deployment with words of its own",
        does="The same statuses under other names, as another city calls them.",
        paths=DOSSIERS,
        parameters=(_ALL, CODE),
        answer=each(_reworded),
    ),
    Fault(
        id="F62",
        title="Header and timeline disagree",
        does="The coarse status says the dossier is new whatever the fine one says.",
        paths=DOSSIERS,
        parameters=(RECORDS, CODE),
        answer=each(_disagreeing),
    ),
    Fault(
        id="F63",
        title="Procedure code blank, unknown or with a suffix",
        does="Changes every field that carries the procedure's code.",
        paths=DOSSIERS,
        parameters=(
            RECORDS,
            CODE,
            Parameter("variant", "blank", "Which.", ("blank", "missing", "unknown", "suffix")),
            Parameter("unknown", "9.999999", "The code no catalogue has."),
        ),
        answer=each(_procedure),
    ),
    Fault(
        id="F64",
        title="Procedure retired",
        does="The record names a procedure that is no longer in force.",
        paths=DOSSIERS,
        parameters=(
            RECORDS,
            CODE,
            Parameter("procedure", "9.980001", "Its code; the default is retired in haiphong-2024."),
        ),
        answer=each(_retired),
    ),
    Fault(
        id="F70",
        title="The national copy is greener than the city's record",
        does="TraCuuHoSo says 9 where the city says 5, 6 or 8. The same dossiers stand in iGate and in OpenCPS anyway.",
        paths=frozenset({"national_rpc"}),
        parameters=(_ALL, CODE),
        answer=each(_greener),
    ),
    Fault(
        id="F71",
        title="Dossier code in another spelling",
        does="Small letters, blanks, long dashes, or a zero more.",
        paths=DOSSIERS,
        parameters=(
            RECORDS,
            CODE,
            Parameter("variant", "case", "Which.", ("case", "space", "inner_space", "dash", "zero")),
        ),
        answer=each(_respelt),
    ),
    Fault(
        id="F82",
        title="The same words in other code points",
        does="Decomposed, old tone marks, no-break blanks, zero-width blanks, or an Icelandic eth for đ.",
        paths=LISTS,
        parameters=(_ALL, CODE, Parameter("variant", "nfd", "Which.", ("nfd", "tone", "nbsp", "zero_width", "eth"))),
        answer=each(_unicode),
    ),
    Fault(
        id="F83",
        title="Mojibake, TCVN3 or VNI",
        does="Words as they look when read in the wrong encoding.",
        paths=LISTS,
        parameters=(RECORDS, CODE, Parameter("variant", "utf8", "Which.", ("utf8", "tcvn3", "vni"))),
        answer=each(_mojibake),
    ),
    Fault(
        id="F84",
        title="Numbers with dots, commas or words",
        does="The duration is a text: 1.000, 1,5 or 5 ngày.",
        paths=DOSSIERS,
        parameters=(RECORDS, CODE, Parameter("variant", "dot", "Which.", ("dot", "comma", "text"))),
        answer=each(_pointed),
    ),
    Fault(
        id="F85",
        title="A person's data in an unexpected field",
        does="A name, identity number, phone or e-mail, all invented and marked, where none belongs.",
        paths=DOSSIERS,
        parameters=(
            RECORDS,
            CODE,
            Parameter("field", "code", "The role struck.", ("code", "note", "procedure", "agency", "status", "name")),
            Parameter("variant", "name", "Which.", tuple(_PERSONAL)),
        ),
        answer=each(_personal),
    ),
    Fault(
        id="F86",
        title="Test dossiers",
        does="The procedure's name and the applicant say TEST.",
        paths=DOSSIERS,
        parameters=(RECORDS, CODE),
        answer=each(_rehearsal),
    ),
)
