"""Exclusions, flags and reasons in words: what the reader of a paper must know about its numbers."""

from collections.abc import Mapping

from metrics.reports.model import Text

EXCLUSIONS: Mapping[str, Text] = {
    "status_unmapped": Text("hồ sơ có trạng thái chưa xác định được", "dossiers whose status is not known to us"),
    "date_missing": Text("hồ sơ thiếu ngày tiếp nhận hoặc ngày kết thúc", "dossiers without a day of receipt or end"),
    "quarantined": Text("hồ sơ lỗi dữ liệu đang chờ xử lý", "records with errors, set aside"),
    "not_accepted": Text("hồ sơ chưa được tiếp nhận, không tính", "dossiers not yet accepted, outside the figures"),
    "refused_at_reception": Text("hồ sơ bị từ chối tiếp nhận, không tính", "dossiers refused, outside the figures"),
    "gone_upstream": Text(
        "hồ sơ không còn trên hệ thống nguồn, không tính", "dossiers the portal no longer holds, outside the figures"
    ),
}

DOSSIER_EXCLUSIONS: Mapping[str, Text] = {
    "end_date_missing": Text("hồ sơ đã kết thúc nhưng thiếu ngày kết thúc", "it ended, and no day of the end is known"),
    "received_date_missing": Text("hồ sơ thiếu ngày tiếp nhận", "no day of receipt is known"),
    "gone": Text("hồ sơ không còn trên hệ thống nguồn, không tính", "the portal no longer holds it"),
}
"""Why a single dossier is not counted, where figures name the reason less closely."""

FLAGS: Mapping[str, Text] = {
    "projection_behind": Text("số liệu mới nhất đang được tính", "the newest data are still being counted"),
    "as_of_past": Text("số liệu tính tại một thời điểm trước đây", "computed as of an earlier moment"),
    "source_unproven": Text("nguồn không cho biết đã đầy đủ hay chưa", "the source does not tell whether it is whole"),
    "source_not_fresh": Text("nguồn số liệu chưa cập nhật", "a source is not up to date"),
    "data_ends_before_period": Text("dữ liệu chưa đến hết kỳ báo cáo", "the data end before the period does"),
    "unknown_records": Text("hồ sơ chưa rõ có thuộc số liệu này", "records that may or may not belong to it"),
    "unexplained_records": Text(
        "hồ sơ chênh lệch so với số của hệ thống nguồn, chưa rõ nguyên nhân",
        "records by which a portal's own count differs, unexplained",
    ),
    "no_due_date": Text(
        "hồ sơ không có ngày hẹn trả, tính là đúng hạn", "dossiers without a due day, taken as on time"
    ),
    "channel_missing": Text(
        "hồ sơ không ghi kênh, tính là trực tiếp", "dossiers without a channel, taken as in person"
    ),
    "ended_before_received": Text("hồ sơ kết thúc trước ngày tiếp nhận", "dossiers that ended before their receipt"),
    "outside_effective_days": Text(
        "kỳ báo cáo nằm ngoài thời gian hiệu lực của quy định", "the period lies outside the rule's effective days"
    ),
    "electronic_result_not_told": Text(
        "chưa rõ kết quả điện tử của hồ sơ trực tuyến", "whether results were electronic is not told"
    ),
    "counted_by_decision": Text("quyết định (đếm theo quyết định, không theo TTHC)", "decisions, not procedures"),
    "fast_track_not_told": Text("chưa rõ quyết định theo trình tự rút gọn", "fast-track decisions are not told apart"),
    "posting_day_unknown": Text("quyết định chưa rõ ngày công khai", "decisions whose day of posting is not known"),
    "hand_entered": Text("số do đơn vị nhập", "entered by the agency"),
    "not_told": Text("hồ sơ mà nguồn không cho biết", "dossiers whose portal does not tell"),
    "due_date_disagrees": Text(
        "hồ sơ có ngày hẹn trả khác ngày tính theo quy định", "dossiers whose due day is not the one the limit gives"
    ),
    "temp_national_report_denominator": Text("mẫu số tạm tính", "the denominator is a stand-in"),
    "no_national_report_data": Text("hệ thống báo cáo quốc gia chưa có số liệu", "no data in the national report"),
    "posted_late": Text("quyết định công khai quá hạn", "decisions posted late"),
    "entered_counts_contradict": Text("số đơn vị nhập mâu thuẫn", "the entered numbers contradict each other"),
    "declared_numerator": Text("là tử số đơn vị nhập", "is the numerator the agency entered"),
    "declared_denominator": Text("là mẫu số đơn vị nhập", "is the denominator the agency entered"),
    "declared_differs": Text("số đơn vị nhập khác số tính được", "the agency's numbers are not those counted"),
    "decided_in_catalogue": Text("TTHC trong các quyết định công bố", "procedures in publication decisions"),
    "decisions_unlisted": Text("quyết định không nêu TTHC", "decisions that do not name their procedures"),
    "effective_day_not_told": Text(
        "chưa rõ ngày hiệu lực của văn bản pháp luật", "when the legal document takes effect is not told"
    ),
    "qualifier_more_than": Text("đơn vị ghi: hơn", "the agency says: more than"),
    "qualifier_nearly": Text("đơn vị ghi: gần", "the agency says: nearly"),
    "petitions_by_limits": Text("phản ánh, kiến nghị xét theo thời hạn từng bước", "petitions judged step by step"),
    "petitions_without_due": Text(
        "phản ánh, kiến nghị không có hạn xử lý, tính là đúng hạn", "petitions without a due day, taken as on time"
    ),
    "disliked_or_petitioned": Text(
        "hồ sơ có phản ánh, kiến nghị hoặc không hài lòng", "dossiers with a petition or a dislike"
    ),
    "petitions_not_imported": Text("chưa nhập phản ánh, kiến nghị", "petitions were never imported"),
    "votes_not_imported": Text("chưa nhập đánh giá hài lòng", "votes were never imported"),
    "no_data": Text("chưa có số liệu", "no data"),
    "no_cases": Text("không phát sinh", "none arose"),
    "no_cases_scored_zero": Text("không phát sinh, tính 0 điểm", "none arose, scored 0"),
    "no_cases_scored_full": Text("không phát sinh, tính điểm tối đa", "none arose, scored full"),
    "no_counts_scored_full": Text("Cổng công bố điểm tối đa, không kèm số liệu", "published full without counts"),
    "not_applicable_scored_full": Text("không áp dụng, tính điểm tối đa", "does not apply, scored full"),
    "not_applicable_left_out": Text("không áp dụng, không tính", "does not apply, left out"),
    "scale_unknown": Text("chưa rõ hệ số đồng bộ", "the factor is not known"),
    "full_marks_reached": Text("đạt ngưỡng điểm tối đa", "full marks reached"),
    "above_denominator": Text("tử số lớn hơn mẫu số", "numerator above denominator"),
    "not_scored": Text("không chấm điểm", "not scored"),
    "qualifier_exact": Text("đơn vị ghi: đúng bằng", "the agency says: exactly"),
    "criteria_open": Text("tiêu chí chưa xác định được điểm", "criteria whose points are open"),
    "criteria_hand_entered": Text("tiêu chí theo số do đơn vị nhập", "criteria scored from entered numbers"),
    "class_border_unverified": Text("mức xếp loại chưa kiểm chứng", "the border of the class is remembered only"),
    "period_not_of_766": Text(
        "kỳ không phải tháng, quý hoặc năm dương lịch", "not a calendar month, quarter or year, which the index runs on"
    ),
    "rules_extrapolated": Text(
        "quy tắc chấm điểm chưa được đối chiếu trong kỳ này", "the rules were not seen in use in this period"
    ),
}

REASONS: Mapping[str, Text] = {
    "no_cases": Text("không phát sinh", "none arose"),
    "no_source": Text("chưa có nguồn số liệu", "no source is connected"),
    "no_history": Text("hệ thống không lưu số liệu này theo thời điểm", "no history is kept of it"),
    "not_told": Text("nguồn không cho biết", "no source tells"),
    "not_entered": Text("đơn vị chưa nhập", "the agency entered nothing for these days"),
    "entered_counts_contradict": Text("số đơn vị nhập mâu thuẫn", "the entered numbers contradict each other"),
    "inputs_missing": Text("chưa có nguồn để tính; xem `missing`", "nothing to compute it from; see `missing`"),
    "criteria_open": Text("còn tiêu chí chưa xác định được điểm", "the points of a criterion are open"),
    "classes_possible": Text("còn nhiều mức xếp loại có thể", "several classes are possible"),
    "criterion_left_out": Text(
        "có tiêu chí không áp dụng nên không xếp loại", "a criterion does not apply, and classes are of 100 points"
    ),
}


def flag(name: str, count: int | None) -> Text:
    """A flag in words, with its count where it has one. An unknown one is shown as it is."""
    return counted(FLAGS.get(name, Text(name, name)), count)


def reason(name: str) -> Text:
    """Why there is no value."""
    return REASONS.get(name, Text(f"lý do: {name}", f"reason: {name}"))


def counted(words: Text, count: int | None) -> Text:
    """The words behind their count: "3 hồ sơ …"."""
    return words if count is None else Text(f"{count} {words.vi}", f"{count} {words.en}")
