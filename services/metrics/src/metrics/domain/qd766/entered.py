"""Criteria for which an agency enters both numbers of the ratio, as two indicators.

Where records count the criterion, the entered numbers stand beside them and move nothing (ADR 0012). A percentage
alone scores nothing: 98 % of nobody knows how many cannot be added up, checked or restated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from metrics.domain.qd766.evidence import Evidence
from metrics.domain.qd766.inputs import Ratio


@dataclass(frozen=True, slots=True)
class Pair:
    """The indicators that are numerator and denominator of a criterion, whose figure is ``figure``.

    ``of_province``: the province enters it and all its units carry it, as the portal copies it into each of them.
    """

    criterion: str
    figure: str
    numerator: str
    denominator: str
    of_province: bool = False


PAIRS = (
    Pair(
        "PUBLISH_ON_TIME",
        "publication_decision_issued_on_time",
        "procedures_decided_on_time",
        "procedures_decided",
        of_province=True,
    ),
    Pair(
        "PUBLIC_CONTENT_FULL",
        "procedure_content_complete_rate",
        "procedures_public_in_full",
        "procedures_public",
        of_province=True,
    ),
    Pair(
        "PAYMENT_PROCEDURES_INTEGRATED",
        "payment_procedures_integrated_rate",
        "fee_procedures_integrated",
        "fee_procedures",
    ),
    Pair(
        "CITIZEN_DATA_CONNECTED_FORMALITY",
        "citizen_db_procedure_rate",
        "procedures_with_citizen_data",
        "procedures_for_citizen_data",
    ),
)


class EnteredNumber(NamedTuple):
    """A count as an agency holds it now, and how exact it says it is."""

    number: int
    qualifier: str


Flags = tuple[tuple[str, int | None], ...]


def ratio_of(pair: Pair, entered: Mapping[str, EnteredNumber]) -> tuple[Ratio | None, Flags] | None:
    """The ratio and what its reader must know; None: one of the two was not entered.

    Cases among none at all is no ratio but a slip of the pen: the ratio is then None, and the flag says so.
    """
    above, below = entered.get(pair.numerator), entered.get(pair.denominator)
    if above is None or below is None:
        return None
    inexact = sorted({one.qualifier for one in (above, below)} - {"exact"})
    flags: Flags = (("hand_entered", None), *((f"qualifier_{one}", None) for one in inexact))
    if below.number == 0 and above.number > 0:
        return None, (*flags, ("entered_counts_contradict", None))
    return Ratio(above.number, below.number), flags


def declared(pair: Pair, entered: Mapping[str, EnteredNumber], counted: Ratio | None) -> Flags:
    """What was entered, beside what the records count; nothing where not both numbers were entered."""
    said = ratio_of(pair, entered)
    if said is None:
        return ()
    above, below = entered[pair.numerator].number, entered[pair.denominator].number
    flags: Flags = (("declared_numerator", above), ("declared_denominator", below))
    if said[0] is None:
        return (*flags, ("entered_counts_contradict", None))
    same = counted is not None and (counted.numerator, counted.denominator) == (above, below)
    return flags if same else (*flags, ("declared_differs", None))


def evidence_of(pair: Pair, entered: Mapping[str, EnteredNumber]) -> Evidence | None:
    """What an entered pair says of its criterion. It is never proven complete."""
    found = ratio_of(pair, entered)
    if found is None:
        return None
    ratio, flags = found
    if ratio is None:
        return Evidence(None, Ratio(0, 1), Ratio(1, 1), flags, complete=False)
    return Evidence(ratio, ratio, ratio, flags, complete=False)
