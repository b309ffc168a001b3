"""A new visit of a step: who may claim it. Pure; ``transition`` says that it opens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.cases.context import CaseContext, DecisionContext
from engine.cases.due_dates import times_of_approval, times_of_visit
from engine.cases.expression_values import ExpressionValues
from engine.cases.model import Branch, Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.errors import CannotBeStaffed
from engine.organisation import Organisation, Resolution, person_of, resolve
from engine.organisation.roles import position_behind
from engine.sop.model import STARTER, Step
from engine.text.bilingual import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCause:
    """Why a visit opens: after which task, whether that one returned it, and whom it should go to."""

    origin: Task | None
    returned: bool = False
    last_executor: bool = False


def new_tasks(case: CaseContext, step: Step, branch: Branch | None, why: TaskCause) -> list[Task]:
    """The task of a new visit, or one per seat for ``each_holder``; CannotBeStaffed when nobody may do it."""
    visits = case.state.visits_of(step.id, branch.key if branch else None)
    blank = _blank(case, step, branch, why, visits)
    if step.assign == "each_holder":
        return list(_one_per_seat(case, blank))
    task = _addressed(case, blank, visits if why.last_executor else [])
    return [_of_starter(case, step, task) if branch is None and _is_first(case) else task]


def visits_again(context: TaskContext, why: TaskCause) -> list[Task]:
    """New visits in the group of ``task``: its own seat's, and those of seats that were cut off by its end.

    What the other holders have said stands, and who has yet to speak still may.
    """
    task = context.task
    step, branch = context.step, context.branch
    blank = _blank(context.case, step, branch, why, context.state.visits_of(task.step_id, task.branch))
    group = [
        other
        for other in context.state.tasks.values()
        if other.group_id == task.group_id and other.id != task.id
    ]
    heard = {member.seats for member in group if member.state is not TaskStatus.CANCELLED}
    cut_off = (
        {holder.seats for holder in group if _anyone_in(context.case, holder.seats)} - heard - {task.seats}
    )
    return [
        _addressed(
            context.case, replace(blank, id=context.case.new_id(), group_id=task.group_id, seats=seats), []
        )
        for seats in (task.seats, *sorted(cut_off))
    ]


def _blank(
    case: CaseContext,
    step: Step,
    branch: Branch | None,
    why: TaskCause,
    visits: list[Task],
) -> Task:
    """The next visit of a step with its seats and its times, not yet addressed to anybody."""
    seats = seats_of_step(case, step, branch)
    visit = max((task.visit for task in visits), default=0) + 1
    times = times_of_visit(case, step, branch, visits, returned=why.returned)
    return Task(
        id=case.new_id(),
        case_id=case.state.case.id,
        branch_id=branch.id if branch else None,
        branch=branch.key if branch else None,
        step_id=step.id,
        visit=visit,
        state=TaskStatus.READY,
        seats=seats,
        origin_id=why.origin.id if why.origin else None,
        returned_by=why.origin.id if why.origin and why.returned else None,
        ready_at=case.now,
        not_before=times.not_before,
        pickup_due_at=times.pickup_due_at,
        due_at=times.due_at,
        standard_minutes=times.standard_minutes,
        calendar_version=case.calendar_of(branch, step).version,
    )


def seats_to_approve(context: DecisionContext, seats: tuple[str, ...], task: Task) -> tuple[str, ...]:
    """The seats that may approve what ``task`` asked for: superiors where nobody but the asker holds them."""
    organisation, day, sop = context.organisation, context.local_day, context.definition.id

    def has_others(seat: str) -> bool:
        return any(account != task.assignee for account in organisation.accounts_of(seat, day, sop))

    if any(has_others(seat) for seat in seats):
        return seats
    above = [next(filter(has_others, organisation.superiors(seat)), None) for seat in seats]
    approvers = tuple(dict.fromkeys(seat for seat in above if seat is not None))
    if approvers:
        return approvers
    raise CannotBeStaffed(
        Text(
            "Usulan ini hanya dapat disetujui oleh pengusulnya sendiri; tetapkan pejabat lain.",
            "nobody but the person who asks could approve this; name another holder",
        ),
        current={"step_id": task.step_id, "seats": list(seats)},
    )


def approval_task(
    context: DecisionContext, seats: tuple[str, ...], task: Task, branch: Branch | None
) -> Task:
    """The task by which ``approve_by`` approves or refuses the deviation that ``task`` asked for."""
    step = context.definition.step(task.step_id)
    times = times_of_approval(context, step, branch)
    blank = Task(
        id=context.new_id(),
        case_id=task.case_id,
        branch_id=task.branch_id,
        branch=task.branch,
        step_id=task.step_id,
        visit=task.visit,
        state=TaskStatus.READY,
        approval_of=task.outcome,
        scope=task.scope,
        seats=seats,
        origin_id=task.id,
        ready_at=context.now,
        pickup_due_at=times.pickup_due_at,
        due_at=times.due_at,
        calendar_version=context.calendar_of(branch, step).version,
    )
    return _addressed(context, blank, [])


def candidates(case: CaseContext, role: str, branch: Branch | None) -> Resolution:
    """The seats of a role in one place of a case, or the gap that says why there are none."""
    return resolve(
        role,
        case.definition.roles,
        organisation=case.organisation,
        branch_unit=branch.unit if branch else None,
        values=ExpressionValues(case, branch=branch),
        done_by=lambda other: _seat_that_did(case, other, branch),
        position_of=lambda seat: position_behind(case.organisation, seat, case.local_day, case.definition.id),
    )


def seats_of_step(case: CaseContext, step: Step, branch: Branch | None) -> tuple[str, ...]:
    """The seats of every role that does a step; CannotBeStaffed when it lacks one that it cannot do without.

    Of a pool one role with somebody in it is enough; where all holders decide, each role has its say.
    """
    seats: dict[str, None] = {}
    refused: list[CannotBeStaffed] = []
    for role in step.doers:
        try:
            seats.update(dict.fromkeys(seats_for(case, role, step, branch)))
        except CannotBeStaffed as error:
            refused.append(error)
    if refused and (step.assign == "each_holder" or not seats):
        raise refused[0]
    return tuple(seats)


def seats_for(case: CaseContext, role: str, step: Step, branch: Branch | None) -> tuple[str, ...]:
    """The seats that may perform a role here and now; CannotBeStaffed with the reason when there are none."""
    chosen = candidates(case, role, branch)
    named, fallback = chosen.seats, case.definition.roles[role].fallback
    behind = candidates(case, fallback, branch).seats if fallback and named else ()
    if is_dynamic(case, role) and not _anyone_in(case, named):
        # Nobody asked at the start whether a position chosen in a form has a holder, or its fallback.
        seats = behind if _anyone_in(case, behind) else ()
    elif behind and not _anyone_there(case, named):
        seats = tuple(dict.fromkeys((*named, *behind)))  # who is away keeps the position and may act
    else:
        seats = named
    if step.not_same_unit_as_branch and branch and branch.unit:
        inside = case.organisation.units_below(branch.unit)
        seats = tuple(seat for seat in seats if _unit_of(case.organisation, seat) not in inside)
    if seats:
        return seats
    label = step.label or step.activity
    if chosen.gap:
        why = chosen.gap.message
    elif not _anyone_in(case, named):
        vacant = ", ".join(case.organisation.label_of(seat) for seat in dict.fromkeys((*named, *behind)))
        why = Text(
            f"{vacant} tidak dipangku siapa pun pada {case.today}; tetapkan pejabat, Plt., atau Plh.",
            f"nobody holds {vacant} on {case.today}; name a holder",
        )
    else:
        why = Text("semua calon berasal dari unit yang sama.", "every candidate is of the branch's unit")
    raise CannotBeStaffed(
        Text(f'Langkah "{label}" belum dapat dimulai: ', f"step {step.id!r} cannot be staffed: ") + why,
        current={"step_id": step.id, "role": role, "branch": branch.key if branch else None},
    )


def is_dynamic(context: DecisionContext, role: str) -> bool:
    """Whether a role depends on what a form says: chosen there, or the superior of such a role."""
    current, asked = context.definition.roles[role], {role}
    while current.supervisor_of and current.supervisor_of not in asked:
        asked.add(current.supervisor_of)
        current = context.definition.roles[current.supervisor_of]
    return current.from_ is not None


def _anyone_there(context: DecisionContext, seats: Sequence[str]) -> bool:
    """Whether somebody who is not away today is behind any of these seats, or stands in for it."""
    day, organisation = context.local_day, context.organisation
    people = organisation.people_of(seats, day, context.definition.id)
    return any(not organisation.is_absent(account, day) for account in people)


def _anyone_in(context: DecisionContext, seats: Sequence[str]) -> bool:
    day, sop = context.local_day, context.definition.id
    return any(context.organisation.accounts_of(seat, day, sop) for seat in seats)


def _seat_that_did(case: CaseContext, role: str, branch: Branch | None) -> str | None:
    for task in reversed(list(case.state.tasks.values())):
        same_place = task.branch in (None, branch.key if branch else None)
        if task.state is TaskStatus.COMPLETED and task.approval_of is None and same_place and task.assignee:
            doers, seat = case.definition.step(task.step_id).doers, task.position or f"@{task.assignee}"
            if doers == (role,) or (role in doers and seat in candidates(case, role, branch).seats):
                return seat
    return None


def _unit_of(organisation: Organisation, seat: str) -> str | None:
    position = organisation.position(seat)
    return position.unit if position else None


def _one_per_seat(context: DecisionContext, blank: Task) -> Iterator[Task]:
    group = context.new_id()
    # A vacant seat would keep everybody waiting for nobody.
    held = [seat for seat in blank.seats if _anyone_in(context, [seat])]
    for seat in held or blank.seats:
        yield _addressed(context, replace(blank, id=context.new_id(), group_id=group, seats=(seat,)), [])


def _is_first(case: CaseContext) -> bool:
    """Whether nobody has been asked for anything in this case yet; what the system did itself is no task."""
    return not any(task.seats for task in case.state.tasks.values())


def _of_starter(case: CaseContext, step: Step, task: Task) -> Task:
    """Assigned to whoever started the case by hand, where that person may do it: nobody else is asked."""
    starter, roles = case.state.case.started_by, case.definition.roles
    if starter is None or case.state.case.parent_id is not None or task.state is not TaskStatus.READY:
        return task
    kept_apart = any(name in roles and roles[name].from_ == STARTER for name in step.not_same_person_as)
    if step.strategic or kept_apart:
        return task
    held = case.organisation.seats_of(starter, case.local_day, case.definition.id)
    seat = next((seat for seat in task.seats if seat in held), None)
    if seat is None:
        return task
    position = None if person_of(seat) else seat
    return replace(task, state=TaskStatus.ASSIGNED, assignee=starter, position=position)


def _addressed(context: DecisionContext, task: Task, visits: list[Task]) -> Task:
    """Assign to the last executor if that person still may, else to a single seat, else to the pool."""
    last = max(
        (visit for visit in visits if visit.state is TaskStatus.COMPLETED and visit.assignee),
        key=lambda visit: visit.visit,
        default=None,
    )
    if last and last.assignee:
        held = context.organisation.seats_of(last.assignee, context.local_day, context.definition.id)
        seat = next(
            (seat for seat in (last.position, *task.seats) if seat in held and seat in task.seats), None
        )
        if seat is not None:
            position = None if person_of(seat) else seat
            return replace(task, state=TaskStatus.ASSIGNED, assignee=last.assignee, position=position)
    if len(task.seats) > 1:
        return task
    seat = task.seats[0]
    person = person_of(seat)
    return replace(task, state=TaskStatus.ASSIGNED, assignee=person, position=None if person else seat)


def task_of_system(case: CaseContext, step: Step, branch: Branch | None, why: TaskCause) -> Task:
    """The visit of a step that the system does itself: opened and done at once."""
    now = case.now
    key = branch.key if branch else None
    return Task(
        id=case.new_id(),
        case_id=case.state.case.id,
        branch_id=branch.id if branch else None,
        branch=key,
        step_id=step.id,
        visit=len(case.state.visits_of(step.id, key)) + 1,
        state=TaskStatus.COMPLETED,
        origin_id=why.origin.id if why.origin else None,
        ready_at=now,
        claimed_at=now,
        finished_at=now,
        waiting_minutes=0,
        working_minutes=0,
        late_minutes=0,
        calendar_version=case.calendar.version,
    )
