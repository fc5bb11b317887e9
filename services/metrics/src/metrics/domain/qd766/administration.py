"""Rules of the groups on publication, progress and satisfaction (18 + 20 + 18), as the national portal publishes them.

Names are the portal's. Tried on its recorded answers: docs/qd766.md gives the numbers and the exceptions.
"""

from fractions import Fraction

from metrics.domain.qd766.layout import Criterion, Extent, Group, Mark, NoCases, Rule

_DECISION = "QĐ 766/QĐ-TTg, tiêu chí "
_LAW_AND_DOCUMENT = (Mark.TEXT, Mark.DOCUMENT)
_DOCUMENT = (Mark.DOCUMENT,)

TRANSPARENCY = Group(
    code="transparency",
    figure="score_766_transparency",
    name_vi="Công khai, minh bạch",
    name_en="Publication and transparency",
    maximum=18,
    portal_codes=("CKMB",),
    criteria=(
        Criterion(
            code="PUBLISH_ON_TIME",
            section="1.1",
            figure="publication_decision_issued_on_time",
            name_vi="Tỷ lệ TTHC công bố đúng hạn",
            name_en="Procedures whose publication decision was issued on time",
            maximum=6,
            rule=Rule(),
            extent=Extent.PROVINCE,
            legal_basis=(_DECISION + "1.1", "NĐ 63/2010/NĐ-CP, Điều 15"),
            marks=_LAW_AND_DOCUMENT,
            note="Law: calendar days before effect; the document: working days. The portal copies it into every unit.",
        ),
        Criterion(
            code="PUBLIC_UPDATE_ON_TIME",
            section="1.2",
            figure="publication_posted_on_time",
            name_vi="Tỷ lệ TTHC cập nhật, công khai đúng hạn",
            name_en="Procedures posted to the national database on time",
            maximum=4,
            rule=Rule(),
            extent=Extent.PROVINCE,
            legal_basis=(_DECISION + "1.2", "NĐ 63/2010/NĐ-CP, Điều 24 khoản 2"),
            marks=_LAW_AND_DOCUMENT,
            note="Only for provinces and ministries; the portal copies it into every unit.",
        ),
        Criterion(
            code="PUBLIC_CONTENT_FULL",
            section="1.3",
            figure="procedure_content_complete_rate",
            name_vi="Tỷ lệ TTHC công khai đầy đủ nội dung",
            name_en="Procedures published with all mandatory parts",
            maximum=2,
            rule=Rule(),
            extent=Extent.PROVINCE,
            legal_basis=(_DECISION + "1.3", "NĐ 63/2010/NĐ-CP, Điều 8 khoản 2"),
            marks=_LAW_AND_DOCUMENT,
            note="A state, not a flow: the period does not matter. The portal copies it into every unit.",
        ),
        Criterion(
            code="DOSSIER_SYNC",
            section="1.4",
            figure="dossier_sync_rate",
            name_vi="Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG",
            name_en="Dossiers synchronised to the national portal",
            maximum=6,
            rule=Rule(),
            extent=Extent.UNIT,
            legal_basis=(_DECISION + "1.4",),
            marks=_DOCUMENT,
            note="The published denominator is a stand-in (temp_national_report_denominator), so it is always 100 %.",
        ),
    ),
)

PROGRESS = Group(
    code="progress",
    figure="score_766_progress",
    name_vi="Tiến độ giải quyết",
    name_en="Progress",
    maximum=20,
    portal_codes=("TDGQ",),
    criteria=(
        Criterion(
            code="DOSSIERS_ON_TIME",
            section="2.1",
            figure="on_time_rate_766",
            name_vi="Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn",
            name_en="Dossiers resolved or pending in time, of all handled",
            maximum=20,
            rule=Rule(no_cases=NoCases.ZERO),
            extent=Extent.UNIT,
            legal_basis=(_DECISION + "2.1",),
            marks=_DOCUMENT,
            note="A unit without a dossier is published with ratio 0 and 0 points.",
        ),
    ),
)

SATISFACTION = Group(
    code="satisfaction",
    figure="score_766_satisfaction",
    name_vi="Mức độ hài lòng",
    name_en="Satisfaction",
    maximum=18,
    portal_codes=("MDHL",),
    criteria=(
        Criterion(
            code="PETITION_CLASSIFICATION_TTHC",
            section="5.1",
            figure="pakn_classification",
            name_vi="Tỷ lệ PAKN về quy định, thủ tục hành chính",
            name_en="Petitions about regulations and procedures",
            maximum=0,
            rule=Rule(),
            extent=Extent.UNIT,
            legal_basis=(_DECISION + "5.1",),
            marks=_DOCUMENT,
        ),
        Criterion(
            code="PETITION_CLASSIFICATION_STAFF",
            section="5.1",
            figure="pakn_classification",
            name_vi="Tỷ lệ PAKN về hành vi cán bộ, công chức, viên chức",
            name_en="Petitions about the conduct of officials",
            maximum=0,
            rule=Rule(),
            extent=Extent.UNIT,
            legal_basis=(_DECISION + "5.1",),
            marks=_DOCUMENT,
        ),
        Criterion(
            code="PETITION_PROCESSING_ON_TIME",
            section="5.2",
            figure="pakn_on_time_rate",
            name_vi="Tỷ lệ PAKN xử lý đúng hạn",
            name_en="Petitions handled on time",
            maximum=6,
            rule=Rule(no_cases=NoCases.FULL),
            extent=Extent.UNIT,
            legal_basis=(_DECISION + "5.2", "QĐ 31/2021/QĐ-TTg, chương VI"),
            marks=_DOCUMENT,
            note="A unit without petitions is published with ratio 0 and full marks.",
        ),
        Criterion(
            code="PETITION_HANDLING_SATISFACTION",
            section="5.3",
            figure="pakn_satisfaction_rate",
            name_vi="Tỷ lệ hài lòng trong xử lý PAKN",
            name_en="Satisfaction with the handling of petitions",
            maximum=6,
            rule=Rule(no_cases=NoCases.FULL),
            extent=Extent.UNIT,
            legal_basis=(_DECISION + "5.3",),
            marks=_DOCUMENT,
            note="A unit without petitions is published with ratio 0 and full marks.",
        ),
        Criterion(
            code="DOSSIER_RECEIVING_SATISFACTION",
            section="5.4",
            figure="dossier_satisfaction_rate",
            name_vi="Tỷ lệ hài lòng trong tiếp nhận, giải quyết TTHC",
            name_en="Satisfaction with reception and resolution",
            maximum=6,
            rule=Rule(full_at=Fraction(9, 10), no_cases=NoCases.ZERO),
            extent=Extent.UNIT,
            legal_basis=(_DECISION + "5.4",),
            marks=_DOCUMENT,
            note="100 % less the overdue rate and the rate of dossiers with a petition or a dislike.",
        ),
    ),
)
