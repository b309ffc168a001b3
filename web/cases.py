"""Cases: the list, one case with its timeline, branches and timing, and the verbs of a whole case."""

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from api.schemas.cases import CasesQuery
from engine.text.states import APPROVALS, CASE_STATES
from engine.views.cases import TimelineEntry
from engine.views.screens import DefinitionNames
from web.forms.controls import asked_period
from web.localizer import Localizer
from web.page_request import PageRequest
from web.refusals import form_page

STATES = ("running", "suspended", "completed", "cancelled")


def index(visit: PageRequest) -> Response:
    query = visit.asked(CasesQuery)
    state, sop, q, period = query.state, query.sop, query.q, query.period
    page = visit.engine.queries.cases.list(
        visit.actor,
        state=state,
        sop=sop,
        q=q,
        period=period,
        open=query.open,
        completed_from=query.completed_from,
        cursor=query.cursor,
        limit=query.limit,
    )
    since = query.completed_from.isoformat() if query.completed_from else None
    given = {
        "state": state,
        "sop": sop,
        "q": q,
        "period": period,
        "open": query.open,
        "completed_from": since,
    }
    return visit.page(
        "cases.html",
        items=page["items"],
        **visit.turning("/cases", page["next"], given),
        open=query.open,
        since=since,
        state=state,
        sop=sop,
        q=q,
        period=asked_period(visit.words, period),
        filtered=any(given.values()),
        states={state: CASE_STATES[state] for state in STATES},
        sops=visit.engine.queries.screens.sop_titles(visit.actor),
    )


def show(visit: PageRequest) -> Response:
    case_id = str(visit.request.path_params["case_id"])
    queries = visit.engine.queries
    case = queries.cases.get(visit.actor, case_id)
    definition = queries.screens.definition(visit.actor, case["sop"], case["sop_version"])
    timing = queries.cases.timing(visit.actor, case_id)
    reads = queries.audit.reads_case(visit.actor, case_id)
    return form_page(
        visit,
        "case.html",
        case=case,
        family=queries.family(visit.actor, case_id) if case["parent"] or case["children"] else None,
        definition=definition,
        timeline=visits_of(visit.words, definition, queries.cases.timeline(visit.actor, case_id)),
        rows=timing["items"],
        totals=timing["totals"],
        actions=queries.screens.case_actions(visit.actor, case_id),
        readable=queries.screens.readable_tasks(visit.actor, case_id),
        signatures=queries.papers.signatures(visit.actor, case_id),
        notes=queries.notes.of_case(visit.actor, case_id) if reads else (),
        readers=queries.notes.readers(visit.actor, case_id) if reads else (),
        written=visit.posted,
        audited=reads,
        erased=queries.audit.erased(visit.actor, case_id),
        verb=visit.kept.sent_to.rpartition("/")[2] if visit.kept else None,
        reason=visit.text("reason"),
    )


def note(visit: PageRequest) -> Response:
    """Write a note on a case; its form also stands beside a task, and leads back there."""
    case_id = str(visit.request.path_params["case_id"])
    task = visit.text("task") or None
    visit.engine.notes.write(
        visit.actor,
        case_id,
        text=visit.text("text"),
        to=[account for account in visit.posted.getlist("to") if isinstance(account, str)],
        task=task,
        key=visit.key(),
    )
    return visit.redirect(f"/cases/{case_id}", said="noted")


def suspend(visit: PageRequest) -> Response:
    return _act(visit, "suspend", "suspended")


def resume(visit: PageRequest) -> Response:
    return _act(visit, "resume", "case_resumed")


def cancel(visit: PageRequest) -> Response:
    return _act(visit, "cancel", "cancelled")


def audit(visit: PageRequest) -> Response:
    """The events of a case as they are in the log."""
    case_id = str(visit.request.path_params["case_id"])
    case = visit.engine.queries.cases.get(visit.actor, case_id)
    trail, act = visit.engine.queries.audit, visit.query("act") or None
    events = trail.of_case(visit.actor, case_id, act=act, cursor=visit.query("cursor"))
    timeline = visit.engine.queries.cases.timeline(visit.actor, case_id)
    return visit.page(
        "audit.html",
        case=case,
        verified=trail.verified(visit.actor, case_id),
        acts=trail.acts_of_case(visit.actor, case_id),
        act=act,
        tasks={entry["task_id"]: entry for entry in timeline},
        events=events["items"],
        **visit.turning(f"/cases/{case_id}/audit", events["next"], {"act": act}),
    )


def _act(visit: PageRequest, verb: str, done: str) -> Response:
    case_id = str(visit.request.path_params["case_id"])
    act = getattr(visit.engine.cases, verb)
    act(visit.actor, case_id, reason=visit.text("reason"), version=visit.version(), key=visit.key())
    return visit.redirect(f"/cases/{case_id}", said=done)


def visits_of(
    words: Localizer, definition: DefinitionNames, timeline: Iterable[TimelineEntry]
) -> list[dict[str, Any]]:
    """The timeline with the moments of one visit together, in the order in which visits began."""
    visits: dict[str, dict[str, Any]] = {}
    for entry in timeline:
        step = definition["steps"][entry["step_id"]]
        visit = visits.setdefault(
            entry["task_id"],
            {
                **entry,
                "number": step["number"],
                "opened": None,
                "claimed": None,
                "ended": None,
                "state": "opened",
                "outcome_label": None,
            },
        )
        ended = entry["event"] in ("finished", "cancelled")
        visit["ended" if ended else entry["event"]] = entry["at"]
        visit["state"] = entry["event"]
        for name in ("account", "position", "acting_kind", "reason", "deviation"):
            visit[name] = entry[name] or visit[name]
        if entry["outcome"]:
            known = step["outcomes"].get(entry["outcome"])
            visit["outcome_label"] = known["label"] if known else words.of(APPROVALS, entry["outcome"])
    return list(visits.values())


PAGES = (
    ("/cases", index, None),
    ("/cases/{case_id}", show, None),
    ("/cases/{case_id}/audit", audit, None),
    ("/cases/{case_id}/notes", None, note),
    ("/cases/{case_id}/suspend", None, suspend),
    ("/cases/{case_id}/resume", None, resume),
    ("/cases/{case_id}/cancel", None, cancel),
)
