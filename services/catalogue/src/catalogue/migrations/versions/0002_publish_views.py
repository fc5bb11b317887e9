"""Publish the views other services read (shared/contracts/views.py), and let them."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CHANGES = "change_from, change_to"
_VIEWS = {
    # A key stops with its client, or when a newer one has taken its place long enough.
    "client_v1": """
        select k.key_hash, c.client_id, c.agency_code, c.scopes, k.expires_at
        from catalogue.api_key k join catalogue.api_client c using (client_id)
        where c.revoked_at is null and (k.expires_at is null or k.expires_at > now())""",
    "agency_v1": f"""
        select agency_code, name, level, parent_code, valid_from, valid_to, {_CHANGES} from catalogue.agency""",
    "procedure_v1": f"""
        select agency_code, procedure_code, suffix, name, field_code, levels, online_level, fee_bearing, in_force,
               valid_from, valid_to, {_CHANGES}
        from catalogue.procedure""",
    "limit_v1": f"""
        select agency_code, procedure_code, channel, case_name, quantity, unit, {_CHANGES}
        from catalogue.procedure_limit""",
    "field_v1": f"select field_code, name, {_CHANGES} from catalogue.field",
    "decision_v1": f"""
        select agency_code, number, kinds, signed_on, effective_on, posted_on, {_CHANGES} from catalogue.decision""",
    "calendar_v1": """
        select day, working, name, source, provisional, revision_from, revision_to from catalogue.calendar_day""",
    "version_v1": """
        select coalesce((select max(change) from catalogue.change), 0) as change,
               coalesce((select max(revision) from catalogue.calendar_revision), 0) as calendar""",
}


def upgrade() -> None:
    for name, question in _VIEWS.items():
        op.execute(f"create view catalogue.{name} as {question}")
    op.execute(grant_views("catalogue", *_VIEWS))
