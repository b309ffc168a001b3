"""Timers: written with the act that causes them, and settled by the sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    bindparam,
    func,
    literal_column,
    select,
    text,
    tuple_,
    update,
)

from engine.reminders.timers import Move, Timer, TimerChanges, TimerState, Void
from engine.store.batch import among, each_of
from engine.store.statements import Statement, Write, write_all
from engine.store.transaction import Transaction
from engine.tables import DIGEST_ENTRY, SOP_CASE, TIMER, Instant
from engine.tables.conditions import BROKEN, PENDING, meets
from engine.tables.timers import NAMED

TIMER_FIELDS = tuple(spec.name for spec in fields(Timer))
# Constants stand in the text: a compiled statement takes named values only.
IS_PENDING = meets(TIMER, PENDING)
VOIDED: ColumnElement[str] = literal_column("'void'")
NONE: ColumnElement[int] = literal_column("0")
_THIS = (
    (TIMER.c.case_id == bindparam("of_case"))
    & (TIMER.c.subject == bindparam("of"))
    & (TIMER.c.stage == bindparam("of_stage"))
)
_ASLEEP = (TIMER.c.state == bindparam("also")) | IS_PENDING
INSERT_TIMER = Statement(
    text(
        f"INSERT INTO timer ({', '.join(TIMER_FIELDS)}) VALUES (:{', :'.join(TIMER_FIELDS)})"  # noqa: S608
        " ON CONFLICT DO NOTHING"
    ).bindparams(*(bindparam(name, type_=TIMER.c[name].type) for name in TIMER_FIELDS))
)
VOID = Statement(
    update(TIMER)
    .where(
        TIMER.c.case_id == bindparam("of_case"),
        TIMER.c.subject == bindparam("of"),
        IS_PENDING,
        TIMER.c.rank < bindparam("below"),
    )
    .values(state=VOIDED)
)
MOVE = Statement(
    update(TIMER)
    .where(_THIS, _ASLEEP)
    .values(
        state=literal_column("'pending'"),
        attempts=NONE,
        at=bindparam("new_at"),
        sendable_at=bindparam("new_sendable_at"),
        next_try_at=bindparam("new_sendable_at"),
    )
)
_NAME = [TIMER.c[name] for name in NAMED]
SELECT_TIMER = select(*(TIMER.c[name] for name in TIMER_FIELDS))
DUE = IS_PENDING & (TIMER.c.next_try_at <= bindparam("now", type_=Instant))
PAGE = 1000
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
# In the order of its partial index, so that a page costs the same however much is due.
WAITING = Statement(
    select(TIMER.c.next_try_at, *_NAME)
    .where(
        DUE,
        tuple_(TIMER.c.next_try_at, *_NAME)
        > tuple_(bindparam("since", type_=Instant), *(bindparam(f"last_{name}") for name in NAMED)),
    )
    .order_by(TIMER.c.next_try_at, *_NAME)
    .limit(literal_column(str(PAGE)))
)
OF_CASES = Statement(SELECT_TIMER.where(among(TIMER.c.case_id)).order_by(TIMER.c.at, TIMER.c.rank))
_MINE = _THIS & IS_PENDING
FIRE = Statement(
    update(TIMER)
    .where(_MINE)
    .values(
        state=literal_column("'fired'"),
        fired_at=bindparam("new_fired_at"),
        recipients=bindparam("new_recipients"),
    )
)
END = Statement(update(TIMER).where(_MINE).values(state=bindparam("new_state")))
POSTPONE = Statement(update(TIMER).where(_MINE).values(next_try_at=bindparam("new_next_try_at")))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A subject with the place of one of its timers among all that are due."""

    at: datetime
    case_id: str
    subject: str
    stage: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a pending timer; ``at`` is when it fired, or when to look again if it stays pending."""

    timer: Timer
    state: TimerState
    at: datetime | None = None
    recipients: tuple[str, ...] = ()


class TimerStore:
    """Statements on timers within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def waiting(self, now: datetime, after: Waiting | None = None) -> list[Waiting]:
        """Subjects with timers whose time has come, a page of those that wait longest; some come again."""
        after = after or Waiting(BEGINNING, "", "", "")
        last = {f"last_{name}": getattr(after, name) for name in NAMED}
        rows = WAITING.rows(self.connection, last | {"since": after.at, "now": now})
        return [Waiting(*row) for row in rows]

    def of(self, subjects: Mapping[str, str]) -> dict[str, list[Timer]]:
        """The timers of one subject in each of several cases (case → subject), as their instants follow."""
        timers_of: dict[str, list[Timer]] = {subject: [] for subject in subjects.values()}
        if subjects:
            for row in OF_CASES.rows(self.connection, each_of(list(subjects))):
                if (timer := _timer(row)).subject in timers_of:
                    timers_of[timer.subject].append(timer)
        return timers_of

    def settle(self, settled: Sequence[Settled]) -> bool:
        """Write what became of pending timers; False when one of them was not pending any more."""
        kinds: dict[Statement, list[dict[str, Any]]] = {FIRE: [], END: [], POSTPONE: []}
        for item in settled:
            name = _named(item.timer)
            match item.state:
                case TimerState.FIRED:
                    kinds[FIRE].append(name | {"new_fired_at": item.at, "new_recipients": item.recipients})
                case TimerState.PENDING:
                    kinds[POSTPONE].append(name | {"new_next_try_at": item.at})
                case _:
                    kinds[END].append(name | {"new_state": item.state})
        writes = [Write(statement, rows) for statement, rows in kinds.items() if rows]
        return sum(write_all(self.connection, writes)) == len(settled) if writes else True

    def tried(self, case_id: str, subject: str, now: datetime) -> int:
        """How often a due timer of a subject has failed."""
        timers = self.of({case_id: subject})[subject]
        return max((timer.attempts for timer in timers if timer.is_due(now)), default=0)

    def fail(
        self,
        case_id: str,
        subject: str,
        now: datetime,
        again: Sequence[datetime],
        error: str,
        *,
        breaks: bool = True,
    ) -> list[Timer]:
        """Note one more failure of a subject's due timers; after the last instant of ``again`` they break.

        Those that nothing ``breaks`` go on trying at that pace.
        """
        failed = []
        for timer in self.of({case_id: subject})[subject]:
            if not timer.is_due(now):
                continue
            attempts = timer.attempts + 1
            broken = breaks and attempts > len(again)
            failed.append(
                replace(
                    timer,
                    attempts=attempts,
                    error=error,
                    state=TimerState.BROKEN if broken else TimerState.PENDING,
                    next_try_at=timer.next_try_at if broken else again[min(attempts, len(again)) - 1],
                )
            )
        for timer in failed:
            values = {name: getattr(timer, name) for name in ("attempts", "error", "state", "next_try_at")}
            self.connection.execute(update(TIMER).where(_MINE).values(values), _named(timer))
        return failed

    def mend(self, now: datetime, timer_id: str | None = None) -> int:
        """Let a broken timer, or all of them, be tried again; returns how many there were."""
        broken = meets(TIMER, BROKEN)
        if timer_id is not None:
            broken = _broken(timer_id)
        mended = update(TIMER).where(broken).values(state="pending", attempts=0, next_try_at=now)
        return self.connection.execute(mended).rowcount

    def case_of(self, timer_id: str) -> tuple[str, str]:
        """The number and the agency of the case that a broken timer is about."""
        query = select(SOP_CASE.c.number, SOP_CASE.c.agency).join(TIMER, TIMER.c.case_id == SOP_CASE.c.id)
        row = self.connection.execute(query.where(_broken(timer_id))).one()
        return row.number, row.agency

    def agency_of(self, timer_id: str) -> str | None:
        """The agency of the case that a broken timer is about."""
        query = select(SOP_CASE.c.agency).join(TIMER, TIMER.c.case_id == SOP_CASE.c.id)
        return self.connection.execute(query.where(_broken(timer_id))).scalar()

    def next_due(self) -> datetime | None:
        """When the first pending timer or unsent line of a catch-up is due."""
        timers = select(func.min(TIMER.c.next_try_at)).where(IS_PENDING)
        lines = select(func.min(DIGEST_ENTRY.c.send_at)).where(DIGEST_ENTRY.c.notice_id.is_(None))
        dues = (self.connection.execute(query).scalar() for query in (timers, lines))
        return min((timer for timer in dues if timer is not None), default=None)

    def are_due(self, now: datetime) -> bool:
        """Whether a pending timer's time has come."""
        first = select(TIMER.c.stage).where(DUE).limit(1)
        return self.connection.execute(first, {"now": now}).first() is not None


def timers_written(changes: TimerChanges) -> list[Write]:
    """What an act writes to the timers of its case."""
    writes: list[Write] = []
    if changes.voids:
        writes.append(Write(VOID, [_voided(void) for void in changes.voids]))
    if changes.moves:
        writes.append(Write(MOVE, [_moved(move) for move in changes.moves]))
    if changes.fresh:
        writes.append(Write(INSERT_TIMER, [_row(timer) for timer in changes.fresh]))
    return writes


def _row(timer: Timer) -> dict[str, Any]:
    return {name: getattr(timer, name) for name in TIMER_FIELDS}


def _timer(row: Sequence[Any]) -> Timer:
    values = dict(zip(TIMER_FIELDS, row, strict=True))
    return Timer(**{**values, "state": TimerState(values["state"])})


def _named(timer: Timer) -> dict[str, Any]:
    return {"of_case": timer.case_id, "of": timer.subject, "of_stage": timer.stage}


def _voided(void: Void) -> dict[str, Any]:
    return {"of_case": void.case_id, "of": void.subject, "below": void.below}


def _broken(timer_id: str) -> ColumnElement[bool]:
    """A timer that was set aside, by its name: few are, and its case is not known."""
    subject, _, stage = timer_id.rpartition("/")
    return meets(TIMER, BROKEN) & (TIMER.c.subject == subject) & (TIMER.c.stage == stage)


def _moved(move: Move) -> dict[str, Any]:
    timer = move.timer
    return {
        **_named(timer),
        "also": "void" if move.rearm else "pending",
        "new_at": timer.at,
        "new_sendable_at": timer.sendable_at,
    }
