"""Encoded answers kept in memory, bounded, the least lately used leaving first.

A key names everything the answer depends on, so nothing is ever stale: the question, the ledger entry, the catalogue
change and the state of the feeds.
"""

from collections import OrderedDict
from collections.abc import Hashable


class KeptAnswers:
    """At most ``most`` encoded answers."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, key: Hashable) -> bytes | None:
        """The answer of this key, if it is still kept."""
        body = self._kept.get(key)
        if body is not None:
            self._kept.move_to_end(key)
        return body

    def keep(self, key: Hashable, body: bytes) -> None:
        """Keep an answer; the least lately used leaves when there are too many."""
        self._kept[key] = body
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
