"""Publishing: frozen at one entry, chained, signed, kept for ever, and proven with the file alone."""

import asyncio
import base64
import io
import json
import random
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from docx import Document
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from metrics.app import build
from metrics.domain.canonical import canonical, digest
from metrics.offline import NotProven, check_chain, check_file
from metrics.schemas.publishing import KeysOut, PublicationOut, PublicationsOut, VerifiedOut
from metrics.settings import MetricsSettings
from metrics.signing import keys_of
from shared.contracts.figure import FigureAnswer
from shared.contracts.views import client_v1, reconciliation_v1
from support.metrics_world import (
    PUBLISHED,
    World,
    a_client,
    a_dossier,
    a_procedure,
    any_dossiers,
    procedure_v1,
)

FORM = {"kind": "form", "id": "II.06a", "agency": "H24", "period": "2024"}
FIGURES = {"kind": "figure", "id": ["on_time_rate_766", "dossiers_resolved"], "agency": "H24.99", "period": "2024"}
BY_AGENCY, BY_LEVEL = FORM | {"id": "II.06b"}, FORM | {"id": "II.06c"}
PROCEDURES = FORM | {"id": "II.07b"}
REPORT = {"kind": "report", "id": "annual-report", "agency": "H24", "period": "2024"}
INDEX = {"kind": "form", "id": "766", "agency": "H24", "period": "2024"}


@pytest.fixture
async def full(world: World) -> World:
    """A world with dossiers of every kind."""
    await world.page(any_dossiers(7, 120))
    await world.add(procedure_v1, *(a_procedure(number) for number in range(6)))
    await world.project()
    return world


async def publish(client: httpx.AsyncClient, asked: dict[str, Any], **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/v1/publications", json=asked, headers=named)


def keys_beside(signing_key: Path) -> dict[str, Any]:
    return keys_of(signing_key.with_name(signing_key.name + ".pub").read_text())


@pytest.mark.parametrize(
    "asked",
    [FIGURES, FORM, BY_AGENCY, BY_LEVEL, PROCEDURES, INDEX, REPORT],
    ids=["figures", "II.06a", "II.06b", "II.06c", "II.07b", "766", "report"],
)
async def test_what_is_published_is_whole_signed_and_proven_again(
    full: World, client: httpx.AsyncClient, signing_key: Path, asked: dict[str, Any]
) -> None:
    answer = await publish(client, asked)
    assert answer.status_code == 201, answer.text
    PublicationOut.model_validate_json(answer.content)
    proven = check_file(answer.content, keys_beside(signing_key))
    assert (proven.number, proven.previous) == (1, None)
    said = proven.document["statement"]
    assert said["figures"]
    for figure in said["figures"]:
        figure.pop("integers")
        whole = figure | {"as_of": said["as_of"], "links": {"definition": "-", "dossiers": None}}
        FigureAnswer.model_validate_json(json.dumps(whole), strict=True)
    kept = await client.get(answer.headers["location"])
    assert kept.content == answer.content
    verified = await client.get("/v1/publications/1/verify")
    VerifiedOut.model_validate_json(verified.content)
    assert verified.json()["valid"], verified.json()
    points = ["points"] if asked is INDEX else []
    checks = [one["check"] for one in verified.json()["checks"]]
    assert checks == ["signature", "chain", "ledger", *points, "figures"]


@pytest.mark.parametrize("asked", [FIGURES, FORM, INDEX, REPORT], ids=["figures", "II.06a", "766", "report"])
@pytest.mark.fault("F105")
async def test_nothing_is_published_as_final_while_a_portal_counts_otherwise(
    full: World, client: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    compared = {"portal": "p", "source": "s", "month": date(2024, 3, 1), "agency_code": "H24.99", "unexplained": -3}
    await full.add(reconciliation_v1, compared)
    said = (await publish(client, asked)).json()["publication"]["statement"]
    of_dossiers = [one for one in said["figures"] if _says(one, "unexplained_records")]
    assert of_dossiers
    for figure in of_dossiers:
        assert not figure["complete"]
        assert {"flag": "unexplained_records", "count": 3} in figure["flags"]
    assert (await client.get("/v1/publications/1/verify")).json()["valid"]


def _says(figure: dict[str, Any], flag: str) -> bool:
    return any(one["flag"] == flag for one in figure["flags"])


async def test_the_figures_are_those_that_are_served(full: World, client: httpx.AsyncClient) -> None:
    said = (await publish(client, FIGURES)).json()["publication"]["statement"]
    for figure in said["figures"]:
        served = (await client.get(f"/v1/figures/{figure['figure']}/value?agency=H24.99&period=2024")).json()
        assert served.pop("as_of") == said["as_of"]
        served.pop("links")
        integers = figure.pop("integers")
        assert served == figure
        assert (served["numerator"], served["denominator"]) == (integers["numerator"], integers["denominator"])


async def test_each_publication_holds_the_digest_of_the_one_before(
    full: World, client: httpx.AsyncClient, signing_key: Path
) -> None:
    files = [(await publish(client, asked)).content for asked in (FIGURES, FORM, FIGURES, REPORT)]
    proven = [check_file(file, keys_beside(signing_key)) for file in files]
    assert [one.number for one in proven] == [1, 2, 3, 4]
    assert [one.previous for one in proven] == [None, *(one.digest for one in proven[:3])]
    assert check_chain(proven) == []
    assert check_chain([proven[0], proven[2]]) == []
    pages = await client.get("/v1/publications?limit=3")
    PublicationsOut.model_validate_json(pages.content)
    rest = await client.get("/v1/publications", params={"limit": 3, "cursor": pages.json()["next"]})
    listed = [*pages.json()["items"], *rest.json()["items"]]
    assert [one["digest"] for one in listed] == [one.digest for one in proven]
    forms = (await client.get("/v1/publications?kind=form&id=II.06a&agency=H24")).json()["items"]
    assert [one["number"] for one in forms] == [2]
    assert (await client.get("/v1/publications?agency=H26")).json()["items"] == []


async def test_later_pages_move_neither_the_publication_nor_its_proof(full: World, client: httpx.AsyncClient) -> None:
    before = await publish(client, FORM)
    await full.page(any_dossiers(8, 150))
    await full.project()
    assert (await client.get("/v1/publications/1")).content == before.content
    assert (await client.get("/v1/publications/1/verify")).json()["valid"]
    again = await publish(client, FORM | {"as_of": str(before.json()["publication"]["statement"]["as_of"]["entry"])})
    old, new = (one.json()["publication"]["statement"] for one in (before, again))
    assert [one["numerator"] for one in old["figures"]] == [one["numerator"] for one in new["figures"]]
    assert old["content"] == new["content"]


async def test_a53_no_single_byte_of_a_publication_can_be_changed_unseen(
    full: World, client: httpx.AsyncClient, signing_key: Path
) -> None:
    keys, dice = keys_beside(signing_key), random.Random(53)  # noqa: S311 - a test's dice
    body = (await publish(client, FORM)).content
    jws = json.loads(body)["jws"].encode()
    for whole in (body, jws):
        check_file(whole, keys)
        check_file(whole + b"\n", keys)
        last = range(len(whole) - 90, len(whole))  # the signature, whose last letter has bits nobody reads
        for place in [*(dice.randrange(len(whole)) for _ in range(250)), *last]:
            edited = bytearray(whole)
            edited[place] = dice.choice([byte for byte in range(256) if byte != edited[place]])
            with pytest.raises(NotProven):
                check_file(bytes(edited), keys)
        for bits in range(1, 16):  # every neighbour of the last letter in base64url
            letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            edited = bytearray(jws)
            edited[-1] = letters[letters.index(edited[-1]) ^ bits]
            with pytest.raises(NotProven):
                check_file(bytes(edited), keys)
        for spoilt in (whole + b" ", b" " + whole, whole[:-1], whole + b"\r\n", b""):
            with pytest.raises(NotProven):
                check_file(spoilt, keys)


async def test_a_number_that_does_not_follow_is_found_even_under_a_right_signature(
    full: World, client: httpx.AsyncClient, signing_key: Path
) -> None:
    signer = build(MetricsSettings(database_url=full.url, projector=False, signing_key_file=signing_key)).state.signer
    document = (await publish(client, FORM)).json()["publication"]
    figure = document["statement"]["figures"][0]
    for field, wrong in (("value", "9"), ("bounds", None), ("numerator", figure["numerator"] + 1)):
        forged = json.loads(canonical(document))
        forged["statement"]["figures"][0][field] = wrong
        forged["statement_digest"] = digest(canonical(forged["statement"]))
        with pytest.raises(NotProven, match=r"its counts give|is not its figure"):
            check_file(signer.sign(canonical(forged)).encode(), keys_beside(signing_key))


async def test_a_row_that_does_not_add_up_is_found_even_under_a_right_signature(
    full: World, client: httpx.AsyncClient, signing_key: Path
) -> None:
    signer = build(MetricsSettings(database_url=full.url, projector=False, signing_key_file=signing_key)).state.signer
    document = (await publish(client, FORM)).json()["publication"]
    document["statement"]["content"]["rows"][0]["values"][0] += 1
    document["statement_digest"] = digest(canonical(document["statement"]))
    with pytest.raises(NotProven, match="adds up to"):
        check_file(signer.sign(canonical(document)).encode(), keys_beside(signing_key))


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
    signer = build(MetricsSettings(database_url=full.url, projector=False, signing_key_file=signing_key)).state.signer
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
    dice = random.Random(766)  # noqa: S311 - a test's dice
    for place in [body.index(b'"evidence"'), body.index(b'"full_at"'), *dice.sample(range(len(body)), 40)]:
        other = bytes([body[place] ^ 1])
        with pytest.raises(NotProven):
            check_file(body[:place] + other + body[place + 1 :], keys)


async def test_every_cell_of_the_form_of_procedures_is_counted_again(full: World, client: httpx.AsyncClient) -> None:
    entered = {"unit": "procedures", "source": "Báo cáo", "agency": "H24.99", "period": "2024", "value": 7}
    await client.put("/v1/indicators/procedures_under_one_stop_province", json=entered)
    assert (await publish(client, PROCEDURES)).status_code == 201
    await client.put("/v1/indicators/procedures_under_one_stop_province", json=entered | {"value": 8})
    assert (await client.get("/v1/publications/1/verify")).json()["valid"], "what is entered later is another revision"
    edit = "update catalogue.procedure_v2 set levels = array['COMMUNE'] where procedure_code = '1.000003'"
    async with full.engine.begin() as connection:
        await connection.execute(text(edit))
    verified = (await client.get("/v1/publications/1/verify")).json()
    VerifiedOut.model_validate(verified)
    assert not verified["valid"]
    found = {(one["row"], one["part"]): (one["published"], one["recomputed"]) for one in verified["differences"]}
    assert found[("H24.99", "column 4")] == (6, 5)
    assert found[("H24.99", "column 6")] == (0, 1)
    assert (("H24.99", "column 3") in found, ("H24.99", "column 8") in found) == (False, False)
    async with full.engine.begin() as connection:
        await connection.execute(text("update metrics.indicator set number = 9 where revision = 1"))
    verified = (await client.get("/v1/publications/1/verify")).json()
    found = {(one["row"], one["part"]): (one["published"], one["recomputed"]) for one in verified["differences"]}
    assert found[("H24.99", "column 8")] == (7, 9)


async def test_any_implementation_checks_the_signature(full: World, client: httpx.AsyncClient) -> None:
    signed = (await publish(client, FIGURES)).json()["jws"]
    listed = await client.get("/v1/publications/keys", headers={"Authorization": ""})
    KeysOut.model_validate_json(listed.content)
    (key,) = listed.json()["keys"]
    head, payload, signature = signed.split(".")
    decoded = [base64.urlsafe_b64decode(part + "==") for part in (head, signature, key["x"])]
    assert json.loads(decoded[0])["kid"] == key["kid"]
    Ed25519PublicKey.from_public_bytes(decoded[2]).verify(decoded[1], f"{head}.{payload}".encode())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
async def test_the_documented_way_with_openssl_works(full: World, client: httpx.AsyncClient, tmp_path: Path) -> None:
    body = (await publish(client, FORM)).content
    (tmp_path / "1.json").write_bytes(body)
    (tmp_path / "keys.json").write_bytes((await client.get("/v1/publications/keys")).content)
    page = (Path(__file__).parents[3] / "docs" / "publications.md").read_text()
    lines = page[page.index("    python3 - 1.json") : page.index("Any JWS library")].splitlines()
    script = "\n".join(line[4:] for line in lines)
    done = await asyncio.to_thread(
        subprocess.run, ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert "Signature Verified Successfully" in done.stdout, done.stderr
    assert json.loads(body)["digest"].removeprefix("sha256:") in done.stdout
    assert json.loads((tmp_path / "document.json").read_bytes()) == json.loads(body)["publication"]


async def test_the_command_needs_the_file_and_the_key_only(
    full: World, client: httpx.AsyncClient, signing_key: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    first.write_bytes((await publish(client, FORM)).content)
    second.write_bytes((await publish(client, REPORT)).content)
    public = signing_key.with_name(signing_key.name + ".pub")

    def run(*files: Path, key: Path = public) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "metrics", "verify-publication", *map(str, files), "--key", str(key)]
        return subprocess.run(command, env={}, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    done = await asyncio.to_thread(run, first, second)
    assert (done.returncode, done.stdout.count("is what was published")) == (0, 2), done.stderr
    second.write_bytes(second.read_bytes().replace(b"H24", b"H25", 1))
    done = await asyncio.to_thread(run, first, second)
    assert done.returncode == 1
    assert "2.json: NOT what was published" in done.stderr
    done = await asyncio.to_thread(run, first, key=signing_key)
    assert (done.returncode, "private key" in done.stderr) == (2, True)


async def test_a56_an_idempotency_key_publishes_once(full: World, client: httpx.AsyncClient) -> None:
    await full.add(client_v1, a_client("mtc_other", ["publish"]))
    first = await publish(client, FORM, idempotency_key="k1")
    again = await publish(client, dict(reversed(FORM.items())), idempotency_key="k1")
    assert (first.status_code, again.status_code, again.content) == (201, 200, first.content)
    other = await publish(client, FIGURES, idempotency_key="k1")
    assert (other.status_code, other.json()["failed_check"]) == (422, "idempotency-key-reused")
    stranger = await publish(client, FIGURES, idempotency_key="k1", Authorization="Bearer mtc_other")
    assert (stranger.status_code, stranger.json()["publication"]["number"]) == (201, 2)
    answers = await asyncio.gather(*(publish(client, REPORT, idempotency_key="k2") for _ in range(2)))
    assert sorted(one.status_code for one in answers) == [201, 409]
    assert (await publish(client, REPORT, idempotency_key="k2")).status_code == 200
    assert [one["number"] for one in (await client.get("/v1/publications")).json()["items"]] == [1, 2, 3]


async def test_any_number_of_publishers_number_without_a_gap(
    full: World, client: httpx.AsyncClient, signing_key: Path
) -> None:
    """Two replicas of the service, each with several requests at once."""
    other = build(MetricsSettings(database_url=full.url, projector=False, signing_key_file=signing_key))
    transport = httpx.ASGITransport(other)
    async with httpx.AsyncClient(transport=transport, base_url="http://metrics", headers=client.headers) as replica:
        asked = [
            publish(one, FIGURES, idempotency_key=f"k{n % 4}-{n // 8}") for n in range(16) for one in (client, replica)
        ]
        answers = await asyncio.gather(*asked)
    await other.state.engine.dispose()
    assert {one.status_code for one in answers} <= {200, 201, 409}
    listed = (await client.get("/v1/publications")).json()["items"]
    assert [one["number"] for one in listed] == list(range(1, 9))  # eight keys, each published once
    kept = [(await client.get(f"/v1/publications/{number}")).content for number in range(1, 9)]
    proven = [check_file(file, keys_beside(signing_key)) for file in kept]
    assert [one.previous for one in proven] == [None, *(one.digest for one in proven[:-1])]
    assert check_chain(proven) == []


async def test_an_agency_publishes_for_itself_and_those_below_it(full: World, client: httpx.AsyncClient) -> None:
    await full.add(
        client_v1, a_client("mtc_h2499", ["publish"], agency="H24.99"), a_client("mtc_reader", ["figures:read"])
    )
    for agency, status in (("H24", 403), ("H26", 403), ("H24.99", 201), ("H24.99.01", 201), ("H24.100", 403)):
        answer = await publish(client, FORM | {"agency": agency}, Authorization="Bearer mtc_h2499")
        assert answer.status_code == status, agency
    assert (await publish(client, FORM, Authorization="Bearer mtc_reader")).status_code == 403
    assert (await publish(client, FORM, Authorization="")).status_code == 401


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"id": "II.99"}, None),
        ({"id": ["II.06a", "766"]}, None),
        ({"id": []}, "id"),
        ({"kind": "figure", "id": ["dossiers_resolved"] * 2}, "id"),
        ({"kind": "figure", "id": "no_such_figure"}, None),
        ({"kind": "figure", "id": "procedures_by_authority_level"}, "level"),
        ({"kind": "figure", "id": "dossiers_resolved", "format": "pdf"}, "format"),
        ({"id": "766", "format": "pdf"}, "format"),
        ({"filters": {"channel": "ONLINE"}}, "filters"),
        ({"as_of_indicators": "0"}, "as_of_indicators"),
        ({"as_of": "99"}, "as_of"),
        ({"period": "2024-13"}, "period"),
        ({"agency": "?"}, "agency"),
        ({"sign": False}, "sign"),
    ],
)
async def test_what_cannot_be_published_is_refused_by_name(
    full: World, client: httpx.AsyncClient, changes: dict[str, Any], named: str | None
) -> None:
    answer = await publish(client, FORM | changes)
    assert answer.status_code == (404 if named is None else 422), answer.text
    if named is not None:
        assert answer.json()["errors"][0]["parameter"] == named
    assert (await client.get("/v1/publications")).json()["items"] == []


async def test_a54_nothing_is_published_before_the_ledger_begins_or_of_the_future(
    world: World, client: httpx.AsyncClient
) -> None:
    empty = await publish(client, FORM)
    assert (empty.status_code, empty.json()["errors"][0]["parameter"]) == (422, "as_of")
    await world.page([a_dossier(1)])
    await world.project()
    for as_of in ("0", "2", "2023-01-01T00:00:00Z", "2999-01-01T00:00:00Z"):
        assert (await publish(client, FORM | {"as_of": as_of})).status_code == 422, as_of


async def test_a_paper_carries_its_publication_and_its_bytes_are_signed(
    full: World, client: httpx.AsyncClient, signing_key: Path
) -> None:
    document = (await publish(client, FORM | {"format": "docx"})).json()["publication"]
    file = await client.get("/v1/publications/1/file")
    assert document["file"]["digest"] == digest(file.content)
    assert document["file"]["name"] in file.headers["content-disposition"]
    lines = [paragraph.text for paragraph in Document(io.BytesIO(file.content)).paragraphs]
    assert any(f"Công bố số 1 · {document['statement_digest']}" in line for line in lines)
    assert (await client.get("/v1/publications/1/verify")).json()["valid"]
    await publish(client, FORM)
    assert (await client.get("/v1/publications/2/file")).status_code == 404


async def test_an_unknown_publication_is_not_there(full: World, client: httpx.AsyncClient) -> None:
    for number in ("1", "0", "-1", "x", "9" * 30, "１"):
        for path in ("", "/verify", "/file"):
            assert (await client.get(f"/v1/publications/{number}{path}")).status_code == 404, number


async def test_without_a_signing_key_nothing_is_published(full: World) -> None:
    app = build(MetricsSettings(database_url=full.url, projector=False))
    headers = {"Authorization": "Bearer mtc_test_key_that_opens_everything"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://metrics", headers=headers) as client:
        answer = await publish(client, FORM)
        assert (answer.status_code, answer.json()["failed_check"]) == (503, "signing-key-missing")
        assert (await client.get("/v1/publications/keys")).json() == {"keys": []}
    await app.state.engine.dispose()


INSIDERS = {
    "delete from metrics.publication where number = 2": "publication 2: missing",
    "update metrics.publication set jws = (select jws from metrics.publication where number = 3) where number = 2": (
        "publication 2: It is publication 3 under another number."
    ),
    "update metrics.publication set digest = sha256('other') where number = 1": "publication 1: it is out of its place",
    "update metrics.publication_file set body = 'other'": "publication 3: its file is not the one",
}


@pytest.mark.parametrize("edit", INSIDERS)
async def test_a51_the_operators_verify_goes_through_every_publication(
    full: World, client: httpx.AsyncClient, edit: str
) -> None:
    for asked in (FIGURES, FORM, FORM | {"format": "csv"}):
        await publish(client, asked)
    environment = {"METRICS_DATABASE_URL": full.url}

    def verify() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "metrics", "verify"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert (await asyncio.to_thread(verify)).returncode == 0
    async with full.engine.begin() as connection:
        await connection.execute(text(edit))
    done = await asyncio.to_thread(verify)
    assert (done.returncode, INSIDERS[edit] in done.stdout) == (1, True), done.stdout


async def test_the_operators_verify_counts_every_published_number_again_when_asked(
    full: World, client: httpx.AsyncClient
) -> None:
    """A judged row that an insider edits is found by the other way of counting; the number it falsifies is named."""
    await publish(client, FORM)

    def verify(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "metrics", "verify", *options]
        environment = {"METRICS_DATABASE_URL": full.url}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert (await asyncio.to_thread(verify, "--recount")).returncode == 0
    async with full.engine.begin() as connection:
        assert (await connection.execute(text(TAMPERINGS["figures"]))).rowcount == 1
    plain, counted = [await asyncio.to_thread(verify, *options) for options in ((), ("--recount",))]
    assert (plain.returncode, counted.returncode) == (1, 1)
    assert "publication 1" not in plain.stdout
    assert "publication 1: figures: " in counted.stdout
    assert re.search(
        r"publication 1: dossiers_resolved_overdue.*: numerator was published as [0-9]+, and comes out as [0-9]+\n",
        counted.stdout,
    )


TAMPERINGS = {
    "signature": "update metrics.publication set jws = (select jws from metrics.publication where number = 3) "
    "where number = 2",
    "chain": "delete from metrics.publication where number = 1",
    "figures": "update metrics.fact set outcome = 3 where dossier_code = "
    "(select dossier_code from metrics.fact where outcome = 1 and ended_on between '2024-01-01' and '2024-12-31' "
    "and agency_code like 'H24.99%' order by 1 limit 1)",
    "ledger": "update dossier.ledger_v1 set digest = sha256('other')",
}


@pytest.mark.parametrize("check", TAMPERINGS)
async def test_a51_a52_whatever_an_insider_edits_is_found(full: World, client: httpx.AsyncClient, check: str) -> None:
    for asked in (FIGURES, FORM, FIGURES):
        await publish(client, asked)
    async with full.engine.begin() as connection:
        assert (await connection.execute(text(TAMPERINGS[check]))).rowcount > 0
    verified = (await client.get("/v1/publications/2/verify")).json()
    assert not verified["valid"]
    failed = {one["check"]: one["detail"] for one in verified["checks"] if not one["ok"]}
    assert check in failed, verified
    if check == "figures":
        changed = {one["figure"] for one in verified["differences"]}
        assert {"dossiers_resolved_early", "dossiers_resolved_overdue"} <= changed


@pytest.mark.parametrize("table", PUBLISHED)
@pytest.mark.parametrize("change", ["update {} set {} = {}", "delete from {}", "truncate {}"])
async def test_the_role_that_owns_the_tables_cannot_change_what_was_written(
    full: World, table: str, change: str
) -> None:
    """As in production, where the service is no superuser and its own role ran the migration."""
    column = {"signing_key": "kid"}.get(table, "number")
    async with full.engine.connect() as connection:  # never committed
        await connection.execute(text("create role someone nologin"))
        await connection.execute(text("grant usage, create on schema metrics to someone"))
        await connection.execute(text(f"alter table metrics.{table} owner to someone"))
        await connection.execute(text("set local role someone"))
        await connection.execute(text(f"select count(*) from metrics.{table}"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(text(change.format(f"metrics.{table}", column, column)))
