"""Tell which mandatory parts a procedure lacks and whom it is for, and which procedures a decision touches.

Both are read from the portal's record: they stay null until the next sync, which reads every record again.
"""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CHANGES = "change_from, change_to"
_VIEWS = {
    "procedure_v2": f"""
        select agency_code, procedure_code, suffix, name, field_code, levels, online_level, fee_bearing, in_force,
               valid_from, valid_to, missing_parts, for_people, {_CHANGES}
        from catalogue.procedure""",
    "decision_v2": f"""
        select agency_code, number, kinds, signed_on, effective_on, posted_on, new, modified, rescinded, {_CHANGES}
        from catalogue.decision""",
}


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE catalogue.procedure
            ADD COLUMN missing_parts TEXT[],
            ADD COLUMN for_people BOOLEAN,
            ADD CONSTRAINT procedure_parts_known CHECK (missing_parts <@ array['name', 'steps', 'manner', 'papers',
                'limit', 'subjects', 'agency']::text[])
        """
    )
    for name, question in _VIEWS.items():
        op.execute(f"create view catalogue.{name} as {question}")
    op.execute(grant_views("catalogue", *_VIEWS))
