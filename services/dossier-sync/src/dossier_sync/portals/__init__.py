"""The portals dossiers come from: one file each, all behind one protocol.

A portal's field names, spellings, date formats and quirks live in its file and nowhere else, and so does the
allow-list of fields: what an adapter does not name is never decoded, and personal data die there.
"""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol, runtime_checkable

from dossier_sync.domain.dossier import PortalRecord, SourcePage
from dossier_sync.domain.slices import Slice
from dossier_sync.domain.step import Step
from shared.domain.status import DossierStatus


class Edge(NamedTuple):
    """Records changed within (after, until] are too fresh to be read; later times are errors of the portal."""

    after: datetime
    until: datetime


class Portal(Protocol):
    """A system that lists dossiers, the last changed first where it promises an order.

    A portal without that promise leaves ``newest`` and ``oldest`` of its pages None and calls every page ``ordered``:
    its runs then never stop at the start of their window, but read to the end and are proven by the portal's count.
    """

    page_size: int
    """Records asked for at a time; page numbers mean nothing with another size."""

    mostly_new: bool
    """A hint, set from outside: most records will be parsed, so an adapter may parse whole pages at once."""

    def pages(self, start: int, hot: Edge) -> AsyncIterator[SourcePage]:
        """Pages from number ``start`` (0 is the newest) to the end of the list. Raises ``PortalError``."""

    def decode(self, raw: Any, key: str) -> PortalRecord:
        """One record of a page, its person's data left behind. Raises ``RecordUnreadable``."""

    map_version: str
    """Names the maps and formats the adapter reads with. Another version may read a stored record otherwise."""

    def redecode(self, record: bytes, key: str) -> PortalRecord:
        """A stored record (``PortalRecord.record``) as ``decode`` would read the original now, asking no portal.

        What had to be left behind stays named in ``unreadable``: a record is never let in because its redaction
        lost what was wrong with it. ``particulars`` are not told again. Raises ``RecordUnreadable`` where nothing
        was kept that can be read.
        """

    async def aclose(self) -> None:
        """Closes the connections."""


@runtime_checkable
class Sliceable(Protocol):
    """A portal whose pages may be asked for at any size: a page that cannot be read is narrowed down."""

    async def slice(self, part: Slice, hot: Edge) -> SourcePage:
        """The page ``part``, by itself. Raises ``PortalError``."""


@runtime_checkable
class SignsIn(Protocol):
    """A portal that is read in a session, which may end without a word."""

    def sign_out(self) -> None:
        """Drops the session: the next request begins a new one."""


@runtime_checkable
class LooksUp(Protocol):
    """A portal that can be asked for one dossier."""

    async def holds(self, code: str) -> bool:
        """Whether the portal finds the dossier of this canonical code. Raises ``PortalError``."""


class TellsCopies(LooksUp, Protocol):
    """A portal that holds copies of what others handle, and can be asked for one by one."""

    async def status(self, code: str) -> DossierStatus | None:
        """The state of the copy; None: there is none. Raises ``PortalError``."""

    async def aclose(self) -> None:
        """Closes the connections."""


@runtime_checkable
class TellsNewFields(Protocol):
    """A portal that notices fields its contract does not name."""

    unknown_fields: set[str]
    """Their names, since the adapter was made. They are not read."""


class Days(NamedTuple):
    """Days of application, both included."""

    first: date
    last: date

    def halves(self) -> tuple["Days", "Days"] | None:
        """The earlier and the later half; None when it is a single day."""
        if self.first >= self.last:
            return None
        middle = self.first + (self.last - self.first) // 2
        return Days(self.first, middle), Days(middle + timedelta(days=1), self.last)


@runtime_checkable
class ListsByDay(Sliceable, Protocol):
    """A portal whose search can be narrowed to days: so is reached what a search that gives so many rows and no more
    leaves out, and what lies behind a place the portal does not go on from."""

    async def counted(self, days: Days) -> int:
        """How many dossiers the portal counts of these days. Raises ``PortalError``."""

    def pages_of(self, days: Days, hot: Edge) -> AsyncIterator[SourcePage]:
        """The pages of these days. Raises ``PortalError``."""

    async def first_of(self, days: Days, size: int, hot: Edge) -> SourcePage:
        """The first page of these days, up to ``size`` records: it needs no place to go on from.

        ``total`` of it is the portal's count of these days. Raises ``PortalError``.
        """


class Rereads(Protocol):
    """What reads stored records again: of a portal, or of those who push."""

    @property
    def map_version(self) -> str:
        """As of ``Portal``."""

    def redecode(self, record: bytes, key: str) -> PortalRecord | Step:
        """As of ``Portal``; a step where the record is one. ``key`` is the one it is stored or set aside under."""


class RecordUnreadable(ValueError):
    """A record lacks the agreed shape; ``path`` says where, and holds no value of it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class ContractDrift(RecordUnreadable):
    """A needed field is not as agreed in any record of the page; ``path`` names it."""
