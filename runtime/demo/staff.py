"""The staff of the demonstration: they look into their inboxes, take tasks and finish them."""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine.access.actor import Actor
from engine.cases.model import TaskStatus
from engine.clock import FakeClock
from engine.commands.cases.completion import Completion
from engine.engine import Engine
from engine.errors import SopError
from engine.organisation import Organisation
from engine.tables import SOP_CASE, TASK
from runtime.demo.answers import Clerk, filled, ways

RETURNED = 0.06
"""How often somebody finds something wrong."""
TAKEN, DONE = 0.7, 0.75
"""How often a task is taken, or finished, when its holder looks into the inbox."""
OPEN = (TaskStatus.READY, TaskStatus.ASSIGNED, TaskStatus.IN_PROGRESS)
WAITING = (
    select(TASK.c.id, TASK.c.state, TASK.c.seats, TASK.c.assignee, TASK.c.step_id, TASK.c.not_before)
    .join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
    .where(TASK.c.state.in_(OPEN))
    .order_by(SOP_CASE.c.number, TASK.c.step_id, TASK.c.branch, TASK.c.visit, TASK.c.seats)
)


@dataclass(slots=True)
class Staff:
    """Everybody of one agency. The same ``chance`` makes the same office."""

    engine: Engine
    clock: FakeClock
    zone: ZoneInfo
    organisation: Organisation
    chance: random.Random
    password: str
    orders: Mapping[str, int] = field(default_factory=dict)  # how many directions a step gives
    _file: dict[str, str] = field(default_factory=dict)

    def look(self) -> None:
        """Everybody looks into the inbox once."""
        agency = self.organisation.agency.id
        query = WAITING.where(SOP_CASE.c.agency == agency, SOP_CASE.c.state == "running")
        for task in self.engine.context.store.read(lambda connection: connection.execute(query).all()):
            if task.not_before is not None and task.not_before > self.clock.now():
                continue
            if task.state != TaskStatus.IN_PROGRESS and self.chance.random() < TAKEN:
                self._try(task, self._claim)
            elif task.state == TaskStatus.IN_PROGRESS and self.chance.random() < DONE:
                self._try(task, self._finish)

    def _try(self, task: Any, act: Callable[[Any, str], None]) -> None:
        """Let whoever may act do so: who is kept apart from the task leaves it to the next."""
        day = self.clock.now().astimezone(self.zone).date()
        people = [task.assignee] if task.assignee else self.organisation.people_of(task.seats, day)
        for who in people:
            self.clock.advance(minutes=1)
            with suppress(SopError):
                act(task, who)
                return

    def _claim(self, task: Any, who: str) -> None:
        self.engine.tasks.claim(Actor(who), task.id)

    def _finish(self, task: Any, who: str) -> None:
        shown = self.engine.queries.tasks.get(Actor(who), task.id)
        on, wrong = ways(shown)
        if wrong and self.chance.random() < RETURNED:
            with suppress(SopError):  # nothing in it can be wrong
                self._complete(task, who, shown, wrong[0], returning=True)
                return
        self._complete(task, who, shown, on[0] if on else None, returning=False)

    def _complete(
        self, task: Any, who: str, shown: Mapping[str, Any], way: str | None, *, returning: bool
    ) -> None:
        orders = self.orders.get(task.step_id, 0)
        way = "arahan" if task.step_id == "f4" and orders else way
        clerk = Clerk(
            now=self.clock.now().astimezone(self.zone),
            chance=self.chance,
            upload=lambda name: self._upload(who, name),
            officers=officers(self.organisation),
            returning=returning,
            orders=orders,
        )
        self.engine.completion.complete(
            Actor(who),
            task.id,
            Completion(
                outcome=way,
                data=filled(shown["form"], clerk) if shown["form"] else {},
                requirements=[requirement["id"] for requirement in shown["requirements"]],
                reason="Data dukung belum sesuai" if returning else None,
                password=self.password,
            ),
        )

    def _upload(self, who: str, name: str) -> str:
        return str(self.engine.uploads.put(Actor(who), f"%PDF-1.4\n% {name}\n%%EOF\n".encode(), name)["id"])


def officers(organisation: Organisation) -> dict[str, Sequence[str]]:
    """The positions below each division that answer for single things, its head where there is none."""
    found: dict[str, Sequence[str]] = {}
    for unit in organisation.units:
        if unit.parent is None:
            inside = organisation.units_below(unit.id)
            below = [
                one.id for one in organisation.positions if one.unit in inside and "eselon_iv" in one.roles
            ]
            found[unit.id] = below or organisation.heads_of(unit.id)
    return found
