"""Who may take a task, and in which capacity. Pure; it looks at summaries alone, so lists ask it, too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.access.actor import Actor
from engine.audit.act import ActingKind
from engine.cases.context import SummaryContext
from engine.cases.model import CaseStatus, TaskStatus, TaskSummary
from engine.cases.task_context import TaskContext
from engine.organisation import Holding, Organisation, person_seat
from engine.organisation.model import KIND_ORDER
from engine.permissions import refusals, separation_of_duties, substitution
from engine.permissions.refusals import Refusal
from engine.permissions.verbs import TASK_VERBS, Rule, Verb


@dataclass(frozen=True, slots=True)
class Capacity:
    """A capacity in which somebody could take a task (in person: None), and what is against it."""

    holding: Holding | None
    refusal: Refusal | None


class Eligibility:
    """Whether one person may take the tasks of one case now."""

    def __init__(self, case: SummaryContext, actor: Actor) -> None:
        self.case = case
        self.state = case.state
        self.actor = actor
        self.account = actor.account
        self.organisation: Organisation = case.organisation
        self.day = case.local_day
        self.sop = case.state.case.sop
        self.seats = self.organisation.seats_of(actor.account, self.day, self.sop)

    @cached_property
    def _held(self) -> tuple[Holding, ...]:
        return self.organisation.held_by(self.account, self.day, self.sop)

    @cached_property
    def _reserve(self) -> tuple[Holding, ...]:
        """The mandates by which this person comes after whoever is in charge."""
        return self.organisation.reserve_of(self.account, self.day, self.sop)

    def _has_part_in(self, task: TaskSummary) -> bool:
        return self.account == task.assignee or self.is_candidate(task)

    def ways(self, task: TaskSummary) -> list[Capacity]:
        """In which capacities this person could take the task, the strongest first, and what is against each.

        Down the line of substitutes: one before him who is fit and there leaves him no way.
        """
        capacities: list[Capacity] = []
        if person_seat(self.account) in task.seats and person_seat(self.account) in self.seats:
            capacities.append(Capacity(None, self._unfit(task, None)))
        holdings = [holding for holding in (*self._held, *self._reserve) if holding.position in task.seats]
        for holding in sorted(holdings, key=lambda holding: KIND_ORDER[holding.kind]):
            if holding.is_acting:
                capacities += self._way_down_the_line(task, holding)
            else:
                capacities.append(Capacity(holding, self._unfit(task, holding.kind)))
        return capacities

    def _way_down_the_line(self, task: TaskSummary, holding: Holding) -> Iterator[Capacity]:
        line = substitution.line_of(TaskContext(self.case, task), holding.position)
        for substitute in line:
            if substitute.holding == holding and substitute.standing not in ("away", "next"):
                yield Capacity(holding, substitution.refusal_of(self.case, line, substitute))

    def is_candidate(self, task: TaskSummary) -> bool:
        """Whether the task waits for this person among others."""
        return not self.seats.isdisjoint(task.seats) or bool(self.ways(task))

    def capacities(self, task: TaskSummary) -> list[Holding]:
        """The holdings by which this person is a candidate of the task, the strongest first."""
        return [
            capacity.holding for capacity in self.ways(task) if capacity.holding and capacity.refusal is None
        ]

    def _unfit(self, task: TaskSummary, kind: ActingKind | None) -> Refusal | None:
        return separation_of_duties.unfit(TaskContext(self.case, task), self.account, kind)

    # --- what is refused, and why ---

    def refusal_to_take(self, verb: Verb, task: TaskSummary) -> Refusal | None:
        """None when a verb by which one takes a task is allowed now; else the first reason against it."""
        rule = self._stand_in if TASK_VERBS[verb].who is Rule.STAND_IN else self._candidate
        return self.refusal_of_all() or rule(verb, task) or self.unread()

    def unread(self) -> Refusal | None:
        """Why somebody who has not read the version may not begin to work by it."""
        definition = self.case.definition
        return refusals.unread(definition) if self.case.unread_by(self.account) else None

    def refusal_of_all(self) -> Refusal | None:
        """Why this person may not do anything to any task of the case now."""
        person = self.organisation.account(self.account)
        if person is not None and not person.takes_part:
            return refusals.takes_no_part(person.system_roles)
        if self.state.case.state is not CaseStatus.RUNNING:
            return refusals.case_not_running(self.state.case)
        return None

    def _candidate(self, verb: Verb, task: TaskSummary) -> Refusal | None:
        ways = self.ways(task)
        if task.is_open and not self._has_part_in(task):
            # Who sees a task that is assigned elsewhere is told whose it is: the world moved on.
            taken = task.state is TaskStatus.ASSIGNED
            return (
                refusals.assigned_to_others(task, self.organisation)
                if taken
                else refusals.not_a_candidate(task, self.organisation)
            )
        if task.state in (TaskStatus.IN_PROGRESS, TaskStatus.ON_HOLD) and task.assignee != self.account:
            return refusals.already_claimed(task, self.organisation)
        if task.state not in TASK_VERBS[verb].states:
            return refusals.wrong_state(verb, task)
        if task.assignee is not None and task.assignee != self.account:
            return refusals.already_claimed(task, self.organisation)
        return _first_refusal(ways) if ways else refusals.not_a_candidate(task, self.organisation)

    def unfit(self, task: TaskSummary) -> Refusal | None:
        """Why a candidate may not take this task after all: duties kept apart, or a strategic step."""
        return _first_refusal(self.ways(task))

    def _stand_in(self, verb: Verb, task: TaskSummary) -> Refusal | None:
        if task.state not in TASK_VERBS[verb].states or task.assignee is None:
            return refusals.wrong_state(verb, task)
        if task.position is None:
            return refusals.held_in_person(task)
        held = substitution.holds(self.case, task.assignee, task.position)
        if held is not None and not self.organisation.is_absent(task.assignee, self.day):
            return refusals.still_there(task, self.organisation)
        ways = self.ways_instead(task)
        if not ways or task.assignee == self.account:
            return refusals.not_in_charge(self.organisation.label_of(task.position))
        return _first_refusal(ways)

    def ways_instead(self, task: TaskSummary) -> list[Capacity]:
        """In which capacities this person may take the place of the task's holder.

        While the holder still holds the position that is for acting officials alone.
        """
        position, assignee = task.position or "", task.assignee or ""
        gone = substitution.holds(self.case, assignee, position) is None
        ways = (
            capacity
            for capacity in self.ways(task)
            if capacity.holding and capacity.holding.position == position
        )
        return [capacity for capacity in ways if gone or (capacity.holding and capacity.holding.is_acting)]


def _first_refusal(ways: Sequence[Capacity]) -> Refusal | None:
    """What is against every way; None where one is free."""
    against = [capacity.refusal for capacity in ways if capacity.refusal is not None]
    return against[0] if against and len(against) == len(ways) else None
