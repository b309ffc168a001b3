"""How time works, as administrators and auditors see it: counts of all, details of their own agency."""

from sqlalchemy import and_, literal, or_, select

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.organisation.model import ADMIN
from engine.queries.pages import instant_and_id, page, page_size
from engine.queries.worker.operation import OperationQueries
from engine.reminders.timers import task_of, timer_id
from engine.store import Tx
from engine.store.account_guards import active, operator
from engine.tables import ACCOUNT, HEARTBEAT, MESSAGE, SOP_CASE, TIMER
from engine.tables.conditions import BROKEN, DEAD, meets
from engine.views.operation import BrokenTimer, Message, Operation, Pulse, Worker
from engine.views.parts import Page

SHOWN = 100


@accepts_names
class WorkerHealth:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.operation = OperationQueries(context)

    def pulse(self, actor: Actor) -> Operation:
        """The pulse, the workers, the timers that were set aside."""

        counts = self._counts()

        def query(tx: Tx) -> Operation:
            person = operator(tx, actor)
            return {**counts, "workers": _workers(tx), "broken": _broken(tx, person.agency)}

        return self.context.store.ask(query)

    def alarm(self, actor: Actor) -> Pulse | None:
        """What an administrator has to be told on every page: the counts, when something is not in order."""

        def concerned(tx: Tx) -> bool:
            return ADMIN in active(tx, actor).system_roles

        if not self.context.store.ask(concerned):
            return None
        counts = self._counts()
        return counts if not (counts["ticking"] and counts["punctual"]) else None

    def messages(self, actor: Actor, *, cursor: str | None = None, limit: int | None = None) -> Page[Message]:
        """One page of the messages that were given up, oldest first."""
        size = page_size(limit)
        position = instant_and_id(cursor)

        def query(tx: Tx) -> Page[Message]:
            person = operator(tx, actor)
            chosen = select(MESSAGE).join(ACCOUNT, ACCOUNT.c.username == MESSAGE.c.account)
            chosen = chosen.where(meets(MESSAGE, DEAD), ACCOUNT.c.agency == person.agency)
            if position is not None:
                at = literal(position[0], MESSAGE.c.created_at.type)
                later = and_(MESSAGE.c.created_at == at, MESSAGE.c.id > position[1])
                chosen = chosen.where(MESSAGE.c.created_at >= at, or_(MESSAGE.c.created_at > at, later))
            ordered = chosen.order_by(MESSAGE.c.created_at, MESSAGE.c.id).limit(size + 1)
            rows = tx.connection.execute(ordered).all()
            last = rows[size - 1] if len(rows) > size else None
            items: list[Message] = [
                {
                    "id": row.id,
                    "channel": row.channel,
                    "account": row.account,
                    "state": row.state,
                    "attempts": row.attempts,
                    "created_at": row.created_at.isoformat(),
                    "error": row.error,
                }
                for row in rows[:size]
            ]
            return page(items, [last.created_at.isoformat(), last.id] if last else None)

        return self.context.store.ask(query)

    def _counts(self) -> Pulse:
        pulse = self.operation.pulse()
        return {
            "last_tick": pulse.last_tick.isoformat() if pulse.last_tick else None,
            "ticking": pulse.ticking,
            "punctual": pulse.punctual,
            "overdue_timers": pulse.overdue_timers,
            "broken_timers": pulse.broken_timers,
            "dead_messages": pulse.dead_messages,
            "missed_starts": pulse.missed_starts,
        }


def _workers(tx: Tx) -> list[Worker]:
    rows = tx.connection.execute(select(HEARTBEAT).order_by(HEARTBEAT.c.ticked_at.desc()).limit(SHOWN))
    return [
        {
            "worker": row.worker,
            "started_at": row.started_at.isoformat(),
            "ticked_at": row.ticked_at.isoformat(),
        }
        for row in rows
    ]


def _broken(tx: Tx, agency: str) -> list[BrokenTimer]:
    query = (
        select(TIMER, SOP_CASE.c.number)
        .join(SOP_CASE, SOP_CASE.c.id == TIMER.c.case_id)
        .where(meets(TIMER, BROKEN), SOP_CASE.c.agency == agency)
        .order_by(TIMER.c.at, TIMER.c.case_id, TIMER.c.subject, TIMER.c.stage)
        .limit(SHOWN)
    )
    return [
        {
            "id": timer_id(row.subject, row.stage),
            "case_id": row.case_id,
            "case_number": row.number,
            "task_id": task_of(row.subject),
            "stage": row.stage,
            "at": row.at.isoformat(),
            "attempts": row.attempts,
            "error": row.error,
        }
        for row in tx.connection.execute(query)
    ]
