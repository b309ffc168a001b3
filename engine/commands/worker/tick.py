"""One tick: due timers fire once each, several cases in a short transaction with their events and messages.

Any number of processes may tick. What a stage says and to whom is decided in ``escalation``.
"""

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.calendar.clock_watch import ClockWatch
from engine.commands.audit.checkpoints import Checkpoints
from engine.commands.calendar.calendars import Calendars
from engine.commands.calendar.schedule_dates import ScheduleDates
from engine.commands.calendar.schedules import Schedules
from engine.commands.definitions.beginnings import Beginnings
from engine.commands.set_aside import Fault, SetAside
from engine.commands.worker.catch_up import CatchUps
from engine.commands.worker.cleanup import Cleanup
from engine.commands.worker.fallbacks import Fallbacks
from engine.commands.worker.fire_timers import Fired, FireTimers
from engine.commands.worker.heartbeat import Heartbeats
from engine.commands.worker.weekly_summary import WeeklySummaries
from engine.context import Context, new_id
from engine.errors import BeyondHorizon, SopError, StorageFull, Unavailable
from engine.reminders.timers import TimerState
from engine.store import Tx
from engine.store.batch import MOST as TOGETHER
from engine.store.timers import Waiting
from engine.text.bilingual import Text

LOG = logging.getLogger("alur.sweep")

THREADS = 4
TRIES = tuple(timedelta(seconds=min(10 * 2**n, 600)) for n in range(9))
"""How long to wait after each failure; the tenth sets a timer aside."""


@dataclass(slots=True)
class Swept:
    """What one tick came to, in subjects (tasks and milestones)."""

    fired: int = 0
    collapsed: int = 0
    postponed: int = 0
    failed: int = 0
    busy: int = 0
    digests: int = 0
    started: int = 0
    problems: list[str] = field(default_factory=list)


class Sweep:
    """Ticks on behalf of one worker, of which a process has one."""

    def __init__(
        self,
        context: Context,
        worker: str | None = None,
        *,
        together: int = TOGETHER,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self.context = context
        self.checkpoints = checkpoints or Checkpoints(context)
        self._together = together  # cases in one transaction
        self.worker = worker or new_id()
        self.calendars = Calendars(context)
        self.firing = FireTimers(context)
        self.catch_ups = CatchUps(context)
        self.life_signs = Heartbeats(context)
        self.beginnings = Beginnings(context)
        self.schedules = Schedules(context)
        self.schedule_dates = ScheduleDates(context)
        self.fallbacks = Fallbacks(context)
        self.summaries = WeeklySummaries(context)
        self.tidying = Cleanup(context)
        self.aside = SetAside(context)
        self._watch: ClockWatch | None = None

    def tick(self) -> Swept:
        """Give a life sign, start what is scheduled, fire what is due, send catch-ups that are complete."""
        clock = self.context.clock
        if self._watch is None:
            self._watch = ClockWatch(self.life_signs.last_stand())
        jump = self._watch.observe(clock.now(), clock.steady())
        self.life_signs.note(self.worker, self._watch.stand, jump)
        swept = self.settle(self._watch.trusted)
        self._seal(self._watch.trusted)
        return swept

    def settle(self, now: datetime) -> Swept:
        """Do what is due by now without a life sign; by itself for a played past, which nobody watched."""
        swept = Swept()
        aside = self.aside
        aside.begin()
        with aside.unless("stage", "calendars"):
            self.calendars.finish(now, aside)
        with aside.unless("stage", "versions"):
            self.beginnings.tick(now, aside)
        with aside.unless("stage", "schedules"):
            swept.started = self.schedules.tick(now, aside)
        with aside.unless("stage", "schedule dates"):
            self.schedule_dates.tick(now, aside)
        with aside.unless("stage", "fallbacks"):
            self.fallbacks.tick(now, aside)
        with aside.unless("stage", "timers"):
            self._fire_due(now, swept)
        with aside.unless("stage", "catch-ups"):
            swept.digests += self.catch_ups.send(now, aside)
        with aside.unless("stage", "summaries"):
            swept.digests += self.summaries.tick(now, aside)
        with aside.unless("stage", "cleanup"):
            self.tidying.tick(now)
        aside.tell(now)
        swept.problems += [fault.said.english for fault in aside.faults.values()]
        return swept

    def _seal(self, now: datetime) -> None:
        try:
            self.checkpoints.tick(now)
        except (Unavailable, StorageFull):
            raise
        except (SopError, OSError) as error:  # the log in doubt, its key or its folder: the doctor tells
            LOG.error("the log is not sealed: %s", error)

    def next_due(self) -> datetime | None:
        """When the first of the timers and catch-ups that are planned by now is due."""
        return self.context.store.ask(lambda tx: tx.timers.next_due())

    def _fire_due(self, now: datetime, swept: Swept) -> None:
        """Page by page, several transactions of several cases at a time; what others hold is left to them."""
        after: Waiting | None = None
        # Side by side they share the flushes of SQLite and the waits for PostgreSQL.
        with ThreadPoolExecutor(THREADS, "alur-sweep") as threads:
            while page := self._due(now, after):
                for cases in self._transactions(page):
                    for fired in threads.map(lambda case: self._fire(case, now), cases):
                        for subject, outcome in fired.items():
                            _count(swept, subject, outcome)
                after = page[-1]

    def _transactions(self, page: list[Waiting]) -> Iterator[list[dict[str, str]]]:
        """What may run side by side: every case once, with one of its subjects (case → subject)."""
        subjects: dict[str, list[str]] = {}
        for case_id, subject in dict.fromkeys((timer.case_id, timer.subject) for timer in page):
            subjects.setdefault(case_id, []).append(subject)
        while subjects:
            first = [(case_id, waiting.pop(0)) for case_id, waiting in subjects.items()]
            yield [dict(first[at : at + self._together]) for at in range(0, len(first), self._together)]
            subjects = {case_id: waiting for case_id, waiting in subjects.items() if waiting}

    def _due(self, now: datetime, after: Waiting | None) -> list[Waiting]:
        return self.context.store.ask(lambda tx: tx.timers.waiting(now, after))

    def _fire(self, subjects: Mapping[str, str], now: datetime) -> Mapping[str, Fired | str | None]:
        """What came of each subject; the failure in words, None where another worker holds its case."""
        try:
            return self.firing.fire(subjects, now)
        except (Unavailable, StorageFull):
            raise  # nothing is wrong with the timers; the next tick tries again
        except Exception as error:
            if len(subjects) > 1:  # nothing of them is stored: each alone finds out whose fault it was
                alone = [self._fire({case_id: subject}, now) for case_id, subject in subjects.items()]
                return {subject: fired for outcome in alone for subject, fired in outcome.items()}
            [(case_id, subject)] = subjects.items()
            LOG.exception("the timers of %s failed", subject)
            text = error.message.english if isinstance(error, SopError) else str(error)
            # A list of holidays that ends is continued one day: until then its timers wait and do not break.
            breaks = not isinstance(error, BeyondHorizon)
            self._set_back(case_id, subject, now, f"{type(error).__name__}: {text}"[:500], breaks=breaks)
            return {subject: text}

    def _set_back(self, case_id: str, subject: str, now: datetime, error: str, *, breaks: bool) -> None:
        again = [now + wait for wait in TRIES]
        if breaks and self.context.store.ask(lambda tx: tx.timers.tried(case_id, subject, now)) >= len(again):
            self._let_pass(case_id, subject, now)

        def work(tx: Tx) -> list[Fault]:
            failed = tx.timers.fail(case_id, subject, now, again, error, breaks=breaks)
            broken = [timer for timer in failed if timer.state is TimerState.BROKEN]
            return [Fault("timer", *tx.timers.case_of(timer.id), Text(error, error)) for timer in broken]

        for fault in self.context.store.execute(work):
            self.aside.note(fault)

    def _let_pass(self, case_id: str, subject: str, now: datetime) -> None:
        try:
            self.firing.set_aside(case_id, subject, now)
        except (Unavailable, StorageFull):
            raise
        except Exception:  # what the stages are cannot be told either: they wait for whoever mends it
            LOG.exception("the stages behind the timers of %s wait with them", subject)


def _count(swept: Swept, subject: str, fired: Fired | str | None) -> None:
    match fired:
        case None:
            swept.busy += 1
        case str():
            swept.failed += 1
            swept.problems.append(f"{subject}: {fired}")
        case Fired():
            swept.fired += fired.fired
            swept.collapsed += fired.collapsed
            swept.postponed += fired.postponed
