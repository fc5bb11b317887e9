"""A limit in words is a number only where it says nothing else."""

import pytest

from catalogue.portals.limit_text import limit_of
from shared.domain.level import LimitUnit


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("05 Ngày làm việc", (5, LimitUnit.WORKING_DAY)),
        ("30  Ngày", (30, LimitUnit.DAY)),
        ("01 Giờ", (1, LimitUnit.HOUR)),
        ("4 giờ làm việc", (4, LimitUnit.WORKING_HOUR)),
        ("3 Tháng", (3, LimitUnit.MONTH)),
        ("1 năm.", (1, LimitUnit.YEAR)),
        ("0 Giờ", (0, LimitUnit.HOUR)),
    ],
)
def test_one_whole_number_with_its_unit_is_read(words: str, limit: tuple[int, LimitUnit]) -> None:
    assert limit_of(words) == limit


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Không quy định",
        "0.5 Giờ",
        "5 ngày làm việc; 3 ngày đối với cấp lại",
        "Không quá 03 ngày làm việc",
        "10-15 ngày",
        "Trước khi tàu cập cảng",
        "5",
        "-3 ngày",
        "99999 ngày",
    ],
)
@pytest.mark.fault("F94")
def test_anything_else_holds_no_number(words: str) -> None:
    assert limit_of(words) == (None, LimitUnit.OTHER)
