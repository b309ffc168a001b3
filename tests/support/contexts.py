"""A context to decide in, without a database: a definition, the demonstration organisation, a fake clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from engine.calendar.agency import Agency, read_agency
from engine.cases.context import CaseContext, DecisionContext
from engine.cases.model import Case, CaseState, CaseStatus, Task, TaskStatus
from engine.cases.transition import Transition
from engine.clock import FakeClock
from engine.organisation import Organisation
from engine.organisation.binding import read_organisation
from engine.sop.checks import require_definition
from engine.sop.machine import SopMachine
from engine.sop.model import Definition
from engine.sop.source import read_source

SHIPPED = Path(__file__).resolve().parents[2] / "sop_definitions"
BEHAVIOUR = Path(__file__).resolve().parents[1] / "fixtures" / "definitions" / "behaviour"
NOW = datetime.fromisoformat("2026-01-05T08:00:00+08:00")


@cache
def shipped_definition(name: str) -> Definition:
    return require_definition((SHIPPED / f"{name}.yaml").read_bytes(), file=name).definition


def definition_of(text: str) -> Definition:
    """An SOP as a test writes it out: `schema`, `version` and `status` are added."""
    whole = f'schema: sop/v1\nversion: "1.0.0"\nstatus: effective\n{text}'
    return require_definition(whole.encode(), file="test.yaml").definition


@cache
def organisation() -> Organisation:
    return read_organisation((SHIPPED / "org-demo.yaml").read_bytes())


@cache
def small_office() -> Organisation:
    """The office of the fixtures: posts held in person, as Plh., two by one person, and by nobody."""
    return read_organisation((BEHAVIOUR / "org.yaml").read_bytes())


@cache
def agency() -> Agency:
    data = [read_source((SHIPPED / name).read_bytes()).data for name in ("instansi.yaml", "hari_libur.yaml")]
    return read_agency(*data)


@cache
def calendar() -> Any:
    return agency().calendars()["asn-5hk"]


@dataclass
class Play:
    """One case moved by hand: ids are `id1`, `id2`, … and numbers count from 1."""

    definition: Definition
    organisation: Organisation = field(default_factory=organisation)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    state: CaseState = field(init=False)
    last: Transition = field(init=False)

    def __post_init__(self) -> None:
        self.machine = SopMachine(self.definition)
        ids, numbers = count(1), count(1)
        self.new_id = lambda: f"id{next(ids)}"
        self.next_number = lambda _series, _year: next(numbers)

    def context(self) -> DecisionContext:
        return DecisionContext(
            definition=self.definition,
            definition_hash="0" * 64,
            machine=self.machine,
            organisation=self.organisation,
            calendar=calendar(),
            week_of_month=agency().week_of_month,
            now=self.clock.now(),
            new_id=self.new_id,
            next_number=self.next_number,
        )

    def case(self, state: CaseState | None = None) -> CaseContext:
        """The case as it stands, or in another state."""
        return self.context().of_case(state or self.state)

    def start(self, *, started_by: str | None = "kadis", **more: Any) -> "Play":
        case = Case(
            id="case",
            number="X-2026-0001",
            agency=self.organisation.agency.id,
            sop=self.definition.id,
            sop_version=self.definition.version,
            definition_hash="0" * 64,
            title="",
            period="2026-Q1",
            state=CaseStatus.RUNNING,
            started_by=started_by,
            started_at=self.clock.now(),
            received_at=self.clock.now(),
            **more,
        )
        transition = Transition(self.context().of_case(CaseState(case)))
        transition.start()
        return self._settle(transition)

    def open(self) -> list[str]:
        """The open tasks as `step` or `step@branch`, sorted."""
        return sorted(place(task) for task in self.state.open_tasks())

    def task(self, where: str, seat: str | None = None) -> Task:
        """The first open task at a place; of several holders the one for a seat."""
        here = (task for task in self.state.open_tasks() if place(task) == where)
        return next(task for task in here if seat in (None, *task.seats))

    def done(self, step_id: str, branch: str | None = None) -> Task:
        """The latest completed visit of a step."""
        visits = self.state.visits_of(step_id, branch)
        return [task for task in visits if task.state is TaskStatus.COMPLETED][-1]

    def finish(
        self,
        where: str,
        who: str,
        outcome: str | None = None,
        data: Mapping[str, Any] | None = None,
        scope: tuple[str, ...] = (),
        position: str | None = None,
        seat: str | None = None,
    ) -> "Play":
        """End a task as if its form had been checked: claimed and finished now."""
        task = self.task(where, seat)
        context = self.case()
        transition = Transition(context)
        rule, target = context.machine.step(task.step_id, outcome, lambda _text: True)
        ended = transition.change(
            task,
            state=TaskStatus.COMPLETED,
            assignee=who,
            position=position or (task.seats[0] if not task.seats[0].startswith("@") else None),
            claimed_at=context.now,
            finished_at=context.now,
            outcome=outcome,
            data=dict(data or {}),
            scope=scope,
        )
        if rule.approve_by:
            transition.ask_approval(ended, rule)
        else:
            transition.leave(ended, rule, target)
        return self._settle(transition)

    def act(self, change: Callable[[Transition], object]) -> "Play":
        """Change the case now by what a transition can do."""
        transition = Transition(self.case())
        change(transition)
        return self._settle(transition)

    def claim(self, where: str, who: str, position: str | None = None) -> Task:
        """Take an open task, in its first position unless another is named."""
        task = self.task(where)
        self.act(
            lambda transition: transition.change(
                task,
                state=TaskStatus.IN_PROGRESS,
                assignee=who,
                position=position or task.seats[0],
                acting_kind="definitive",
                claimed_at=self.clock.now(),
            )
        )
        return self.state.tasks[task.id]

    def change_step(self, step_id: str, **changes: Any) -> "Play":
        """The same SOP with one step changed; call it before what should feel it."""
        steps = tuple(
            replace(step, **changes) if step.id == step_id else step for step in self.definition.steps
        )
        self.definition = replace(self.definition, steps=steps)
        self.machine = SopMachine(self.definition)
        return self

    def _settle(self, transition: Transition) -> "Play":
        self.state = transition.settled()
        self.last = transition
        return self


def place(task: Task) -> str:
    return f"{task.step_id}@{task.branch}" if task.branch else task.step_id
