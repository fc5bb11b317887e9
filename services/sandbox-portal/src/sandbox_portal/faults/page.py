"""A page of records taken apart, changed and put together again; also in ways no encoder would."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from sandbox_portal.faults.endpoints import Endpoint, Path
from sandbox_portal.faults.model import Answer, Parameter, Strike
from shared.runtime.answers import encode

Record = Any
"""A record as decoded JSON; after a fault also ``msgspec.Raw``, for text that is not JSON."""

Alter = Callable[[Strike, "Page", dict[str, Any]], Record]
"""Changes a record, or answers another in its place."""

RECORDS = Parameter("records", 1, "How many records of each page; 0: all.")
CODE = Parameter("code", "", "Only the record of this code; empty: those the seed picks.")


class Page:
    """One answer's JSON. ``root`` may be changed freely."""

    def __init__(self, endpoint: Endpoint, body: bytes) -> None:
        self.endpoint = endpoint
        self.root: Any = msgspec.json.decode(body)

    @property
    def records(self) -> list[Record] | None:
        """The list of records; None when the answer has none. A national RPC list may stand one level deeper."""
        if self.endpoint.records is None:
            return None
        found = self._at(self.endpoint.records)
        if isinstance(found, dict):
            found = found.get("data")
        return found if isinstance(found, list) else None

    def put_records(self, records: object) -> None:
        """Replaces the list."""
        if not self.endpoint.records:
            self.root = records
        else:
            self.put_at(self.endpoint.records, records)

    def put_at(self, path: Path, value: object) -> None:
        """Sets a value of the answer."""
        holder = self._at(path[:-1])
        if isinstance(holder, dict):
            holder[path[-1]] = value

    def drop(self, path: Path) -> None:
        """Takes a value out of the answer; an empty path takes nothing."""
        holder = self._at(path[:-1])
        if isinstance(holder, dict) and path:
            holder.pop(path[-1], None)

    def value(self, path: Path) -> Any:
        """A value of the answer, None when it has none."""
        return self._at(path)

    def get(self, record: dict[str, Any], role: str) -> Any:
        """The first value of the record in that role; None when it has none."""
        for path in self.endpoint.fields.get(role, ()):
            found = _walk(record, path)
            if found is not None:
                return found
        return None

    def put(self, record: dict[str, Any], role: str, value: object) -> None:
        """Sets every field of that role which the record has."""
        for holder, name in self._fields(record, role):
            holder[name] = value

    def drop_field(self, record: dict[str, Any], role: str) -> None:
        """Takes every field of that role out."""
        for holder, name in self._fields(record, role):
            del holder[name]

    def encoded(self) -> bytes:
        """The answer's bytes."""
        return encode(self.root)

    def _fields(self, record: dict[str, Any], role: str) -> Sequence[tuple[dict[str, Any], str]]:
        found = []
        for path in self.endpoint.fields.get(role, ()):
            holder = _walk(record, path[:-1])
            if isinstance(holder, dict) and path[-1] in holder:
                found.append((holder, path[-1]))
        return found

    def _at(self, path: Path) -> Any:
        return _walk(self.root, path)


def _walk(value: Any, path: Path) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def whole(alter: Callable[[Strike, Page], None]) -> Callable[[Strike, Answer], Answer]:
    """The hook of a fault that changes the answer around its records."""

    def answer(strike: Strike, given: Answer) -> Answer:
        if not given.is_good:
            return given
        page = Page(strike.asked.endpoint, given.body)
        alter(strike, page)
        return given.with_body(page.encoded())

    return answer


def each(alter: Alter) -> Callable[[Strike, Answer], Answer]:
    """The hook of a fault that changes records: those of the parameters ``records`` and ``code``."""

    def change(strike: Strike, page: Page) -> None:
        records = page.records
        if not records:
            return
        for n in chosen(strike, page, records):
            strike.touch(page.get(records[n], "code"))
            records[n] = alter(strike, page, records[n])

    return whole(change)


def chosen(strike: Strike, page: Page, records: list[Record]) -> list[int]:
    """Positions of the records a fault strikes, the same whenever the page is the same."""
    codes = {n: page.get(record, "code") for n, record in enumerate(records) if isinstance(record, dict)}
    wanted = strike.option("code")
    if wanted:
        return [n for n, code in codes.items() if code == wanted]
    ranked = sorted(codes, key=lambda n: strike.rank(str(codes[n])))
    return sorted(ranked[: strike.option("records") or None])


def raw(text: str) -> msgspec.Raw:
    """Text that is put on the wire as it stands, valid JSON or not."""
    return msgspec.Raw(text.encode())
