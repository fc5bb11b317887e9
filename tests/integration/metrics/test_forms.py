"""Forms and reports over HTTP: the same numbers in every format."""

import io
import zipfile
from xml.etree import ElementTree

import httpx
import pytest

from metrics.reports import FORMATS
from metrics.schemas.served import FormOut
from support.metrics_world import World, a_dossier, agency_v1, an_agency, any_dossiers, field_v1

YEAR = {"agency": "H24.99", "period": "2024"}
FILES = ["csv", "xlsx", "docx", "pdf"]
MAGIC = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "docx": b"PK", "pdf": b"%PDF-"}
_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


@pytest.fixture
async def department(world: World) -> World:
    """The department of the 2024 report, with its name and its superior's, and dossiers of every kind."""
    await world.add(
        agency_v1,
        an_agency("H24", "UBND thành phố Hải Phòng", level="PROVINCE_PEOPLES_COMMITTEE"),
        an_agency("H24.99", "Sở Giáo dục và Đào tạo Hải Phòng", parent_code="H24"),
    )
    await world.page([a_dossier(number, field="F1") for number in range(5)])
    await world.page(any_dossiers(3, 60))
    await world.project()
    return world


def words_of(docx: bytes) -> str:
    """The text of a Word file, read by the standard library."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))  # noqa: S314 - our own file
    return " ".join(node.text or "" for node in root.iter(_TEXT))


@pytest.mark.parametrize("format_", FILES)
async def test_the_form_is_a_file_with_its_own_type_and_name(
    department: World, client: httpx.AsyncClient, format_: str
) -> None:
    response = await client.get("/v1/forms/II.06a", params=YEAR | {"format": format_})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == FORMATS[format_]
    name = f"II.06a_H24.99_2024-01-01_2024-12-31_vi.{format_}"
    assert response.headers["content-disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert response.content.startswith(MAGIC[format_])
    again = await client.get(
        "/v1/forms/II.06a", params=YEAR | {"format": format_}, headers={"If-None-Match": response.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_the_printed_form_names_who_reports_to_whom_and_holds_the_numbers_of_the_json(
    department: World, client: httpx.AsyncClient
) -> None:
    await department.add(field_v1, {"field_code": "F1", "name": "Thi, tuyển sinh", "change_from": 1, "change_to": None})
    form = (await client.get("/v1/forms/II.06a", params=YEAR)).json()
    words = words_of((await client.get("/v1/forms/II.06a", params=YEAR | {"format": "docx"})).content)
    assert "Sở Giáo dục và Đào tạo Hải Phòng" in words
    assert "UBND thành phố Hải Phòng" in words
    assert "Thi, tuyển sinh" in words
    assert all(f" {value} " in f"{words} " for value in form["total"]["values"])
    english = words_of(
        (await client.get("/v1/forms/II.06a", params=YEAR | {"format": "docx", "language": "en"})).content
    )
    assert "RESOLUTION OF ADMINISTRATIVE PROCEDURES" in english


async def test_what_is_doubtful_stands_in_the_notes(department: World, client: httpx.AsyncClient) -> None:
    await department.quarantine(1)
    await department.feed(state="stale")
    words = words_of((await client.get("/v1/forms/II.06a", params=YEAR | {"format": "docx"})).content)
    assert "hồ sơ lỗi dữ liệu đang chờ xử lý" in words
    assert "nguồn số liệu chưa cập nhật" in words


@pytest.mark.parametrize(("name", "value"), [("format", "odt"), ("language", "fr"), ("variant", "api"), ("x", "1")])
async def test_a_parameter_the_form_does_not_have_is_refused_by_name(
    client: httpx.AsyncClient, name: str, value: str
) -> None:
    response = await client.get("/v1/forms/II.06a", params=YEAR | {name: value})
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, name)


async def rows(client: httpx.AsyncClient, form: str, **asked: str) -> dict[str | None, list[int]]:
    """The form's rows by agency or level, its total under None; every row keeps the sums of the form."""
    response = await client.get(f"/v1/forms/{form}", params=YEAR | asked)
    assert response.status_code == 200, response.text
    found = FormOut.model_validate_json(response.content)
    assert found.status == "unverified"
    for row in (*found.rows, found.total):
        c = dict(zip(range(3, 14), row.values, strict=True))
        assert c[3] == c[4] + c[5] + c[6] == c[7] + c[11]
        assert (c[7], c[11]) == (c[8] + c[9] + c[10], c[12] + c[13])
    assert found.total.values == [sum(cells) for cells in zip(*(row.values for row in found.rows), strict=True)]
    by_key = {row.agency if form == "II.06b" else row.level: list(row.values) for row in found.rows}
    return by_key | {None: list(found.total.values)}


async def test_ii06b_has_the_agency_s_own_row_and_one_for_each_agency_below_with_its_subtree(
    department: World, client: httpx.AsyncClient
) -> None:
    found = await rows(client, "II.06b", agency="H24")
    assert list(found) == ["H24", "H24.100", "H24.99", None]
    for agency in ("H24.100", "H24.99"):
        below = (await client.get("/v1/forms/II.06a", params=YEAR | {"agency": agency})).json()
        assert found[agency] == below["total"]["values"]
    assert (
        found[None] == (await client.get("/v1/forms/II.06a", params=YEAR | {"agency": "H24"})).json()["total"]["values"]
    )
    country = await rows(client, "II.06b", agency="H24.100")
    assert list(country) == ["H24.100", None]


async def test_ii06c_puts_each_dossier_at_the_level_of_its_agency_or_of_the_nearest_one_above_that_has_one(
    department: World, client: httpx.AsyncClient
) -> None:
    await department.add(agency_v1, an_agency("H24.100", "Phường", level="COMMUNE", parent_code="H24"))
    by_agency = await rows(client, "II.06b", agency="H24")
    by_level = await rows(client, "II.06c", agency="H24")
    # H24.99.01 has no level of its own: its dossiers are the department's.
    assert by_level == {
        "PROVINCE_PEOPLES_COMMITTEE": by_agency["H24"],
        "PROVINCIAL_DEPARTMENT": by_agency["H24.99"],
        "COMMUNE": by_agency["H24.100"],
        None: by_agency[None],
    }


async def test_a_level_nobody_knows_is_a_row_of_its_own(world: World, client: httpx.AsyncClient) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    assert list(await rows(client, "II.06c")) == ["", None]
    words = words_of((await client.get("/v1/forms/II.06c", params=YEAR | {"format": "docx"})).content)
    assert "Chưa rõ cấp" in words


@pytest.mark.parametrize("form", ["II.06b", "II.06c"])
async def test_a_form_that_was_not_checked_against_the_circular_says_so_on_paper(
    department: World, client: httpx.AsyncClient, form: str
) -> None:
    for format_ in ("docx", "xlsx", "pdf"):
        response = await client.get(f"/v1/forms/{form}", params=YEAR | {"format": format_, "language": "vi"})
        assert response.content.startswith(MAGIC[format_])
    words = words_of((await client.get(f"/v1/forms/{form}", params=YEAR | {"format": "docx"})).content)
    assert "ghi theo trí nhớ, chưa đối chiếu với Thông tư số 01/2020/TT-VPCP" in words
    assert f"Biểu số {form}/VPCP/KSTT" in words
    english = words_of(
        (await client.get(f"/v1/forms/{form}", params=YEAR | {"format": "docx", "language": "en"})).content
    )
    assert "remembered, not checked against Circular 01/2020/TT-VPCP" in english


@pytest.mark.parametrize("form", ["II.06a", "II.06b", "II.06c", "II.07b", "766", "annual-report"])
async def test_a_paper_is_of_the_agency_as_it_was_and_says_so(
    department: World, client: httpx.AsyncClient, form: str
) -> None:
    assert (await client.get(f"/v1/forms/{form}", params={**YEAR, "structure": "then"})).status_code == 200
    refused = await client.get(f"/v1/forms/{form}", params={**YEAR, "structure": "now"})
    assert refused.status_code == 422, refused.text
    (error,) = refused.json()["errors"]
    assert error["parameter"] == "structure"
    assert "as it was" in error["reason"]
