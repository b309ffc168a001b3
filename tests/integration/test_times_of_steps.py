"""How long a step takes by what the case says, and by whose calendar its time counts."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.access.actor import HOST
from engine.errors import DefinitionError
from runtime.shipped import AGENCY, HOLIDAYS, plain_data
from tests.support.small_office import SmallOffice, errors_of, sop

pytestmark = pytest.mark.on("sqlite")

DESK = """
case: {fields: [{id: prioritas, type: choice, label: Prioritas, options: [Y1, Y2, Y3]}]}
steps:
  - id: s1
    activity: Memilah
    executor: sekretaris
    time: 3wd
    time_by: {field: case.fields.prioritas, times: {Y1: 4h, Y2: 1wd}}
    outcomes: {merah: {label: Merah, to: s2}, hijau: {label: Hijau, to: s2}}
  - {id: s2, activity: Menangani, executor: kabid, assign: pool, time: 1wd,
     time_by: {field: s1.outcome, times: {merah: 30m}}}
"""


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [({"prioritas": "Y1"}, 240), ({"prioritas": "Y2"}, 450), ({"prioritas": "Y3"}, 1350)],
)
def test_the_standard_of_a_step_follows_the_category_of_its_case(
    fields: dict[str, Any], minutes: int
) -> None:
    assert errors_of(sop(DESK)) == []
    task = SmallOffice.with_sops(sop(DESK)).start(fields=fields).task("s1")
    assert task.standard_minutes == minutes


def test_without_a_category_the_time_for_all_others_counts() -> None:
    assert SmallOffice.with_sops(sop(DESK)).start().task("s1").standard_minutes == 1350


@pytest.mark.parametrize(("outcome", "minutes"), [("merah", 30), ("hijau", 450)])
def test_an_outcome_is_a_category_too(outcome: str, minutes: int) -> None:
    office = SmallOffice.with_sops(sop(DESK)).start().finish("s1", "sekre.1", outcome)
    assert office.task("s2").standard_minutes == minutes


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("Y2: 1wd", "Y4: 1wd", "time_by.times.Y4", "is not known"),
        ("Y2: 1wd", "Y2: 0m", "time_by.times.Y2", "time of zero"),
        ("times: {merah: 30m}", "times: {biru: 30m}", "steps[1].time_by.times.biru", "merah"),
        ("field: case.fields.prioritas", "field: case.fields.prioritass", "time_by.field", "not known when"),
        ("field: case.fields.prioritas", "field: s1.outcome", "time_by.field", "not known when"),
        ("field: s1.outcome", "field: s1.finished", "steps[1].time_by.field", "no choice and no outcome"),
        ("times: {Y1: 4h, Y2: 1wd}", "times: {}", "time_by.times", "empty"),
        ("times: {Y1: 4h, Y2: 1wd}", "times: {Y1: 4}", "time_by.times.Y1", "needs a unit"),
    ],
)
def test_a_category_that_nothing_can_be_is_refused_where_it_stands(
    old: str, new: str, path: str, says: str
) -> None:
    [error] = errors_of(sop(DESK.replace(old, new)))
    assert path in error
    assert says in error


WATCH = """
steps:
  - {id: s1, activity: Berjaga, executor: penjaga, time: 4h}
  - {id: s2, activity: Mencatat, executor: penjaga, calendar: asn-5hk, time: 4h}
"""
GUARD = "  penjaga: {label: Penjaga, supervisor_of: sekretaris, calendar: jaga}\n"


def agency(hours: str) -> dict[str, Any]:
    data = deepcopy(plain_data(AGENCY))
    data["calendars"]["jaga"] = {"label": "Jaga", "normal": {"mon-sun": [hours]}}
    return data


def on_watch(hours: str) -> SmallOffice:
    office = SmallOffice.with_sops()
    office.engine.registry.put_calendars("kantor", agency(hours), plain_data(HOLIDAYS), actor=HOST)
    office.engine.definitions.store(HOST, sop(WATCH, more_roles=GUARD), as_demonstration=True)
    office.clock.set("2026-01-09T15:30+08:00")
    return office.start()


def local(office: SmallOffice, step: str) -> str:
    due = office.task(step).due_at
    assert due is not None
    return due.astimezone(ZoneInfo("Asia/Makassar")).isoformat()[:16]


def test_a_role_on_watch_counts_by_its_calendar_and_a_step_may_say_otherwise() -> None:
    office = on_watch("00:00-24:00")
    assert local(office, "s1") == "2026-01-09T19:30"
    office.clock.set("2026-01-10T03:00+08:00")
    office.finish("s1", "kepala.1")
    done = next(task for task in office.state.tasks.values() if task.step_id == "s1")
    assert (done.waiting_minutes, done.late_minutes) == (690, 450)
    assert local(office, "s2") == "2026-01-12T11:30"
    shown = office.engine.queries.tasks.get("kepala.1", office.task("s2").id)
    assert shown["due"]["calendar"] == "asn-5hk"


def test_a_change_of_the_calendar_of_a_step_moves_its_open_deadline_with_its_event() -> None:
    office = on_watch("00:00-24:00")
    before = office.task("s1")
    office.engine.calendars.store("kantor", agency("08:00-16:00"), plain_data(HOLIDAYS), actor=HOST)
    assert local(office, "s1") == "2026-01-10T11:30"
    assert office.task("s1").calendar_version != before.calendar_version
    foreseen = office.engine.calendars.effect("kantor", agency("00:00-24:00"), plain_data(HOLIDAYS))
    assert [moved.new for moved in foreseen] == [before.due_at]
    events = office.engine.queries.audit.of_case("sekre.1", office.case_id)["items"]
    told = [event["facts"] for event in events if event["act"] == "calendar.recount"]
    assert [facts["calendar"] for facts in told if facts] == ["jaga"]


def test_a_calendar_that_the_agency_does_not_have_is_refused_when_the_sop_is_stored() -> None:
    for text in (
        sop(WATCH, more_roles=GUARD),
        sop(WATCH.replace("asn-5hk", "tidak-ada"), more_roles=GUARD.replace(", calendar: jaga", "")),
        sop(WATCH.replace("penjaga, c", "kepala, c").replace("penjaga", "kepala")).replace(
            "sla: {calendar: asn-5hk", "sla: {calendar: tidak-ada"
        ),
    ):
        with pytest.raises(DefinitionError, match="calendar") as refused:
            SmallOffice.with_sops(text)
        assert [problem.code for problem in refused.value.problems if problem.severity == "error"] == [
            "unknown_calendar"
        ]


def test_a_version_below_one_that_is_stored_is_told() -> None:
    text = sop("steps: [{id: s1, activity: Satu, executor: kepala, time: 1h}]")
    office = SmallOffice.with_sops(text.replace("version: 1.0.0", "version: 1.10.0"))
    for version, told in (("1.9.0", True), ("1.10.0-rc", True), ("1.11.0", False)):
        stored = office.engine.definitions.store(HOST, text.replace("version: 1.0.0", f"version: {version}"))
        assert any("lebih rendah" in warning for warning in stored["warnings"]) is told


@pytest.mark.parametrize(
    ("time", "number", "minutes"),
    [("60m", 2.5, 150), ("1h", 0.1, 6), ("90s", 3, 4), ("1wd", 2, 900), ("1wd", 2.5, 1350), ("1h", -1, 0)],
)
def test_time_per_takes_parts_of_working_time_and_whole_days(time: str, number: float, minutes: int) -> None:
    body = f"""
case: {{fields: [{{id: luas, type: number, label: Luas}}]}}
steps: [{{id: s1, activity: Mengukur, executor: kepala, time: {time}, time_per: case.fields.luas}}]
"""
    assert (
        SmallOffice.with_sops(sop(body)).start(fields={"luas": number}).task("s1").standard_minutes == minutes
    )


def test_a_calendar_of_another_time_zone_is_refused_with_the_zone_of_the_agency() -> None:
    elsewhere = {**agency("08:00-16:00"), "timezone": "Asia/Jayapura"}
    office = SmallOffice.with_sops()
    for what in (office.engine.calendars.effect, office.engine.calendars.store):
        more = {"actor": HOST} if what == office.engine.calendars.store else {}
        with pytest.raises(DefinitionError, match="Asia/Makassar"):
            what("kantor", elsewhere, plain_data(HOLIDAYS), **more)
