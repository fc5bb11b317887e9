"""Whether the points and classes of a published index follow from the counts and the rules that stand beside them.

The rules are taken from the file, not from the layouts of today: an old publication is checked by the rules it was made
by. Nothing else is needed, no database and no settings.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from metrics.domain.qd766 import display
from metrics.domain.qd766.evidence import CriterionResult, Evidence, GroupResult, Result, judge
from metrics.domain.qd766.inputs import Ratio
from metrics.domain.qd766.layout import (
    Band,
    Criterion,
    Extent,
    Group,
    Layout,
    Mark,
    NoCases,
    NoCounts,
    Rule,
    Variant,
)
from shared.domain.level import AuthorityLevel

Json = Mapping[str, Any]
_POINTS = ("score", "low", "high", "printed", "maximum")
_ENDS = ("known", "low", "high")


def evidence_out(found: Evidence | None) -> dict[str, list[int] | None] | None:
    """The counts a criterion rests on: [numerator, denominator] as known, at least and at most."""
    if found is None:
        return None
    return {name: None if ratio is None else [ratio.numerator, ratio.denominator] for name, ratio in _ends(found)}


def rule_out(rule: Rule) -> dict[str, Any]:
    """A rule as it is published: maximum x min(1, ratio / ``full_at``)."""
    return {
        "full_at": str(rule.full_at),
        "no_cases": rule.no_cases.value,
        "no_counts": rule.no_counts.value,
        "scaled_by": rule.scaled_by,
        "known": rule.known,
    }


Told = tuple[str, str, object]
"""Figure, part, value: one thing an index says of a unit."""


def counts_of(content: Json, agency: str) -> Mapping[str, Json | None] | None:
    """The counts behind each criterion of a unit of an index, by code; None: it does not stand in it."""
    if agency == content["agency"]:
        return {one["code"]: one["evidence"] for group in content["groups"] for one in group["criteria"]}
    child: Json | None = next((one for one in content["children"] if one["agency"] == agency), None)
    return None if child is None else child["evidence"]


def told_by(content: Json, counts: Mapping[str, Json | None]) -> list[Told]:
    """Counts, points and classes that these counts give under the rules of an index, criterion by criterion."""
    layout = _layout(content)
    found = {code: _evidence(one) for code, one in counts.items() if one is not None and code in layout.codes}
    result = judge(found, level=AuthorityLevel.PROVINCIAL_DEPARTMENT, layout=layout)
    told: list[Told] = []
    for group in result.groups:
        for one in group.criteria:
            code, figure, points = one.criterion.code, one.criterion.figure, one.points
            told.append((figure, f"{code} counts", counts.get(code)))
            exact = (points.exact, points.low, points.high, one.printed)
            told += _shown(figure, f"{code} ", exact)
        points = group.points
        told += _shown(group.group.figure, "", (points.exact, points.low, points.high, group.printed))
    points = result.points
    told += _shown("score_766_total", "", (points.exact, points.low, points.high, result.printed))
    told.append(("class_766", "classes", [band.code for band in result.bands]))
    return told


def _shown(figure: str, prefix: str, exact: tuple[Fraction | None, ...]) -> list[Told]:
    return [(figure, f"{prefix}{part}", display.points(value)) for part, value in zip(_POINTS, exact, strict=False)]


def contradictions(content: Json) -> Iterator[str]:
    """Every point and class of an index that its own counts and rules do not give, in words.

    A publication of before the rules stood in it says nothing to contradict. Raises ``ValueError`` and its like where
    the rules themselves make no sense.
    """
    if "bands" not in content["layout"]:
        return
    layout = _layout(content)
    criteria = [one for group in content["groups"] for one in group["criteria"]]
    yield from _unit(content["agency"], content, {one["code"]: one["evidence"] for one in criteria}, layout)
    for child in content["children"]:
        yield from _unit(child["agency"], child, child["evidence"], layout)


def _unit(agency: str, said: Json, counts: Mapping[str, Json | None], layout: Layout) -> Iterator[str]:
    found = {code: _evidence(one) for code, one in counts.items() if one is not None}
    # The level decides only about criteria that do not apply to a unit, and none is published as such.
    result = judge(found, level=AuthorityLevel.PROVINCIAL_DEPARTMENT, layout=layout)
    yield from _points(agency, said, result)
    given = [band.code for band in result.bands]
    classes = [one if isinstance(one, str) else one["code"] for one in said["classes"]]
    if classes != given:
        yield f"content: the classes of {agency} are {classes}, its points give {given}."
    if len(said["groups"]) != len(result.groups):
        yield f"content: {agency} has {len(said['groups'])} groups of {len(result.groups)}."
    for group, scored in zip(said["groups"], result.groups, strict=False):
        yield from _points(f"{agency} {group['code']}", group, scored)
        for one, given_one in zip(group.get("criteria", ()), scored.criteria, strict=False):
            yield from _criterion(f"{agency} {one['code']}", one, given_one)


def _points(name: str, said: Json, given: Result | GroupResult) -> Iterator[str]:
    exact = (given.points.exact, given.points.low, given.points.high, given.printed, given.maximum)
    yield from _differences(name, said, dict(zip(_POINTS, map(display.points, exact), strict=True)))


def _criterion(name: str, said: Json, given: CriterionResult) -> Iterator[str]:
    scored, points = given.scored, given.points
    exact = (points.exact, points.low, points.high, given.printed, scored.maximum)
    shown = dict(zip(_POINTS, map(display.points, exact), strict=True))
    counts = {"numerator": scored.numerator, "denominator": scored.denominator}
    yield from _differences(name, said, shown | counts | {"percent": display.percent(scored.ratio)})


def _differences(name: str, said: Json, given: Json) -> Iterator[str]:
    for part, value in given.items():
        if said[part] != value:
            yield f"content: {part} of {name} is {said[part]}, its counts and rules give {value}."


def _evidence(said: Json) -> Evidence:
    known, low, high = (None if said[name] is None else Ratio(*said[name]) for name in _ENDS)
    if low is None or high is None:
        raise ValueError("a criterion without bounds")
    return Evidence(known, low, high)


def _ends(found: Evidence) -> Iterator[tuple[str, Ratio | None]]:
    yield from ((name, getattr(found, name)) for name in _ENDS)


def _layout(content: Json) -> Layout:
    """The rules of the file. They must hold together: ``LayoutInvalid`` is raised where they do not."""
    groups = tuple(
        Group(one["code"], one["figure"], "", "", one["full"], (), tuple(map(_rules, one["criteria"])))
        for one in content["groups"]
    )
    bands = tuple(Band(one["code"], "", "", one["lowest"], Mark.REMEMBERED) for one in content["layout"]["bands"])
    return Layout("", Variant.PUBLISHED, date.min, None, None, "", groups, bands)


def _rules(said: Json) -> Criterion:
    told = said["rule"]
    rule = Rule(
        Fraction(told["full_at"]),
        NoCases(told["no_cases"]),
        NoCounts(told["no_counts"]),
        told["scaled_by"],
        told["known"],
    )
    figure, full = said["figure"], said["full"]
    return Criterion(said["code"], "", figure, "", "", full, rule, Extent.UNIT, (), (Mark.REMEMBERED,))
