"""Deadlines in an evidence pack are counted again from definition, forms, calendar and holds: all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.cases import new_task
from engine.cases.migration import Migration
from engine.commands.calendar import calendars
from engine.store.sqlite import SqliteStore
from runtime.scenario_runner import play
from tests.integration.test_moving_cases import BODY, apply, put_in_force
from tests.support.calendar_files import with_holiday
from tests.support.packs import verdict
from tests.support.scenario_files import PATHS, read
from tests.support.small_office import SmallOffice, sop

pytestmark = pytest.mark.on("sqlite")

DATE = "case: {fields: [{id: hari, type: date, label: Hari}, {id: banyak, type: number, label: Banyak}]}\n"
PERIOD = "case: {period: {type: quarter, required: true}}\n"
STEP = "{id: s1, activity: Menyusun, executor: sekretaris, "
LAST = "  - {id: s9, activity: Mengarsipkan, executor: sekretaris, time: 10m}\n"
FIELDS = {"fields": {"hari": "2026-01-21", "banyak": 2.5}}
RULES = {
    "a date": (DATE, "time: 1h, due: case.fields.hari", FIELDS),
    "days before a date": (DATE, "time: 1h, due: {before: [case.fields.hari, 3wd]}", FIELDS),
    "calendar days after a date": (DATE, "time: 1h, due: {after: [case.fields.hari, 4cd]}", FIELDS),
    "hours after an instant": (DATE, "time: 1h, due: {after: [case.started, 2cd]}", FIELDS),
    "not before a date": (DATE, "time: 1wd, not_before: case.fields.hari", FIELDS),
    "days of a month": (PERIOD, "time: 1h, due: {days_of_month: [26, 27], offset: 1}", {"period": "2026-Q1"}),
    "time for each": (DATE, "time: 40m, time_per: case.fields.banyak", FIELDS),
    "calendar days": (DATE, "time: 9cd", FIELDS),
}


def returned(office: SmallOffice) -> SmallOffice:
    """A case that came back to its second step."""
    for step, who, outcome in (("s1", "sekre.1", None), ("s2", "sekre.1", None), ("s3", "kepala.1", "tidak")):
        office.clock.advance(timedelta(minutes=20))
        reason = {"reason": "Belum lengkap"} if outcome else {}
        office.finish(step, who, outcome, **reason)
    return office


def by_rule(name: str) -> SmallOffice:
    head, rule, given = RULES[name]
    office = SmallOffice.with_sops(sop(f"{head}steps:\n  - {STEP}{rule}}}\n{LAST}"))
    office.start(**given)
    if due_from := office.task("s1").not_before:
        office.clock.set(due_from.isoformat())
    return office.finish("s1", "sekre.1")


def by_return(rule: str) -> SmallOffice:
    text = sop(BODY).replace("pickup: 0m}", f"pickup: 0m, on_return: {rule}}}")
    return returned(SmallOffice.with_sops(text).start())


def by_row() -> SmallOffice:
    acts = "".join(f"  - {{id: s{n}, row: satu, executor: sekretaris}}\n" for n in (2, 3))
    first = "  - {id: s1, row: satu, activity: Menyusun, executor: sekretaris, time: 2h}\n"
    return SmallOffice.with_sops(sop(f"steps:\n{first}{acts}{LAST}")).start().finish("s1", "sekre.1")


def by_milestone() -> SmallOffice:
    """A deadline a day after a milestone that follows from the case."""
    milestone = "milestones: {laporan: {at: s9, due: {after: [case.fields.hari, 2wd]}}}"
    steps = f"{DATE}steps:\n  - {STEP}time: 1h, due: {{after: [milestone.laporan, 1wd]}}}}\n{LAST}"
    text = sop(steps).replace("pickup: 0m}", f"pickup: 0m, {milestone}}}")
    return SmallOffice.with_sops(text).start(**FIELDS).finish("s1", "sekre.1")


def by_votes(rule: str, *votes: str) -> SmallOffice:
    """A standard time by what several holders decided, though the last of them chose otherwise."""
    outcomes = "{setuju: {label: Setuju, to: s2}, tolak: {label: Tolak, to: s2}}"
    by = "time_by: {field: s1.outcome, times: {setuju: 3h, tolak: 5h}}, time: 1h"
    head = f"{{id: s1, activity: Menilai, executor: kabid, assign: each_holder, decide: {rule}, time: 1h"
    steps = f"  - {head}, outcomes: {outcomes}}}\n  - {STEP.replace('s1', 's2')}{by}}}\n"
    office = SmallOffice.with_sops(sop(f"steps:\n{steps}{LAST}")).start()
    for who, vote in zip(("kabid.a", "kabid.b", "kabid.c"), votes, strict=False):
        office.finish("s1", who, vote)
    return office.finish("s2", "sekre.1")


WAYS: dict[str, Callable[[], SmallOffice]] = {
    **{name: (lambda name=name: by_rule(name)) for name in RULES},
    "a return with what was left": lambda: by_return("remaining"),
    "a return with a length of its own": lambda: by_return("3h"),
    "a return with everything again": lambda: by_return("full"),
    "the acts of one row": by_row,
    "a milestone": by_milestone,
    "what several decided": lambda: by_votes("majority", "setuju", "tolak", "setuju"),
    "one veto": lambda: by_votes("{by: majority, veto: tolak}", "setuju", "tolak"),
    "what counts otherwise": lambda: by_votes("{at_least: 3, otherwise: tolak}", "setuju", "tolak", "setuju"),
}


def later(times: Any) -> Any:
    """What an office says that gives itself a minute more; of times or of a task."""
    return replace(times, due_at=times.due_at and times.due_at + timedelta(minutes=1))


@pytest.mark.parametrize("name", WAYS)
def test_a_deadline_is_counted_again_and_a_wrong_one_is_found(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verdict(WAYS[name]().engine.context, tmp_path) == []
    honest = new_task.times_of_visit
    monkeypatch.setattr(new_task, "times_of_visit", lambda *given, **named: later(honest(*given, **named)))
    (fault,) = verdict(WAYS[name]().engine.context, tmp_path)
    assert fault["what"] == "its deadline is not what definition and calendar give"


def held(office: SmallOffice) -> SmallOffice:
    """Its second step was on hold for half an hour."""
    task, tasks = office.task("s2"), office.engine.tasks
    if task.state.value != "in_progress":
        tasks.claim("sekre.1", task.id)
    tasks.hold("sekre.1", task.id, reason_class="lainnya", reason="Menunggu")
    office.clock.advance(timedelta(minutes=30))
    tasks.resume("sekre.1", task.id)
    return office


def counted_anew() -> SmallOffice:
    """Today becomes a holiday while a returned step is under way that was on hold."""
    text = sop(BODY).replace("pickup: 0m}", "pickup: 0m, on_return: remaining}")
    office = held(returned(SmallOffice.with_sops(text).start()))
    office.engine.registry.put_calendars("kantor", *with_holiday("2026-01-05"), actor=HOST)
    return office


def moved_on(clock: Any) -> SmallOffice:
    """Such a case goes on under another version."""
    office = held(returned(SmallOffice.with_sops(sop(BODY)).start()))
    put_in_force(office, BODY, ("executor: sekretaris, time: 2h", "executor: sekretaris, time: 3h"))
    apply(office, clock=clock)
    return office


CLOCKS = ("remaining", "full")
MOVES: dict[str, tuple[Callable[[], SmallOffice], Any, str]] = {
    "a new calendar": (counted_anew, calendars, "recounted"),
    **{
        clock: (lambda clock=clock: moved_on(clock), Migration, "_becomes") for clock in ("remaining", "full")
    },
}


@pytest.mark.parametrize("name", MOVES)
def test_a_deadline_that_moved_is_counted_again_and_a_wrong_one_is_found(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    way, place, function = MOVES[name]
    assert verdict(way().engine.context, tmp_path) == []
    honest = getattr(place, function)
    monkeypatch.setattr(place, function, lambda *given: later(honest(*given)))
    (fault,) = verdict(way().engine.context, tmp_path)
    assert "deadline" in fault["what"]


def test_clocks_that_stay_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verdict(moved_on("keep").engine.context, tmp_path) == []
    honest = Migration._becomes
    monkeypatch.setattr(Migration, "_becomes", lambda *given: later(honest(*given)))
    assert "deadline" in verdict(moved_on("keep").engine.context, tmp_path)[0]["what"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name.split(".")[0])
def test_the_first_scenario_of_a_file_leaves_nothing_unchecked(path: Path, tmp_path: Path) -> None:
    office, store = read(path), SqliteStore("sqlite://")
    try:
        stage = office.built(store, tmp_path)
        play(stage, office.scenarios.scenarios[0], office.scenarios.sop)
        assert verdict(stage.engine.context, tmp_path) == []
    finally:
        store.close()
