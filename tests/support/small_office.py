"""A small office in memory that runs SOPs written in the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.access.actor import HOST
from engine.cases.model import CaseState, Task, TaskStatus
from engine.clock import FakeClock
from engine.commands.cases.completion import Completion
from engine.context import Context, new_id
from engine.engine import Engine
from engine.organisation.binding import read_organisation
from engine.sop.checks import load_definition
from engine.store import Store, open_store
from engine.store.catalog import Catalog
from engine.store.files import FileStore
from runtime.shipped import AGENCY, HOLIDAYS, plain_data
from tests.support.scratch import scratch_folder

MONDAY = "2026-01-05T08:00+08:00"
PASSWORD = "kata sandi"
ORGANISATION = """
schema: org/v1
agency: {id: kantor, label: Kantor, short: Kantor, timezone: Asia/Makassar, calendar: asn-5hk}
units:
  - {id: bid-a, type: bidang, label: Bidang A}
  - {id: bid-b, type: bidang, label: Bidang B}
  - {id: bid-c, type: bidang, label: Bidang C}
positions:
  - {id: kepala, label: Kepala, level: II, unit: kantor, roles: [kepala]}
  - {id: sekretaris, label: Sekretaris, level: III, unit: kantor, roles: [sekretaris, pegawai],
     reports_to: kepala}
  - {id: kabid-a, label: Kabid A, level: III, unit: bid-a, roles: [kabid, pegawai], reports_to: kepala}
  - {id: kabid-b, label: Kabid B, level: III, unit: bid-b, roles: [kabid, pegawai], reports_to: kepala}
  - {id: kabid-c, label: Kabid C, level: III, unit: bid-c, roles: [kabid, pegawai], reports_to: kepala}
  - {id: staf-a1, label: Staf A1, level: pelaksana, unit: bid-a, roles: [staf, pegawai], reports_to: kabid-a}
  - {id: staf-a2, label: Staf A2, level: pelaksana, unit: bid-a, roles: [staf, pegawai], reports_to: kabid-a}
  - {id: staf-b1, label: Staf B1, level: pelaksana, unit: bid-b, roles: [staf, pegawai], reports_to: kabid-b}
accounts:
  - {username: kepala.1, label: Kepala, holds: [kepala]}
  - {username: sekre.1, label: Sekretaris, holds: [sekretaris]}
  - {username: kabid.a, label: Kepala Bidang A, holds: [kabid-a]}
  - {username: kabid.b, label: Kepala Bidang B, holds: [kabid-b]}
  - {username: kabid.c, label: Kepala Bidang C, holds: [kabid-c]}
  - {username: staf.a1, label: Staf A1, holds: [staf-a1]}
  - {username: staf.a2, label: Staf A2, holds: [staf-a2]}
  - {username: staf.b1, label: Staf B1, holds: [staf-b1]}
"""
ROLES = """
  kepala: {label: Kepala}
  sekretaris: {label: Sekretaris}
  kabid: {label: Kepala Bidang, many: true}
  staf: {label: Staf, many: true}
  pegawai: {label: Pegawai, many: true}
  pemohon: {label: Pemohon, from: case.started_by}
"""


def sop(body: str, *, id: str = "uji", by: str = "sekretaris", more_roles: str = "") -> str:
    """An SOP in force whose case, steps and forms are ``body``; unused roles are only warnings."""
    return (
        f"schema: sop/v1\nid: {id}\nversion: 1.0.0\nstatus: effective\n"
        f'identity: {{title: Uji, number: "1", created_on: "2026-01-01", effective_on: "2026-01-01",'
        f" approved_by: kepala, activity_owner: sekretaris}}\n"
        f"roles:{ROLES}{more_roles}"
        f"triggers: [{{type: manual, by: [{by}]}}]\nsla: {{calendar: asn-5hk, pickup: 0m}}\n{body}"
    )


def errors_of(text: str) -> list[str]:
    """Every error of a definition as ``line:column path: English``."""
    return [
        f"{one.line}:{one.column} {one.path}: {one.message.english}" for one in load_definition(text).errors
    ]


@dataclass(slots=True)
class SmallOffice:
    """The office with the SOPs that a test gives it."""

    engine: Engine
    clock: FakeClock
    case_id: str = ""

    @classmethod
    def with_sops(
        cls, *texts: str, store: Store | None = None, organisation: str = ORGANISATION
    ) -> SmallOffice:
        """In memory, where no migrated store is given."""
        clock = FakeClock(MONDAY)
        engine = Engine(
            Context(
                store=store or open_store("sqlite://"),
                catalog=Catalog(new_id),
                clock=clock,
                files=FileStore(scratch_folder()),
                password_fits=lambda password, stored: password == stored,
                hash_password=lambda password: password,
            )
        )
        people = read_organisation(organisation.encode(), file="org.yaml")
        engine.registry.put_organisation(people, actor=HOST)
        engine.registry.put_calendars("kantor", plain_data(AGENCY), plain_data(HOLIDAYS), actor=HOST)
        for text in texts:
            engine.definitions.store(HOST, text, as_demonstration=True)
        engine.registry.set_passwords({account.username: PASSWORD for account in people.accounts}, actor=HOST)
        return cls(engine, clock)

    def start(self, who: str = "sekre.1", sop: str = "uji", **given: Any) -> SmallOffice:
        self.case_id = self.engine.cases.start(who, sop, **given)["id"]
        return self

    @property
    def state(self) -> CaseState:
        found = self.engine.context.store.ask(lambda tx: tx.cases.get(self.case_id))
        assert found is not None
        return found

    def open(self) -> list[str]:
        """The open tasks as ``step`` or ``step@branch``, one each, sorted."""
        return sorted(_place(task) for task in self.state.open_tasks())

    def task(self, step: str, who: str | None = None) -> Task:
        """The open task of a step that this person may take."""
        found = [task for task in self.state.open_tasks() if step in (task.step_id, _place(task))]
        mine = [task for task in found if who is None or self._may_take(who, task)]
        assert mine, f"{step} is not open for {who}; open: {self.open()}"
        return mine[0]

    def _may_take(self, who: str, task: Task) -> bool:
        held = {"kepala.1": "kepala", "sekre.1": "sekretaris"}.get(who, who.replace(".", "-"))
        return task.assignee == who or (
            task.assignee is None and not {held, f"@{who}"}.isdisjoint(task.seats)
        )

    def finish(self, step: str, who: str, outcome: str | None = None, **given: Any) -> SmallOffice:
        """Claim a task and complete it."""
        task = self.task(step, who)
        if task.state is not TaskStatus.IN_PROGRESS:
            self.engine.tasks.claim(who, task.id)
        return self.complete(who, task.id, outcome, **given)

    def complete(self, who: str, task_id: str, outcome: str | None = None, **given: Any) -> SmallOffice:
        self.engine.completion.complete(who, task_id, Completion(outcome=outcome, **{"data": {}, **given}))
        return self

    def notices(self, who: str) -> list[str]:
        return [notice["text"] for notice in self.engine.queries.notices.list(who)["items"]]


def _place(task: Task) -> str:
    return f"{task.step_id}@{task.branch}" if task.branch else task.step_id
