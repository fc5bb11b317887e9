"""The sentences of the annual report, in the order of the Hải Phòng 2024 report, which is that of NĐ 63/2010 Art. 35.

``{id}`` stands for the value of a measure. A sentence none of whose numbers is known says only that; a single
unknown number stands as "[chưa có số liệu]" where the clerk has to fill it in.
"""

from metrics.reports import annual_dossier_sentences as dossiers
from metrics.reports import annual_measures as of
from metrics.reports.annual_chapter import DISTRICTS_END, Chapter, Sentence
from metrics.reports.model import Text

_DIRECTION = (
    Sentence(
        Text("Văn bản chỉ đạo, điều hành", "Directives"),
        Text(
            "Trong kỳ, đơn vị đã ban hành {directive_documents_issued} văn bản chỉ đạo, hướng dẫn về cải cách hành "
            "chính và kiểm soát thủ tục hành chính (TTHC).",
            "Directives and instructions issued on administrative reform and the control of procedures: "
            "{directive_documents_issued}.",
        ),
    ),
    Sentence(
        Text("Ký cam kết thực hiện", "Commitments signed"),
        Text(
            "Có {offices_committed}/{offices_total} phòng và {commitments_units_signed}/{commitments_units_total} "
            "đơn vị trực thuộc ký cam kết thực hiện (đạt {commitments_units_rate}), với {commitments_signed_count} "
            "bản cam kết.",
            "Commitments were signed by {offices_committed} of {offices_total} offices and "
            "{commitments_units_signed} of {commitments_units_total} subordinate units ({commitments_units_rate}), "
            "in {commitments_signed_count} documents.",
        ),
    ),
)

_ASSESSMENT = (
    Sentence(
        Text("Số VBQPPL có quy định TTHC được ban hành", "Legal documents that set procedures"),
        Text(
            "Số văn bản quy phạm pháp luật (VBQPPL) có quy định TTHC được ban hành trong kỳ: "
            "{legal_documents_with_tthc} văn bản.",
            "Legal documents issued in the period that set administrative procedures: {legal_documents_with_tthc}.",
        ),
    ),
)

_BY_LEVEL = Text("TTHC theo thẩm quyền giải quyết", "Procedures by level of authority")
_PUBLICATION = (
    Sentence(
        Text("Quyết định công bố TTHC", "Publication decisions"),
        Text(
            "Đã tham mưu ban hành {publication_decisions} quyết định công bố danh mục TTHC.",
            "Publication decisions issued: {publication_decisions}.",
        ),
    ),
    Sentence(
        _BY_LEVEL,
        Text(
            "Tổng số TTHC thuộc phạm vi quản lý: {procedures_total} TTHC, trong đó: "
            "{procedures_by_authority_level/PROVINCE_PEOPLES_COMMITTEE} TTHC thuộc thẩm quyền của Ủy ban nhân dân "
            "cấp tỉnh, {procedures_by_authority_level/PROVINCIAL_DEPARTMENT} TTHC thuộc thẩm quyền của cơ quan "
            "chuyên môn cấp tỉnh, {procedures_by_authority_level/DISTRICT} TTHC thuộc thẩm quyền cấp huyện, "
            "{procedures_by_authority_level/COMMUNE} TTHC thuộc thẩm quyền cấp xã.",
            "Administrative procedures under management: {procedures_total}, of which the province's People's "
            "Committee decides {procedures_by_authority_level/PROVINCE_PEOPLES_COMMITTEE}, provincial departments "
            "{procedures_by_authority_level/PROVINCIAL_DEPARTMENT}, districts "
            "{procedures_by_authority_level/DISTRICT} and communes {procedures_by_authority_level/COMMUNE}.",
        ),
        before=DISTRICTS_END,
    ),
    Sentence(
        _BY_LEVEL,
        Text(
            "Tổng số TTHC thuộc phạm vi quản lý: {procedures_total} TTHC, trong đó: "
            "{procedures_by_authority_level/PROVINCE_PEOPLES_COMMITTEE} TTHC thuộc thẩm quyền của Ủy ban nhân dân "
            "cấp tỉnh, {procedures_by_authority_level/PROVINCIAL_DEPARTMENT} TTHC thuộc thẩm quyền của cơ quan "
            "chuyên môn cấp tỉnh, {procedures_by_authority_level/COMMUNE} TTHC thuộc thẩm quyền cấp xã.",
            "Administrative procedures under management: {procedures_total}, of which the province's People's "
            "Committee decides {procedures_by_authority_level/PROVINCE_PEOPLES_COMMITTEE}, provincial departments "
            "{procedures_by_authority_level/PROVINCIAL_DEPARTMENT} and communes "
            "{procedures_by_authority_level/COMMUNE}.",
        ),
        since=DISTRICTS_END,
    ),
    Sentence(
        Text("TTHC nội bộ", "Internal procedures"),
        Text(
            "Ngoài ra, số TTHC nội bộ giữa các cơ quan hành chính nhà nước: {internal_procedures_total} TTHC.",
            "Besides, internal procedures between state agencies: {internal_procedures_total}.",
        ),
    ),
)

_SIMPLIFICATION = (
    Sentence(
        Text("Rà soát, đơn giản hóa TTHC", "Simplification"),
        Text(
            "Đã rà soát, đơn giản hóa {procedures_simplified} TTHC; thời gian giải quyết cắt giảm từ "
            "{processing_days_cut_min} đến {processing_days_cut_max} ngày làm việc; chi phí tuân thủ cắt giảm "
            "{compliance_cost_reduction_rate} đối với mỗi TTHC.",
            "Procedures reviewed and simplified: {procedures_simplified}; processing time cut by "
            "{processing_days_cut_min} to {processing_days_cut_max} working days; compliance cost cut by "
            "{compliance_cost_reduction_rate} for each procedure.",
        ),
    ),
    Sentence(
        Text("Đơn giản hóa TTHC nội bộ", "Simplification of internal procedures"),
        Text(
            "Đã trình phương án đơn giản hóa {internal_procedures_simplified} TTHC nội bộ, tỷ lệ cắt giảm "
            "{internal_simplification_rate} đối với mỗi TTHC.",
            "Internal procedures proposed for simplification: {internal_procedures_simplified}, each by "
            "{internal_simplification_rate}.",
        ),
    ),
)

_PETITIONS = (
    Sentence(
        Text("Phản ánh, kiến nghị", "Petitions"),
        Text(
            "Tiếp nhận {pakn_received} phản ánh, kiến nghị; đã xử lý đúng hạn "
            "{pakn_resolved_on_time}/{pakn_received} phản ánh, kiến nghị (đạt {pakn_on_time_share}).",
            "Petitions received: {pakn_received}; handled in time: {pakn_resolved_on_time} of {pakn_received} "
            "({pakn_on_time_share}).",
        ),
    ),
)

_COMMUNICATION = (
    Sentence(
        Text("Cổng thông tin điện tử và mạng xã hội", "Web site and social networks"),
        Text(
            "Cổng thông tin điện tử có {site_daily_visits} lượt truy cập mỗi ngày; trang Facebook có "
            "{facebook_followers} người theo dõi; kênh Zalo có {zalo_followers} người theo dõi.",
            "Visits to the web site a day: {site_daily_visits}; followers on Facebook: {facebook_followers}; on "
            "Zalo: {zalo_followers}.",
        ),
    ),
    Sentence(
        Text("Tin, bài tuyên truyền", "News"),
        Text(
            "Duy trì {web_columns_count} chuyên mục cải cách hành chính; đăng tải {news_items_published} tin, bài, "
            "trong đó có {news_items_reform} tin, bài về cải cách hành chính.",
            "Web columns on administrative reform: {web_columns_count}; news items: {news_items_published}, of which "
            "on reform: {news_items_reform}.",
        ),
    ),
    Sentence(
        Text("Tuyên truyền, thi tìm hiểu", "Campaigns"),
        Text(
            "Có {staff_contest_participation_rate} công chức tham gia cuộc thi tìm hiểu về cải cách hành chính; "
            "{units_communicating_rate} đơn vị thực hiện công tác tuyên truyền.",
            "Staff who took part in the contest on reform: {staff_contest_participation_rate}; units that "
            "communicate: {units_communicating_rate}.",
        ),
    ),
)

_ONE_STOP = (
    Sentence(
        Text("Tiếp nhận qua hệ thống một cửa điện tử", "Through the electronic one-stop"),
        Text(
            "Tỷ lệ hồ sơ tiếp nhận, giải quyết qua hệ thống thông tin một cửa điện tử: {one_stop_electronic_rate}. "
            "Tổng số {dossiers_total_handled} hồ sơ; đã giải quyết {dossiers_resolved} hồ sơ; còn {dossiers_pending} "
            "hồ sơ đang giải quyết, trong đó {dossiers_pending_overdue} hồ sơ quá hạn.",
            "Dossiers through the electronic one-stop: {one_stop_electronic_rate}. Handled: "
            "{dossiers_total_handled}; resolved: {dossiers_resolved}; still pending: {dossiers_pending}, of which "
            "overdue: {dossiers_pending_overdue}.",
        ),
    ),
    Sentence(
        Text("Rút ngắn thời gian trả kết quả", "Time gained"),
        Text(
            "Thời gian trả kết quả được rút ngắn từ {return_time_days_min} đến {return_time_days_max} ngày so với "
            "quy định.",
            "Results were given {return_time_days_min} to {return_time_days_max} days sooner than required.",
        ),
    ),
)

_OTHER = (
    Sentence(
        Text("Sáng kiến, giải pháp", "Initiatives"),
        Text(
            "Số sáng kiến, giải pháp trong cải cách TTHC: {initiatives_count} sáng kiến.",
            "Initiatives in the reform of procedures: {initiatives_count}.",
        ),
    ),
)

CHAPTERS = (
    Chapter("I", Text("Công tác chỉ đạo, điều hành", "Direction"), _DIRECTION, of.DIRECTION),
    Chapter("II", Text("Kết quả thực hiện", "Results")),
    Chapter(
        "II.1", Text("Đánh giá tác động quy định TTHC", "Impact assessment of procedures"), _ASSESSMENT, of.ASSESSMENT
    ),
    Chapter("II.2", Text("Công bố, công khai TTHC", "Publication of procedures"), _PUBLICATION, of.PUBLICATION),
    Chapter(
        "II.3", Text("Rà soát, đơn giản hóa TTHC", "Review and simplification"), _SIMPLIFICATION, of.SIMPLIFICATION
    ),
    Chapter("II.4", Text("Tiếp nhận, giải quyết TTHC", "Resolution of procedures")),
    Chapter("II.4.1", Text("Kết quả giải quyết hồ sơ", "Dossiers"), dossiers.FLOW, of.FLOW),
    Chapter("II.4.2", Text("Dịch vụ công trực tuyến, thanh toán trực tuyến", "Online"), dossiers.ONLINE, of.ONLINE),
    Chapter("II.4.3", Text("Số hóa hồ sơ, kết quả giải quyết", "Digitisation"), dossiers.DIGITISATION, of.DIGITISATION),
    Chapter("II.5", Text("Tiếp nhận, xử lý phản ánh, kiến nghị", "Petitions"), _PETITIONS, of.PETITIONS),
    Chapter("II.6", Text("Truyền thông về cải cách TTHC", "Communication"), _COMMUNICATION, of.COMMUNICATION),
    Chapter("II.7", Text("Thực hiện cơ chế một cửa, một cửa liên thông", "One-stop"), _ONE_STOP, of.ONE_STOP),
    Chapter("II.8", Text("Sáng kiến và nội dung khác", "Initiatives and other matters"), _OTHER, of.OTHER),
)
