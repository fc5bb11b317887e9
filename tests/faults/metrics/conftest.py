"""The world of metrics, for its faults."""

from integration.metrics.conftest import client, one_world, signing_key, world

__all__ = ["client", "one_world", "signing_key", "world"]
