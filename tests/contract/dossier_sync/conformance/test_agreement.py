"""Two adapters over one world tell the same facts: what one misreads, the other shows."""

from dossier_sync.domain.dossier import PortalRecord
from support.portal_cases import IGATE, LATER, OPENCPS, Case, sandboxed

WORLD = {"scenario": "province", "dossiers": 3_000, "agencies": 40, "max_page_size": 5_000}


async def facts_of(case: Case) -> dict[str, PortalRecord]:
    async with sandboxed(case, settings=WORLD, page_size=5_000) as (portal, _):
        (page,) = [page async for page in portal.pages(0, LATER)]
        return {key: portal.decode(raw, key) for raw, key in zip(page.raws, page.keys, strict=True)}


async def test_igate_and_opencps_tell_the_same_dossiers() -> None:
    igate, opencps = await facts_of(IGATE), await facts_of(OPENCPS)
    assert igate.keys() == opencps.keys()
    assert len(igate) == 3_000
    for key, one in igate.items():
        other = opencps[key]
        assert one[:9] == other[:9], key  # code to the day of the end
        assert one.modified_at is not None
        assert other.modified_at == one.modified_at.replace(microsecond=0), key
    assert len({record.status for record in igate.values()}) >= 8
