"""Dossiers as one-stop systems write them for the national portal, with every personal field filled with markers.

The fields and their typing are those of portal-contracts.md 1.4 and 7.4, of three senders: OpenCPS (Java), the .NET
system of Thanh Hoá, and Hà Giang's gateway client, which knows only the fields of 2019.
"""

from typing import Any

CODE = "000.00.99.H24-240115-0001"
_NAME, _NUMBER, _PHONE = "Người Không Có Thật 1", "999000000001", "0000000001"

PERSONAL = {
    "ChuHoSo": _NAME,
    "MaDoiTuong": _NUMBER,
    "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": _NUMBER}],
    "SoGiayToChuHoSo": _NUMBER,
    "Email": "1@canary.invalid",
    "Fax": _PHONE,
    "SoDienThoai": _PHONE,
    "TrichYeuHoSo": f"Đăng ký dự thi của {_NAME}",
    "ThongTinKhac": f"Phố Không Có Thật 1, {_NUMBER}",
    "ThongTinTra": _NAME,
    "GhiChu": f"gọi {_PHONE}",
}


def opencps(code: str = CODE, **changed: Any) -> dict[str, Any]:
    """The object OpenCPS builds: everything is text, and blank where there is nothing."""
    return {
        "MaHoSo": code,
        "MaTTHC": "1.005142",
        "TenTTHC": "Đăng ký dự thi",
        "MaLinhVuc": "G08-GD01",
        "TenLinhVuc": "Thi, tuyển sinh",
        "KenhThucHien": "2",
        "SoBienNhan": "",
        "LoaiDoiTuong": "1",
        **PERSONAL,
        "NgayNopHoSo": "20240114074512",
        "NgayTiepNhan": "20240115083000",
        "NgayHenTra": "20240118170000",
        "NgayTuChoi": "",
        "TrangThaiHoSo": "4",
        "NgayTra": "",
        "HinhThuc": "0",
        "NgayKetThucXuLy": "",
        "DonViXuLy": "Sở Giáo dục và Đào tạo",
        "NoiNopHoSo": "1",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "1",
        "DuocThanhToanTrucTuyen": "2",
        "DSKetNoiCSDL": [{"MaCSDL": "7"}],
        "TaiLieuNop": [_paper(), _paper(DuocSoHoa="0", DuocTaiSuDung="2"), _paper(IsDeleted="True")],
        "DanhSachLePhi": [
            {"TenPhiLePhi": f"Phí của {_NAME}", "MaPhiLePhi": "LP01", "HinhThucThu": "1", "Gia": "1.200.000",
             "LoaiPhiLePhi": "1"}
        ],
        "DanhSachTepDinhKemKhac": [{"TenGiayTo": _NAME, "SoLuong": "1", "LoaiGiayTo": "1"}],
        "DanhSachHoSoBoSung": [],
        "DanhSachGiayToKetQua": [],
        **changed,
    }  # fmt: skip


def thanh_hoa(code: str = CODE, **changed: Any) -> dict[str, Any]:
    """The .NET system's object: nulls beside blanks, real booleans in rounds, constant fee codes, ``MaHoSoKhac``."""
    return {
        **opencps(code),
        "NoiNopHoSo": "2",
        "NgayTuChoi": None,
        "NgayKetThucXuLy": None,
        "DuocThanhToanTrucTuyen": "3",
        "DanhSachLePhi": [{"MaPhiLePhi": "1", "HinhThucThu": "1", "Gia": "0", "LoaiPhiLePhi": "1"}],
        "DanhSachHoSoBoSung": [a_round()],
        "MaHoSoKhac": _NUMBER,
        **changed,
    }


def ha_giang(code: str = CODE, **changed: Any) -> dict[str, Any]:
    """The gateway client's object of 2019: null where its class was not filled, and no field of 2022."""
    return {
        "MaHoSo": code,
        "MaTTHC": "3.000181.000.00.00.H22",
        "TenTTHC": "Tuyển sinh trung học phổ thông",
        "MaLinhVuc": "G03-GD10",
        "TenLinhVuc": "Giáo dục Trung học",
        "SoBienNhan": "",
        "ChuHoSo": _NAME,
        "LoaiDoiTuong": "1",
        "MaDoiTuong": _NUMBER,
        "NgayTiepNhan": "20240115083000",
        "NgayHenTra": "",
        "TrangThaiHoSo": "10",
        "HinhThuc": "0",
        "DonViXuLy": "Trường THPT Chuyên",
        "TaiLieuNop": [_paper_of_2019()],
        "DanhSachGiayToKetQua": [
            {"GiayToId": "7", "TenGiayTo": _NAME, "MaThanhPhanHoSo": "KH.01",
             "DuongDanTepTinKetQua": "http://10.0.0.1/dowload.aspx?filename=x"}
        ],
        **changed,
    }  # fmt: skip


def a_round(**changed: Any) -> dict[str, Any]:
    """One supplement round."""
    return {
        "HoSoBoSungId": "1",
        "NguoiYeuCauBoSung": _NAME,
        "NoiDungBoSung": f"thiếu giấy tờ của {_NAME}",
        "NgayBoSung": "20240116090000",
        "NguoiTiepNhanBoSung": _NAME,
        "ThongTinTiepNhan": _PHONE,
        "NgayTiepNhanBoSung": "20240117100000",
        "TrangThaiBoSung": True,
        "DanhSachGiayToBoSung": [],
        "DanhSachLePhiBoSung": [],
        "NgayHenTraTruoc": "20240118170000",
        "NgayHenTraMoi": "20240122170000",
        **changed,
    }


def a_step(code: str = CODE, **changed: Any) -> dict[str, Any]:
    """One item of ``CapNhatTienDoHoSoMC``."""
    return {
        "MaHoSo": code,
        "NguoiXuLy": _NAME,
        "ChucDanh": "Chuyên viên",
        "ThoiDiemXuLy": "20240117090500",
        "PhongBanXuLy": f"Phòng của {_NAME}",
        "NoiDungXuLy": f"Chuyển {_NAME} ký",
        "TrangThai": "4",
        "NgayBatDau": "20240115083000",
        "NgayKetThucTheoQuyDinh": "20240118170000",
        **changed,
    }


def _paper(**changed: Any) -> dict[str, Any]:
    return {
        **_paper_of_2019(),
        "DuocSoHoa": "1",
        "DuocTaiSuDung": "0",
        "DuocLayTuKhoDMQG": "0",
        "MaKetQuaThayThe": "",
        **changed,
    }


def _paper_of_2019() -> dict[str, Any]:
    return {
        "TepDinhKemId": "t1",
        "TenTepDinhKem": f"{_NAME}.pdf",
        "IsDeleted": "False",
        "MaThanhPhanHoSo": "KH.01",
        "DuongDanTaiTepTin": f"https://files.canary.invalid/{_NUMBER}",
    }
