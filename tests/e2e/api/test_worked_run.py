"""The worked run of the dossier through HTTP, read from the scenario file, to the minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from starlette.testclient import TestClient

from engine.views.audit import AuditEvent
from engine.views.cases import Case, CaseItem, TimelineEntry
from engine.views.definitions import Definition, DefinitionItem, DefinitionVersion
from engine.views.notices import Notice
from engine.views.parts import Page
from engine.views.people import Me
from engine.views.tasks import Task, TaskItem
from engine.views.timing_log import CaseTiming, TimingRow
from runtime.shipped import FOLDER, plain_data
from tests.e2e.api.conftest import SignedIn
from tests.support.form_filling import PDF
from tests.support.offices import DemoOffice

WITA = ZoneInfo("Asia/Makassar")
SCENARIO = plain_data(FOLDER / "perbaikan-data-kinerja.scenarios.yaml")["scenarios"][0]
CHECKED = {
    "ready": "ready_at",
    "due": "due_at",
    "waiting": "waiting_minutes",
    "working": "working_minutes",
    "late": "late_minutes",
}


@dataclass
class Player:
    """Plays a scenario as people with browsers would."""

    office: DemoOffice
    signed_in: SignedIn
    case_id: str = ""
    tasks: dict[int, str] = field(default_factory=dict)
    clients: dict[str, TestClient] = field(default_factory=dict)

    def client(self, who: str) -> TestClient:
        return self.clients.setdefault(who, self.signed_in(who))

    def at(self, text: str) -> None:
        self.office.clock.set(datetime.fromisoformat(text).replace(tzinfo=WITA))

    def post(self, who: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = self.client(who).post(f"/api/v1/{path}", json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def get(self, who: str, path: str, shape: Any) -> Any:
        """What is there, which has exactly the described shape."""
        answer = self.client(who).get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        TypeAdapter(shape).validate_json(answer.content)
        return answer.json()

    def start(self, start: Mapping[str, Any], sop: str) -> None:
        self.at(start["at"])
        case = self.post(start["by"], "cases", {"sop": sop, "period": start["period"]})
        self.case_id = case["id"]

    def claim(self, index: int, visit: Mapping[str, Any]) -> None:
        inbox = self.get(visit["who"], "inbox?view=mine", Page[TaskItem])["items"]
        item = next(
            item
            for item in inbox
            if (item["step_id"], item["branch"]) == (visit["step"], visit.get("branch"))
            and item["assignee"] in (None, visit["who"])
        )
        self.tasks[index] = item["id"]
        shown = self.get(visit["who"], f"tasks/{item['id']}", Task)
        self.post(visit["who"], f"tasks/{item['id']}/claim", {"version": shown["version"]})

    def finish(self, index: int, visit: Mapping[str, Any]) -> None:
        who, task_id = visit["who"], self.tasks[index]
        shown = self.get(who, f"tasks/{task_id}", Task)
        body = {
            "data": self.filled(who, shown["form"], visit.get("data") or {}),
            "requirements": [requirement["id"] for requirement in shown["requirements"]],
            "version": shown["version"],
            **{name: visit[name] for name in ("outcome", "reason") if name in visit},
        }
        signs = {outcome["id"]: outcome["sign"] for outcome in shown["outcomes"]} | {None: shown["sign"]}
        if signs[visit.get("outcome")]:
            body["password"] = self.office.passwords[who]
        self.post(who, f"tasks/{task_id}/complete", body)

    def filled(self, who: str, form: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
        """The form's initial data with what the scenario says, its file names uploaded."""
        filled = dict(form["initial"])
        for name, value in data.items():
            shape = form["schema"]["properties"][name]
            if shape["x-alur-type"] == "table":
                given = [self.row(who, shape, row) for row in value]
                rows = [{**row, **more} for row, more in zip(filled[name], given, strict=False)]
                filled[name] = rows + given[len(rows) :] + filled[name][len(given) :]
            else:
                filled[name] = self.value(who, shape, value)
        return filled

    def row(self, who: str, shape: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
        columns = shape["items"]["properties"]
        return {name: self.value(who, columns[name], value) for name, value in row.items()}

    def value(self, who: str, shape: Mapping[str, Any], value: Any) -> Any:
        match shape["x-alur-type"]:
            case "file":
                return self.upload(who, value)
            case "evidence":
                return [{"file": self.upload(who, name)} for name in value]
        return value

    def upload(self, who: str, name: str) -> str:
        answer = self.client(who).post("/api/v1/files", files={"file": (name, PDF)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def test_the_worked_run_of_the_dossier_comes_out_to_the_minute(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    player = Player(office, signed_in)
    player.start(SCENARIO["start"], "perbaikan-data-kinerja")
    acts = [
        (visit[moment], order, act, index, visit)
        for index, visit in enumerate(SCENARIO["visits"])
        for order, (moment, act) in enumerate([("claim", player.claim), ("finish", player.finish)])
    ]
    for at, _, act, index, visit in sorted(acts, key=lambda act: act[0]):
        player.at(at)
        act(index, visit)

    timing = player.get("kadis", f"cases/{player.case_id}/timing", CaseTiming)
    assert timing["totals"] == {
        "visits": 16,
        "waiting_minutes": 2355,
        "working_minutes": 2020,
        "standard_minutes": 2580,
        "case_minutes": 3015,
        "late_visits": 2,
    }
    rows = {(row["step_id"], row["branch"], row["visit"]): row for row in timing["items"]}
    for visit in SCENARIO["visits"]:
        row = rows[visit["step"], visit.get("branch"), visit.get("visit", 1)]
        assert row["executor"] == visit["who"]
        for name, column in CHECKED.items():
            shown = row[column]
            if name in ("ready", "due"):
                shown = datetime.fromisoformat(shown).astimezone(WITA).strftime("%Y-%m-%d %H:%M")
            assert shown == visit[name], (visit["step"], visit.get("branch"), name)

    case = player.get("kadis", f"cases/{player.case_id}", Case)
    assert (case["state"], case["open_tasks"]) == ("completed", [])
    log = player.get("auditor", "timing-log?sop=perbaikan-data-kinerja", Page[TimingRow])
    assert log == {"items": timing["items"], "next": None}
    for path, shape in (
        (f"cases/{player.case_id}/timeline", Page[TimelineEntry]),
        (f"cases/{player.case_id}/audit", Page[AuditEvent]),
        ("cases", Page[CaseItem]),
        ("notifications", Page[Notice]),
        ("inbox?view=done", Page[TaskItem]),
        ("definitions", Page[DefinitionItem]),
        ("definitions/perbaikan-data-kinerja", Definition),
        ("definitions/perbaikan-data-kinerja/versions/1.0.0", DefinitionVersion),
        ("me", Me),
    ):
        assert player.get("kadis", path, shape)
