"""Equal answers have equal tags; a caller who holds the answer gets 304."""

import pytest
from starlette.requests import Request

from shared.runtime.answers import conditional, etag_of

BODY = b'{"figure":"dossiers_resolved"}'


def asking(if_none_match: str | None) -> Request:
    headers = [] if if_none_match is None else [(b"if-none-match", if_none_match.encode())]
    return Request({"type": "http", "headers": headers})


def test_the_first_answer_carries_its_tag_and_forbids_shared_caches() -> None:
    answer = conditional(asking(None), BODY)
    assert answer.status_code == 200
    assert answer.headers["etag"] == etag_of(BODY)
    assert answer.headers["cache-control"].startswith("private")
    assert answer.headers["vary"] == "Authorization"


@pytest.mark.parametrize("shape", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_who_holds_the_answer_gets_304_without_body(shape: str) -> None:
    answer = conditional(asking(shape.format(tag=etag_of(BODY))), BODY)
    assert (answer.status_code, answer.body) == (304, b"")


def test_another_tag_gets_the_whole_answer() -> None:
    assert conditional(asking('"other"'), BODY).status_code == 200
