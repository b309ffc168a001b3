"""An agency that works a whole year over HTTP: people sign in, take what waits for them, and hand it in."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.testclient import TestClient

from engine.cases.model import CaseState, Task
from engine.clock import FakeClock
from engine.commands.worker.tick import Sweep
from runtime.bootstrap import System
from runtime.demo.answers import Clerk, filled, ways
from runtime.demo.past import Past
from runtime.demo.staff import officers
from runtime.testing import client_for
from tests.support.form_filling import PDF

WITA = ZoneInfo("Asia/Makassar")
Answer = Callable[[dict[str, Any], dict[str, Any]], str | None]
"""Changes what is handed in for a task as shown; the outcome to take, None for the first that goes on."""


@dataclass
class Agency:
    """One agency behind its HTTP door, on a simulated clock."""

    system: System
    clock: FakeClock
    password: str
    agency: str
    clients: dict[str, TestClient] = field(default_factory=dict)
    uploads: dict[str, str] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(2025))

    def until(self, text: str) -> None:
        """Let time go by, with what begins and falls due by itself."""
        at = datetime.fromisoformat(text).replace(tzinfo=WITA)
        Past(self.clock, Sweep(self.system.engine.context), WITA).pass_until(at)

    # --- over HTTP ---

    def client(self, who: str) -> TestClient:
        return self.clients.setdefault(who, client_for(self.system, who))

    def get(self, who: str, path: str) -> Any:
        answer = self.client(who).get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, who: str, path: str, body: Mapping[str, Any]) -> Any:
        answer = self.client(who).post(f"/api/v1/{path}", json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    def send(self, who: str, path: str, content: bytes, name: str, **given: str) -> Any:
        answer = self.client(who).post(f"/api/v1/{path}", files={"file": (name, content)}, data=given)
        assert answer.is_success, answer.text
        return answer.json()

    def upload(self, who: str) -> str:
        return str(self.send(who, "files", PDF, "data-dukung.pdf")["id"])

    def rows(self, who: str, register: str, **filters: str) -> dict[str, dict[str, Any]]:
        asked = "&".join(f"{name}={value}" for name, value in {**filters, "limit": "100"}.items())
        return {row["row"]: row for row in self.get(who, f"registers/{register}/rows?{asked}")["items"]}

    # --- working ---

    def case(self, who: str, sop: str, period: str) -> str:
        """The case of an SOP for a period, which began by itself."""
        found = self.get(who, f"cases?sop={sop}&limit=100")["items"]
        [case] = [one for one in found if one["period"] == period]
        return str(case["id"])

    def state(self, case_id: str) -> CaseState:
        found: CaseState | None = self.system.engine.context.store.ask(lambda tx: tx.cases.get(case_id))
        assert found is not None
        return found

    def work(self, case_id: str, answers: Mapping[str, Answer] | None = None, *, before: str = "") -> None:
        """Do every open task of a case until it ends, or until only ``before`` is open."""
        for _ in range(200):
            tasks = [task for task in self.state(case_id).open_tasks() if task.step_id != before]
            if not tasks:
                return
            self.do(min(tasks, key=lambda task: (task.step_id, task.branch or "", task.seats)), answers or {})
        raise AssertionError("the case does not end")

    def do(self, task: Task, answers: Mapping[str, Answer]) -> None:
        who = self.taken(task)
        shown = self.get(who, f"tasks/{task.id}")
        organisation = self.system.engine.context.store.ask(lambda tx: tx.organisations.get(self.agency))
        now = self.clock.now().astimezone(WITA)
        clerk = Clerk(
            now=now,
            began=now - timedelta(hours=1),
            chance=self.chance,
            upload=lambda _name: self.upload(who),
            officers=officers(organisation),
        )
        data = filled(shown["form"], clerk) if shown["form"]["schema"] else {}
        answer = answers.get(f"{task.step_id}@{task.branch}") or answers.get(task.step_id)
        outcome = answer(shown, data) if answer else None
        on, back = ways(shown)
        outcome = outcome or (on[0] if on else None)
        self.post(
            who,
            f"tasks/{task.id}/complete",
            {
                "outcome": outcome,
                "data": data,
                "requirements": [requirement["id"] for requirement in shown["requirements"]],
                "version": shown["version"],
                "registers": shown["registers"],
                "password": self.password,
                **({"reason": "Data dukung belum sesuai"} if outcome in back or answer else {}),
            },
        )

    def taken(self, task: Task) -> str:
        """The first who may take the task has it now; those who are kept apart are told so."""
        self.clock.advance(minutes=1)
        day = self.clock.now().astimezone(WITA).date()
        organisation = self.system.engine.context.store.ask(lambda tx: tx.organisations.get(self.agency))
        if task.assignee and task.claimed_at:
            return task.assignee
        people = [task.assignee] if task.assignee else organisation.people_of(task.seats, day)
        for who in people:
            answer = self.client(who).post(f"/api/v1/tasks/{task.id}/claim", json={"version": task.version})
            if answer.is_success:
                return who
            assert answer.status_code in (403, 409), answer.text
        raise AssertionError(f"nobody may take {task.step_id}@{task.branch}")
