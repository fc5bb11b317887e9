"""What an adapter can be told in the file of portals: the keyword-only parameters of its constructor.

Users: the wiring of catalogue and dossier_sync, which register adapters by name.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, create_model

from shared.runtime.http import PortalAuth, PortalClient
from shared.runtime.portal_line import PortalLine
from shared.sync.portal_clients import client_of
from shared.sync.portal_file import Known
from shared.sync.portal_terms import FeedTerms, PortalTerms
from shared.sync.secrets import Secrets

P = TypeVar("P")

_ZONE = "time_zone"
"""An adapter whose portal sends times without a zone asks for it by this name; it is the portal's, and no option."""


@dataclass(frozen=True, slots=True)
class Adapter(Generic[P]):
    """``build(client, **options)`` makes the adapter. ``session(url, username, password, **options)`` is how it is
    let in where the portal's login is a session of its own kind; it takes the same options."""

    build: Callable[..., P]
    session: Callable[..., PortalAuth] | None = None

    def options(self) -> type[BaseModel]:
        """What its options may be: unknown ones are refused."""
        hints = get_type_hints(
            self.build if inspect.isfunction(self.build) else self.build.__init__, include_extras=True
        )
        fields: Any = {
            name: (hints[name], ... if one.default is inspect.Parameter.empty else one.default)
            for name, one in inspect.signature(self.build).parameters.items()
            if one.kind is inspect.Parameter.KEYWORD_ONLY and name != _ZONE
        }
        return create_model("Options", __config__=ConfigDict(extra="forbid"), **fields)

    def open(self, portal: PortalTerms, feed: FeedTerms, secrets: Secrets, line: PortalLine) -> P:
        """The adapter, ready to ask. Raises ``SecretMissing``."""
        options = self.options().model_validate(feed.options).model_dump()
        if _ZONE in inspect.signature(self.build).parameters:
            options[_ZONE] = ZoneInfo(portal.time_zone)

        def enter(username: str, password: str) -> PortalAuth:
            assert self.session is not None  # noqa: S101 - portal_file refuses a session no adapter can enter
            return self.session(portal.url, username, password, **options)

        client: PortalClient = client_of(portal, secrets, line, enter)
        return self.build(client, **options)


def known(adapters: Mapping[str, Adapter[P]]) -> dict[str, Known]:
    """For ``portal_file.load``: the adapters as the file sees them."""
    return {name: Known(adapter.options(), adapter.session is not None) for name, adapter in adapters.items()}
