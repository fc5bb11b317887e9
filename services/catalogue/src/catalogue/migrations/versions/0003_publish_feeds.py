"""Publish how the catalogue's feeds stand, and limits with the suffix of the procedure they belong to."""

from alembic import op

from shared.runtime.migrate import grant_views

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_VIEWS = {
    # Fresh for two poll periods after its data were proven complete (shared.sync.tables.feed_state). A feed that
    # nobody polls and that never proved anything (files imported one by one) is responsible for no whole catalogue.
    "feed_v1": """
        select f.feed, f.portal, f.kind, f.agency_code,
               case when f.data_until is null then 'unknown'
                    when f.data_until >= now() - make_interval(secs => 2 * f.every_seconds) then 'fresh'
                    else 'stale' end as state,
               f.data_until, f.last_verdict,
               (select count(*) from catalogue.quarantined q
                where q.feed_id = f.feed_id and q.closed_at is null) as quarantined
        from catalogue.feed f
        where f.enabled or f.data_until is not null""",
    # One catalogue may hold a national procedure and its local copy; without the suffix their limits are mixed up.
    "limit_v2": """
        select agency_code, procedure_code, suffix, channel, case_name, quantity, unit, change_from, change_to
        from catalogue.procedure_limit""",
}


def upgrade() -> None:
    for name, question in _VIEWS.items():
        op.execute(f"create view catalogue.{name} as {question}")
    op.execute(grant_views("catalogue", *_VIEWS))
