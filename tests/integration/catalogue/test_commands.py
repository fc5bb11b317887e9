"""What an operator types: every command ends with an exit code that tells how it went."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from catalogue.__main__ import DONE, FAILED, PARTIAL, REFUSED
from shared.runtime.auth import ApiKeys
from shared.runtime.database import create_engine
from support.office_files import DETAIL, WAYS, a_detail_file, a_list, a_row


class Typed:
    """``python -m catalogue`` on a database of the test's own."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url

    async def __call__(self, *words: str, **environment: str) -> tuple[int, str]:
        told = {"DATABASE_URL": self.url, "CATALOGUE_PORTAL_URL": "http://127.0.0.1:9", **environment}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "catalogue",
            *words,
            env=told,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


@pytest.fixture
def typed(database_url: str) -> Typed:
    return Typed(database_url)


async def test_a_client_is_made_listed_given_a_new_key_and_revoked(typed: Typed) -> None:
    code, said = await typed(
        "clients", "create", "--agency", "000.00.99.H24", "--name", "thử", "--scopes", "figures:read,catalogue:read"
    )
    line, key = said.splitlines()
    client = line.split()[0]
    assert (code, client.startswith("H24.99-"), key.startswith("mtc_")) == (DONE, True, True)
    engine = create_engine(typed.url, application_name="test")
    found = await ApiKeys(engine).principal(key)
    assert found is not None
    assert found.scopes == {"figures:read", "catalogue:read"}
    code, said = await typed("clients", "rotate", client, "--overlap-hours", "0")
    assert (code, said.splitlines()[1] != key) == (DONE, True)
    assert await ApiKeys(engine).principal(key) is None
    await engine.dispose()
    assert key not in (await typed("clients", "list"))[1]
    assert "revoked" in (await typed("clients", "revoke", client))[1]
    assert (await typed("clients", "rotate", client))[0] == REFUSED


async def test_a_scope_that_does_not_exist_is_refused(typed: Typed) -> None:
    words = ("clients", "create", "--agency", "H24", "--name", "thử", "--scope", "all")
    assert (await typed(*words))[0] == REFUSED


async def test_a_portal_that_does_not_answer_is_a_failed_sync(typed: Typed) -> None:
    code, said = await typed("sync", CATALOGUE_RPC_URL="off", CATALOGUE_GATEWAY_URL="off")
    assert (code, "failed" in said) == (FAILED, True)


async def test_decisions_are_imported_from_a_file(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "decisions.json"
    file.write_text(json.dumps([{"number": "1/QĐ-UBND", "agency": "H24", "signed_on": "2024-01-10"}]))
    assert await typed("import-decisions", str(file)) == (DONE, "1 decisions, change 1\n")
    assert await typed("import-decisions", str(file)) == (DONE, "1 decisions, change none\n")
    file.write_text("[{}]")
    assert (await typed("import-decisions", str(file)))[0] == REFUSED


async def test_exported_files_are_imported_all_or_none(typed: Typed, tmp_path: Path) -> None:
    listed, detail, page = tmp_path / "list.dat", tmp_path / "detail.doc", tmp_path / "list.xlsx"
    listed.write_bytes(a_list([a_row(1), a_row(2), a_row(3, code="99.001")]))
    detail.write_bytes(a_detail_file(DETAIL, WAYS))
    page.write_bytes(b"<html>500</html>")
    words = ("import-file", str(listed), str(detail), "--agency", "000.00.99.H24")
    assert (await typed("import-file", str(page), *words[1:]))[0] == REFUSED
    assert (await typed("import-file", str(tmp_path / "none.xlsx"), *words[1:]))[0] == REFUSED
    code, said = await typed(*words)
    assert (code, said) == (
        PARTIAL,
        "2 file(s), 4 rows: 3 taken, 1 set aside, 0 known better; 2 added, 0 changed, change 1\n",
    )
    listed.write_bytes(a_list([a_row(1), a_row(2)]))
    assert (await typed(*words, "--complete"))[0] == REFUSED
    assert (await typed(*words, "--complete", "--exported-on", "2026-03-01"))[0] == DONE


async def test_successions_are_told_one_by_one_and_from_a_file(typed: Typed, tmp_path: Path) -> None:
    words = ("agencies", "succeed", "000.00.00.H23", "H24", "--on", "2025-07-01", "--basis", "NQ 202/2025/QH15")
    assert await typed(*words) == (DONE, "1 succession(s), 0 agencies changed, change none\n")
    file = tmp_path / "districts.csv"
    header = "predecessor,successor,succeeded_on,legal_basis,predecessor_name,predecessor_level"
    file.write_text(f"{header}\nH24.31,H24.200,2025-07-01,x,Quận Thử,DISTRICT\n")
    assert await typed("agencies", "import-successions", str(file)) == (
        DONE,
        "1 succession(s), 1 agencies changed, change 1\n",
    )
    assert (await typed("agencies", "succeed", "H24", "H24", "--on", "2025-07-01", "--basis", "x"))[0] == REFUSED


async def test_the_calendar_is_seeded_and_corrected(typed: Typed) -> None:
    assert await typed("seed") == (DONE, "calendar revision 1\n")
    assert await typed("seed") == (DONE, "nothing to seed\n")
    words = ("calendar", "announce", "2026-12-24", "off", "--name", "Nghỉ thử", "--source", "1/TB-TEST")
    assert await typed(*words) == (DONE, "calendar revision 2\n")
    assert await typed("calendar", "confirm", "2027", "--source", "2/TB-TEST") == (DONE, "calendar revision 3\n")
    assert (await typed("calendar", "confirm", "2040", "--source", "x"))[0] == REFUSED
