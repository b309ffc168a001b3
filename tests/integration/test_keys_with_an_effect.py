"""Keys of the language that once had no effect: fallback, the target of a case, pickup of a service."""

from __future__ import annotations

import json
from datetime import date
from uuid import uuid4

import pytest

from engine.audit.act import Act
from engine.audit.events import calendar_stream
from engine.commands.worker.tick import Sweep
from engine.organisation import Absence
from engine.store.audit_reader import read_events, verify_log
from engine.store.stored_state import data_digest
from tests.support.small_office import SmallOffice, sop

pytestmark = pytest.mark.on("sqlite")

STEP = "steps: [{id: s1, activity: Menyetujui, executor: atasan, time: 60m}]\n"


def away(office: SmallOffice, who: str, first: str, last: str) -> None:
    absence = Absence(str(uuid4()), who, "cuti", date.fromisoformat(first), date.fromisoformat(last), who)
    act = Act(name="absence.put", at=office.clock.now(), account=who, subject=absence.id)
    office.engine.context.store.execute(lambda tx: tx.organisations.put_absence("kantor", absence, act))


@pytest.mark.parametrize(
    ("last", "seats"), [("2026-01-09", ("kepala", "sekretaris")), ("2026-01-02", ("kepala",))]
)
def test_a_fallback_stands_in_while_the_holder_is_away_and_nobody_else_does(
    last: str, seats: tuple[str, ...]
) -> None:
    head = "kepala: {label: Kepala"
    text = sop(STEP.replace("atasan", "kepala")).replace(head, f"{head}, fallback: sekretaris")
    office = SmallOffice.with_sops(text)
    away(office, "kepala.1", "2026-01-01", last)
    task = office.start().task("s1")
    assert (task.seats, task.position) == (seats, seats[-1])
    office.finish("s1", "sekre.1" if len(seats) > 1 else "kepala.1")
    assert office.open() == []


def test_a_fallback_stands_in_on_a_task_that_was_open_before_its_holder_went_away() -> None:
    head = "kepala: {label: Kepala"
    text = sop(STEP.replace("atasan", "kepala"), by="staf").replace(head, f"{head}, fallback: sekretaris")
    office = SmallOffice.with_sops(text).start("staf.a1")
    worker = Sweep(office.engine.context)
    worker.settle(office.clock.now())
    away(office, "kepala.1", "2026-01-06", "2026-01-09")
    worker.settle(office.clock.now())
    assert office.task("s1").seats == ("kepala",)
    office.clock.set("2026-01-06T07:45+08:00")
    worker.settle(office.clock.now())
    worker.settle(office.clock.now())
    assert office.task("s1").seats == ("kepala", "sekretaris")
    assert sum("menunggu Anda" in text for text in office.notices("sekre.1")) == 1
    office.finish("s1", "sekre.1")
    assert office.open() == []


def test_a_fallback_leaves_a_task_alone_that_the_holder_had_begun() -> None:
    head = "kepala: {label: Kepala"
    text = sop(STEP.replace("atasan", "kepala"), by="staf").replace(head, f"{head}, fallback: sekretaris")
    office = SmallOffice.with_sops(text).start("staf.a1")
    office.engine.tasks.claim("kepala.1", office.task("s1").id)
    away(office, "kepala.1", "2026-01-05", "2026-01-09")
    Sweep(office.engine.context).settle(office.clock.now())
    assert office.task("s1").seats == ("kepala",)


def test_a_case_over_the_target_that_its_sop_sets_is_flagged() -> None:
    body = STEP.replace("atasan", "sekretaris")
    office = SmallOffice.with_sops(sop(body).replace("pickup: 0m", "pickup: 0m, case_target: 2h")).start()

    def shown() -> tuple[str | None, list[str]]:
        case = office.engine.queries.cases.get("sekre.1", office.case_id)
        return case["target_at"], case["flags"]

    assert shown() == ("2026-01-05T10:00:00+08:00", [])
    office.clock.set("2026-01-05T10:00:01+08:00")
    assert shown()[1] == ["late", "over_target"]
    plain = SmallOffice.with_sops(sop(body)).start()
    assert plain.engine.queries.cases.get("sekre.1", plain.case_id)["target_at"] is None


def test_a_calendar_is_named_by_its_hash_in_the_event_that_stores_it() -> None:
    office = SmallOffice.with_sops()
    read = office.engine.context.store.read
    stream = calendar_stream("kantor", "asn-5hk")
    (event,) = read(lambda connection: list(read_events(connection, [stream])))
    (stored,) = [
        found
        for found in office.engine.context.store.ask(lambda tx: tx.calendars.of("kantor"))
        if found.calendar == "asn-5hk"
    ]
    assert json.loads(event.body)["facts"]["data_sha256"] == data_digest(stored.data)
    assert read(verify_log).faults == []
