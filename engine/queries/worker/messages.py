"""What a message that leaves the office is made of: its recipient, and each notice with what it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.audit.act import Json
from engine.cases.model import CaseState, Notice
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.notices.outbox import Message, Preference
from engine.reminders.settled_notices import is_settled
from engine.store import Tx
from engine.views.deadlines import due_of
from engine.views.tasks import task_label


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One notice with the task or case that it is about."""

    notice: Notice
    case_number: str | None = None
    case_title: str | None = None
    label: str | None = None
    due_at: datetime | None = None
    due: Json = None  # how the deadline came about


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message with everything that its letter needs; ``address`` None when there is nowhere to send it."""

    message: Message
    agency: str
    recipient: str
    address: str | None
    language: str
    zone: ZoneInfo
    items: tuple[Item, ...]


class OutgoingMessages:
    """Read by the workers that deliver, on nobody's behalf."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def of(self, message: Message) -> OutgoingMessage | None:
        """Everything about a message; None when its recipient is no longer there."""
        return self.context.store.ask(lambda tx: self._outgoing(tx, message))

    def dead(self, limit: int = 100) -> list[Message]:
        """The messages that were given up, oldest first."""
        return self.context.store.ask(lambda tx: tx.outbox.dead(limit))

    def preference(self, account: str) -> Preference:
        return self.context.store.ask(lambda tx: tx.preferences.of(account))

    def _outgoing(self, tx: Tx, message: Message) -> OutgoingMessage | None:
        person = tx.accounts.get(message.account)
        if person is None or person.disabled:
            return None
        organisation = self.context.catalog.organisation(tx, person.agency)
        agency, chosen = organisation.agency, tx.preferences.of(message.account)
        address = chosen.addresses.get(message.channel)
        if address is None and message.channel == "mail":
            profile = tx.accounts.profile(message.account)
            by_rule = f"{message.account}@{agency.mail_domain}" if agency.mail_domain else None
            address = (profile.contact if profile else None) or by_rule
        return OutgoingMessage(
            message=message,
            agency=agency.label,
            recipient=organisation.person_label(message.account),
            address=address,
            language=self.context.catalog.language_of(tx, message.account),
            zone=ZoneInfo(agency.timezone),
            items=tuple(self._items(tx, message)),
        )

    def _items(self, tx: Tx, message: Message) -> Iterator[Item]:
        notices, now = tx.outbox.notices_of(message.id), self.context.clock.now()
        named = list(dict.fromkeys(notice.case_id for notice, _ in notices if notice.case_id is not None))
        states = {state.case.id: state for state in tx.case_batch.in_turn(named)}
        for notice, read in notices:
            state = states.get(notice.case_id or "")
            if state is None:
                yield Item(notice=notice)
            elif (item := self._item(tx, notice, read, state, now)) is not None:
                yield item

    def _item(self, tx: Tx, notice: Notice, read: bool, state: CaseState, now: datetime) -> Item | None:
        """None where nothing is asked any more: the letter waited until the task was done or taken."""
        task = state.tasks.get(notice.task_id or "")
        case = self.context.catalog.case_context(tx, state, now)
        if task is not None and is_settled(TaskContext(case, task), notice, read):
            return None
        return Item(
            notice=notice,
            case_number=state.case.number,
            case_title=state.case.title,
            label=task_label(case, task) if task else None,
            due_at=task.due_at if task else None,
            due=due_of(TaskContext(case, task)) if task else None,
        )
