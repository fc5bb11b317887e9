"""F61 to F103 in the portal's own records: what becomes of dossiers, and of the portal itself, over time."""

from datetime import timedelta

from sandbox_portal.faults import portal_clock
from sandbox_portal.faults.dossiers import (
    CODE,
    DAY_MS,
    HOUR_MS,
    ROWS,
    each_dossier,
    each_now,
    is_accepted,
    is_ended,
    is_open,
    is_returned,
    just_changed,
    newest,
    rewound,
    without,
)
from sandbox_portal.faults.endpoints import DOSSIERS
from sandbox_portal.faults.model import Asked, Fault, Listing, Parameter, Strike
from sandbox_portal.scenarios.days import from_ordinal, instant, local_ordinal
from sandbox_portal.scenarios.model import Dossier
from shared.domain.status import DossierStatus

_WORLD = DOSSIERS | {"national_rpc"}
"""The endpoints that tell of dossiers."""

_OTHER = 10**12
"""Added to a number, it makes another record of the portal."""

_YEAR_MS = 365 * DAY_MS


def _back_to_work(strike: Strike, dossier: Dossier) -> Dossier:
    return dossier._replace(status=DossierStatus.PROCESSING, completed=None)


def _withdrawn(strike: Strike, dossier: Dossier) -> Dossier:
    status = DossierStatus.WITHDRAWN if strike.option("variant") == "withdrawn" else DossierStatus.STOPPED
    return dossier._replace(status=status, completed=dossier.completed or dossier.updated)


def _other_case(strike: Strike, dossier: Dossier) -> Dossier:
    """The code stays; the case behind it is another one, a year later."""
    accepted = (dossier.accepted or dossier.applied) + _YEAR_MS
    return dossier._replace(
        number=dossier.number + _OTHER,
        status=DossierStatus.PROCESSING,
        applied=dossier.applied + _YEAR_MS,
        accepted=accepted,
        due=None if dossier.due is None else dossier.due + _YEAR_MS,
        completed=None,
    )


def _extended(strike: Strike, dossier: Dossier) -> Dossier:
    return dossier._replace(due=(dossier.due or 0) + strike.option("days") * DAY_MS)


def _on_sunday(strike: Strike, dossier: Dossier) -> Dossier:
    """Moved to eight in the evening of the Sunday before: out of hours twice over."""
    day = from_ordinal(local_ordinal(dossier.accepted or 0))
    moved = instant(day - timedelta(days=day.weekday() + 1), 20 * 3600)
    return dossier._replace(accepted=moved, applied=min(dossier.applied, moved))


def _in_future(strike: Strike, dossier: Dossier) -> Dossier:
    ahead = int(portal_clock.now().timestamp()) * 1000 + strike.option("days") * DAY_MS
    return dossier._replace(completed=ahead)


def _backdated(strike: Strike, asked: Asked) -> Asked:
    strike.arrive(strike.option("rows"))
    return asked


def _frozen(strike: Strike, listing: Listing) -> None:
    """What the first request saw, whatever becomes of the world."""
    listing.dossiers = list(strike.memory.setdefault("dossiers", tuple(listing.dossiers)))


def _restored(strike: Strike, listing: Listing) -> None:
    """The portal as of some days before its last change: later ones are gone or as they were."""
    latest = max((d.updated for d in listing.dossiers), default=0)
    cut = strike.memory.setdefault("cut", latest - strike.option("days") * DAY_MS)
    kept = []
    for dossier in listing.dossiers:
        if dossier.updated <= cut:
            kept.append(dossier)
        elif dossier.applied <= cut:
            strike.touch(dossier.code)
            kept.append(_as_of(dossier, cut))
    listing.dossiers = kept


def _as_of(dossier: Dossier, at: int) -> Dossier:
    """What the record said then, as far as its facts tell."""
    if dossier.accepted is None or dossier.accepted > at:
        status = DossierStatus.NEW
        return dossier._replace(status=status, accepted=None, due=None, completed=None, updated=dossier.applied)
    if dossier.completed is not None and dossier.completed <= at:
        return dossier._replace(updated=max(dossier.completed, dossier.accepted))
    return rewound(dossier, dossier.accepted)


def _ids_reused(strike: Strike, listing: Listing) -> None:
    """The newest dossiers carry the ids of the oldest, which are gone from the list."""
    ordered = newest(listing)
    count = min(strike.option("rows"), len(ordered) // 2)
    old, new = ordered[len(ordered) - count :], ordered[:count]
    ids = {dossier.number: donor.number for dossier, donor in zip(new, reversed(old), strict=True)}
    gone = {dossier.number for dossier in old}
    for dossier in new:
        strike.touch(dossier.code)
    listing.dossiers = [
        d._replace(number=ids.get(d.number, d.number)) for d in listing.dossiers if d.number not in gone
    ]


def _replayed(strike: Strike, listing: Listing) -> None:
    """Nothing but the time of change is new, in the old order, all within minutes."""
    start = strike.memory.setdefault("at", just_changed(listing))
    ordered = reversed(newest(listing))
    listing.dossiers = [dossier._replace(updated=start + n) for n, dossier in enumerate(ordered)]


def _doubled(strike: Strike, listing: Listing) -> None:
    """The newest dossiers twice: with the old system's id and with the new one's."""
    for dossier in newest(listing)[: strike.option("rows")]:
        strike.touch(dossier.code)
        listing.dossiers.append(dossier._replace(number=dossier.number + _OTHER))


def _hours(strike: Strike) -> int:
    return int(strike.option("hours")) * (-1 if strike.option("behind") else 1)


def _misdated(strike: Strike, listing: Listing) -> None:
    moved = _hours(strike) * HOUR_MS
    listing.dossiers = [dossier._replace(updated=dossier.updated + moved) for dossier in listing.dossiers]


def _other_meaning(strike: Strike, listing: Listing) -> None:
    before = DossierStatus[strike.option("before")]
    after = DossierStatus[strike.option("after_change")]
    share = strike.option("percent")
    listing.dossiers = [
        d._replace(status=after) if d.status is before and strike.rank(d.code) % 100 < share else d
        for d in listing.dossiers
    ]


_NAMES = tuple(status.name for status in DossierStatus if status is not DossierStatus.UNMAPPED)

FAULTS = (
    Fault(
        id="F61",
        title="Illegal transition",
        does="Dossiers whose result was handed over are in process again, with a new time of change.",
        paths=_WORLD,
        parameters=(ROWS, CODE),
        is_truth=True,
        relist=each_now(_back_to_work, is_returned),
    ),
    Fault(
        id="F65",
        title="Withdrawn or stopped upstream",
        does="Open dossiers are withdrawn (or stopped), with a new time of change.",
        paths=_WORLD,
        parameters=(ROWS, CODE, Parameter("variant", "withdrawn", "Which.", ("withdrawn", "stopped"))),
        is_truth=True,
        relist=each_now(_withdrawn, is_open),
    ),
    Fault(
        id="F66",
        title="Dossier vanished",
        does="Dossiers are no longer listed nor found; the totals agree.",
        paths=_WORLD,
        parameters=(ROWS, CODE),
        is_truth=True,
        relist=without(),
    ),
    Fault(
        id="F68",
        title="Deleted, then restored",
        does="As F66 for so many requests as `times` says, then the dossiers are back as they were.",
        paths=_WORLD,
        parameters=(ROWS, CODE),
        times=10,
        relist=without(),
    ),
    Fault(
        id="F69",
        title="Dossier code reused",
        does="The code names another case, received a year later and in process, under another id.",
        paths=_WORLD,
        parameters=(ROWS, CODE),
        is_truth=True,
        relist=each_now(_other_case, is_ended),
    ),
    Fault(
        id="F78",
        title="Appointment moved",
        does="Open dossiers are due later, with a new time of change. No field tells the old date.",
        paths=_WORLD,
        parameters=(ROWS, CODE, Parameter("days", 5, "How many days later.")),
        is_truth=True,
        relist=each_now(_extended, is_open),
    ),
    Fault(
        id="F79",
        title="Received out of hours",
        does="Receipt moves to the evening of the Sunday before.",
        paths=_WORLD,
        parameters=(ROWS, CODE),
        is_truth=True,
        relist=each_dossier(_on_sunday, is_accepted),
    ),
    Fault(
        id="F81",
        title="Ended in the future",
        does="The end lies some days after today.",
        paths=_WORLD,
        parameters=(ROWS, CODE, Parameter("days", 30, "How many days after today.")),
        relist=each_dossier(_in_future, is_ended),
    ),
    Fault(
        id="F87",
        title="Backdated batch",
        does="Dossiers received long ago arrive now and stay for good; the truth counts them.",
        paths=DOSSIERS,
        parameters=(Parameter("rows", 50, "How many."),),
        times=1,
        request=_backdated,
    ),
    Fault(
        id="F97",
        title="Portal frozen",
        does="Goes on showing what the first request saw, whatever changes.",
        paths=_WORLD,
        relist=_frozen,
    ),
    Fault(
        id="F98",
        title="Portal restored from a backup",
        does="Shows itself as of some days before its last change: later dossiers gone, later changes undone.",
        paths=_WORLD,
        parameters=(Parameter("days", 30, "How old the backup is."),),
        relist=_restored,
    ),
    Fault(
        id="F99",
        title="Ids reused",
        does="The newest dossiers carry the ids of the oldest, which are no longer listed.",
        paths=DOSSIERS,
        parameters=(Parameter("rows", 10, "How many."),),
        relist=_ids_reused,
    ),
    Fault(
        id="F100",
        title="All history replayed",
        does="Every dossier has a new time of change and nothing else new.",
        paths=DOSSIERS,
        relist=_replayed,
    ),
    Fault(
        id="F101",
        title="Doubled during a cut-over",
        does="The newest dossiers are listed twice, under the ids of the old and of the new system.",
        paths=DOSSIERS,
        parameters=(Parameter("rows", 10, "How many."),),
        relist=_doubled,
    ),
    Fault(
        id="F102",
        title="Portal's clock wrong by hours",
        does="Date, the times of tokens and every time of change are wrong by so much.",
        paths=DOSSIERS | {"igate_login"},
        spans_login=True,
        parameters=(Parameter("hours", 5, "Ahead; `behind` turns it round."), Parameter("behind", False, "Behind.")),
        relist=_misdated,
        skew=lambda strike: _hours(strike) * 3600,
    ),
    Fault(
        id="F103",
        title="A status changes its meaning",
        does="From now on a share of one status is told as another; no date moves.",
        paths=_WORLD,
        parameters=(
            Parameter("before", "RETURNED", "What it was.", _NAMES),
            Parameter("after_change", "STOPPED", "What it is told as.", _NAMES),
            Parameter("percent", 100, "The share, in percent."),
        ),
        relist=_other_meaning,
    ),
)
