"""Reads a list of rows that a clerk or another system gives us: JSON or CSV, from a file or an address.

The same names in both. CSV is UTF-8 with a header and commas or semicolons; empty is not known. Fields that the row
type does not name, a person's above all, are never decoded.
"""

import asyncio
import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from shared.runtime.http import PortalClient

Row = TypeVar("Row", bound=msgspec.Struct)


async def read_list(source: str, row: type[Row]) -> Sequence[Row]:
    """The rows of ``source``, a file or an http(s) address.

    Raises ``PortalError``, ``OSError``, or ``ValueError`` naming the place of the first row that cannot be used.
    """
    if "://" not in source:
        return _decode(await asyncio.to_thread(Path(source).read_bytes), row)
    client = PortalClient(source, allow_hosts={urlsplit(source).hostname or ""})
    try:
        return await client.request("GET", source, decode=lambda body: _decode(body, row))
    finally:
        await client.aclose()


def _decode(body: bytes, row: type[Row]) -> list[Row]:
    """A JSON list begins with a bracket; everything else is CSV."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{")):
        return msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=list[row])  # type: ignore[valid-type]
    return [_of_line(number, line, row) for number, line in enumerate(_lines(body, row), start=2)]


def _lines(body: bytes, row: type[Row]) -> Iterable[dict[str, str | None]]:
    text = body.decode("utf-8-sig")
    header = text.partition("\n")[0]
    found = csv.DictReader(io.StringIO(text), delimiter=";" if header.count(";") > header.count(",") else ",")
    required = [field.name for field in msgspec.structs.fields(row) if field.required]
    if not set(required) <= set(found.fieldnames or ()):
        raise ValueError(f"line 1: the header names {', '.join(required)}, and what else is known")
    return found


def _of_line(number: int, line: dict[str, str | None], row: type[Row]) -> Row:
    told = {
        name: text.strip() for name, text in line.items() if name in row.__struct_fields__ and text and text.strip()
    }
    try:
        return msgspec.convert(told, row, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"line {number}: {error}") from None
