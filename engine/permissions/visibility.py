"""Whom a case and its tasks concern: who sees them. Pure."""

from collections.abc import Sequence
from functools import cached_property

from engine.cases.context import CaseContext
from engine.cases.model import CaseState, Task
from engine.cases.new_task import candidates
from engine.organisation import Organisation
from engine.organisation.model import AUDITOR
from engine.organisation.roles import position_behind
from engine.permissions.eligibility import Eligibility
from engine.sop.machine import APPROVE, REJECT, OutcomeRule
from engine.sop.model import Definition

READERS = frozenset({AUDITOR, "report_reader"})
APPROVAL_RULES: dict[str | None, OutcomeRule] = {
    APPROVE: OutcomeRule(outcome=APPROVE, label="Setujui", to="", reason="optional"),
    REJECT: OutcomeRule(outcome=REJECT, label="Tolak", to="", reason="required", returns=True),
}


def owners(definition: Definition, organisation: Organisation) -> set[str]:
    """The seats that answer for an SOP: its activity owner, who approves it, and the head of the agency."""
    identity = definition.identity
    roles = [role for role in (identity.activity_owner, identity.approved_by) if role]
    head = organisation.head()
    return {seat for role in roles for seat in organisation.positions_with(role)} | (
        {head} if head else set()
    )


def owners_of_activity(definition: Definition, organisation: Organisation) -> set[str]:
    """The seats of who answers for the activity; where the SOP names nobody, all that answer for it."""
    role = definition.identity.activity_owner
    return set(organisation.positions_with(role)) if role else owners(definition, organisation)


class Visibility(Eligibility):
    """What one person sees of one case now."""

    case: CaseContext
    state: CaseState

    # --- seeing ---

    def sees_case(self) -> bool:
        """Whoever sees what is in the case, readers of the log, and who is informed of one of its steps."""
        return self.reads_all() or self.sees_content() or bool(self.informed_of())

    def sees_content(self) -> bool:
        """Everybody who has, had or leads a part in the case, its owner, the head, and auditors.

        To them belong its files and its audit events; a reader of the log sees neither. Whoever helps with
        a task has no part in the case: he sees that task (``sees_task``) for as long as he helps. Whoever is
        informed of a step sees that one, and the files that were handed in there.
        """
        if self._audits():
            return True
        if not self._takes_part():
            return False
        if self.state.case.started_by == self.account or self.is_owner():
            return True
        tasks = self.state.tasks.values()
        return any(map(self._has_part_in, tasks)) or any(map(self._works_beside, tasks))

    def informed_of(self) -> list[Task]:
        """The tasks whose steps this person is informed of."""
        told = not self._is_restricted and self._takes_part()
        return [task for task in self.state.tasks.values() if told and self._is_informed(task)]

    def _is_informed(self, task: Task) -> bool:
        step = self.case.definition.step(task.step_id)
        return bool(step.informed) and not self.seats.isdisjoint(self._seats_of(step.informed, task))

    def reads_all(self) -> bool:
        """Whether this person reads every case of the agency: auditors and readers of the log."""
        return bool(self.organisation.roles_of(self.actor) & READERS)

    def _takes_part(self) -> bool:
        person = self.organisation.account(self.account)
        return person is not None and person.takes_part

    def _audits(self) -> bool:
        return AUDITOR in self.organisation.roles_of(self.actor)

    def opens_task(self, task: Task) -> bool:
        """Whether this person may read a task whole, its form data included."""
        return self._audits() or (self._takes_part() and (self.sees_task(task) or self.is_owner()))

    def shows_beside(self, task: Task, other: Task | None) -> bool:
        """Whether a task that this person opens shows what another visit, or the start (None), handed in.

        To those alone who are informed of it, it shows what they may open anyway.
        """
        if self.sees_content() or self.account == task.helper:
            return True
        return other is not None and self.opens_task(other)

    def sees_task(self, task: Task) -> bool:
        return self.account == task.helper or self._concerned(task)

    def _concerned(self, task: Task) -> bool:
        """Whether a task concerns this person in the case itself, not for being asked to help."""
        informed = not self._is_restricted and self._is_informed(task)
        return self._has_part_in(task) or informed or self._works_beside(task)

    def _works_beside(self, task: Task) -> bool:
        """Whether this person leads it, does it together with its executor, or may end it in some way."""
        step = self.case.definition.step(task.step_id)
        together = self._seats_of((*step.companions, *step.participants), task)
        beside = self.leads(task) or not self.seats.isdisjoint(together)
        return (beside and not self._is_restricted) or self._may_leave(task)

    def _may_leave(self, task: Task) -> bool:
        """Whether some way out of an open task is for this person."""
        return task.is_open and any(self._may_take(rule, task) for rule in self.outcome_rules(task).values())

    @property
    def _is_restricted(self) -> bool:
        """Whether the case is for those alone who do something in it, its starter, owner and head."""
        return self.case.definition.case.confidential == "restricted"

    def helps_with(self) -> list[Task]:
        """The tasks of the case with which this person is helping now."""
        return [task for task in self.state.tasks.values() if task.helper == self.account]

    def involved(self, task: Task) -> frozenset[str]:
        """The seats of those who take part in or are informed of a task without doing it."""
        step = self.case.definition.step(task.step_id)
        return frozenset(self._seats_of((*step.companions, *step.participants, *step.informed), task))

    def leads(self, task: Task) -> bool:
        """Whether this person is a superior of the position that holds, or may claim, the task."""
        seats = (task.position,) if task.position else task.seats
        return any(
            position_behind(self.organisation, seat, self.day, self.sop) in self._led for seat in seats
        )

    @cached_property
    def _led(self) -> frozenset[str]:
        return self.organisation.leads(self.account, self.day, self.sop)

    def is_owner(self) -> bool:
        """Whether this person answers for the activity or heads the agency."""
        return not self.seats.isdisjoint(owners(self.case.definition, self.organisation))

    def is_head(self) -> bool:
        approver = self.case.definition.identity.approved_by
        approving = set(self.organisation.positions_with(approver)) if approver else set()
        return not self.seats.isdisjoint(approving | self._head())

    def is_definitive_head(self) -> bool:
        """Whether this person is the head of the agency himself, not as Plt. or Plh."""
        return any(not holding.is_acting and holding.position in self._head() for holding in self._held)

    def _head(self) -> set[str]:
        head = self.organisation.head()
        return {head} if head else set()

    def _may_take(self, rule: OutcomeRule, task: Task) -> bool:
        """Whether a deviation is for this person: as the executor, or in another role that it names."""
        doers = self.case.definition.step(task.step_id).doers
        is_doer = task.assignee in (None, self.account) and self._has_part_in(task)
        if is_doer and not set(doers).isdisjoint(rule.by):
            return True
        others = [role for role in rule.by if role not in doers]
        return not self.seats.isdisjoint(self._seats_of(others, task))

    def _seats_of(self, roles: Sequence[str], task: Task) -> set[str]:
        branch = self.state.branches.get(task.branch_id or "")
        return {seat for role in roles for seat in candidates(self.case, role, branch).seats}

    def outcome_rules(self, task: Task) -> dict[str | None, OutcomeRule]:
        return APPROVAL_RULES if task.approval_of else self.case.machine.outcome_rules[task.step_id]
