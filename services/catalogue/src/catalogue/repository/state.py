"""Everything current at once: what a sync or an import compares its wishes with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.domain.agency import Agency, Field, Succession
from catalogue.domain.decision import Decision, DecisionKey
from catalogue.domain.procedure import Limit, OnlineService, Procedure, ProcedureKey
from catalogue.repository.agencies import successions
from catalogue.repository.entities import AGENCY, DECISION, FIELD, LIMIT, ONLINE_SERVICE, PROCEDURE
from catalogue.repository.versions import current
from catalogue.tables import decision_import


@dataclass(frozen=True, slots=True)
class State:
    """The current version of everything, by key. ``imports`` are decisions as imported, in their JSON form."""

    agencies: Mapping[tuple[str], Agency]
    fields: Mapping[tuple[str], Field]
    procedures: Mapping[ProcedureKey, Procedure]
    limits: Mapping[tuple[str, str, str, int, str], Limit]
    services: Mapping[tuple[str, str], OnlineService]
    decisions: Mapping[DecisionKey, Decision]
    imports: Sequence[Any]
    successions: Sequence[Succession]

    @property
    def agency_names(self) -> dict[str, str]:
        """Names by code."""
        return {agency.agency_code: agency.name for agency in self.agencies.values()}


async def load(connection: AsyncConnection) -> State:
    """Reads the state. To write from it, call ``versions.lock_changes`` first."""
    imports = (await connection.execute(select(decision_import.c.facts))).scalars().all()
    return State(
        agencies=await current(connection, AGENCY),
        fields=await current(connection, FIELD),
        procedures=await current(connection, PROCEDURE),
        limits=await current(connection, LIMIT),
        services=await current(connection, ONLINE_SERVICE),
        decisions=await current(connection, DECISION),
        imports=imports,
        successions=await successions(connection),
    )


async def keep_imports(connection: AsyncConnection, facts: Mapping[DecisionKey, Any], *, source: str) -> None:
    """Keeps imported decisions; a newer import of the same decision replaces the older one."""
    if not facts:
        return
    statement = upsert(decision_import)
    statement = statement.on_conflict_do_update(
        index_elements=["issuer_code", "number", "signed_year"],
        set_={"facts": statement.excluded.facts, "source": statement.excluded.source, "imported_at": func.now()},
        where=decision_import.c.facts != statement.excluded.facts,
    )
    rows = [
        {
            "issuer_code": issuer,
            "number": number,
            "signed_year": year,
            "facts": msgspec.to_builtins(told),
            "source": source,
        }
        for (issuer, number, year), told in facts.items()
    ]
    await connection.execute(statement, rows)
