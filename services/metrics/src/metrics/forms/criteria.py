"""Evidence for the criteria of QĐ 766 beyond progress and online services: digitisation, payment, sync, petitions.

Everything is read once for an agency and all below it, and folded to each: a form of three hundred communes is a few
statements. Where nobody tells of a criterion it stays open; where one in part tells, the silent ones widen it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.deriving import pairs, syncs
from metrics.domain.counts import PAYMENT_SETS, PeriodCounts, add
from metrics.domain.folding import subtrees
from metrics.domain.qd766.entered import PAIRS, EnteredNumber, Pair, declared, evidence_of
from metrics.domain.qd766.evidence import Evidence, of_numbers
from metrics.domain.qd766.inputs import Ratio
from metrics.domain.qd766.satisfaction import SILENT, satisfied
from metrics.domain.question import FigureQuestion, Scope
from metrics.domain.ratio import Numbers
from metrics.figures import Answer, tells
from metrics.moments import Moment
from metrics.repository import catalogue, counting, petitions, votes
from metrics.repository.catalogue import Decided
from metrics.repository.services import Services

DIGITAL = {
    "ORIGINAL_RESULT_AVAILABLE": "electronic_result_rate_766",
    "SO_HOA_GIAY_TO_GIAI_QUYET": "dossier_digitised_rate",
    "REUSED_DIGITIZED_DATA": "data_reuse_rate",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": "personal_store_sync_rate",
    "CITIZEN_DATA_CONNECTED_DOSSIER": "citizen_db_dossier_rate",
    "PAYMENT_DOSSIERS": "online_payment_rate",
}
"""Criteria scored from what portals tell beside a dossier's days, and their figures."""

DECIDED_CRITERION = "PUBLISH_ON_TIME"
Flags = tuple[tuple[str, int | None], ...]
_MOST_AGENCIES = 100_000
_ENTERED = (("hand_entered", None),)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the tallies, by agency: payments, synced dossiers, petitions (None: there is no source)."""

    payments: Mapping[str, PeriodCounts]
    synced: Mapping[str, Ratio]
    petitions: Mapping[str, Mapping[str, int]] | None
    entered: Mapping[str, Mapping[str, EnteredNumber]]
    province: str
    marked: Mapping[str, int]
    silent: tuple[str, ...]
    decided: Decided


async def beside(
    connection: AsyncConnection, question: FigureQuestion, codes: Sequence[str], moment: Moment, change: int
) -> Beside:
    """For each of the agencies, with everything below it; entered numbers as of a change of theirs."""
    period, as_of = question.period, moment.as_of
    paid = await counting.by_key(
        connection, question.scope, as_of, period, "agency", None, _MOST_AGENCIES, PAYMENT_SETS
    )
    payments = dict.fromkeys(codes, PeriodCounts())
    for agency, counts in paid:
        for code in set(codes).intersection(subtrees(agency)):
            payments[code] = add(payments[code], counts)
    province = (question.scope.agency or "").partition(".")[0]
    known = await petitions.of_each(connection, Scope(agency=province), as_of, period)
    folded = _folded(known, codes) if known else None
    entered = await pairs(connection, period, change)
    marked = dict.fromkeys(codes, 0)
    for agency, number in (await votes.marked(connection, question.scope, as_of, period)).items():
        for code in marked.keys() & set(subtrees(agency)):
            marked[code] += number
    imported = await votes.told(connection, Scope(agency=province), as_of)
    silent = tuple(name for name in SILENT if not getattr(imported, name))
    decided = await catalogue.decided(connection, Scope(agency=province), as_of, period)
    synced = await syncs(connection, period, change)
    return Beside(payments, synced, folded, entered, province, marked, silent, decided)


def _folded(told: Mapping[str, Mapping[str, int]], codes: Sequence[str]) -> dict[str, dict[str, int]]:
    found = {code: dict.fromkeys(petitions.SETS, 0) for code in codes}
    for agency, sets in told.items():
        for code in found.keys() & set(subtrees(agency)):
            for name, number in sets.items():
                found[code][name] += number
    return found


def with_payments(counts: PeriodCounts, payments: PeriodCounts) -> PeriodCounts:
    """The counts of an agency with its payments, which no tally holds."""
    return replace(counts, **{name: getattr(payments, name) for name in PAYMENT_SETS})


def told(answered: Answer) -> Evidence | None:
    """Evidence from a rate that rests on what portals tell; None: not one of them tells."""
    if not tells(answered):
        return None
    return of_numbers(answered.numbers, answered.flags, complete=answered.complete)


def entered_and_petitions(found: Beside, code: str, counted: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """Criteria from what the agency entered, 5.2 and 5.3 from petitions. None of them is ever proven complete.

    What records count stays as it is; what was entered of it stands beside it as flags.
    """
    evidence = _entered(found, code, counted)
    ratio = found.synced.get(code)
    if ratio is not None:
        marks = tuple((mark.value, None) for mark in ratio.quality)
        evidence["DOSSIER_SYNC"] = Evidence(ratio, ratio, ratio, (*_ENTERED, *marks), complete=False)
    if found.petitions is not None:
        sets = found.petitions[code]
        on_time = sets["petitions_on_time"]
        handled = Ratio(on_time, on_time + sets["petitions_late"] + sets["petitions_overdue"])
        limited, undue = sets["petitions_by_limits"], sets["petitions_without_due"]
        doubts = (("petitions_by_limits", limited), ("petitions_without_due", undue))
        flags = (("source_unproven", None), *((flag, number) for flag, number in doubts if number))
        evidence["PETITION_PROCESSING_ON_TIME"] = Evidence(handled, handled, handled, flags, complete=False)
        content, silent = sets["petitions_content"], sets["petitions_opinion_unknown"]
        numbers = Numbers(content, content + sets["petitions_discontent"], silent)
        if numbers.denominator or not silent:
            evidence["PETITION_HANDLING_SATISFACTION"] = of_numbers(numbers, flags, complete=False)
    return evidence


def satisfaction(found: Beside, code: str, known: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """5.4, where 2.1 is known: it begins with the overdue dossiers."""
    on_time = known.get("DOSSIERS_ON_TIME")
    if on_time is None:
        return {}
    return {"DOSSIER_RECEIVING_SATISFACTION": satisfied(on_time, found.marked[code], found.silent)}


def _entered(found: Beside, code: str, counted: Mapping[str, Evidence]) -> dict[str, Evidence]:
    evidence: dict[str, Evidence] = {}
    for pair in PAIRS:
        said = found.entered.get(found.province if pair.of_province else code, {})
        records = counted.get(pair.criterion)
        if pair.criterion == DECIDED_CRITERION:
            one = _decided(pair, said, found.decided)
        elif records is not None:
            one = replace(records, flags=(*records.flags, *declared(pair, said, records.known)))
        else:
            one = evidence_of(pair, said)
        if one is not None:
            evidence[pair.criterion] = one
    return evidence


def _decided(pair: Pair, said: Mapping[str, EnteredNumber], counted: Decided) -> Evidence | None:
    """1.1: decisions tell how many procedures; when the legal document takes effect only the agency can say."""
    one = evidence_of(pair, said)
    flags = (("decided_in_catalogue", counted.procedures), ("decisions_unlisted", counted.unlisted))
    told: Flags = tuple((flag, number) for flag, number in flags if number)
    if one is not None:
        below = said[pair.denominator].number
        differs = counted.procedures and not counted.unlisted and below != counted.procedures
        return replace(one, flags=(*one.flags, *told, *((("declared_differs", None),) if differs else ())))
    if not counted.procedures:
        return None
    cases = counted.procedures
    return Evidence(
        None, Ratio(0, cases), Ratio(cases, cases), (*told, ("effective_day_not_told", None)), complete=False
    )


def with_doubtful(numbers: Numbers, doubtful: int) -> Numbers:
    """A share of procedures with a dossier, where dossiers that are not understood may be the first of some."""
    missed = (numbers.denominator or 0) - numbers.numerator
    open_now = min(missed, doubtful)
    return replace(numbers, denominator=(numbers.denominator or 0) - open_now, unknown=numbers.unknown + open_now)


def transactions(known: Services, payments: PeriodCounts) -> Evidence:
    """Fee-bearing procedures with an online payment. A dossier that tells nothing may be the first one paid."""
    most = min(known.fee_bearing, known.paid + payments.payment_unknown)
    low, high = Ratio(known.paid, known.fee_bearing), Ratio(most, known.fee_bearing)
    flags = (("unknown_records", payments.payment_unknown),) if most > known.paid else ()
    return Evidence(low, low, high, flags, complete=most == known.paid)
