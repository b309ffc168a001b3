"""Running cases move to another version of their SOP: shown first, then exactly that, whole or not at all."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.access.actor import HOST
from engine.audit.replay import difference, replay
from engine.cases.model import TaskStatus
from engine.commands.definitions.migrations import Wish
from engine.errors import ConditionNotMet, InvalidInput, NotFound, StaleVersion
from engine.store.audit_reader import read_events, verify_log
from engine.store.stored_state import public_state
from tests.support.cli import PROJECT, said, settings_of
from tests.support.offices import SOP, DemoOffice
from tests.support.small_office import SmallOffice, sop

ZONE = ZoneInfo("Asia/Makassar")
LONGER = ("Menyusun, executor: sekretaris, time: 1h", "Menyusun, executor: sekretaris, time: 3h")
BODY = """
steps:
  - {id: s1, activity: Menyusun, executor: sekretaris, time: 1h}
  - {id: s2, activity: Melengkapi, executor: sekretaris, time: 2h, form: isian}
  - id: s3
    activity: Memeriksa
    executor: kepala
    time: 1h
    outcomes:
      sesuai: {label: Sesuai, to: s4}
      tidak: {label: Tidak, to: s2, return: true, reason: required}
  - {id: s4, activity: Mengarsipkan, executor: sekretaris, time: 10m}
forms:
  isian: {fields: [{id: catatan, type: text, label: Catatan}]}
"""
SPLIT = """
blocks: {sisi: {branches: [[s1], [s2]], next: s3}}
steps:
  - {id: s1, activity: Menyusun, executor: sekretaris, time: 1h}
  - {id: s2, activity: Melengkapi, executor: sekretaris, time: 2h}
  - {id: s3, activity: Mengarsipkan, executor: sekretaris, time: 10m}
"""


def office_between(old: str, *swaps: tuple[str, str]) -> SmallOffice:
    """An office with one running case of version 1.0.0, and 1.1.0, which differs by ``swaps``, in force."""
    office = SmallOffice.with_sops(sop(old)).start()
    put_in_force(office, old, *swaps)
    return office


def put_in_force(office: SmallOffice, old: str, *swaps: tuple[str, str], version: str = "1.1.0") -> None:
    text = sop(old).replace("version: 1.0.0", f"version: {version}")
    for before, after in swaps:
        assert before in text
        text = text.replace(before, after)
    office.engine.definitions.store(HOST, text, as_demonstration=True)


def wish(**given: Any) -> Wish:
    return Wish(**{"sop": "uji", "old": "1.0.0", "new": "1.1.0", **given})


def plan_of(office: SmallOffice, **given: Any) -> dict[str, Any]:
    return dict(office.engine.migrations.foreseen(HOST, wish(**given), english=True))


def apply(office: SmallOffice, **given: Any) -> dict[str, Any]:
    digest = plan_of(office, **given)["digest"]
    return dict(office.engine.migrations.apply(HOST, wish(**given), digest))


def require_replayed(office: SmallOffice) -> None:
    store = office.engine.context.store
    stored = store.read(lambda connection: list(read_events(connection, [f"case:{office.case_id}"])))
    assert difference(public_state(office.state), replay(event.body for event in stored)) is None
    assert store.read(verify_log).ok


def test_a_plan_changes_nothing_and_names_each_case_with_its_deadlines() -> None:
    office = office_between(BODY, LONGER)
    before = office.state
    plan = plan_of(office, clock="remaining")
    assert plan["cases"] == [
        {
            "case_number": before.case.number,
            "verdict": "ok",
            "why": None,
            "tasks": [
                {
                    "step_id": "s1",
                    "branch": None,
                    "to": "s1",
                    "due_before": "2026-01-05T09:00:00+08:00",
                    "due_after": "2026-01-05T11:00:00+08:00",
                }
            ],
        }
    ]
    assert office.state == before


def test_a_case_goes_on_under_the_new_version_by_one_event() -> None:
    office = office_between(BODY, ("to: s2, return", "to: s1, return"))
    office.finish("s1", "sekre.1").finish("s2", "sekre.1")
    before = office.state.case.version
    assert apply(office)["applied"] == 1
    assert office.state.case.sop_version == "1.1.0"
    assert office.state.case.version == before + 1
    require_replayed(office)
    office.finish("s3", "kepala.1", "tidak", reason="Belum lengkap")
    assert office.open() == ["s1"]
    require_replayed(office)


def test_the_event_says_from_where_to_where_and_what_became_of_the_tasks() -> None:
    office = office_between(BODY)
    apply(office)
    store = office.engine.context.store
    stored = store.read(lambda connection: list(read_events(connection, [f"case:{office.case_id}"])))
    facts = json.loads(stored[-1].body)["facts"]
    assert stored[-1].act == "case.migrate"
    assert (facts["from"], facts["to"], facts["clock"]) == ("1.0.0", "1.1.0", "keep")
    assert [task["step_id"] for task in facts["tasks"]] == ["s1"]


@pytest.mark.parametrize(
    ("clock", "due"),
    [("keep", "2026-01-05T09:00"), ("full", "2026-01-05T11:30"), ("remaining", "2026-01-05T11:00")],
)
def test_the_clock_stays_begins_anew_or_counts_from_the_opening(clock: str, due: str) -> None:
    office = office_between(BODY, LONGER)
    office.clock.set("2026-01-05T08:30+08:00")
    foreseen = plan_of(office, clock=clock)["cases"][0]["tasks"][0]["due_after"]
    apply(office, clock=clock)
    found = office.state.open_tasks()[0].due_at
    assert found is not None
    assert foreseen.startswith(due)
    assert foreseen == found.astimezone(ZONE).isoformat()
    require_replayed(office)


def test_an_open_step_that_is_gone_needs_a_counterpart_and_moves_to_it() -> None:
    swaps = (("{id: s2,", "{id: s2a,"), ("to: s2,", "to: s2a,"))
    office = office_between(BODY, *swaps)
    office.finish("s1", "sekre.1")
    assert [case["verdict"] for case in plan_of(office)["cases"]] == ["needs_map"]
    assert apply(office)["applied"] == 0
    assert office.state.case.sop_version == "1.0.0"
    assert apply(office, steps={"s2": "s2a"})["applied"] == 1
    assert office.open() == ["s2a"]
    office.finish("s2a", "sekre.1").finish("s3", "kepala.1", "sesuai").finish("s4", "sekre.1")
    assert office.state.case.state == "completed"
    require_replayed(office)


def test_what_was_done_and_is_gone_keeps_a_case_where_it_is() -> None:
    office = office_between(BODY, ("{id: s1,", "{id: s1a,"))
    office.finish("s1", "sekre.1")
    (case,) = plan_of(office)["cases"]
    assert case["verdict"] == "blocked"
    assert "s1" in case["why"]


def test_a_block_of_another_shape_and_a_draft_that_does_not_fit_keep_a_case_where_it_is() -> None:
    office = office_between(SPLIT, ("branches: [[s1], [s2]]", "branches: [[s1, s2]]"))
    assert [case["verdict"] for case in plan_of(office)["cases"]] == ["blocked"]
    office = office_between(BODY, ("id: catatan, type: text", "id: catatan, type: date"))
    office.finish("s1", "sekre.1")
    task = office.task("s2", "sekre.1")
    if task.state is not TaskStatus.IN_PROGRESS:
        office.engine.tasks.claim("sekre.1", task.id)
    assert [case["verdict"] for case in plan_of(office)["cases"]] == ["ok"]
    office.engine.tasks.save("sekre.1", task.id, data={"catatan": "Sudah lengkap"})
    (case,) = plan_of(office)["cases"]
    assert case["verdict"] == "blocked"
    assert "Catatan" in case["why"]


def test_an_open_task_goes_to_the_new_executor_who_is_told() -> None:
    office = office_between(BODY, ("Menyusun, executor: sekretaris", "Menyusun, executor: kepala"))
    apply(office)
    assert office.task("s1", "kepala.1").seats == ("kepala",)
    assert any("versi SOP yang baru" in text for text in office.notices("kepala.1"))
    require_replayed(office)


def test_a_plan_is_refused_once_anything_has_moved() -> None:
    office = office_between(BODY)
    digest = plan_of(office)["digest"]
    office.finish("s1", "sekre.1")
    with pytest.raises(StaleVersion):
        office.engine.migrations.apply(HOST, wish(), digest)
    assert office.state.case.sop_version == "1.0.0"


def test_wishes_that_make_no_sense_are_refused() -> None:
    office = office_between(BODY)
    with pytest.raises(InvalidInput):
        plan_of(office, steps={"s9": "s1"})
    with pytest.raises(InvalidInput):
        plan_of(office, old="1.1.0")
    with pytest.raises(NotFound):
        plan_of(office, case="TIDAK-ADA-1")
    with pytest.raises(ConditionNotMet):
        plan_of(office, old="1.1.0", new="1.0.0")


def test_two_hundred_cases_move_others_stay_and_replay_gives_the_state() -> None:
    swaps = (("{id: s2,", "{id: s2a,"), ("to: s2,", "to: s2a,"), ("time: 10m", "time: 20m"))
    office = SmallOffice.with_sops(sop(BODY))
    cases = []
    for number in range(210):
        office.start()
        cases.append(office.case_id)
        if number % 3:
            office.finish("s1", "sekre.1")
        if number % 21 == 20:
            office.finish("s2", "sekre.1")
    put_in_force(office, BODY, *swaps)
    plan = plan_of(office, steps={"s2": "s2a"}, clock="remaining")
    verdicts = [case["verdict"] for case in plan["cases"]]
    assert (verdicts.count("ok"), verdicts.count("blocked")) == (200, 10)
    foreseen = {case["case_number"]: case["tasks"] for case in plan["cases"] if case["verdict"] == "ok"}
    assert apply(office, steps={"s2": "s2a"}, clock="remaining")["applied"] == 200
    for case_id in cases:
        office.case_id = case_id
        moved = office.state
        if moved.case.sop_version == "1.1.0":
            times = [task.due_at for task in moved.open_tasks()]
            due = [at.astimezone(ZONE).isoformat() if at else None for at in times]
            assert due == [task["due_after"] for task in foreseen[moved.case.number]]
    store = office.engine.context.store
    assert store.read(verify_log).ok


def test_the_command_line_shows_the_plan_and_applies_it_in_the_name_of_an_account(office: DemoOffice) -> None:
    env = settings_of(office.urls, office.files)
    case_id = office.start()
    text = (PROJECT / "sop_definitions" / f"{SOP}.yaml").read_text(encoding="utf-8")
    text = text.replace("version: 1.0.0", "version: 1.1.0", 1)
    office.engine.definitions.store(HOST, text, as_demonstration=True)
    move = ("definition", "migrate", SOP, "1.0.0", "1.1.0")
    shown = said(*move, env=env).stdout
    assert "1 dari 1 berkas dapat pindah." in shown
    digest = json.loads(said(*move, "--json", env=env).stdout)["digest"]
    assert digest in shown
    assert said(*move, "--apply", digest, env=env).exit_code == 2, "an account is asked for"
    assert said(*move, "--apply", digest, "--account", "kadis", env=env).exit_code == 1, "no author"
    applied = said(*move, "--apply", digest, "--account", "admin", env=env)
    assert (applied.exit_code, applied.stdout) == (0, "1 berkas pindah ke versi 1.1.0.\n")
    assert office.state(case_id).case.sop_version == "1.1.0"
    assert said(*move, "--apply", digest, "--account", "admin", env=env).exit_code == 1, "applied once"
