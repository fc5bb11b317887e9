"""The QĐ 766 index as it is served: a tree of points that never hides what is not known."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from metrics.domain.qd766 import display
from metrics.domain.qd766.evidence import CriterionResult, GroupResult, Result
from metrics.domain.qd766.recomputing import evidence_out, rule_out
from metrics.domain.qd766.rules import PUBLIC_NAMES
from metrics.forms.scorecard import Index, Unit
from metrics.schemas.shaping import as_of_out, period_out
from shared.contracts.figure import FigureAsOf, FigureFlag, FigureName, FigurePeriod


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Scored(_Described):
    """Points, as exact as they are known."""

    score: str | None = Field(description="Points, two decimals, half up; null: not settled.", examples=["20.00"])
    low: str = Field(description="Fewest possible points.", examples=["20.00"])
    high: str = Field(description="Most possible points.", examples=["20.00"])
    printed: str | None = Field(
        description="What the national portal would print from these counts: it adds rounded parts and takes a "
        "criterion without cases as nothing; null: nobody can know.",
        examples=["20.00"],
    )
    maximum: str = Field(description="Of how many.", examples=["20.00"])


class RuleOut(_Described):
    """full x min(1, ratio / full_at), the ratio first multiplied by that of ``scaled_by``."""

    full_at: str = Field(description="The ratio from which all points are given.", examples=["4/5"])
    no_cases: str = Field(description="What 0 of 0 scores: null, zero or full.", examples=["null"])
    no_counts: str = Field(description="What no counts at all score: unknown or full.", examples=["unknown"])
    scaled_by: str | None = Field(description="Code of the criterion whose ratio multiplies this one.", examples=[None])
    known: bool = Field(description="false: only the maximum was ever read.", examples=[True])


Counts = tuple[int, int]


class EvidenceOut(_Described):
    """[numerator, denominator], three times: from them and the rule every point follows."""

    known: Counts | None = Field(description="As counted; null: not settled.", examples=[[3, 4]])
    low: Counts = Field(description="Were every open case against it.", examples=[[3, 5]])
    high: Counts = Field(description="Were every open case for it.", examples=[[4, 5]])


class CriterionOut(Scored):
    """One criterion."""

    code: str = Field(description="The portal's code.", examples=["DOSSIERS_ON_TIME"])
    section: str | None = Field(description="Number in the business rules; null: not in them.", examples=["2.1"])
    figure: str = Field(description="Id of the figure it scores.", examples=["on_time_rate_766"])
    name: FigureName = Field(description="Its name.")
    numerator: int | None = Field(description="Cases counted; null: no data.", examples=[2215])
    denominator: int | None = Field(description="Of how many; null: no data.", examples=[2215])
    percent: str | None = Field(description="The ratio in percent, two decimals; null: none.", examples=["100.00"])
    known: bool = Field(description="Whether our records tell anything of it. false: open from 0 to the maximum.")
    complete: bool = Field(description="True only when its counts are proven complete.")
    status: str = Field(description="How sure we are of the rule.", examples=["practice"])
    legal_basis: list[str] = Field(description="Where the rule comes from.")
    flags: list[FigureFlag] = Field(description="What the reader must know of it.")
    note: str = Field(description="What is particular about the rule.", examples=[""])
    full: int = Field(description="Points by the rule, also where the criterion is left out.", examples=[20])
    rule: RuleOut = Field(description="How counts become points.")
    evidence: EvidenceOut | None = Field(description="The counts behind it; null: nobody tells.")


class GroupOut(Scored):
    """One of the six groups."""

    code: str = Field(description="Stable code.", examples=["progress"])
    figure: str = Field(description="Id of its score.", examples=["score_766_progress"])
    name: FigureName = Field(description="Its name.")
    full: int = Field(description="Points by the rules, whatever is left out.", examples=[20])
    criteria: list[CriterionOut] = Field(description="Its criteria.")


class ClassOut(_Described):
    """A class (xếp loại) that is still possible."""

    code: str = Field(description="Stable code.", examples=["excellent"])
    name: FigureName = Field(description="Its name.")
    lowest: int = Field(description="From how many points.", examples=[90])
    status: str = Field(description="How sure we are of its border.", examples=["practice"])


class ChildGroup(Scored):
    """One group of a child."""

    code: str = Field(description="The group.", examples=["progress"])


class ChildOut(Scored):
    """One agency directly below. Ask for it by its code to see its criteria."""

    agency: str = Field(description="Agency code.", examples=["H24.99"])
    name: str | None = Field(description="Its name; null: not in the catalogue.", examples=["Sở Giáo dục và Đào tạo"])
    groups: list[ChildGroup] = Field(description="Its groups.")
    classes: list[str] = Field(description="Codes of the classes still possible, best first.", examples=[["good"]])


class BandOut(_Described):
    """Where a class begins."""

    code: str = Field(description="Stable code.", examples=["excellent"])
    lowest: int = Field(description="From how many points.", examples=[90])


class LayoutOut(_Described):
    """The rules that were used. They are data with a version, and not law: nobody here read the appendix of QĐ 766."""

    id: str = Field(description="Version of the rules.", examples=["766-published-2026"])
    edition: str = Field(description="How the criteria are arranged: 2022 or 2026.", examples=["2022"])
    variant: str = Field(description="api, document, or sheet (the layout 2026).", examples=["api"])
    source: str = Field(description="Where they were read.")
    unknown: list[str] = Field(description="What of them was never read.", examples=[[]])
    bands: list[BandOut] = Field(description="Every class, best first.")


class Form766Out(Scored):
    """The index of one agency and period, as far as our records settle it."""

    form: str = Field(description="Name of the form.", examples=["766"])
    layout: LayoutOut = Field(description="The rules.")
    agency: str = Field(description="Agency code; its subtree is included.", examples=["H24.99"])
    name: str | None = Field(description="Its name; null: not in the catalogue.", examples=["Sở Giáo dục và Đào tạo"])
    level: str | None = Field(description="Its level; null: not known.", examples=["PROVINCIAL_DEPARTMENT"])
    period: FigurePeriod = Field(description="Which days.")
    groups: list[GroupOut] = Field(description="The six groups.")
    classes: list[ClassOut] = Field(description="Every class still possible, best first; one when it is settled.")
    children: list[ChildOut] = Field(description="The agencies one level below, by code.")
    flags: list[str] = Field(
        description="period_not_of_766: no calendar month, quarter or year. rules_extrapolated: the rules were tried "
        "on published scores of other periods.",
        examples=[["rules_extrapolated"]],
    )
    as_of: FigureAsOf = Field(description="The state of knowledge.")
    as_of_indicators: int = Field(description="The change of hand-entered numbers it rests on.", examples=[31])


def form_766_out(index: Index) -> dict[str, Any]:
    """A ``Form766Out`` as plain values."""
    own = index.own
    return {
        **_scored(own.result),
        "form": "766",
        "layout": {
            "id": index.layout.id,
            "edition": index.layout.edition,
            "variant": PUBLIC_NAMES[index.layout.variant],
            "source": index.layout.source,
            "unknown": index.layout.unknown,
            "bands": [{"code": band.code, "lowest": band.lowest} for band in index.layout.bands],
        },
        "agency": own.agency,
        "name": own.name,
        "level": own.level,
        "period": period_out(index.question.period),
        "groups": [_group(group) for group in own.result.groups],
        "classes": [
            {
                "code": band.code,
                "name": {"vi": band.name_vi, "en": band.name_en},
                "lowest": band.lowest,
                "status": band.status,
            }
            for band in own.result.bands
        ],
        "children": [_child(child) for child in index.children],
        "flags": index.flags,
        "as_of": as_of_out(index.moment),
        "as_of_indicators": index.entered,
    }


def published_766(index: Index) -> dict[str, Any]:
    """The form, and the counts of every child's criteria, so that all its points can be computed again."""
    form = form_766_out(index)
    for child, unit in zip(form["children"], index.children, strict=True):
        criteria = [one for group in unit.result.groups for one in group.criteria]
        child["evidence"] = {one.criterion.code: evidence_out(one.evidence) for one in criteria}
    return form


def _scored(one: Result | GroupResult) -> dict[str, Any]:
    return {
        "score": display.points(one.points.exact),
        "low": display.points(one.points.low),
        "high": display.points(one.points.high),
        "printed": display.points(one.printed),
        "maximum": display.points(one.maximum),
    }


def _group(one: GroupResult) -> dict[str, Any]:
    group = one.group
    return {
        **_scored(one),
        "code": group.code,
        "figure": group.figure,
        "name": {"vi": group.name_vi, "en": group.name_en},
        "full": group.maximum,
        "criteria": [_criterion(criterion) for criterion in one.criteria],
    }


def _criterion(one: CriterionResult) -> dict[str, Any]:
    criterion, scored, found = one.criterion, one.scored, one.evidence
    return {
        "score": display.points(one.points.exact),
        "low": display.points(one.points.low),
        "high": display.points(one.points.high),
        "printed": display.points(one.printed),
        "maximum": display.points(scored.maximum),
        "code": criterion.code,
        "section": criterion.section or None,
        "figure": criterion.figure,
        "name": {"vi": criterion.name_vi, "en": criterion.name_en},
        "numerator": scored.numerator,
        "denominator": scored.denominator,
        "percent": display.percent(scored.ratio),
        "known": found is not None,
        "complete": found is not None and found.complete,
        "status": scored.status,
        "legal_basis": criterion.legal_basis,
        "flags": [{"flag": name, "count": count} for name, count in one.flags],
        "note": criterion.note,
        "full": criterion.maximum,
        "rule": rule_out(criterion.rule),
        "evidence": evidence_out(found),
    }


def _child(child: Unit) -> dict[str, Any]:
    return {
        **_scored(child.result),
        "agency": child.agency,
        "name": child.name,
        "groups": [{**_scored(group), "code": group.group.code} for group in child.result.groups],
        "classes": [band.code for band in child.result.bands],
    }
