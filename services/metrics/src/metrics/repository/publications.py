"""What was published: added once, in one order, and never written again."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Publishers take turns, so that numbers have no gap and each document holds the digest of the one before.
_LOCK = text("select pg_advisory_xact_lock(hashtext('metrics publications'))")
_TRY = text("select pg_try_advisory_xact_lock(hashtext('metrics publication request'), hashtext(:request))")
_COLUMNS = """number, digest, previous, kind, names, agency_code, first_on, last_on, entry, kid, published_by,
    published_at"""
_NEWEST = text("select number, digest from metrics.publication order by number desc limit 1")
_ADD = text(f"""
    insert into metrics.publication ({_COLUMNS}, jws)
    values (:number, :digest, :previous, :kind, :names, :agency, :first, :last, :entry, :kid, :by, :at, :jws)""")
_ADD_FILE = text("""
    insert into metrics.publication_file (number, name, media_type, body)
    values (:number, :name, :media_type, :body)""")
_ADD_KEY = text("""
    insert into metrics.signing_key (kid, public_key, first_used_at) values (:kid, :key, :at) on conflict do nothing""")
_ADD_REQUEST = text("""
    insert into metrics.publication_request (client_id, key, asked, number)
    values (:client, :key, :asked, :number)""")
_REQUEST = text("select asked, number from metrics.publication_request where client_id = :client and key = :key")
_ONE = text(f"select {_COLUMNS}, jws from metrics.publication where number = :number")
_EVERY = text(f"select {_COLUMNS}, jws from metrics.publication where number > :after order by number limit 100")
_FILE = text("select name, media_type, body from metrics.publication_file where number = :number")
_KEYS = text("select public_key from metrics.signing_key order by first_used_at, kid")
_LIST = text(f"""
    select {_COLUMNS} from metrics.publication
    where number > :after
      and (cast(:agency as text) is null or agency_code = :agency
           or (agency_code >= :agency || '.' and agency_code < :agency || '/'))
      and (cast(:kind as text) is null or kind = :kind)
      and (cast(:name as text) is null or :name = any(string_to_array(names, ',')))
    order by number limit :most""")
_BROKEN = text("""
    select number from (
        select number, previous, lag(digest) over (order by number) as before, row_number() over (order by number) as n
        from metrics.publication where number <= :upto) as chain
    where number <> n or previous is distinct from before order by number limit 1""")


@dataclass(frozen=True, slots=True)
class Listed:
    """One publication without its document. ``names`` are figures, or one form or report."""

    number: int
    digest: bytes
    previous: bytes | None
    kind: str
    names: tuple[str, ...]
    agency: str
    first: date
    last: date
    entry: int
    kid: str
    published_by: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A rendered file as it was published."""

    name: str
    media_type: str
    body: bytes


async def try_request(connection: AsyncConnection, client: str, key: str) -> bool:
    """Take a client's Idempotency-Key until the transaction ends. False: another request has it."""
    taken: bool = (await connection.execute(_TRY, {"request": f"{client} {key}"})).scalar_one()
    return taken


async def request(connection: AsyncConnection, client: str, key: str) -> tuple[bytes, int] | None:
    """What was asked with the key before (its digest), and the publication it led to."""
    row = (await connection.execute(_REQUEST, {"client": client, "key": key})).one_or_none()
    return None if row is None else (bytes(row.asked), row.number)


async def add_request(connection: AsyncConnection, client: str, key: str, asked: bytes, number: int) -> None:
    """Remember which publication a key led to."""
    await connection.execute(_ADD_REQUEST, {"client": client, "key": key, "asked": asked, "number": number})


async def lock(connection: AsyncConnection) -> None:
    """Take turns with every other publisher until the transaction ends."""
    await connection.execute(_LOCK)


async def newest(connection: AsyncConnection) -> tuple[int, bytes | None]:
    """Number and digest of the newest publication; (0, None) before the first. Call ``lock`` first."""
    row = (await connection.execute(_NEWEST)).one_or_none()
    return (0, None) if row is None else (row.number, bytes(row.digest))


async def add(connection: AsyncConnection, new: Listed, jws: str, file: File | None) -> None:
    """Write a publication, and its file if it has one. Call ``lock`` first."""
    values = {
        "number": new.number,
        "digest": new.digest,
        "previous": new.previous,
        "kind": new.kind,
        "names": ",".join(new.names),
        "agency": new.agency,
        "first": new.first,
        "last": new.last,
        "entry": new.entry,
        "kid": new.kid,
        "by": new.published_by,
        "at": new.published_at,
        "jws": jws,
    }
    await connection.execute(_ADD, values)
    if file is not None:
        named = {"number": new.number, "name": file.name, "media_type": file.media_type, "body": file.body}
        await connection.execute(_ADD_FILE, named)


async def add_key(connection: AsyncConnection, kid: str, key: str, at: datetime) -> None:
    """Keep a public key for as long as there are publications."""
    await connection.execute(_ADD_KEY, {"kid": kid, "key": key, "at": at})


async def keys(connection: AsyncConnection) -> list[str]:
    """Every key that ever signed, as JWK, the oldest first."""
    return list((await connection.execute(_KEYS)).scalars())


async def one(connection: AsyncConnection, number: int) -> tuple[Listed, str] | None:
    """A publication and its signed document."""
    row = (await connection.execute(_ONE, {"number": number})).one_or_none()
    return None if row is None else (_listed(row), row.jws)


async def every(connection: AsyncConnection) -> AsyncIterator[tuple[Listed, str]]:
    """Every publication with its signed document, in order, a few at a time."""
    after = 0
    while rows := (await connection.execute(_EVERY, {"after": after})).all():
        for row in rows:
            yield _listed(row), row.jws
        after = rows[-1].number


async def file(connection: AsyncConnection, number: int) -> File | None:
    """The file of a publication; None where none was asked for."""
    row = (await connection.execute(_FILE, {"number": number})).one_or_none()
    return None if row is None else File(row.name, row.media_type, bytes(row.body))


async def listed(
    connection: AsyncConnection, agency: str | None, kind: str | None, name: str | None, after: int, most: int
) -> Sequence[Listed]:
    """Publications of an agency's subtree after a number, in order."""
    asked = {"agency": agency, "kind": kind, "name": name, "after": after, "most": most}
    return [_listed(row) for row in await connection.execute(_LIST, asked)]


async def first_broken(connection: AsyncConnection, upto: int) -> int | None:
    """The first number up to ``upto`` that is out of its place in the chain; None: all are in theirs."""
    found: int | None = (await connection.execute(_BROKEN, {"upto": upto})).scalar_one_or_none()
    return found


def _listed(row: Any) -> Listed:
    previous = None if row.previous is None else bytes(row.previous)
    names = tuple(row.names.split(","))
    place = (row.agency_code, row.first_on, row.last_on, row.entry)
    signed = (row.kid, row.published_by, row.published_at)
    return Listed(row.number, bytes(row.digest), previous, row.kind, names, *place, *signed)
