"""Whether a running case can go on under another version of its SOP, and what its open tasks become. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from engine.audit.act import Json
from engine.calendar.calendar import Calendar
from engine.cases.context import CaseContext
from engine.cases.due_dates import Times, times_at_opening, times_of_approval, times_of_visit
from engine.cases.model import BranchStatus, CaseState, CaseStatus, Task, changed
from engine.cases.task_context import TaskContext
from engine.sop.defaults import lines_of, number_on_paper
from engine.sop.model import Block, Definition, Field, Form, Step
from engine.text.bilingual import Text

Clock = Literal["keep", "full", "remaining"]
"""``keep``: deadlines stay; ``full``: the new standard from now; ``remaining``: from the opening."""
CLOCKS: tuple[Clock, ...] = get_args(Clock)
Verdict = Literal["ok", "needs_map", "blocked"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case stays on its version."""

    verdict: Verdict
    why: Text


@dataclass(frozen=True, slots=True)
class Move:
    """An open task as it is and as it becomes."""

    task: Task
    becomes: Task


@dataclass(frozen=True, slots=True)
class Migration:
    """One case between its version and another; ``new`` is its context under the other, as it stands."""

    old: CaseContext
    new: CaseContext
    steps: Mapping[str, str]
    clock: Clock

    def obstacle(self) -> Obstacle | None:
        """The first thing in the way; None where the case can move."""
        return next(self._obstacles(), None)

    def moves(self) -> list[Move]:
        """Every open task with its step and deadlines under the new version."""
        return [Move(task, self._becomes(task)) for task in self.old.state.open_tasks()]

    def to(self, step_id: str) -> str:
        return self.steps.get(step_id, step_id)

    # --- what stands in the way ---

    def _obstacles(self) -> Iterator[Obstacle]:
        state = self.old.state
        if state.case.state is not CaseStatus.RUNNING:
            yield _blocked("berkas sedang ditangguhkan; lanjutkan dahulu", "the case is suspended")
        known = {step.id for step in self.new.definition.steps}
        for task in state.tasks.values():
            if task.is_open:
                yield from self._of_open(task, known)
            elif task.step_id not in known:
                yield _blocked(
                    f"langkah {self._number(task.step_id)} sudah dikerjakan, tetapi tidak ada di versi baru",
                    f"step {task.step_id} was done and is not in the new version",
                )
            elif task.pending_next is not None and task.pending_next not in _targets(self.new.definition):
                yield _blocked(
                    "menunggu proses lain, dan langkah sesudahnya tidak ada di versi baru",
                    f"it waits for another case, and {task.pending_next} is not in the new version",
                )
        yield from self._of_blocks()
        if not self.old.definition.sla.milestones.keys() <= self.new.definition.sla.milestones.keys():
            yield _blocked("tonggak waktu tidak ada di versi baru", "a milestone is not in the new version")

    def _of_open(self, task: Task, known: set[str]) -> Iterator[Obstacle]:
        number, to = self._number(task.step_id), self.to(task.step_id)
        if to not in known:
            yield Obstacle(
                "needs_map",
                Text(
                    f"langkah {number} sedang berjalan, tetapi tidak ada di versi baru; pasangkan"
                    f" {task.step_id}=langkah penggantinya",
                    f"step {task.step_id} is open and not in the new version; map it",
                ),
            )
            return
        old, new = self.old.definition.step(task.step_id), self.new.definition.step(to)
        if self.old.definition.block_of(old.id) != self.new.definition.block_of(new.id):
            yield _blocked(
                f"langkah {number} berada di bagian sejajar lain pada versi baru",
                f"step {task.step_id} stands in another block",
            )
        if task.approval_of is not None and task.approval_of not in self.new.machine.outcome_rules[to]:
            yield _blocked(
                f"penyimpangan pada langkah {number} menunggu persetujuan, tetapi tidak ada di versi baru",
                f"the deviation {task.approval_of} waits for approval and is not in the new version",
            )
        if task.group_id is not None and (old.assign, old.decide, old.executor) != (
            new.assign,
            new.decide,
            new.executor,
        ):
            yield _blocked(
                f"langkah {number} dikerjakan bersama, dan cara memutuskannya berubah",
                f"step {task.step_id} is done by several holders, and how they decide differs",
            )
        misfit = _misfit(task.draft, self._form(self.old, old), self._form(self.new, new))
        if misfit is not None:
            yield _blocked(
                f'isian "{misfit}" pada rancangan langkah {number} tidak cocok dengan formulir baru',
                f"the draft of step {task.step_id} does not fit the new form: {misfit}",
            )

    def _of_blocks(self) -> Iterator[Obstacle]:
        for name, block in self.old.definition.blocks.items():
            running = any(
                branch.state is BranchStatus.ACTIVE for branch in self.old.state.current_round(name)
            )
            other = self.new.definition.blocks.get(name)
            if running and (other is None or self._shape(block) != self._shape(other, is_new=True)):
                yield _blocked(
                    f"bagian sejajar {block.label or name} sedang berjalan dan bentuknya berubah",
                    f"block {name} is open and of another shape in the new version",
                )

    def _shape(self, block: Block, *, is_new: bool = False) -> tuple[Any, ...]:
        lines = tuple(tuple(step if is_new else self.to(step) for step in line) for line in lines_of(block))
        return block.for_each, lines, block.join

    def _number(self, step_id: str) -> str:
        return number_on_paper(self.old.definition.step(step_id))

    def _form(self, context: CaseContext, step: Step) -> Form | None:
        return context.definition.forms.get(step.form or "")

    # --- what becomes of the tasks ---

    def renamed(self) -> CaseState:
        """The case under the new version, its open tasks at their steps there, with their old deadlines."""
        state = self.new.state.copy()
        for task in self.old.state.open_tasks():
            to = self.to(task.step_id)
            if to != task.step_id:
                earlier = [visit.visit for visit in state.visits_of(to, task.branch)]
                state.put(changed(task, step_id=to, visit=max(earlier, default=0) + 1))
        return state

    def _becomes(self, task: Task) -> Task:
        context = TaskContext(self.new.of_case(self.renamed()), self.renamed().tasks[task.id])
        moved, calendar = context.task, context.calendar
        if self.clock == "keep":
            return moved
        times = self._from_now(context) if self.clock == "full" else times_at_opening(context)
        nothing = Times(None, None, None, None)
        then = nothing if self.clock == "full" else times_at_opening(TaskContext(self.old, task))

        def at(stored: datetime | None, was: datetime | None, becomes: datetime | None) -> datetime | None:
            return _later(calendar, stored, was, becomes)

        return changed(
            moved,
            not_before=times.not_before,
            pickup_due_at=at(task.pickup_due_at, then.pickup_due_at, times.pickup_due_at),
            due_at=at(task.due_at, then.due_at, times.due_at),
            standard_minutes=times.standard_minutes,
            calendar_version=calendar.version,
        )

    def _from_now(self, context: TaskContext) -> Times:
        task, step, branch = context.task, context.step, context.branch
        if task.approval_of is not None:
            return times_of_approval(context.case, step, branch)
        state = context.case.state.copy()
        del state.tasks[task.id]
        visits = state.visits_of(step.id, task.branch)
        returned = task.returned_by is not None
        return times_of_visit(context.case.of_case(state), step, branch, visits, returned=returned)


def _later(
    calendar: Calendar, stored: datetime | None, was: datetime | None, becomes: datetime | None
) -> datetime | None:
    """A new deadline, with the working minutes that holds have added to the old one."""
    if becomes is None or stored is None or was is None or stored <= was:
        return becomes
    return calendar.add(becomes, calendar.between(was, stored)).astimezone(UTC)


def _targets(definition: Definition) -> set[str]:
    return {"join", "end", *definition.blocks, *(step.id for step in definition.steps)}


def _misfit(draft: Mapping[str, Json] | None, old: Form | None, new: Form | None) -> str | None:
    """The first field with a value in a draft that the new form does not take as the old one did."""
    filled = {name for name, value in (draft or {}).items() if value not in (None, "", [], {})}
    before = {field.id: field for field in old.fields} if old else {}
    after = {field.id: field for field in new.fields} if new else {}
    for name in sorted(filled):
        if name in before and (name not in after or not _takes(after[name], before[name])):
            return before[name].label
    return None


def _takes(new: Field, old: Field) -> bool:
    columns = {column.id: column for column in new.columns}
    return (
        new.type == old.type
        and set(old.options) <= set(new.options)
        and set(old.items) <= set(new.items)
        and all(column.id in columns and _takes(columns[column.id], column) for column in old.columns)
    )


def _blocked(said: str, english: str) -> Obstacle:
    return Obstacle("blocked", Text(said, english))
