"""The list of faults a sync and the serving of figures must survive: ``faults.txt``, the one place of their numbers.

Each row is shown by at least one test carrying ``@pytest.mark.fault("Fnn")``, or says why nobody shows it here.
``docs/faults.md`` is made of this list and of the collected tests (``make faults``).
"""

from pathlib import Path
from typing import NamedTuple

MARK = "fault"
_LIST = Path(__file__).with_name("faults.txt")


class Fault(NamedTuple):
    """One row: what happens, what must come of it, and why no test shows it (empty: tests do)."""

    number: str
    title: str
    outcome: str
    left_out: str = ""


class Section(NamedTuple):
    """Rows of one subject."""

    title: str
    faults: list[Fault]


def _read() -> list[Section]:
    sections: list[Section] = []
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            sections.append(Section(line.strip("[]"), []))
        elif line and not line.startswith("#"):
            sections[-1].faults.append(Fault(*(part.strip() for part in line.split(" | "))))
    return sections


REGISTER = _read()
FAULTS = {fault.number: fault for section in REGISTER for fault in section.faults}
