"""The particulars of a national dossier object: fees, papers, digitisation, payment, databases.

Users: ``national_dossier``. A value that is there and cannot be read is named in ``unread``; it is never a zero and
never a no. Names of fees, papers and files are not decoded: persons stand in them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

import msgspec

from dossier_sync.domain.particulars import Components, DueChange, Fee, Filed, PaidOnline, Particulars, Results
from dossier_sync.portals import wire_codes

T = TypeVar("T")

_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+")
_PLAIN = re.compile(r"0|[1-9][0-9]{0,10}")
"""Twelve digits, or a nought in front, are a person's number and no fee."""
_MOST_DONG = 99_999_999_999
_NO_FEE = "không"
_YES = frozenset({"1", "true"})
_NO = frozenset({"0", "false"})
_REUSED = frozenset({"1", "2"})
"""DuocTaiSuDung: from the system's own store, from the national one."""
_FILED = {"1": Filed.NATIONAL, "2": Filed.LOCAL}
"""NoiNopHoSo; "1" is inferred, "2" was seen."""
_PAID = {str(one.value): one for one in PaidOnline}


class FeeLine(msgspec.Struct):
    """DanhSachLePhi. One sender writes "1" for every code, so a kind proves little."""

    Gia: Any = None
    LoaiPhiLePhi: Any = None


class Paper(msgspec.Struct):
    """TaiLieuNop: a submitted paper."""

    IsDeleted: Any = None
    DuocSoHoa: Any = None
    DuocTaiSuDung: Any = None
    DuocLayTuKhoDMQG: Any = None


class ResultPaper(msgspec.Struct):
    """DanhSachGiayToKetQua: whether there is a file is looked at, its address is not kept."""

    DuongDanTepTinKetQua: Any = None


class Database(msgspec.Struct):
    """DSKetNoiCSDL."""

    MaCSDL: Any = None


class Told(Protocol):
    """The fields of the wire object that are read here."""

    NoiNopHoSo: Any
    HoSoCoThanhPhanSoHoa: Any
    TaiKhoanDuocXacThucVoiVNeID: Any
    DuocThanhToanTrucTuyen: Any
    DSKetNoiCSDL: list[Database | None] | None
    TaiLieuNop: list[Paper | None] | None
    DanhSachLePhi: list[FeeLine | None] | None
    DanhSachGiayToKetQua: list[ResultPaper | None] | None


class _Unread(ValueError):
    """A value is there and says nothing we know."""


def read(wire: Told, changes: Sequence[DueChange]) -> Particulars:
    """What the object tells. ``changes`` of the appointed day stand in its supplement rounds."""
    unread: list[str] = []

    def told(name: str, given: Any, how: Callable[[Any], T]) -> T | None:
        if given is None or given == "":
            return None
        try:
            return how(given)
        except _Unread:
            unread.append(name)
            return None

    found = Particulars(
        fees=told("fees", wire.DanhSachLePhi, _fees),
        paid_online=told("paid_online", wire.DuocThanhToanTrucTuyen, lambda given: _one_of(_PAID, given)),
        components=told("components", wire.TaiLieuNop, _components),
        digitised=told("digitised", wire.HoSoCoThanhPhanSoHoa, _boolean),
        results=told("results", wire.DanhSachGiayToKetQua, _results),
        verified_account=told("verified_account", wire.TaiKhoanDuocXacThucVoiVNeID, _boolean),
        databases=told("databases", wire.DSKetNoiCSDL, _databases),
        filed_at=told("filed_at", wire.NoiNopHoSo, lambda given: _one_of(_FILED, given)),
        due_changes=tuple(changes) or None,
    )
    return replace(found, unread=tuple(unread))


def amount(given: Any) -> int | None:
    """Đồng of a written amount: "1.000.000", "1,000,000", "20000", 20000; blank is None, "không" (none) is 0.

    Dots and commas group thousands here: no fee has a fraction of a đồng. Raises ``ValueError`` for anything else.
    """
    if given is None:
        return None
    if type(given) in (int, float) and given == int(given) and 0 <= given <= _MOST_DONG:
        return int(given)
    if not isinstance(given, str):
        raise _Unread
    text = given.strip().casefold()
    if text in ("", _NO_FEE):
        return 0 if text else None
    if _GROUPED.fullmatch(text):
        return int(text.replace(".", "").replace(",", ""))
    if _PLAIN.fullmatch(text):
        return int(text)
    raise _Unread


def _fees(lines: list[FeeLine | None]) -> tuple[Fee, ...]:
    return tuple(Fee(wire_codes.short(one.LoaiPhiLePhi) or None, amount(one.Gia), None) for one in lines if one)


def _components(papers: list[Paper | None]) -> Components:
    """Deleted papers do not count. A flag no paper carries is not told, and not nought."""
    kept = [one for one in papers if one is not None and _flag(one.IsDeleted) is not True]
    return Components(
        total=len(kept),
        digitised=_counted(_flag(one.DuocSoHoa) for one in kept),
        reused=_counted(_reused(one.DuocTaiSuDung) for one in kept),
        from_store=_counted(_flag(one.DuocLayTuKhoDMQG) for one in kept),
    )


def _results(papers: list[ResultPaper | None]) -> Results:
    kept = [one for one in papers if one is not None]
    return Results(len(kept), sum(bool(str(one.DuongDanTepTinKetQua or "").strip()) for one in kept))


def _databases(told: list[Database | None]) -> tuple[str, ...]:
    codes = {wire_codes.short(one.MaCSDL) for one in told if one is not None}
    if "" in codes:
        raise _Unread
    return tuple(sorted(codes))


def _counted(flags: Iterable[bool | None]) -> int | None:
    told = [flag for flag in flags if flag is not None]
    return sum(told) if told else None


def _reused(given: Any) -> bool | None:
    code = wire_codes.short(given)
    return None if given is None or given == "" else code in _REUSED


def _flag(given: Any) -> bool | None:
    return None if given is None or given == "" else _boolean(given)


def _boolean(given: Any) -> bool:
    """All are in use, in one message: "0"/"1", "True"/"False", true/false, 0/1."""
    word = str(given).strip().casefold()
    if word not in _YES | _NO:
        raise _Unread
    return word in _YES


def _one_of(known: dict[str, T], given: Any) -> T:
    found = known.get(wire_codes.short(given))
    if found is None:
        raise _Unread
    return found
