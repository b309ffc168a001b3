"""Who is told of a stage, people found when it fires and never earlier; and who keeps a schedule. Pure."""

from collections.abc import Iterable, Iterator

from engine.calendar.policies import Stage
from engine.cases.context import DecisionContext
from engine.cases.model import Task
from engine.cases.new_task import candidates
from engine.cases.task_context import TaskContext
from engine.organisation import person_seat
from engine.organisation.roles import position_behind
from engine.permissions import substitution
from engine.permissions.start import may_start

RELATIONS = ("assignee", "candidates", "supervisor")


def recipients_of(context: TaskContext, stage: Stage) -> dict[str, str]:
    """The accounts that a stage tells, each with the relation or role by which it is told.

    Whoever has the task is told so as its executor, also where the stage names a role of theirs.
    A stage that would reach nobody tells the deputy of the head, so that nothing waits unseen.
    """
    told: dict[str, str] = {}
    doing = set(substitution.addressed(context))
    for relation in stage.to:
        for account in _accounts(context, relation):
            own = account in doing and relation not in RELATIONS
            told.setdefault(account, "assignee" if own else relation)
    return told or _deputy(context.case)


def owners_of(context: DecisionContext) -> dict[str, str]:
    """Who answers for the activity: the recipients of a milestone's stages."""
    role = context.definition.identity.activity_owner
    seats = context.organisation.positions_with(role) if role else ()
    return dict.fromkeys(_behind(context, seats), role or "") or _deputy(context)


def keeps_schedule(context: DecisionContext, account: str) -> bool:
    """Whether this person confirms the dates of a schedule and starts late what it missed.

    Whoever starts the SOP by hand, and whoever answers for its activity.
    """
    return may_start(context, account) or account in owners_of(context)


def role_accounts(context: DecisionContext, roles: Iterable[str]) -> tuple[str, ...]:
    """The people behind roles of the agency, each once."""
    return _behind(context, (seat for role in roles for seat in context.organisation.positions_with(role)))


def _accounts(context: TaskContext, relation: str) -> Iterable[str]:
    if relation in ("assignee", "candidates"):
        return substitution.addressed(context)
    if relation == "supervisor":
        return _supervisors(context)
    if relation in context.case.definition.roles:
        branch = context.branch
        return _behind(context.case, candidates(context.case, relation, branch).seats)
    return _behind(context.case, context.case.organisation.positions_with(relation))


def _supervisors(context: TaskContext) -> Iterator[str]:
    """Of everybody who has or may take the task the nearest superior who is there, at the top the deputy.

    Whoever does the task in the place of a subordinate is not his own superior: the next one is told.
    """
    task = context.task
    organisation, doing = context.case.organisation, set(substitution.addressed(context))
    below = (task.position,) if task.position else tuple(_positions(context.case, task))
    for seat in below:
        superiors = [_behind(context.case, [superior]) for superior in organisation.superiors(seat)]
        above = [accounts for accounts in superiors if accounts and doing.isdisjoint(accounts)]
        there = (
            accounts for accounts in above if not all(_is_away(context.case, account) for account in accounts)
        )
        if above:
            yield from next(there, above[0])
        elif context.case.policy.notify_deputy and (deputy := organisation.deputy()) is not None:
            yield from _behind(context.case, [deputy])


def _positions(context: DecisionContext, task: Task) -> Iterator[str]:
    for seat in (person_seat(task.assignee),) if task.assignee else task.seats:
        position = position_behind(context.organisation, seat, context.local_day, context.definition.id)
        if position is not None:
            yield position


def _behind(context: DecisionContext, seats: Iterable[str]) -> tuple[str, ...]:
    """The people behind seats in this SOP, each once."""
    return context.organisation.people_of(seats, context.local_day, context.definition.id)


def _is_away(context: DecisionContext, account: str) -> bool:
    return context.organisation.is_absent(account, context.local_day)


def _deputy(context: DecisionContext) -> dict[str, str]:
    deputy = context.organisation.deputy()
    seats = [seat for seat in (deputy, context.organisation.head()) if seat]
    for seat in seats:
        if accounts := _behind(context, [seat]):
            return dict.fromkeys(accounts, "deputy")
    return {}
