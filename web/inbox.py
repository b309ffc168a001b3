"""The inbox: what waits for this person, what was sent on, what is done, and what the unit has open."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from starlette.responses import Response

from api.inbox import wanted_tasks
from api.schemas.tasks import InboxQuery
from engine.errors import NotAllowed, NotFound
from engine.permissions.verbs import Verb
from engine.text.bilingual import Text
from engine.text.states import SLA, TASK_STATES
from engine.views.cases import Case
from web.forms.binding import day_of
from web.forms.controls import asked_period
from web.page_request import PageRequest

# Where each tab is, and what it says.
TABS = {
    "mine": ("/inbox?view=mine", Text("Tugas Saya", "My tasks")),
    "sent": ("/inbox/sent", Text("Dikirim", "Sent on")),
    "signing": ("/inbox/signing", Text("Siap ditandatangani", "Ready to sign")),
    "batch": ("/inbox/batch", Text("Beberapa sekaligus", "Several at once")),
    "done": ("/inbox?view=done", Text("Riwayat", "History")),
    "unit": ("/inbox?view=unit", Text("Tugas Unit", "Unit's tasks")),
}
OPEN_STATES = ("ready", "assigned", "in_progress", "on_hold")
MOST_TO_SIGN = 100
DAYS = ("due_after", "due_before")


def show(visit: PageRequest) -> Response:
    query = visit.asked(InboxQuery)
    typed = {name: day_of(text) for name in DAYS if (text := getattr(query, name)) is not None}
    view, filters = query.view, wanted_tasks(visit.words.zone, query.model_copy(update=typed))
    page = visit.engine.queries.inbox(visit.actor, view, cursor=query.cursor, limit=query.limit, **filters)
    asked = {name: visit.query(name) for name in filters} | {"period": query.period}
    sops = visit.engine.queries.screens.sop_titles(visit.actor)
    return visit.page(
        "inbox.html",
        tabs=TABS,
        view=view,
        asked=asked,
        items=page["items"],
        now=visit.engine.context.clock.now(),
        **visit.turning("/inbox", page["next"], {"view": view, **asked}),
        period=asked_period(visit.words, query.period),
        filtered=any(asked.values()),
        chips=_chips(visit, view, asked, sops),
        states={state: TASK_STATES[state] for state in OPEN_STATES},
        sops=sops,
        handed_on=_handed_on(visit),
        absent=visit.engine.queries.takeover.away(visit.actor) if view == "unit" else (),
    )


def sent(visit: PageRequest) -> Response:
    """The running cases in which this person completed a step: who has each now and until when."""
    return visit.page("sent.html", tabs=TABS, view="sent", cases=visit.engine.queries.sent(visit.actor))


def signing(visit: PageRequest) -> Response:
    """What waits for this person's paraf or signature, each with the documents that it is about."""
    queries, actor = visit.engine.queries, visit.actor
    items = queries.inbox(actor, limit=MOST_TO_SIGN)["items"]
    asked = queries.papers.signing(actor, [item["id"] for item in items])
    shown = [(item, queries.papers.of_task(actor, item["id"])) for item in items if item["id"] in asked]
    return visit.page("signing.html", tabs=TABS, view="signing", items=shown)


def _chips(
    visit: PageRequest, view: str, asked: Mapping[str, str | None], sops: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What the list is narrowed to, each with the address of the list without it."""
    words, office = visit.words, visit.office
    said: dict[str, Callable[[str], str]] = {
        "q": lambda text: f"“{text}”",
        "sop": lambda text: sops.get(text, text),
        "state": lambda text: words.of(TASK_STATES, text),
        "sla": lambda text: words.of(SLA, text),
        "due_after": lambda text: words.say("tenggat mulai {hari}", hari=words.day(day_of(text))),
        "due_before": lambda text: words.say("tenggat sebelum {hari}", hari=words.day(day_of(text))),
        "assignee": lambda text: office["people"].get(text, text),
        "unit": lambda text: office["units"].get(text, text),
        "period": words.period,
        "returned": lambda text: (
            words.say("pernah dikembalikan") if text == "true" else words.say("belum pernah dikembalikan")
        ),
    }
    given = {name: text for name, text in asked.items() if text}
    return [
        (
            said[name](text),
            "/inbox?"
            + urlencode({"view": view, **{filter: given[filter] for filter in given if filter != name}}),
        )
        for name, text in given.items()
    ]


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


PAGES = (
    ("/inbox", show, None),
    ("/inbox/sent", sent, None),
    ("/inbox/signing", signing, None),
)
