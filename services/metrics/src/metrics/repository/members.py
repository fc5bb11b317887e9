"""Who belongs to each set of ``counts.PeriodCounts``: conditions on ``metrics.fact as f`` in a period ``b``.

The rules are in ``domain.judging``; here its answers are only read. A row of the period is one for which ``TOUCHES``
holds, and the conditions say no more than what that leaves open.
"""

from collections.abc import Callable

from metrics.domain.counts import SETS, UNTALLIED_SETS
from metrics.domain.dossier import Anomaly, Exclusion
from metrics.domain.policies import Policy
from metrics.domain.traits import Trait
from shared.domain.channel import Channel

UNPLACED = f"f.anomalies & {int(Anomaly.RECEIPT_UNKNOWN)} <> 0"
"""Those whose day of receipt is the latest it can have been: they may belong to periods before it as well."""

TOUCHES = f"(f.received_on <= b.last or {UNPLACED}) and (f.ended_on is null or f.ended_on >= b.first)"

_COUNTED = "f.reason is null"
_UNMAPPED = f"f.reason = {int(Exclusion.STATUS_UNMAPPED)}"
_UNDATED = f"f.reason in ({int(Exclusion.END_DATE_MISSING)}, {int(Exclusion.RECEIVED_DATE_MISSING)})"
_BEFORE = "f.received_on < b.first"
_WITHIN = "f.received_on >= b.first"  # the period's end is in TOUCHES, for all that are counted
_ONLINE, _OTHER = f"f.channel = {int(Channel.ONLINE)}", f"f.channel <> {int(Channel.ONLINE)}"
_ENDED = f"{_COUNTED} and f.ended_on <= b.last"  # not before the period: TOUCHES
_OPEN = f"{_COUNTED} and (f.ended_on is null or f.ended_on > b.last)"
_OVERDUE_766 = "f.overdue_766 is not null and f.overdue_766 @> b.last"
_RECEIVED = f"{_COUNTED} and {_WITHIN}"
# Which procedures bear a fee is the catalogue's to say: the codes are bound, as known at the change asked for.
_PAYS = f"{_RECEIVED} and f.procedure_code = any(cast(:fee_bearing as text[]))"


def _has(*traits: Trait) -> str:
    bits = sum(int(trait) for trait in traits)
    return f"f.traits & {bits} <> 0"


def _odd(anomaly: Anomaly) -> str:
    return f"f.anomalies & {int(anomaly)} <> 0"


def _question(yes: Trait, no: Trait) -> dict[str, str]:
    """Those who answer yes, who answer no, and who do not tell."""
    name, other = (yes.name or "").lower(), (no.name or "").lower()
    return {
        name: f"{_COUNTED} and {_has(yes)}",
        other: f"{_COUNTED} and {_has(no)}",
        f"{name}_unknown": f"{_COUNTED} and not ({_has(yes, no)})",
    }


_PROCESSED = f"{_RECEIVED} and f.ended_on <= b.last and not f.withdrawn"
_ANY_RESULT = _has(Trait.RESULT_FILE, Trait.NO_RESULT_FILE)
_PAYMENT_TOLD = _has(Trait.PAID_ONLINE, Trait.PAID_OTHERWISE, Trait.PAID_NOTHING)

_MEMBERS: dict[str, str] = {
    "carried": f"{_COUNTED} and {_BEFORE}",
    "received_online": f"{_RECEIVED} and {_ONLINE}",
    "received_other": f"{_RECEIVED} and {_OTHER}",
    "early": f"{_ENDED} and {{outcome}} = 1",
    "on_time": f"{_ENDED} and {{outcome}} = 2",
    "late": f"{_ENDED} and {{outcome}} = 3",
    "pending_in_time": f"{_OPEN} and not ({{overdue}})",
    "pending_overdue": f"{_OPEN} and {{overdue}}",
    "withdrawn": f"{_ENDED} and f.withdrawn",
    "resolved_in_time_766": f"{_ENDED} and not f.late_766",
    "pending_in_time_766": f"{_OPEN} and not ({_OVERDUE_766})",
    "not_accepted": f"f.reason = {int(Exclusion.NOT_ACCEPTED)} and {_WITHIN}",
    "refused": f"f.reason = {int(Exclusion.REFUSED_AT_RECEPTION)} and {_WITHIN}",
    "unmapped_carried": f"{_UNMAPPED} and {_BEFORE}",
    "unmapped_online": f"{_UNMAPPED} and {_WITHIN} and {_ONLINE}",
    "unmapped_other": f"{_UNMAPPED} and {_WITHIN} and {_OTHER}",
    "undated_carried": f"{_UNDATED} and {_BEFORE}",
    "undated_online": f"{_UNDATED} and {_WITHIN} and {_ONLINE}",
    "undated_other": f"{_UNDATED} and {_WITHIN} and {_OTHER}",
    "unmapped_earlier": f"{_UNMAPPED} and {_WITHIN} and {UNPLACED}",
    "undated_earlier": f"{_UNDATED} and {_WITHIN} and {UNPLACED}",
    "no_due_date": f"{_COUNTED} and {{undated}}",
    "channel_missing": f"{_RECEIVED} and {_odd(Anomaly.CHANNEL_MISSING)}",
    "end_moved": f"{_ENDED} and {_odd(Anomaly.ENDED_BEFORE_RECEIVED)}",
    "gone": f"f.reason = {int(Exclusion.GONE)} and {_WITHIN}",
    "due_disagrees": f"{_COUNTED} and {_odd(Anomaly.DUE_DISAGREES)}",
    **_question(Trait.RESULT_FILE, Trait.NO_RESULT_FILE),
    **_question(Trait.DIGITISED, Trait.NOT_DIGITISED),
    **_question(Trait.REUSED, Trait.NOT_REUSED),
    **_question(Trait.IN_STORE, Trait.NOT_IN_STORE),
    **_question(Trait.CITIZEN_DATA, Trait.NO_CITIZEN_DATA),
    "resolved_with_result": f"{_ENDED} and {_has(Trait.RESULT_FILE)}",
    "resolved_without_result": f"{_ENDED} and {_has(Trait.NO_RESULT_FILE)}",
    "resolved_result_unknown": f"{_ENDED} and not ({_ANY_RESULT})",
    "resolved_late_original": f"{_ENDED} and {_has(Trait.LATE_ORIGINAL)}",
    "resolved_asked_never": f"{_ENDED} and not ({_has(Trait.ASKED_ONCE, Trait.ASKED_OFTEN)})",
    "resolved_asked_once": f"{_ENDED} and {_has(Trait.ASKED_ONCE)}",
    "resolved_asked_often": f"{_ENDED} and {_has(Trait.ASKED_OFTEN)}",
    "extended": f"{_COUNTED} and f.extended_on between b.first and b.last",
    "extension_unknown": f"{_COUNTED} and not ({_has(Trait.EXTENSION_TOLD)})",
    "apologies": f"{_RECEIVED} and f.apologies > 0",
    "apologies_unknown": f"{_RECEIVED} and not ({_has(Trait.APOLOGIES_TOLD)})",
    "paid_online": f"{_PAYS} and {_has(Trait.PAID_ONLINE)}",
    "paid_otherwise": f"{_PAYS} and {_has(Trait.PAID_OTHERWISE)}",
    "payment_unknown": f"{_PAYS} and not ({_PAYMENT_TOLD})",
    "processed": _PROCESSED,
    "processing_days": _PROCESSED,
}

_WORKING_DAYS = """(
    select count(*) from catalogue.calendar_v1 as c
    where c.working and c.day > f.received_on and c.day <= f.ended_on
      and c.revision_from <= :calendar and (c.revision_to is null or c.revision_to > :calendar))"""
_WEIGHTS = {"apologies": "f.apologies", "processing_days": _WORKING_DAYS}
"""Sets whose dossiers count for more than one each."""


def _by_portal() -> dict[str, str]:
    return {
        "outcome": "f.outcome",
        "overdue": "f.overdue is not null and f.overdue @> b.last",
        "undated": _odd(Anomaly.NO_DUE_DATE),
    }


def _by(policy: str) -> dict[str, str]:
    """A null in the policy's column says that the dossier stands as by the portal's date."""
    overdue = f"(case when f.{policy} is null then f.overdue else f.{policy}_overdue end)"
    undated = f"case when f.{policy} is null then {_odd(Anomaly.NO_DUE_DATE)} else f.{policy}_due_on is null end"
    return {
        "outcome": f"(case when f.{policy} is null then f.outcome else nullif(f.{policy}, 0) end)",
        "overdue": f"coalesce({overdue} @> b.last, false)",
        "undated": f"({undated})",
    }


_STANDING: dict[Policy, Callable[[], dict[str, str]]] = {
    Policy.PORTAL: _by_portal,
    Policy.RESTART: lambda: _by("restart"),
    Policy.SUBTRACT: lambda: _by("subtract"),
}

MEMBERS: dict[Policy, dict[str, str]] = {
    policy: {name: condition.format(**standing()) for name, condition in _MEMBERS.items()}
    for policy, standing in _STANDING.items()
}
"""Policy → set → who belongs to it."""

DUE_ON = {
    Policy.PORTAL: "f.due_on",
    Policy.RESTART: "case when f.restart is null then f.due_on else f.restart_due_on end",
    Policy.SUBTRACT: "case when f.subtract is null then f.due_on else f.subtract_due_on end",
}
OUTCOME = {policy: standing()["outcome"] for policy, standing in _STANDING.items()}

EVERY_SET = (*SETS, *UNTALLIED_SETS)


def counted(name: str, policy: Policy) -> str:
    """The expression that counts a set."""
    condition = MEMBERS[policy][name]
    if name in _WEIGHTS:
        return f"coalesce(sum({_WEIGHTS[name]}) filter (where {condition}), 0)::bigint as {name}"
    return f"count(*) filter (where {condition}) as {name}"


def changed_by(name: str) -> str:
    """The expression that sums what rows with a sign, 1 for one that begins and -1 for one that ends, change in it."""
    condition, weight = MEMBERS[Policy.PORTAL][name], _WEIGHTS.get(name)
    change = "f.sign" if weight is None else f"f.sign * {weight}"
    return f"coalesce(sum({change}) filter (where {condition}), 0)::bigint as {name}"
