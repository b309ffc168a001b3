"""The staff of the demonstration: they look into their inboxes, take one task at a time and finish it."""

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.access.actor import Actor
from engine.calendar.calendar import Calendar
from engine.cases.model import TaskStatus
from engine.clock import FakeClock
from engine.commands.cases.completion import Completion
from engine.engine import Engine
from engine.errors import SopError
from engine.organisation import Organisation
from engine.tables import SOP_CASE, TASK
from runtime.demo.answers import REASONS, Clerk, filled, ways

RETURNED = 0.06
"""How often somebody finds something wrong."""
CORRECTED = 0.4
"""How often a verified figure is corrected, where it may be."""
TAKEN = 0.7
"""How often somebody who is free takes a task that waits."""
WITHOUT_STANDARD = 120
"""Working minutes of a step whose deadline is a date."""
PACES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1, 1.15, 1.4)
"""How long work takes, in standard times of its step."""
SLOW = {"s7": 1.5, "f2": 1.4}
"""Steps that take longer than their standard says, which monitoring is to find."""
OPEN = (TaskStatus.READY, TaskStatus.ASSIGNED, TaskStatus.IN_PROGRESS)
WAITING = (
    select(
        *(TASK.c[name] for name in ("id", "state", "seats", "assignee", "step_id", "not_before")),
        *(TASK.c[name] for name in ("claimed_at", "standard_minutes")),
    )
    .join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
    .where(TASK.c.state.in_(OPEN))
    .order_by(SOP_CASE.c.number, TASK.c.step_id, TASK.c.branch, TASK.c.visit, TASK.c.seats)
)


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody has taken, and when it will be done."""

    task: Any
    who: str
    done_at: datetime


@dataclass(slots=True)
class Staff:
    """Everybody of one agency. The same ``chance`` makes the same office."""

    engine: Engine
    clock: FakeClock
    calendar: Calendar
    organisation: Organisation
    chance: random.Random
    password: str
    orders: Mapping[str, int] = field(default_factory=dict)  # how many directions a step gives
    _works: dict[str, Work] = field(default_factory=dict)  # by person: nobody does two things at once

    def look(self) -> None:
        """Everybody who is free looks into the inbox once."""
        for task in self.waiting():
            if self.chance.random() < TAKEN:
                self._offer(task, self.people(task))

    def next_done(self) -> datetime | None:
        """When the next of them is done with something."""
        return min((work.done_at for work in self._works.values()), default=None)

    def finish(self) -> None:
        """Hand in what is done by now; whoever did it looks into the inbox again."""
        now = self.clock.now()
        done = sorted(
            (work for work in self._works.values() if work.done_at <= now), key=lambda work: work.done_at
        )
        for work in done:
            del self._works[work.who]
            with suppress(SopError):  # it stays with whoever took it, until the next look
                self.hand_in(work.task, work.who)
            for task in self.waiting():
                if work.who in self.people(task) and self.chance.random() < TAKEN:
                    self._offer(task, [work.who])

    def waiting(self) -> list[Any]:
        """The open tasks of the agency that somebody may begin now, in the order of their cases."""
        agency, now = self.organisation.agency.id, self.clock.now()
        query = WAITING.where(SOP_CASE.c.agency == agency, SOP_CASE.c.state == "running")
        tasks = self.engine.context.store.read(lambda connection: connection.execute(query).all())
        return [task for task in tasks if task.not_before is None or task.not_before <= now]

    def take(self, task: Any, who: str) -> None:
        """Open a task and claim it."""
        self.engine.tasks.view(Actor(who), task.id)
        self.engine.tasks.claim(Actor(who), task.id)

    def hand_in(self, task: Any, who: str) -> None:
        """Fill in a task and complete it, mostly by the first printed way that goes on."""
        shown = self.engine.queries.tasks.get(Actor(who), task.id)
        on, wrong = ways(shown)
        if wrong and self.chance.random() < RETURNED:
            with suppress(SopError):  # nothing in it can be wrong
                self.complete(task, who, shown, wrong[0], returning=True)
                return
        way = on[0] if on else None
        if task.step_id == "f4" and self.orders.get("f4"):
            way = "arahan"
        corrected = next((outcome for outcome in on if outcome.endswith("_dikoreksi")), None)
        if corrected is not None and self.chance.random() < CORRECTED:
            with suppress(SopError):  # nothing was reported that can be corrected
                self.complete(task, who, shown, corrected, correcting=True)
                return
        self.complete(task, who, shown, way)

    def complete(
        self,
        task: Any,
        who: str,
        shown: Mapping[str, Any],
        way: str | None,
        *,
        returning: bool = False,
        correcting: bool = False,
    ) -> None:
        """Complete a task by one way, with the data that it asks for."""
        local, began = self.clock.now().astimezone(self.calendar.timezone), shown["claimed_at"]
        clerk = Clerk(
            now=local,
            began=datetime.fromisoformat(began).astimezone(local.tzinfo) if began else local,
            chance=self.chance,
            upload=lambda name: self._upload(who, name),
            officers=officers(self.organisation),
            returning=returning,
            correcting=correcting,
            orders=self.orders.get(task.step_id, 0),
        )
        self.engine.completion.complete(
            Actor(who),
            task.id,
            Completion(
                outcome=way,
                data=filled(shown["form"], clerk) if shown["form"] else {},
                requirements=[requirement["id"] for requirement in shown["requirements"]],
                reason=self.chance.choice(REASONS) if _needs_reason(shown, way) else None,
                password=self.password,
            ),
        )

    def people(self, task: Any) -> Sequence[str]:
        """Who may take a task, or has it."""
        if task.assignee:
            return [task.assignee]
        return self.organisation.people_of(
            task.seats, self.clock.now().astimezone(self.calendar.timezone).date()
        )

    # --- inside ---

    def _offer(self, task: Any, people: Sequence[str]) -> None:
        """The first who is free and may do it begins; who is kept apart from it leaves it to the next."""
        for who in people:
            if who in self._works:
                continue
            self.clock.advance(minutes=1)
            with suppress(SopError):
                if task.state != TaskStatus.IN_PROGRESS:
                    self.take(task, who)
                self._works[who] = Work(task, who, self._done_at(task))
                return

    def _done_at(self, task: Any) -> datetime:
        pace = self.chance.choice(PACES) * SLOW.get(task.step_id, 1)
        return self.calendar.add(self.clock.now(), int((task.standard_minutes or WITHOUT_STANDARD) * pace))

    def _upload(self, who: str, name: str) -> str:
        return str(self.engine.uploads.put(Actor(who), f"%PDF-1.4\n% {name}\n%%EOF\n".encode(), name)["id"])


def _needs_reason(shown: Mapping[str, Any], way: str | None) -> bool:
    return any(outcome["id"] == way and outcome["reason"] == "required" for outcome in shown["outcomes"])


def officers(organisation: Organisation) -> dict[str, Sequence[str]]:
    """The positions below each division that answer for single things, its head where there is none."""
    officers: dict[str, Sequence[str]] = {}
    for unit in organisation.units:
        if unit.parent is None:
            inside = organisation.units_below(unit.id)
            below = [
                position.id
                for position in organisation.positions
                if position.unit in inside and "eselon_iv" in position.roles
            ]
            officers[unit.id] = below or organisation.heads_of(unit.id)
    return officers
