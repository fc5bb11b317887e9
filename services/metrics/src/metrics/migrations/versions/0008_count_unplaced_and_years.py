"""Count dossiers that may have been received on any earlier day; keep tallies by the ledger's years, spans first.

Judged rows of the older rule know nothing of the former: ``metrics rebuild`` judges and counts them anew.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COUNTERS = ("unmapped_unplaced_delta", "undated_unplaced_delta")
_KEYS = {
    "tally": ("agency_code", "span", "day", "channel"),
    "ledger_month_tally": ("agency_code", "span", "day", "channel", "block"),
    "ledger_day_tally": ("agency_code", "span", "block", "day", "channel"),
}
_OF_COUNTERS = """
    FROM pg_attribute WHERE attrelid = 'metrics.{table}'::regclass AND attnum > 0 AND NOT attisdropped
        AND attname NOT IN ('agency_code', 'span', 'day', 'channel', 'block')"""


def upgrade() -> None:
    for table, key in _KEYS.items():
        for name in _COUNTERS:
            op.execute(f"ALTER TABLE metrics.{table} ADD COLUMN {name} INTEGER DEFAULT 0 NOT NULL")
        _key(table, ("span", "agency_code", *key[2:]))
        _alter_counters(table, "SET DEFAULT 0")  # a row names the counters that it moves
    _create_years()


def _create_years() -> None:
    """As the tally of months, and summed from it; the names of its constraints are its own."""
    op.execute("CREATE TABLE metrics.ledger_year_tally AS SELECT * FROM metrics.ledger_month_tally WITH NO DATA")
    op.execute("ALTER TABLE metrics.ledger_year_tally SET (fillfactor = 70)")
    for name in ("agency_code", "span", "day", "channel", "block"):
        op.execute(f"ALTER TABLE metrics.ledger_year_tally ALTER COLUMN {name} SET NOT NULL")
    _alter_counters("ledger_year_tally", "SET NOT NULL")
    _alter_counters("ledger_year_tally", "SET DEFAULT 0")
    op.execute(f"""
        DO $$ BEGIN EXECUTE (
            SELECT format(
                'INSERT INTO metrics.ledger_year_tally (agency_code, span, day, channel, block, %s)
                 SELECT agency_code, span, day, channel, date_trunc(''year'', block)::date, %s
                 FROM metrics.ledger_month_tally GROUP BY 1, 2, 3, 4, 5',
                string_agg(quote_ident(attname), ', '), string_agg(format('sum(%I)', attname), ', '))
            {_OF_COUNTERS.format(table="ledger_year_tally")});
        END $$""")
    _key("ledger_year_tally", ("span", "agency_code", "day", "channel", "block"), new=True)


def _alter_counters(table: str, action: str) -> None:
    op.execute(f"""
        DO $$ BEGIN EXECUTE (
            SELECT format('ALTER TABLE metrics.{table} %s',
                string_agg(format('ALTER COLUMN %I {action}', attname), ', '))
            {_OF_COUNTERS.format(table=table)});
        END $$""")


def _key(table: str, columns: tuple[str, ...], *, new: bool = False) -> None:
    if not new:
        op.execute(f"ALTER TABLE metrics.{table} DROP CONSTRAINT {table}_pk")
    op.execute(f"ALTER TABLE metrics.{table} ADD CONSTRAINT {table}_pk PRIMARY KEY ({', '.join(columns)})")


def downgrade() -> None:
    op.drop_table("ledger_year_tally", schema="metrics")
    for table, key in _KEYS.items():
        _key(table, key)
        for name in _COUNTERS:
            op.drop_column(table, name, schema="metrics")
        _alter_counters(table, "DROP DEFAULT")
