"""Procedures, agencies, fields and decisions as they are served."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from catalogue.domain.parts import Part
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel, DecisionKind, LimitUnit, OnlineLevel


class FromFacts(BaseModel):
    """Built from the dataclass of the same fields."""

    model_config = ConfigDict(from_attributes=True)


class Fee(FromFacts):
    """One fee line as the portal publishes it."""

    channel: Channel = Field(description="1 direct, 2 online, 3 postal.")
    kind: str = Field(description="The portal's word: FEE, SERVICE_FEE, …")
    value: float | None = Field(description="Amount in đồng; null is not zero: it may stand in the description.")
    description: str = Field(description="The portal's words, often with a condition.")


class Procedure(FromFacts):
    """A procedure in the catalogue of one agency."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "agency_code": "H24.99",
                "procedure_code": "1.004889",
                "suffix": "",
                "name": "Công nhận bằng tốt nghiệp trung học phổ thông do cơ sở giáo dục nước ngoài cấp",
                "field_code": "G03-VBCC",
                "levels": ["PROVINCIAL_DEPARTMENT"],
                "online_level": "FULL",
                "fee_bearing": True,
                "in_force": True,
                "state": "UPDATED",
                "kind": "STANDARD",
                "issuer": "Bộ Giáo dục và Đào tạo",
                "decision_number": "1581/QĐ-UBND",
                "valid_from": None,
                "valid_to": None,
                "flags": [],
            }
        },
    )

    agency_code: str = Field(description="The agency whose catalogue it stands in, level 1 first.")
    procedure_code: str = Field(description="The national code, d.dddddd. Not a key by itself.")
    suffix: str = Field(description='Issuing province of a local copy ("H48"), else empty.')
    name: str = Field(description="Vietnamese name, NFC.")
    field_code: str = Field(description="Its field (lĩnh vực); empty when the portal names none.")
    levels: list[AuthorityLevel] = Field(
        description="Who decides it. DISTRICT only in procedures begun before 2025-07-01."
    )
    online_level: OnlineLevel = Field(description="The highest level among its online services.")
    fee_bearing: bool | None = Field(description="Whether some fee is above zero; null when the fee lines do not tell.")
    in_force: bool = Field(
        description="Whether the portal publishes it. For a day's validity see valid_from, valid_to."
    )
    state: str = Field(
        description="The portal's word (ACTIVE, UPDATED, INACTIVE), or WITHDRAWN after two complete lists."
    )
    kind: str = Field(description="The portal's word: STANDARD, SPECIFIC, …")
    issuer: str = Field(description="The body that promulgated it.")
    decision_number: str = Field(description="The newest publication decision, as the portal writes it.")
    valid_from: date | None = Field(
        description="Effective day of the decision that brought it in; null: none is known."
    )
    valid_to: date | None = Field(
        description="Exclusive: effective day of the decision that ended it; null: none is known."
    )
    flags: list[str] = Field(
        description="level_undetermined, online_level_unverified: what the portal leaves open. from_list, "
        "from_detail_file: known only from an imported file."
    )
    missing_parts: list[Part] | None = Field(
        description="Which of the parts that NĐ 63/2010, Điều 8 khoản 2 makes mandatory its publication lacks, as "
        "criterion 1.3 of QĐ 766 checks them; null: the source does not tell."
    )
    for_people: bool | None = Field(
        description="Whether persons, and not only organisations, may carry it out; null: it names no subject."
    )


class Limit(FromFacts):
    """A time limit: it belongs to a channel and a case."""

    channel: Channel = Field(description="1 direct, 2 online, 3 postal.")
    case_name: str = Field(description="Empty when there is only one case.")
    quantity: int | None = Field(description="How many units; null with OTHER.")
    unit: LimitUnit = Field(description="OTHER: the law's own words, from which no number may be read.")


class PublishedLimit(Limit):
    """A time limit with the procedure it belongs to."""

    agency_code: str = Field(description="Whose catalogue.", examples=["H24.99"])
    procedure_code: str = Field(description="The procedure.", examples=["1.004889"])
    suffix: str = Field(description="Of a local copy, else empty.")


class LimitStatement(FromFacts):
    """Who says what of a limit."""

    agency_code: str = Field(description="Whose catalogue says it.", examples=["H24.99"])
    source: str = Field(description="The feed it came by.", examples=["national/procedures:H24.99"])
    quantity: int | None = Field(description="How many units; null with OTHER.")
    unit: LimitUnit = Field(description="OTHER: words from which no number may be read.")
    words: str = Field(description="How the source writes it, where it writes words.")


class LimitDifference(FromFacts):
    """Two sources that disagree on one limit. Nobody chooses in silence: both stand here until they agree."""

    procedure_code: str = Field(description="The procedure.", examples=["1.004889"])
    suffix: str = Field(description="Of a local copy, else empty.")
    channel: Channel = Field(description="1 direct, 2 online, 3 postal.")
    case_name: str = Field(description="Empty when there is only one case.")
    first: LimitStatement = Field(description="One source: of the higher agency, where agencies differ.")
    second: LimitStatement = Field(description="The other one.")
    published: Literal["first", "second", "both"] = Field(
        description="Whose number is published in that catalogue: a synced portal before a file (our rule, not a "
        "law's); both: each in the catalogue of its own agency."
    )


class OnlineService(FromFacts):
    """An online service of the procedure."""

    service_code: str = Field(description="Its code on the national portal.")
    agency_code: str = Field(description="The agency that offers it; empty when the portal names none.")
    name: str = Field(description="Vietnamese name.")
    online_level: OnlineLevel = Field(description="FULL toàn trình, PARTIAL một phần, NONE information only.")


class Decision(FromFacts):
    """A publication decision."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "agency_code": "H24.99",
                "issuer_code": "H24",
                "number": "3227/QĐ-UBND",
                "name": "Về việc công bố Danh mục thủ tục hành chính bị bãi bỏ …",
                "kinds": ["ABOLISHED"],
                "signed_on": "2024-09-16",
                "effective_on": "2024-09-16",
                "posted_on": "2024-09-18",
                "new": [],
                "modified": [],
                "rescinded": ["9.980001"],
                "note": "",
                "source": "portal+import",
            }
        },
    )

    agency_code: str = Field(description="The agency whose catalogue it publishes; the title names it.")
    issuer_code: str = Field(description="The agency that signed it.")
    number: str = Field(description="As signed, without stray dots. It begins again every year.")
    name: str = Field(description="Its title.")
    kinds: list[DecisionKind] = Field(description="What it does. Imported, else read from title and lists (practice).")
    signed_on: date = Field(description="Day of signing.")
    effective_on: date | None = Field(
        description="Day from which it holds; no portal carries it, so it is imported or null."
    )
    posted_on: date | None = Field(description="Day its procedures were posted; imported or null.")
    new: list[str] = Field(description="Codes of procedures it brings in.")
    modified: list[str] = Field(description="Codes it amends, replaces or standardises.")
    rescinded: list[str] = Field(description="Codes it takes away.")
    note: str = Field(description="Anything odd about it.")
    source: str = Field(description="portal, import, or portal+import.")


class RecordFile(FromFacts):
    """A file that held a record."""

    file_id: int = Field(description="Its id in /v1/imports.")
    name: str = Field(description="As it was named.")
    sha256: str = Field(description="SHA-256 of its bytes.")
    exported_on: date | None = Field(description="The day the portal made it, as its importer said.")
    imported_at: datetime = Field(description="When it was imported.")

    @field_validator("sha256", mode="before")
    @classmethod
    def _written(cls, value: object) -> object:
        return value.hex() if isinstance(value, bytes) else value


class ProcedureDetail(Procedure):
    """A procedure with all that belongs to it."""

    fees: list[Fee] = Field(description="Fee lines as published.")
    limits: list[Limit] = Field(description="Time limits by channel and case.")
    online_services: list[OnlineService] = Field(description="Its online services, whoever offers them.")
    decisions: list[Decision] = Field(description="Decisions that touched it, oldest first.")
    portal_id: str = Field(description="Its id on the portal.")
    portal_updated_at: datetime | None = Field(description="When the portal says it was last touched.")
    content_hash: str = Field(description="SHA-256 of the portal's whole cleaned record.")
    suspected_withdrawn_since: datetime | None = Field(
        description="Since when a complete list lacks it; null: it does not."
    )
    record: Any = Field(description="The portal's record itself, cleaned: steps, papers, legal bases.")
    files: list[RecordFile] = Field(description="Imported files that held this record, oldest first.")
    change: int = Field(description="The answer holds as of this change.")
    since_change: int = Field(description="The change that made it what it is.")


class ProcedureVersion(FromFacts):
    """One version of a procedure's history."""

    change_from: int = Field(description="The change that brought this version.")
    change_to: int | None = Field(description="The change that replaced it; null: it is the current one.")
    since_at: datetime = Field(description="When we learnt it.")
    changed: list[str] = Field(description="Fields that differ from the version before; empty for the first.")
    procedure: Procedure = Field(description="The procedure as it stood.")


class Agency(FromFacts):
    """An agency (cơ quan)."""

    agency_code: str = Field(description="Level 1 first: H24.99.", examples=["H24.99"])
    name: str = Field(description="Vietnamese name.", examples=["Sở Giáo dục và Đào tạo Hải Phòng"])
    level: AuthorityLevel | None = Field(description="null: the portal's word for it is not known to us.")
    parent_code: str | None = Field(description="The nearest agency above it in the catalogue.", examples=["H24"])
    valid_from: date | None = Field(description="null: not known.")
    valid_to: date | None = Field(description="Exclusive; null: in being, or not known to have ended.")
    incarnation: int = Field(description="2, 3, …: its code was another agency's before, which had ended.")


class Succession(FromFacts):
    """One agency took over what was another's."""

    predecessor_code: str = Field(description="Who ended or gave away.")
    successor_code: str = Field(description="Who took over.")
    succeeded_on: date = Field(description="The day it happened.")
    legal_basis: str = Field(description="The document that says so.")
    predecessor_ends: bool = Field(description="Whether the predecessor ended; false: it gave a part away.")
    successor_begins: bool = Field(description="Whether the successor was founded by it.")


class AgencyDetail(Agency):
    """An agency with its other spelling, its line and its successions."""

    qcvn: str = Field(description="The older order of the same code.", examples=["000.00.99.H24"])
    ancestors: list[str] = Field(description="Itself, its parent, and so on up.")
    successions: list[Succession] = Field(description="Every succession it was part of, by day.")
    predecessors: list[str] = Field(description="Whose tasks it took over, directly.", examples=[["H23"]])
    successors: list[str] = Field(description="Who took over its tasks, directly.")
    standing_now: list[str] = Field(
        description="Who stands in its place after every succession; itself while it did not end."
    )
    earlier: list[Agency] = Field(description="Agencies that had this code before it, oldest first.")


class FieldOfAdministration(FromFacts):
    """A field (lĩnh vực)."""

    field_code: str = Field(description="TT 01/2018/TT-VPCP Art. 20.", examples=["G03-GDPT"])
    name: str = Field(description="Vietnamese name.", examples=["Giáo dục phổ thông"])
