"""Whatever is edited in what was published is found: in the file without us, in the database by the operator."""

import asyncio
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from metrics.domain.canonical import canonical, digest
from metrics.offline import NotProven, check_file
from support.metrics_world import PUBLISHED, World
from support.publishing import FIGURES, FORM, keys_beside, publish, signer_beside


async def test_a53_no_single_byte_of_a_publication_can_be_changed_unseen(
    full: World, client: httpx.AsyncClient, signing_key: Path
) -> None:
    keys, dice = keys_beside(signing_key), random.Random(53)  # noqa: S311 - the same bytes each time
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
    signer = signer_beside(signing_key)
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
    signer = signer_beside(signing_key)
    document = (await publish(client, FORM)).json()["publication"]
    document["statement"]["content"]["rows"][0]["values"][0] += 1
    document["statement_digest"] = digest(canonical(document["statement"]))
    with pytest.raises(NotProven, match="adds up to"):
        check_file(signer.sign(canonical(document)).encode(), keys_beside(signing_key))


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
