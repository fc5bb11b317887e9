"""Status maps: data by portal and day, refused where they contradict themselves."""

from datetime import date
from typing import Any

import pytest

from dossier_sync.domain.status_map import Dated, StatusMapInvalid, names, spelled
from dossier_sync.portals import statuses
from shared.domain.status import DossierStatus


def row(**changed: Any) -> dict[str, Any]:
    return {"name": "Chờ ký số", "status": "PROCESSING", **changed}


def test_the_shipped_map_names_every_national_status_and_where_it_was_seen() -> None:
    assert set(statuses.common("igate").values()) == set(DossierStatus) - {DossierStatus.UNMAPPED}
    assert {one["source"] for one in statuses.rows("igate")} == {"seen", "reading"}


def test_a_meaning_holds_from_its_first_day_until_the_day_before_its_end() -> None:
    rows = [
        row(valid_to=date(2025, 7, 1)),
        row(valid_from=date(2025, 7, 1), valid_to=date(2026, 1, 1), status="DONE"),
    ]
    meant = names(rows)["chờ ký số"]
    assert isinstance(meant, Dated)
    assert [meant.on(date(2025, 6, 30)), meant.on(date(2025, 7, 1)), meant.on(date(2025, 12, 31))] == [4, 9, 9]
    assert meant.on(date(2026, 1, 1)) is None


def test_the_order_of_the_rows_is_no_matter() -> None:
    later, earlier = row(valid_from=date(2025, 7, 1), status="DONE"), row(valid_to=date(2025, 7, 1))
    between = row(valid_from=date(2025, 7, 1), valid_to=date(2026, 1, 1), status="DONE")
    last = row(valid_from=date(2026, 1, 1))
    assert names([later, earlier]) == names([earlier, later])
    assert names([last, between]) == names([between, last])


def test_a_meaning_that_only_begins_holds_from_that_day_on_and_not_before() -> None:
    meant = names([row(valid_from=date(2025, 7, 1))])["chờ ký số"]
    assert isinstance(meant, Dated)
    assert [meant.on(date(2025, 6, 30)), meant.on(date(2025, 7, 1)), meant.on(date(2099, 1, 1))] == [None, 4, 4]


def test_words_are_compared_without_case_blanks_or_composition() -> None:
    assert spelled("  CHỜ  ky\u0301 số ") == "chờ ký số"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(), row(status="DONE")], "two meanings"),
        ([row(valid_from=date(2025, 1, 1)), row(valid_to=date(2025, 1, 2), status="DONE")], "two meanings"),
        ([row(valid_from=date(2025, 1, 1)), row(valid_from=date(2026, 1, 1), status="DONE")], "two meanings"),
        ([row(valid_to=date(2025, 1, 1)), row(valid_to=date(2026, 1, 1), status="DONE")], "two meanings"),
        ([row(status="FINISHED")], "Row 1"),
        ([row(), row(name=" ")], "Row 2"),
        ([row(name=7)], "Row 1: name"),
        ([row(valid_from="2025-01-01")], "valid_from"),
        ([row(valid_from=date(2025, 1, 2), valid_to=date(2025, 1, 2))], "valid_to"),
        ([row(valid_form=date(2025, 1, 2))], "valid_form"),
    ],
)
def test_a_map_that_contradicts_itself_is_refused_with_the_row(rows: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(StatusMapInvalid, match=said):
        names(rows)
