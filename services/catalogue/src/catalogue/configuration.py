"""The configuration in force: the file of portals, watched (``shared.sync``), or the feeds of the environment."""

from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.plan import CataloguePlan
from catalogue.settings import CatalogueSettings
from catalogue.tables import feed
from catalogue.wiring import environment_plans, source_of
from shared.sync.watched_file import FilePlans, FixedPlans, Plans, apply


async def configured(settings: CatalogueSettings, engine: AsyncEngine) -> Plans[CataloguePlan]:
    """The feeds to carry, made known to the database. Raises ``PortalFileInvalid`` and ``IdentifierError``."""
    source = source_of(settings)
    if source is None:
        fixed = FixedPlans(environment_plans(settings))
        await apply(engine, feed, fixed.current(), None)
        return fixed
    plans: FilePlans[CataloguePlan] = FilePlans(source, feed)
    await apply(engine, feed, plans.current(), plans.digest)
    return plans
