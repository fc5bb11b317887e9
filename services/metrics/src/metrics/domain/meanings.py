"""What stands behind the names of the dictionary, in words, in Vietnamese and English: a reader needs no circular.

``SETS`` says what is in each named set that figures add up; ``definition_of`` puts a figure together from them, so that
a definition cannot say another thing than what is counted. Words only: no number follows from this module.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from metrics.domain.definitions import FigureDefinition, Source, Unit
from metrics.domain.own_indicators import OWN, Measured


class Meaning(NamedTuple):
    """The same in both languages."""

    vi: str
    en: str


SETS: Mapping[str, Meaning] = {
    "carried": Meaning(
        "hồ sơ tiếp nhận trước kỳ và chưa kết thúc trước ngày đầu kỳ",
        "dossiers accepted before the period and not ended before its first day",
    ),
    "received_online": Meaning(
        "hồ sơ tiếp nhận trong kỳ qua kênh trực tuyến", "dossiers accepted in the period through the online channel"
    ),
    "received_other": Meaning(
        "hồ sơ tiếp nhận trong kỳ trực tiếp hoặc qua bưu chính công ích (không ghi kênh được tính là trực tiếp)",
        "dossiers accepted in the period in person or by public post (one without a channel counts as in person)",
    ),
    "early": Meaning(
        "hồ sơ kết thúc trong kỳ, trước ngày hẹn trả", "dossiers that ended in the period before the due day"
    ),
    "on_time": Meaning(
        "hồ sơ kết thúc trong kỳ đúng ngày hẹn trả, không có ngày hẹn trả, hoặc do người nộp rút",
        "dossiers that ended in the period on the due day, without a due day, or withdrawn by the applicant",
    ),
    "late": Meaning("hồ sơ kết thúc trong kỳ, sau ngày hẹn trả", "dossiers that ended in the period after the due day"),
    "pending_in_time": Meaning(
        "hồ sơ đã tiếp nhận, chưa kết thúc ở cuối kỳ, còn trong hạn, không có hạn, hoặc đang chờ người nộp bổ sung",
        "dossiers accepted and not ended at the period's end whose due day is not past or not set, or that wait for "
        "the applicant",
    ),
    "pending_overdue": Meaning(
        "hồ sơ đã tiếp nhận, chưa kết thúc ở cuối kỳ, ngày hẹn trả trước ngày cuối kỳ, không chờ người nộp",
        "dossiers accepted and not ended at the period's end whose due day lies before its last day, and that do not "
        "wait for the applicant",
    ),
    "withdrawn": Meaning(
        "hồ sơ kết thúc trong kỳ do người nộp rút (thuộc cột 9)",
        "dossiers that ended in the period at the applicant's request (a part of column 9)",
    ),
    "resolved_in_time_766": Meaning(
        "hồ sơ kết thúc trong kỳ, không quá hạn sau khi trừ thời gian bổ sung, yêu cầu bổ sung không quá một lần",
        "dossiers that ended in the period not after the due day once the time for supplements is taken out, with one "
        "request for supplements at most",
    ),
    "pending_in_time_766": Meaning(
        "hồ sơ chưa kết thúc ở cuối kỳ và còn trong hạn (chờ bổ sung: xét theo ngày yêu cầu; quá một lần: quá hạn)",
        "dossiers open at the period's end and within time; a waiting one is judged by the day of the request, and "
        "more than one request is overdue",
    ),
    "resolved_with_result": Meaning(
        "hồ sơ kết thúc trong kỳ, có tệp kết quả", "dossiers that ended in the period with a result file"
    ),
    "resolved_without_result": Meaning(
        "hồ sơ kết thúc trong kỳ, không có tệp kết quả", "dossiers that ended in the period without a result file"
    ),
    "resolved_result_unknown": Meaning(
        "hồ sơ kết thúc trong kỳ mà nguồn không cho biết có tệp kết quả hay không",
        "dossiers that ended in the period of which the portal does not tell whether there is a result file",
    ),
    "result_file": Meaning("hồ sơ trong kỳ có tệp kết quả", "handled dossiers with a result file"),
    "no_result_file": Meaning("hồ sơ trong kỳ không có tệp kết quả", "handled dossiers without a result file"),
    "result_file_unknown": Meaning(
        "hồ sơ trong kỳ mà nguồn không cho biết có tệp kết quả hay không",
        "handled dossiers of which the portal does not tell whether there is a result file",
    ),
    "digitised": Meaning(
        "hồ sơ trong kỳ có tệp thành phần hồ sơ và tệp kết quả",
        "handled dossiers with files of their papers and of their result",
    ),
    "not_digitised": Meaning("hồ sơ trong kỳ thiếu một trong hai loại tệp", "handled dossiers that lack one of these"),
    "digitised_unknown": Meaning(
        "hồ sơ trong kỳ mà nguồn không cho biết đã số hóa hay chưa",
        "handled dossiers of which the portal does not tell whether they are digitised",
    ),
    "reused": Meaning(
        "hồ sơ trong kỳ có sử dụng lại dữ liệu đã số hóa", "handled dossiers that reuse data digitised before"
    ),
    "not_reused": Meaning(
        "hồ sơ trong kỳ không sử dụng lại dữ liệu đã số hóa", "handled dossiers that reuse no digitised data"
    ),
    "reused_unknown": Meaning(
        "hồ sơ trong kỳ mà nguồn không cho biết có sử dụng lại hay không",
        "handled dossiers of which the portal does not tell whether they reuse data",
    ),
    "in_store": Meaning(
        "hồ sơ trong kỳ có giấy tờ lấy từ kho dữ liệu trên Cổng DVCQG hoặc có tệp kết quả",
        "handled dossiers with a paper taken from the store of the national portal, or with a result file",
    ),
    "not_in_store": Meaning("hồ sơ trong kỳ không có cả hai", "handled dossiers with neither"),
    "in_store_unknown": Meaning(
        "hồ sơ trong kỳ mà nguồn không cho biết", "handled dossiers of which the portal tells neither"
    ),
    "citizen_data": Meaning(
        "hồ sơ trong kỳ có tài khoản xác thực qua VNeID hoặc khai thác CSDLQG về dân cư",
        "handled dossiers whose account was verified by VNeID or that used the population database",
    ),
    "no_citizen_data": Meaning("hồ sơ trong kỳ không có cả hai", "handled dossiers with neither"),
    "citizen_data_unknown": Meaning(
        "hồ sơ trong kỳ mà nguồn không cho biết", "handled dossiers of which the portal tells neither"
    ),
    "paid_online": Meaning(
        "hồ sơ tiếp nhận trong kỳ, phải nộp phí, lệ phí, đã thanh toán trực tuyến",
        "dossiers accepted in the period that had to pay and paid online",
    ),
    "paid_otherwise": Meaning(
        "hồ sơ tiếp nhận trong kỳ, phải nộp phí, lệ phí, không thanh toán trực tuyến",
        "dossiers accepted in the period that had to pay and did not pay online",
    ),
    "payment_unknown": Meaning(
        "hồ sơ tiếp nhận trong kỳ của TTHC có phí mà nguồn không cho biết phải nộp hay cách nộp",
        "dossiers accepted in the period of fee-bearing procedures of which the portal does not tell whether or how "
        "they paid",
    ),
    "extended": Meaning("hồ sơ được hẹn lại lần đầu trong kỳ", "dossiers first re-appointed in the period"),
    "extension_unknown": Meaning(
        "hồ sơ trong kỳ mà nguồn không cho biết có hẹn lại hay khi nào",
        "handled dossiers of which the portal does not tell whether or when they were re-appointed",
    ),
    "apologies": Meaning(
        "thư xin lỗi của hồ sơ tiếp nhận trong kỳ", "letters of apology of dossiers accepted in the period"
    ),
    "apologies_unknown": Meaning(
        "hồ sơ tiếp nhận trong kỳ mà nguồn không cho biết có thư xin lỗi",
        "dossiers accepted in the period of which the portal tells no letters",
    ),
    "resolved_late_original": Meaning(
        "hồ sơ kết thúc trong kỳ, sau ngày hẹn trả đầu tiên",
        "dossiers that ended in the period after the day first promised",
    ),
    "due_disagrees": Meaning(
        "hồ sơ trong kỳ có ngày hẹn trả của nguồn khác ngày tính theo thời hạn của TTHC",
        "handled dossiers whose portal's due day is not the one the procedure's limit gives",
    ),
    "resolved_asked_never": Meaning(
        "hồ sơ kết thúc trong kỳ, không lần nào phải bổ sung",
        "dossiers that ended in the period without a request for supplements",
    ),
    "resolved_asked_once": Meaning(
        "hồ sơ kết thúc trong kỳ, phải bổ sung một lần", "dossiers that ended in the period with one request"
    ),
    "resolved_asked_often": Meaning(
        "hồ sơ kết thúc trong kỳ, phải bổ sung nhiều lần", "dossiers that ended in the period with several requests"
    ),
    "processed": Meaning(
        "hồ sơ tiếp nhận và kết thúc trong kỳ, trừ hồ sơ rút",
        "dossiers accepted and ended in the period, without those withdrawn",
    ),
    "processing_days": Meaning(
        "số ngày làm việc của các hồ sơ đó, từ sau ngày tiếp nhận đến ngày kết thúc",
        "the working days of these dossiers, from the day after receipt to the end",
    ),
    "procedures": Meaning("TTHC công khai còn hiệu lực ở cuối kỳ", "published procedures in force at the period's end"),
    "full_online": Meaning(
        "TTHC có dịch vụ công trực tuyến toàn trình", "procedures whose best online service is full"
    ),
    "partial_online": Meaning(
        "TTHC có dịch vụ công trực tuyến một phần, không có toàn trình",
        "procedures whose best online service is partial",
    ),
    "fee_bearing": Meaning(
        "TTHC có ít nhất một dòng phí, lệ phí lớn hơn 0", "procedures with at least one fee line above 0"
    ),
    "content_full": Meaning(
        "TTHC công khai đủ tên, trình tự, cách thức, thành phần và số bộ hồ sơ, thời hạn, đối tượng, cơ quan",
        "procedures published with name, steps, manner, papers and their number, time limit, subjects and agency",
    ),
    "content_partial": Meaning("TTHC công khai thiếu một bộ phận", "procedures published without one of these"),
    "content_unknown": Meaning(
        "TTHC mà nguồn chỉ cho biết tên", "procedures of which the source tells nothing but the name"
    ),
    "decided": Meaning(
        "TTHC mà quyết định ký trong kỳ công bố mới, sửa đổi, thay thế hoặc bãi bỏ, mỗi TTHC một lần",
        "procedures that a decision signed in the period brings in, changes, replaces or ends, each once",
    ),
    "decisions": Meaning("quyết định công bố ký trong kỳ", "publication decisions signed in the period"),
    "decision_kinds": Meaning(
        "cặp quyết định và loại công bố, ký trong kỳ", "pairs of decision and kind, signed in the period"
    ),
    "posted_on_time": Meaning(
        "quyết định công khai trong 10 (bộ) hoặc 5 (tỉnh) ngày làm việc sau ngày ký",
        "decisions posted within 10 (ministry) or 5 (province) working days after signing",
    ),
    "posted_late": Meaning(
        "quyết định công khai sau thời hạn đó, hoặc đã quá hạn mà chưa công khai",
        "decisions posted later, or not posted though that day is past",
    ),
    "posting_unknown": Meaning(
        "quyết định chưa rõ ngày công khai", "decisions of which the day of posting is not told"
    ),
    "services_used": Meaning(
        "dịch vụ công trực tuyến có hồ sơ trực tuyến tiếp nhận trong kỳ",
        "online services with an online dossier accepted in the period",
    ),
    "services_unused": Meaning("dịch vụ công trực tuyến không phát sinh hồ sơ trong kỳ", "online services without one"),
    "fee_paid_online": Meaning(
        "TTHC có phí, có hồ sơ tiếp nhận trong kỳ đã thanh toán trực tuyến",
        "fee-bearing procedures with a dossier accepted in the period and paid online",
    ),
    "fee_not_paid_online": Meaning("TTHC có phí, không có hồ sơ như vậy", "fee-bearing procedures without one"),
    "fee_charged": Meaning(
        "TTHC có phí, có hồ sơ tiếp nhận trong kỳ với phí lớn hơn 0",
        "fee-bearing procedures with a dossier accepted in the period that shows a fee above 0",
    ),
    "fee_not_charged": Meaning("TTHC có phí, không có hồ sơ như vậy", "fee-bearing procedures without one"),
    "fee_charge_unknown": Meaning(
        "TTHC có phí mà các hồ sơ trong kỳ không cho biết",
        "fee-bearing procedures whose dossiers of the period do not tell",
    ),
    "people_connected": Meaning(
        "TTHC cho cá nhân, có hồ sơ tiếp nhận trong kỳ xác thực VNeID hoặc khai thác CSDLQG về dân cư",
        "procedures for persons with a dossier accepted in the period verified by VNeID or by the population database",
    ),
    "people_not_connected": Meaning("TTHC cho cá nhân, không có hồ sơ như vậy", "procedures for persons without one"),
    "people_connection_unknown": Meaning(
        "TTHC cho cá nhân mà các hồ sơ trong kỳ không cho biết",
        "procedures for persons whose dossiers of the period do not tell",
    ),
    "petitions_received": Meaning("phản ánh, kiến nghị tiếp nhận trong kỳ", "petitions received in the period"),
    "petitions_carried": Meaning(
        "phản ánh, kiến nghị tiếp nhận trước kỳ, chưa xử lý xong trước ngày đầu kỳ",
        "petitions received before the period and not resolved before its first day",
    ),
    "petitions_on_time": Meaning(
        "phản ánh, kiến nghị xử lý xong trong kỳ, đúng hạn", "petitions resolved in the period, in time"
    ),
    "petitions_late": Meaning(
        "phản ánh, kiến nghị xử lý xong trong kỳ, quá hạn", "petitions resolved in the period, late"
    ),
    "petitions_overdue": Meaning(
        "phản ánh, kiến nghị chưa xử lý xong ở cuối kỳ, đã quá hạn", "petitions open at the period's end, past due"
    ),
    "petitions_content": Meaning(
        "phản ánh, kiến nghị xử lý đúng hạn, không lặp lại, số không hài lòng không nhiều hơn số hài lòng",
        "petitions handled in time, not repeated, with no more dislikes than likes",
    ),
    "petitions_discontent": Meaning(
        "phản ánh, kiến nghị quá hạn, lặp lại, hoặc số không hài lòng nhiều hơn",
        "petitions handled late, repeated, or with more dislikes than likes",
    ),
    "petitions_opinion_unknown": Meaning(
        "phản ánh, kiến nghị mà nguồn không cho biết đánh giá hoặc có lặp lại",
        "petitions of which votes or repetition are not told",
    ),
    "index_8": Meaning("điểm chỉ số 8 của cơ quan", "points of index 8 of the agency"),
    "index_8_cases": Meaning("1: cả cơ quan là một trường hợp", "1: the agency is one case"),
    "index_9": Meaning("điểm chỉ số 9 của cơ quan", "points of index 9 of the agency"),
    "index_9_cases": Meaning("1: cả cơ quan là một trường hợp", "1: the agency is one case"),
    "synced": Meaning(
        "hồ sơ tiếp nhận trong kỳ đã đồng bộ lên Cổng DVCQG, do đơn vị nhập",
        "dossiers accepted in the period that are on the national portal, as the agency enters them",
    ),
    "to_sync": Meaning(
        "số lớn hơn giữa hồ sơ trên Cổng DVCQG và hồ sơ theo hệ thống báo cáo quốc gia",
        "the larger of those and of the dossiers in the national report system",
    ),
    "satisfied": Meaning(
        "hồ sơ đúng hạn theo tiêu chí 2.1, trừ hồ sơ có phản ánh, kiến nghị hoặc không hài lòng",
        "dossiers in time by criterion 2.1, less those with a petition or a dislike",
    ),
    "handled": Meaning("hồ sơ trong kỳ, gồm kỳ trước chuyển qua", "dossiers handled in the period"),
    "procedures_decided_on_time": Meaning(
        "TTHC có quyết định công bố ban hành đúng hạn, do đơn vị nhập",
        "procedures whose decision was issued in time, as the agency enters them",
    ),
    "procedures_decided": Meaning(
        "TTHC được công bố trong kỳ, do đơn vị nhập",
        "procedures published by decision in the period, as the agency enters them",
    ),
}
"""What is in each named set. A dossier is handled in a period when it was accepted in it or carried over into it."""

MEASURED: Mapping[str, str] = {
    Measured.DOCUMENTS: "văn bản",
    Measured.OFFICES: "phòng",
    Measured.UNITS: "đơn vị",
    Measured.COMMITMENTS: "bản cam kết",
    Measured.PROCEDURES: "TTHC",
    Measured.DOSSIERS: "hồ sơ",
    Measured.DECISIONS: "quyết định",
    Measured.PETITIONS: "phản ánh, kiến nghị",
    Measured.PERCENT: "phần trăm",
    Measured.WORKING_DAYS: "ngày làm việc",
    Measured.DAYS: "ngày",
    Measured.POINTS: "điểm",
    Measured.VISITS: "lượt truy cập",
    Measured.PEOPLE: "người",
    Measured.COLUMNS: "chuyên mục",
    Measured.ITEMS: "mục",
    Measured.INITIATIVES: "sáng kiến",
    Measured.TEXT: "chữ",
}
"""What an agency counts, by ``Measured``."""

_MEASURES = {one.id: MEASURED[one.unit] for one in OWN}

_SCORES: Mapping[str, str] = {
    "score_766_transparency": "Tổng điểm tiêu chí 1.1 đến 1.4, tối đa 18 điểm.",
    "score_766_progress": "20 x tỷ lệ của tiêu chí 2.1, tối đa 20 điểm.",
    "score_766_digitisation": "Tổng điểm tiêu chí 4.1 đến 4.5 và chứng thực bản sao điện tử, tối đa 22 điểm.",
    "score_766_online": "Tổng điểm tiêu chí 3.1, 3.2 và 3.3, tối đa 12 điểm; suy ra từ điểm đã công bố.",
    "score_766_payment": (
        "6 x tỷ lệ hồ sơ thanh toán trực tuyến + TTHC có giao dịch (tối đa 2) + TTHC tích hợp thanh toán (tối đa 2, "
        "giả định), tối đa 10 điểm."
    ),
    "score_766_satisfaction": "Tổng điểm tiêu chí 5.2, 5.3 và 5.4, tối đa 18 điểm; 5.1 không chấm điểm.",
    "score_766_total": "Tổng điểm sáu nhóm, tối đa 100 điểm.",
    "class_766": (
        "Từ 90 điểm: Xuất sắc; dưới 50 điểm: Yếu (theo báo chí). Mức 80, 70 và 50 của Tốt, Khá, Trung bình chưa kiểm "
        "chứng."
    ),
    "tt01_2018_index_2": (
        "Điểm bình quân hồ sơ: thời gian của từng đơn vị ngắn hơn quy định 2, bằng 1, dài hơn 0. Chưa tính được: hệ "
        "thống nguồn không gửi thời gian từng bước."
    ),
    "tt01_2018_index_4": (
        "Điểm bình quân hồ sơ: không phải liên hệ cơ quan nào 2, chỉ bộ phận một cửa 1, nhiều hơn 0. Chưa tính được: "
        "không nguồn nào cho biết."
    ),
    "tt01_2018_total": "Tổng điểm chín chỉ số. Chưa tính được: chỉ số 2 và 4 không có nguồn.",
    "tt01_2018_class": (
        "Từ 15 điểm: xuất sắc; 12: tốt; 9: khá; 6: trung bình; dưới 6: yếu. Chưa tính được vì thiếu tổng điểm."
    ),
}
"""Figures that are no sum of sets: what they are, in Vietnamese. Their formula says it in English."""


def definition_of(figure: FigureDefinition) -> Meaning:
    """What the figure is, in words: whatever stands above and below the line, and what is open where nobody tells."""
    if figure.id in _SCORES:
        return Meaning(_SCORES[figure.id], figure.formula)
    if not figure.numerator:
        vi = (
            f"Số do đơn vị nhập cho đúng các ngày của kỳ, tính bằng {_MEASURES[figure.id]}, kèm mức độ chính xác và "
            "nguồn; không cộng số của đơn vị cấp dưới."
        )
        return Meaning(vi, figure.formula)
    above = _sum(figure.numerator, dict(figure.points))
    if figure.denominator is None:
        vi, en = f"{_begun(above.vi)}.", f"{_begun(above.en)}."
    else:
        below = _sum(figure.denominator, {})
        vi = f"Tử số: {above.vi}. Mẫu số: {below.vi}."
        en = f"Numerator: {above.en}. Denominator: {below.en}."
    if "level" in figure.needs:
        vi = f"{vi} Chỉ TTHC thuộc cấp thẩm quyền nêu trong câu hỏi."
        en = f"{en} Only those decided at the level that is asked for."
    if figure.channel is not None:
        vi, en = f"{vi} Chỉ hồ sơ trực tuyến.", f"{en} Online dossiers only."
    if figure.unknown:
        silent = _sum(figure.unknown, {})
        vi = f"{vi} Không tính, nhưng nới rộng khoảng giá trị: {silent.vi}."
        en = f"{en} Not counted, but they widen the bounds: {silent.en}."
    if figure.source is Source.ENTERED and figure.unit is Unit.RATE:
        vi = f"{vi} Số do đơn vị nhập; nếu chỉ nhập tỷ lệ thì lấy tỷ lệ đó."
        en = f"{en} Entered by the agency; where it entered the percentage only, that one stands."
    return Meaning(vi, en)


def _sum(names: Iterable[str], points: Mapping[str, int]) -> Meaning:
    """Sets that are added, each with the points a case of it scores."""
    told = [(SETS[name], points.get(name)) for name in names]
    return Meaning(
        " + ".join(one.vi if score is None else f"{score} điểm x {one.vi}" for one, score in told),
        " + ".join(one.en if score is None else f"{score} points x {one.en}" for one, score in told),
    )


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
