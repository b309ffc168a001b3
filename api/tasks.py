"""One task: looking at it, and the verbs that move it."""

from fastapi import APIRouter
from starlette.responses import Response

from api.answers import answer, done
from api.auth import SignedIn
from api.bodies import StrictRoute
from api.given import Key, TheEngine
from api.schemas import tasks as shapes
from api.schemas.problems import ALWAYS, CHANGING
from engine.commands.completion import Completion

router = APIRouter(prefix="/tasks/{task_id}", tags=["tasks"], route_class=StrictRoute)


@router.get("", response_model=shapes.Task, responses=ALWAYS)
def get(engine: TheEngine, caller: SignedIn, task_id: str) -> Response:
    """The task with its form, documents, earlier data, and every verb that you may use now or why not."""
    found = engine.queries.tasks.get(caller.account, task_id)
    engine.tasks.view(caller.account, task_id)
    return answer({"escalation": [], **found})


@router.post("/claim", response_model=shapes.TaskItem, responses=CHANGING)
def claim(engine: TheEngine, caller: SignedIn, key: Key, task_id: str, body: shapes.ClaimBody) -> Response:
    """Take a task that waits for one of your positions; first come wins."""
    taken = engine.tasks.claim(
        caller.account, task_id, acting_as=body.acting_as, version=body.version, key=key
    )
    return done(taken)


@router.post("/release", response_model=shapes.TaskItem, responses=CHANGING)
def release(
    engine: TheEngine, caller: SignedIn, key: Key, task_id: str, body: shapes.ReleaseBody
) -> Response:
    """Give a task back to its candidates."""
    return done(
        engine.tasks.release(caller.account, task_id, reason=body.reason, version=body.version, key=key)
    )


@router.post("/save", response_model=shapes.TaskItem, responses=CHANGING)
def save(engine: TheEngine, caller: SignedIn, key: Key, task_id: str, body: shapes.SaveBody) -> Response:
    """Keep what has been filled in so far."""
    saved = engine.tasks.save(
        caller.account,
        task_id,
        data=body.data,
        requirements=None if body.requirements is None else tuple(body.requirements),
        version=body.version,
        key=key,
    )
    return done(saved)


@router.post("/hold", response_model=shapes.TaskItem, responses=CHANGING)
def hold(engine: TheEngine, caller: SignedIn, key: Key, task_id: str, body: shapes.HoldBody) -> Response:
    """Stop the work clock while something outside is awaited."""
    held = engine.tasks.hold(
        caller.account,
        task_id,
        reason_class=body.reason_class,
        reason=body.reason,
        until=body.until,
        version=body.version,
        key=key,
    )
    return done(held)


@router.post("/resume", response_model=shapes.TaskItem, responses=CHANGING)
def resume(engine: TheEngine, caller: SignedIn, key: Key, task_id: str, body: shapes.Versioned) -> Response:
    """Go on after a hold; the deadline moves by its working minutes."""
    return done(engine.tasks.resume(caller.account, task_id, version=body.version, key=key))


@router.post("/reassign", response_model=shapes.TaskItem, responses=CHANGING)
def reassign(
    engine: TheEngine, caller: SignedIn, key: Key, task_id: str, body: shapes.ReassignBody
) -> Response:
    """Give an open task to another eligible person."""
    moved = engine.tasks.reassign(
        caller.account, task_id, to=body.to, reason=body.reason, version=body.version, key=key
    )
    return done(moved)


@router.post("/recall", response_model=shapes.TaskItem, responses=CHANGING)
def recall(engine: TheEngine, caller: SignedIn, key: Key, task_id: str, body: shapes.RecallBody) -> Response:
    """Take back what you just sent, while nobody has opened it."""
    return done(
        engine.tasks.recall(caller.account, task_id, reason=body.reason, version=body.version, key=key)
    )


@router.post("/complete", response_model=shapes.TaskItem, responses=CHANGING)
def complete(
    engine: TheEngine, caller: SignedIn, key: Key, task_id: str, body: shapes.CompleteBody
) -> Response:
    """Finish a task, through an outcome where the step is a decision."""
    handed_in = Completion(
        outcome=body.outcome,
        data=body.data,
        requirements=body.requirements,
        reason=body.reason,
        password=body.password,
        branches=tuple(body.branches or ()),
        acting_as=body.acting_as,
    )
    finished = engine.completing.complete(caller.account, task_id, handed_in, version=body.version, key=key)
    return done(finished)
