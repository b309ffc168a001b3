"""One command on one task: fetched under the lock, decided by the core, recorded with what follows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.access.actor import Actor
from engine.audit.act import Act, Json
from engine.cases.context import CaseContext
from engine.cases.model import CaseState, Notice, Task
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
from engine.permissions.verbs import Verb
from engine.store import IdempotencyKey, Tx
from engine.text.bilingual import Text
from engine.views.audit import Facts
from engine.views.tasks import TaskItem, task_item_of


@dataclass(slots=True)
class TaskTransaction:
    """One command on one task: what it sees under the lock, and the transition that collects what it does."""

    tx: Tx
    case: CaseContext
    transition: Transition
    permissions: Permissions
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
    def after(self) -> TaskContext:
        """The task as the command has left it so far, in its case."""
        return TaskContext(self.transition.case, self.transition.state.tasks[self.task.id])

    @property
    def now(self) -> datetime:
        return self.case.now


class TaskCommands:
    """The recipe that every command on a task follows."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def open(self, tx: Tx, actor: Actor, task_id: str, now: datetime | None = None) -> TaskTransaction:
        """Fetch the case of a task under its lock; NotFound when this person may not open the task."""
        before = tx.cases.of_task_for_update(task_id)
        if before is None:
            raise no_such_task(task_id)
        case = self.context.catalog.case_context(tx, before, now or self.context.clock.now())
        permissions = Permissions(case, actor)
        if not permissions.opens_task(before.tasks[task_id]):
            raise no_such_task(task_id)
        return TaskTransaction(tx, case, Transition(case), permissions, before.tasks[task_id], actor.account)

    def run(
        self,
        actor: Actor,
        task_id: str,
        verb: Verb,
        version: int | None,
        act: Callable[[TaskTransaction], TaskItem],
        key: IdempotencyKey | None,
    ) -> TaskItem:
        """Do one verb in a transaction of its own, unless it is refused or the version is an older one."""

        def work(tx: Tx) -> TaskItem:
            task_transaction = self.open(tx, actor, task_id)
            refusal = task_transaction.permissions.refusal(verb, task_transaction.task)
            if refusal is not None:
                refusal.throw()
            require_version(task_transaction.task, version)
            return act(task_transaction)

        return self.context.store.execute(work, key=key)

    def record(
        self,
        task_transaction: TaskTransaction,
        name: str,
        *,
        reason: str | None = None,
        facts: Mapping[str, Json] | None = None,
        notices: Sequence[Notice] = (),
        files: Sequence[str] = (),
    ) -> TaskItem:
        """Write the act with all its consequences, and bind the files that it hands in to the task.

        The answer is the task as it is now.
        """
        transition = task_transaction.transition
        task = transition.state.tasks[task_transaction.task.id]
        acting = task_transaction.permissions.acts_as(task, task_transaction.task)
        handed_in = task_transaction.tx.uploads.unbound(files)
        act = Act(
            name=name,
            at=task_transaction.now,
            account=task_transaction.account,
            position=acting.position,
            acting_kind=acting.kind,
            subject=task_transaction.task.id,
            facts={
                "step_id": task.step_id,
                "visit": task.visit,
                **(facts or {}),
                **transition.facts,
                **({"files": {file.id: file.sha256 for file in handed_in}} if handed_in else {}),
            },
            details={
                **({"reason": reason} if reason else {}),
                **({"files": {file.id: file.told for file in handed_in}} if handed_in else {}),
            },
        )
        bound = task_transaction.tx.uploads.attached(
            files, case_id=task_transaction.before.case.id, task_id=task.id
        )
        recorded = record(
            self.context, task_transaction.tx, transition, task_transaction.before, act, notices, bound
        )
        return task_item_of(
            TaskContext(transition.case.of_case(recorded), recorded.tasks[task_transaction.task.id])
        )

    def shown(self, task_transaction: TaskTransaction) -> TaskItem:
        """The task as it is now, whatever has been recorded of its case since."""
        state = (
            task_transaction.tx.cases.for_update(task_transaction.before.case.id) or task_transaction.before
        )
        return task_item_of(
            TaskContext(
                task_transaction.transition.case.of_case(state), state.tasks[task_transaction.task.id]
            )
        )


def skipped(task_transaction: TaskTransaction, acting: Acting) -> Facts:
    """What an event says of those who were passed over before an acting official took the task."""
    if not is_acting(acting.kind) or acting.position is None:
        return {}
    line = substitution.line_of(TaskContext(task_transaction.case, task_transaction.task), acting.position)
    passed = substitution.skipped_before(line, task_transaction.account)
    return {"skipped": passed} if passed else {}


def require_version(task: Task, version: int | None) -> None:
    """StaleVersion when the person decided on an older version of the task."""
    if whole_number(version, "version") is not None and version != task.version:
        raise StaleVersion(
            Text(
                "Tugas ini sudah berubah sejak Anda membukanya. Muat ulang, lalu ulangi.",
                f"the task is at version {task.version}, not {version}",
            ),
            current={"task_id": task.id, "version": task.version, "state": task.state.value},
        )
