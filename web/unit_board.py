"""The unit's board: open work by step and by person, and several tasks given to somebody else at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from engine.errors import FieldError, InvalidInput, NotFound, SopError
from engine.text.bilingual import Text
from engine.views.organisation import OfferedPerson
from engine.views.tasks import TaskItem
from web.page_request import PageRequest
from web.refusals import form_page
from web.strip import strips

PLACE = "/unit"
MOST_SHOWN, MOST_CHOSEN, PAGE = 500, 50, 100
COUNTED: Mapping[str, Callable[[TaskItem], bool]] = {
    "overdue": lambda item: item["sla"] == "overdue",
    "unclaimed": lambda item: item["assignee"] is None,
    "returned": lambda item: item["returned_by"] is not None,
    "on_hold": lambda item: item["state"] == "on_hold",
}
ASKED: Mapping[str, Mapping[str, str]] = {
    "all": {},
    "overdue": {"sla": "overdue"},
    "returned": {"returned": "true"},
    "on_hold": {"state": "on_hold"},
}
"""The list of the unit's tasks behind a figure; the unclaimed are in two states and have none."""


@dataclass(frozen=True)
class Line:
    """One step or one person: what it is called, where its tasks are, and how many of each kind."""

    label: str
    under: str
    counts: Mapping[str, int]
    links: Mapping[str, str]


def show(visit: PageRequest) -> Response:
    items = _items(visit)
    chosen = _chosen(visit, items)
    days, strip = strips(visit, items)
    return form_page(
        visit,
        "unit.html",
        items=items,
        more=len(items) >= MOST_SHOWN,
        steps=_steps(visit, items),
        people=_people(visit, items),
        absent=visit.engine.queries.takeover.away(visit.actor),
        chosen=chosen,
        days=days,
        strip=strip,
        now=visit.engine.context.clock.now(),
        offered=_offered(visit, chosen),
        typed={name: visit.text(name) for name in ("to", "reason")},
    )


def reassign(visit: PageRequest) -> Response:
    """Give every chosen task to one person, each for itself; those that stay are told with why."""
    to, reason = visit.text("to"), visit.text("reason").strip()
    faults = []
    if not to:
        faults.append(FieldError("to", Text("Pilih penerimanya.", "Choose who gets them.")))
    if not reason:
        faults.append(FieldError("reason", Text("Alasan wajib diisi.", "A reason is required.")))
    if faults:
        raise InvalidInput(Text("Ada isian yang kurang.", "Some fields are missing."), errors=faults)
    stayed = [
        FieldError("task", Text(f"{name}: {why.indonesian}", f"{name}: {why.english}"))
        for task_id in _posted(visit)
        for name, why in _given(visit, task_id, to, reason)
    ]
    if stayed:
        some = Text(
            "Sebagian tugas tidak dapat dialihkan; yang lain sudah.",
            "Some tasks could not be reassigned; the others are.",
        )
        raise InvalidInput(some, errors=stayed)
    return visit.redirect(PLACE, said="several_reassigned")


def _given(visit: PageRequest, task_id: str, to: str, reason: str) -> Iterable[tuple[str, Text]]:
    """Reassign one task; what it is called and why, where that is refused."""
    try:
        task = visit.engine.queries.tasks.get(visit.actor, task_id)
    except NotFound as error:
        return [(visit.words.say("Tugas"), error.message)]
    if task["assignee"] == to:
        return []
    try:
        version = visit.text(f"version.{task_id}")
        visit.engine.tasks.reassign(
            visit.actor,
            task_id,
            to=to,
            reason=reason,
            version=int(version) if version.isdecimal() and len(version) < 18 else None,
            key=visit.key(task_id),
        )
    except SopError as error:
        return [(f"{task['case_number']}, {task['label']}", error.message)]
    return []


def _items(visit: PageRequest) -> list[TaskItem]:
    """The open tasks of the units that this person leads, the most urgent first."""
    items: list[TaskItem] = []
    cursor = None
    while len(items) < MOST_SHOWN:
        page = visit.engine.queries.inbox(visit.actor, "unit", cursor=cursor, limit=PAGE)
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    return items


def _posted(visit: PageRequest) -> list[str]:
    given = [value for value in visit.posted.getlist("task") if isinstance(value, str)]
    return (given or visit.request.query_params.getlist("task"))[:MOST_CHOSEN]


def _chosen(visit: PageRequest, items: Sequence[TaskItem]) -> list[TaskItem]:
    wanted = set(_posted(visit))
    return [item for item in items if item["id"] in wanted]


def _offered(visit: PageRequest, chosen: Sequence[TaskItem]) -> list[OfferedPerson]:
    """Who may have every one of the chosen tasks."""
    lists = [visit.engine.queries.screens.candidates(visit.actor, item["id"]) for item in chosen]
    if not lists:
        return []
    able = [
        {item["assignee"], *(person["account"] for person in people)}
        for item, people in zip(chosen, lists, strict=True)
    ]
    known = {person["account"]: person for people in lists for person in people}
    return [person for account, person in known.items() if all(account in accounts for accounts in able)]


def _steps(visit: PageRequest, items: Sequence[TaskItem]) -> list[Line]:
    titles = visit.engine.queries.screens.sop_titles(visit.actor)
    groups: dict[tuple[str, str], list[TaskItem]] = {}
    for item in items:
        groups.setdefault((item["sop"], item["step_id"]), []).append(item)
    return [
        _line(f"{tasks[0]['printed']}. {tasks[0]['label']}", titles.get(sop, sop), tasks, {"sop": sop})
        for (sop, _), tasks in sorted(groups.items())
    ]


def _people(visit: PageRequest, items: Sequence[TaskItem]) -> list[Line]:
    people = visit.office["people"]
    groups: dict[str, list[TaskItem]] = {}
    for item in items:
        if item["assignee"]:
            groups.setdefault(item["assignee"], []).append(item)
    named = sorted(groups.items(), key=lambda group: people.get(group[0], group[0]))
    return [_line(people.get(who, who), "", tasks, {"assignee": who}) for who, tasks in named]


def _line(label: str, under: str, items: Sequence[TaskItem], asked: Mapping[str, str]) -> Line:
    kinds = {name: sum(1 for item in items if counted(item)) for name, counted in COUNTED.items()}
    counts = {"all": len(items), **kinds}
    links = {
        name: "/inbox?" + urlencode({"view": "unit", **asked, **more})
        for name, more in ASKED.items()
        if counts[name]
    }
    return Line(label, under, counts, links)


PAGES = ((PLACE, show, reassign),)
