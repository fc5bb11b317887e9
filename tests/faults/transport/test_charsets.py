"""A list in other bytes than told: the same dossiers, or a page that is set aside; never a letter guessed."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.sync.verdicts import Verdict
from support.sandbox import a_sandbox
from support.syncing import row, rows, sync

NOW = datetime(2025, 6, 1, tzinfo=UTC)
HELD = 2_236


@pytest.mark.fault("F17")
@pytest.mark.parametrize("variant", ["bom", "utf16", "utf16_undeclared", "windows_1258"])
async def test_f17_text_in_another_encoding_is_read(engine: AsyncEngine, variant: str) -> None:
    async with a_sandbox() as sandbox:
        await sandbox.fault("F17", path="igate", parameters={"variant": variant})
        assert (await sync(engine, sandbox.igate(1000), now=NOW)).verdict is Verdict.SUCCEEDED
    assert (await row(engine, "select count(*) as n from dossier.head"))["n"] == HELD
    marked = "select 1 as one from dossier.revision where strpos(record::text, U&'\\FFFD') > 0"
    assert await rows(engine, marked) == []
