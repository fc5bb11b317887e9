"""A question for a figure, fully parsed: routes build it, figures answer it, repositories filter by it."""

from dataclasses import dataclass, replace
from datetime import datetime

from metrics.domain.definitions import FigureDefinition
from metrics.domain.errors import FilterError
from metrics.domain.period import ReportingPeriod
from metrics.domain.policies import Policy
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel, DecisionKind


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records are asked about, and by which due date they are judged.

    ``agency`` is canonical and means its subtree, or only itself when ``alone``.
    """

    agency: str | None = None
    procedure: str | None = None
    field: str | None = None
    channel: Channel | None = None
    level: AuthorityLevel | None = None
    kind: DecisionKind | None = None
    alone: bool = False
    policy: Policy = Policy.PORTAL

    @property
    def coarse(self) -> bool:
        """Whether the tallies know the answer: they are kept by agency and channel only."""
        by_agency = self.procedure is None and self.field is None and self.level is None and not self.alone
        return by_agency and self.policy is Policy.PORTAL


@dataclass(frozen=True, slots=True)
class FigureQuestion:
    """One figure for one scope and period, as of a ledger entry or an instant; None: now.

    What else was known then follows from it, unless it is said: the catalogue's change, the calendar's revision, the
    newest change of entered numbers, and until when petitions and votes are known.
    """

    figure: FigureDefinition
    scope: Scope
    period: ReportingPeriod
    as_of: int | datetime | None = None
    as_of_catalogue: int | None = None
    as_of_calendar: int | None = None
    as_of_indicators: int | None = None
    as_of_imports: datetime | None = None

    @property
    def effective_scope(self) -> Scope:
        """The scope with the restriction that belongs to the figure itself (online figures)."""
        own = self.figure.channel
        return self.scope if own is None else replace(self.scope, channel=own)


def check(question: FigureQuestion) -> FigureQuestion:
    """The question itself. Raises ``FilterError`` for a filter that is missing or has no meaning for the figure."""
    figure, scope = question.figure, question.scope
    if "agency" in figure.needs and scope.agency is None:
        raise FilterError("agency", f"The figure {figure.id} needs it.")
    for name in ("procedure", "field", "channel", "level", "kind"):
        value = getattr(scope, name)
        if value is not None and name not in figure.filters:
            raise FilterError(name, f"The figure {figure.id} cannot be restricted by it.")
        if value is None and name in figure.needs:
            raise FilterError(name, f"The figure {figure.id} needs it.")
    if scope.policy is not Policy.PORTAL and not figure.by_due_date:
        raise FilterError("policy", f"The figure {figure.id} does not depend on the due date.")
    if figure.channel is not None and scope.channel not in (None, figure.channel):
        raise FilterError("channel", f"The figure {figure.id} is about {figure.channel.name} only.")
    return question
