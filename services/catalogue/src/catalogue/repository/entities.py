"""How the versioned things of the catalogue are stored: table, name in the change feed, and both directions."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from sqlalchemy import Table

from catalogue import tables
from catalogue.domain.agency import Agency, Field
from catalogue.domain.decision import Decision
from catalogue.domain.parts import Part
from catalogue.domain.procedure import Fee, Limit, OnlineService, Procedure
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel, DecisionKind, LimitUnit, OnlineLevel

Key = tuple[Any, ...]


class Thing(Protocol):
    """Anything that is kept in versions."""

    @property
    def key(self) -> Key:
        """What it is called; the same in every version."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of thing. ``load`` makes it from a row, ``dump`` a row from it."""

    kind: str
    table: Table
    load: Callable[[Mapping[str, Any]], Any]
    dump: Callable[[Any], dict[str, Any]] = asdict

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns of ``Thing.key``, in its order."""
        return tuple(column.name for column in self.table.primary_key if column.name != "change_from")


def _agency(row: Mapping[str, Any]) -> Agency:
    level = row["level"]
    return Agency(
        row["agency_code"],
        row["name"],
        None if level is None else AuthorityLevel(level),
        row["parent_code"],
        row["valid_from"],
        row["valid_to"],
        row["incarnation"],
    )


def _field(row: Mapping[str, Any]) -> Field:
    return Field(row["field_code"], row["name"])


def _procedure(row: Mapping[str, Any]) -> Procedure:
    values = _without_changes(row)
    return Procedure(
        **{
            **values,
            "levels": tuple(AuthorityLevel(level) for level in values["levels"]),
            "online_level": OnlineLevel(values["online_level"]),
            "fees": tuple(
                Fee(Channel(fee["channel"]), fee["kind"], fee["value"], fee["description"]) for fee in values["fees"]
            ),
            "flags": tuple(values["flags"]),
            "missing_parts": None if values["missing_parts"] is None else tuple(map(Part, values["missing_parts"])),
        }
    )


def _limit(row: Mapping[str, Any]) -> Limit:
    values = _without_changes(row)
    return Limit(**{**values, "channel": Channel(values["channel"]), "unit": LimitUnit(values["unit"])})


def _online_service(row: Mapping[str, Any]) -> OnlineService:
    values = _without_changes(row)
    return OnlineService(**{**values, "online_level": OnlineLevel(values["online_level"])})


def _decision(row: Mapping[str, Any]) -> Decision:
    values = _without_changes(row)
    lists = {name: tuple(values[name]) for name in ("new", "modified", "rescinded")}
    return Decision(**{**values, **lists, "kinds": tuple(DecisionKind(kind) for kind in values["kinds"])})


def _without_changes(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("change_from", "change_to")}


AGENCY = Entity("agency", tables.agency, _agency)
FIELD = Entity("field", tables.field, _field)
PROCEDURE = Entity("procedure", tables.procedure, _procedure)
LIMIT = Entity("limit", tables.procedure_limit, _limit)
ONLINE_SERVICE = Entity("online_service", tables.online_service, _online_service)
DECISION = Entity("decision", tables.decision, _decision)
