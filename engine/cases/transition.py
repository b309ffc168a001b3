"""How a case moves: every consequence of one act, collected on a working copy of the case. Pure.

What a step leads to is the machine's word; who a new visit is for is decided in ``opening``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.audit.act import Json
from engine.cases.assignments import numbered, value_at, written
from engine.cases.branches import branches_to_open
from engine.cases.child_cases import ChildStart, child_starts
from engine.cases.context import CaseContext
from engine.cases.decision import group_outcome, outcome_of, result_of
from engine.cases.expression_values import ExpressionValues, at_the_end, title_of
from engine.cases.lines import line_of, may_enter
from engine.cases.model import Branch, BranchStatus, Case, CaseState, CaseStatus, Task, TaskStatus, changed
from engine.cases.new_task import (
    TaskCause,
    approval_task,
    new_tasks,
    seats_for,
    seats_to_approve,
    task_of_system,
    visits_again,
)
from engine.cases.recall import source_of
from engine.cases.register_writes import REGISTERS, RegisterUse, planned
from engine.cases.task_context import TaskContext
from engine.cases.team_terms import PlannedTerm, planned_term
from engine.errors import ConditionNotMet
from engine.sop.exits import StartSop
from engine.sop.expressions.expression import EvaluationError, expression
from engine.sop.machine import END, JOIN, OutcomeRule
from engine.sop.model import Step
from engine.text.bilingual import Text


class Transition:
    """One act on one case: ``state`` is the working copy, the lists are what else has to happen."""

    def __init__(self, case: CaseContext) -> None:
        self.case = case.of_case(case.state.copy())
        self.opened: list[Task] = []
        self.told: list[tuple[str, Task]] = []  # (role, task) that an exit notifies
        self.children: list[ChildStart] = []
        self.in_vain: list[Case] = []  # child cases for which their step is asked for again
        self.registers = RegisterUse()
        self.appointed: list[PlannedTerm] = []
        self.help_ended: list[Task] = []  # as they stood while somebody helped
        self.facts: dict[str, Any] = {}  # what the event records beside the changes
        self._passed: set[tuple[str, str | None]] = set()

    @property
    def state(self) -> CaseState:
        """The working copy."""
        return self.case.state

    # --- what an act does ---

    def start(self) -> None:
        """Open the first step, for whoever started the case, or the block that it belongs to."""
        first = self.case.definition.steps[0].id
        block = self.case.definition.block_of(first)
        if block is None:
            self._enter(first, None, TaskCause(origin=None))
        else:
            self._open_round(block, None, None)

    def leave(self, task: Task, rule: OutcomeRule, target: str) -> None:
        """Everything that follows when a task, already completed, has been left through an exit."""
        if rule.deviation:
            self.state.put(changed(self.state.case, deviated=True))
        if task.group_id:
            decision = self._decision(task, rule, target)
            if decision is None:
                return
            rule, target = decision
        branch = self._branch_of(task)
        self._write(rule.set or {}, task, branch)
        if rule.write:
            self.registers.writes += planned(rule.write, at_the_end(self.case, task, branch), "complete")
        if rule.appoint is not None:
            term = planned_term(rule.appoint, at_the_end(self.case, task, branch), self.case.local_day)
            self.appointed.append(term)
        self.told += [(role, task) for role in rule.notify]
        if self._start_children(rule.start_sop, task, branch):
            self.change(task, pending_next=target)
            return
        self._go(target, task, rule)

    def ask_approval(self, task: Task, rule: OutcomeRule) -> None:
        """Open the task that approves or refuses the deviation by which ``task`` was left."""
        self.state.put(changed(self.state.case, deviated=True))
        definition, branch = self.case.definition, self._branch_of(task)
        block = rule.to if rule.to in definition.blocks else definition.block_of(rule.to)
        if block and task.scope:  # whoever approves should not find out that it cannot be
            branches_to_open(self.case, block, task.scope, rule.branches)
        step = definition.step(task.step_id)
        seats = seats_for(self.case, rule.approve_by or "", step, branch)
        seats = seats_to_approve(self.case, seats, task)
        self._open([approval_task(self.case, seats, task, branch)])

    def reopen(self, task: Task, *, origin: Task | None, returned: bool) -> None:
        """A new visit of a task's step for the person who did it."""
        step, branch = self.case.definition.step(task.step_id), self._branch_of(task)
        why = TaskCause(origin=origin, returned=returned, last_executor=True)
        if task.approval_of is not None:
            asked = self.state.tasks[task.origin_id or ""]
            self._open([approval_task(self.case, task.seats, asked, branch)])
        elif task.group_id is not None:
            self._open(visits_again(TaskContext(self.case, task), why))
        else:
            self._open(new_tasks(self.case, step, branch, why))

    def go_on(self, task: Task) -> None:
        """Go on where a task waited for its child cases."""
        target = task.pending_next
        if target is not None:
            waited = self.change(task, pending_next=None)
            outcome = outcome_of(self.case.definition, self.state, task)
            self._go(target, waited, self.case.machine.outcome_rules[task.step_id][outcome])

    def again(self, task: Task, in_vain: Sequence[Case]) -> None:
        """Ask once more for a step whose child cases were cancelled or ended in vain."""
        waited = self.change(task, pending_next=None)
        self.in_vain += in_vain
        if self.case.definition.step(task.step_id).kind == "auto":
            self._enter(task.step_id, self._branch_of(waited), TaskCause(origin=waited))
        else:
            self.reopen(waited, origin=waited, returned=False)

    def bring_back(self, values: Mapping[str, Json]) -> None:
        """Write what a child case gives back."""
        for path, value in values.items():
            self._put_value(path, value.isoformat() if isinstance(value, datetime) else value, None)

    def change(self, task: Task, **fields: Any) -> Task:
        """Put a changed task; its version grows by one. Help ends with what takes it from its holder."""
        before = self.state.tasks[task.id]
        new = changed(before, version=before.version + 1, **fields)
        if new.helper and not new.keeps_help(before):
            new = new.without_help()
            self.help_ended.append(before)
            self.facts.setdefault("help_ended", []).append({"task": task.id, "helper": before.helper})
        self.state.put(new)
        return new

    def close(self, status: CaseStatus, result: str | None = None) -> None:
        """End the case: nothing of it is open any more, and it waits for nobody."""
        for branch in list(self.state.branches.values()):
            if branch.state is BranchStatus.ACTIVE:
                self.drop_branch(branch)
        self._stop(list(self.state.tasks.values()))
        self.state.put(changed(self.state.case, state=status, result=result, completed_at=self.case.now))

    def drop_branch(self, branch: Branch) -> None:
        self.state.put(changed(branch, state=BranchStatus.CANCELLED, done_at=self.case.now))
        self._stop([task for task in self.state.tasks.values() if task.branch_id == branch.id])

    def cancel_task(self, task: Task) -> None:
        self.change(task, state=TaskStatus.CANCELLED, finished_at=self.case.now, held_at=None)

    def _stop(self, tasks: Sequence[Task]) -> None:
        """Cancel what is open, and let what waits for child cases wait no longer."""
        for task in tasks:
            if task.is_open:
                self.cancel_task(task)
            elif task.pending_next is not None:
                self.change(task, pending_next=None)

    def settled(self) -> CaseState:
        """The state to record: the case's title and version follow from everything else."""
        title = title_of(self.case.definition, ExpressionValues(self.case))
        self.state.put(changed(self.state.case, title=title))
        return self.state

    # --- moving on ---

    def _go(self, target: str, task: Task, rule: OutcomeRule) -> None:
        """Go where an exit leads; whoever jumps out of a block leaves it for good."""
        branch, definition = self._branch_of(task), self.case.definition
        if target in (END, JOIN):
            self._follow(target, branch, task)
            return
        block = target if target in definition.blocks else definition.block_of(target)
        entry = target if target != block else None
        if entry and branch and branch.block == block:
            self._enter(entry, branch, self._why(entry, task, rule))
            return
        self._drop_round(branch)
        if block is None:
            self._enter(target, None, self._why(target, task, rule))
        else:
            self._open_round(block, task, rule, entry)

    def _follow(self, target: str, branch: Branch | None, origin: Task | None) -> None:
        """Go on where a skipped step, a joined block or a plain end leads."""
        if target == END:
            self.close(CaseStatus.COMPLETED, result_of(self.case))
        elif target == JOIN:
            self._join(branch, origin)
        elif target in self.case.definition.blocks:
            self._open_round(target, origin, None)
        else:
            self._enter(target, branch, TaskCause(origin=origin))

    def _why(self, target: str, task: Task, rule: OutcomeRule) -> TaskCause:
        order = [step.id for step in self.case.definition.steps]
        backwards = order.index(target) <= order.index(task.step_id)
        return TaskCause(origin=task, returned=rule.returns, last_executor=rule.last_executor or backwards)

    def _enter(self, step_id: str, branch: Branch | None, why: TaskCause) -> None:
        """Open a step, or pass it when its ``when`` is false or the system does it itself."""
        place = (step_id, branch.id if branch else None)
        step = self.case.definition.step(step_id)
        if self._applies(step, branch):
            if step.kind != "auto":
                self._open(new_tasks(self.case, step, branch, why))
                return
            self._mark(place)
            task = self._done_by_system(step, branch, why)
            self.leave(task, self.case.machine.outcome_rules[step_id][None], step.next or END)
            return
        self._mark(place)
        skipped = {"step_id": step.id, "branch": branch.key if branch else None}
        self.facts.setdefault("not_applicable", []).append(skipped)
        self._follow(step.next or END, branch, why.origin)

    def _mark(self, place: tuple[str, str | None]) -> None:
        if place in self._passed:
            raise ConditionNotMet(
                Text(
                    f"Langkah {place[0]} berputar tanpa ada yang mengerjakan; periksa when dan next.",
                    f"step {place[0]!r} is passed twice in one act: nothing stops its loop",
                )
            )
        self._passed.add(place)

    def _applies(self, step: Step, branch: Branch | None) -> bool:
        """``when`` of a step; one that fails at run time counts as true and is flagged."""
        if step.when is None:
            return True
        try:
            return expression(step.when).is_true(ExpressionValues(self.case, branch=branch, step=step))
        except EvaluationError as error:
            failed = {"step_id": step.id, "why": error.message.english}
            self.facts.setdefault("when_failed", []).append(failed)
            return True

    def _open(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            self.state.put(task)
        self.opened += tasks

    def _done_by_system(self, step: Step, branch: Branch | None, why: TaskCause) -> Task:
        task = task_of_system(self.case, step, branch, why)
        self.state.put(task)
        self.told += [(role, task) for role in (*step.participants, *step.informed)]
        if step.numbering:
            path, number = numbered(step.numbering, self.case)
            self._put_value(path, number, branch)
            self.facts.setdefault("numbers", {})[path] = number
        return task

    # --- blocks ---

    def _open_round(
        self, block_id: str, task: Task | None, rule: OutcomeRule | None, entry: str | None = None
    ) -> None:
        self._mark((block_id, None))
        chosen = task.scope if task and rule and (rule.selected_branches or rule.branches) else ()
        filter_ = rule.branches if rule else None
        number, specs = branches_to_open(self.case, block_id, chosen, filter_)
        lines = self.case.definition.blocks[block_id].branches
        entries = {step: line[0] for line in lines for step in line}
        why = TaskCause(origin=task, last_executor=number > 1, returned=bool(rule and rule.returns))
        opened = [
            (
                Branch(
                    id=self.case.new_id(),
                    case_id=self.state.case.id,
                    block=block_id,
                    round=number,
                    key=spec.key,
                    unit=spec.unit,
                    item=spec.item,
                    opened_at=self.case.now,
                ),
                entry if entry and entries.get(entry, spec.key) == spec.key else spec.entry,
            )
            for spec in specs
        ]
        # Every branch stands before the first one is entered: one that is done at once must not join alone.
        for branch, _ in opened:
            self.state.put(branch)
        for branch, first in opened:
            if not self.case.definition.step(first).after:
                self._enter(first, branch, why)
        self._enter_lines(block_id, why)

    def _enter_lines(self, block_id: str, why: TaskCause) -> bool:
        """Enter the lines of a block that come after others, once those are done; whether there were any."""
        entered, definition = False, self.case.definition
        for branch in self.state.current_round(block_id):
            line, now = line_of(definition, branch), self.state.branches[branch.id]
            if definition.step(line).after and may_enter(definition, self.state, now):
                entered = True
                self._enter(line, now, why)
        return entered

    def _join(self, branch: Branch | None, task: Task | None) -> None:
        """A branch is done; the last one of its round lets the case go on, exactly once."""
        if branch is None:
            raise ConditionNotMet(
                Text(
                    "Langkah ini tidak berada di dalam cabang, sehingga tidak dapat bergabung.",
                    "join outside a branch",
                )
            )
        self.state.put(
            changed(self.state.branches[branch.id], state=BranchStatus.DONE, done_at=self.case.now)
        )
        if self._enter_lines(branch.block, TaskCause(origin=task, last_executor=branch.round > 1)):
            return  # whoever is the last of them goes on
        if any(sibling.state is BranchStatus.ACTIVE for sibling in self.state.current_round(branch.block)):
            return
        self._follow(self.case.definition.blocks[branch.block].next or END, None, task)

    def _drop_round(self, branch: Branch | None) -> None:
        """Leave a block for good: its open branches and their tasks are cancelled."""
        for sibling in self.state.current_round(branch.block) if branch else ():
            if sibling.state is BranchStatus.ACTIVE:
                self.drop_branch(sibling)

    def _branch_of(self, task: Task) -> Branch | None:
        return self.state.branches.get(task.branch_id) if task.branch_id else None

    def _decision(self, task: Task, rule: OutcomeRule, target: str) -> tuple[OutcomeRule, str] | None:
        """Which way ``each_holder`` goes on, None while others may speak; a return decides at once."""
        others = [
            other
            for other in self.state.open_tasks()
            if other.group_id == task.group_id and other.id != task.id
        ]
        decide = self.case.definition.step(task.step_id).decide
        if not (rule.returns or rule.deviation):
            if decide is None:
                return None if others else (rule, target)
            outcome = group_outcome(decide, self.state, task.group_id or "")
            if outcome is None:
                return None
            self.facts["decided"] = outcome
            rule = self.case.machine.outcome_rules[task.step_id][outcome]
            target = rule.to
        for other in others:
            self.cancel_task(other)
        return rule, target

    # --- the rest of what an exit does ---

    def _write(self, settings: Mapping[str, Any], task: Task, branch: Branch | None) -> None:
        if settings:
            place = at_the_end(self.case, task, branch)
            before = {path: value_at(self.state, path, branch) for path in settings}
            self.state.put(changed(self.state.tasks[task.id], replaced=before))
            for path, value in settings.items():
                self._put_value(path, written(self.case, task.step_id, value, place, self.facts), branch)

    def put_back(self, task: Task) -> None:
        """Write again what the end of a task has written over."""
        ended = source_of(self.state, task)
        replaced = dict(ended.replaced or {})
        self.registers.taken_back = replaced.pop(REGISTERS, {})
        for path, value in replaced.items():
            self._put_value(path, value, self._branch_of(ended))
        self.state.put(changed(ended, replaced=None))

    def _put_value(self, path: str, value: Json, branch: Branch | None) -> None:
        root, _, name = path.rpartition(".")
        if root == "case" or branch is None:
            case = self.state.case
            self.state.put(changed(case, values={**case.values, name: value}))
        else:
            current = self.state.branches[branch.id]
            self.state.put(changed(current, item={**(current.item or {}), name: value}))

    def _start_children(self, starts: Sequence[StartSop], task: Task, branch: Branch | None) -> bool:
        """Note the cases to start; True where one has to end first."""
        started = child_starts(self.case, starts, task, at_the_end(self.case, task, branch)) if starts else []
        self.children += started
        return any(child_start.wait for child_start in started)
