"""The codes of agencies, procedures and dossiers: parsed once, then compared exactly.

Users: all services. Each class has ``parse``; anything that cannot be read raises ``IdentifierError`` with the
reason, which makes the record a quarantined one and never a guess.

Legal sources: QCVN 102:2016 and TT 01/2018/TT-VPCP Art. 19 (``000.00.99.H24``), QĐ 20/2020/QĐ-TTg Art. 4
(``H24.99``, at most 35 characters), TT 04/2025/TT-VPCP (dossier codes of centralised systems). The text of
TT 03/2025/TT-VPCP Art. 13 was not seen; its level-1-first form is read as portals write it.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

_LONGEST_AGENCY_CODE = 35
_LEVEL_1 = re.compile(r"[A-Z][0-9]{2}")
_GROUP = re.compile(r"[0-9]{2,3}")
_BASE = re.compile(r"[0-9]\.[0-9]{6}")
_DOSSIER = re.compile(r"([0-9A-Z.]+)-([0-9]{6})-([0-9]{4,12})")
_CENTRALISED_SEQUENCE = 6
"""Two digits of the system's owner and at least four of the sequence."""


class IdentifierError(ValueError):
    """A code that cannot be read.

    ``field`` is agency_code, procedure_code or dossier_code. ``text`` is what was given: a portal may put anything
    there, a person's name too, so the message does not repeat it.
    """

    def __init__(self, field: str, text: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.text, self.reason = field, text, reason


def normal(text: str) -> str:
    """NFC, without blanks at the ends, upper case: the form in which codes are compared."""
    folded = text if text.isascii() else unicodedata.normalize("NFC", text)
    return folded.strip().upper()


@dataclass(frozen=True, slots=True, order=True)
class AgencyCode:
    """An agency (cơ quan). ``parts`` begin with level 1: ("H24", "99").

    ``str()`` is the canonical form ``H24.99``, ``qcvn`` the older one, ``000.00.99.H24``.
    """

    parts: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "AgencyCode":
        """Reads either order. Padding zeros at the outer end say nothing and are dropped: ``000.00.00.H24`` is ``H24``.

        A zero group between two others stays, because it says that a level is skipped.
        Raises ``IdentifierError``.
        """
        return _parse_agency(text)

    @property
    def qcvn(self) -> str:
        """The order of QCVN 102:2016, outermost level first, padded to four groups."""
        padding = ("000", "00", "00")[: max(4 - len(self.parts), 0)]
        return ".".join((*padding, *reversed(self.parts)))

    def ancestors(self) -> "tuple[AgencyCode, ...]":
        """Itself, its parent, and so on up to level 1."""
        return tuple(AgencyCode(self.parts[:depth]) for depth in range(len(self.parts), 0, -1))

    def is_within(self, other: "AgencyCode") -> bool:
        """Whether it is ``other`` or stands below it: the code is the tree."""
        return self.parts[: len(other.parts)] == other.parts

    def __str__(self) -> str:
        return ".".join(self.parts)


@lru_cache(maxsize=16_384)
def _parse_agency(text: str) -> AgencyCode:
    code = normal(text)
    if not code:
        raise IdentifierError("agency_code", text, "it is empty")
    groups = code.split(".")
    if not _LEVEL_1.fullmatch(groups[0]):
        groups.reverse()
    if not _LEVEL_1.fullmatch(groups[0]):
        raise IdentifierError("agency_code", text, "neither end is a level-1 code (a letter and two digits)")
    if any(not _GROUP.fullmatch(group) for group in groups[1:]):
        raise IdentifierError("agency_code", text, "a group below level 1 is not two or three digits")
    while len(groups) > 1 and not groups[-1].strip("0"):
        groups.pop()
    agency = AgencyCode(tuple(groups))
    if max(len(str(agency)), len(agency.qcvn)) > _LONGEST_AGENCY_CODE:
        raise IdentifierError("agency_code", text, f"it has more than {_LONGEST_AGENCY_CODE} characters")
    return agency


@dataclass(frozen=True, slots=True)
class ProcedureCode:
    """A procedure (thủ tục hành chính). The code is no key by itself: issuer, level and validity belong to it.

    ``suffix`` names the issuing province of a local copy, in whichever style it was written.
    """

    base: str
    suffix: AgencyCode | None = None

    @classmethod
    def parse(cls, text: str) -> "ProcedureCode":
        """Reads ``1.001612``, ``1.001612.H48`` and ``1.001612.000.00.00.H48``. Raises ``IdentifierError``."""
        return _parse_procedure(text)

    @property
    def qcvn(self) -> str:
        """The long style: ``1.001612.000.00.00.H48``."""
        return self.base if self.suffix is None else f"{self.base}.{self.suffix.qcvn}"

    def __str__(self) -> str:
        return self.base if self.suffix is None else f"{self.base}.{self.suffix}"


@lru_cache(maxsize=16_384)
def _parse_procedure(text: str) -> ProcedureCode:
    code = normal(text)
    if not code:
        raise IdentifierError("procedure_code", text, "it is empty")
    base, rest = code[:8], code[8:]
    if not _BASE.fullmatch(base) or (rest and not rest.startswith(".")):
        raise IdentifierError("procedure_code", text, "it does not begin with one digit, a dot and six digits")
    if not rest:
        return ProcedureCode(base)
    try:
        return ProcedureCode(base, AgencyCode.parse(rest[1:]))
    except IdentifierError as error:
        raise IdentifierError("procedure_code", text, f"its suffix is no agency: {error.reason}") from None


class DossierCodeForm(StrEnum):
    """Which legal form a dossier code has."""

    QCVN = "QCVN"
    """``000.00.99.H24-240115-0001``: TT 01/2018/TT-VPCP Art. 19."""
    LEVEL_1_FIRST = "LEVEL_1_FIRST"
    """``H24.99-251001-0001``: TT 03/2025/TT-VPCP Art. 13, text not seen."""
    CENTRALISED = "CENTRALISED"
    """``H24.101-260201-010001``: TT 04/2025/TT-VPCP, in force from 2026-01-25. The sequence begins with two digits of
    the system's owner; a sequence of the older form that outgrew five digits cannot be told from it."""


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A dossier (hồ sơ). ``str()`` is the canonical form, NFC, trimmed, upper case; ``raw`` is what the portal wrote.

    ``dated`` is the day inside the code. It should agree with the day of receipt and is never used as one.
    """

    canonical: str
    agency: AgencyCode
    dated: date
    form: DossierCodeForm
    raw: str = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> "DossierCode":
        """Reads the three forms. Sequences of four to twelve digits pass: portals write five where the law says four.

        Raises ``IdentifierError``.
        """
        canonical = normal(text)
        agency, day, sequence = _dossier_groups(canonical, text)
        return cls(canonical, _parse_agency(agency), _day(day), _form(agency, sequence), text)

    def __str__(self) -> str:
        return self.canonical


def dossier_agency(canonical: str) -> AgencyCode:
    """The agency inside a dossier code that is already canonical. Raises ``IdentifierError`` as ``parse`` does.

    A third of the cost of ``parse``: a sync asks it for every new dossier of a page.
    """
    return _parse_agency(_dossier_groups(canonical, canonical)[0])


def _dossier_groups(canonical: str, text: str) -> tuple[str, str, str]:
    """Agency, day and sequence, each of them readable."""
    found = _DOSSIER.fullmatch(canonical)
    if found is None:
        raise IdentifierError("dossier_code", text, "it is not an agency code, six digits of a day and a sequence")
    agency, day, sequence = found.groups()
    try:
        _parse_agency(agency)
        _day(day)
    except IdentifierError as error:
        raise IdentifierError("dossier_code", text, f"its agency cannot be read: {error.reason}") from None
    except ValueError:
        raise IdentifierError("dossier_code", text, "its middle group is no day (YYMMDD)") from None
    return agency, day, sequence


@lru_cache(maxsize=16_384)
def _day(text: str) -> date:
    """A day of this century: the form is younger than 2018."""
    return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))


def _form(agency: str, sequence: str) -> DossierCodeForm:
    if agency[0].isdigit():
        return DossierCodeForm.QCVN
    return DossierCodeForm.CENTRALISED if len(sequence) >= _CENTRALISED_SEQUENCE else DossierCodeForm.LEVEL_1_FIRST
