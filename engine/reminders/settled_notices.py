"""Which notices and letters ask for nothing any more: their task has ended, or somebody else has it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.cases.context import CaseContext
from engine.cases.model import CaseState, Notice, Task
from engine.cases.task_context import TaskContext
from engine.permissions import substitution

ASKS = frozenset({"task_new", "task_returned", "task_reassigned"})
NOT_PICKED_UP = "not_picked_up"
URGES = frozenset({"reminder", "overdue", NOT_PICKED_UP, "escalation"})


@dataclass(frozen=True, slots=True)
class Settled:
    """Notices of one task that ask for nothing any more: some kinds of one person, others of everybody."""

    account: str
    task_id: str
    kinds: frozenset[str]
    of_all: frozenset[str] = frozenset()


def is_settled(context: TaskContext, notice: Notice, read: bool = False) -> bool:
    """Whether what a notice asks for is no longer asked: its task has ended, or somebody else took it.

    ``read``: by its reader, or because an act has settled it.
    """
    task = context.task
    elsewhere = not task.is_open or task.assignee not in (None, notice.account)
    if read and elsewhere and notice.kind in ASKS | URGES:
        return True
    if notice.kind in URGES:
        return not task.is_open or (notice.kind == NOT_PICKED_UP and task.claimed_at is not None)
    if notice.kind not in ASKS:
        return False
    case = context.case
    could = case.organisation.people_of(task.seats, case.local_day, case.definition.id)
    if notice.account not in could:
        return False  # for information only
    return not task.is_open or (notice.kind == "task_new" and elsewhere)


def settled(case: CaseContext, before: CaseState | None) -> Iterator[Settled]:
    """Whose unread notices ask for nothing any more: of tasks that this act ended, began or handed on."""
    if before is None:
        return
    for old in before.open_tasks():
        task = case.state.tasks[old.id]
        begun = task.claimed_at is not None and old.claimed_at is None
        moved = task.assignee != old.assignee
        helped = {old.helper} - {task.helper, None}
        people: set[str | None] = {old.assignee} if moved else set()
        kinds, of_all = ASKS | URGES, frozenset[str]()
        if not task.is_open:
            people, of_all = {*_asked(case, before, old), old.assignee}, URGES
        elif old.assignee is None and (begun or moved):
            people, kinds = set(_asked(case, before, old)), frozenset({"task_new"})
        if begun and task.is_open:
            of_all = frozenset({NOT_PICKED_UP})
        people -= {None, task.assignee if task.is_open else None}
        for account in sorted(filter(None, people)):
            yield Settled(account, old.id, kinds, of_all)
        for helper in sorted(filter(None, helped)):
            yield Settled(helper, old.id, ASKS, of_all)
        if of_all and not people | helped:
            yield Settled("", old.id, frozenset(), of_all)


def _asked(case: CaseContext, before: CaseState, old: Task) -> set[str]:
    """Everybody whom an open task called on, as it stood before the act."""
    seats = case.organisation.people_of(old.seats, case.local_day, case.definition.id)
    return {*seats, *substitution.addressed(TaskContext(case.of_case(before), old))}
