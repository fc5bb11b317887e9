"""Publication decisions (quyết định công bố): what a portal says of them, what was imported, what both amount to.

No portal's contract carries the effective and the posting day; they are imported, and an import wins over the portal.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from shared.domain.identifiers import AgencyCode
from shared.domain.level import DecisionKind

DecisionKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision. Its number begins again every year and with every issuer, so the key has all three.

    ``agency_code`` is the agency whose catalogue it publishes, ``issuer_code`` the one that signed. ``new``,
    ``modified`` and ``rescinded`` hold procedure codes.
    """

    issuer_code: str
    number: str
    signed_year: int
    agency_code: str
    name: str
    kinds: tuple[DecisionKind, ...]
    signed_on: date
    effective_on: date | None
    posted_on: date | None
    new: tuple[str, ...]
    modified: tuple[str, ...]
    rescinded: tuple[str, ...]
    note: str
    source: str

    @property
    def key(self) -> DecisionKey:
        return (self.issuer_code, self.number, self.signed_year)


_WORDS = (
    ("chuẩn hóa", DecisionKind.STANDARDISED),
    ("nội bộ", DecisionKind.INTERNAL),
    ("sửa đổi", DecisionKind.AMENDED),
    ("thay thế", DecisionKind.REPLACED),
    ("bãi bỏ", DecisionKind.ABOLISHED),
    ("hủy bỏ", DecisionKind.ABOLISHED),
    ("mới ban hành", DecisionKind.NEW),
)
_CHANGES_CONTENT = {DecisionKind.AMENDED, DecisionKind.REPLACED, DecisionKind.STANDARDISED}


def plain_number(text: str) -> str:
    """A decision's number without stray dots and blanks: "3637/QĐ-UBND." is "3637/QĐ-UBND"."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text)).strip(".")


def plain_name(text: str) -> str:
    """Names compared across portals: NFC, one blank, case folded, tone mark of "hoá" and "uỷ" in the modern place."""
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip().casefold()
    for old, new in (("oá", "óa"), ("oà", "òa"), ("uỷ", "ủy"), ("huỷ", "hủy")):
        folded = folded.replace(old, new)
    return folded


def kinds_of(title: str, *, new: bool, modified: bool, rescinded: bool) -> tuple[DecisionKind, ...]:
    """The kinds a portal's title and lists show (practice: no portal has a field for them).

    "nội bộ" counts only where no list is filled: titles add internal processes to decisions that publish.
    """
    folded = plain_name(title)
    found = {kind for words, kind in _WORDS if words in folded}
    if new or modified or rescinded:
        found.discard(DecisionKind.INTERNAL)
    if new:
        found.add(DecisionKind.NEW)
    if rescinded:
        found.add(DecisionKind.ABOLISHED)
    if modified and not found & _CHANGES_CONTENT:
        found.add(DecisionKind.AMENDED)
    return in_order(found)


def in_order(kinds: Iterable[DecisionKind]) -> tuple[DecisionKind, ...]:
    """Each kind once, in the order of the enumeration."""
    found = set(kinds)
    return tuple(kind for kind in DecisionKind if kind in found)


def whose_catalogue(title: str, issuer: AgencyCode, agencies: Mapping[str, str]) -> str:
    """The agency whose catalogue a decision publishes: the longest name of one of the issuer's agencies in the title.

    ``agencies`` maps codes to names. A chair of a people's committee signs for the departments, and the title says for
    which ("thuộc phạm vi quản lý của Sở …"). Without a name it is the issuer itself.
    """
    folded = plain_name(title)
    named = [
        (len(name), code)
        for code, name in agencies.items()
        if plain_name(name) in folded and AgencyCode.parse(code).is_within(issuer)
    ]
    return max(named)[1] if named else str(issuer)


def merge(portal: Decision | None, imported: Decision | None) -> Decision:
    """One decision out of two statements: what was imported wins where it says something."""
    if portal is None or imported is None:
        found = portal or imported
        assert found is not None  # noqa: S101 - the caller has at least one of them
        return found
    names_nobody = imported.agency_code == imported.issuer_code
    return replace(
        imported,
        agency_code=portal.agency_code if names_nobody else imported.agency_code,
        name=imported.name or portal.name,
        kinds=imported.kinds or portal.kinds,
        new=imported.new or portal.new,
        modified=imported.modified or portal.modified,
        rescinded=imported.rescinded or portal.rescinded,
        source="portal+import",
    )
