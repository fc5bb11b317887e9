"""Dossiers of a period that carry a petition or a dislike, and whether anybody imported either."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.repository.catalogue import SUBTREE
from metrics.repository.members import TOUCHES
from metrics.repository.petitions import KNOWN_AT
from metrics.repository.scoping import AsOf, bind, facts_where, only

_TOLD = f"""
    select exists (select from dossier.petition_v3 as p where {SUBTREE.format("p")} and {KNOWN_AT.format("p")}),
        exists (select from dossier.vote_v1 as v where {SUBTREE.format("v")} and {KNOWN_AT.format("v")})"""

# A petition or vote of a later day says nothing of the period.
_MARKED = """
    with marked as (
        select p.dossier_code from dossier.petition_v3 as p
        where p.dossier_code is not null and p.received_on <= :last and {petitions}
        union
        select v.dossier_code from dossier.vote_v1 as v where v.disliked and v.voted_on <= :last and {votes})
    select f.agency_code, count(*)
    from (select cast(:first as date) as first, cast(:last as date) as last) as b
    join (marked join metrics.fact as f using (dossier_code)) on {touches} and {where} and f.reason is null
    group by f.agency_code"""


@dataclass(frozen=True, slots=True)
class Told:
    """Whether a petition, and a vote, of the subtree was ever imported."""

    petitions: bool
    votes: bool


async def told(connection: AsyncConnection, scope: Scope, as_of: AsOf) -> Told:
    """What is known of the agency's whole subtree."""
    row = (await connection.execute(text(_TOLD), only(_TOLD, bind(scope, as_of)))).one()
    return Told(*row)


async def marked(connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> dict[str, int]:
    """Counted dossiers of the period with a petition or a dislike, each once, by the agency that holds them."""
    statement = _MARKED.format(
        petitions=KNOWN_AT.format("p"), votes=KNOWN_AT.format("v"), touches=TOUCHES, where=facts_where(scope, as_of)
    )
    values = bind(scope, as_of) | {"first": period.first, "last": period.last}
    return {row[0]: row[1] for row in await connection.execute(text(statement), only(statement, values))}
