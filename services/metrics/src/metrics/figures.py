"""Answers a question for a figure: its counts, its bounds, what it rests on, in one snapshot.

A coarse question (agency and channel) is answered from the tallies, every other from the judged rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics import deriving
from metrics.domain.catalogue_figures import DECIDED
from metrics.domain.counts import FLOW_SETS, TOLD_SETS, UNTALLIED_SETS, PeriodCounts
from metrics.domain.definitions import Basis, FigureDefinition, Source, Subject
from metrics.domain.derived_figures import SYNC
from metrics.domain.errors import FilterError
from metrics.domain.period import ReportingPeriod
from metrics.domain.qd766.entered import PAIRS, EnteredNumber, declared, ratio_of
from metrics.domain.qd766.inputs import Ratio
from metrics.domain.question import FigureQuestion, Scope
from metrics.domain.ratio import Numbers, Stated
from metrics.moments import Moment
from metrics.repository import catalogue, coarse, counting, indicators, petitions, sources
from metrics.repository.scoping import AsOf
from metrics.repository.sources import Feed
from shared.runtime.clock import LOCAL_ZONE

_KIND = {
    Subject.DOSSIERS: sources.DOSSIERS,
    Subject.PETITIONS: sources.PETITIONS,
    Subject.PROCEDURES: sources.PROCEDURES,
    Subject.DECISIONS: sources.PROCEDURES,
    Subject.OFFICE: "",
    Subject.INDEX: "",
}


_PAIRS = {pair.figure: pair for pair in PAIRS}


@dataclass(frozen=True, slots=True)
class Answer:
    """One figure answered. ``excluded`` and ``flags`` are (word, count); ``complete`` only when proven.

    ``stated`` stands in place of ``numbers`` where nothing was counted here.
    """

    question: FigureQuestion
    numbers: Numbers
    excluded: tuple[tuple[str, int], ...]
    breakdown: tuple[tuple[str, str, int], ...]
    complete: bool
    flags: tuple[tuple[str, int | None], ...]
    feeds: tuple[Feed, ...]
    moment: Moment
    stated: Stated | None = None


async def answer(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> Answer:
    """The figure for one scope and period. One that no record gives is stated: entered, or why there is none.

    Those of the index (``Source.FORM``) are answered above, by ``forms.scores``.
    """
    if question.figure is SYNC:
        return await _synced(connection, question, moment)
    if question.figure.source is not Source.RECORDS:
        return await _entered(connection, question, moment)
    counts = (await count(connection, question, [question.period], moment))[0]
    counted = await conclude(connection, question, counts, moment)
    pair = _PAIRS.get(question.figure.id)
    if pair is None or question.scope != Scope(agency=question.scope.agency) or question.scope.agency is None:
        return counted
    if tells(counted):
        said = await _pairs(connection, question, moment)
        ratio = Ratio(counted.numbers.numerator, counted.numbers.denominator or 0)
        return replace(counted, flags=(*counted.flags, *declared(pair, said, ratio)))
    entered = await _entered(connection, question, moment)
    return counted if entered.stated is not None and entered.stated.reason == "not_entered" else entered


def tells(counted: Answer) -> bool:
    """Whether anybody tells of what a rate counts: a case, or a source that shows there is none."""
    numbers = counted.numbers
    return bool(numbers.denominator or (counted.feeds and not numbers.unknown))


async def _entered(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> Answer:
    """What an agency entered: the two numbers of a rate, else the value itself."""
    paired = await _paired(connection, question, moment)
    if paired is not None:
        return paired
    stated = await _stated(connection, question, moment)
    return Answer(question, Numbers(0, None, 0), (), (), False, stated.flags, (), moment, stated)


async def _synced(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> Answer:
    """Criterion 1.4, from numbers an agency entered: it is never proven, and its stand-ins are named."""
    ratio = (await deriving.syncs(connection, question.period, moment.entered)).get(question.scope.agency or "")
    if ratio is None:
        return Answer(question, Numbers(0, 0, 0), (), (), False, (), (), moment, Stated(None, "not_entered"))
    flags = (("hand_entered", None), *((mark.value, None) for mark in ratio.quality))
    return Answer(question, Numbers(ratio.numerator, ratio.denominator, 0), (), (), False, flags, (), moment)


async def _paired(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> Answer | None:
    """A rate whose two numbers an agency entered; None: it entered at most a percentage."""
    pair = _PAIRS.get(question.figure.id)
    if pair is None or question.scope.agency is None:
        return None
    found = ratio_of(pair, await _pairs(connection, question, moment))
    if found is None:
        return None
    ratio, flags = found
    if ratio is None:
        return Answer(
            question, Numbers(0, 0, 0), (), (), False, flags, (), moment, Stated(None, "entered_counts_contradict")
        )
    return Answer(question, Numbers(ratio.numerator, ratio.denominator, 0), (), (), False, flags, (), moment)


async def _pairs(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> Mapping[str, EnteredNumber]:
    return (await deriving.pairs(connection, question.period, moment.entered)).get(question.scope.agency or "", {})


async def _stated(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> Stated:
    figure, agency, period = question.figure, question.scope.agency, question.period
    if figure.source is Source.MISSING:
        return Stated(None, "inputs_missing")
    if agency is None:
        raise FilterError("agency", f"The figure {figure.id} is entered by an agency: name it.")
    key = indicators.Key(figure.id, agency, period.first, period.last)
    held = await indicators.revisions(connection, key, moment.entered, 1)
    if not held or (held[0].content.number is None and held[0].content.words is None):
        return Stated(None, "not_entered")
    said = held[0].content
    value = said.words if said.number is None else format(said.number.normalize(), "f")
    return Stated(value, None, (("hand_entered", held[0].revision), (f"qualifier_{said.qualifier}", None)))


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found for one question: the named sets, and the parts of a breakdown."""

    sets: Mapping[str, int]
    breakdown: tuple[tuple[str, str, int], ...] = ()
    dossiers: PeriodCounts | None = None


async def count(
    connection: AsyncConnection, question: FigureQuestion, periods: Sequence[ReportingPeriod], moment: Moment
) -> list[Counted]:
    """The named sets of the figure in each period."""
    scope, as_of = question.effective_scope, moment.as_of
    match question.figure.subject:
        case Subject.DOSSIERS:
            found = await dossier_counts(connection, scope, as_of, periods, needed(question.figure))
            return [of_dossiers(question.figure, counts) for counts in found]
        case Subject.PROCEDURES:
            return [Counted(await _procedures(connection, question.figure, scope, as_of, p)) for p in periods]
        case Subject.DECISIONS:
            return [await _decisions(connection, question.figure, scope, as_of, p) for p in periods]
        case Subject.PETITIONS:
            return [Counted(await _petitions(connection, scope, as_of, period)) for period in periods]
        case Subject.OFFICE | Subject.INDEX:
            raise FilterError("figure", f"The figure {question.figure.id} is not counted from records.")


async def _procedures(
    connection: AsyncConnection, figure: FigureDefinition, scope: Scope, as_of: AsOf, period: ReportingPeriod
) -> dict[str, int]:
    if figure.id == "tt01_2018_index_9":
        points = await deriving.index_9(connection, scope, as_of, period)
        return {"index_9": points or 0, "index_9_cases": int(points is not None)}
    if figure is DECIDED:
        return {"decided": (await catalogue.decided(connection, scope, as_of, period)).procedures}
    if "content_full" in figure.sets:
        return await catalogue.contents(connection, scope, as_of, period)
    if "agency" in figure.needs:
        return await deriving.service_sets(connection, scope, as_of, period)
    return await catalogue.procedures(connection, scope, as_of, period)


async def _decisions(
    connection: AsyncConnection, figure: FigureDefinition, scope: Scope, as_of: AsOf, period: ReportingPeriod
) -> Counted:
    if "agency" in figure.needs:
        return Counted(await deriving.posting_sets(connection, scope, as_of, period))
    return _of_decisions(await catalogue.decisions(connection, scope, as_of, period))


async def _petitions(connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> dict[str, int]:
    found = await petitions.counts(connection, scope, as_of, period)
    return found | {"index_8": deriving.index_8(found), "index_8_cases": 1}


def of_dossiers(figure: FigureDefinition, counts: PeriodCounts) -> Counted:
    """The sets a dossier figure and its bounds are made of."""
    return Counted({name: getattr(counts, name) for name in needed_for_numbers(figure)}, dossiers=counts)


def needed(figure: FigureDefinition) -> tuple[str, ...]:
    """The sets behind one answer of a figure: its own, and those its exclusions, its bounds and its flags name."""
    return tuple(dict.fromkeys((*needed_for_numbers(figure), *_KNOWN_OUT, *_ASSUMED.values())))


def needed_for_numbers(figure: FigureDefinition) -> tuple[str, ...]:
    """The sets behind a figure's numbers and bounds alone."""
    return tuple(dict.fromkeys((*figure.sets, *unknown_sets(figure))))


def unknown_sets(figure: FigureDefinition) -> tuple[str, ...]:
    """The dossiers that may belong to a figure: by what is not known of them and where they stand."""
    return _UNKNOWN_SETS[figure.basis] if figure.subject is Subject.DOSSIERS else ()


def sets_for(figure: FigureDefinition) -> tuple[str, ...]:
    """Sets for a figure that many figures share, so that a scope is counted once for all of them."""
    others = set(figure.sets) - set(FLOW_SETS)
    if not others:
        return FLOW_SETS
    return (*FLOW_SETS, *(TOLD_SETS if others <= set(TOLD_SETS) else sorted(others)))


def _of_decisions(found: tuple[dict[str, int], dict[str, int]]) -> Counted:
    sets, kinds = found
    return Counted(sets, tuple(("kind", kind, number) for kind, number in kinds.items()))


async def dossier_counts(
    connection: AsyncConnection,
    scope: Scope,
    as_of: AsOf,
    periods: Sequence[ReportingPeriod],
    sets: tuple[str, ...] = FLOW_SETS,
) -> list[PeriodCounts]:
    """The counts of a scope in each period, by the cheaper of the two ways that can answer; sets not named stay 0."""
    if is_coarse(scope, sets):
        agency = scope.agency or ""
        return (await coarse.counts(connection, [agency], scope.channel, as_of, periods, sets))[agency]
    return await counting.of_periods(connection, scope, as_of, periods, sets)


def is_coarse(scope: Scope, sets: tuple[str, ...]) -> bool:
    """Whether the tallies can answer."""
    return scope.coarse and not set(sets).intersection(UNTALLIED_SETS)


UNKNOWN_PLACES = {
    Basis.HANDLED: ("carried", "online", "other"),
    Basis.RECEIVED: ("online", "other"),
    Basis.RECEIVED_ONLINE: ("online",),
    Basis.RECEIVED_OTHER: ("other",),
    Basis.CARRIED: ("carried", "earlier"),
}
_UNKNOWN_SETS = {
    basis: tuple(f"{reason}_{place}" for reason in ("unmapped", "undated") for place in places)
    for basis, places in UNKNOWN_PLACES.items()
}


async def conclude(connection: AsyncConnection, question: FigureQuestion, counted: Counted, moment: Moment) -> Answer:
    """Bounds, exclusions, flags and the proof of completeness around the counts."""
    held = await quarantined_for(connection, question, moment)
    return concluded(question, counted, moment, feeds_of(question, moment), held)


async def quarantined_for(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> int:
    """The records set aside that may belong to the figure."""
    figure = question.figure
    if _KIND[figure.subject] == sources.PROCEDURES:
        # A procedure that could not be read may stand in any row; the catalogue's feeds say how many there are.
        return sum(feed.quarantined for feed in feeds_of(question, moment))
    kind = _KIND[figure.subject]
    return await aside(connection, question.effective_scope, moment, question.period, figure.basis, kind)


async def aside(
    connection: AsyncConnection,
    scope: Scope,
    moment: Moment,
    period: ReportingPeriod,
    basis: Basis,
    kind: str = sources.DOSSIERS,
) -> int:
    """The records of a kind set aside at the moment that may belong to a scope and period."""
    if moment.nothing_aside:
        return 0
    return await sources.quarantined(connection, scope, moment.entry, period, basis, kind)


def concluded(question: FigureQuestion, counted: Counted, moment: Moment, feeds: tuple[Feed, ...], held: int) -> Answer:
    """The same, where the feeds and the quarantined records are known already."""
    numbers = numbers_of(question.figure, counted.sets, held)
    excluded = _excluded(question.figure, counted, held)
    doubts = (*_doubts(question, moment, feeds), *([("unknown_records", numbers.unknown)] if numbers.unknown else []))
    doubts += _unexplained(question, moment)
    flags = (*doubts, *_assumptions(question, counted.dossiers))
    return Answer(question, numbers, excluded, counted.breakdown, not doubts, flags, feeds, moment)


def numbers_of(figure: FigureDefinition, sets: Mapping[str, int], held: int) -> Numbers:
    """The numbers and their bounds; ``held`` quarantined records may belong to them."""
    return adder(figure)(sets, held)


def adder(figure: FigureDefinition) -> Callable[[Mapping[str, int], int], Numbers]:
    """``numbers_of`` for many rows of one figure: what it adds is looked up once."""
    points, below, most = dict(figure.points), figure.denominator, figure.most
    above = tuple((name, points.get(name, 1)) for name in figure.numerator)
    unknown = (*figure.unknown, *unknown_sets(figure))

    def numbers(sets: Mapping[str, int], held: int) -> Numbers:
        numerator = sum(sets[name] * times for name, times in above)
        denominator = None if below is None else sum(sets[name] for name in below)
        return Numbers(numerator, denominator, held + sum(sets[name] for name in unknown), most)

    return numbers


def added(figure: FigureDefinition, sets: Mapping[str, int]) -> tuple[int, int | None]:
    """What stands above and below the line, of all cases or of a single one."""
    points, below = dict(figure.points), figure.denominator
    above = sum(sets[name] * points.get(name, 1) for name in figure.numerator)
    return above, None if below is None else sum(sets[name] for name in below)


def feeds_of(question: FigureQuestion, moment: Moment) -> tuple[Feed, ...]:
    """The feeds the figure rests on."""
    kind, agency = _KIND[question.figure.subject], question.scope.agency
    return tuple(feed for feed in moment.standing.feeds if feed.kind == kind and feed.touches(agency))


_KNOWN_OUT = {"not_accepted": "not_accepted", "refused": "refused_at_reception", "gone": "gone_upstream"}
"""Sets of dossiers known to be in no flow figure, and the reasons they are told under."""


def _excluded(figure: FigureDefinition, counted: Counted, held: int) -> tuple[tuple[str, int], ...]:
    """The exclusions by reason."""
    silent = sum(counted.sets[name] for name in figure.unknown)
    not_told = (("not_told", silent),) if figure.unknown else ()
    counts = counted.dossiers
    if counts is None:
        return (("quarantined", held), *not_told)
    places = UNKNOWN_PLACES[figure.basis]
    return (
        ("status_unmapped", counts.total(f"unmapped_{place}" for place in places)),
        ("date_missing", counts.total(f"undated_{place}" for place in places)),
        ("quarantined", held),
        *((reason, getattr(counts, name)) for name, reason in _KNOWN_OUT.items()),
        *not_told,
    )


def _doubts(question: FigureQuestion, moment: Moment, feeds: Sequence[Feed]) -> list[tuple[str, int | None]]:
    """Why the figure is not proven complete; empty when it is."""
    standing, doubts = moment.standing, []
    if standing.entry < standing.newest:
        doubts.append("projection_behind")
    if moment.entry < standing.entry:
        doubts.append("as_of_past")
    if not feeds:
        doubts.append("source_unproven")
    if any(feed.state != "fresh" for feed in feeds):
        doubts.append("source_not_fresh")
    over = datetime.combine(question.period.last + timedelta(days=1), time.min, LOCAL_ZONE)
    if any(feed.data_until is None or feed.data_until < over for feed in feeds):
        doubts.append("data_ends_before_period")
    return [(doubt, None) for doubt in doubts]


def _unexplained(question: FigureQuestion, moment: Moment) -> tuple[tuple[str, int | None], ...]:
    """A portal counts otherwise and nothing says why: no figure of dossiers of that agency and period is final."""
    if _KIND[question.figure.subject] != sources.DOSSIERS:
        return ()
    records = sources.unexplained(moment.standing.unexplained, question.scope.agency, question.period)
    return (("unexplained_records", records),) if records else ()


_ASSUMED = {
    "no_due_date": "no_due_date",
    "channel_missing": "channel_missing",
    "ended_before_received": "end_moved",
    "due_date_disagrees": "due_disagrees",
}
"""Flags of what was assumed about counted dossiers, and the sets that count them."""


def _assumptions(question: FigureQuestion, counts: PeriodCounts | None) -> list[tuple[str, int | None]]:
    figure, period = question.figure, question.period
    found: list[tuple[str, int | None]] = []
    if counts is not None:
        for flag, name in _ASSUMED.items():
            number = getattr(counts, name)
            if number and (figure.by_due_date or name != "due_disagrees"):
                found.append((flag, number))
    begun, ended = figure.effective_from, figure.effective_to
    if (begun is not None and period.first < begun) or (ended is not None and period.last > ended):
        found.append(("outside_effective_days", None))
    return found
