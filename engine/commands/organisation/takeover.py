"""A superior takes over the whole inbox of somebody who is absent, in one act."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.access.actor import Actor, accepts_names
from engine.cases.holds import hand_on
from engine.cases.model import Notice, TaskStatus
from engine.commands.cases.task_transaction import TaskCommands, TaskTransaction
from engine.commands.inputs import required_text, texts
from engine.commands.notices.notice import tell
from engine.context import Context
from engine.errors import FieldError, InvalidInput, NotFound
from engine.organisation import Organisation
from engine.permissions import substitution
from engine.reminders.act_notices import summed_up
from engine.staffing import takeover
from engine.staffing.takeover import Move, Report
from engine.store import IdempotencyKey, Tx
from engine.text.bilingual import Text
from engine.views.takeover import TakeOver


@accepts_names
class Takeover:
    """Every task goes its own way, with an event in its own case; deadlines stay."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.task_commands = TaskCommands(context)

    def take_over(
        self,
        actor: Actor,
        absent: str,
        *,
        reason: str,
        to: str | None = None,
        tasks: Sequence[str] | None = None,
        key: IdempotencyKey | None = None,
    ) -> TakeOver:
        """Move what an absent person holds, or of it the tasks named; the answer lists what stays and why.

        At most 500 tasks in one act; ``more`` says that there were others. Of two superiors at once the
        second finds that what the first has moved is gone.
        """
        text = required_text(reason, "reason")
        wanted = None if tasks is None else sorted(set(texts(list(tasks), "tasks")))
        if wanted is not None and len(wanted) > takeover.MOST:
            said, english = f"Paling banyak {takeover.MOST} tugas.", f"At most {takeover.MOST} tasks."
            raise InvalidInput.at("tasks", Text(said, english))

        now = self.context.clock.now()

        def work(tx: Tx) -> TakeOver:
            organisation = self.context.organisation_of(tx, actor)
            today = self.context.day_in(organisation, now)
            _require_right(organisation, today, actor.account, absent, to)
            if wanted is None:
                seats = takeover.waits_for(organisation, today, absent)
                tasks, more = tx.open_tasks.of(organisation.agency.id, absent, seats, takeover.MOST)
            else:
                tasks, more = tx.open_tasks.named(wanted), False
            report = Report(organisation, absent, more)
            report.gone += sorted(set(wanted or ()) - {task_id for _, task_id in tasks})
            taking = _Taking(self.task_commands, tx, now, actor, absent, to, text, wanted is not None, report)
            # Always in the same order: two acts on several cases never wait for each other.
            for _, task_id in sorted(tasks):
                taking.one(task_id)
            tell(self.context, tx, taking.notices())
            return report.shape()

        return self.context.store.execute(work, key=key)


@dataclass(slots=True)
class _Taking:
    """One act under way: what it has moved, and whom that concerns."""

    task_commands: TaskCommands
    tx: Tx
    now: datetime
    actor: Actor
    absent: str
    to: str | None
    reason: str
    named: bool  # the superior has named the tasks
    report: Report
    told: dict[str, list[TaskTransaction]] = field(default_factory=dict)

    def one(self, task_id: str) -> None:
        try:
            task_transaction = self.task_commands.open(self.tx, self.actor, task_id, self.now)
        except NotFound:
            if self.named:  # told like one that is not there at all
                self.report.gone.append(task_id)
            else:
                self.report.hidden += 1
            return
        # Looked at again under the lock: somebody may have claimed or moved it in the meantime.
        if not takeover.is_held_by(task_transaction.permissions, task_transaction.task, self.absent):
            self.report.gone.append(task_id)
            return
        move = takeover.destination(task_transaction.permissions, task_transaction.task, self.absent, self.to)
        self.report.add(task_transaction.permissions, task_transaction.task, move)
        if isinstance(move, Move):
            self._move(task_transaction, move)

    def _move(self, task_transaction: TaskTransaction, move: Move) -> None:
        waits = move.to is None and len(move.seats) > 1
        state = TaskStatus.READY if waits else TaskStatus.ASSIGNED
        hand_on(
            task_transaction.transition,
            task_transaction.task,
            state=state,
            assignee=move.to,
            position=move.position,
            seats=move.seats,
        )
        facts = {"from": self.absent, "to": move.to, "how": move.how}
        self.task_commands.record(task_transaction, "task.take_over", reason=self.reason, facts=facts)
        addressed = substitution.addressed(task_transaction.after)
        for account in dict.fromkeys((*addressed, self.absent)):
            self.told.setdefault(account, []).append(task_transaction)

    def notices(self) -> list[Notice]:
        """One for each person, however many tasks there are."""
        name = self.report.organisation.person_label(self.actor.account)
        whose = self.report.organisation.person_label(self.absent)
        notices: list[Notice] = []
        for who, transactions in self.told.items():
            if who != self.actor.account:
                own = who == self.absent
                what = Text(
                    f"{name} mengambil alih kotak masuk {'Anda' if own else whose}",
                    f"{name} takes over {'your inbox' if own else f'the inbox of {whose}'}",
                )
                context = transactions[0].after
                notices.append(summed_up(context, who, what, len(transactions)))
        return notices


def _require_right(
    organisation: Organisation, today: date, account: str, absent: str, to: str | None
) -> None:
    if organisation.account(absent) is None:
        raise NotFound(Text("Akun tidak dikenal.", f"no account {absent!r} here"))
    against = takeover.refusal(organisation, today, account, absent)
    if against is not None:
        against.throw()
    if to is not None and organisation.account(to) is None:
        raise InvalidInput(
            Text(f'"{to}" bukan pegawai instansi ini.', f"{to!r} is nobody of this agency"),
            errors=[FieldError("to", Text("Tidak dikenal.", "Unknown."))],
        )
