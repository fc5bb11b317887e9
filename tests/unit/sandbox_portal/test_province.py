"""Any number of dossiers, by arithmetic."""

import tracemalloc
from collections import Counter
from datetime import date

import pytest

from sandbox_portal.scenarios import province, province_catalogue
from sandbox_portal.scenarios.days import from_ordinal, is_working, local_ordinal, ordinal
from sandbox_portal.scenarios.lifecycle import matches
from sandbox_portal.scenarios.model import Dossier, DossierBook, DossierQuery, World
from shared.domain.channel import Channel
from shared.domain.identifiers import AgencyCode
from shared.domain.status import DossierStatus

EVERYTHING = DossierQuery()
SIZE = 20_000


def build(dossiers: int = SIZE, seed: int = 7) -> World:
    return province.build(seed, dossiers=dossiers, agencies=300, years=3)


@pytest.fixture(scope="module")
def dossiers() -> list[Dossier]:
    return list(build().dossiers.every())


def page(book: DossierBook, start: int, stop: int, *, newest_first: bool = True) -> list[Dossier]:
    return list(book.search(EVERYTHING, newest_first=newest_first, start=start, stop=stop)[1])


def walk(book: DossierBook, size: int, *, newest_first: bool) -> list[Dossier]:
    total, _ = book.search(EVERYTHING, newest_first=newest_first, start=0, stop=0)
    return [d for start in range(0, total, size) for d in page(book, start, start + size, newest_first=newest_first)]


def test_a_page_is_the_same_whenever_and_by_whomever_it_is_asked() -> None:
    first, second = build().dossiers, build().dossiers
    assert page(first, 9_000, 9_200) == page(second, 9_000, 9_200) == page(first, 9_000, 9_200)
    assert page(build(seed=8).dossiers, 9_000, 9_200) != page(first, 9_000, 9_200)


@pytest.mark.parametrize("newest_first", [True, False])
def test_pages_leave_nothing_out_and_repeat_nothing(newest_first: bool) -> None:
    found = walk(build().dossiers, 333, newest_first=newest_first)
    assert len({dossier.number for dossier in found}) == len({dossier.code for dossier in found}) == SIZE
    updated = [dossier.updated for dossier in found]
    assert updated == sorted(updated, reverse=newest_first)
    assert len(set(updated)) == SIZE


def test_the_deepest_page_of_fifty_million_costs_no_memory() -> None:
    book = build(50_000_000).dossiers
    tracemalloc.start()
    found = page(book, 49_999_900, 50_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 100
    assert peak < 1_000_000


def test_a_code_leads_back_to_its_dossier(dossiers: list[Dossier]) -> None:
    book = build().dossiers
    book.arrive(500)
    late = page(book, 0, 500)
    assert min(dossier.number for dossier in late) == SIZE
    assert all(book.find(dossier.code) == dossier for dossier in (*dossiers[::97], *late))
    assert [book.find(code) for code in ("000.00.01.H99-240101-0001", "000.00.01.H99-240102-9999", "nothing")] == [
        None
    ] * 3


def test_every_state_and_channel_occurs_and_some_are_late(dossiers: list[Dossier]) -> None:
    assert {d.status for d in dossiers} == set(DossierStatus) - {DossierStatus.UNMAPPED}
    assert {d.channel for d in dossiers} == set(Channel)
    ended = [(d.completed, d.due) for d in dossiers if d.completed is not None and d.due is not None]
    late = sum(local_ordinal(end) > local_ordinal(due) for end, due in ended)
    assert 0.01 < late / len(ended) < 0.06


def test_agencies_differ_in_size_and_all_receive_something(dossiers: list[Dossier]) -> None:
    sizes = Counter(dossier.agency for dossier in dossiers)
    assert len(sizes) == 300
    assert sizes[0] > 20 * sizes[299]


def test_facts_of_one_dossier_agree_with_each_other(dossiers: list[Dossier]) -> None:
    for dossier in dossiers:
        assert dossier.applied < dossier.updated
        if dossier.accepted is None:
            assert dossier.status in (DossierStatus.NEW, DossierStatus.REFUSED_AT_RECEPTION)
            assert (dossier.due, dossier.completed) == (None, None)
            continue
        assert is_working(from_ordinal(local_ordinal(dossier.accepted)))
        assert dossier.due is not None
        assert dossier.applied < dossier.accepted < dossier.due
        assert dossier.completed is None or dossier.accepted <= dossier.completed < dossier.updated


QUERIES = [
    DossierQuery(accepted=(ordinal(date(2024, 3, 1)), ordinal(date(2024, 3, 31)))),
    DossierQuery(agencies=frozenset({3}), channel=Channel.POSTAL),
    DossierQuery(statuses=frozenset({DossierStatus.NEW})),
    DossierQuery(due=(None, ordinal(date(2023, 2, 1)))),
    DossierQuery(procedures=frozenset({1, 5}), applied=(ordinal(date(2025, 6, 1)), None)),
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("changed", [False, True])
def test_a_filter_finds_what_a_look_at_every_dossier_finds(query: DossierQuery, changed: bool) -> None:
    book = build().dossiers
    if changed:
        book.change(share=0.25, round_=2)
        book.arrive(40)
    expected = sorted((d for d in book.every() if matches(d, query)), key=lambda d: d.updated)
    total, found = book.search(query, newest_first=False, start=0, stop=SIZE)
    assert expected
    assert (total, list(found)) == (len(expected), expected)
    assert list(book.search(query, newest_first=True, start=0, stop=3)[1]) == expected[::-1][:3]


def test_a_round_changes_one_in_ten_and_puts_them_first() -> None:
    book, before = build().dossiers, build().dossiers
    assert book.change(share=0.1, round_=3) == SIZE // 10
    first = page(book, 0, SIZE // 10)
    assert {dossier.number for dossier in first} == set(range(3, SIZE, 10))
    assert all(dossier != before.find(dossier.code) for dossier in first)
    rest = walk(book, 777, newest_first=True)[SIZE // 10 :]
    assert rest == [dossier for dossier in walk(before, 777, newest_first=True) if dossier.number % 10 != 3]


def test_rounds_and_late_arrivals_keep_the_list_whole_and_in_order() -> None:
    book = build(10_007).dossiers
    for round_ in (1, 4, 11):
        book.change(share=0.1, round_=round_)
        book.arrive(30)
    found = walk(book, 500, newest_first=False)
    assert len({d.number for d in found}) == len({d.code for d in found}) == len(found) == 10_007 + 90
    assert [d.updated for d in found] == sorted(d.updated for d in found)
    assert {d.number % 10 for d in found[-1_000:-40]} >= {1}


@pytest.mark.parametrize("agencies", [2, 13, 14, 300, 2_000])
def test_the_catalogue_of_a_province_of_any_size_hangs_together(agencies: int) -> None:
    found = province_catalogue.catalogue(agencies)
    codes = [agency.code for agency in found.agencies]
    assert len(set(codes)) == len({agency.qcvn for agency in found.agencies}) == len(codes) == agencies
    assert all(agency.parent in codes for agency in found.agencies[1:])
    assert all(str(AgencyCode.parse(agency.qcvn)) == agency.code for agency in found.agencies)
    assert len({procedure.code for procedure in found.procedures}) == len(found.procedures)
    assert all(province_catalogue.served_by(found, n) for n in range(agencies))
    assert {p.working_days for p in found.procedures} <= set(province_catalogue.LIMITS)
