"""The console's words, (Vietnamese, English). A page asks for a word by its name; a name without words is a fault."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from shared.runtime.clock import LOCAL_ZONE


class Language(StrEnum):
    """In which the console speaks; an operator changes it with a link."""

    VI = "vi"
    EN = "en"


WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Bàn điều hành đồng bộ", "Sync console"),
    "feeds": ("Nguồn dữ liệu", "Feeds"),
    "runs": ("Lượt đồng bộ", "Runs"),
    "quarantine": ("Cách ly", "Quarantine"),
    "reconciliation": ("Đối soát", "Reconciliation"),
    "other_language": ("English", "Tiếng Việt"),
    "sign_in": ("Đăng nhập", "Sign in"),
    "sign_out": ("Thoát", "Sign out"),
    "key": ("Khóa API của cơ quan", "API key of your agency"),
    "key_hint": (
        "Khóa cần có quyền sync:read. Khóa chỉ nằm trong cookie của phiên này và không được lưu ở máy chủ.",
        "The key needs the scope sync:read. It stays in this session's cookie and is not stored on the server.",
    ),
    "key_wrong": (
        "Khóa không đúng, đã hết hạn hoặc không có quyền sync:read.",
        "The key is not known, has expired or lacks the scope sync:read.",
    ),
    "calm": ("Mọi nguồn đều ổn.", "Every feed is well."),
    "needs_you": ("Cần xử lý", "Needs attention"),
    "as_of": ("Lúc", "As of"),
    "nothing": ("Chưa có gì ở đây.", "Nothing here yet."),
    "fresh": ("Mới", "Fresh"),
    "stale": ("Cũ", "Stale"),
    "unknown": ("Chưa rõ", "Unknown"),
    "succeeded": ("Thành công", "Succeeded"),
    "succeeded_empty": ("Thành công, rỗng", "Succeeded, empty"),
    "partial": ("Một phần", "Partial"),
    "failed": ("Thất bại", "Failed"),
    "running": ("Đang chạy", "Running"),
    "never": ("chưa bao giờ", "never"),
    "agency": ("Cơ quan", "Agency"),
    "data_until": ("Dữ liệu đủ đến", "Complete until"),
    "last_run": ("Lượt gần nhất", "Last run"),
    "next_run": ("Lượt kế tiếp", "Next run"),
    "every": ("Chu kỳ", "Period"),
    "set_aside": ("Đang cách ly", "Set aside"),
    "limit": ("giới hạn", "limit"),
    "now": ("ngay bây giờ", "now"),
    "disabled": ("Nguồn đang bị tắt.", "The feed is switched off."),
    "all_away": (
        "Không cổng nào trả lời: hãy kiểm tra mạng của chúng ta trước.",
        "No portal answers: look at our own network first.",
    ),
    "alarm_stale": ("Cổng im lặng: không có dữ liệu mới được chứng minh.", "Silent: nothing newer is proven."),
    "alarm_unknown": ("Chưa có lượt nào đọc trọn danh sách.", "No run has read the whole list yet."),
    "alarm_failing": ("Thất bại nhiều lượt liên tiếp: {count}.", "Failed runs in a row: {count}."),
    "alarm_lease": ("Tiến trình giữ nguồn này không còn phản hồi.", "The worker that holds this feed is silent."),
    "alarm_quarantine": ("Số bản ghi cách ly gần chạm giới hạn.", "The quarantine is near its limit."),
    "alarm_partial": ("Lượt gần nhất chưa chứng minh được là đủ.", "The last run is not proven complete."),
    "feed": ("Nguồn", "Feed"),
    "mode": ("Kiểu", "Mode"),
    "incremental": ("phần thay đổi", "changes"),
    "full": ("toàn bộ", "whole list"),
    "started": ("Bắt đầu", "Started"),
    "took": ("Thời gian", "Took"),
    "verdict": ("Kết luận", "Verdict"),
    "seen": ("Đã đọc", "Seen"),
    "new": ("Mới", "New"),
    "changed": ("Đổi", "Changed"),
    "gaps": ("Hụt", "Gaps"),
    "portal_says": ("Cổng báo có", "Portal says"),
    "we_hold": ("Ta có", "We hold"),
    "unexplained": ("Chưa giải thích", "Unexplained"),
    "explained": ("Đã giải thích", "Explained"),
    "counted_by": ("Số đếm", "Count"),
    "portal": ("Cổng", "Portal"),
    "month": ("Tháng", "Month"),
    "list_total": ("tổng danh sách", "length of the list"),
    "igate_search": ("tìm kiếm iGate", "iGate search"),
    "national_evaluation": ("đánh giá quốc gia", "national evaluation"),
    "cause_quarantined": ("đang cách ly", "set aside"),
    "cause_hot_edge": ("vừa thay đổi", "changed just now"),
    "cause_duplicate": ("liệt kê hai lần", "listed twice"),
    "cause_unmapped": ("trạng thái chưa ánh xạ", "unmapped state"),
    "cause_day_boundary": ("cổng tính ngày theo giờ UTC", "days cut in UTC"),
    "cause_gone": ("không còn trên cổng", "no longer listed"),
    "cause_other_portal": ("chỉ cổng khác có", "another portal only"),
    "records": ("bản ghi", "records"),
    "since": ("từ", "since"),
    "field": ("Trường", "Field"),
    "what_to_do": ("Việc cần làm", "What to do"),
    "must_act": ("Bên xử lý", "Who must act"),
    "us": ("chúng ta", "us"),
    "upstream": ("cổng", "the portal"),
    "nobody": ("không ai", "nobody"),
    "no_agency": ("không rõ cơ quan", "agency not told"),
    "orders": ("Lệnh đọc lại", "Records read again"),
    "requested_by": ("Người yêu cầu", "Requested by"),
    "trigger": ("Lý do", "Why"),
    "tried": ("Đã đọc lại", "Tried"),
    "let_in": ("Đã nhận", "Let in"),
    "operator": ("người vận hành", "operator"),
    "map": ("bảng ánh xạ mới", "new map"),
    "catalogue": ("danh mục mới", "catalogue learnt"),
    "time": ("đã qua ngày", "a day passed"),
    "waiting": ("đang chờ", "waiting"),
    "what_quarantine": ("bản ghi cách ly", "what is set aside"),
    "what_unlisted": ("hồ sơ chờ danh mục", "dossiers waiting for the catalogue"),
    "what_unmapped": ("trạng thái chưa ánh xạ", "unmapped states"),
    "what_heads": ("toàn bộ hồ sơ", "every dossier"),
}


def word(name: str, language: Language) -> str:
    """The words of a name. Raises ``KeyError``: a test asks for every name the pages use."""
    vi, en = WORDS[name]
    return vi if language is Language.VI else en


def instant(at: datetime | None, language: Language) -> str:
    """An instant as an office writes it, in its own time."""
    return word("never", language) if at is None else f"{at.astimezone(LOCAL_ZONE):%d/%m/%Y %H:%M}"


_STEPS = (
    (timedelta(days=1), "ngày", "d"),
    (timedelta(hours=1), "giờ", "h"),
    (timedelta(minutes=1), "phút", "min"),
    (timedelta(seconds=1), "giây", "s"),
)


def span(length: timedelta, language: Language) -> str:
    """A length of time in its largest unit: "12 phút", "12 min"."""
    for step, vi, en in _STEPS:
        if length >= step:
            return f"{length // step} {vi if language is Language.VI else en}"
    return "0 giây" if language is Language.VI else "0 s"


def ago(at: datetime | None, now: datetime, language: Language) -> str:
    """How long ago, or in how long."""
    if at is None:
        return word("never", language)
    length = now - at
    told = span(abs(length), language)
    if length < timedelta(0):
        return f"sau {told}" if language is Language.VI else f"in {told}"
    return f"{told} trước" if language is Language.VI else f"{told} ago"
