"""One task: looking at it, and the verbs that move it."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import tasks as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.commands.cases.completion import Completion
from engine.permissions.verbs import TASK_VERBS, Verb
from engine.views.tasks import Task, TaskItem

router = APIRouter(prefix="/tasks/{task_id}", tags=["tasks"], route_class=StrictRoute)


@router.get("", response_model=Task, responses=ALWAYS)
def get(asked: Reading, task_id: str) -> Response:
    """The task with its form, documents, earlier data, and every verb that you may use now or why not."""

    def look() -> Task:
        task = asked.engine.queries.tasks.get(asked.actor, task_id)
        if asked.caller.person.scope != "read":  # who may only read leaves no trace on the case
            asked.engine.tasks.view(asked.actor, task_id)
        return task

    task = asked.engine.context.store.look(look)
    return answer({"escalation": [], **task})


def _route(verb: Verb) -> None:
    """The route of one verb, as the table tells it; the body is checked before its fields are read."""
    row = TASK_VERBS[verb]

    def act(asked: Changing, task_id: str, body: shapes.Versioned) -> Response:
        given = {field.name: getattr(body, field.in_body) for field in row.fields}
        command = asked.engine.command(verb)
        return done(command(asked.actor, task_id, **given, version=body.version, key=asked.key))

    act.__name__, act.__doc__ = verb.value, row.about
    act.__annotations__["body"] = shapes.BODIES[verb]
    router.post(f"/{verb}", response_model=TaskItem, responses=CHANGING)(act)


for _verb in shapes.BODIES:
    _route(_verb)


@router.post("/complete", response_model=TaskItem, responses=CHANGING)
def complete(asked: Changing, task_id: str, body: shapes.CompleteBody) -> Response:
    """Finish a task, through an outcome where the step is a decision."""
    handed_in = Completion(
        outcome=body.outcome,
        data=body.data,
        requirements=body.requirements,
        reason=body.reason,
        password=body.password,
        session=asked.caller.person.session,
        branches=tuple(body.branches or ()),
        registers=body.registers,
        acting_as=body.acting_as,
    )
    finished = asked.engine.completion.complete(
        asked.actor, task_id, handed_in, version=body.version, key=asked.key
    )
    return done(finished)
