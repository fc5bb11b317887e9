"""Keep what each cell of the tallies was, slice by slice of the ledger, in place of sums by its years, months and days.

The new rows are derived as the old ones were: no entry may be added before ``metrics rebuild`` has made them.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OLD = {
    "ledger_year_tally": ("span", "agency_code", "day", "channel", "block"),
    "ledger_month_tally": ("span", "agency_code", "day", "channel", "block"),
    "ledger_day_tally": ("span", "agency_code", "block", "day", "channel"),
}
_UNFIT = "update metrics.projection set rule = rule || ', without what the cells of the tallies were'"


def upgrade() -> None:
    for table in (*_OLD, "ledger_day"):
        op.drop_table(table, schema="metrics")
    _delete_tallies()
    op.execute("ALTER TABLE metrics.tally ADD COLUMN slice INTEGER NOT NULL")
    _as_tally("tally_past", ("span", "agency_code", "day", "channel", "slice"))
    op.execute("""
        CREATE TABLE metrics.ledger_slice (
            slice INTEGER NOT NULL, first_entry BIGINT NOT NULL, revisions INTEGER NOT NULL,
            CONSTRAINT ledger_slice_pk PRIMARY KEY (slice),
            CONSTRAINT ledger_slice_in_order UNIQUE (first_entry))""")
    op.execute(_UNFIT)


def downgrade() -> None:
    op.drop_table("ledger_slice", schema="metrics")
    op.drop_table("tally_past", schema="metrics")
    _delete_tallies()
    op.drop_column("tally", "slice", schema="metrics")
    op.execute("""
        CREATE TABLE metrics.ledger_day (
            block DATE NOT NULL, first_entry BIGINT NOT NULL,
            CONSTRAINT ledger_day_pk PRIMARY KEY (block), CONSTRAINT ledger_day_in_order UNIQUE (first_entry))""")
    for table, key in _OLD.items():
        _as_tally(table, key, "null::date as block")
        op.execute(f"ALTER TABLE metrics.{table} SET (fillfactor = 70)")
    op.execute(_UNFIT)


def _as_tally(table: str, key: tuple[str, ...], *more: str) -> None:
    """The columns of the tally and some more; the names of the constraints are the table's own."""
    op.execute(
        f"CREATE TABLE metrics.{table} AS SELECT {', '.join(('tally.*', *more))} FROM metrics.tally WITH NO DATA"
    )
    op.execute(f"""
        DO $$ BEGIN EXECUTE (
            SELECT format('ALTER TABLE metrics.{table} %s', string_agg(
                format('ALTER COLUMN %I SET NOT NULL', attname)
                || CASE WHEN attname IN ({", ".join(f"'{name}'" for name in key)}) THEN ''
                        ELSE format(', ALTER COLUMN %I SET DEFAULT 0', attname) END, ', '))
            FROM pg_attribute
            WHERE attrelid = 'metrics.{table}'::regclass AND attnum > 0 AND NOT attisdropped);
        END $$""")
    op.execute(f"ALTER TABLE metrics.{table} ADD CONSTRAINT {table}_pk PRIMARY KEY ({', '.join(key)})")


def _delete_tallies() -> None:
    """They say nothing of slices; a rebuild makes them anew."""
    op.execute("DELETE FROM metrics.tally")
