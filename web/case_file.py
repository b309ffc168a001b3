"""A case on one page, for whoever inspects it: what it is, its times, documents, events and their chain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from engine.views.audit import AuditEvent
from web.cases import visits_of
from web.page_request import PageRequest

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a bar: what was done, where it begins and how long it is, in hundredths of the whole."""

    kind: str  # waiting, working, hold
    start: float
    length: float


def show(visit: PageRequest) -> Response:
    case_id, queries = str(visit.request.path_params["case_id"]), visit.engine.queries
    case = queries.cases.get(visit.actor, case_id)
    events = list(_events(visit, case_id))
    definition = queries.screens.definition(visit.actor, case["sop"], case["sop_version"])
    timeline = queries.cases.timeline(visit.actor, case_id)
    timing = queries.cases.timing(visit.actor, case_id)
    visits = visits_of(visit.words, definition, timeline)
    now = visit.engine.context.clock.now()
    return visit.page(
        "case_file.html",
        case=case,
        definition=definition,
        visits=visits,
        bars=_bars(visits, events, now),
        until=case["completed_at"] or now.isoformat(),
        rows=timing["items"],
        totals=timing["totals"],
        papers=queries.papers.of_case(visit.actor, case_id),
        signatures=queries.papers.signatures(visit.actor, case_id),
        verified=queries.audit.verified(visit.actor, case_id),
        events=[{**event, "day": _day(visit, event)} for event in events],
        tasks={entry["task_id"]: entry for entry in timeline},
        erased=queries.audit.erased(visit.actor, case_id),
    )


def _events(visit: PageRequest, case_id: str) -> Iterator[AuditEvent]:
    """Every event of the case. Raises `NotAllowed` for who may not read what is in it."""
    cursor: str | None = None
    while True:
        page = visit.engine.queries.audit.of_case(visit.actor, case_id, cursor=cursor, limit=AT_ONCE)
        yield from page["items"]
        cursor = page["next"]
        if cursor is None:
            return


def _day(visit: PageRequest, event: AuditEvent) -> str:
    """The day of an event where the agency is; all of one day are shown and hidden together."""
    at = visit.words.local(event["at"])
    return at.date().isoformat() if at else ""


def _bars(
    visits: Sequence[Mapping[str, Any]], events: Sequence[AuditEvent], now: datetime
) -> Mapping[str, list[Stretch]]:
    """Of each visit when it waited, was worked on and was held, on one scale from the first to the last."""
    holds = _holds(events)
    spans: dict[str, list[tuple[str, datetime, datetime]]] = {}
    for drawn in visits:
        opened = datetime.fromisoformat(drawn["opened"])
        ended = datetime.fromisoformat(drawn["ended"]) if drawn["ended"] else max(now, opened)
        claimed = datetime.fromisoformat(drawn["claimed"]) if drawn["claimed"] else ended
        claimed = min(max(opened, claimed), ended)
        held = [(max(a, opened), min(b or ended, ended)) for a, b in holds.get(drawn["task_id"], ())]
        spans[drawn["task_id"]] = [
            ("waiting", opened, claimed),
            ("working", claimed, ended),
            *(("hold", a, b) for a, b in held if b > a),
        ]
    instants = [at for stretches in spans.values() for _, *ends in stretches for at in ends]
    if not instants:
        return {}
    first, whole = min(instants), max(max(instants) - min(instants), timedelta(seconds=1))
    return {
        task: [
            Stretch(kind, 100 * ((a - first) / whole), 100 * ((b - a) / whole)) for kind, a, b in stretches
        ]
        for task, stretches in spans.items()
    }


def _holds(events: Sequence[AuditEvent]) -> dict[str, list[tuple[datetime, datetime | None]]]:
    """From when until when tasks were on hold, as their events tell."""
    holds: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for event in events:
        for change in event["changes"] or ():
            was, becomes = change["fields"].get("held_at", (None, None))
            if change["kind"] != "task" or was == becomes:
                continue
            of_task = holds.setdefault(change["id"], [])
            if becomes is not None:
                of_task.append((datetime.fromisoformat(becomes), None))
            elif of_task and event["at"]:
                of_task[-1] = (of_task[-1][0], datetime.fromisoformat(event["at"]))
    return holds


PAGES = (("/cases/{case_id}/file", show, None),)
