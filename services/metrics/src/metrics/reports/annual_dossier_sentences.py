"""The sentences of section II.4, on dossiers. See ``annual_sentences`` for how they are written."""

from metrics.reports.annual_chapter import Sentence
from metrics.reports.model import Text

FLOW = (
    Sentence(
        Text("Hồ sơ tiếp nhận", "Dossiers received"),
        Text(
            "Tổng số hồ sơ tiếp nhận, giải quyết (gồm cả kỳ trước chuyển qua): {dossiers_total_handled} hồ sơ. Trong "
            "đó: tiếp nhận trong kỳ {dossiers_received_in_period} hồ sơ (trực tuyến {dossiers_received_online} hồ "
            "sơ; trực tiếp, qua dịch vụ bưu chính {dossiers_received_direct_or_post} hồ sơ); kỳ trước chuyển qua "
            "{dossiers_carried_over} hồ sơ.",
            "Dossiers handled, including those carried over: {dossiers_total_handled}. Received in the period: "
            "{dossiers_received_in_period} (online {dossiers_received_online}; in person or by post "
            "{dossiers_received_direct_or_post}); carried over: {dossiers_carried_over}.",
        ),
    ),
    Sentence(
        Text("Hồ sơ đã giải quyết", "Dossiers resolved"),
        Text(
            "Số hồ sơ đã giải quyết: {dossiers_resolved} hồ sơ (đạt {resolution_rate}). Trong đó: giải quyết trước "
            "hạn {dossiers_resolved_early} hồ sơ ({resolved_early_rate}); đúng hạn {dossiers_resolved_on_time} hồ sơ "
            "({resolved_exact_on_time_rate}); quá hạn {dossiers_resolved_overdue} hồ sơ ({resolved_overdue_rate}).",
            "Dossiers resolved: {dossiers_resolved} ({resolution_rate}), of which early {dossiers_resolved_early} "
            "({resolved_early_rate}), on the due day {dossiers_resolved_on_time} ({resolved_exact_on_time_rate}), "
            "overdue {dossiers_resolved_overdue} ({resolved_overdue_rate}).",
        ),
    ),
    Sentence(
        Text("Hồ sơ đang giải quyết", "Dossiers pending"),
        Text(
            "Số hồ sơ đang giải quyết: {dossiers_pending} hồ sơ. Trong đó: trong hạn {dossiers_pending_in_time} hồ "
            "sơ; quá hạn {dossiers_pending_overdue} hồ sơ.",
            "Dossiers pending: {dossiers_pending}, of which within time {dossiers_pending_in_time}, overdue "
            "{dossiers_pending_overdue}.",
        ),
    ),
    Sentence(
        Text("Tiến độ giải quyết", "Progress"),
        Text(
            "Tỷ lệ giải quyết đúng hạn và trước hạn trên số hồ sơ đã giải quyết: {on_time_rate_resolved}; tiến độ "
            "giải quyết theo Quyết định số 766/QĐ-TTg: {on_time_rate_766}; tỷ lệ giải quyết đúng hạn trên tổng số hồ "
            "sơ tiếp nhận: {on_time_rate_received}.",
            "On time or early, of those resolved: {on_time_rate_resolved}; progress by Decision 766/QĐ-TTg: "
            "{on_time_rate_766}; on time, of all those received: {on_time_rate_received}.",
        ),
    ),
)

ONLINE = (
    Sentence(
        Text("Cung cấp dịch vụ công trực tuyến", "Online services"),
        Text(
            "Số TTHC cung cấp dịch vụ công trực tuyến toàn trình: {procedures_full_online} ({full_online_rate}); "
            "dịch vụ công trực tuyến một phần: {procedures_partial_online} ({partial_online_rate}).",
            "Procedures offered fully online: {procedures_full_online} ({full_online_rate}); partly online: "
            "{procedures_partial_online} ({partial_online_rate}).",
        ),
    ),
    Sentence(
        Text("Hồ sơ trực tuyến", "Online dossiers"),
        Text(
            "Tỷ lệ hồ sơ tiếp nhận trực tuyến trong kỳ: {online_dossier_rate}.",
            "Dossiers received online in the period: {online_dossier_rate}.",
        ),
    ),
    Sentence(
        Text("Thanh toán trực tuyến", "Online payment"),
        Text(
            "Số TTHC có phí, lệ phí: {procedures_fee_bearing} TTHC; tỷ lệ thanh toán trực tuyến: "
            "{online_payment_rate}.",
            "Procedures with fees: {procedures_fee_bearing}; paid online: {online_payment_rate}.",
        ),
    ),
)

DIGITISATION = (
    Sentence(
        Text("Số hóa hồ sơ, kết quả giải quyết TTHC", "Digitisation"),
        Text(
            "Tỷ lệ số hóa hồ sơ: {dossier_digitised_rate}; tỷ lệ hồ sơ có kết quả điện tử: {electronic_result_rate}; "
            "tỷ lệ thông tin được xác thực với Cơ sở dữ liệu quốc gia về dân cư: {identity_verified_rate}.",
            "Dossiers digitised: {dossier_digitised_rate}; with an electronic result: {electronic_result_rate}; "
            "information verified with the national population database: {identity_verified_rate}.",
        ),
    ),
)
