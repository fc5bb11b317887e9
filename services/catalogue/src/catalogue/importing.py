"""Importing publication decisions: from a file, or from a request."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.portals.decision_list import DecisionFacts, checked
from catalogue.publishing import Published, publish_imports
from shared.runtime.database import transaction


async def import_decisions(engine: AsyncEngine, facts: Sequence[DecisionFacts], *, source: str) -> Published:
    """Keeps the decisions and applies their effects, as one change. The same import again changes nothing.

    Raises ``Unreadable`` for the first decision that cannot be used; then nothing is written.
    """
    usable = [checked(one) for one in facts]
    async with transaction(engine) as connection:
        return await publish_imports(connection, usable, source=source)
