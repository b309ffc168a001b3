"""Who is told of a stage: relations and roles become people when the stage fires, never earlier. Pure."""

from collections.abc import Iterable, Iterator

from engine.opening import candidates
from engine.organisation import Organisation, person_of, person_seat
from engine.state import CaseState, Task
from engine.worktime.policies import Stage
from engine.world import World

RELATIONS = ("assignee", "candidates", "supervisor")


def recipients_of(world: World, state: CaseState, task: Task, stage: Stage) -> dict[str, str]:
    """The accounts that a stage tells, each with the relation or role by which it is told.

    A stage that would reach nobody tells the deputy of the head, so that nothing waits unseen.
    """
    found: dict[str, str] = {}
    for relation in stage.to:
        for seat in _seats(world, state, task, relation):
            for account in world.organisation.accounts_of(seat, world.local_day):
                found.setdefault(account, relation)
    return found or _deputy(world)


def owners_of(world: World) -> dict[str, str]:
    """Who answers for the activity: the recipients of a milestone's stages."""
    role = world.definition.identity.activity_owner
    seats = world.organisation.positions_with(role) if role else ()
    accounts = (name for seat in seats for name in world.organisation.accounts_of(seat, world.local_day))
    return dict.fromkeys(accounts, role or "") or _deputy(world)


def role_accounts(organisation: Organisation, roles: Iterable[str], world: World) -> list[str]:
    """The people behind roles of the agency, each once."""
    seats = (seat for role in roles for seat in organisation.positions_with(role))
    return list(
        dict.fromkeys(name for seat in seats for name in organisation.accounts_of(seat, world.local_day))
    )


def _seats(world: World, state: CaseState, task: Task, relation: str) -> Iterator[str]:
    if relation in ("assignee", "candidates"):
        yield from _executors(task)
    elif relation == "supervisor":
        yield from _supervisors(world, task)
    elif relation in world.definition.roles:
        yield from candidates(world, state, relation, state.branches.get(task.branch_id or "")).seats
    else:
        yield from world.organisation.positions_with(relation)


def _executors(task: Task) -> tuple[str, ...]:
    return (person_seat(task.assignee),) if task.assignee else task.seats


def _supervisors(world: World, task: Task) -> Iterator[str]:
    """The nearest superior who is there, of everybody who has or may take the task; at the top the deputy."""
    organisation, day = world.organisation, world.local_day
    below = (task.position,) if task.position else tuple(_positions(world, task))
    for seat in below:
        above = [each for each in organisation.superiors(seat) if organisation.accounts_of(each, day)]
        if above:
            yield above[0]
        elif world.policy.notify_deputy and (deputy := organisation.deputy()) is not None:
            yield deputy


def _positions(world: World, task: Task) -> Iterator[str]:
    for seat in _executors(task):
        person = person_of(seat)
        if person is None:
            yield seat
        else:
            held = world.organisation.held_by(person, world.local_day)
            yield from [holding.position for holding in held[:1]]


def _deputy(world: World) -> dict[str, str]:
    deputy = world.organisation.deputy()
    seats = [seat for seat in (deputy, world.organisation.head()) if seat]
    for seat in seats:
        accounts = world.organisation.accounts_of(seat, world.local_day)
        if accounts:
            return dict.fromkeys(accounts, "deputy")
    return {}
