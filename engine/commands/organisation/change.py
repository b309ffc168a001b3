"""One change of an organisation: its lock, its event, and what it leaves behind. The verbs are elsewhere."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from engine.access.actor import Actor, AnyActor, account_of
from engine.audit.act import Act
from engine.cases.model import Notice
from engine.commands.notices.notice import tell
from engine.commands.organisation.appointment import appointed, told_to_auditors
from engine.context import Context
from engine.errors import FieldError, InvalidInput, NotFound
from engine.organisation import Organisation, person_seat
from engine.organisation.diff import Difference, differences
from engine.store import IdempotencyKey, Tx, WaitingTask
from engine.store.account_guards import active, administrator
from engine.text.bilingual import Text
from engine.views.organisation import Changed, OrganisationDifference, Stranded


@dataclass(frozen=True, slots=True)
class OrganisationChange:
    """The agency as it stands, and who changes it."""

    tx: Tx
    organisation: Organisation
    actor: AnyActor
    now: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Become:
    """What the agency is to become, whom to tell, and what to think about."""

    organisation: Organisation
    notices: tuple[Notice, ...] = ()
    warnings: tuple[FieldError, ...] = ()


Work = Callable[[OrganisationChange], Become]


class OrganisationCommands:
    """What the desks of an organisation share: one change at a time, under its lock and with its event."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def _changed(
        self,
        actor: AnyActor,
        agency: str | None,
        act: str,
        subject: str,
        work: Work,
        key: IdempotencyKey | None,
    ) -> Changed:
        """Change the agency of a person, or for the host the one named; the answer says what changed.

        ``work`` decides who may and refuses what is wrong. Nothing is written where nothing differs.
        """
        now = self.context.clock.now()

        def transact(tx: Tx) -> Changed:
            home = home_of(tx, actor, agency)
            old = tx.organisations.for_update(home)
            today = self.context.day_in(old, now)
            become = work(OrganisationChange(tx, old, actor, now, today))
            changes = differences(old, become.organisation, today)
            if changes:
                given = appointed(old, become.organisation, actor)
                facts = {"appointed": [holding.id for holding in given]} if given else {}
                event = Act(name=act, at=now, account=account_of(actor), subject=subject, facts=facts)
                version = tx.organisations.put(become.organisation, event)
                auditors = told_to_auditors(self.context, tx, become.organisation, given, actor, now)
                tell(self.context, tx, [*become.notices, *auditors])
            else:
                version = old.version
            return {
                "version": version,
                "changes": [difference_view(difference) for difference in changes],
                "stranded": [
                    waiting_view(waiting_task)
                    for waiting_task in stranded(tx, old, become.organisation, today)
                ],
                "warnings": [
                    {
                        "path": fault.path,
                        "message_id": fault.message.indonesian,
                        "message_en": fault.message.english,
                    }
                    for fault in become.warnings
                ],
            }

        return self.context.store.execute(transact, key=key)


def home_of(tx: Tx, actor: AnyActor, agency: str | None) -> str:
    """The agency that is meant: the person's own, or on the host the one that is named."""
    if isinstance(actor, Actor):
        return active(tx, actor).agency
    if agency is None:
        raise NotFound(Text("Sebutkan instansinya.", "name the agency"))
    return agency


def require_administrator(desk: OrganisationChange) -> None:
    """Whoever changes the office itself is its administrator, or runs the host."""
    if isinstance(desk.actor, Actor):
        administrator(desk.tx, desk.actor)


def require_sound(errors: Iterable[FieldError]) -> None:
    faults = list(errors)
    if faults:
        said = " ".join(fault.message.indonesian for fault in faults)
        english = " ".join(fault.message.english for fault in faults)
        raise InvalidInput(Text(said, english), errors=faults)


def stranded(tx: Tx, old: Organisation, new: Organisation, day: date) -> list[WaitingTask]:
    """Open tasks that somebody could do until now and nobody can from now on."""
    seats = {position.id for position in (*old.positions, *new.positions)}
    empty = sorted(seat for seat in seats if old.accounts_of(seat, day) and not new.accounts_of(seat, day))
    gone = sorted(account.username for account in old.accounts if _leaves(account.username, old, new, day))
    waiting_tasks = tx.open_tasks.waiting_for(
        old.agency.id, seats=[*empty, *(person_seat(name) for name in gone)], accounts=gone
    )
    return [
        waiting_task
        for waiting_task in waiting_tasks
        if waiting_task.assignee in gone or not any(new.accounts_of(seat, day) for seat in waiting_task.seats)
    ]


def _leaves(username: str, old: Organisation, new: Organisation, day: date) -> bool:
    """Whether a person does no work at all from now on, though until now."""
    return bool(old.seats_of(username, day)) and not new.seats_of(username, day)


def difference_view(difference: Difference) -> OrganisationDifference:
    return {
        "kind": difference.kind,
        "id": difference.id,
        "what": difference.what,
        "message_id": difference.message.indonesian,
        "message_en": difference.message.english,
    }


def waiting_view(task: WaitingTask) -> Stranded:
    return {
        "case_id": task.case_id,
        "case_number": task.case_number,
        "task_id": task.task_id,
        "step_id": task.step_id,
        "branch": task.branch,
        "assignee": task.assignee,
    }
