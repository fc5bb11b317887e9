"""Which rules exist and which are in force: one layout a variant and version.

A new version is a new Layout beside the old one, with the old one's ``effective_to`` set: published scores must stay
computable by the rules of their time.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from metrics.domain.qd766 import sheet
from metrics.domain.qd766.administration import PROGRESS, SATISFACTION, TRANSPARENCY
from metrics.domain.qd766.digital import DIGITISATION, ONLINE, PAYMENT
from metrics.domain.qd766.errors import LayoutUnknown
from metrics.domain.qd766.layout import Band, Group, Layout, Mark, NoCases, NoCounts, Rule, Variant
from shared.domain.level import AuthorityLevel

SYSTEM_OFFICIAL_ON = date(2022, 8, 1)
"""The real-time index was declared official (QĐ 766/QĐ-TTg of 2022-06-23; press)."""

BANDS = (
    Band("excellent", "Xuất sắc", "Excellent", 90, Mark.PRESS),
    Band("good", "Tốt", "Good", 80, Mark.REMEMBERED),
    Band("fair", "Khá", "Fair", 70, Mark.REMEMBERED),
    Band("average", "Trung bình", "Average", 50, Mark.REMEMBERED),
    Band("weak", "Yếu", "Weak", 0, Mark.PRESS),
)
"""Only "90 to 100 Xuất sắc" and "below 50 Yếu" were read (en.vneconomy.vn); the three between are remembered."""

PUBLISHED = Layout(
    id="766-published-2026",
    variant=Variant.PUBLISHED,
    effective_from=SYSTEM_OFFICIAL_ON,
    effective_to=None,
    observed=(date(2026, 1, 1), date(2026, 10, 10)),
    source="Evaluation API of dichvucong.gov.vn, answers recorded 2026-09-26 (Phú Thọ) and 2026-10-10",
    groups=(TRANSPARENCY, PROGRESS, DIGITISATION, ONLINE, PAYMENT, SATISFACTION),
    bands=BANDS,
    full_if_not_applicable=frozenset({AuthorityLevel.COMMUNE}),
)

_DOCUMENT_RULES: Mapping[str, Rule] = {
    # "Nếu mẫu số = 0: hiển thị 0 hoặc N/A theo quy định báo cáo" leaves the choice open: null is the one of the two
    # that claims nothing. Only 1.4 says 0 outright.
    "DOSSIER_SYNC": Rule(no_cases=NoCases.ZERO),
    "DOSSIERS_ON_TIME": Rule(),
    "PETITION_PROCESSING_ON_TIME": Rule(),
    "PETITION_HANDLING_SATISFACTION": Rule(),
    "DOSSIER_RECEIVING_SATISFACTION": Rule(full_at=Fraction(9, 10)),
    "SO_HOA_GIAY_TO_GIAI_QUYET": Rule(full_at=Fraction(4, 5)),
    "ELECTRONIC_CERTIFIED_COPY": Rule(no_counts=NoCounts.UNKNOWN),
    "ONLINE_DOSSIERS": Rule(full_at=Fraction(1, 2), scaled_by="DOSSIER_SYNC"),
    "PAYMENT_PROCEDURES_INTEGRATED": Rule(full_at=Fraction(4, 5)),
    "PAYMENT_PROCEDURES_WITH_TRANSACTION": Rule(full_at=Fraction(4, 5)),
    "PAYMENT_DOSSIERS": Rule(),
}


def _by_document(group: Group) -> Group:
    criteria = (replace(one, rule=_DOCUMENT_RULES.get(one.code, one.rule)) for one in group.criteria)
    return replace(group, criteria=tuple(criteria))


DOCUMENT = replace(
    PUBLISHED,
    id="766-document-2026",
    variant=Variant.DOCUMENT,
    observed=None,
    source="Mô tả công thức tính chỉ số 766.docx (SHA-256 41A27E55…), copy of 2026-10-03; maxima: METRICS sheet",
    groups=tuple(_by_document(group) for group in PUBLISHED.groups),
)

SHEET = replace(
    PUBLISHED,
    id="766-sheet-2026",
    variant=Variant.SHEET,
    effective_from=date(2026, 1, 1),
    observed=None,
    source="METRICS sheet of 2026 as two clients of the portal describe it; the sheet itself was not read",
    groups=sheet.GROUPS,
    edition="2026",
    unknown=sheet.UNKNOWN,
)

LAYOUTS = (PUBLISHED, DOCUMENT, SHEET)
DEFAULT = Variant.PUBLISHED


def layout_for(last: date, variant: str = DEFAULT, edition: str = PUBLISHED.edition) -> Layout:
    """The rules for a period that ends on ``last``.

    The edition 2026 has no variants: it is the sheet. Raises LayoutUnknown naming what of the three is wrong.
    """
    if variant not in (Variant.PUBLISHED, Variant.DOCUMENT):
        raise LayoutUnknown("variant", f"It is one of {Variant.PUBLISHED}, {Variant.DOCUMENT}.")
    if edition == SHEET.edition and variant != DEFAULT:
        raise LayoutUnknown("variant", f"Only one description of the layout {edition} is known: leave it out.")
    wanted = Variant.SHEET if edition == SHEET.edition else variant
    known = [layout for layout in LAYOUTS if (layout.edition, layout.variant) == (edition, wanted)]
    if not known:
        raise LayoutUnknown("layout", f"It is one of {', '.join(sorted({one.edition for one in LAYOUTS}))}.")
    found = [layout for layout in known if layout.in_force(last)]
    if not found:
        raise LayoutUnknown("period", f"The index exists in this layout since {known[0].effective_from}.")
    return found[-1]
