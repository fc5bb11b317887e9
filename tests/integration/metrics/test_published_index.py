"""The published index of QĐ 766: frozen with what was entered, its points counted again with and without us."""

import random
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from metrics.domain.canonical import canonical, digest
from metrics.offline import NotProven, check_file
from metrics.schemas.publishing import VerifiedOut
from support.metrics_world import World
from support.publishing import INDEX, keys_beside, publish, signer_beside


@pytest.fixture
async def index(full: World, client: httpx.AsyncClient) -> dict[str, Any]:
    """A published index of the province with a number an agency entered, and its departments below."""
    entered = {"unit": "procedures", "source": "Báo cáo", "agency": "H24", "period": "2024"}
    for indicator, value in (("procedures_decided_on_time", 3), ("procedures_decided", 4)):
        done = await client.put(f"/v1/indicators/{indicator}", json=entered | {"value": value})
        assert done.status_code == 201, done.text
    answer = await publish(client, INDEX)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()["publication"]
    return document


def _criterion(document: dict[str, Any], code: str) -> dict[str, Any]:
    groups = document["statement"]["content"]["groups"]
    return next(one for group in groups for one in group["criteria"] if one["code"] == code)


async def test_an_index_is_frozen_with_what_was_entered(index: dict[str, Any], client: httpx.AsyncClient) -> None:
    assert index["statement"]["subject"]["as_of_indicators"] == 2
    assert index["statement"]["content"]["as_of_indicators"] == 2
    assert _criterion(index, "PUBLISH_ON_TIME")["score"] == "4.50"
    entered = {"unit": "procedures", "source": "Báo cáo", "agency": "H24", "period": "2024", "value": 4}
    await client.put("/v1/indicators/procedures_decided_on_time", json=entered)
    again = (await publish(client, INDEX | {"as_of_indicators": "2"})).json()["publication"]
    assert again["statement"]["content"] == index["statement"]["content"]
    newer = (await publish(client, INDEX)).json()["publication"]
    assert _criterion(newer, "PUBLISH_ON_TIME")["score"] == "6.00"
    asked = {"agency": "H24", "period": "2024", "as_of_indicators": "2"}
    shown = (await client.get("/v1/forms/766", params=asked)).json()
    assert (shown["score"], shown["low"]) == tuple(index["statement"]["content"][name] for name in ("score", "low"))
    (entry,) = (await client.get("/v1/publications/1/restatement")).json()["indicators"]
    assert (entry["agency"], entry["published"], entry["now"]) == ("H24", "3", "4")


async def test_the_points_of_an_index_are_counted_again_from_the_database(
    index: dict[str, Any], full: World, client: httpx.AsyncClient
) -> None:
    verified = (await client.get("/v1/publications/1/verify")).json()
    VerifiedOut.model_validate(verified)
    assert {"check": "points", "ok": True, "detail": None} in verified["checks"]
    assert verified["valid"]
    # Another number under the revision that was published: the figures hold, the points of 1.1 do not.
    edit = "update metrics.indicator set number = 1 where indicator_id = 'procedures_decided_on_time'"
    async with full.engine.begin() as connection:
        await connection.execute(text(edit))
    verified = (await client.get("/v1/publications/1/verify")).json()
    assert not verified["valid"]
    assert {one["check"]: one["ok"] for one in verified["checks"] if one["check"] in ("points", "figures")} == {
        "points": False,
        "figures": True,
    }
    found = {(one["figure"], one["row"], one["part"]): one for one in verified["differences"]}
    own = found["publication_decision_issued_on_time", "H24", "PUBLISH_ON_TIME score"]
    assert (own["published"], own["recomputed"]) == ("4.50", "1.50")  # 6 x 3/4, 6 x 1/4
    assert ("score_766_transparency", "H24", "low") in found
    assert ("score_766_total", "H24", "low") in found
    child = index["statement"]["content"]["children"][0]["agency"]
    assert ("publication_decision_issued_on_time", child, "PUBLISH_ON_TIME score") in found


FORGED: dict[str, Any] = {
    "points": lambda content: content["groups"][0]["criteria"][0].update(score="6.00"),
    "counts": lambda content: content["groups"][1]["criteria"][0]["evidence"]["known"].__setitem__(0, 0),
    "threshold": lambda content: content["groups"][1]["criteria"][0]["rule"].update(full_at="1/2"),
    "group": lambda content: content["groups"][1].update(high="19.99"),
    "total": lambda content: content.update(low="99.00"),
    "class": lambda content: content.update(classes=content["classes"][:1]),
    "band": lambda content: content["layout"]["bands"][0].update(lowest=50),
    "child": lambda content: content["children"][0].update(low="99.00"),
    "child's counts": lambda content: content["children"][0]["evidence"].update(PUBLISH_ON_TIME=None),
    "maximum": lambda content: content["groups"][0]["criteria"][0].update(full=7),
    "no rule": lambda content: content["groups"][0]["criteria"][0].pop("rule"),
    "impossible": lambda content: content["groups"][1]["criteria"][0]["evidence"].update(known=[1, 0]),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_points_and_classes_follow_from_the_counts_and_rules_in_the_file(
    index: dict[str, Any], full: World, signing_key: Path, forge: Any
) -> None:
    signer = signer_beside(signing_key)
    whole = check_file(signer.sign(canonical(index)).encode(), keys_beside(signing_key))
    assert whole.document["statement"]["content"]["children"]
    forge(index["statement"]["content"])
    index["statement_digest"] = digest(canonical(index["statement"]))
    with pytest.raises(NotProven, match=r"give|contradicts itself|does not have the shape"):
        check_file(signer.sign(canonical(index)).encode(), keys_beside(signing_key))


async def test_no_byte_of_a_published_index_may_differ(
    full: World, client: httpx.AsyncClient, signing_key: Path
) -> None:
    body, keys = (await publish(client, INDEX)).content, keys_beside(signing_key)
    dice = random.Random(766)  # noqa: S311 - the same bytes each time, no secret
    for place in [body.index(b'"evidence"'), body.index(b'"full_at"'), *dice.sample(range(len(body)), 40)]:
        other = bytes([body[place] ^ 1])
        with pytest.raises(NotProven):
            check_file(body[:place] + other + body[place + 1 :], keys)
