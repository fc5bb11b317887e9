"""The one list of faults. The API, the header, the documentation and the tests follow from it."""

from collections.abc import Mapping

from sandbox_portal.faults import catalogue, dates, envelopes, life, paging, records, sessions, transport, values
from sandbox_portal.faults.model import Fault

_ALL = (
    *transport.FAULTS,
    *sessions.FAULTS,
    *envelopes.FAULTS,
    *values.FAULTS,
    *paging.FAULTS,
    *records.FAULTS,
    *dates.FAULTS,
    *life.FAULTS,
    *catalogue.FAULTS,
)

FAULTS: Mapping[str, Fault] = {fault.id: fault for fault in sorted(_ALL, key=lambda fault: int(fault.id[1:]))}

LEFT_OUT: Mapping[str, str] = {
    "F14": "The sandbox speaks plain HTTP: certificates belong to the proxy before it.",
    "F57": "Two runs of one window are the reader's own doing; no portal can show it.",
    "F67": "No known contract has a feed of deletions that could contradict the list.",
    "F80": "No contract that is read carries pauses; they come with dossiers pushed to the national portal.",
    "F90": "A reorganisation is a matter of the catalogue's dates, not of an answer that is wrong.",
    "F91": "As F90: no contract says since when a code means an agency.",
    "F92": "An unknown procedure is F63; an unknown agency is F85 with field agency, or a code of one's own.",
    "F95": "The portals have no calendar.",
}
"""Rows of the fault list from F03 to F105 that are not here, and why."""
