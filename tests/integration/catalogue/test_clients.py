"""API clients: a key works until it is replaced or revoked, and its text is nowhere."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue import clients
from catalogue.clients import ClientUnknown, Issued, ScopeUnknown
from shared.domain.identifiers import AgencyCode
from shared.runtime.auth import ApiKeys, Principal


async def a_client(engine: AsyncEngine, *scopes: str) -> Issued:
    agency = AgencyCode.parse("H24.99")
    return await clients.create(engine, agency=agency, name="Hệ thống thử", scopes=scopes or ("figures:read",))


async def who(engine: AsyncEngine, key: str) -> Principal | None:
    """Who a service that never saw this key takes it for."""
    return await ApiKeys(engine).principal(key)


async def test_a_new_key_names_its_agency_and_scopes(engine: AsyncEngine) -> None:
    made = await a_client(engine, "figures:read", "sync:read")
    assert made.key.startswith("mtc_")
    assert len(made.key) == 4 + 43
    found = await who(engine, made.key)
    assert found == Principal(made.client.client_id, "H24.99", frozenset({"figures:read", "sync:read"}))


async def test_a_key_stands_in_no_table(engine: AsyncEngine) -> None:
    made = await a_client(engine)
    async with engine.connect() as connection:
        for table in ("api_key", "api_client"):
            rows = (await connection.execute(text(f"select t::text from catalogue.{table} t"))).scalars().all()
            assert rows
            assert not any(made.key in row or made.key[4:] in row for row in rows)


async def test_an_old_key_overlaps_with_its_successor_and_then_ends(engine: AsyncEngine) -> None:
    first = await a_client(engine)
    second = await clients.rotate(engine, first.client.client_id, overlap=timedelta(hours=1))
    assert second.client.keys == 2
    assert await who(engine, first.key) == await who(engine, second.key) is not None
    third = await clients.rotate(engine, first.client.client_id, overlap=timedelta(0))
    assert await who(engine, first.key) is None
    assert await who(engine, second.key) is None
    assert await who(engine, third.key) is not None


async def test_a_later_rotation_never_lengthens_an_old_key(engine: AsyncEngine) -> None:
    first = await a_client(engine)
    await clients.rotate(engine, first.client.client_id, overlap=timedelta(0))
    await clients.rotate(engine, first.client.client_id, overlap=timedelta(days=30))
    assert await who(engine, first.key) is None


async def test_a_revoked_client_is_nobody_and_gets_no_new_key(engine: AsyncEngine) -> None:
    made = await a_client(engine)
    revoked = await clients.revoke(engine, made.client.client_id)
    assert (revoked.keys, revoked.revoked_at is None) == (0, False)
    assert await who(engine, made.key) is None
    with pytest.raises(ClientUnknown):
        await clients.rotate(engine, made.client.client_id, overlap=timedelta(0))


async def test_a_scope_that_does_not_exist_is_refused(engine: AsyncEngine) -> None:
    with pytest.raises(ScopeUnknown, match="everything"):
        await a_client(engine, "everything")
    with pytest.raises(ClientUnknown):
        await clients.revoke(engine, "H24-none")
