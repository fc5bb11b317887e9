"""Number the cells of the tallies, and keep of their past the number in place of the key, and null in place of 0.

Nothing is derived again: the rows of the past get the number of the cell whose key they have.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEY = ("agency_code", "span", "day", "channel")
_SAME = " AND ".join(f"t.{name} = p.{name}" for name in _KEY)
_COUNTERS = (
    "received",
    "early",
    "on_time",
    "late",
    "withdrawn",
    "late_766",
    "overdue_delta",
    "overdue_766_delta",
    "unmapped",
    "unmapped_ended",
    "undated",
    "not_accepted",
    "refused",
    "no_due_date",
    "no_due_date_ended",
    "channel_missing",
    "end_moved",
    "gone",
    "due_disagrees",
    "due_disagrees_ended",
    "unmapped_unplaced_delta",
    "undated_unplaced_delta",
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
    "result_file_ended",
    "no_result_file_ended",
    "digitised_ended",
    "not_digitised_ended",
    "reused_ended",
    "not_reused_ended",
    "in_store_ended",
    "not_in_store_ended",
    "citizen_data_ended",
    "no_citizen_data_ended",
    "extension_told_ended",
    "late_original",
    "asked_once",
    "asked_often",
    "extended",
    "apologies_told",
    "apologies",
)


def upgrade() -> None:
    op.execute("ALTER TABLE metrics.tally ADD COLUMN cell INTEGER, ADD COLUMN born INTEGER")
    op.execute(f"""
        UPDATE metrics.tally AS t SET cell = p.cell, born = p.born
        FROM (SELECT {", ".join(_KEY)}, min(slice) AS born,
                     row_number() OVER (ORDER BY span, agency_code, day, channel) AS cell
              FROM (SELECT {", ".join(_KEY)}, slice FROM metrics.tally_past
                    UNION ALL SELECT {", ".join(_KEY)}, slice FROM metrics.tally) AS ever
              GROUP BY {", ".join(_KEY)}) AS p
        WHERE {_SAME}""")
    op.execute("ALTER TABLE metrics.tally ALTER COLUMN cell SET NOT NULL, ALTER COLUMN born SET NOT NULL")
    op.execute("ALTER TABLE metrics.tally ADD CONSTRAINT tally_cell_once UNIQUE (cell)")
    _replace_past(
        "cell INTEGER",
        [f"{name} INTEGER" for name in _COUNTERS],
        ["t.cell", "p.slice", *(f"nullif(p.{name}, 0)" for name in _COUNTERS)],
        f"JOIN metrics.tally AS t ON {_SAME}",
        "cell, slice",
    )


def downgrade() -> None:
    _replace_past(
        'agency_code TEXT COLLATE "C", span SMALLINT, day DATE, channel SMALLINT',
        [f"{name} INTEGER DEFAULT 0 NOT NULL" for name in _COUNTERS],
        [*(f"t.{name}" for name in _KEY), "p.slice", *(f"coalesce(p.{name}, 0)" for name in _COUNTERS)],
        "JOIN metrics.tally AS t ON t.cell = p.cell",
        "span, agency_code, day, channel, slice",
    )
    op.execute("ALTER TABLE metrics.tally DROP COLUMN cell, DROP COLUMN born")


def _replace_past(identity: str, counters: list[str], values: list[str], join: str, key: str) -> None:
    """A new table is filled: rows changed where they stand would take twice the room for good.

    The key makes its columns not null when the old table is gone: the names of that are taken until then.
    """
    op.rename_table("tally_past", "tally_past_before", schema="metrics")
    op.execute(f"CREATE TABLE metrics.tally_past ({identity}, slice INTEGER, {', '.join(counters)})")
    op.execute(f"INSERT INTO metrics.tally_past SELECT {', '.join(values)} FROM metrics.tally_past_before AS p {join}")
    op.drop_table("tally_past_before", schema="metrics")
    op.execute(f"ALTER TABLE metrics.tally_past ADD CONSTRAINT tally_past_pk PRIMARY KEY ({key})")
