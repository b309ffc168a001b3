"""Who may see a case and do what to its tasks, and why not. Pure; queries list it, commands obey it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine import helping, refusals
from engine.errors import FieldError, InvalidInput
from engine.facts import Facts, holds
from engine.machine import APPROVE, REJECT, Exit
from engine.opening import candidates
from engine.organisation import Holding, Organisation, person_seat
from engine.organisation.model import KIND_ORDER
from engine.refusals import Refusal
from engine.state import CLAIMABLE, ActingKind, BranchStatus, CaseState, CaseStatus, Task, TaskStatus
from engine.world import World

AUDITOR = "auditor"
READERS = frozenset({AUDITOR, "report_reader"})
APPROVAL_EXITS: dict[str | None, Exit] = {
    APPROVE: Exit(outcome=APPROVE, label="Setujui", to="", reason="optional"),
    REJECT: Exit(outcome=REJECT, label="Tolak", to="", reason="required", returns=True),
}


@dataclass(frozen=True, slots=True)
class Acting:
    """In which capacity a person acts: a position and its kind, or in person (both None)."""

    position: str | None
    kind: ActingKind | None


class Authority:
    """What one person may do in one case now."""

    def __init__(self, world: World, state: CaseState, account: str) -> None:
        self.world = world
        self.state = state
        self.account = account
        self.organisation: Organisation = world.organisation
        self.day = world.local_day
        self.seats = self.organisation.seats_of(account, self.day)

    # --- seeing ---

    def sees_case(self) -> bool:
        """Whoever sees what is in the case, and readers of the log."""
        return self.reads_all() or self.sees_content()

    def sees_content(self) -> bool:
        """Everybody who has, had or leads a part in the case, its owner, the head, and auditors.

        To them belong its files and its audit events; a reader of the log sees neither.
        """
        if self._audits():
            return True
        person = self.organisation.account(self.account)
        if person is None or not person.takes_part:
            return False
        if self.state.case.started_by == self.account or self.is_owner():
            return True
        tasks = self.state.tasks.values()
        return any(self._has_part_in(task) for task in tasks) or any(self.sees_task(task) for task in tasks)

    def reads_all(self) -> bool:
        """Whether this person reads every case of the agency: auditors and readers of the log."""
        return bool(self.organisation.roles_of(self.account) & READERS)

    def _audits(self) -> bool:
        return AUDITOR in self.organisation.roles_of(self.account)

    def opens_task(self, task: Task) -> bool:
        """Whether this person may read a task whole, its form data included."""
        return self._audits() or self.sees_task(task) or self.is_owner()

    def sees_task(self, task: Task) -> bool:
        return (
            self._has_part_in(task)
            or self.account in task.doers
            or self.leads(task)
            or not self.seats.isdisjoint(self.involved(task))
            or (task.is_open and any(self._may_take(exit_, task) for exit_ in self.exits(task).values()))
        )

    def _has_part_in(self, task: Task) -> bool:
        return self.account == task.assignee or not self.seats.isdisjoint(task.seats)

    def involved(self, task: Task) -> frozenset[str]:
        """The seats of those who take part in or are informed of a task without doing it."""
        step = self.world.definition.step(task.step_id)
        return frozenset(self._seats_of((*step.executor[1:], *step.participants, *step.informed), task))

    def leads(self, task: Task) -> bool:
        """Whether this person is a superior of the position that holds, or may claim, the task."""
        led = self.organisation.leads(self.account, self.day)
        return any(seat in led for seat in ((task.position,) if task.position else task.seats))

    def is_owner(self) -> bool:
        """Whether this person answers for the activity or heads the agency."""
        identity = self.world.definition.identity
        roles = [role for role in (identity.activity_owner, identity.approved_by) if role]
        owners = {seat for role in roles for seat in self.organisation.positions_with(role)}
        return not self.seats.isdisjoint(owners | self._head())

    def is_head(self) -> bool:
        approver = self.world.definition.identity.approved_by
        owners = set(self.organisation.positions_with(approver)) if approver else set()
        return not self.seats.isdisjoint(owners | self._head())

    def _head(self) -> set[str]:
        head = self.organisation.head()
        return {head} if head else set()

    # --- acting ---

    def capacities(self, task: Task) -> list[Holding]:
        """The holdings by which this person is a candidate of the task, the strongest first."""
        held = self.organisation.held_by(self.account, self.day)
        return [holding for holding in held if holding.position in task.seats]

    def acting(self, task: Task, acting_as: str | None) -> Acting:
        """In which position to claim: the one asked for, else definitive before Plh. before Plt."""
        capacities = self.capacities(task)
        if acting_as is not None:
            capacities = [holding for holding in capacities if holding.position == acting_as]
        elif person_seat(self.account) in task.seats:
            return Acting(None, None)
        if not capacities:
            raise InvalidInput(
                message_id=f'Anda tidak dapat bertindak sebagai "{acting_as}" untuk tugas ini.',
                message_en=f"{self.account!r} cannot act as {acting_as!r} on this task",
                errors=[FieldError("acting_as", "Jabatan tidak berlaku di sini.", "Not a capacity here.")],
            )
        rank = KIND_ORDER[capacities[0].kind]
        best = [holding for holding in capacities if KIND_ORDER[holding.kind] == rank]
        if len({holding.position for holding in best}) > 1:
            choices = ", ".join(holding.position for holding in best)
            raise InvalidInput(
                message_id=f"Anda memangku beberapa jabatan untuk tugas ini; pilih salah satu: {choices}.",
                message_en=f"several capacities fit; name one as acting_as: {choices}",
                errors=[FieldError("acting_as", f"Pilih salah satu: {choices}.", f"One of: {choices}.")],
            )
        return Acting(best[0].position, best[0].kind)

    def acts_as(self, after: Task, before: Task) -> Acting:
        """In which capacity an act was done: as the holder, else as a candidate, else as a superior."""
        for task in (after, before):
            if task.assignee == self.account and task.acting_kind is not None:
                return Acting(task.position, task.acting_kind)
        held = self.organisation.held_by(self.account, self.day)
        seats = {before.position} if before.position else set(before.seats)
        own = [each for each in held if each.position in before.seats]
        above = [each for each in held if not seats.isdisjoint(self.organisation.subordinates(each.position))]
        first = next(iter((*own, *above, *held)), None)
        return Acting(first.position, first.kind) if first else Acting(None, None)

    def exits(self, task: Task) -> dict[str | None, Exit]:
        return APPROVAL_EXITS if task.approval_of else self.world.machine.exits[task.step_id]

    # --- what is refused, and why ---

    def refusal(self, verb: str, task: Task, exit_: Exit | None = None) -> Refusal | None:
        """None when the verb is allowed now; else the first reason against it."""
        person = self.organisation.account(self.account)
        if person is not None and not person.takes_part:
            return refusals.takes_no_part(person.system_roles)
        if self.state.case.state is not CaseStatus.RUNNING:
            return refusals.case_not_running(self.state.case)
        match verb:
            case "claim":
                return self._claim(task)
            case "complete":
                return self._complete(task, exit_)
            case "recall":
                return self._recall(task)
            case "delegate":
                refusal = self._of_holder(verb, task, TaskStatus.IN_PROGRESS, superior=False)
                return refusals.being_helped(task) if refusal is None and task.helper else refusal
            case "resolve":
                return helping.cannot_resolve(task, self.account)
            case "save" if task.helper is not None:
                return helping.waits_for_helper(task, self.account)
            case "reassign":
                if not task.is_open:
                    return refusals.wrong_state(verb, task)
                return None if self.leads(task) or self.is_owner() else refusals.superior_only(verb)
            case "release":
                return self._of_holder(verb, task, TaskStatus.IN_PROGRESS, superior=True)
            case "resume":
                return self._of_holder(verb, task, TaskStatus.ON_HOLD, superior=True)
            case "hold":
                return self._of_holder(verb, task, TaskStatus.IN_PROGRESS, superior=True)
            case _:
                return self._of_holder(verb, task, TaskStatus.IN_PROGRESS, superior=False)

    def _of_holder(self, verb: str, task: Task, state: TaskStatus, *, superior: bool) -> Refusal | None:
        if task.state is not state:
            return refusals.wrong_state(verb, task)
        if task.assignee == self.account or (superior and self.leads(task)):
            return None
        return refusals.not_yours(verb, task)

    def _claim(self, task: Task) -> Refusal | None:
        if task.is_open and not self._has_part_in(task):
            # Who sees a task that is assigned elsewhere is told whose it is: the world moved on.
            taken = task.state is TaskStatus.ASSIGNED
            return refusals.assigned_to_others(task) if taken else refusals.not_a_candidate(task)
        if task.state in (TaskStatus.IN_PROGRESS, TaskStatus.ON_HOLD) and task.assignee != self.account:
            return refusals.already_claimed(task)
        if task.state not in CLAIMABLE:
            return refusals.wrong_state("claim", task)
        if task.assignee is not None and task.assignee != self.account:
            return refusals.already_claimed(task)
        if self.seats.isdisjoint(task.seats):
            return refusals.not_a_candidate(task)
        return self.unfit(task)

    def unfit(self, task: Task) -> Refusal | None:
        """Why a candidate may not do this task after all: duties kept apart, or a strategic step."""
        step = self.world.definition.step(task.step_id)
        if task.approval_of is None:
            done = self._did(step.not_same_person_as, task)
            if done is not None:
                return refusals.same_person(step, done)
        elif self.account in self.state.tasks[task.origin_id or ""].doers:
            return refusals.own_request()
        if step.strategic and not self._fully_entitled(task):
            return refusals.strategic(step)
        return None

    def _did(self, steps: Sequence[str], task: Task) -> str | None:
        for other in self.state.tasks.values():
            same_place = other.branch == task.branch or task.branch is None or other.branch is None
            if (
                other.step_id in steps
                and same_place
                and other.state is TaskStatus.COMPLETED
                and self.account in other.doers
            ):
                return other.step_id
        return None

    def _fully_entitled(self, task: Task) -> bool:
        if task.acting_kind is not None:
            return task.acting_kind == "definitive"
        held = self.capacities(task)
        return not held or any(holding.kind == "definitive" for holding in held)

    def _complete(self, task: Task, exit_: Exit | None) -> Refusal | None:
        if exit_ and exit_.by:
            if not task.is_open or task.state is TaskStatus.ON_HOLD:
                return refusals.wrong_state("complete", task)
            if not self._may_take(exit_, task):
                return refusals.not_for_role(exit_)
        else:
            refusal = self._of_holder("complete", task, TaskStatus.IN_PROGRESS, superior=False)
            if refusal is not None:
                return refusal
        if task.helper is not None and self.account in task.doers:
            return refusals.being_helped(task)
        if task.not_before and self.world.now < task.not_before:
            return refusals.too_early(task, self.world.calendar.timezone)
        return self.unfit(task)

    def guard_refusal(self, task: Task, exit_: Exit) -> Refusal | None:
        """Why a deviation with a condition cannot be taken now."""
        if exit_.when is None or self._guard_holds(task, exit_):
            return None
        return refusals.condition(exit_)

    def _guard_holds(self, task: Task, exit_: Exit) -> bool:
        step = self.world.definition.step(task.step_id)
        branch = self.state.branches.get(task.branch_id or "")
        facts = Facts(
            self.world,
            self.state,
            branch=branch,
            step=step,
            task=task,
            outcome=exit_.outcome,
            data=task.draft,
        )
        return holds(exit_.when or "", facts)

    def _may_take(self, exit_: Exit, task: Task) -> bool:
        """Whether a deviation is for this person: as the executor, or in another role that it names."""
        executor = self.world.definition.step(task.step_id).executor[0]
        if executor in exit_.by and task.assignee in (None, self.account) and self._has_part_in(task):
            return True
        others = [role for role in exit_.by if role != executor]
        return not self.seats.isdisjoint(self._seats_of(others, task))

    def _seats_of(self, roles: Sequence[str], task: Task) -> set[str]:
        branch = self.state.branches.get(task.branch_id or "")
        return {seat for role in roles for seat in candidates(self.world, self.state, role, branch).seats}

    def _recall(self, task: Task) -> Refusal | None:
        if task.state is not TaskStatus.COMPLETED or task.assignee != self.account:
            return refusals.not_yours("recall", task) if task.is_open else refusals.nothing_to_recall()
        exit_ = self.exits(task).get(task.outcome)
        if exit_ and exit_.start_sop:  # its child cases run already
            return refusals.nothing_to_recall()
        followers = list(followers_of(self.state, task))
        if any(each.viewed_at or each.state not in CLAIMABLE for each in followers):
            return refusals.already_opened()
        return None if followers or self._waits_for_join(task) else refusals.nothing_to_recall()

    def _waits_for_join(self, task: Task) -> bool:
        branch = self.state.branches.get(task.branch_id or "")
        if branch is None or branch.state is not BranchStatus.DONE:
            return False
        this_round = self.state.current_round(branch.block)
        if branch not in this_round or all(each.state is not BranchStatus.ACTIVE for each in this_round):
            return False
        last = [each for each in self.state.tasks.values() if each.branch_id == branch.id][-1]
        return last.id == task.id


def followers_of(state: CaseState, task: Task) -> Iterator[Task]:
    """The tasks that the end of a task opened; an approval opens what was asked for."""
    source = task.origin_id if task.approval_of and task.outcome == APPROVE else task.id
    opened = (each for each in state.tasks.values() if each.origin_id == source)
    return (each for each in opened if source == task.id or each.approval_of is None)
