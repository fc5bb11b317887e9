"""The parts every published procedure must have (bộ phận tạo thành), and whom a procedure is for.

NĐ 63/2010/NĐ-CP, Điều 8 khoản 2 makes them mandatory. The list and its letters are those that criterion 1.3 of QĐ 766
is checked by, as its business-rules document gives them; that document leaves out results, forms, fees and conditions,
because nobody can tell which procedure must have them.
"""

from collections.abc import Iterable
from enum import StrEnum


class Part(StrEnum):
    """One mandatory part. The values are stored: never rename one."""

    NAME = "name"
    """a) tên"""
    STEPS = "steps"
    """b) trình tự thực hiện"""
    MANNER = "manner"
    """c) cách thức thực hiện"""
    PAPERS = "papers"
    """d) thành phần, số lượng hồ sơ"""
    LIMIT = "limit"
    """đ) thời hạn giải quyết"""
    SUBJECTS = "subjects"
    """e) đối tượng thực hiện"""
    AGENCY = "agency"
    """g) cơ quan thực hiện"""


_PEOPLE = ("công dân việt nam", "người việt nam định cư ở nước ngoài", "người nước ngoài")


def missing(told: Iterable[Part]) -> tuple[Part, ...]:
    """The mandatory parts that are not told, in the order of the law."""
    known = set(told)
    return tuple(part for part in Part if part not in known)


def is_for_people(subjects: Iterable[str]) -> bool | None:
    """Whether a person, and not only organisations, may carry it out; None where no subject is told.

    The three names are those of the catalogue's own list, as criterion 4.5 of QĐ 766 is counted by.
    """
    told = [" ".join(one.split()).casefold() for one in subjects if one.strip()]
    if not told:
        return None
    return any(word in one for one in told for word in _PEOPLE)
