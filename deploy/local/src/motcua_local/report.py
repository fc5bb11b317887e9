"""The 2024 report beside what Motcua computes: each number, both values, and match or the honest reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from motcua_local.report_2024 import SECTIONS, Question, Row
from motcua_local.width import aligned

Verdict = Literal["match", "wrong", "differs", "entered"]
MARKS: Mapping[Verdict, str] = {"match": "✓", "wrong": "✗", "differs": "≠", "entered": "·"}
_ONE_DECIMAL = Decimal("0.1")


@dataclass(frozen=True)
class Answer:
    """What the services said to one question. ``value`` is None when they gave no number; ``reason`` says why."""

    value: str | None
    percent: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Line:
    """One row of the report with what was computed for it ("—": nothing)."""

    row: Row
    computed: str
    verdict: Verdict
    remark: str


def judge(row: Row, answers: Mapping[Question, Answer]) -> Line:
    """Compares one row. A derived row without an answer is wrong, never skipped."""
    if row.question is None:
        return Line(row, "—", "entered", row.reason)
    computed, why = _computed(row, answers)
    if computed == row.expected:
        return Line(row, computed, "differs" if row.differs else "match", row.reason)
    return Line(row, computed or "—", "wrong", f"expected {row.expected}" + (f"; {why}" if why else ""))


def _computed(row: Row, answers: Mapping[Question, Answer]) -> tuple[str, str]:
    """The computed text ("" if there is none) and the services' reason."""
    asked = [answers.get(question, Answer(None, reason="not answered")) for question in row.questions()]
    why = "; ".join(answer.reason for answer in asked if answer.reason)
    if row.of is not None:
        part, whole = (answer.value for answer in asked)
        return _share(part, whole), why
    return (asked[0].percent if row.shown == "percent" else asked[0].value) or "", why


def _share(part: str | None, whole: str | None) -> str:
    """Percent with one decimal, rounded half up, from two served integers."""
    if part is None or not whole or not int(whole):
        return ""
    return str((Decimal(100) * int(part) / int(whole)).quantize(_ONE_DECIMAL, ROUND_HALF_UP))


@dataclass(frozen=True)
class Report:
    """The judged report, and the as-of it was computed at."""

    sections: Sequence[tuple[str, Sequence[Line]]]
    as_of: str

    def wrong(self) -> list[Line]:
        """The derived rows whose computed figure is another one."""
        return [line for _, lines in self.sections for line in lines if line.verdict == "wrong"]

    def count(self, verdict: Verdict) -> int:
        """How many rows ended so."""
        return sum(line.verdict == verdict for _, lines in self.sections for line in lines)

    def matches(self) -> bool:
        """Whether every derivable figure is the report's."""
        return not self.wrong() and self.count("match") > 0


def compare(answers: Mapping[Question, Answer], as_of: str) -> Report:
    """Judges all of the 2024 report."""
    return Report([(name, [judge(row, answers) for row in rows]) for name, rows in SECTIONS], as_of)


def render(report: Report) -> str:
    """The table a person reads."""
    head = ("Báo cáo CCHC 2024, Sở GD&ĐT Hải Phòng", "report", "Motcua", "", "figure · remark")
    cells: list[Sequence[str]] = [head]
    for name, lines in report.sections:
        cells.append((name.upper(), "", "", "", ""))
        cells += [_cells(line) for line in lines]
    return "\n".join(["", *aligned(cells, right=(1, 2)), "", _sum(report)])


def _cells(line: Line) -> tuple[str, ...]:
    figure = line.row.question.figure if line.row.question else ""
    computed = line.computed
    if line.row.shown == "percent" and computed != "—":
        computed = computed.replace(".", ",") + " %"
    remark = " · ".join(part for part in (figure, line.remark) if part)
    return f"  {line.row.label}", line.row.printed, computed, MARKS[line.verdict], remark


def _sum(report: Report) -> str:
    found = (
        f"{report.count('match')} derived figures match, {report.count('wrong')} do not; "
        f"{report.count('differs')} differ for a stated reason, {report.count('entered')} are hand-entered."
    )
    return f"{found}\nComputed at {report.as_of}."
