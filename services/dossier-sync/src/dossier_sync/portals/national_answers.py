"""What a push is answered, in the contract's own form: HTTP 200, ``error_code``, ``message``, ``result``.

A known sender looks for "thành công" in the answer, in small letters and anywhere in it: every answer to a push that
was taken whole has these words, and no other answer has. Nothing of a record is repeated but its code.
"""

from collections.abc import Sequence
from typing import Any, Literal

from dossier_sync.domain.dossier import Reason
from dossier_sync.portals.national_dossier import WIRE_NAMES

Json = dict[str, Any]
Success = Literal["0", "00", "int"]

FAILED, EXISTS = "-1", "3"
"""The contract has no table of codes. Known dossiers were seen answered with 0, 3 and -3; 3 is unlike success."""
_MOST_NAMED = 10

_WHY = {
    "exists": "đã tồn tại",
    "foreign": "không thuộc đơn vị của tài khoản",
    Reason.SHAPE: "sai cấu trúc",
    Reason.CODE_UNREADABLE: "MaHoSo không theo dạng nào của mã hồ sơ",
    Reason.AGENCY_UNREADABLE: "mã đơn vị không đọc được",
    Reason.DATE_UNREADABLE: "ngày không đúng định dạng",
    Reason.DATE_IMPOSSIBLE: "ngày không thể có",
    Reason.DOSSIER_UNKNOWN: "chưa có hồ sơ này; gửi DongBoHoSoMC trước",
    Reason.STATUS_UNREADABLE: "trạng thái không thuộc mười mã quốc gia",
}

Refusal = tuple[int, str, str, str]
"""(position from 1, dossier code or "", why, our name of the field or "")."""


def session(text: str, success: Success) -> Json:
    """A login that went well."""
    return {"session": text, "error_code": _spelt(success), "message": "Đăng nhập thành công"}


def login_refused() -> Json:
    """A login that did not; which of the two was wrong is not told."""
    return {"session": "", "error_code": FAILED, "message": "Sai tên đăng nhập hoặc mật khẩu"}


def failed(message: str) -> Json:
    """The call as a whole was refused; nothing of it was stored."""
    return {"error_code": FAILED, "message": message, "result": []}


def found(code: str, status: int, success: Success) -> Json:
    """The dossier that was asked for."""
    result = [{"MaHoSo": code, "TrangThaiHoSo": str(status or "")}]
    return {"error_code": _spelt(success), "message": "Tra cứu thành công", "result": result}


def not_found(success: Success) -> Json:
    """There is none: senders then send it as new."""
    return {"error_code": _spelt(success), "message": "Không có hồ sơ", "result": []}


def taken(what: str, records: int, refused: Sequence[Refusal], success: Success) -> Json:
    """All taken; or which were not, and why. What is not named was stored, or was known already in the same bytes."""
    if not refused:
        return {"error_code": _spelt(success), "message": f"{what} thành công: {records} bản ghi", "result": []}
    only_known = all(why == "exists" for _, _, why, _ in refused)
    if only_known and records == 1:
        return {"error_code": EXISTS, "message": f"Hồ sơ {refused[0][1]} đã tồn tại", "result": []}
    named = "; ".join(
        f"{code or f'bản ghi {n}'}: {_words(why, field)}" for n, code, why, field in refused[:_MOST_NAMED]
    )
    more = f"; và {len(refused) - _MOST_NAMED} bản ghi khác" if len(refused) > _MOST_NAMED else ""
    return {
        "error_code": EXISTS if only_known else FAILED,
        "message": f"Đã nhận {records - len(refused)}/{records} bản ghi. Không nhận {named}{more}",
        "result": [
            {
                "ViTri": n,
                "MaHoSo": code,
                "error_code": EXISTS if why == "exists" else FAILED,
                "message": _words(why, field),
            }
            for n, code, why, field in refused
        ],
    }


def _words(why: str, field: str) -> str:
    name = WIRE_NAMES.get(field, field)
    words = _WHY[why]
    return f"{words} ({name})" if name and name not in words else words


def _spelt(success: Success) -> str | int:
    return 0 if success == "int" else success
