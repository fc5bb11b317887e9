"""The national portal's session services of 2019 to 2025 (portal-contracts.md 1.1 to 1.3, 1.7, 2.1, 7.1 to 7.6).

Kept quirks: success is "00", "0" or 0; dictionary keys are in capitals, dossier keys are not; no paging; money as
text with dots; fee codes with an apostrophe; the result of ``LayDVC`` is an object. The code for an ended session
is not known of the real portal: here "-1".
"""

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any, Literal

from sandbox_portal.portals.procedure_texts import LEGAL_BASES, MINISTRY, PAPERS, deciding_body
from sandbox_portal.scenarios.model import Agency, Catalogue, DossierBook, Procedure
from shared.domain.level import AuthorityLevel

Json = dict[str, Any]
Success = Literal["00", "0", "int"]

_DONE = "Thành công"
_FAILED = "-1"
_ENDED = "Phiên làm việc không hợp lệ hoặc đã hết hạn"

_LEVEL_CODES = {
    AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE: ("1", "Cấp Tỉnh"),
    AuthorityLevel.DISTRICT: ("2", "Cấp Huyện"),
    AuthorityLevel.COMMUNE: ("3", "Cấp Xã"),
}
_CHANNELS = ("1", "2", "3")
_SIGNATURE = 16
"""Digits of a session that are its signature; those before it are its end and a number of its own."""


class NationalRpc:
    """Login and services. Sessions carry their own end, signed, so nothing is stored."""

    def __init__(
        self,
        catalogue: Catalogue,
        dossiers: DossierBook,
        *,
        login: tuple[str, str],
        success: Success,
        seconds: int,
        now: Callable[[], datetime],
    ) -> None:
        self._catalogue, self._dossiers = catalogue, dossiers
        self._login, self._seconds, self._now = login, seconds, now
        self._ok: str | int = 0 if success == "int" else success
        self._key = sha256(b"sandbox-session" + login[1].encode()).digest()
        self._by_code = {procedure.code: procedure for procedure in catalogue.procedures}
        self._services: dict[str, Callable[[Mapping[str, Any]], Any]] = {
            "LayDanhMucCoQuan": lambda _: [self._agency(agency) for agency in catalogue.agencies],
            "LayDanhMucLinhVuc": lambda _: [
                {"MALINHVUC": field.code, "TENLINHVUC": field.name, "MANGANH": field.code.partition("-")[0]}
                for field in catalogue.fields
            ],
            "LayDanhMucCapThucHien": lambda _: [
                {"CAPTHUCHIEN": code, "TENCAP": name} for code, name in (("0", "Cấp Bộ"), *_LEVEL_CODES.values())
            ],
            "LayDanhSachTTHC": lambda _: [
                {"MATTHC": p.code, "TENTTHC": p.name} for p in catalogue.procedures if p.in_force
            ],
            "LayThuTuc": self._procedure,
            "LayDVC": lambda _: {"data": [row for p in catalogue.procedures if p.in_force for row in self._online(p)]},
            "TraCuuHoSo": self._dossier,
        }

    @property
    def services(self) -> tuple[str, ...]:
        """The names of the services offered."""
        return tuple(self._services)

    def login(self, asked: Mapping[str, Any]) -> Json:
        """A session for the right name and password."""
        given = (str(asked.get("username", "")), str(asked.get("password", "")))
        if not hmac.compare_digest("\0".join(given).encode(), "\0".join(self._login).encode()):
            return {"session": "", "error_code": _FAILED, "message": "Sai tên đăng nhập hoặc mật khẩu"}
        ends = f"{int(self._now().timestamp()) + self._seconds:x}-{token_hex(4)}"
        return {"session": f"{ends}{self._sign(ends)}", "error_code": self._ok, "message": _DONE}

    def call(self, asked: Mapping[str, Any]) -> Json:
        """One service in the envelope ``{session, madonvi, service, …}``."""
        if not self._is_live(str(asked.get("session", ""))):
            return {"error_code": _FAILED, "message": _ENDED, "result": []}
        if not asked.get("madonvi"):
            return {"error_code": _FAILED, "message": "Thiếu mã đơn vị (madonvi)", "result": []}
        service = self._services.get(str(asked.get("service")))
        if service is None:
            return {"error_code": _FAILED, "message": "Dịch vụ không tồn tại", "result": []}
        return {"error_code": self._ok, "message": _DONE, "result": service(asked)}

    def _sign(self, ends: str) -> str:
        return hmac.digest(self._key, ends.encode(), "sha256").hex()[:_SIGNATURE]

    def _is_live(self, session: str) -> bool:
        signed, signature = session[:-_SIGNATURE], session[-_SIGNATURE:]
        if not hmac.compare_digest(self._sign(signed).encode(), signature.encode()):
            return False
        return int(signed.partition("-")[0], 16) > self._now().timestamp()

    def _dossier(self, asked: Mapping[str, Any]) -> list[Json]:
        found = self._dossiers.find(str(asked.get("mahoso", "")).strip().upper())
        return [] if found is None else [{"MaHoSo": found.code, "TrangThaiHoSo": str(int(found.status))}]

    def _agency(self, agency: Agency) -> Json:
        level = _LEVEL_CODES.get(agency.level, _LEVEL_CODES[AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE])[0]
        return {"MADONVI": agency.qcvn, "TENDONVI": agency.name, "CAPDONVI": level}

    def _online(self, procedure: Procedure) -> list[Json]:
        """The online services of a procedure. Some have a lesser one too: the highest level counts."""
        levels = ["toàn trình"] if procedure.full_online else ["một phần"]
        if procedure.full_online and procedure.number % 15 == 0:
            levels.append("một phần")
        return [self._service(procedure, n, level) for n, level in enumerate(levels, 1)]

    def _service(self, procedure: Procedure, serial: int, level: str) -> Json:
        """One online service; its level stands with the agency that applies it (MucDo)."""
        agency = self._catalogue.agencies[procedure.agency]
        return {
            "MADVC": f"{procedure.code}.{serial:02d}",
            "TENDVC": procedure.name,
            "MATTHC": procedure.code,
            "TENTTHC": procedure.name,
            "TENCOQUANBANHANH": MINISTRY,
            "TENLINHVUC": procedure.field.name,
            "MUCDO": level,
            "MACQTH": agency.qcvn,
            "TENCQTH": agency.name,
            "APDUNGDVC": [{"MACQTH": agency.qcvn, "TENCQTH": agency.name, "MUCDO": level}],
        }

    def _procedure(self, asked: Mapping[str, Any]) -> list[Json]:
        found = self._by_code.get(str(asked.get("maTTHC", "")).strip())
        return [] if found is None else [self._detail(found)]

    def _detail(self, procedure: Procedure) -> Json:
        body, owner = deciding_body(procedure, self._catalogue), self._catalogue.agencies[procedure.agency]
        level, name = _LEVEL_CODES.get(procedure.level, _LEVEL_CODES[AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE])
        return {
            "ID": str(1_049_000 + procedure.number),
            "MATTHC": procedure.code,
            "TENTTHC": procedure.name,
            "MACOQUANCONGBO": "G03",
            "LOAITTHC": "TTHC được luật giao quy định chi tiết",
            "QUYETDINH": procedure.decision,
            "YEUCAU": "Không",
            "TRANGTHAI": int(procedure.in_force) if procedure.number % 2 else str(int(procedure.in_force)),
            "MOTACOQUANTHUCHIEN": body,
            "TRINHTUTHUCHIEN": [{"TRUONGHOP": "Thông thường", "TRINHTU": [{"TENTRINHTU": "Nộp và nhận kết quả"}]}],
            "CAPTHUCHIEN": [{"CAPTHUCHIEN": level, "TENCAP": name}],
            "LINHVUCTHUCHIEN": [{"MALINHVUC": procedure.field.code, "TENLINHVUC": procedure.field.name}],
            "CACHTHUCTHUCHIEN": [{"KENH": channel, "THOIGIAN": [_limit(procedure)]} for channel in _CHANNELS],
            "DOITUONGTHUCHIEN": [{"MADOITUONG": "1", "TENDOITUONG": "Công dân Việt Nam"}],
            "THANHPHANHOSO": [_papers()],
            "KETQUATHUCHIEN": [{"MAKETQUA": f"KQ.{procedure.field.code}", "TENKETQUA": "Văn bản trả lời"}],
            "CANCUPHAPLY": [_basis(code, name) for code, name in LEGAL_BASES],
            "TTHCLIENQUAN": [],
            "TTHCLIENTHONG": [],
            "COQUANTHUCHIEN": [{"MADONVI": owner.qcvn, "TENDONVI": body}],
        }


def _limit(procedure: Procedure) -> Json:
    fee = f"{procedure.fee:,}".replace(",", ".") if procedure.fee else "không"
    return {
        "THOIGIANGIAIQUYET": str(procedure.working_days),
        "DONVITINH": "Ngày làm việc",
        "MOTA": "Kể từ ngày nhận đủ hồ sơ",
        "PHILEPHI": [
            {"MAPHILEPHI": "2'", "SOTIEN": fee, "DONVI": "đồng", "MOTA": "" if procedure.fee else "Miễn lệ phí"}
        ],
    }


def _papers() -> Json:
    """The first paper twice, once a form file: readers must join rows of one code."""
    rows = [(*PAPERS[0], "to-khai-1.docx"), (*PAPERS[0], "to-khai-2.docx"), (*PAPERS[1], "")]
    papers = [
        {"MAGIAYTO": code, "TENGIAYTO": name, "SOBANCHINH": "1", "SOBANSAO": "0", "TENMAUDON": file, "URL": ""}
        for code, name, file in rows
    ]
    return {"TRUONGHOP": "Thông thường", "GIAYTO": papers}


def _basis(code: str, name: str) -> Json:
    return {"SOVANBAN": code, "TENVANBAN": name, "NGAYBANHANH": "01/01/2099", "NGAYHIEULUC": "01/07/2099"}
