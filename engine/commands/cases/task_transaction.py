"""One command on one task: fetched under the lock, decided by the core, recorded with what follows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.audit.act import Act, Json
from engine.calendar import deadlines
from engine.cases.context import CaseContext
from engine.cases.model import CaseState, Notice, Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.commands.cases.case_act import record
from engine.commands.inputs import whole_number
from engine.context import Context
from engine.errors import StaleVersion
from engine.organisation.model import is_acting
from engine.permissions import substitution
from engine.permissions.refusals import no_such_task
from engine.permissions.rules import Acting, Permissions
from engine.store import IdempotencyKey, Tx
from engine.views.cases import task_item


@dataclass(slots=True)
class TaskTransaction:
    """One command on one task: what it sees under the lock, and the flow that collects what it does."""

    tx: Tx
    case: CaseContext
    flow: Transition
    authority: Permissions
    task: Task
    account: str

    @property
    def before(self) -> CaseState:
        """The case as it was before the command."""
        return self.case.state

    @property
    def context(self) -> TaskContext:
        """The task as it was before the command, in its case."""
        return TaskContext(self.case, self.task)

    @property
    def now(self) -> datetime:
        return self.case.now


class TaskCommands:
    """The recipe that every command on a task follows."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def open(self, tx: Tx, account: str, task_id: str, now: datetime | None = None) -> TaskTransaction:
        """Fetch the case of a task under its lock; NotFound when this person may not open the task."""
        before = tx.case_of_task_for_update(task_id)
        if before is None:
            raise no_such_task(task_id)
        case = self.context.catalog.case_context(tx, before, now or self.context.clock.now())
        authority = Permissions(case, account)
        if not authority.opens_task(before.tasks[task_id]):
            raise no_such_task(task_id)
        return TaskTransaction(tx, case, Transition(case), authority, before.tasks[task_id], account)

    def run(
        self,
        account: str,
        task_id: str,
        verb: str,
        version: int | None,
        act: Callable[[TaskTransaction], Json],
        key: IdempotencyKey | None,
    ) -> Json:
        """Do one verb in a transaction of its own, unless it is refused or the version is an older one."""

        def work(tx: Tx) -> Json:
            turn = self.open(tx, account, task_id)
            refusal = turn.authority.refusal(verb, turn.task)
            if refusal is not None:
                refusal.throw()
            require_version(turn.task, version)
            return act(turn)

        return self.context.store.execute(work, key=key)

    def record(
        self,
        turn: TaskTransaction,
        name: str,
        *,
        reason: str | None = None,
        facts: Mapping[str, Json] | None = None,
        notices: Sequence[Notice] = (),
        files: Sequence[str] = (),
    ) -> Json:
        """Write the act with all its consequences, and bind the files that it hands in to the task.

        The answer is the task as it is now.
        """
        flow = turn.flow
        task = flow.state.tasks[turn.task.id]
        acting = turn.authority.acts_as(task, turn.task)
        act = Act(
            name=name,
            at=turn.now,
            account=turn.account,
            position=acting.position,
            acting_kind=acting.kind,
            subject=turn.task.id,
            facts={"step_id": task.step_id, "visit": task.visit, **(facts or {}), **flow.facts},
            details={"reason": reason} if reason else {},
        )
        bound = turn.tx.attached(files, case_id=turn.before.case.id, task_id=task.id)
        recorded = record(self.context, turn.tx, flow, turn.before, act, notices, bound)
        return task_item(TaskContext(flow.case.of_case(recorded), recorded.tasks[turn.task.id]))

    def shown(self, turn: TaskTransaction) -> Json:
        """The task as it is now, whatever has been recorded of its case since."""
        state = turn.tx.case_for_update(turn.before.case.id) or turn.before
        return task_item(TaskContext(turn.flow.case.of_case(state), state.tasks[turn.task.id]))


def skipped(turn: TaskTransaction, acting: Acting) -> dict[str, Json]:
    """What an event says of those who were passed over before an acting official took the task."""
    if not is_acting(acting.kind) or acting.position is None:
        return {}
    line = substitution.line_of(TaskContext(turn.case, turn.task), acting.position)
    passed = substitution.skipped_before(line, turn.account)
    return {"skipped": passed} if passed else {}


def give_back(turn: TaskTransaction, **fields: Any) -> None:
    """Take a task from its holder; what was worked so far stays in its measure."""
    task = turn.task
    calendar = turn.context.calendar
    if task.state is TaskStatus.ON_HOLD:
        task = resume_task(turn.flow, task)
    worked = calendar.between(task.claimed_at, turn.now) if task.claimed_at else 0
    given = {"claimed_at": None, "acting_kind": None, **fields}
    turn.flow.change(task, worked_minutes=task.worked_minutes + worked, **given)


def resume_task(flow: Transition, task: Task) -> Task:
    """End a hold: the deadlines move by its working minutes, which do not count as work."""
    calendar = TaskContext(flow.case, task).calendar
    held = task.held_at or flow.case.now
    minutes = calendar.between(held, flow.case.now)

    def moved(due: datetime | None) -> datetime | None:
        return deadlines.moved_by(calendar, due, held, flow.case.now) if due else None

    return flow.change(
        task,
        state=task.resume_to or TaskStatus.IN_PROGRESS,
        resume_to=None,
        held_at=None,
        held_class=None,
        held_until=None,
        hold_minutes=task.hold_minutes + (minutes if task.claimed_at else 0),
        pickup_due_at=moved(task.pickup_due_at) if task.claimed_at is None else task.pickup_due_at,
        due_at=moved(task.due_at),
    )


def require_version(task: Task, version: int | None) -> None:
    """StaleVersion when the person decided on an older version of the task."""
    if whole_number(version, "version") is not None and version != task.version:
        raise StaleVersion(
            message_id="Tugas ini sudah berubah sejak Anda membukanya. Muat ulang, lalu ulangi.",
            message_en=f"the task is at version {task.version}, not {version}",
            current={"task_id": task.id, "version": task.version, "state": task.state.value},
        )
