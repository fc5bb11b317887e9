"""A portal tried before it is trusted: can it be reached, does it let us in, and do we understand what it says?

One page is read and nothing is stored. What is told are counts, codes of agencies and words of states that no person's
name is among: records are looked at in their redacted form only.
"""

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from dossier_sync.domain.dossier import PortalRecord, SourcePage
from dossier_sync.plan import FeedPlan
from dossier_sync.portals import Edge, Portal, RecordUnreadable
from shared.domain.status import DossierStatus
from shared.runtime.clock import now
from shared.runtime.http import PortalError
from shared.sync.secrets import SecretMissing

CLOCK_WARNING = 5.0
_MOST_WORDS = 20

_REMEDIES = {
    "auth": "The portal does not accept our login. Compare user or client id, the secret and its scope with its owner.",
    "tls": "The certificate cannot be trusted: expired, of another host, or of a chain this machine does not know.",
    "egress": "Add the host to egress of this portal, if it is the right one.",
    "redirect": "The portal has moved. Ask its owner for the new address; redirects are not followed with a login.",
    "clock": "Compare this machine's clock and the portal's with a third; signed logins and windows need them equal.",
    "rate_limited": "The portal says that we ask too often. Lower requests_per_second.",
    "contract": "The answer has not the agreed form. Is url the portal's interface, and adapter the right one?",
    "oversize": "The page is longer than max_page_bytes. Lower page_size.",
    "unavailable": "The portal does not answer. Try its name and port from here: name service, proxy, firewall.",
}


class Grade(StrEnum):
    """How bad a finding is."""

    GOOD = "ok"
    DOUBTFUL = "doubtful"
    BROKEN = "BROKEN"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence for an operator."""

    grade: Grade
    text: str

    def __str__(self) -> str:
        return f"{self.grade:9}{self.text}"


@dataclass(slots=True)
class Report:
    """Everything that was found, in the order it was tried."""

    findings: list[Finding] = field(default_factory=list)

    def say(self, good: bool, text: str, *, otherwise: Grade = Grade.DOUBTFUL) -> None:
        self.findings.append(Finding(Grade.GOOD if good else otherwise, text))

    @property
    def worst(self) -> Grade:
        """The worst grade of all."""
        order = list(Grade)
        return max((finding.grade for finding in self.findings), key=order.index, default=Grade.GOOD)


async def check(plan: FeedPlan) -> Report:
    """Tries login and one page, and judges what came."""
    report = Report()
    try:
        portal = plan.open()
    except SecretMissing as error:
        report.say(False, f"The secret cannot be found. {error}.", otherwise=Grade.BROKEN)
        return report
    try:
        page = await _first_page(portal)
    except PortalError as error:
        remedy = _REMEDIES.get(error.failure, "")
        report.say(False, f"{error} {remedy}".strip(), otherwise=Grade.BROKEN)
        _clock(report, plan)
        return report
    finally:
        with suppress(Exception):  # what was found is told, whatever closing says
            await portal.aclose()
    report.say(True, "The portal was reached, let us in, and answered a page in the agreed form.")
    _clock(report, plan)
    _page(report, page, portal.page_size)
    _records(report, portal, page)
    return report


async def _first_page(portal: Portal) -> SourcePage:
    late = now() + timedelta(days=1)
    pages: Any = portal.pages(0, Edge(late, late))
    async with aclosing(pages):
        page: SourcePage = await anext(pages)
        return page


def _clock(report: Report, plan: FeedPlan) -> None:
    offset = plan.line.clock_offset
    if offset is None:
        report.say(False, "The portal does not tell its time (no Date header): its clock cannot be compared.")
        return
    good, word = abs(offset) <= CLOCK_WARNING, "ahead of" if offset > 0 else "behind"
    report.say(good, f"Its clock is {abs(offset):.0f} s {word} ours.")


def _page(report: Report, page: SourcePage, asked: int) -> None:
    if page.rows == 0:
        report.say(False, "The page is empty. Right for a new portal; otherwise our login does not reach the dossiers.")
        return
    total = "does not count its dossiers" if page.total is None else f"counts {page.total} dossiers"
    report.say(page.total is not None, f"The page holds {page.rows} records; the portal {total}.")
    cut = page.rows < asked and not page.last
    report.say(
        not cut, f"{asked} records were asked for" + (f" and {page.rows} given: set page_size to that." if cut else ".")
    )
    report.say(
        page.ordered,
        "The newest change stands first."
        if page.ordered
        else "The list is not in order of change, the newest first: runs of changes cannot be proven, only full ones.",
    )


def _records(report: Report, portal: Portal, page: SourcePage) -> None:
    read: list[PortalRecord] = []
    unreadable: Counter[str] = Counter()
    for raw, key in zip(page.raws, page.keys, strict=True):
        try:
            record = portal.decode(raw, key)
        except RecordUnreadable as error:
            unreadable[error.path] += 1
            continue
        read.append(record)
        if record.unreadable:
            unreadable[record.unreadable] += 1
    _told(report, unreadable, "records cannot be read whole and would be set aside, by field")
    unmapped = [record for record in read if record.status == DossierStatus.UNMAPPED]
    _told(report, Counter(_word(record, "statuses") for record in unmapped), "records are in a state no map knows")
    unknown = [record for record in read if record.channel is None]
    _told(report, Counter(_word(record, "applyMethod") for record in unknown), "records come by a channel no map knows")
    _told(report, _lacking(read, "procedure_code"), "records name no national procedure code")
    _told(report, _lacking(read, "agency_code"), "records name no agency code; the code inside the dossier's is taken")


def _lacking(records: Iterable[PortalRecord], name: str) -> Counter[str]:
    return Counter("none" for record in records if not getattr(record, name))


def _word(record: PortalRecord, key: str) -> str:
    """What the portal says, as far as it may be kept."""
    kept = json.loads(record.record).get(key)
    return json.dumps(kept, ensure_ascii=False) if kept else "not kept"


def _told(report: Report, found: Counter[str], what: str) -> None:
    if not found:
        report.say(True, f"No {what}.")
        return
    named = "; ".join(f"{word} ({count})" for word, count in found.most_common(_MOST_WORDS))
    report.say(False, f"{found.total()} {what}: {named}.")
