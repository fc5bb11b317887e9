"""The one list of faults. The API, the header, the documentation and the tests follow from it."""

from collections.abc import Mapping

from sandbox_portal.faults import dates, envelopes, life, paging, records, sessions, transport, values
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
)

FAULTS: Mapping[str, Fault] = {fault.id: fault for fault in sorted(_ALL, key=lambda fault: int(fault.id[1:]))}

LEFT_OUT: Mapping[str, str] = {
    "F14": "The sandbox speaks plain HTTP: certificates belong to the proxy before it.",
    "F57": "Two runs of one window are the reader's own doing; no portal can show it.",
    "F67": "No known contract has a feed of deletions that could contradict the list.",
    "F80": "No contract that is read carries pauses; they come with dossiers pushed to the national portal.",
}
"""Rows of the fault list between F03 and F103 that concern portals and are not here, and why."""
