"""Criterion 1.4: the share of dossiers synchronised to the national portal, and how much of it is a stand-in."""

from metrics.domain.qd766.inputs import DataQuality, Ratio

_PIECES = {"year": 1, "quarter": 4, "month": 12}
"""How many of a period a year has. The index knows no other periods."""


def sync_ratio(on_portal: int | None, in_report: int | None, last_year: int | None, kind: str) -> Ratio | None:
    """Dossiers on the national portal / the larger of those and of the national report's. None: nobody told the first.

    Where the report system has no number, last year's total is divided into pieces of the period's kind; it is a
    stand-in and says so. Where there is nothing at all the rule says 0, which is no case, not 100 % [D].
    """
    if on_portal is None:
        return None
    if in_report is not None:
        return Ratio(on_portal, max(in_report, on_portal))
    stand_in = _piece(last_year, kind)
    if on_portal == 0 and not stand_in:
        return Ratio(0, 0, (DataQuality.NO_NATIONAL_REPORT_DATA,))
    return Ratio(on_portal, max(stand_in or 0, on_portal), (DataQuality.TEMP_NATIONAL_REPORT_DENOMINATOR,))


def _piece(last_year: int | None, kind: str) -> int | None:
    """Half a dossier is a dossier: the stand-in is rounded up, so that it never flatters."""
    pieces = _PIECES.get(kind)
    return None if last_year is None or pieces is None else -(-last_year // pieces)
