"""Who is told of a stage, people found when it fires and never earlier; and who keeps a schedule. Pure."""

from collections.abc import Iterable, Iterator

from engine.calendar.policies import Stage
from engine.cases.context import DecisionContext
from engine.cases.model import CaseState, Task
from engine.cases.new_task import candidates
from engine.organisation import person_of, person_seat
from engine.permissions import substitution
from engine.permissions.start import may_start

RELATIONS = ("assignee", "candidates", "supervisor")


def recipients_of(world: DecisionContext, state: CaseState, task: Task, stage: Stage) -> dict[str, str]:
    """The accounts that a stage tells, each with the relation or role by which it is told.

    Whoever has the task is told so as its executor, also where the stage names a role of theirs.
    A stage that would reach nobody tells the deputy of the head, so that nothing waits unseen.
    """
    found: dict[str, str] = {}
    doing = set(substitution.addressed(world, state, task))
    for relation in stage.to:
        for account in _accounts(world, state, task, relation):
            own = account in doing and relation not in RELATIONS
            found.setdefault(account, "assignee" if own else relation)
    return found or _deputy(world)


def owners_of(world: DecisionContext) -> dict[str, str]:
    """Who answers for the activity: the recipients of a milestone's stages."""
    role = world.definition.identity.activity_owner
    seats = world.organisation.positions_with(role) if role else ()
    return dict.fromkeys(_behind(world, seats), role or "") or _deputy(world)


def keeps_schedule(world: DecisionContext, account: str) -> bool:
    """Whether this person confirms the dates of a schedule and starts late what it missed.

    Whoever starts the SOP by hand, and whoever answers for its activity.
    """
    return may_start(world, account) or account in owners_of(world)


def role_accounts(world: DecisionContext, roles: Iterable[str]) -> tuple[str, ...]:
    """The people behind roles of the agency, each once."""
    return _behind(world, (seat for role in roles for seat in world.organisation.positions_with(role)))


def _accounts(world: DecisionContext, state: CaseState, task: Task, relation: str) -> Iterable[str]:
    if relation in ("assignee", "candidates"):
        return substitution.addressed(world, state, task)
    if relation == "supervisor":
        return _supervisors(world, state, task)
    if relation in world.definition.roles:
        branch = state.branches.get(task.branch_id or "")
        return _behind(world, candidates(world, state, relation, branch).seats)
    return _behind(world, world.organisation.positions_with(relation))


def _supervisors(world: DecisionContext, state: CaseState, task: Task) -> Iterator[str]:
    """Of everybody who has or may take the task the nearest superior who is there, at the top the deputy.

    Whoever does the task in the place of a subordinate is not his own superior: the next one is told.
    """
    organisation, doing = world.organisation, set(substitution.addressed(world, state, task))
    below = (task.position,) if task.position else tuple(_positions(world, task))
    for seat in below:
        superiors = [_behind(world, [each]) for each in organisation.superiors(seat)]
        above = [accounts for accounts in superiors if accounts and doing.isdisjoint(accounts)]
        there = (each for each in above if not all(_is_away(world, account) for account in each))
        if above:
            yield from next(there, above[0])
        elif world.policy.notify_deputy and (deputy := organisation.deputy()) is not None:
            yield from _behind(world, [deputy])


def _positions(world: DecisionContext, task: Task) -> Iterator[str]:
    for seat in (person_seat(task.assignee),) if task.assignee else task.seats:
        person = person_of(seat)
        if person is None:
            yield seat
        else:
            held = world.organisation.held_by(person, world.local_day, world.definition.id)
            yield from [holding.position for holding in held[:1]]


def _behind(world: DecisionContext, seats: Iterable[str]) -> tuple[str, ...]:
    """The people behind seats in this SOP, each once."""
    return world.organisation.people_of(seats, world.local_day, world.definition.id)


def _is_away(world: DecisionContext, account: str) -> bool:
    return world.organisation.is_absent(account, world.local_day)


def _deputy(world: DecisionContext) -> dict[str, str]:
    deputy = world.organisation.deputy()
    seats = [seat for seat in (deputy, world.organisation.head()) if seat]
    for seat in seats:
        if accounts := _behind(world, [seat]):
            return dict.fromkeys(accounts, "deputy")
    return {}
