"""A running office with the demonstration in it, and the few moves that most tests of commands start with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select

from engine.access.actor import HOST
from engine.audit.act import Act
from engine.calendar.clock_watch import Stand
from engine.cases.model import CaseState, Task
from engine.clock import FakeClock
from engine.commands.cases.completion import Completion
from engine.engine import Engine
from engine.errors import InvalidInput
from engine.organisation import Absence, Organisation
from engine.store import Tx
from engine.tables import METADATA
from runtime.bootstrap import System, bootstrap
from runtime.settings import Settings
from runtime.settings.sign_in import make_key
from tests.support.form_filling import PDF, Pen, attempts, filled
from tests.support.postgres import DatabaseUrls

SOP = "perbaikan-data-kinerja"
SOPS = (SOP, "tindak-lanjut-evaluasi")
"""What the office of the tests has: none of them starts by itself while a test lets time go by."""
MONDAY = "2026-01-05T08:00+08:00"
TWO_BIDANG = ("bid-psr", "bid-pkm")
HOLDERS = {"bid-psr": ("kabid.psr", "jp.psr.1"), "bid-pkm": ("kabid.pkm", "jp.pkm.1")}

_passwords: dict[str, dict[str, str]] = {}


def with_demonstration(urls: DatabaseUrls) -> None:
    """For `database_factory`: schema, demonstration and accounts, once per session and engine."""
    with TemporaryDirectory() as folder:
        system = opened(urls, Path(folder) / "files", FakeClock(MONDAY))
        try:
            _passwords[urls.database_url.partition(":")[0]] = system.load_demo(SOPS)
        finally:
            system.close()


def opened(urls: DatabaseUrls, files: Path, clock: FakeClock, **given: Any) -> System:
    """A system on a database; another process opens the same one with the same arguments.

    Its key stands beside the files. ``machine_clock`` and settings may be given. Requests are not counted
    unless ``requests_per_second`` is given: a fast machine would be told to wait.
    """
    given.setdefault("requests_per_second", 1_000_000)
    machine_clock = given.pop("machine_clock", None)
    apart = urls.migration_url != urls.database_url
    settings = Settings(
        database_url=urls.database_url,
        migration_url=urls.migration_url if apart else None,
        files_dir=files,
        key_file=files.with_suffix(".key"),
        **given,
    )
    assert settings.key_path is not None
    make_key(settings.key_path)
    return bootstrap(settings, clock, machine_clock)


@dataclass(slots=True)
class DemoOffice:
    """One office; ``urls`` and ``files`` are what another process needs to open the same one."""

    system: System
    clock: FakeClock
    urls: DatabaseUrls
    files: Path
    passwords: dict[str, str]

    @classmethod
    def on(
        cls, urls: DatabaseUrls, files: Path, passwords: dict[str, str] | None = None, **given: Any
    ) -> DemoOffice:
        clock = FakeClock(MONDAY)
        known = passwords or _passwords[urls.database_url.partition(":")[0]]
        return cls(opened(urls, files, clock, **given), clock, urls, files, known)

    @property
    def engine(self) -> Engine:
        return self.system.engine

    # --- reading behind the scenes ---

    def read(self, query: Callable[[Tx], Any]) -> Any:
        return self.engine.context.store.ask(query)

    def state(self, case_id: str) -> CaseState:
        found: CaseState | None = self.read(lambda tx: tx.cases.get(case_id))
        assert found is not None
        return found

    def open_task(self, case_id: str, step: str, branch: str | None = None) -> Task:
        found = [
            task for task in self.state(case_id).open_tasks() if (task.step_id, task.branch) == (step, branch)
        ]
        assert len(found) == 1, f"{len(found)} tasks of {step}@{branch} are open"
        return found[0]

    def task(self, task_id: str) -> Task:
        state: CaseState | None = self.read(lambda tx: tx.cases.of_task(task_id))
        assert state is not None
        return state.tasks[task_id]

    def organisation(self, agency: str = "disdag-banggai") -> Organisation:
        found: Organisation = self.read(lambda tx: self.engine.context.catalog.organisation(tx, agency))
        return found

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table as text."""
        return self.engine.context.store.read(all_rows)

    # --- acting ---

    def reads_english(self, who: str) -> None:
        """This person has chosen English."""
        act = Act(name="account.profile", at=self.clock.now(), account=who, subject=who)
        self.engine.context.store.execute(lambda tx: tx.accounts.change(who, {"locale": "en"}, act))

    def beat(self) -> None:
        """A life sign of a worker, as a tick leaves it."""
        stand = Stand(self.clock.now(), self.clock.steady(), self.clock.now())
        self.engine.context.store.execute(lambda tx: tx.heartbeats.beat("somebody", stand, self.clock.boot()))

    def put_organisation(self, **changes: Any) -> None:
        """Store the agency again with some of it replaced."""
        changed = replace(self.organisation(), **changes)
        self.engine.registry.put_organisation(changed, actor=HOST)

    def away(self, who: str, first: str, last: str) -> None:
        """Note that somebody is not there from one day to another."""
        days = (date.fromisoformat(first), date.fromisoformat(last))
        absence = Absence(str(uuid4()), who, "cuti", *days, who)
        act = Act(name="absence.put", at=self.clock.now(), account=who, subject=absence.id)
        self.engine.context.store.execute(
            lambda tx: tx.organisations.put_absence("disdag-banggai", absence, act)
        )

    def start(self, by: str = "kadis", sop: str = SOP, period: str | None = "2025-Q4", **given: Any) -> str:
        return str(self.engine.cases.start(by, sop, period=period, **given)["id"])

    def upload(self, who: str, content: bytes = PDF, name: str = "bukti.pdf") -> str:
        return str(self.engine.uploads.put(who, content, name)["id"])

    def pen(self, who: str, **given: Any) -> Pen:
        values: dict[str, Any] = {
            "now": self.clock.now(),
            "upload": lambda: self.upload(who),
            "ids": {"positions": ("kabid-psr",), "users": ("kasi.psr.1",), "units": ("bid-psr",)},
        }
        return Pen(**values | given)

    def shown(self, who: str, task_id: str) -> dict[str, Any]:
        return self.engine.queries.tasks.get(who, task_id)

    def filled(self, who: str, task_id: str, **given: Any) -> Completion:
        """What this person would hand in: the form filled in, everything ticked, the password known."""
        shown = self.shown(who, task_id)
        data: Mapping[str, Any] = filled(shown["form"], self.pen(who))
        values: dict[str, Any] = {
            "data": data,
            "requirements": [requirement["id"] for requirement in shown["requirements"]],
            "password": self.passwords[who],
        }
        return Completion(**values | given)

    def complete(self, who: str, task_id: str, **given: Any) -> dict[str, Any]:
        """Complete a task with whatever valid data its form takes."""
        handed_in = self.filled(who, task_id, **given)
        if "data" in given:
            return dict(self.engine.completion.complete(who, task_id, handed_in))
        faults: list[Any] = []
        for data in attempts(self.shown(who, task_id)["form"], self.pen(who)):
            try:
                return dict(self.engine.completion.complete(who, task_id, replace(handed_in, data=data)))
            except InvalidInput as error:
                faults += [(fault.path, fault.message.english) for fault in error.errors]
        raise AssertionError(f"no filling fits: {faults}")

    def do(self, who: str, case_id: str, step: str, branch: str | None = None, **given: Any) -> str:
        """Claim and complete the open task of a step; gives the task's id."""
        task = self.open_task(case_id, step, branch)
        self.engine.tasks.claim(who, task.id)
        self.complete(who, task.id, **given)
        return task.id

    def with_branches(self, bidang: tuple[str, ...] = TWO_BIDANG, **given: Any) -> str:
        """A case whose first three steps are done: one branch per Bidang is open at s4."""
        case_id = self.start(**given)
        self.do("kadis", case_id, "s1", data=findings(bidang))
        self.do("sekdis", case_id, "s2")
        self.do("kasubbag.perencanaan", case_id, "s3")
        return case_id

    def at_last_step_of_each_branch(self) -> str:
        """A case with both branches at s6, claimed by their Kepala Bidang."""
        case_id = self.with_branches()
        for unit, (kabid, jp) in HOLDERS.items():
            self.do(kabid, case_id, "s4", unit)
            self.do(jp, case_id, "s5", unit)
            self.engine.tasks.claim(kabid, self.open_task(case_id, "s6", unit).id)
        return case_id

    def at_paraf(self) -> str:
        """A case at s8, claimed by the Sekretaris."""
        case_id = self.at_last_step_of_each_branch()
        for unit, (kabid, _) in HOLDERS.items():
            self.complete(kabid, self.open_task(case_id, "s6", unit).id, outcome="sesuai")
        self.do("kasubbag.perencanaan", case_id, "s7")
        self.engine.tasks.claim("sekdis", self.open_task(case_id, "s8").id)
        return case_id

    def finish(self, case_id: str, done: Callable[[str, str], object] = lambda *_: None) -> None:
        """Bring a case to its end from wherever it stands; ``done`` hears of every answer."""
        while tasks := self.state(case_id).open_tasks():
            for task in tasks:
                who = task.assignee or executor_of(task)
                if task.claimed_at is None:
                    self.engine.tasks.claim(who, task.id)
                    done("claim", task.id)
                given: dict[str, Any] = {"data": findings()} if task.step_id == "s1" else {}
                outcome = "sesuai" if task.step_id in ("s6", "s8") else None
                self.complete(who, task.id, outcome=outcome, **given)
                done("complete", task.id)


def findings(bidang: tuple[str, ...] = TWO_BIDANG) -> dict[str, Any]:
    """What the first step's form says when these Bidang have a wrong figure each."""
    rows = [{"unit": unit, "subjek": "Indikator", "uraian": "Salah catat"} for unit in bidang]
    return {"baris_salah": rows, "perintah": "Mohon diverifikasi ulang"}


def executor_of(task: Task) -> str:
    """Who does a step of the nine here."""
    if task.branch is not None:
        kabid, jp = HOLDERS[task.branch]
        return jp if task.step_id == "s5" else kabid
    if task.step_id in ("s1", "s9"):
        return "kadis"
    return "sekdis" if task.step_id in ("s2", "s8") else "kasubbag.perencanaan"


def all_rows(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table as text, in an order of its own."""
    return {
        table.name: sorted(str(tuple(row)) for row in connection.execute(select(table)))
        for table in METADATA.sorted_tables
    }
