"""The invented province H99: agencies of very different size, and the procedures each of them serves."""

from datetime import date

from sandbox_portal.scenarios.model import Agency, Catalogue, Decision, Field, Procedure
from shared.domain.level import AuthorityLevel, DecisionKind

PROVINCE = "H99"
LIMITS = (1, 3, 5, 7, 10, 15, 20)
"""Limits in working days that occur, shortest first."""

_DEPARTMENTS = (
    "Tư pháp",
    "Xây dựng",
    "Y tế",
    "Giáo dục và Đào tạo",
    "Nông nghiệp và Môi trường",
    "Tài chính",
    "Nội vụ",
    "Công Thương",
    "Khoa học và Công nghệ",
    "Văn hóa, Thể thao và Du lịch",
    "Ngoại vụ",
    "Dân tộc và Tôn giáo",
)
_COMMUNE_FIELDS = ("Hộ tịch", "Chứng thực", "Bảo trợ xã hội", "Đất đai", "Thủy lợi")
_ACTIONS = (
    "Cấp mới",
    "Cấp lại",
    "Cấp đổi",
    "Gia hạn",
    "Điều chỉnh",
    "Thu hồi",
    "Xác nhận",
    "Đăng ký",
    "Chấm dứt",
    "Tra cứu",
)
_PER_COMMUNE_FIELD = 8
_FIRST_COMMUNE, _COMMUNES_A_ROUND = 100, 900
_DECISION = "1/QĐ-UBND"
_SIGNED = date(2022, 12, 1)


def catalogue(agencies: int) -> Catalogue:
    """A province with that many agencies, itself first, departments next, communes last."""
    departments = min(len(_DEPARTMENTS), agencies - 1)
    bodies = [Agency(PROVINCE, "UBND tỉnh Thử Nghiệm", AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE, None)]
    bodies += [_department(n) for n in range(departments)]
    bodies += [_commune(n) for n in range(agencies - 1 - departments)]
    fields = [Field(f"G99-{n + 1:02d}", name) for n, name in enumerate((*_DEPARTMENTS[:departments], *_COMMUNE_FIELDS))]
    procedures = _procedures(fields, departments, has_communes=len(bodies) > departments + 1)
    return Catalogue(tuple(bodies), tuple(fields), procedures, (_decision(procedures),))


def served_by(catalogue_: Catalogue, agency: int) -> tuple[Procedure, ...]:
    """The procedures an agency serves: a department its own, every commune the same ones, the province a few."""
    level = catalogue_.agencies[agency].level
    if level is AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE:
        return catalogue_.procedures[: len(_ACTIONS)]
    if level is AuthorityLevel.COMMUNE:
        return tuple(p for p in catalogue_.procedures if p.level is AuthorityLevel.COMMUNE)
    return tuple(p for p in catalogue_.procedures if p.agency == agency)


def _department(n: int) -> Agency:
    name = f"Sở {_DEPARTMENTS[n]} tỉnh Thử Nghiệm"
    return Agency(f"{PROVINCE}.{n + 1:02d}", name, AuthorityLevel.PROVINCIAL_DEPARTMENT, PROVINCE)


def _commune(n: int) -> Agency:
    round_, place = divmod(n, _COMMUNES_A_ROUND)
    parent = f"{PROVINCE}.{_FIRST_COMMUNE + place}"
    if round_ == 0:
        return Agency(parent, f"UBND xã Thử Nghiệm {n + 1:03d}", AuthorityLevel.COMMUNE, PROVINCE)
    return Agency(f"{parent}.{round_:02d}", f"Điểm tiếp nhận Thử Nghiệm {n + 1:03d}", AuthorityLevel.COMMUNE, parent)


def _procedures(fields: list[Field], departments: int, *, has_communes: bool) -> tuple[Procedure, ...]:
    found: list[Procedure] = []
    for n in range(departments):
        for action in _ACTIONS:
            found.append(_procedure(len(found), n + 1, action, fields[n], AuthorityLevel.PROVINCIAL_DEPARTMENT))
    for field in fields[departments:] if has_communes else ():
        for action in _ACTIONS[:_PER_COMMUNE_FIELD]:
            found.append(_procedure(len(found), 0, action, field, AuthorityLevel.COMMUNE))
    return tuple(found)


def _procedure(number: int, agency: int, action: str, field: Field, level: AuthorityLevel) -> Procedure:
    return Procedure(
        number=number,
        agency=agency,
        code=f"9.{500_000 + number}",
        name=f"{action} giấy tờ thử nghiệm lĩnh vực {field.name}",
        field=field,
        level=level,
        working_days=LIMITS[(number * 5 + number // 7) % len(LIMITS)],
        full_online=number % 3 == 0,
        fee=50_000 if number % 4 == 0 else 0,
        decision=_DECISION,
        in_force=True,
        amended=False,
        updated_on=_SIGNED,
    )


def _decision(procedures: tuple[Procedure, ...]) -> Decision:
    return Decision(
        number=_DECISION,
        name="Về việc công bố Danh mục thủ tục hành chính mới ban hành của tỉnh Thử Nghiệm",
        agency=PROVINCE,
        catalogue_agency=None,
        kinds=(DecisionKind.NEW,),
        signed_on=_SIGNED,
        effective_on=_SIGNED,
        posted_on=_SIGNED,
        new=tuple(procedure.code for procedure in procedures),
    )
