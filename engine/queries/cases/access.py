"""Fetching one case or task for one person to read; what is not seen is as what is not there."""

from dataclasses import dataclass

from engine.access.actor import Actor
from engine.cases.context import CaseContext
from engine.cases.model import CaseState, Task
from engine.context import Context
from engine.permissions.refusals import no_such_case, no_such_task
from engine.permissions.rules import Permissions
from engine.store import Tx


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as one person may see it."""

    tx: Tx
    permissions: Permissions

    @property
    def case(self) -> CaseContext:
        return self.permissions.case

    @property
    def state(self) -> CaseState:
        return self.permissions.state


def seen_case(context: Context, tx: Tx, actor: Actor, case_id: str) -> Seen:
    """The case, or NotFound when there is none that this person may see."""
    state = tx.cases.get(case_id)
    seen = _looked_at(context, tx, actor, state) if state is not None else None
    if seen is None or not seen.permissions.sees_case():
        raise no_such_case(case_id)
    return seen


def seen_task(context: Context, tx: Tx, actor: Actor, task_id: str) -> tuple[Seen, Task]:
    """A task in its case, or NotFound when there is none that this person may open."""
    state = tx.cases.of_task(task_id)
    seen = _looked_at(context, tx, actor, state) if state is not None else None
    if seen is None or not seen.permissions.opens_task(seen.state.tasks[task_id]):
        raise no_such_task(task_id)
    return seen, seen.state.tasks[task_id]


def _looked_at(context: Context, tx: Tx, actor: Actor, state: CaseState) -> Seen:
    case = context.catalog.case_context(tx, state, context.clock.now())
    return Seen(tx, Permissions(case, actor))
