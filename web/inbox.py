"""The inbox: what waits for this person, for the units that this person leads, and what is done."""

from starlette.responses import Response

from api.inbox import wanted_tasks
from api.schemas.tasks import InboxQuery
from engine.errors import NotAllowed, NotFound
from engine.permissions.verbs import Verb
from engine.text.bilingual import Text
from engine.text.states import TASK_STATES
from engine.views.cases import Case
from web.page_request import PageRequest

TABS = {
    "mine": Text("Tugas Saya", "My tasks"),
    "unit": Text("Tugas Unit", "Unit's tasks"),
    "done": Text("Riwayat", "History"),
}
OPEN_STATES = ("ready", "assigned", "in_progress", "on_hold")


def show(visit: PageRequest) -> Response:
    query = visit.asked(InboxQuery)
    view, filters = query.view, wanted_tasks(visit.words.zone, query)
    found = visit.engine.queries.inbox(visit.actor, view, cursor=query.cursor, limit=query.limit, **filters)
    asked = {name: visit.query(name) for name in filters}
    return visit.page(
        "inbox.html",
        tabs=TABS,
        view=view,
        asked=asked,
        items=found["items"],
        now=visit.engine.context.clock.now(),
        **visit.turning("/inbox", found["next"], {"view": view, **asked}),
        filtered=any(asked.values()),
        states={state: TASK_STATES[state] for state in OPEN_STATES},
        sops=visit.engine.queries.screens.sop_titles(visit.actor),
        handed_on=_handed_on(visit),
        absent=visit.engine.queries.takeover.away(visit.actor) if view == "unit" else (),
    )


def _handed_on(visit: PageRequest) -> Case | None:
    """The case of the step that was completed just now, for whoever may read it: who has it now."""
    said, task_id = visit.said
    if said not in (Verb.COMPLETE, "returned"):
        return None
    queries = visit.engine.queries
    try:
        return queries.cases.get(visit.actor, queries.screens.case_of(visit.actor, task_id)["id"])
    except (NotFound, NotAllowed):
        return None


PAGES = (("/inbox", show, None),)
