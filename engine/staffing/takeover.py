"""Taking over what an absent person holds: who may, where each task goes, and why some stay. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from engine.access.actor import Actor
from engine.cases.model import CaseStatus, Task
from engine.cases.task_context import TaskContext
from engine.errors import ActionNotAvailable, NotAllowed
from engine.organisation import NO_SOP, Organisation, person_of
from engine.permissions import refusals, separation_of_duties, substitution
from engine.permissions.refusals import Refusal
from engine.permissions.rules import Permissions
from engine.permissions.verbs import Verb
from engine.text.bilingual import Text
from engine.views.takeover import HeldTask, How, MovedTask, Stayed, TakeOver
from engine.views.tasks import task_label

MOST = 500
"""How many tasks one act takes over; of more it says so."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a task goes: to a person in a position (or in person), or back to its candidates."""

    how: How
    to: str | None
    position: str | None
    seats: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """What becomes of an inbox; of cases that the superior may not see it says only how many tasks stay."""

    organisation: Organisation
    absent: str
    more: bool
    moves: list[MovedTask] = field(default_factory=list)
    stays: list[Stayed] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    hidden: int = 0

    def add(self, permissions: Permissions, task: Task, outcome: "Move | Refusal") -> None:
        if not permissions.sees_case():
            self.hidden += 1
            return
        case = permissions.state.case
        said: HeldTask = {
            "task_id": task.id,
            "case_id": case.id,
            "case_number": case.number,
            "step_id": task.step_id,
            "label": task_label(permissions.case, task),
            "branch": task.branch,
        }
        if isinstance(outcome, Move):
            self.moves.append({**said, "how": outcome.how, "to": outcome.to, "position": outcome.position})
        else:
            self.stays.append({**said, "why": outcome.message.indonesian, "why_en": outcome.message.english})

    def shape(self) -> TakeOver:
        label = self.organisation.person_label(self.absent)
        return {
            "account": self.absent,
            "label": label,
            "moves": self.moves,
            "stays": self.stays,
            "gone": self.gone,
            "hidden": self.hidden,
            "more": self.more,
        }


def refusal(organisation: Organisation, day: date, caller: str, absent: str) -> Refusal | None:
    """Why this person may not take over that inbox today; the absent person is known to the agency."""
    held = {holding.position for holding in organisation.holdings if holding.account == absent}
    is_head = organisation.head() in organisation.seats_of(caller, day, NO_SOP)
    name = organisation.person_label(absent)
    if absent == caller or not (is_head or held & organisation.leads(caller, day, NO_SOP)):
        return Refusal(
            NotAllowed,
            Text(
                f"Kotak masuk {name} hanya dapat diambil alih oleh atasannya atau pimpinan.",
                f"only a superior of {absent!r} or the head may take over this inbox",
            ),
        )
    person = organisation.account(absent)
    if person is None or person.disabled or not organisation.held_by(absent, day):
        return None
    if organisation.is_absent(absent, day):
        return None
    return Refusal(
        ActionNotAvailable,
        Text(
            f"{name} berada di tempat dan memangku jabatannya. Catat dahulu ketidakhadirannya, "
            "atau alihkan tugasnya satu per satu.",
            f"{absent!r} is there and holds a position; record the absence first, or reassign single tasks",
        ),
        {"account": absent, "away": False},
    )


def waits_for(organisation: Organisation, day: date, absent: str) -> tuple[str, ...]:
    """The positions behind which there is nobody but this person."""
    held = dict.fromkeys(holding.position for holding in organisation.held_by(absent, day))
    return tuple(seat for seat in held if organisation.accounts_of(seat, day) == (absent,))


def is_held_by(permissions: Permissions, task: Task, absent: str) -> bool:
    """Whether an open task is this person's, or waits for nobody else."""
    if not task.is_open:
        return False
    if task.assignee is not None:
        return task.assignee == absent
    return substitution.addressed(TaskContext(permissions.case, task)) == (absent,)


def destination(permissions: Permissions, task: Task, absent: str, to: str | None) -> Move | Refusal:
    """Where a task goes that an absent person holds, or why it stays.

    To the one named, if he may do it; else to who stands in for the position; else back to its other
    candidates; else to the superior himself, in his own position.
    """
    if permissions.state.case.state is not CaseStatus.RUNNING:
        return refusals.case_not_running(permissions.state.case)
    if not (permissions.leads(task) or permissions.is_head()):
        return refusals.superior_only(Verb.REASSIGN)
    if to is not None and to not in (absent, permissions.account):
        named = _as_candidate(permissions, task, to)
        if named is not None:
            return named
    mine = _as_superior(permissions, task)
    if to == permissions.account and isinstance(mine, Move):
        return mine
    instead = next(_substitutes(permissions, task, absent), None)
    if instead is not None:
        return instead
    if task.assignee is not None and any(_others(permissions, task, absent)):
        only = task.seats[0] if len(task.seats) == 1 and person_of(task.seats[0]) is None else None
        return Move("pool", None, only, task.seats)
    return mine


def _as_candidate(permissions: Permissions, task: Task, account: str) -> Move | None:
    other = Permissions(permissions.case, Actor(account))
    free = [capacity for capacity in other.ways(task) if capacity.refusal is None]
    if not free or permissions.organisation.is_absent(account, permissions.day):
        return None
    holding = free[0].holding
    return Move("named", account, holding.position if holding else None, task.seats)


def _substitutes(permissions: Permissions, task: Task, absent: str) -> Iterator[Move]:
    """Who is in charge by the line of mandates of the task's position."""
    position = task.position or (task.seats[0] if len(task.seats) == 1 else None)
    if position is None:
        return
    for holding in substitution.in_charge(TaskContext(permissions.case, task), position):
        away = permissions.organisation.is_absent(holding.account, permissions.day)
        if holding.is_acting and holding.account != absent and not away:
            yield Move("substitute", holding.account, position, task.seats)


def _others(permissions: Permissions, task: Task, absent: str) -> Iterator[str]:
    """The other candidates who are there and may do the task."""
    context = TaskContext(permissions.case, task)
    for seat in task.seats:
        for account in substitution.behind(context, seat):
            if account != absent and _as_candidate(permissions, task, account) is not None:
                yield account


def _as_superior(permissions: Permissions, task: Task) -> Move | Refusal:
    """The superior's own position joins the seats of the task: so he may claim and complete it."""
    organisation, below = permissions.organisation, {task.position} if task.position else set(task.seats)
    held = organisation.held_by(permissions.account, permissions.day, permissions.sop)
    above = [task for task in held if not below.isdisjoint(organisation.subordinates(task.position))]
    above += [task for task in held if task.position == organisation.head()]
    against = refusals.not_a_candidate(task, organisation)
    for holding in above:
        kept = separation_of_duties.unfit(
            TaskContext(permissions.case, task), permissions.account, holding.kind
        )
        if kept is None:
            seats = tuple(dict.fromkeys((*task.seats, holding.position)))
            return Move("self", permissions.account, holding.position, seats)
        against = kept
    return against
