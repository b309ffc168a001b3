"""People who work over HTTP while their server is killed or its database restarts, and what they were told.

Everything that changes something carries an Idempotency-Key and is asked again until it is answered, so that
in the end the log must hold exactly what was answered: nothing less, nothing twice.
"""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from sqlalchemy import Connection

from engine.store.audit_reader import all_streams, read_events, verify_log
from tests.support.cli import settings_of
from tests.support.form_filling import PDF, Pen, attempts
from tests.support.offices import SOP, DemoOffice, executor_of, findings
from tests.support.served_office import CSRF, PATIENCE, Person, Served

CLIENTS = 8
PEOPLE = ("kadis", "sekdis", "kasubbag.perencanaan", "kabid.psr", "jp.psr.1", "kabid.pkm", "jp.pkm.1")
VERBS = frozenset({"start", "claim", "release", "save", "hold", "resume", "complete"})
DONE = frozenset({200, 201})
AGAIN = frozenset({503})
INVALID = 422


class Over(Exception):
    """The siege ends; nobody begins anything new."""


@dataclass(slots=True)
class Told:
    """What all clients together were answered, by (act, subject); and how often they had to ask again."""

    acts: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    faults: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def count(self) -> int:
        return sum(self.acts.values())

    def hear(self, act: str, subject: str) -> None:
        with self._lock:
            self.acts[act, subject] += 1

    def status(self, code: int) -> None:
        with self._lock:
            self.statuses[code] += 1

    def cut_off(self) -> None:
        with self._lock:
            self.broken += 1


class Siege:
    """A served office on a port that stays the same, and clients that work until it is over."""

    def __init__(self, office: DemoOffice, folder: Path, *, seed: int = 20260105) -> None:
        self.office = office
        self.told = Told()
        self.chance = random.Random(seed)
        self._folder = folder
        self._env = settings_of(office.urls, office.files) | {
            "ALUR_REQUESTS_PER_SECOND": "1000000",
            "ALUR_LOG_LEVEL": "error",
        }
        self._port = _free_port()
        self.server = self._start()
        people = {name: Person(self.server.address, name, office.passwords[name]) for name in PEOPLE}
        self.sessions = {name: person.credentials for name, person in people.items()}
        self._threads = [
            threading.Thread(target=_Client(self, random.Random(seed + number)).work)
            for number in range(CLIENTS)
        ]
        for thread in self._threads:
            thread.start()

    def after(self, least: int, most: int) -> None:
        """Wait until so many more acts have been answered, and a moment longer."""
        target = self.told.count + self.chance.randint(least, most)
        end = time.monotonic() + PATIENCE
        while self.told.count < target:
            assert not self.told.faults, self.told.faults[:3]
            assert time.monotonic() < end, f"nobody gets on: {self.told}, {self.server.lines[-3:]}"
            time.sleep(0.002)
        time.sleep(self.chance.uniform(0, 0.02))

    def kill(self) -> None:
        """Kill the server with signal 9 and start it again."""
        assert self.server.kill() == -9, self.server.lines
        self.server = self._start()

    def end(self) -> None:
        """Everybody finishes what is under way; then the server stops in order."""
        self.told.over.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        assert self.server.stop() == 0
        assert self.told.faults == []

    def _start(self) -> Served:
        return Served(self._env, ["--port", str(self._port)], cwd=self._folder).until_ready()


def holds_exactly(office: DemoOffice, told: Told) -> int:
    """The log is whole and holds what was answered, each once; returns its events."""
    report = office.engine.context.store.read(verify_log)
    assert report.ok, report.faults[:5]

    def acts(connection: Connection) -> Counter[tuple[str, str]]:
        return Counter(
            (event.act, json.loads(event.body)["subject"])
            for event in read_events(connection, all_streams(connection))
            if event.act.partition(".")[2] in VERBS and event.account is not None
        )

    stored = office.engine.context.store.read(acts)
    assert told.acts - stored == Counter(), "answered but lost"
    assert stored - told.acts == Counter(), "stored more often than answered"
    return report.checked


class _Client:
    """One program that works for everybody, a case at a time, with detours."""

    def __init__(self, siege: Siege, chance: random.Random) -> None:
        self._told = siege.told
        self._chance = chance
        self._passwords = siege.office.passwords
        self._address = siege.server.address
        self._doors = {
            name: httpx2.Client(
                base_url=f"{self._address}/api/v1", timeout=PATIENCE, cookies=cookies, headers={CSRF: token}
            )
            for name, (cookies, token) in siege.sessions.items()
        }

    def work(self) -> None:
        try:
            with suppress(Over):
                while True:
                    self._play_case()
        except BaseException as error:
            self._told.faults.append(f"{type(error).__name__}: {error}")
        finally:
            for door in self._doors.values():
                door.close()

    def _play_case(self) -> None:
        case = self._act("kadis", "case.start", "/cases", {"sop": SOP, "period": "2025-Q4"})
        while tasks := self._get("kadis", f"/cases/{case['id']}")["open_tasks"]:
            for task in tasks:
                self._play_task(task)

    def _play_task(self, task: dict[str, Any]) -> None:
        who = executor_of(_Named(**{name: task[name] for name in ("step_id", "branch")}))  # type: ignore[arg-type]
        path = f"/tasks/{task['id']}"
        if task["state"] in ("ready", "assigned"):
            self._claim(who, path)
        detour = self._chance.random()
        if detour < 0.15:
            self._verb(who, path, "release", {"reason": "Ada rapat"})
            self._claim(who, path)
        elif detour < 0.3:
            until = datetime.now(UTC).replace(microsecond=0).isoformat()[:4]
            reason = {
                "reason_class": "menunggu_data",
                "reason": "Menunggu data",
                "until": f"{int(until) + 1}-01-04T08:00:00+08:00",
            }
            self._verb("kadis" if who == "sekdis" else who, path, "hold", reason, may_fail=True)
            if self._get(who, path)["state"] == "on_hold":
                self._verb(who, path, "resume", {})
        elif detour < 0.5:
            self._verb(who, path, "save", {"data": {}})
        self._complete(who, path)

    def _claim(self, who: str, path: str) -> None:
        self._verb(who, path, "claim", {})

    def _complete(self, who: str, path: str) -> None:
        shown = self._get(who, path)
        pen = Pen(now=datetime.now(UTC).replace(microsecond=0), upload=lambda: self._upload(who))
        body = {
            "requirements": [requirement["id"] for requirement in shown["requirements"]],
            "password": self._passwords[who],
        }
        if shown["step_id"] in ("s6", "s8"):
            body["outcome"] = "sesuai"
        ways = [findings()] if shown["step_id"] == "s1" else attempts(shown["form"], pen)
        for data in ways:
            if self._verb(who, path, "complete", {**body, "data": data}, may_fail=True):
                return
        raise AssertionError(f"no filling fits {shown['step_id']}")

    def _upload(self, who: str) -> str:
        upload = {"file": ("bukti.pdf", PDF, "application/pdf")}
        return str(self._asked(lambda: self._doors[who].post("/files", files=upload)).json()["id"])

    def _verb(
        self, who: str, path: str, verb: str, body: dict[str, Any], *, may_fail: bool = False
    ) -> dict[str, Any] | None:
        body = {**body, "version": self._get(who, path)["version"]}
        return self._act(who, f"task.{verb}", f"{path}/{verb}", body, may_fail=may_fail)

    def _act(
        self, who: str, act: str, path: str, body: dict[str, Any], *, may_fail: bool = False
    ) -> dict[str, Any]:
        if self._told.over.is_set():
            raise Over
        key = {"Idempotency-Key": str(uuid4())}
        answer = self._asked(lambda: self._doors[who].post(path, json=body, headers=key))
        if may_fail and answer.status_code in (403, INVALID):
            return {}
        assert answer.status_code in DONE, f"{who} {path}: {answer.status_code} {answer.text[:300]}"
        content: dict[str, Any] = answer.json()
        self._told.hear(act, content["id"] if act == "case.start" else path.split("/")[2])
        return content

    def _get(self, who: str, path: str) -> dict[str, Any]:
        answer = self._asked(lambda: self._doors[who].get(path))
        assert answer.status_code == 200, f"{who} {path}: {answer.status_code} {answer.text[:300]}"
        content: dict[str, Any] = answer.json()
        return content

    def _asked(self, ask: Callable[[], httpx2.Response]) -> httpx2.Response:
        """The same request until somebody answers it."""
        end = time.monotonic() + 2 * PATIENCE
        while time.monotonic() < end:
            try:
                answer = ask()
            except httpx2.TransportError:
                self._told.cut_off()
            else:
                self._told.status(answer.status_code)
                if answer.status_code not in AGAIN:
                    return answer
                assert int(answer.headers["retry-after"]) > 0
            time.sleep(0.2)
        raise AssertionError("the server stayed away")


@dataclass(frozen=True, slots=True)
class _Named:
    step_id: str
    branch: str | None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
