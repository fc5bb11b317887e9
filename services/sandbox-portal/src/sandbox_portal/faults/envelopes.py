"""F29 to F40 but for single records: answers that say success and mean something else, and bodies that are broken."""

from typing import Any

from sandbox_portal.faults.endpoints import DATA, EVERYWHERE, LISTS, Endpoint
from sandbox_portal.faults.model import Answer, Fault, Parameter, Strike
from sandbox_portal.faults.page import Page, whole
from shared.runtime.answers import encode

_TRACE = (
    "System.NullReferenceException: Object reference not set to an instance of an object.\n"
    "   at Cong.DichVu.HoSo.TraCuu(String maHoSo) in D:\\Build\\HoSo.cs:line 118"
)
_SPELLINGS: dict[str, Any] = {"int": 0, "zero": "0", "double_zero": "00", "true": True, "word": "success", "OK": "OK"}
_ENVELOPED = frozenset(
    {
        "national_rpc",
        "national_rpc_login",
        "national_v1_list",
        "national_v1_detail",
        "national_v1_reported",
        "national_evaluation_tree",
        "national_evaluation_metrics",
    }
)


def emptied(endpoint: Endpoint, answer: Answer) -> Answer:
    """The answer with no record and with totals that agree."""
    page = Page(endpoint, answer.body)
    if not answer.is_good or page.records is None:
        return answer
    page.put_records([])
    if endpoint.total:
        page.put_at(endpoint.total, 0)
    if endpoint.last:
        page.put_at(endpoint.last, True)
        page.put_at(("totalPages",), 0)
    return answer.with_body(page.encoded())


def _errors_in_200(strike: Strike) -> Answer:
    if strike.option("variant") == "stack_trace":
        return Answer.json({"response_code": "-1", "message": _TRACE, "data": None})
    return Answer.json({"error_code": "-1", "message": "Lỗi hệ thống", "result": None})


def _spelt(strike: Strike, page: Page) -> None:
    page.put_at((page.endpoint.error,), _SPELLINGS[strike.option("variant")])


def _hollow(strike: Strike, answer: Answer) -> Answer:
    """No word of success: the sentinel gone, or the whole body nothing."""
    variant = strike.option("variant")
    if variant != "missing":
        return answer.with_body({"empty_object": b"{}", "null": b"null", "empty_text": b'""', "nothing": b""}[variant])
    endpoint = strike.asked.endpoint
    page = Page(endpoint, answer.body)
    page.drop((endpoint.error,) if page.value((endpoint.error,)) is not None else endpoint.records or ())
    return answer.with_body(page.encoded())


def _listless(strike: Strike, page: Page) -> None:
    """The list as null, as its first record alone, or not there."""
    records, variant, path = page.records, strike.option("variant"), page.endpoint.records
    if variant == "missing" and path:
        page.drop(path)
    else:
        page.put_records(records[0] if variant == "object" and records else None)


def _broken(strike: Strike, answer: Answer) -> Answer:
    body = answer.body
    return answer.with_body(
        {
            "truncated": body[: len(body) * 2 // 3],
            "two_documents": body + body,
            "trailing_html": body + b"\n<!-- proxy 14 ms --><script></script>",
        }[strike.option("variant")]
    )


def _in_a_string(strike: Strike, answer: Answer) -> Answer:
    text = answer.body.decode()
    if strike.option("variant") == "wrapper":
        return answer.with_body(encode({"error_code": "0", "message": text}))
    return answer.with_body(encode(text))


def _partly(strike: Strike, page: Page) -> None:
    failure = {"message": "Không truy vấn được đơn vị con", "path": ["data", 3], "extensions": {"code": "TIMEOUT"}}
    if isinstance(page.root, dict):
        page.root["errors"] = [failure]


FAULTS = (
    Fault(
        id="F29",
        title="200 with an error inside",
        does='error_code "-1", or response_code "-1" and a stack trace.',
        paths=EVERYWHERE,
        parameters=(Parameter("variant", "error_code", "Which.", ("error_code", "stack_trace")),),
        instead=_errors_in_200,
    ),
    Fault(
        id="F30",
        title="Success in another spelling",
        does='0, "0", "00" and true are seen; a word no one agreed on must fail.',
        paths=_ENVELOPED,
        parameters=(Parameter("variant", "int", "Which.", tuple(_SPELLINGS)),),
        answer=whole(_spelt),
    ),
    Fault(
        id="F31",
        title="No word of success",
        does="No success code (where there is none: no list), or the body {}, null, an empty text, or nothing.",
        paths=DATA,
        parameters=(
            Parameter(
                "variant", "empty_object", "Which.", ("missing", "empty_object", "null", "empty_text", "nothing")
            ),
        ),
        answer=_hollow,
    ),
    Fault(
        id="F32",
        title="A list that is none",
        does="null, missing, or its first record in its place.",
        paths=LISTS - {"rest_jsp"},
        parameters=(Parameter("variant", "null", "Which.", ("null", "missing", "object")),),
        answer=whole(_listless),
    ),
    Fault(
        id="F33",
        title="JSON that does not end where it should",
        does="Cut off, twice in a row, or with HTML behind it; the length is right.",
        paths=EVERYWHERE,
        parameters=(Parameter("variant", "truncated", "Which.", ("truncated", "two_documents", "trailing_html")),),
        answer=_broken,
    ),
    Fault(
        id="F36",
        title="JSON inside a JSON string",
        does="The whole answer as a string, or in the message of a province's wrapper.",
        paths=DATA,
        parameters=(Parameter("variant", "string", "Which.", ("string", "wrapper")),),
        answer=_in_a_string,
    ),
    Fault(
        id="F39",
        title="Data and errors together",
        does="A root list `errors` beside good data.",
        paths=DATA - {"rest_jsp"},
        answer=whole(_partly),
    ),
    Fault(
        id="F96",
        title="Portal silent",
        does="Valid, empty answers with totals of 0, as if nothing ever happened.",
        paths=LISTS,
        answer=lambda strike, answer: emptied(strike.asked.endpoint, answer),
    ),
)
