"""Scheduled starts: once per period, however many look; missed ones are reported and can be made late."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.commands.worker.tick import Sweep
from engine.errors import ActionNotAvailable, NotAllowed
from engine.tables import NOTICE, SOP_CASE
from tests.support.escalations import SCHEDULED_SOP, scheduled_definition
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory
from tests.support.scheduled_sop import drafted, into_force

pytestmark = pytest.mark.on("sqlite")

AGENCY, SOP = "disdag-banggai", SCHEDULED_SOP


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    yield office
    office.system.close()


def cases(office: DemoOffice) -> list[tuple[str, str]]:
    query = select(SOP_CASE.c.period, SOP_CASE.c.state).where(SOP_CASE.c.sop == SOP)
    rows = office.engine.context.store.read(lambda connection: connection.execute(query).all())
    return sorted((row.period, row.state) for row in rows)


def reported(office: DemoOffice) -> list[str]:
    query = select(NOTICE.c.account).where(NOTICE.c.text.contains("belum dimulai sesuai jadwal"))
    return list(
        office.engine.context.store.read(lambda connection: connection.execute(query).scalars().all())
    )


def past(office: DemoOffice) -> list[tuple[str, str]]:
    return [(start["period"], start["state"]) for start in office.engine.queries.schedules.past(AGENCY)]


def opening(office: DemoOffice, period: str) -> str:
    found = office.engine.queries.schedules.upcoming(AGENCY, SOP)
    return str(next(occurrence["opens_at"] for occurrence in found if occurrence["period"] == period))


def test_the_next_eight_starts_are_told_in_their_order(office: DemoOffice) -> None:
    found = office.engine.queries.schedules.upcoming(AGENCY, SOP)
    assert [occurrence["period"] for occurrence in found] == [
        "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4",
    ]  # fmt: skip
    assert [str(task["due_at"])[:10] for task in found[:4]] == [
        "2026-04-07", "2026-07-07", "2026-10-07", "2026-12-31",
    ]  # fmt: skip
    assert found[0]["opens_at"] < "2026-04-01"
    assert [item["provisional"] for item in found] == [False] * 4 + [True] * 4


def test_a_case_opens_at_its_time_once_for_its_period(office: DemoOffice) -> None:
    office.clock.set(opening(office, "2026-Q1"))
    for _ in range(2):
        office.system.sweep()
    assert cases(office) == [("2026-Q1", "running")]
    assert past(office) == [("2026-Q1", "started")]


def test_a_second_before_nothing_opens(office: DemoOffice) -> None:
    opens = datetime.fromisoformat(opening(office, "2026-Q1"))
    office.clock.set(opens - timedelta(seconds=1))
    office.system.sweep()
    assert cases(office) == []


def test_workers_that_look_at_the_same_time_open_one_case(office: DemoOffice) -> None:
    office.clock.set(opening(office, "2026-Q1"))
    workers = [Sweep(office.engine.context) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        for ticked in [threads.submit(worker.tick) for worker in workers]:
            ticked.result()
    assert cases(office) == [("2026-Q1", "running")]


def test_a_case_that_somebody_started_by_hand_is_left_alone(office: DemoOffice) -> None:
    office.start(sop=SOP, period="2026-Q1")
    office.clock.set(opening(office, "2026-Q1"))
    office.system.sweep()
    assert (cases(office), past(office)) == ([("2026-Q1", "running")], [("2026-Q1", "present")])


def test_a_start_missed_in_an_outage_is_reported_and_can_be_made_late(office: DemoOffice) -> None:
    office.clock.set(opening(office, "2026-Q1"))
    office.clock.advance(days=14)
    office.system.sweep()
    assert (cases(office), past(office)) == ([], [("2026-Q1", "missed")])
    owner = reported(office)
    assert owner == ["kasubbag.perencanaan"]
    office.system.sweep()
    assert reported(office) == owner
    with pytest.raises(NotAllowed):
        office.engine.schedules.start_late("jp.psr.1", SOP, "2026-Q1")
    with pytest.raises(ActionNotAvailable):
        office.engine.schedules.start_late(owner[0], SOP, "2026-Q2")
    started = office.engine.schedules.start_late(owner[0], SOP, "2026-Q1")
    assert started["period"] == "2026-Q1"
    assert past(office) == [("2026-Q1", "started")]
    with pytest.raises(ActionNotAvailable):
        office.engine.schedules.start_late(owner[0], SOP, "2026-Q1")


def test_a_start_that_cannot_be_staffed_is_reported_with_its_reason(office: DemoOffice) -> None:
    vacant = [holding for holding in office.organisation().holdings if holding.position != "kepala-dinas"]
    office.put_organisation(holdings=tuple(replace(item) for item in vacant))
    office.clock.set(opening(office, "2026-Q1"))
    office.system.sweep()
    ((period, state),) = past(office)
    assert (period, state) == ("2026-Q1", "failed")
    why = office.engine.queries.schedules.past(AGENCY)[0]["error"]
    assert "Berkas belum dapat dimulai" in why["message_id"]
    assert "the case cannot be staffed" in why["message_en"]
    assert cases(office) == []


def test_what_opened_before_the_definition_was_there_is_nobodys_fault(office: DemoOffice) -> None:
    office.clock.set("2026-01-06T08:00+08:00")
    office.system.sweep()
    assert past(office) == []


def test_what_opened_while_a_version_was_only_a_draft_is_nobodys_fault(office: DemoOffice) -> None:
    drafted(office, "1.0.0", "laporan-lain")
    office.clock.set(opening(office, "2026-Q2"))
    into_force(office, "1.0.0", "laporan-lain")
    office.clock.advance(days=1)
    office.system.sweep()
    assert {start["sop"] for start in office.engine.queries.schedules.past(AGENCY)} == {SOP}


def test_what_opened_under_the_version_before_is_not_skipped_when_another_comes_into_force(
    office: DemoOffice,
) -> None:
    office.clock.set(opening(office, "2026-Q1"))
    office.clock.advance(days=14)
    drafted(office, "1.1.0")
    into_force(office, "1.1.0")
    office.system.sweep()
    assert (cases(office), past(office)) == ([], [("2026-Q1", "missed")])
    office.engine.schedules.start_late("kasubbag.perencanaan", SOP, "2026-Q1")
    assert cases(office) == [("2026-Q1", "running")]
