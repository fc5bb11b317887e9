"""Publishing: frozen at one entry, chained, signed, kept for ever, and proven with the file alone."""

import asyncio
import base64
import io
import json
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

from metrics.app import build
from metrics.domain.canonical import digest
from metrics.offline import check_chain, check_file
from metrics.schemas.publishing import KeysOut, PublicationOut, PublicationsOut, VerifiedOut
from metrics.settings import MetricsSettings
from shared.contracts.figure import FigureAnswer
from shared.contracts.views import client_v1, reconciliation_v1
from support.metrics_world import World, a_client, a_dossier, any_dossiers
from support.publishing import BY_AGENCY, BY_LEVEL, FIGURES, FORM, INDEX, PROCEDURES, REPORT, keys_beside, publish


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
