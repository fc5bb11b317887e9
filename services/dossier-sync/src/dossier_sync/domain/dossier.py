"""The shapes a record takes on its way in: as the portal told it, as we keep it, or set aside.

The hot ones are named tuples, not dataclasses: a frozen dataclass of this width takes five times as long to
make, and a page makes ten thousand.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any, NamedTuple

Round = tuple[date, date | None]
"""A supplement round: the day the applicant was asked, the day the answer was in; None while it is awaited."""


class Flag(StrEnum):
    """Anomalies of a kept dossier: each is data for the figures, none is corrected here."""

    STATUS_UNMAPPED = "status_unmapped"
    """The portal's wording is not in the adapter's map."""
    CHANNEL_UNKNOWN = "channel_unknown"
    """No way of submission, or one we do not know; figures count it as direct."""
    PROCEDURE_UNKNOWN = "procedure_unknown"
    """No procedure code, or one that cannot be read."""
    PROCEDURE_UNLISTED = "procedure_unlisted"
    """The catalogue does not know the procedure's code yet: the link is pending, and made when it learns."""
    PROCEDURE_NOT_IN_FORCE = "procedure_not_in_force"
    """The catalogue knows the code, but not as in force on the day of receipt."""
    AGENCY_UNLISTED = "agency_unlisted"
    """The catalogue does not know the agency yet: pending, like the procedure."""
    AGENCY_FROM_CODE = "agency_from_code"
    """The record names no agency; the one inside the dossier code is taken."""
    RECEIPT_MISSING = "receipt_missing"
    """Accepted by its status, but without a day of receipt."""
    END_MISSING = "end_missing"
    """Ended by its status, but without a day of the end."""
    END_BEFORE_RECEIPT = "end_before_receipt"
    """The end lies before the receipt; kept as the portal says."""
    END_WHILE_OPEN = "end_while_open"
    """The status says open, yet an end is given."""
    DUE_BEFORE_RECEIPT = "due_before_receipt"
    """The appointed day lies before the receipt."""
    REOPENED = "reopened"
    """It had ended and is in process again, which no rule foresees; the figures go by what it says now."""
    CODE_REUSED = "code_reused"
    """Received again after it had ended: another case under the code of an older one, which stands in its history."""
    PARTICULARS_UNREAD = "particulars_unread"
    """Fees, papers or the like are told in a way that cannot be kept; ``unread`` of the particulars names them."""
    TIMELINE_DISAGREES = "timeline_disagrees"
    """A step of the timeline contradicts the dossier that was sent after it; the dossier counts."""


class Reason(StrEnum):
    """Why a record is set aside."""

    SHAPE = "shape"
    """It does not have the agreed fields or types."""
    CONTRACT_DRIFT = "contract_drift"
    """No record of its page has a needed field as agreed: the portal changed its contract, nothing is believed."""
    CODE_UNREADABLE = "code_unreadable"
    """No legal form of a dossier code. The text is not kept: a person's name has been seen there."""
    AGENCY_UNREADABLE = "agency_unreadable"
    TEXT_GARBLED = "text_garbled"
    """A wording was read in a wrong encoding (mojibake, TCVN3, VNI): its meaning would be a guess."""
    TEST_DOSSIER = "test_dossier"
    """A rule of the operator's calls it a test. It is in no figure, and widens none."""
    DATE_UNREADABLE = "date_unreadable"
    """A date in none of the portal's formats, or a day that does not exist."""
    DATE_IMPOSSIBLE = "date_impossible"
    """A date of the future that must be past, or one before there were portals."""
    DOSSIER_UNKNOWN = "dossier_unknown"
    """A step of a dossier that nobody has told us about."""
    STATUS_UNREADABLE = "status_unreadable"
    """A step whose status is none of the ten: it says nothing, and must not unsay what is known."""


class PortalRecord(NamedTuple):
    """One dossier as an adapter read it: the portal's facts in our words, nobody's personal data.

    Days are Asia/Ho_Chi_Minh; ``channel`` and ``status`` are national codes. ``agency_code`` is canonical, "" when
    the record has none. ``unreadable`` names the first field that could not be read, "" when all could. ``record``
    is the redacted record, compact JSON in UTF-8; ``particulars`` as ``domain.particulars.text`` writes them, None when
    the portal tells none; ``rounds`` are the supplement rounds of a portal that lists them.
    """

    code: str
    agency_code: str
    procedure_code: str
    field_code: str
    channel: int | None
    status: int
    received_on: date | None
    due_on: date | None
    ended_on: date | None
    returned_on: date | None
    modified_at: datetime | None
    unreadable: str
    record: bytes
    particulars: bytes | None = None
    rounds: tuple[Round, ...] | None = None


class Dossier(NamedTuple):
    """A dossier's facts after one page, in the order of the published view, then their evidence.

    ``gone``: the portal no longer holds it (a tombstone), and the other facts are those of its last version.
    """

    dossier_code: str
    agency_code: str
    procedure_code: str
    field_code: str
    channel: int | None
    status: int
    received_on: date | None
    due_on: date | None
    first_due_on: date | None
    statutory_due_on: date | None
    ended_on: date | None
    returned_on: date | None
    supplements: tuple[Round, ...] | None
    flags: tuple[str, ...] | None
    modified_at: datetime
    gone: bool
    particulars: bytes | None
    source_hash: bytes
    record: bytes

    def says_the_same(self, other: "Dossier") -> bool:
        """Whether the facts are equal, whatever bytes they came in."""
        return self[:_FACTS] == other[:_FACTS]

    def supersedes(self, modified_at: datetime, status: int) -> bool:
        """Newest wins: the portal's own time of change, then the status that is further on, then the later receipt."""
        return (self.modified_at, self.status) >= (modified_at, status)


_FACTS = Dossier._fields.index("source_hash")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record set aside: kept, counted and shown, never dropped. ``key`` is the dossier code where one is readable."""

    key: str
    reason: Reason
    field: str
    agency_code: str | None
    procedure_code: str | None
    received_on: date | None
    source_hash: bytes
    record: bytes
    particulars: bytes | None = None


class Tells(Enum):
    """What the records of a page are."""

    DOSSIERS = 1
    """Dossiers, of a portal that tells no timeline."""
    HEADERS = 2
    """Dossiers, whose steps come on pages of their own."""
    STEPS = 3


def step_key(key: str) -> str:
    """Under which a step is set aside: not the dossier's own key, or a good step would let a bad dossier in."""
    return f"{key}{_OF_A_STEP}"


def dossier_key(key: str) -> str:
    """The dossier's own key, of whatever is set aside under ``key``."""
    return key.removesuffix(_OF_A_STEP)


_OF_A_STEP = "+step"


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page as it came: ``keys[n]``, ``hashes[n]`` and ``raws[n]`` belong to one record.

    A key is the canonical dossier code, or ``sha256:…`` of the record where the code is not even text. A hash is
    the SHA-256 of the record's own bytes. ``total`` is the portal's own count of all its dossiers, None where it does
    not count. ``hot`` records stood on the page and are left to the next run, because they changed after this run's
    window (``hot_keys`` names them: they are there, whatever they say); ``repeated`` ones name a dossier that stands
    further up, and so in a newer version. ``newest``
    and ``oldest`` are the portal's times of change at the page's two ends, None where unreadable or the page is
    empty; ``ordered`` tells whether they are in the promised order.
    """

    number: int
    keys: list[str]
    hashes: list[bytes]
    raws: list[Any]
    total: int | None
    last: bool
    hot: int
    repeated: int
    newest: datetime | None
    oldest: datetime | None
    ordered: bool
    tells: Tells = Tells.DOSSIERS
    hot_keys: Sequence[str] = ()

    def settles(self, taken: Collection[str]) -> list[str]:
        """Keys set aside no longer, unless the page sets them aside again. A dossier in ``taken`` settles its steps."""
        if self.tells is Tells.STEPS:
            return [step_key(key) for key in self.keys]
        if self.tells is Tells.HEADERS:
            return [*self.keys, *map(step_key, taken)]
        return self.keys

    @property
    def rows(self) -> int:
        """Rows the portal listed on the page."""
        return len(self.keys) + self.hot + self.repeated

    @property
    def foremost(self) -> list[str]:
        """The first record, and the first that is fresh."""
        return [keys[0] for keys in (self.keys, self.hot_keys) if keys]

    def once(self) -> "SourcePage":
        """The page with each dossier once."""
        if len(set(self.keys)) == len(self.keys):
            return self
        first = {key: n for n, key in reversed(list(enumerate(self.keys)))}
        kept = sorted(first.values())
        return replace(
            self,
            keys=[self.keys[n] for n in kept],
            hashes=[self.hashes[n] for n in kept],
            raws=[self.raws[n] for n in kept],
            repeated=self.repeated + len(self.keys) - len(kept),
        )
