"""Whether the numbers of a published statement agree with each other: everything derived is derived again.

It needs nothing but the statement: no database, no settings, no clock. What it proves is that every rate, percent and
bound follows from the integers beside it; that the integers are true is what the signature stands for.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from metrics.domain.qd766 import recomputing
from metrics.domain.qd766.errors import CriterionUnknown, LayoutInvalid, RatioInvalid
from metrics.domain.ratio import Numbers, decimal

_DERIVED = ("numerator", "denominator", "most", "value", "percent", "reason", "bounds")


def contradictions(statement: Mapping[str, Any]) -> list[str]:
    """Every number that does not follow from the integers beside it, in words; empty when all do."""
    try:
        figures = statement["figures"]
        found = [fault for number, figure in enumerate(figures) for fault in _figure(number, figure)]
        content = statement["content"]
        if content is not None:
            found += _percents("content", content)
            if "columns" in content:
                found += _columns(figures, content)
            if "numbers" in content:
                found += _levels(figures, content)
            if content.get("form") == "766":
                found += recomputing.contradictions(content)
    except (CriterionUnknown, LayoutInvalid, RatioInvalid) as error:
        return [f"The index contradicts itself ({error})."]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError) as error:
        return [f"The statement does not have the shape of one ({type(error).__name__}: {error})."]
    return found


def numbers_of(figure: Mapping[str, Any]) -> Numbers:
    """The integers of a published figure, from which its value, percent and bounds follow."""
    return Numbers(**figure["integers"])


def _figure(number: int, figure: Mapping[str, Any]) -> Iterator[str]:
    numbers = numbers_of(figure)
    bounds = numbers.bounds
    derived = {
        "numerator": numbers.numerator,
        "denominator": numbers.denominator,
        "most": numbers.most,
        "value": numbers.value,
        "percent": numbers.percent,
        "reason": numbers.reason,
        "bounds": None if bounds is None else {"low": bounds[0], "high": bounds[1]},
    }
    for name in _DERIVED:
        if figure[name] != derived[name]:
            yield f"figures.{number} ({figure['figure']}): {name} is {figure[name]}, its counts give {derived[name]}."
    excluded = sum(one["count"] for one in figure["excluded"])
    if numbers.unknown > excluded:
        yield f"figures.{number} ({figure['figure']}): {numbers.unknown} are unknown of {excluded} excluded."


def _percents(path: str, value: Any) -> Iterator[str]:
    """A percent beside its counts, wherever one stands; it is rounded to as many digits as it shows."""
    if isinstance(value, Mapping):
        shown, above, below = value.get("percent"), value.get("numerator"), value.get("denominator")
        if shown is not None and above is not None and below:
            _, _, digits = shown.partition(".")
            given = decimal(100 * above, below, len(digits)) if digits else str((200 * above + below) // (2 * below))
            if shown != given:
                yield f"{path}: percent is {shown}, its counts give {given}."
        for name, inner in value.items():
            yield from _percents(f"{path}.{name}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _percents(f"{path}.{number}", inner)


def _columns(figures: list[Any], content: Mapping[str, Any]) -> Iterator[str]:
    """A form's rows add up to its total, and the total is what the figures say."""
    total, rows = content["total"], content["rows"]
    for number, column in enumerate(content["columns"]):
        added = sum(row["values"][number] for row in rows)
        if added != total[number]:
            yield f"content: column {column} adds up to {added}, its total says {total[number]}."
        if figures[number]["figure"] != column or figures[number]["numerator"] != total[number]:
            yield f"content: the total of column {column} is not its figure."


def _levels(figures: list[Any], content: Mapping[str, Any]) -> Iterator[str]:
    """Form II.07b: column 3 is what its levels add up to, each procedure once, and the totals are what figures say."""
    numbers = content["numbers"]
    parts = [numbers.index(column) for column in (4, 5, 6) if column in numbers]
    for row in (*content["agencies"], content["total"]):
        whole = row["values"][numbers.index(3)]
        if whole is None:
            continue
        added = sum(row["values"][part] for part in parts) - row["several_levels"] + row["no_level"]
        if added != whole:
            yield f"content: column 3 of {row['name']} is {whole}, its levels give {added}."
    said = {figure["scope"]["level"]: figure["numerator"] for figure in figures}
    total = content["total"]["values"]
    for level, column in ((None, 3), ("DISTRICT", 5), ("COMMUNE", 6)):
        if column in numbers and total[numbers.index(column)] not in (None, said[level]):
            yield f"content: the total of column {column} is not its figure."
