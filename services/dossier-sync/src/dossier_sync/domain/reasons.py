"""Why a record is set aside, in words an operator can act on: what happened, who must act, what to do, what cures it.

Everything that shows a reason reads this registry; a test holds it complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from dossier_sync.domain.dossier import Reason

WhoMustAct = Literal["us", "upstream", "nobody"]


class Cause(StrEnum):
    """What may make a reason go away without anybody touching the record: it is then tried again by itself."""

    MAP = "map"
    """The adapter reads with other maps or formats."""
    CATALOGUE = "catalogue"
    """The catalogue learnt something: a procedure, an agency."""
    TIME = "time"
    """A day passed: what lay ahead may lie behind now."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One reason for an operator. ``sentence``, ``action``: (Vietnamese, English). ``cured_by``: see ``Cause``."""

    sentence: tuple[str, str]
    who_must_act: WhoMustAct
    action: tuple[str, str]
    cured_by: frozenset[Cause] = frozenset({Cause.MAP})


EXPLAINED: Mapping[Reason, Explained] = {
    Reason.SHAPE: Explained(
        (
            "Bản ghi không có các trường hoặc kiểu dữ liệu như đã thống nhất.",
            "The record does not have the agreed fields or types.",
        ),
        "us",
        (
            "So sánh với tài liệu của cổng; sửa bộ kết nối nếu cổng đã đổi, rồi đọc lại toàn bộ danh sách.",
            "Compare it with the portal's contract; mend the adapter if the portal changed, then read the list again.",
        ),
    ),
    Reason.CONTRACT_DRIFT: Explained(
        (
            "Cổng đã đổi tên hoặc đổi kiểu một trường bắt buộc trên cả trang, nên cả trang không được tin.",
            "The portal renamed or retyped a needed field on a whole page, so no record of that page is believed.",
        ),
        "us",
        (
            "Hỏi cổng về thay đổi, sửa bộ kết nối. Khi bộ kết nối mới chạy, toàn bộ danh sách được đọc lại.",
            "Ask the portal what changed and mend the adapter. The mended one reads the whole list again by itself.",
        ),
        frozenset(),
    ),
    Reason.CODE_UNREADABLE: Explained(
        (
            "Mã hồ sơ không theo dạng nào trong ba dạng hợp lệ; nội dung không được lưu vì có thể là tên người.",
            "The dossier code has none of the three legal forms; its text is not kept, it may be a person's name.",
        ),
        "upstream",
        (
            "Báo đơn vị vận hành cổng sửa mã hồ sơ. Lần đồng bộ sau sẽ tự nhận.",
            "Ask the portal's operator to mend the code. The next run takes the record in by itself.",
        ),
        frozenset(),
    ),
    Reason.AGENCY_UNREADABLE: Explained(
        (
            "Mã cơ quan không đọc được, nên không biết hồ sơ thuộc cơ quan nào.",
            "The agency's code cannot be read, so nobody can say whose dossier it is.",
        ),
        "upstream",
        (
            "Báo cổng sửa mã cơ quan, hoặc bổ sung cơ quan vào danh mục.",
            "Ask the portal to mend the code, or add the agency to the catalogue.",
        ),
        frozenset({Cause.MAP, Cause.CATALOGUE}),
    ),
    Reason.TEXT_GARBLED: Explained(
        (
            "Chữ bị sai bảng mã (lỗi Unicode, TCVN3 hoặc VNI), nên không rõ trạng thái hay kênh nộp là gì.",
            "A wording came in a wrong encoding (mojibake, TCVN3 or VNI), so state or channel would be a guess.",
        ),
        "upstream",
        (
            "Báo cổng trả dữ liệu bằng Unicode (UTF-8). Lần đồng bộ sau sẽ tự nhận.",
            "Ask the portal to answer in Unicode (UTF-8). The next run takes the records in by itself.",
        ),
        frozenset(),
    ),
    Reason.TEST_DOSSIER: Explained(
        (
            "Hồ sơ thử nghiệm theo quy tắc do người vận hành đặt; không tính vào số liệu nào.",
            "A test by a rule the operator wrote; it counts in no figure.",
        ),
        "nobody",
        (
            "Không cần làm gì. Nếu quy tắc quá rộng, sửa test_dossiers rồi cho đọc lại.",
            "Nothing. If the rule is too wide, mend test_dossiers and have the records read again.",
        ),
        frozenset(),
    ),
    Reason.DATE_UNREADABLE: Explained(
        (
            "Một ngày không theo định dạng nào của cổng, hoặc là ngày không tồn tại.",
            "A date is in none of the portal's formats, or is a day that does not exist.",
        ),
        "upstream",
        (
            "Báo cổng sửa ngày. Nếu cổng dùng định dạng mới thì bổ sung vào bộ kết nối.",
            "Ask the portal to mend the date. If it uses a new format, teach it to the adapter.",
        ),
    ),
    Reason.DATE_IMPOSSIBLE: Explained(
        (
            "Một ngày đã qua lại nằm ở tương lai, hoặc sớm hơn khi có cổng dịch vụ công.",
            "A date that must be past lies in the future, or before there were portals.",
        ),
        "upstream",
        (
            "Kiểm tra đồng hồ và múi giờ của cổng. Hồ sơ được thử lại mỗi ngày.",
            "Look at the portal's clock and time zone. The record is tried again every day.",
        ),
        frozenset({Cause.MAP, Cause.TIME}),
    ),
    Reason.DOSSIER_UNKNOWN: Explained(
        (
            "Tiến độ của một hồ sơ mà chưa hệ thống nào gửi lên.",
            "A step of a dossier that no system has sent.",
        ),
        "upstream",
        (
            "Báo hệ thống một cửa gửi hồ sơ (DongBoHoSoMC) trước, tiến độ sau. Hồ sơ đến thì bản ghi này tự khép; "
            "mỗi ngày được thử lại.",
            "Ask the one-stop system to send the dossier (DongBoHoSoMC) first. The dossier's arrival settles this; "
            "it is tried again every day.",
        ),
        frozenset({Cause.TIME}),
    ),
    Reason.STATUS_UNREADABLE: Explained(
        (
            "Một bước tiến độ không có trạng thái thuộc mười mã quốc gia, nên không cho biết điều gì.",
            "A step whose status is none of the ten national codes: it says nothing.",
        ),
        "upstream",
        (
            "Báo hệ thống một cửa ánh xạ trạng thái của mình sang mã quốc gia. Bước sau của hồ sơ sẽ thay thế.",
            "Ask the one-stop system to map its status to a national code. The dossier's next step replaces this one.",
        ),
    ),
}
"""Every reason, in the order of the checks."""


def cured_by(cause: Cause) -> list[Reason]:
    """The reasons that a cause may make go away."""
    return [reason for reason, told in EXPLAINED.items() if cause in told.cured_by]
