"""F59 to F86 on the wire: what a record says of its status, procedure, code, words and dates."""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

BOTH = pytest.mark.parametrize("portal", ["igate", "opencps"])
MARKERS = ("Người Không Có Thật", "@canary.invalid", "0000", "999000")
Record = dict[str, Any]


class Wire:
    """Where each contract has what a test looks at."""

    def __init__(self, portal: str) -> None:
        self.is_igate = portal == "igate"

    def code(self, record: Record) -> str:
        return str(record["code" if self.is_igate else "dossierNo"])

    def status(self, record: Record) -> Any:
        return record["dossierTaskStatus"].get("name") if self.is_igate else record.get("dossierStatus")

    def coarse(self, record: Record) -> Any:
        return record["dossierStatus"].get("name") if self.is_igate else record.get("dossierStatusText")

    def procedure(self, record: Record) -> Any:
        return record["procedure"].get("code") if self.is_igate else record.get("serviceCode")

    def agency(self, record: Record) -> Any:
        return record["agency"]["code"] if self.is_igate else record["govAgencyCode"]

    def name(self, record: Record) -> str:
        return str(record["procedure"]["translate"]["name"] if self.is_igate else record["serviceName"])

    def number(self, record: Record) -> Any:
        if self.is_igate:
            return record["procedureProcessDefinition"]["processDefinition"]["processingTime"]
        return record["durationCount"]

    def received(self, record: Record) -> Any:
        return record.get("acceptedDate" if self.is_igate else "receiveDate")

    def instant(self, stamp: str) -> datetime:
        """Local wall clock, from either spelling."""
        if self.is_igate:
            return datetime.fromisoformat(stamp[:23]) + timedelta(hours=7)
        return datetime.fromisoformat(f"{stamp[6:10]}-{stamp[3:5]}-{stamp[:2]}T{stamp[11:]}")


async def struck(portals: Any, portal: str, fault: str, **parameters: Any) -> list[tuple[Record, Record]]:
    """The records a fault changed on the first page: before and after. The others must not have changed."""
    before = await portals.listed(portal)
    await portals.on(fault, path=portal, parameters=parameters)
    after = await portals.listed(portal)
    touched = await portals.touched()
    await portals.off()
    wire = Wire(portal)
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if wire.code(old) in touched]
    assert [new for new in after if new not in [pair[1] for pair in pairs]] == [
        old for old in before if wire.code(old) not in touched
    ]
    assert pairs
    return pairs


@BOTH
async def test_f59_the_status_is_missing_blank_or_unknown(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    for variant, told in (("missing", None), ("blank", ""), ("null", None), ("unknown", "Chờ ký số")):
        pairs = await struck(portals, portal, "F59", variant=variant, records=3)
        assert [(wire.status(new), wire.coarse(new)) for _, new in pairs] == [(told, told)] * 3
    missing = (await struck(portals, portal, "F59", variant="missing"))[0][1]
    assert "name" not in missing.get("dossierTaskStatus", {})


async def test_f59_the_national_portal_does_not_say_it_either(portals: Any) -> None:
    code = (await portals.listed())[0]["code"]
    await portals.on("F59", path="national_rpc", parameters={"variant": "blank"})
    assert (await portals.rpc("TraCuuHoSo", mahoso=code)).json()["result"] == [{"MaHoSo": code, "TrangThaiHoSo": ""}]


@BOTH
async def test_f60_another_city_has_other_words(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    pairs = await struck(portals, portal, "F60")
    words = {"Đã trả kết quả": "Đã trả công dân", "Có kết quả": "Đã giải quyết xong", "done": "closed"}
    changed = [(old, new) for old, new in pairs if old != new]
    assert changed
    assert all(
        wire.status(new) == words[wire.status(old).strip()] for old, new in changed if wire.status(old).strip() in words
    )


@BOTH
async def test_f62_the_coarse_status_contradicts_the_fine_one(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    for old, new in await struck(portals, portal, "F62", records=4):
        assert (wire.status(new), wire.coarse(new)) == (wire.status(old), "Mới đăng ký")


@BOTH
async def test_f63_the_procedure_has_no_code_or_one_nobody_knows(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    told = {}
    for variant in ("blank", "missing", "unknown", "suffix"):
        old, new = (await struck(portals, portal, "F63", variant=variant))[0]
        told[variant] = wire.procedure(new)
        own = wire.procedure(old)
    assert told == {"blank": "", "missing": None, "unknown": "9.999999", "suffix": f"{own}.000.00.00.H38"}


@BOTH
async def test_f64_the_procedure_is_no_longer_in_force(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    _, new = (await struck(portals, portal, "F64"))[0]
    asked = {"q": wire.procedure(new), "currentPage": 1, "pageSize": 10}
    listed = (await portals.client.post("/api/v1/reporting/formalities", json=asked)).json()["data"]["items"]
    assert [(one["code"], one["state"]) for one in listed] == [(wire.procedure(new), "INACTIVE")]


async def test_f70_the_national_copy_is_greener(province: Any) -> None:
    by_status: dict[str, str] = {}
    for code, record in (await province.all("opencps")).items():
        by_status[record["dossierStatus"]] = code
    await province.on("F70")
    for status, told in (("waiting", "9"), ("unresolved", "9"), ("processing", "4"), ("done", "10")):
        found = (await province.rpc("TraCuuHoSo", mahoso=by_status[status])).json()["result"]
        assert [one["TrangThaiHoSo"] for one in found] == [told]


@BOTH
async def test_f71_the_code_is_spelt_otherwise(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    for variant in ("case", "space", "inner_space", "dash", "zero"):
        old, new = (await struck(portals, portal, "F71", variant=variant))[0]
        own, told = wire.code(old), wire.code(new)
        head, _, tail = own.rpartition("-")
        expected = {
            "case": own.lower(),
            "space": f" {own} ",
            "inner_space": own.replace("-", " - "),
            "dash": own.replace("-", "–"),
            "zero": f"{head}-0{tail}",
        }
        assert told == expected[variant] != own


@BOTH
async def test_f72_a_date_is_not_there(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    for variant, told in (("empty", ""), ("blanks", "  "), ("null", None), ("zero", "0"), ("missing", None)):
        _, new = (await struck(portals, portal, "F72", variant=variant))[0]
        assert wire.received(new) == told
        assert (("acceptedDate" in new) or ("receiveDate" in new)) is (variant != "missing")


@BOTH
async def test_f73_a_date_means_none(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    seen = {}
    for variant in (
        "year_1",
        "year_1_digits",
        "year_1900",
        "year_1900_digits",
        "epoch",
        "year_9999",
        "year_9999_digits",
    ):
        seen[variant] = wire.received((await struck(portals, portal, "F73", variant=variant))[0][1])
    assert seen["year_1_digits"] == "00010101000000"
    assert (seen["year_1900_digits"], seen["year_9999_digits"]) == ("19000101", "99991231")
    assert wire.instant(seen["year_1900"]).year == 1900
    assert seen["year_9999"].startswith("9999" if portal == "igate" else "31/12/9999")
    assert seen["epoch"].startswith("1970" if portal == "igate" else "01/01/1970")


@BOTH
async def test_f74_a_date_is_spelt_otherwise(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    code = next(wire.code(r) for r in await portals.listed(portal) if wire.received(r))
    told = {}
    spellings = [
        "digits_8", "digits_12", "digits_14", "digits_17", "slashed", "slashed_american", "iso_without_zone",
        "iso_with_zone", "iso_zone_without_colon", "dotnet", "epoch_ms", "excel",
    ]  # fmt: skip
    for variant in spellings:
        old, new = (await struck(portals, portal, "F74", variant=variant, code=code))[0]
        told[variant] = wire.received(new)
    at = wire.instant(wire.received(old))
    assert told["digits_8"] == f"{at:%Y%m%d}"
    assert told["digits_12"] == f"{at:%Y%m%d%H%M}"
    assert told["digits_14"] == f"{at:%Y%m%d%H%M%S}"
    assert told["digits_17"] == f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}"
    assert (told["slashed"], told["slashed_american"]) == (f"{at:%d/%m/%Y}", f"{at:%m/%d/%Y}")
    assert told["iso_without_zone"] == f"{at:%Y-%m-%dT%H:%M:%S}"
    assert told["iso_with_zone"] == f"{at:%Y-%m-%dT%H:%M:%S}+07:00"
    assert told["iso_zone_without_colon"] == f"{at:%Y-%m-%dT%H:%M:%S}.000+0700"
    assert told["dotnet"] == f"/Date({told['epoch_ms']}+0700)/"
    local = at.replace(tzinfo=timezone(timedelta(hours=7)))
    assert told["epoch_ms"] == local.timestamp() * 1000
    assert abs(told["excel"] - 25_569 - (at.replace(tzinfo=UTC).timestamp() / 86_400)) < 0.00001


@BOTH
async def test_f75_a_date_does_not_exist(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    for variant in ("february_30", "february_30_digits", "minute_60", "hour_24_digits", "month_13", "words"):
        told = wire.received((await struck(portals, portal, "F75", variant=variant))[0][1])
        with pytest.raises(ValueError):
            wire.instant(told)
        digits = told.isdigit() and f"{told[:4]}-{told[4:6]}-{told[6:8]}T{told[8:10] or '00'}:{told[10:] or '00'}"
        if digits:
            with pytest.raises(ValueError):
                datetime.fromisoformat(digits)


@BOTH
async def test_f76_every_date_is_seven_hours_off(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    for variant, hours in (("local_as_utc", 7), ("utc_as_local", -7)):
        pairs = await struck(portals, portal, "F76", variant=variant)
        moved = {
            wire.instant(wire.received(new)) - wire.instant(wire.received(old))
            for old, new in pairs
            if wire.received(old)
        }
        assert moved == {timedelta(hours=hours)}


@BOTH
async def test_f77_it_is_due_or_ended_before_it_was_received(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    names = {
        "due": ("appointmentDate", "dueDate") if portal == "igate" else ("dueDate",),
        "ended": ("completedDate",) if portal == "igate" else ("releaseDate", "finishDate"),
    }
    for role, fields in names.items():
        pairs = await struck(portals, portal, "F77", field=role, records=0)
        received = [new for _, new in pairs if wire.received(new)]
        assert len(received) > 20
        for record in received:
            for field in fields:
                gap = wire.instant(wire.received(record)) - wire.instant(record[field])
                assert gap == timedelta(days=2)


@BOTH
async def test_f82_the_same_words_have_other_code_points(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    names = {}
    for variant in ("nfd", "tone", "nbsp", "zero_width", "eth"):
        pairs = await struck(portals, portal, "F82", variant=variant)
        changed = [(wire.name(old), wire.name(new)) for old, new in pairs if wire.name(old) != wire.name(new)]
        names[variant] = changed
    assert all(new == unicodedata.normalize("NFD", old) for old, new in names["nfd"])
    assert all(new == old.replace(" ", "\u00a0") for old, new in names["nbsp"])
    assert all(new == old.replace(" ", " \u200b") for old, new in names["zero_width"])
    assert all(new == old.replace("Đ", "Ð").replace("đ", "ð") for old, new in names["eth"])
    assert all(names[variant] for variant in names if variant != "tone")


@BOTH
async def test_f83_words_were_read_in_the_wrong_encoding(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    for variant in ("utf8", "tcvn3", "vni"):
        old, new = (await struck(portals, portal, "F83", variant=variant))[0]
        assert wire.name(new) != wire.name(old)
        assert not any("\u1ea0" <= letter <= "\u1ef9" for letter in wire.name(new))
    assert wire.code(new) == wire.code(old)


@BOTH
async def test_f84_a_number_is_a_text(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    told = [
        wire.number((await struck(portals, portal, "F84", variant=variant))[0][1])
        for variant in ("dot", "comma", "text")
    ]
    assert told == ["1.000", "1,5", "5 ngày"]


@BOTH
async def test_f85_a_person_stands_where_none_belongs_and_carries_a_marker(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    reads = {"code": wire.code, "procedure": wire.procedure, "agency": wire.agency, "status": wire.status}
    for field, read in {**reads, "note": lambda record: record["ghiChu"]}.items():
        for variant in ("name", "identity", "phone", "email"):
            _, new = (await struck(portals, portal, "F85", field=field, variant=variant))[0]
            assert any(marker in str(read(new)) for marker in MARKERS)


@BOTH
async def test_f86_a_test_dossier_says_so(portals: Any, portal: str) -> None:
    wire = Wire(portal)
    _, new = (await struck(portals, portal, "F86"))[0]
    assert wire.name(new).startswith("TEST")
    person = new["applicant"]["data"]["fullname"] if portal == "igate" else new["applicantName"]
    assert person == "Người Không Có Thật (TEST)"
