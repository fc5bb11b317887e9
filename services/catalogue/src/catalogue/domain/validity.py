"""When a procedure holds: the effective days of the decisions that bring it in and take it away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalogue.domain.decision import Decision
from shared.domain.identifiers import AgencyCode, IdentifierError, ProcedureCode


@dataclass(frozen=True, slots=True)
class Validity:
    """``valid_to`` is exclusive: the effective day of the decision that ended it. Null: no decision says."""

    valid_from: date | None = None
    valid_to: date | None = None


UNTOLD = Validity()


def validities(decisions: Iterable[Decision]) -> dict[tuple[str, str, str], Validity]:
    """Validity by (issuer of the decision, procedure code, suffix), from every decision with an effective day.

    A procedure leaves on the effective and not on the signing day (NĐ 63/2010: publication follows the document). A
    decision without an effective day proves nothing. One that brings a procedure in again after its end
    begins a new validity.
    """
    dated = [(one.effective_on, one) for one in decisions if one.effective_on is not None]
    dated.sort(key=lambda pair: (pair[0], pair[1].signed_on, pair[1].key))
    found: dict[tuple[str, str, str], Validity] = {}
    for effective_on, decision in dated:
        for code in decision.new:
            found[_key(decision, code)] = Validity(effective_on)
        for code in decision.rescinded:
            key = _key(decision, code)
            found[key] = Validity(found.get(key, UNTOLD).valid_from, effective_on)
    return found


def validity_of(agency: AgencyCode, code: ProcedureCode, known: Mapping[tuple[str, str, str], Validity]) -> Validity:
    """The validity of a procedure in an agency's catalogue: decided by the agency itself or one above it."""
    for issuer in agency.ancestors():
        found = known.get((str(issuer), code.base, suffix_of(code)))
        if found is not None:
            return found
    return UNTOLD


def suffix_of(code: ProcedureCode) -> str:
    """The suffix as it is stored: "" for a national code."""
    return "" if code.suffix is None else str(code.suffix)


def readable(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes of a decision's list that can be read, canonical, each once, in order."""
    found: dict[str, None] = {}
    for text in codes:
        try:
            found[str(ProcedureCode.parse(text))] = None
        except IdentifierError:
            continue
    return tuple(found)


def _key(decision: Decision, text: str) -> tuple[str, str, str]:
    code = ProcedureCode.parse(text)
    return (decision.issuer_code, code.base, suffix_of(code))
