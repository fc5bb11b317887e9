"""Keep what portals tell beside the flow, and how a dossier stands by each policy on supplements.

Judged rows of the older rule know none of it: ``metrics rebuild`` judges them anew.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STAYING = (
    "result_file",
    "no_result_file",
    "digitised",
    "not_digitised",
    "reused",
    "not_reused",
    "in_store",
    "not_in_store",
    "citizen_data",
    "no_citizen_data",
    "extension_told",
)
_COUNTERS = (
    "due_disagrees",
    "due_disagrees_ended",
    *_STAYING,
    *(f"{name}_ended" for name in _STAYING),
    "late_original",
    "asked_once",
    "asked_often",
    "extended",
    "apologies_told",
    "apologies",
)
_FACT = ("traits", "apologies")
_NULLABLE = (
    ("extended_on", "DATE"),
    ("restart", "SMALLINT"),
    ("restart_due_on", "DATE"),
    ("restart_overdue", "DATEMULTIRANGE"),
    ("subtract", "SMALLINT"),
    ("subtract_due_on", "DATE"),
    ("subtract_overdue", "DATEMULTIRANGE"),
)


_TALLIES = ("tally", "ledger_month_tally", "ledger_day_tally")


def upgrade() -> None:
    for table, names in (*((table, _COUNTERS) for table in _TALLIES), ("fact", _FACT)):
        for name in names:
            op.execute(f"ALTER TABLE metrics.{table} ADD COLUMN {name} INTEGER DEFAULT 0 NOT NULL")
            op.execute(f"ALTER TABLE metrics.{table} ALTER COLUMN {name} DROP DEFAULT")
    for name, kind in _NULLABLE:
        op.execute(f"ALTER TABLE metrics.fact ADD COLUMN {name} {kind}")


def downgrade() -> None:
    for name in (*_FACT, *(name for name, _ in _NULLABLE)):
        op.drop_column("fact", name, schema="metrics")
    for table in _TALLIES:
        for name in _COUNTERS:
            op.drop_column(table, name, schema="metrics")
