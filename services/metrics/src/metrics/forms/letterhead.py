"""What every paper shares: who reports to whom, the state of knowledge, and what is doubtful about the numbers.

The catalogue has no English names of agencies: theirs stand in both languages.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.figures import Answer
from metrics.moments import Moment
from metrics.reports.doubts import EXCLUSIONS, counted, flag
from metrics.reports.model import LANGUAGES, Agency, AsOf, Signature, Text
from metrics.repository import agencies
from shared.domain.identifiers import AgencyCode

_EVERY_AGENCY = Agency("all", Text("Tất cả cơ quan", "All agencies"))
_HEAD = Text("Thủ trưởng cơ quan", "Head of the agency")
_NOTE = Text("Ghi chú", "Note")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """``receiver`` has no words where the superior agency is not in the catalogue: the clerk fills it in."""

    agency: Agency
    receiver: Text
    signature: Signature


async def letterhead(connection: AsyncConnection, code: str | None, moment: Moment, day: date) -> Letterhead:
    """The agency and its superior as the catalogue named them on that day. ``code`` None: every agency."""
    signature = Signature(_HEAD)
    if code is None:
        return Letterhead(_EVERY_AGENCY, Text("", ""), signature)
    lineage = [str(ancestor) for ancestor in AgencyCode.parse(code).ancestors()]
    found = await agencies.named(connection, lineage, moment.change, day)
    own = found.get(code)
    above = own.parent_code if own is not None and own.parent_code else next(iter(lineage[1:]), None)
    if above is not None and above not in found:
        found |= await agencies.named(connection, [above], moment.change, day)
    superior = found.get(above or "")
    title = None if superior is None else Text(superior.name, superior.name)
    name = code if own is None else own.name
    return Letterhead(Agency(code, Text(name, name), title), title or Text("", ""), signature)


def knowledge(moment: Moment) -> AsOf:
    """The state of knowledge that is printed under every paper."""
    return AsOf(moment.entry, moment.at, None if moment.digest is None else f"sha256:{moment.digest.hex()}")


def remarks(proof: Answer) -> tuple[Text, ...]:
    """What the reader of a form must know about its numbers: exclusions that are not empty, and flags."""
    words = [counted(EXCLUSIONS[reason], count) for reason, count in proof.excluded if count]
    words += [flag(name, count) for name, count in proof.flags]
    if not words:
        return ()
    vi, en = ("; ".join(one.of(language) for one in words) for language in LANGUAGES)
    return (Text(f"{_NOTE.vi}: {vi}.", f"{_NOTE.en}: {en}."),)
