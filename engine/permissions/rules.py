"""Who may see a case and do what to its tasks, and why not. Pure; queries list it, commands obey it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

from engine.audit.act import ActingKind
from engine.cases.expression_values import holds
from engine.cases.model import CaseStatus, Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.errors import FieldError, InvalidInput
from engine.organisation.model import KIND_ORDER
from engine.permissions import help, refusals, substitution
from engine.permissions.refusals import Refusal
from engine.permissions.taking_back import nothing_to_recall, recall_refusal
from engine.permissions.verbs import TASK_VERBS, Rule, Verb
from engine.permissions.visibility import Visibility
from engine.sop.machine import OutcomeRule
from engine.sop.model import STARTER
from engine.text.bilingual import Text

CaseVerb = Literal["suspend", "resume", "cancel"]
CASE_VERBS: Mapping[CaseVerb, frozenset[CaseStatus]] = {
    "suspend": frozenset({CaseStatus.RUNNING}),
    "resume": frozenset({CaseStatus.SUSPENDED}),
    "cancel": frozenset({CaseStatus.DRAFT, CaseStatus.RUNNING, CaseStatus.SUSPENDED}),
}
"""The verbs of a whole case, each with the states it starts from."""


@dataclass(frozen=True, slots=True)
class Acting:
    """In which capacity a person acts: a position and its kind, or in person (both None)."""

    position: str | None
    kind: ActingKind | None


class Permissions(Visibility):
    """What one person may do in one case now."""

    # --- acting ---

    def acting(self, task: Task, acting_as: str | None) -> Acting:
        """In which position to claim: the one asked for, else definitive before Plh. before Plt."""
        ways = self.ways(task)
        if acting_as is not None:
            ways = [
                capacity for capacity in ways if capacity.holding and capacity.holding.position == acting_as
            ]
            if ways and all(capacity.refusal for capacity in ways) and ways[0].refusal:
                ways[0].refusal.throw()
        elif any(capacity.holding is None for capacity in ways):
            return Acting(None, None)
        capacities = [capacity.holding for capacity in ways if capacity.holding and capacity.refusal is None]
        if not capacities:
            raise InvalidInput(
                Text(
                    f'Anda tidak dapat bertindak sebagai "{acting_as}" untuk tugas ini.',
                    f"{self.account!r} cannot act as {acting_as!r} on this task",
                ),
                errors=[
                    FieldError("acting_as", Text("Jabatan tidak berlaku di sini.", "Not a capacity here."))
                ],
            )
        rank = KIND_ORDER[capacities[0].kind]
        best = [holding for holding in capacities if KIND_ORDER[holding.kind] == rank]
        if len({holding.position for holding in best}) > 1:
            choices = ", ".join(holding.position for holding in best)
            raise InvalidInput(
                Text(
                    f"Anda memangku beberapa jabatan untuk tugas ini; pilih salah satu: {choices}.",
                    f"several capacities fit; name one as acting_as: {choices}",
                ),
                errors=[
                    FieldError("acting_as", Text(f"Pilih salah satu: {choices}.", f"One of: {choices}."))
                ],
            )
        return Acting(best[0].position, best[0].kind)

    def acting_by(self, rule: OutcomeRule) -> Acting:
        """In which position somebody takes a deviation that is for other roles than the executor's."""
        positions = {seat for role in rule.by for seat in self.organisation.positions_with(role)}
        for holding in self._held:
            if holding.position in positions:
                return Acting(holding.position, holding.kind)
        return Acting(None, None)

    def acts_as(self, after: Task, before: Task) -> Acting:
        """In which capacity an act was done: as the holder, else as a candidate, else as a superior."""
        for task in (after, before):
            if task.assignee == self.account and task.acting_kind is not None:
                return Acting(task.position, task.acting_kind)
        held = self._held
        seats = {before.position} if before.position else set(before.seats)
        own = [holding for holding in held if holding.position in before.seats]
        above = [
            holding
            for holding in held
            if not seats.isdisjoint(self.organisation.subordinates(holding.position))
        ]
        first = next(iter((*own, *above, *held)), None)
        return Acting(first.position, first.kind) if first else Acting(None, None)

    # --- what is refused, and why ---

    def refusal(self, verb: Verb, task: Task, rule: OutcomeRule | None = None) -> Refusal | None:
        """None when the verb is allowed now; else the first reason against it."""
        against_all = self.refusal_of_all()
        if against_all is not None:
            return against_all
        match TASK_VERBS[verb].who:
            case Rule.CANDIDATE | Rule.STAND_IN:
                return self.refusal_to_take(verb, task)
            case Rule.FORM_FILLER:
                return self._form_filler(verb, task)
            case Rule.HOLDER_OR_SUPERIOR:
                return self._holder(verb, task, superior=True) or self._alone(verb, task)
            case Rule.HELP_PARTY:
                return help.cannot_resolve(task, self.account, self.organisation, leads=self.leads(task))
            case Rule.SUPERIOR_OR_OWNER:
                return self._superior_or_owner(verb, task)
            case Rule.HEAD:
                return self._head_himself(verb, task)
            case Rule.LAST_DOER:
                return self._last_doer(verb, task)
            case Rule.EXECUTOR:
                return self._executor(verb, task, rule)
            case Rule.REPORTER:
                return self._executor(verb, task, None) or self._no_report(task)
            case missing:
                assert_never(missing)

    def case_refusal(self, verb: CaseVerb) -> Refusal | None:
        """Why this person may not use a verb of the whole case now."""
        entitled = self.is_owner() if verb == "cancel" else self.is_head()
        if not entitled:
            return refusals.not_for_whole_case(verb)
        case = self.state.case
        return None if case.state in CASE_VERBS[verb] else refusals.wrong_case_state(verb, case)

    def _superior_or_owner(self, verb: Verb, task: Task) -> Refusal | None:
        if task.state not in TASK_VERBS[verb].states:
            return refusals.wrong_state(verb, task)
        return None if self.leads(task) or self.is_owner() else refusals.superior_only(verb)

    def _form_filler(self, verb: Verb, task: Task) -> Refusal | None:
        if task.helper is not None:
            return help.waits_for_helper(task, self.account, self.organisation)
        return self._holder(verb, task, superior=False)

    def _alone(self, verb: Verb, task: Task) -> Refusal | None:
        """Why a verb for tasks with which nobody helps does not fit this one."""
        if TASK_VERBS[verb].helped is False and task.helper is not None:
            return refusals.being_helped(task, self.organisation)
        return None

    def _holder(self, verb: Verb, task: Task, *, superior: bool) -> Refusal | None:
        if task.state not in TASK_VERBS[verb].states:
            return refusals.wrong_state(verb, task)
        if task.assignee == self.account or (superior and self.leads(task)):
            return None
        return refusals.not_yours(verb, task, self.organisation)

    def _executor(self, verb: Verb, task: Task, rule: OutcomeRule | None) -> Refusal | None:
        kind: ActingKind | None
        if rule and rule.by:
            if not task.is_open or task.state is TaskStatus.ON_HOLD:
                return refusals.wrong_state(verb, task)
            if not self._may_take(rule, task):
                return refusals.not_for_role(rule)
        else:
            refusal = self._holder(verb, task, superior=False)
            if refusal is not None:
                return refusal
        if task.helper is not None and self.account in task.doers:
            return refusals.being_helped(task, self.organisation)
        if task.assignee == self.account and task.claimed_at is not None:
            capacity = self.capacity_held(task)
            if capacity is None:
                return refusals.no_longer_holds(task, self.organisation.label_of(task.position or ""))
            kind = capacity.kind
        else:
            kind = self.acting_by(rule).kind if rule else None
        if task.not_before and self.case.now < task.not_before:
            return refusals.too_early(task, self.case.calendar.timezone)
        if rule and self.account != task.assignee and self._speaks_as_starter(rule):
            return None  # whoever takes his own request back judges nobody's work
        return self._unfit(task, kind) or self.unread()

    def _no_report(self, task: Task) -> Refusal | None:
        """Why a step takes no reports of progress; the approval of a deviation never does."""
        step = self.case.definition.step(task.step_id)
        taken = step.allow_progress and task.approval_of is None
        return None if taken else refusals.takes_no_progress(step.label or step.id)

    def _speaks_as_starter(self, rule: OutcomeRule) -> bool:
        """Whether a way out is for whoever started the case, and this is that person."""
        roles = (self.case.definition.roles[name] for name in rule.by)
        started = self.case.state.case.started_by == self.account
        return started and any(role.from_ == STARTER for role in roles)

    def capacity_held(self, task: Task) -> Acting | None:
        """In which capacity this person holds a task that he has claimed; None when that has ended."""
        if task.position is None:
            return Acting(None, None)
        holding = substitution.holds(self.case, self.account, task.position)
        return Acting(holding.position, holding.kind) if holding else None

    def _head_himself(self, verb: Verb, task: Task) -> Refusal | None:
        if task.state not in TASK_VERBS[verb].states:
            return refusals.wrong_state(verb, task)
        if not self.is_definitive_head():
            return refusals.head_only()
        return None if self.kept_apart(task) else refusals.nobody_kept_apart(task)

    def kept_apart(self, task: Task) -> dict[str, Refusal]:
        """The other candidates of a task whom the separation of duties alone keeps from it, and why."""
        reasons = substitution.kept_apart(TaskContext(self.case, task))
        return {account: why for account, why in reasons.items() if account != self.account}

    def guard_refusal(self, task: Task, rule: OutcomeRule) -> Refusal | None:
        """Why a deviation with a condition cannot be taken now."""
        if rule.when is None or self._guard_holds(task, rule):
            return None
        return refusals.condition(rule)

    def _guard_holds(self, task: Task, rule: OutcomeRule) -> bool:
        values = TaskContext(self.case, task).values(task.draft, rule.outcome)
        return holds(rule.when or "", values)

    def _last_doer(self, verb: Verb, task: Task) -> Refusal | None:
        if task.state not in TASK_VERBS[verb].states or task.assignee != self.account:
            return refusals.not_yours(verb, task, self.organisation) if task.is_open else nothing_to_recall()
        return recall_refusal(self.case, task, self.outcome_rules(task).get(task.outcome))
