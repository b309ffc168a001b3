"""Milestones have timers of their own, told to whoever answers for the activity."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.tables import NOTICE
from runtime.demo.worked_run import DEFINITION
from tests.support.escalations import local_text, timers
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

pytestmark = pytest.mark.on("sqlite")

SOP = "perbaikan-bertahap"
OWNER = "kasubbag.perencanaan"


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    text = DEFINITION.read_text(encoding="utf-8").replace("id: perbaikan-data-kinerja\n", f"id: {SOP}\n", 1)
    milestone = "sla:\n  milestones:\n    telaah: {at: s2, due: {after: [case.received, 3wd]}}\n"
    office.engine.definitions.store(HOST, text.replace("sla:\n", milestone, 1), as_demonstration=True)
    yield office
    office.system.close()


def stages(office: DemoOffice) -> dict[str, tuple[str, str]]:
    return {
        timer["stage"]: (local_text(timer["at"]), timer["state"])
        for timer in timers(office.engine.context.store)
        if "/" in timer["subject"]
    }


def told(office: DemoOffice) -> list[tuple[str, str, str]]:
    query = select(NOTICE.c.stage, NOTICE.c.kind, NOTICE.c.account).where(
        NOTICE.c.task_id.is_(None), NOTICE.c.stage.is_not(None)
    )
    rows = office.engine.context.store.read(lambda connection: connection.execute(query).all())
    return [(row.stage, row.kind, row.account) for row in rows]


def test_a_milestone_is_announced_and_its_passing_told(office: DemoOffice) -> None:
    office.start(sop=SOP)
    assert stages(office) == {
        "ingat": ("2026-01-07 09:52", "pending"),
        "tenggat": ("2026-01-08 08:00", "pending"),
    }
    for moment in ("2026-01-07T09:52", "2026-01-08T08:00"):
        office.clock.set(f"{moment}+08:00")
        office.system.sweep()
        office.system.sweep()
    assert told(office) == [("ingat", "reminder", OWNER), ("tenggat", "overdue", OWNER)]


def test_a_milestone_that_was_met_is_silent(office: DemoOffice) -> None:
    case_id = office.start(sop=SOP)
    office.do("kadis", case_id, "s1")
    office.do("sekdis", case_id, "s2")
    assert {state for _, state in stages(office).values()} == {"void"}
    office.clock.set("2026-01-08T08:00+08:00")
    office.system.sweep()
    assert told(office) == []


def test_a_suspended_case_keeps_its_milestones_silent_until_it_goes_on(office: DemoOffice) -> None:
    case_id = office.start(sop=SOP)
    office.engine.cases.suspend("kadis", case_id, reason="Pemeriksaan")
    office.clock.set("2026-01-07T10:00+08:00")
    office.system.sweep()
    assert told(office) == []
    office.engine.cases.resume("kadis", case_id, reason="Selesai")
    office.clock.set("2026-01-08T08:00+08:00")
    office.system.sweep()
    assert told(office) == [("tenggat", "overdue", OWNER)]
