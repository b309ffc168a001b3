"""What the organisation of today means for open tasks that were assigned before it changed. Pure.

An assignment is a stored fact: nothing here moves one, it says what a reassessment would move.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.access.actor import Actor
from engine.cases.context import CaseContext
from engine.cases.holds import hand_on
from engine.cases.model import CaseState, CaseStatus, Task, TaskStatus
from engine.cases.new_task import candidates, seats_for, seats_of_step, seats_to_approve
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.errors import CannotBeStaffed
from engine.organisation import person_of, person_seat
from engine.permissions import substitution
from engine.permissions.visibility import Visibility
from engine.views import reassessment as views


@dataclass(frozen=True, slots=True)
class Finding:
    """An open task and what it would be today; ``why`` names every reason to show it.

    ``seats``: other seats may claim it; ``holder``: who has it holds none of them any more; ``nobody``:
    nobody could do it; ``suspended``: its case rests, so nothing moves yet.
    """

    task: Task
    seats: tuple[str, ...]
    assignee: str | None
    position: str | None
    why: tuple[views.Why, ...]

    @property
    def changes(self) -> bool:
        same = (self.seats, self.assignee, self.position) == (
            self.task.seats,
            self.task.assignee,
            self.task.position,
        )
        return not same and "suspended" not in self.why

    def shape(self, state: CaseState, number: int | None) -> views.Finding:
        """Without titles and data: who keeps the office may read it without seeing its work."""
        before, after = self.task, self
        return {
            "case_number": state.case.number,
            "task_id": before.id,
            "version": before.version,
            "step_id": before.step_id,
            "step_number": number,
            "branch": before.branch,
            "visit": before.visit,
            "before": {"seats": list(before.seats), "assignee": before.assignee, "position": before.position},
            "after": {"seats": list(after.seats), "assignee": after.assignee, "position": after.position},
            "why": list(self.why),
            "changes": self.changes,
        }


def reseat(transition: Transition, finding: Finding) -> None:
    """Give an open task the seats and the holder that a finding says; what was worked so far counts."""
    task = transition.state.tasks[finding.task.id]
    pooled = finding.assignee is None and len(finding.seats) > 1
    state = TaskStatus.READY if pooled else TaskStatus.ASSIGNED
    place = {"assignee": finding.assignee, "position": finding.position}
    if (finding.assignee, finding.position) == (task.assignee, task.position) and task.assignee:
        transition.change(task, seats=finding.seats)
    elif task.assignee is None:
        transition.change(task, seats=finding.seats, state=state, **place)
    else:
        hand_on(transition, task, seats=finding.seats, state=state, **place)


def reassessed(case: CaseContext) -> Iterator[Finding]:
    """Every open task of a case that would be different today, or that nobody can do."""
    for task in case.state.open_tasks():
        moved = _reassessed(TaskContext(case, task))
        if moved.why and moved.why != ("suspended",):
            yield moved


def stood_in(case: CaseContext) -> Iterator[Finding]:
    """Of these the tasks that nobody has, for which only the fallback of somebody who is away is new."""
    for finding in reassessed(case):
        task, context = finding.task, TaskContext(case, finding.task)
        fallbacks = (case.definition.roles[role].fallback for role in _doers(context))
        behind = {seat for role in fallbacks if role for seat in candidates(case, role, context.branch).seats}
        added = set(finding.seats) - set(task.seats)
        grows = finding.changes and task.assignee is None and set(task.seats) <= set(finding.seats)
        if grows and added and added <= behind:
            yield finding


def _doers(context: TaskContext) -> tuple[str, ...]:
    """The roles that a task is for: those of its step, or the one that approves a deviation."""
    step, approval_of = context.step, context.task.approval_of
    if approval_of is None:
        return step.doers
    return (context.case.machine.outcome_rules[step.id][approval_of].approve_by or "",)


def _reassessed(context: TaskContext) -> Finding:
    task = context.task
    today = _seats_today(context)
    seats = today or task.seats
    why: list[views.Why] = ["seats"] if set(seats) != set(task.seats) else []
    if not why:
        seats = task.seats
    assignee, position = _holder_today(context, seats)
    if (assignee, position) != (task.assignee, task.position) and task.assignee is not None:
        if today:
            why.append("holder")
        else:  # there is nobody to give it to
            assignee, position = task.assignee, task.position
            why.append("nobody")
    if "nobody" not in why and not _anyone_fit(context, seats, assignee):
        why.append("nobody")
    if why and context.state.case.state is not CaseStatus.RUNNING:
        why.append("suspended")
    return Finding(task, seats, assignee, position, tuple(why))


def _seats_today(context: TaskContext) -> tuple[str, ...]:
    """The seats that the step's role means today; empty when it means none."""
    task = context.task
    step, branch = context.step, context.branch
    try:
        if task.approval_of is None:
            seats = seats_of_step(context.case, step, branch)
        else:
            seats = seats_for(context.case, _doers(context)[0], step, branch)
            seats = seats_to_approve(context.case, seats, context.state.tasks[task.origin_id or ""])
    except CannotBeStaffed:
        return ()
    if task.group_id is not None:
        return _seats_in_group(context, seats)
    if _is_taken_over(context, seats):
        return (*seats, task.position or "")
    return seats


def _seats_in_group(context: TaskContext, seats: tuple[str, ...]) -> tuple[str, ...]:
    """Of one task per holder: its own seat while that is one, else those that no other task stands for."""
    task = context.task
    if set(task.seats) <= set(seats):
        return task.seats
    taken = {
        seat
        for other in context.state.tasks.values()
        if other.group_id == task.group_id
        for seat in other.seats
    }
    free = (seat for seat in seats if seat not in taken)
    return tuple(seat for seat in free if context.case.organisation.accounts_of(seat, context.case.local_day))


def _is_taken_over(context: TaskContext, seats: tuple[str, ...]) -> bool:
    """Whether a superior has taken the task over and still holds the position in which he did."""
    task = context.task
    position = task.position
    if position is None or position in seats or position not in task.seats or task.assignee is None:
        return False
    below = context.case.organisation.subordinates(position)
    return (
        any(seat in below for seat in seats)
        and substitution.holds(context.case, task.assignee, position) is not None
    )


def _holder_today(context: TaskContext, seats: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Who has the task and in which position; nobody where its holder has no capacity left."""
    task = context.task
    only = seats[0] if len(seats) == 1 else None
    if task.assignee is None:
        return None, None if only is None or person_of(only) else only
    organisation, day, sop = context.case.organisation, context.case.local_day, context.state.case.sop
    here = organisation.seats_of(task.assignee, day, sop)
    if task.position is None:
        if person_seat(task.assignee) in seats and person_seat(task.assignee) in here:
            return task.assignee, None
    elif task.position in seats and substitution.holds(context.case, task.assignee, task.position):
        return task.assignee, task.position
    other = next((seat for seat in seats if seat in here), None)
    if other is not None:
        return task.assignee, None if person_of(other) else other
    return None, None if only is None or person_of(only) else only


def _anyone_fit(context: TaskContext, seats: tuple[str, ...], assignee: str | None) -> bool:
    if assignee is not None and context.task.claimed_at is not None:
        return True
    accounts = (name for seat in seats for name in substitution.behind(context, seat))
    return any(_is_fit(context, seats, name) for name in dict.fromkeys(accounts))


def _is_fit(context: TaskContext, seats: tuple[str, ...], account: str) -> bool:
    ways = Visibility(context.case, Actor(account)).ways(replace(context.task, seats=seats))
    return any(capacity.refusal is None for capacity in ways)
