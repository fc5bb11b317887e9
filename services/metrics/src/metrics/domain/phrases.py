"""The dictionary's other words in Vietnamese: what is counted, what dates it, what 0 of 0 is answered with.

The definitions say them in English, and many share one phrase. Words only: no number follows from this module.
"""

from collections.abc import Mapping

from metrics.domain.meanings import MEASURED, Meaning

_REPORTED = ", as the agency itself reports them; subtrees are not added up"
_VIETNAMESE: Mapping[str, str] = {
    # What is counted.
    "accepted dossiers": "hồ sơ đã tiếp nhận",
    "distinct procedures that a decision of the agency's catalogues brings in, changes or ends": (
        "số TTHC khác nhau được quyết định công bố mới, sửa đổi hoặc bãi bỏ trong danh mục của đơn vị"
    ),
    "distinct published procedures in force in the catalogues of the agency's subtree": (
        "số TTHC công khai khác nhau còn hiệu lực trong danh mục của đơn vị và cấp dưới"
    ),
    "dossiers received and ended in the period, without those withdrawn": (
        "hồ sơ tiếp nhận và kết thúc trong kỳ, không kể hồ sơ do người nộp rút"
    ),
    "dossiers received in the period, as the agency enters them": "hồ sơ tiếp nhận trong kỳ, theo số đơn vị nhập",
    "fee-bearing procedures in force in the catalogues of the agency's subtree": (
        "TTHC có phí, lệ phí còn hiệu lực trong danh mục của đơn vị và cấp dưới"
    ),
    "petitions (phản ánh, kiến nghị)": "phản ánh, kiến nghị",
    "points of resolved dossiers": "điểm của các hồ sơ đã giải quyết",
    "points of the agency as a whole": "điểm của cả đơn vị",
    "points of the criteria of the index": "điểm của các tiêu chí trong bộ chỉ số",
    "procedures in force in the catalogues of the agency's subtree": (
        "TTHC còn hiệu lực trong danh mục của đơn vị và cấp dưới"
    ),
    "procedures in force in the catalogues of the agency's subtree that persons may carry out": (
        "TTHC còn hiệu lực trong danh mục của đơn vị và cấp dưới mà cá nhân được thực hiện"
    ),
    "publication decisions": "quyết định công bố",
    "publication decisions, without those on internal procedures": (
        "quyết định công bố, không kể quyết định về thủ tục hành chính nội bộ"
    ),
    # What dates it.
    "dossiers by the day of receipt, procedures at the period's last day": (
        "hồ sơ theo ngày tiếp nhận, TTHC theo ngày cuối kỳ"
    ),
    "handled in the period: received in it or carried over into it": (
        "xử lý trong kỳ: tiếp nhận trong kỳ hoặc từ kỳ trước chuyển sang"
    ),
    "handled in the period; petitions and votes up to its last day": (
        "xử lý trong kỳ; phản ánh, kiến nghị và đánh giá tính đến ngày cuối kỳ"
    ),
    "the day of receipt": "ngày tiếp nhận",
    "the day of receipt (NgayTiepNhan)": "ngày tiếp nhận (NgayTiepNhan)",
    "the day of resolution": "ngày xử lý xong",
    "the day of resolution; open ones by the state at the end of the period": (
        "ngày xử lý xong; việc chưa xong theo tình trạng ở cuối kỳ"
    ),
    "the day of signing, as known at the catalogue change": "ngày ký, theo danh mục tại thời điểm trả lời",
    "the day of signing, or the day posting fell due while it was not posted": (
        "ngày ký, hoặc ngày hết hạn công khai nếu chưa công khai"
    ),
    "the day of the first re-appointment": "ngày hẹn lại lần đầu",
    "the day processing ended": "ngày kết thúc xử lý",
    "the day processing ended (NgayKetThucXuLy, else the day of return)": (
        "ngày kết thúc xử lý (NgayKetThucXuLy, nếu không có thì ngày trả)"
    ),
    "the day processing ended (NgayKetThucXuLy, else the day of return); open dossiers by the state at the end of the "
    "period's last day": (
        "ngày kết thúc xử lý (NgayKetThucXuLy, nếu không có thì ngày trả); hồ sơ chưa kết thúc theo tình trạng ở hết "
        "ngày cuối kỳ"
    ),
    "the day the decision was signed, as known at the catalogue change": (
        "ngày ký quyết định, theo danh mục tại thời điểm trả lời"
    ),
    "the days of each criterion; the index runs on calendar months, quarters and years": (
        "theo ngày của từng tiêu chí; bộ chỉ số tính theo tháng, quý, năm dương lịch"
    ),
    "the effective days of the decisions, at the period's last day, as known at the catalogue change": (
        "ngày hiệu lực của các quyết định, xét ở ngày cuối kỳ, theo danh mục tại thời điểm trả lời"
    ),
    "the state at the beginning of the period's first day": "tình trạng ở đầu ngày đầu kỳ",
    "the state at the end of the period's last day": "tình trạng ở hết ngày cuối kỳ",
    "the very days it was entered for": "đúng các ngày mà số liệu được nhập",
    "the very days they were entered for": "đúng các ngày mà số liệu được nhập",
    # What 0 of 0 is answered with.
    "each criterion has its own rule; a null criterion makes the score a range": (
        "mỗi tiêu chí có quy tắc riêng; tiêu chí không có giá trị làm cho điểm là một khoảng"
    ),
    "no petition scores 2": "không có phản ánh, kiến nghị: 2 điểm",
    "the office enters what its source says; 0 is a reported fact, not a missing number": (
        "đơn vị nhập theo nguồn của mình; 0 là số đã báo cáo, không phải số thiếu"
    ),
    "value is null": "không có giá trị (null)",
    "value is null without a procedure or a dossier": "không có TTHC hoặc hồ sơ nào: không có giá trị (null)",
    "value is null, reason is no_cases": "không có giá trị (null), lý do no_cases",
    "value is null; QĐ 766 scores 0 points": "không có giá trị (null); QĐ 766 chấm 0 điểm",
    "value is null; QĐ 766 scores the full 6 points": "không có giá trị (null); QĐ 766 chấm đủ 6 điểm",
}


def in_both(english: str) -> Meaning:
    """A phrase of a definition in both languages. Raises ``KeyError`` for one that has no Vietnamese yet."""
    measured = english.removesuffix(_REPORTED)
    if measured != english:
        return Meaning(f"{MEASURED[measured]}, theo số đơn vị tự báo cáo; không cộng số của cấp dưới", english)
    return Meaning(_VIETNAMESE[english], english)
