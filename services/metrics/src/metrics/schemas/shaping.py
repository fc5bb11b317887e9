"""Puts answers into the public shapes. Hot ones are plain values, encoded once; a test holds them to the models."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from metrics.domain.definitions import FigureDefinition
from metrics.domain.dictionary import FIGURES
from metrics.domain.dossier import Exclusion
from metrics.domain.meanings import SETS, definition_of
from metrics.domain.period import ReportingPeriod
from metrics.domain.phrases import in_both
from metrics.domain.policies import Policy
from metrics.domain.qd766.rules import score_rules
from metrics.domain.question import FigureQuestion, Scope
from metrics.domain.ratio import Numbers, Stated
from metrics.figures import Answer
from metrics.moments import Moment
from metrics.reports.doubts import DOSSIER_EXCLUSIONS, EXCLUSIONS, FLAGS, REASONS
from metrics.reports.model import Text
from metrics.repository.counting import Listed
from metrics.repository.sources import Feed
from metrics.schemas.served import DefinitionOut, Dictionary, InWords, ScoreRuleOut, WordOut
from metrics.series import Row
from metrics.structure import Structure
from shared.contracts.figure import FigureName, Formula
from shared.domain.channel import Channel

_OUTCOMES = {1: "EARLY", 2: "ON_TIME", 3: "LATE"}


def definition_out(figure: FigureDefinition) -> DefinitionOut:
    """The public form of a definition."""
    return DefinitionOut(
        id=figure.id,
        name=FigureName(vi=figure.name_vi, en=figure.name_en),
        definition=InWords(**definition_of(figure)._asdict()),
        unit=figure.unit.value,
        subject=figure.subject.value,
        counted=_in_words(figure.counted),
        dated_by=_in_words(figure.dated_by),
        formula=Formula.model_validate(formula_out(figure)),
        legal_basis=list(figure.legal_basis),
        numerator=list(figure.numerator),
        denominator=None if figure.denominator is None else list(figure.denominator),
        source=figure.source.value,
        missing=figure.missing,
        not_told=list(figure.unknown),
        sets=[WordOut(name=name, **SETS[name]._asdict()) for name in dict.fromkeys(figure.sets)],
        zero_denominator=None if figure.zero_denominator is None else _in_words(figure.zero_denominator),
        score_rules=[ScoreRuleOut(**asdict(rule)) for rule in score_rules(figure.id)],
        effective_from=figure.effective_from,
        effective_to=figure.effective_to,
        form_column=figure.column,
        filters=sorted(figure.filters),
        needs=sorted(figure.needs),
        policies=[policy.value for policy in Policy if figure.by_due_date or policy is Policy.PORTAL],
    )


def _in_words(english: str) -> InWords:
    return InWords(**in_both(english)._asdict())


def dictionary_out() -> Dictionary:
    """Every definition, and the words beside the numbers."""
    return Dictionary(
        figures=[definition_out(figure) for figure in FIGURES.values()],
        exclusions=_words({**EXCLUSIONS, "not_told": FLAGS["not_told"], **DOSSIER_EXCLUSIONS}),
        flags=_words(FLAGS),
        reasons=_words(REASONS),
    )


def _words(told: Mapping[str, Text]) -> list[WordOut]:
    return [WordOut(name=name, vi=text.vi, en=text.en) for name, text in told.items()]


def answer_out(answer: Answer, links: dict[str, str | None]) -> dict[str, Any]:
    """A ``FigureAnswer`` as plain values."""
    question, figure = answer.question, answer.question.figure
    return {
        "figure": figure.id,
        "name": {"vi": figure.name_vi, "en": figure.name_en},
        "formula": formula_out(figure),
        "legal_basis": figure.legal_basis,
        "scope": scope_out(question.effective_scope),
        "period": period_out(question.period),
        **(numbers_out(answer.numbers) if answer.stated is None else stated_out(answer.stated)),
        "most": answer.numbers.most,
        "excluded": [{"reason": reason, "count": count} for reason, count in answer.excluded],
        "breakdown": [{"by": by, "key": key, "count": count} for by, key, count in answer.breakdown],
        "complete": answer.complete,
        "flags": [{"flag": flag, "count": count} for flag, count in answer.flags],
        "sources": [_source(feed) for feed in answer.feeds],
        "as_of": as_of_out(answer.moment),
        "links": links,
    }


def numbers_out(numbers: Numbers) -> dict[str, Any]:
    """Counts, value, percent, reason and bounds."""
    bounds = numbers.bounds
    return {
        "numerator": numbers.numerator,
        "denominator": numbers.denominator,
        "value": numbers.value,
        "percent": numbers.percent,
        "reason": numbers.reason,
        "bounds": None if bounds is None else {"low": bounds[0], "high": bounds[1]},
    }


def stated_out(stated: Stated) -> dict[str, Any]:
    """The same of a figure that was not counted here."""
    bounds = stated.bounds
    return {
        "numerator": None,
        "denominator": None,
        "value": stated.value,
        "percent": None,
        "reason": stated.reason,
        "bounds": None if bounds is None else {"low": bounds[0], "high": bounds[1]},
    }


def series_out(
    question: FigureQuestion,
    by: str,
    rows: Sequence[Row],
    following: str | None,
    moment: Moment,
    structure: Structure,
) -> dict[str, Any]:
    """A ``SeriesOut`` as plain values."""
    items = [
        {
            "key": row.key,
            "period": period_out(row.period),
            **numbers_out(row.numbers),
            "breaks": [asdict(one) for one in row.breaks],
        }
        for row in rows
    ]
    return {
        "figure": question.figure.id,
        "formula": formula_out(question.figure),
        "scope": scope_out(question.effective_scope),
        "period": period_out(question.period),
        "by": by,
        "structure": "now" if structure.now else "then",
        "agencies": [agency for agency in structure.agencies if agency is not None],
        "items": items,
        "next": following,
        "as_of": as_of_out(moment),
    }


def dossier_out(listed: Listed) -> dict[str, Any]:
    """A ``DossierOut`` as plain values."""
    return {
        "dossier_code": listed.dossier_code,
        "agency": listed.agency_code,
        "procedure": listed.procedure_code,
        "field": listed.field_code,
        "channel": Channel(listed.channel).name,
        "received_on": listed.received_on,
        "due_on": listed.due_on,
        "ended_on": listed.ended_on,
        "outcome": None if listed.outcome is None else _OUTCOMES[listed.outcome],
        "withdrawn": listed.withdrawn,
        "excluded": None if listed.reason is None else Exclusion(listed.reason).name.lower(),
    }


def scope_out(scope: Scope) -> dict[str, Any]:
    """A ``FigureScope`` as plain values."""
    return {
        "agency": scope.agency,
        "procedure": scope.procedure,
        "field": scope.field,
        "channel": None if scope.channel is None else scope.channel.name,
        "level": scope.level,
        "kind": scope.kind,
        "policy": scope.policy.value,
    }


def period_out(period: ReportingPeriod) -> dict[str, Any]:
    """A ``FigurePeriod`` as plain values."""
    return {"kind": period.kind, "from": period.first, "to": period.last}


def as_of_out(moment: Moment) -> dict[str, Any]:
    """A ``FigureAsOf`` as plain values."""
    return {
        "entry": moment.entry,
        "catalogue": moment.change,
        "calendar": moment.calendar,
        "at": moment.at,
        "digest": None if moment.digest is None else f"sha256:{moment.digest.hex()}",
        "indicators": moment.entered,
        "imports": moment.imported,
    }


def formula_out(figure: FigureDefinition) -> dict[str, str]:
    """A ``Formula`` as plain values."""
    return {"version": figure.version, "text": figure.formula, "status": figure.status.value}


def _source(feed: Feed) -> dict[str, Any]:
    values = {"portal": feed.portal, "feed": feed.kind, "state": feed.state, "data_until": feed.data_until}
    return {**values, "reason": feed.reason, "quarantined": feed.quarantined}
