"""What is known of the METRICS sheet of 2026: groups, maxima and a few names. Its text itself was not read.

Criteria it is said to redefine or to merge are one open criterion here, with codes of our own: no count of another
criterion may slip in under an old name.
"""

from dataclasses import replace

from metrics.domain.qd766.administration import PROGRESS, SATISFACTION, TRANSPARENCY
from metrics.domain.qd766.digital import DIGITISATION, ONLINE, PAYMENT
from metrics.domain.qd766.layout import Criterion, Extent, Group, Mark, Rule

_UNREAD = Rule(known=False)
_BASIS = ("QĐ 766/QĐ-TTg",)


def _open(code: str, figure: str, vi: str, en: str, maximum: int, note: str) -> Criterion:
    marks = (Mark.DOCUMENT, Mark.REMEMBERED)
    return Criterion(code, "", figure, vi, en, maximum, _UNREAD, Extent.UNIT, _BASIS, marks, note)


def _whole(group: Group, code: str, note: str) -> Group:
    criterion = _open(code, group.figure, group.name_vi, group.name_en, group.maximum, note)
    return replace(group, criteria=(criterion,))


_SYNC = _open(
    "SHEET_DOSSIER_SYNC",
    "dossier_sync_rate",
    "Đồng bộ trạng thái hồ sơ theo thời gian thực, đúng hạn",
    "Status of dossiers synchronised in real time and on time",
    6,
    "The sheet counts changes of status, not dossiers; how is not known.",
)
_FULL_ONLINE = _open(
    "SHEET_FULL_ONLINE_DOSSIERS",
    "online_dossier_rate",
    "Tỷ lệ hồ sơ trực tuyến toàn trình",
    "Dossiers handled fully online, of those eligible",
    12,
    "Which dossiers are eligible is not told here.",
)

GROUPS = (
    replace(TRANSPARENCY, criteria=(*TRANSPARENCY.criteria[:3], _SYNC)),
    PROGRESS,
    _whole(DIGITISATION, "SHEET_DIGITISATION", "Several criteria are redefined; which of them, and how, is not known."),
    replace(ONLINE, criteria=(_FULL_ONLINE,)),
    _whole(PAYMENT, "SHEET_PAYMENT", "All ten points rest on one ratio; which one is not known."),
    _whole(
        SATISFACTION, "SHEET_SATISFACTION", "Without petitions the points of 5.3 move elsewhere; where is not known."
    ),
)

UNKNOWN = (
    "whether a decision amended QĐ 766 to this arrangement, and from which day",
    "DOSSIER_SYNC: status synchronised in real time and on time; its counts and rule",
    "online services: which dossiers are eligible for full online handling, and the threshold",
    "payment: the one ratio all 10 points rest on",
    "digitisation: how 4.x is redefined (CITIZEN_DATA_CONNECTED_* describe the redesign of processes)",
    "satisfaction: where the points of 5.3 go when there are no petitions",
    "proactive services (DVC chủ động), components cut or replaced, shared data dictionary, consultation: their points",
)
