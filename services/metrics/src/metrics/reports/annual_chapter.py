"""A section of the annual report before its numbers are known."""

from dataclasses import dataclass
from datetime import date

from metrics.reports.measures import Measure
from metrics.reports.model import Text

DISTRICTS_END = date(2025, 7, 1)  # the district level no longer exists from this day (figures.md 4.6)


@dataclass(frozen=True, slots=True)
class Sentence:
    """``subject`` introduces the sentence when nothing is known; ``before``/``since`` bound the period's last day."""

    subject: Text
    text: Text
    before: date | None = None
    since: date | None = None

    def applies(self, last: date) -> bool:
        """Whether the sentence fits a period that ends on this day."""
        return (self.before is None or last < self.before) and (self.since is None or last >= self.since)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the report before its numbers are known."""

    number: str
    title: Text
    sentences: tuple[Sentence, ...] = ()
    measures: tuple[Measure, ...] = ()
