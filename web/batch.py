"""Several tasks at once, where their SOP lets them end so: each chosen by itself, each with its own event."""

from starlette.responses import Response

from engine.commands.cases.batch import Chosen
from engine.errors import FieldError, InvalidInput
from engine.text.bilingual import Text
from web.inbox import TABS
from web.page_request import PageRequest
from web.refusals import form_page

PLACE = "/inbox/batch"


def show(visit: PageRequest) -> Response:
    queries, actor = visit.engine.queries, visit.actor
    groups = queries.batch(actor)
    shown = {task["id"] for group in groups for task in group["tasks"]}
    return form_page(
        visit,
        "batch.html",
        tabs=TABS,
        view="batch",
        groups=groups,
        papers={task_id: queries.papers.of_task(actor, task_id)["own"] for task_id in shown},
        chosen=visit.posted.getlist("task"),
    )


def complete(visit: PageRequest) -> Response:
    """Complete what is ticked in one group; what is refused is told by its case."""
    sop, _, rest = visit.text("group").partition("|")
    step, _, outcome = rest.partition("|")
    group = next(
        (
            group
            for group in visit.engine.queries.batch(visit.actor)
            if (group["sop"], group["step_id"], group["outcome"]["id"]) == (sop, step, outcome)
        ),
        None,
    )
    ticked = visit.posted.getlist("task")
    tasks = [task for task in group["tasks"] if task["id"] in ticked] if group else []
    if group is None or not tasks:
        raise InvalidInput.at("task", Text("Centang yang sudah diperiksa.", "Tick what you have checked."))
    if group["outcome"]["sign"] and not visit.text("password"):
        raise InvalidInput.at("password", Text("Tulis kata sandi Anda.", "Write your password."))
    done = visit.engine.batch.complete(
        visit.actor,
        outcome,
        [
            Chosen(
                task_id=task["id"],
                version=_version(visit, task["id"]),
                requirements=tuple(requirement["id"] for requirement in task["requirements"]),
            )
            for task in tasks
        ],
        password=visit.text("password") or None,
        session=visit.caller.person.session if visit.caller else None,
        key=visit.key(),
    )
    names = {task["id"]: f"{task['case_number']}, {task['case_title']}" for task in tasks}
    stayed = [
        FieldError("task", Text(f"{name}: {result['message_id']}", f"{name}: {result['message_en']}"))
        for result in done["results"]
        for name in [names[result["task_id"]]]
        if not result["done"]
    ]
    if stayed:
        said = f"{done['done']} tugas sudah selesai; yang berikut tidak."
        raise InvalidInput(Text(said, f"{done['done']} are done; these are not."), errors=stayed)
    return visit.redirect(PLACE, said="several_completed")


def _version(visit: PageRequest, task_id: str) -> int | None:
    """The version of a task as the page showed it."""
    text = visit.text(f"version.{task_id}")
    return int(text) if text.isdecimal() and len(text) < 18 else None


PAGES = ((PLACE, show, complete),)
