"""Answers in other encodings than told: read where they can be, untouched where not, never with a mark for a letter."""

import json

import pytest

from shared.runtime.portal_text import as_utf8

SAID = {"name": "Cấp lại giấy phép – Đường Nguyễn Huệ"}
TEXT = json.dumps(SAID, ensure_ascii=False)
UTF8 = TEXT.encode()
TONES_APART = json.dumps({"name": "Tiê\u0301ng Viê\u0323t"}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (UTF8, "application/json"),
        (UTF8, "application/json; charset=UTF-8"),
        (UTF8, "application/json;charset=ISO-8859-1"),
        (UTF8, 'application/json; charset="windows-1258"'),
        (UTF8, "application/json; charset=utf-16"),
        (UTF8, "application/json; charset=of-no-such-name"),
        (b"\xef\xbb\xbf" + UTF8, "application/json"),
        (b"\xef\xbb\xbf" + UTF8, "application/json; charset=windows-1258"),
        (TEXT.encode("utf-16"), "application/json; charset=utf-16"),
        (TEXT.encode("utf-16"), "application/json; charset=utf-8"),
        (TEXT.encode("utf-16-le"), "application/json"),
        (TEXT.encode("utf-16-be"), "application/json; charset=utf-16be"),
    ],
)
def test_a_text_is_the_same_in_whatever_it_is_sent(body: bytes, content_type: str) -> None:
    assert json.loads(as_utf8(body, content_type)) == SAID


def test_what_is_utf_8_already_is_not_copied() -> None:
    assert as_utf8(UTF8, "application/json;charset=utf-8") is UTF8


def test_tones_that_windows_1258_writes_apart_are_put_on_their_letters() -> None:
    found = as_utf8(TONES_APART.encode("cp1258"), "application/json; charset=windows-1258")
    assert json.loads(found) == {"name": "Tiếng Việt"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TONES_APART.encode("cp1258"), "application/json; charset=utf-8"),
        (b'{"name": "\xe1\xba"}', "application/json"),
        (b"\xff\xfe{\x00\x00\xd8", "application/json; charset=utf-16"),
        (b"", "application/json"),
    ],
)
def test_what_is_no_text_goes_on_as_it_came(body: bytes, content_type: str) -> None:
    assert as_utf8(body, content_type) == body
