"""A case as it stands: case, branches and tasks as frozen values, and what one act changed in them.

The stored columns carry these field names. ``PRIVATE`` fields never enter an audit event; they stand
beside it in an erasable detail row. Everything here is pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Literal

from typing_extensions import TypeVar

from engine.audit.act import ActingKind, Change, Json

Row = TypeVar("Row", bound="CaseSummary | Branch | Visit")
CaseT = TypeVar("CaseT", bound="CaseSummary", covariant=True, default="Case")
TaskT = TypeVar("TaskT", bound="Visit", covariant=True, default="Task")


class CaseStatus(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class BranchStatus(StrEnum):
    ACTIVE = "active"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskStatus(StrEnum):
    READY = "ready"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


OPEN_TASK = frozenset({TaskStatus.READY, TaskStatus.ASSIGNED, TaskStatus.IN_PROGRESS, TaskStatus.ON_HOLD})
CLAIMABLE = frozenset({TaskStatus.READY, TaskStatus.ASSIGNED})


@dataclass(frozen=True, kw_only=True)
class CaseSummary:
    """As much of a case as lists of many cases fetch: rules and shapes for them may look at nothing else."""

    id: str
    number: str
    agency: str
    sop: str
    sop_version: str
    title: str
    period: str | None
    state: CaseStatus
    version: int = 1
    started_by: str | None


@dataclass(frozen=True, kw_only=True)
class Case(CaseSummary):
    """One run of an SOP; ``version`` grows by one with every act on the case or its tasks."""

    definition_hash: str
    result: str | None = None
    started_at: datetime
    received_at: datetime
    completed_at: datetime | None = None
    suspended_at: datetime | None = None
    fields: Mapping[str, Json] = field(default_factory=dict)
    parties: Mapping[str, Json] = field(default_factory=dict)
    values: Mapping[str, Json] = field(default_factory=dict)  # what `set` and numbering wrote
    documents: Mapping[str, Json] = field(
        default_factory=dict
    )  # document → file that a parent case passed on
    parent_id: str | None = None
    parent_task_id: str | None = None
    parent_row: str | None = None  # of the table for each of whose rows the parent started a case
    waited: bool = False  # the parent's step goes on only when this case has ended
    corrects_id: str | None = None
    deviated: bool = False


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One unit's, row's or path's part of one round of a block; ``key`` is the same in every round."""

    id: str
    case_id: str
    block: str
    round: int
    key: str
    unit: str | None = None
    item: Mapping[str, Json] | None = None
    state: BranchStatus = BranchStatus.ACTIVE
    opened_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Visit:
    """As much of a task as every list fetches: what was visited, by whom and when."""

    id: str
    case_id: str
    branch_id: str | None
    branch: str | None  # the branch's key
    step_id: str
    visit: int
    state: TaskStatus
    position: str | None = None
    acting_kind: ActingKind | None = None
    assignee: str | None = None
    ready_at: datetime
    due_at: datetime | None = None
    claimed_at: datetime | None = None
    finished_at: datetime | None = None
    reason: str | None = None
    calendar_version: str

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_TASK


@dataclass(frozen=True, kw_only=True)
class LoggedVisit(Visit):
    """As much of a task as a row of the timing log shows."""

    standard_minutes: int | None = None
    hold_minutes: int = 0
    waiting_minutes: int | None = None
    working_minutes: int | None = None
    late_minutes: int | None = None
    outcome: str | None = None
    deviation: bool = False
    escalation_stage: str | None = None  # the highest stage that people were told of


@dataclass(frozen=True, kw_only=True)
class TaskSummary(Visit):
    """As much of a task as the inbox shows, and as who may take it depends on."""

    version: int = 1
    approval_of: str | None = None  # the deviation that this task approves or refuses
    seats: tuple[str, ...] = ()
    helper: str | None = None  # the colleague whom the holder has asked for help
    helped_by: tuple[str, ...] = ()  # everybody who has helped with this visit
    waived: tuple[str, ...] = ()  # for whom the head has let go of duties kept apart
    origin_id: str | None = None  # the task whose end opened this one
    returned_by: str | None = None  # the reviewing task, when this visit is a return
    not_before: datetime | None = None
    held_until: datetime | None = None

    @property
    def starts_at(self) -> datetime:
        """From when pick-up, standard, waiting and reminders count; work counts from the claim."""
        return max(self.ready_at, self.not_before or self.ready_at)

    @property
    def doers(self) -> frozenset[str]:
        """Everybody who has done something of this visit: its holder, and who helped."""
        named = (self.assignee, self.helper, *self.helped_by)
        return frozenset(name for name in named if name is not None)


@dataclass(frozen=True, kw_only=True)
class Task(TaskSummary, LoggedVisit):
    """One visit of one step in one branch; ``seats`` (positions or ``@account``) may claim it."""

    group_id: str | None = None  # the tasks of one visit of an each_holder step
    pickup_due_at: datetime | None = None
    viewed_at: datetime | None = None
    held_at: datetime | None = None
    held_class: str | None = None
    resume_to: TaskStatus | None = None  # what a held task goes back to
    worked_minutes: int = 0  # between claim and release, before somebody else claimed
    scope: tuple[str, ...] = ()  # the branches chosen for a filtered return or a deviation
    pending_next: str | None = None  # where the case goes when the waited children have ended
    ticks: tuple[str, ...] = ()
    draft: Mapping[str, Json] | None = None
    data: Mapping[str, Json] | None = None
    replaced: Mapping[str, Json] | None = None  # what `set` has written over at its end: path → value before

    def keeps_help(self, before: "Task") -> bool:
        """Whether help goes on through a change: only while the same person holds the task in progress."""
        return self.state is TaskStatus.IN_PROGRESS and self.assignee == before.assignee

    def without_help(self) -> "Task":
        """The task with its holder alone again; who has helped is kept for duties that are kept apart."""
        if self.helper is None:
            return self
        return changed(self, helper=None, helped_by=tuple(dict.fromkeys((*self.helped_by, self.helper))))

    @property
    def ended_at(self) -> datetime:
        """When its end became known here: what an outside party did before counts from when it was due."""
        return max(self.finished_at or self.ready_at, self.ready_at)


PRIVATE: Mapping[str, frozenset[str]] = {
    "case": frozenset({"title", "fields", "parties", "values"}),
    "branch": frozenset({"item"}),
    "task": frozenset({"reason", "draft", "data", "replaced"}),
}
"""Form values, free text and names: they stand beside the event, never in it."""
ROWS = (CaseSummary, Case, Branch, Visit, LoggedVisit, TaskSummary, Task)
FIELDS: Mapping[type, tuple[str, ...]] = {kind: tuple(spec.name for spec in fields(kind)) for kind in ROWS}
"""The columns of each kind of row, in the order in which ``fetched`` takes their values."""
for _kind, _names in FIELDS.items():
    for _name in _names:
        if _name in vars(_kind):
            delattr(_kind, _name)  # a default of the class would stand in for a field that was not fetched


def fetched(kind: type[Row], values: Iterable[Any]) -> Row:
    """A row as it was fetched: it has the fields of its kind, and no default for any other."""
    row = object.__new__(kind)
    row.__dict__.update(zip(FIELDS[kind], values, strict=True))
    return row


def changed(row: Row, **fields: Any) -> Row:
    """The same row with these fields: `dataclasses.replace`, in a tenth of its time for fifty fields."""
    values = row.__dict__
    if not fields.keys() <= values.keys():
        raise TypeError(f"{type(row).__name__} has no {sorted(fields.keys() - values.keys())}")
    new = object.__new__(type(row))
    new.__dict__.update(values | fields)
    return new


@dataclass(slots=True)
class CaseState(Generic[CaseT, TaskT]):
    """One case with its branches and tasks in the order they came about; ``put`` replaces by id.

    Rows are whole unless their kind is named: ``CaseState[CaseSummary, TaskSummary]`` is one in a list.
    """

    case: CaseT
    branches: dict[str, Branch] = field(default_factory=dict)
    tasks: dict[str, TaskT] = field(default_factory=dict)

    def copy(self) -> "CaseState[CaseT, TaskT]":
        return CaseState(self.case, dict(self.branches), dict(self.tasks))

    def put(self: "CaseState", thing: Case | Branch | Task) -> None:
        match thing:
            case Case():
                self.case = thing
            case Branch():
                self.branches[thing.id] = thing
            case Task():
                self.tasks[thing.id] = thing

    def open_tasks(self) -> list[TaskT]:
        return [task for task in self.tasks.values() if task.is_open]

    def visits_of(self: "CaseState", step_id: str, branch: str | None) -> list[Task]:
        """The visits of a step in one branch (None: the main line), oldest first, approvals left out."""
        return [
            task
            for task in self.tasks.values()
            if task.step_id == step_id and task.branch == branch and task.approval_of is None
        ]

    def handed_in_before(self: "CaseState", task: Task) -> list[Task]:
        """The other visits that are completed in a task's branch and on the main line, oldest first."""
        done = (other for other in self.tasks.values() if other.state is TaskStatus.COMPLETED)
        near = [
            first
            for first in done
            if first.id != task.id and (task.branch is None or first.branch in (None, task.branch))
        ]
        return sorted(near, key=lambda task: task.ready_at)

    def current_round(self, block: str) -> list[Branch]:
        """The branches of the latest round of a block; empty when it was never entered."""
        rounds = [branch for branch in self.branches.values() if branch.block == block]
        latest = max((branch.round for branch in rounds), default=0)
        return [branch for branch in rounds if branch.round == latest]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message to one person, a consequence of one act."""

    id: str
    account: str
    kind: str  # task_new, task_returned, task_reassigned, case_finished, …
    case_id: str | None  # None for a summary over several cases
    task_id: str | None
    at: datetime
    text: str
    stage: str | None = None


def changes_between(before: CaseState | None, after: CaseState) -> list[Change]:
    """Every object that differs between two states of a case: the case first, then branches, then tasks."""
    return list(_changes(before, after))


def _changes(before: CaseState | None, after: CaseState) -> Iterator[Change]:
    if before is None or before.case != after.case:
        yield _change("case", before.case if before else None, after.case)
    old_branches: Mapping[str, Branch] = before.branches if before else {}
    for branch_id, branch in after.branches.items():
        if old_branches.get(branch_id) is not branch:
            yield _change("branch", old_branches.get(branch_id), branch)
    old_tasks: Mapping[str, Task] = before.tasks if before else {}
    for task_id, task in after.tasks.items():
        if old_tasks.get(task_id) is not task:
            yield _change("task", old_tasks.get(task_id), task)


def _change(
    kind: Literal["case", "branch", "task"], old: Case | Branch | Task | None, new: Case | Branch | Task
) -> Change:
    public: dict[str, tuple[Json, Json]] = {}
    private: dict[str, tuple[Json, Json]] = {}
    hidden = PRIVATE[kind]
    was = old.__dict__ if old is not None else {}
    for name, value in new.__dict__.items():
        previous = was.get(name)
        if old is None or (value is not previous and value != previous):
            side = private if name in hidden else public
            side[name] = (previous, value)
    return Change(kind, new.id, old is None, public, private)
