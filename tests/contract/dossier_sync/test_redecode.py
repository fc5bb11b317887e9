"""A stored record is read as the original was: what every adapter must keep so that a mapping can be mended later."""

import json
from typing import Any

import msgspec
import pytest

from dossier_sync.domain.dossier import PortalRecord
from dossier_sync.portals import RecordUnreadable, igate_words
from dossier_sync.portals.igate import Igate
from shared.domain.status import DossierStatus
from support.fake_igate import FakeIgate, a_record, waiting

KEY = "000.00.99.H24-240115-0001"


@pytest.fixture
def igate() -> Igate:
    return FakeIgate([]).portal()


def decoded(igate: Igate, **changed: Any) -> PortalRecord:
    record = a_record(**changed)
    return igate.decode(msgspec.Raw(json.dumps(record, ensure_ascii=False).encode()), KEY)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        waiting("Thụ lý hồ sơ"),
        waiting("Chờ ký số"),
        waiting("NGUYỄN Văn Không Có Thật"),
        {"applyMethod": None, "agency": None, "procedure": None, "dossierTaskStatus": None},
        {"applyMethod": {"id": 7, "name": "Qua bưu điện văn hóa"}},
        {"procedure": {"nationCode": "undefined", "code": "1.005142.H24", "sector": {"code": "G08"}}},
        {"appointmentDate": None, "dueDate": "2024-01-18T17:00:00.000+0700"},
        {"acceptedDate": "2024-02-30T01:00:00.000+0000"},
        {"acceptedDate": "999000000001", "completedDate": "Người Không Có Thật 3"},
        {"agency": {"code": "H24.9"}},
        {"agency": {"code": "Người Không Có Thật 4"}},
        {"code": " 000.00.99.h24-240115-0001 "},
    ],
)
def test_what_is_stored_reads_as_the_original_did(igate: Igate, changed: dict[str, Any]) -> None:
    first = decoded(igate, **changed)
    again = igate.redecode(first.record, KEY)
    assert again == first._replace(code=again.code, particulars=None)
    assert (again.code.strip().upper(), "Thật" in again.record.decode(), b"999000" in again.record) == (
        KEY,
        False,
        False,
    )


def test_a_wording_mapped_later_is_read_from_the_stored_record(igate: Igate, monkeypatch: pytest.MonkeyPatch) -> None:
    first, before = decoded(igate, **{**waiting("Chờ ký số"), "dossierStatus": None}), igate_words.map_version()
    assert first.status == DossierStatus.UNMAPPED
    monkeypatch.setitem(igate_words.STATUS_MAP, "chờ ký số", DossierStatus.PROCESSING)
    assert FakeIgate([]).portal().redecode(first.record, KEY).status == DossierStatus.PROCESSING
    assert igate_words.map_version() != before


def test_what_the_redaction_lost_never_lets_a_record_in(igate: Igate) -> None:
    lost = decoded(igate, acceptedDate="Người Không Có Thật 3")
    assert (lost.unreadable, igate.redecode(lost.record, KEY).unreadable) == ("received_on", "received_on")


@pytest.mark.parametrize("record", [b"{}", b"", b"[]", b'{"dates":[]}'])
def test_where_nothing_was_kept_nothing_is_invented(igate: Igate, record: bytes) -> None:
    with pytest.raises(RecordUnreadable):
        igate.redecode(record, KEY)
