"""An office in which the worked run stands at the second visit of its eighth step, with nobody at work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine.cases.model import Task
from engine.commands.worker.tick import Sweep
from engine.engine import Engine
from engine.sop.checks import require_definition
from engine.sop.scenarios import require_scenarios
from engine.store import Store
from engine.store.timers import SELECT_TIMER, TIMER_FIELDS
from engine.tables import NOTICE, OUTAGE
from runtime.demo.worked_run import DEFINITION, SCENARIOS
from runtime.scenario_runner import Stage, play
from runtime.shipped import FOLDER

STEP_8_AGAIN = "2026-01-12 09:00"
SCHEDULED_SOP = "laporan-berkala"
WINDOWS = """triggers:
  - type: schedule
    open: {working_days_before_window: 5}
    windows:
      - {period: Q1, month: 4, week: 1}
      - {period: Q2, month: 7, week: 1}
      - {period: Q3, month: 10, week: 1}
      - {period: Q4, month: 12, week: 4}
"""


@dataclass(slots=True)
class WorkedRun:
    """The office and the case of the worked run; ``sweep`` is one worker."""

    stage: Stage
    store: Store
    case_id: str
    sweep: Sweep

    @property
    def engine(self) -> Engine:
        return self.stage.engine

    def go_to(self, text: str) -> None:
        """Set the clock to a local time of the office."""
        self.stage.clock.set(f"{text}+08:00")

    def tick_at(self, text: str) -> Any:
        self.go_to(text)
        return self.sweep.tick()

    def step_8(self) -> Task:
        state = self.store.ask(lambda tx: tx.cases.get(self.case_id))
        assert state is not None
        (task,) = [task for task in state.open_tasks() if task.step_id == "s8"]
        return task

    def told(self, task_id: str | None) -> list[tuple[str, str | None, str, str]]:
        """(local time, stage, kind, account) of the notices about stages of a task, in their order."""
        query = select(NOTICE.c.at, NOTICE.c.stage, NOTICE.c.kind, NOTICE.c.account).where(
            NOTICE.c.task_id == task_id, NOTICE.c.stage.is_not(None)
        )
        rows = self.store.read(lambda connection: connection.execute(query.order_by(NOTICE.c.at)).all())
        return [(local(self.stage, row.at), row.stage, row.kind, row.account) for row in rows]

    def summaries(self) -> list[tuple[str, str]]:
        """(account, text) of every summary, by account."""
        query = select(NOTICE.c.account, NOTICE.c.text).where(NOTICE.c.kind == "digest")
        rows = self.store.read(lambda connection: connection.execute(query).all())
        return sorted((row.account, row.text) for row in rows)

    def outages(self) -> list[tuple[str, str, int]]:
        """(from, to, working minutes) of the outages that were noted."""
        rows = self.store.read(lambda connection: connection.execute(select(OUTAGE)).all())
        return [
            (local(self.stage, row.from_at), local(self.stage, row.to_at), row.working_minutes)
            for row in rows
        ]

    def states(self, task_id: str) -> dict[str, str]:
        """Stage → its state, as the task shows it."""
        shown = self.engine.queries.tasks.get("kadis", task_id)["escalation"]
        return {stage["stage"]: stage["state"] for stage in shown}


def local(stage: Stage, instant: Any) -> str:
    return f"{instant.astimezone(stage.zone):%Y-%m-%d %H:%M}"


def timers(store: Store) -> list[dict[str, Any]]:
    rows = store.read(lambda connection: connection.execute(SELECT_TIMER).all())
    return [dict(zip(TIMER_FIELDS, row, strict=True)) for row in rows]


def at_step_8_again(store: Store, files: Path) -> WorkedRun:
    """Play the worked run up to the second visit of step 8, which became ready on 12 January at 09:00."""
    text = DEFINITION.read_text(encoding="utf-8")
    definition = require_definition(text, file=DEFINITION.name).definition
    scenarios = require_scenarios(SCENARIOS.read_bytes(), definition, file=SCENARIOS.name)
    scenario = scenarios.scenarios[0]
    done = tuple(visit for visit in scenario.visits if visit.finish <= STEP_8_AGAIN)
    stage = Stage.built(store, files, scenarios, FOLDER, [text])
    played = play(stage, replace(scenario, visits=done), scenarios.sop)
    assert played.case_id is not None
    return WorkedRun(stage, store, played.case_id, Sweep(stage.engine.context))


def scheduled_definition() -> str:
    """The shipped definition as one that opens by itself for every quarter, as the quarterly report does."""
    text = DEFINITION.read_text(encoding="utf-8")
    text = text.replace("id: perbaikan-data-kinerja\n", f"id: {SCHEDULED_SOP}\n", 1)
    return text.replace("triggers:\n", WINDOWS, 1)


def local_text(instant: Any) -> str:
    """An instant as a local time of the demonstration's office."""
    return f"{instant.astimezone(ZoneInfo('Asia/Makassar')):%Y-%m-%d %H:%M}"
