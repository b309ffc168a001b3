"""One task: looking at it, and the verbs that move it."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import tasks as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.commands.cases.completion import Completion

router = APIRouter(prefix="/tasks/{task_id}", tags=["tasks"], route_class=StrictRoute)


@router.get("", response_model=shapes.Task, responses=ALWAYS)
def get(asked: Reading, task_id: str) -> Response:
    """The task with its form, documents, earlier data, and every verb that you may use now or why not."""
    found = asked.engine.queries.tasks.get(asked.account, task_id)
    asked.engine.tasks.view(asked.account, task_id)
    return answer({"escalation": [], **found})


@router.post("/claim", response_model=shapes.TaskItem, responses=CHANGING)
def claim(asked: Changing, task_id: str, body: shapes.ClaimBody) -> Response:
    """Take a task that waits for one of your positions; first come wins."""
    taken = asked.engine.tasks.claim(
        asked.account, task_id, acting_as=body.acting_as, version=body.version, key=asked.key
    )
    return done(taken)


@router.post("/release", response_model=shapes.TaskItem, responses=CHANGING)
def release(asked: Changing, task_id: str, body: shapes.ReleaseBody) -> Response:
    """Give a task back to its candidates."""
    return done(
        asked.engine.tasks.release(
            asked.account, task_id, reason=body.reason, version=body.version, key=asked.key
        )
    )


@router.post("/save", response_model=shapes.TaskItem, responses=CHANGING)
def save(asked: Changing, task_id: str, body: shapes.SaveBody) -> Response:
    """Keep what has been filled in so far."""
    saved = asked.engine.tasks.save(
        asked.account,
        task_id,
        data=body.data,
        requirements=None if body.requirements is None else tuple(body.requirements),
        version=body.version,
        key=asked.key,
    )
    return done(saved)


@router.post("/hold", response_model=shapes.TaskItem, responses=CHANGING)
def hold(asked: Changing, task_id: str, body: shapes.HoldBody) -> Response:
    """Stop the work clock while something outside is awaited."""
    held = asked.engine.tasks.hold(
        asked.account,
        task_id,
        reason_class=body.reason_class,
        reason=body.reason,
        until=body.until,
        version=body.version,
        key=asked.key,
    )
    return done(held)


@router.post("/resume", response_model=shapes.TaskItem, responses=CHANGING)
def resume(asked: Changing, task_id: str, body: shapes.Versioned) -> Response:
    """Go on after a hold; the deadline moves by its working minutes."""
    return done(asked.engine.tasks.resume(asked.account, task_id, version=body.version, key=asked.key))


@router.post("/reassign", response_model=shapes.TaskItem, responses=CHANGING)
def reassign(asked: Changing, task_id: str, body: shapes.ReassignBody) -> Response:
    """Give an open task to another eligible person."""
    moved = asked.engine.tasks.reassign(
        asked.account, task_id, to=body.to, reason=body.reason, version=body.version, key=asked.key
    )
    return done(moved)


@router.post("/delegate", response_model=shapes.TaskItem, responses=CHANGING)
def delegate(asked: Changing, task_id: str, body: shapes.DelegateBody) -> Response:
    """Ask a colleague to help with a task that you hold; it stays yours."""
    helped = asked.engine.help.delegate(
        asked.account, task_id, to=body.to, note=body.note, version=body.version, key=asked.key
    )
    return done(helped)


@router.post("/resolve", response_model=shapes.TaskItem, responses=CHANGING)
def resolve(asked: Changing, task_id: str, body: shapes.ResolveBody) -> Response:
    """End the help: the helper gives the task back, or the holder takes it back."""
    resolved = asked.engine.help.resolve(
        asked.account, task_id, note=body.note, version=body.version, key=asked.key
    )
    return done(resolved)


@router.post("/substitute", response_model=shapes.TaskItem, responses=CHANGING)
def substitute(asked: Changing, task_id: str, body: shapes.Versioned) -> Response:
    """Go on, as the acting official in charge, with a task whose holder is away."""
    return done(
        asked.engine.substitution.substitute(asked.account, task_id, version=body.version, key=asked.key)
    )


@router.post("/waive", response_model=shapes.TaskItem, responses=CHANGING)
def waive(asked: Changing, task_id: str, body: shapes.WaiveBody) -> Response:
    """Let one person do this task although duties are kept apart; the head of the agency alone may."""
    waived = asked.engine.substitution.waive(
        asked.account,
        task_id,
        for_account=body.account,
        reason=body.reason,
        version=body.version,
        key=asked.key,
    )
    return done(waived)


@router.post("/recall", response_model=shapes.TaskItem, responses=CHANGING)
def recall(asked: Changing, task_id: str, body: shapes.RecallBody) -> Response:
    """Take back what you just sent, while nobody has opened it."""
    return done(
        asked.engine.tasks.recall(
            asked.account, task_id, reason=body.reason, version=body.version, key=asked.key
        )
    )


@router.post("/complete", response_model=shapes.TaskItem, responses=CHANGING)
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
        acting_as=body.acting_as,
    )
    finished = asked.engine.completion.complete(
        asked.account, task_id, handed_in, version=body.version, key=asked.key
    )
    return done(finished)
