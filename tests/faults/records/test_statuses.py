"""One wording, two portals, two meanings; and a portal that changes its mind."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.wiring import ADAPTERS
from shared.domain.status import DossierStatus
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record, waiting
from support.syncing import rows, sync

IN_A: tuple[dict[str, Any], ...] = ({"name": "Chờ ký số", "status": "PROCESSING"},)
IN_B: tuple[dict[str, Any], ...] = (
    {"name": "Chờ ký số", "status": "DONE", "valid_from": date(2024, 3, 1)},
    {"name": "Đã trả kết quả", "status": "DONE", "valid_to": date(2024, 2, 1)},
)


def told(number: int, name: str, at: str) -> dict[str, object]:
    return a_record(
        f"000.00.99.H24-240115-{number:04d}", **(waiting(name) | {"dossierStatus": None}), updatedDate=f"{at}+0000"
    )


@pytest.mark.fault("F60")
async def test_f60_one_wording_means_what_each_portal_means_by_it_and_when(engine: AsyncEngine) -> None:
    in_a = (told(1, "Chờ ký số", "2024-03-05T01:00:00.000"),)
    in_b = (
        told(2, "chờ KÝ số ", "2024-02-29T16:59:59.000"),  # the last instant of 29 February in Viet Nam
        told(3, "Chờ ký số", "2024-02-29T17:00:00.000"),  # the first of 1 March
        told(4, "Đã trả kết quả", "2024-01-31T00:00:00.000"),
        told(5, "Đã trả kết quả", "2024-02-01T00:00:00.000"),
    )
    for portal, statuses, records in (("a-igate", IN_A, in_a), ("b-igate", IN_B, in_b)):
        speaking = FakeIgate(list(records)).portal(statuses=statuses)
        ending = await sync(engine, speaking, name=f"{portal}/dossiers")
        assert ending.verdict is Verdict.SUCCEEDED
    stored = await rows(engine, "select status, flags from dossier.head_v2 order by dossier_code")
    assert [DossierStatus(one["status"]).name for one in stored] == [
        "PROCESSING",
        "UNMAPPED",  # before b-igate's meaning begins nobody says what the word meant
        "DONE",
        "DONE",
        "RETURNED",  # after b-igate's own meaning ended, that of all
    ]
    assert "status_unmapped" in (stored[1]["flags"] or ())


def test_each_deployments_map_has_its_own_version() -> None:
    versions = {FakeIgate([]).portal(statuses=rows).map_version for rows in ((), IN_A, IN_B)}
    assert len(versions) == 3


def test_the_file_of_portals_refuses_a_map_that_contradicts_itself() -> None:
    options = ADAPTERS["igate"].options()
    assert options.model_validate({"statuses": [dict(IN_A[0])]})
    with pytest.raises(ValidationError, match="two meanings"):
        options.model_validate({"statuses": [dict(IN_A[0]), dict(IN_A[0], status="DONE")]})
