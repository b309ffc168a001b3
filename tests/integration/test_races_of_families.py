"""A parent and its children at the same instant: nobody waits for ever, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.cases.model import CaseStatus
from engine.commands.cases.completion import Completion
from engine.store.audit_reader import verify_log
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")

HOME = "disdag-banggai"
ROUNDS = 4
REGISTER = """
schema: register/v1
id: {id}
label: Catatan
title: "{{kode}}"
key: [kode]
columns:
  - {{id: kode, type: text, label: Kode, required: true, written_by: [induk, anak]}}
"""
SOP = """
schema: sop/v1
id: {id}
version: 1.0.0
status: effective
identity: {{title: Uji, number: "1", created_on: "2026-01-01", effective_on: "2026-01-01",
  approved_by: kepala_dinas, activity_owner: sekretaris}}
roles:
  kepala_dinas: {{label: Kepala Dinas, per: agency}}
  sekretaris: {{label: Sekretaris, per: agency}}
case: {{prefix: {prefix}}}
triggers: [{{type: manual, by: [sekretaris]}}]
sla: {{calendar: asn-5hk, pickup: 0m}}
steps:
{steps}
"""
PARENT = """
  - {id: mulai, activity: Memulai, executor: sekretaris, time: 30m, start_sop: {sop: anak, wait: true},
     write: {register: akhir, set: {kode: case.number}}, next: lanjut}
  - {id: lanjut, activity: Melanjutkan, kind: auto, time: none,
     write: {register: awal, set: {kode: case.number}}, next: tutup}
  - {id: tutup, activity: Menutup, executor: sekretaris, time: 30m}
"""
CHILD = """
  - {id: kerja, activity: Mengerjakan, executor: sekretaris, time: 30m,
     write: {register: akhir, set: {kode: case.number}}}
"""


@pytest.fixture
def family(office: DemoOffice) -> DemoOffice:
    for id in ("awal", "akhir"):
        office.engine.register_files.store(HOST, REGISTER.format(id=id), agency=HOME, as_demonstration=True)
    for id, prefix, steps in (("anak", "AN", CHILD), ("induk", "IN", PARENT)):
        text = SOP.format(id=id, prefix=prefix, steps=steps)
        office.engine.definitions.store(HOST, text, agency=HOME, as_demonstration=True)
    return office


def a_family(office: DemoOffice) -> tuple[str, str]:
    """A parent that waits, and its child at its last task, claimed."""
    parent = office.engine.cases.start("sekdis", "induk")["id"]
    done(office, parent, "mulai")
    [child] = office.engine.queries.cases.get("kadis", parent)["children"]
    office.engine.tasks.claim("sekdis", office.open_task(child, "kerja").id)
    return parent, child


def done(office: DemoOffice, case_id: str, step: str) -> None:
    task = office.open_task(case_id, step)
    if task.assignee is None or task.claimed_at is None:
        office.engine.tasks.claim("sekdis", task.id)
    office.engine.completion.complete("sekdis", task.id, Completion(data={}))


def together(deeds: Sequence[Callable[[], Any]]) -> None:
    barrier = Barrier(len(deeds))

    def act(deed: Callable[[], Any]) -> None:
        barrier.wait(30)
        deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        for answer in [threads.submit(act, deed) for deed in deeds]:
            answer.result(60)


def test_a_parent_is_cancelled_while_its_child_ends(family: DemoOffice) -> None:
    for _ in range(ROUNDS):
        parent, child = a_family(family)
        together(
            [
                lambda parent=parent: family.engine.cases.cancel("kadis", parent, reason="Batal"),  # type: ignore[misc]
                lambda child=child: done(family, child, "kerja"),  # type: ignore[misc]
            ]
        )
        assert family.state(parent).case.state is CaseStatus.CANCELLED
        assert family.state(parent).open_tasks() == []
        assert family.state(child).case.state is CaseStatus.COMPLETED
    assert family.engine.context.store.read(verify_log).ok


def test_a_parent_is_resumed_while_its_child_ends(family: DemoOffice) -> None:
    for _ in range(ROUNDS):
        parent, child = a_family(family)
        family.engine.cases.suspend("kadis", parent, reason="Cuti bersama")
        together(
            [
                lambda parent=parent: family.engine.cases.resume("kadis", parent, reason="Masuk"),  # type: ignore[misc]
                lambda child=child: done(family, child, "kerja"),  # type: ignore[misc]
            ]
        )
        assert [task.step_id for task in family.state(parent).open_tasks()] == ["tutup"]
    assert family.engine.context.store.read(verify_log).ok


def test_families_that_write_to_the_same_registers_do_not_stop_each_other(family: DemoOffice) -> None:
    families = [a_family(family) for _ in range(ROUNDS)]
    together([lambda child=child: done(family, child, "kerja") for _, child in families])  # type: ignore[misc]
    for parent, child in families:
        assert [task.step_id for task in family.state(parent).open_tasks()] == ["tutup"]
        assert family.state(child).case.state is CaseStatus.COMPLETED
    for register, count in (("awal", ROUNDS), ("akhir", 2 * ROUNDS)):
        rows = family.engine.queries.register_rows.list("kadis", register)["items"]
        assert len(rows) == count
    assert family.engine.context.store.read(verify_log).ok
