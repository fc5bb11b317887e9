"""The education department's catalogue of late 2024: 114 procedures, eight decisions, two petitions.

Counts, decision numbers, kinds and signing dates are those of the 2024 report. Codes 1.xxxxxx to 3.xxxxxx and
their names are public facts; codes 9.99xxxx and 9.98xxxx, which of the procedures each decision touches, limits,
posting days and the department's code H24.99 are invented, evidently.
"""

from collections.abc import Iterator
from datetime import date
from importlib.resources import files

from sandbox_portal.scenarios.days import add_working_days
from sandbox_portal.scenarios.model import (
    Agency,
    Catalogue,
    Decision,
    Field,
    Petition,
    Procedure,
)
from shared.domain.level import AuthorityLevel, DecisionKind

CITY = "H24"
DEPARTMENT = "H24.99"
FEE_BEARING = {"1.004889": 250_000}
"""The one procedure with a fee: recognition of foreign school certificates."""

_ABOLISHED = "ABOLISHED"

AGENCIES = (
    Agency(CITY, "UBND Thành phố Hải Phòng", AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE, None),
    Agency(DEPARTMENT, "Sở Giáo dục và Đào tạo Hải Phòng", AuthorityLevel.PROVINCIAL_DEPARTMENT, CITY),
    Agency(
        "H24.99.01", "Phòng Khảo thí và Kiểm định chất lượng giáo dục", AuthorityLevel.PROVINCIAL_DEPARTMENT, DEPARTMENT
    ),
    Agency("H24.99.02", "Phòng Giáo dục trung học", AuthorityLevel.PROVINCIAL_DEPARTMENT, DEPARTMENT),
    Agency("H24.99.03", "Phòng Giáo dục mầm non", AuthorityLevel.PROVINCIAL_DEPARTMENT, DEPARTMENT),
    Agency(
        "H24.99.04", "Phòng Giáo dục thường xuyên và chuyên nghiệp", AuthorityLevel.PROVINCIAL_DEPARTMENT, DEPARTMENT
    ),
)

FIELDS = {
    "GDMN": Field("G03-GDMN", "Giáo dục mầm non"),
    "GDPT": Field("G03-GDPT", "Giáo dục phổ thông"),
    "GDTX": Field("G03-GDTX", "Giáo dục thường xuyên"),
    "GDNN": Field("G03-GDNN", "Giáo dục nghề nghiệp"),
    "GDNNG": Field("G03-GDNNG", "Giáo dục, đào tạo với nước ngoài"),
    "THTS": Field("G03-THTS", "Thi, tuyển sinh"),
    "VBCC": Field("G03-VBCC", "Hệ thống văn bằng, chứng chỉ"),
}

_MANAGING = 1
"""Position of the department in ``AGENCIES``."""

_Row = tuple[str, str, str, int, bool, str]


def _rows() -> list[_Row]:
    text = files("sandbox_portal.scenarios").joinpath("education.tsv").read_text("utf-8")
    rows: list[_Row] = []
    for line in text.splitlines()[1:]:
        code, level, field, limit, online, name = line.split("\t")
        rows.append((code, level, field, int(limit), online == "FULL", name))
    return rows


def catalogue() -> Catalogue:
    """The whole catalogue, the seven procedures that 2024 abolished included (not in force)."""
    rows = _rows()
    decisions = _decisions(rows)
    return Catalogue(
        agencies=AGENCIES,
        fields=tuple(FIELDS.values()),
        procedures=tuple(_procedures(rows, decisions)),
        decisions=decisions,
        petitions=_petitions(),
    )


def _procedures(rows: list[_Row], decisions: tuple[Decision, ...]) -> Iterator[Procedure]:
    last = {code: one for one in decisions for code in (*one.new, *one.modified, *one.rescinded)}
    fresh = {code for one in decisions for code in one.new}
    for number, (code, level, field, limit, full, name) in enumerate(rows):
        decision = last[code]
        gone = level == _ABOLISHED
        yield Procedure(
            number=number,
            agency=_MANAGING,
            code=code,
            name=name,
            field=FIELDS[field],
            level=AuthorityLevel.PROVINCIAL_DEPARTMENT if gone else AuthorityLevel(level),
            working_days=limit,
            full_online=full,
            fee=FEE_BEARING.get(code, 0),
            decision=decision.number,
            in_force=not gone,
            amended=code not in fresh,
            updated_on=decision.posted_on,
        )


def _decisions(rows: list[_Row]) -> tuple[Decision, ...]:
    gone = [row[0] for row in rows if row[1] == _ABOLISHED]
    invented = [row[0] for row in rows if row[1] != _ABOLISHED and row[0].startswith("9.")]
    old = [row[0] for row in rows if row[1] != _ABOLISHED and not row[0].startswith("9.")]
    take = iter(invented)
    new_62, new_227, new_4502 = ([next(take) for _ in range(n)] for n in (5, 4, 6))
    replaced_227, amended_1384, amended_3637, changed_4502 = old[:3], old[3:9], old[9:16], old[16:22]
    rest = (*old[22:], *take)
    new, amended, replaced = DecisionKind.NEW, DecisionKind.AMENDED, DecisionKind.REPLACED
    list_of = "Về việc công bố Danh mục thủ tục hành chính"
    return (
        _decision("62", (2024, 1, 10), 3, (new,), f"{list_of} mới ban hành", new=new_62),
        _decision(
            "227",
            (2024, 1, 22),
            4,
            (new, replaced),
            f"{list_of} mới ban hành; được thay thế",
            new=new_227,
            modified=replaced_227,
            note="Bản báo cáo năm 2024 in là 227/QĐ-SGDĐT; số và ngày khớp với dãy quyết định của UBND thành phố.",
        ),
        _decision("1384", (2024, 4, 26), 3, (amended,), f"{list_of} được sửa đổi, bổ sung", modified=amended_1384),
        _decision("1581", (2024, 5, 20), 5, (DecisionKind.STANDARDISED,), f"{list_of} chuẩn hóa", modified=rest),
        _decision("3227", (2024, 9, 16), 2, (DecisionKind.ABOLISHED,), f"{list_of} bị bãi bỏ", rescinded=gone[:4]),
        _decision("3637", (2024, 10, 16), 4, (amended,), f"{list_of} được sửa đổi, bổ sung", modified=amended_3637),
        _decision("3661", (2024, 10, 18), 5, (DecisionKind.INTERNAL,), f"{list_of} nội bộ"),
        _decision(
            "4502",
            (2024, 12, 2),
            2,
            (new, amended, replaced, DecisionKind.ABOLISHED),
            f"{list_of} mới ban hành; được sửa đổi, bổ sung, thay thế; bị bãi bỏ",
            new=new_4502,
            modified=changed_4502,
            rescinded=gone[4:],
        ),
    )


def _decision(
    number: str,
    signed: tuple[int, int, int],
    posted_after: int,
    kinds: tuple[DecisionKind, ...],
    subject: str,
    *,
    new: list[str] | None = None,
    modified: list[str] | tuple[str, ...] = (),
    rescinded: list[str] | None = None,
    note: str = "",
) -> Decision:
    signed_on = date(*signed)
    return Decision(
        number=f"{number}/QĐ-UBND",
        name=f"{subject} lĩnh vực giáo dục và đào tạo thuộc phạm vi quản lý của Sở Giáo dục và Đào tạo Hải Phòng",
        agency=CITY,
        catalogue_agency=DEPARTMENT,
        kinds=kinds,
        signed_on=signed_on,
        effective_on=signed_on,
        posted_on=add_working_days(signed_on, posted_after),
        new=tuple(new or ()),
        modified=tuple(modified),
        rescinded=tuple(rescinded or ()),
        note=note,
    )


def _petitions() -> tuple[Petition, ...]:
    facts = ((1, date(2024, 3, 12), 6), (2, date(2024, 8, 21), 9))
    return tuple(
        Petition(
            code=f"PAKN-{received:%y%m%d}-{number:04d}",
            agency=DEPARTMENT,
            received_on=received,
            due_on=add_working_days(received, 15),
            resolved_on=add_working_days(received, taken),
        )
        for number, received, taken in facts
    )
