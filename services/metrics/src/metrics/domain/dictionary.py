"""The figures there are: the only list. Paths, docs, form columns, CSV headers and tests derive from it.

Status maps the confidence marks of reference/figures.md: [T] verified, [D] and [C] practice, [R] unverified. Effective
days are given only where the source gives them.
"""

from collections.abc import Iterable

from metrics.domain.catalogue_figures import CATALOGUE, DECIDED, OTHERS
from metrics.domain.definitions import FigureDefinition
from metrics.domain.derived_figures import DERIVED
from metrics.domain.dossier_figures import COLUMNS, FLOW, ON_TIME
from metrics.domain.errors import FigureUnknown
from metrics.domain.stated_figures import STATED
from metrics.domain.told_figures import TOLD

FIGURES: dict[str, FigureDefinition] = {
    figure.id: figure for figure in (*COLUMNS, *FLOW, *ON_TIME, *TOLD, *CATALOGUE, DECIDED, *OTHERS, *DERIVED, *STATED)
}
"""Every figure by its id, in the order of the dictionary."""


def find(figure: str) -> FigureDefinition:
    """The definition of this id. Raises ``FigureUnknown``."""
    if figure not in FIGURES:
        raise FigureUnknown(figure[:100])
    return FIGURES[figure]


def columns() -> Iterable[FigureDefinition]:
    """Columns 3 to 13 of form II.06a, in order."""
    return COLUMNS
