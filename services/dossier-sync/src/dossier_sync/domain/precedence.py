"""One dossier told by several feeds: whose word counts, and in which facts the copies of it say otherwise.

A portal has a rank, the smaller the nearer the truth: a city's own system stands before the national copy, because
senders are known to turn "stopped" into "done" on the way up. Rank goes before time. Between equals the newest counts.
"""

import json
from enum import Enum
from typing import NamedTuple

from dossier_sync.domain.dossier import Dossier
from dossier_sync.domain.line import Place
from shared.domain.status import DossierStatus


class Standing(Enum):
    """Of the feed that tells a dossier now, against the one that told the version that counts."""

    OWN = 1
    """It is the same feed."""
    EQUAL = 2
    """The newest version counts, whoever tells it; what was known before goes on."""
    NEARER = 3
    """Its version counts from now on, even if it is older."""
    FARTHER = 4
    """Its version is a copy: compared, kept as history, never what counts."""
    HEIR = 5
    """It is not nearer, but nobody reads the other one any more: it goes on with the dossier, the newest counts."""


def standing(*, own: bool, ours: int, theirs: int, read: bool) -> Standing:
    """``ours``, ``theirs``: the ranks; ``read``: whether the feed of the version that counts is still carried."""
    if own:
        return Standing.OWN
    if ours < theirs:
        return Standing.NEARER
    if not read:
        return Standing.HEIR
    return Standing.EQUAL if ours == theirs else Standing.FARTHER


class Copy(NamedTuple):
    """What another feed than the one that counts says of a dossier, as of its last word.

    ``place``: the revision with its facts; None: it is one of the page that is written. ``feed_id`` None: the feed of
    that page. ``differs``: the facts in which it differs from what counts.
    """

    source_hash: bytes
    differs: tuple[str, ...]
    place: Place | None
    feed_id: int | None = None


TOLD = (
    "agency_code",
    "procedure_code",
    "field_code",
    "channel",
    "status",
    "received_on",
    "due_on",
    "ended_on",
    "returned_on",
)
"""Facts that portals tell. The others are derived here, or differ by nature as the time of change does."""

PARTICULARS = "particulars"


def differences(copy: Dossier, counts: Dossier) -> tuple[str, ...]:
    """In which facts the two disagree. What one of them does not tell, it does not deny."""
    found = [name for name in TOLD if _disagree(getattr(copy, name), getattr(counts, name))]
    if copy.status == DossierStatus.UNMAPPED or counts.status == DossierStatus.UNMAPPED:
        found = [name for name in found if name != "status"]
    if _particulars_disagree(copy.particulars, counts.particulars):
        found.append(PARTICULARS)
    return tuple(found)


def _disagree(one: object, other: object) -> bool:
    return one != other and one not in (None, "") and other not in (None, "")


def _particulars_disagree(one: bytes | None, other: bytes | None) -> bool:
    if one is None or other is None or one == other:
        return False
    here, there = json.loads(one), json.loads(other)
    return any(here[name] != there[name] for name in here.keys() & there.keys() if name != "unread")
