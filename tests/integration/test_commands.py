"""The verbs on a task, one law each: look, claim, act as, hold, take back; on both databases."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from engine.access.actor import HOST
from engine.cases.model import BranchStatus, CaseStatus, TaskStatus
from engine.errors import (
    ActionNotAvailable,
    AlreadyClaimed,
    CannotBeStaffed,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from engine.organisation import Holding
from tests.support.offices import SOP, TWO_BIDANG, DemoOffice

DAY = date(2026, 1, 1)


def holding(account: str, position: str, kind: str = "definitive") -> Holding:
    return Holding(f"{account}-{position}", account, position, kind, DAY, None, "800/1")  # type: ignore[arg-type]


def sit(office: DemoOffice, *more: Holding, without: tuple[str, ...] = ()) -> None:
    """Give people further positions, and take away every holding of others."""
    kept = [holding for holding in office.organisation().holdings if holding.account not in without]
    office.put_organisation(holdings=(*kept, *more))


def test_two_bidang_give_exactly_two_branches_and_one_step_after_them(office: DemoOffice) -> None:
    case_id = office.with_branches(TWO_BIDANG)
    state = office.state(case_id)
    assert [branch.key for branch in state.branches.values()] == list(TWO_BIDANG)
    assert [(task.step_id, task.branch) for task in state.open_tasks()] == [
        ("s4", "bid-psr"),
        ("s4", "bid-pkm"),
    ]
    office.finish(case_id)
    done = [task.step_id for task in office.state(case_id).tasks.values()]
    assert done.count("s7") == 1
    assert office.state(case_id).case.state is CaseStatus.COMPLETED


# --- looking and taking back ---


def test_the_first_look_of_a_candidate_is_noted_once_and_the_version_stays(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    office.engine.tasks.view("auditor", task.id)
    assert office.task(task.id).viewed_at is None
    office.engine.tasks.view("kadis", task.id)
    first = office.task(task.id)
    assert (first.viewed_at, first.version) == (office.clock.now(), task.version)
    events = len(office.rows()["audit_event"])
    office.clock.advance(minutes=5)
    office.engine.tasks.view("kadis", task.id)
    assert office.task(task.id) == first
    assert len(office.rows()["audit_event"]) == events


def test_what_was_sent_can_be_taken_back_until_the_next_one_has_looked(office: DemoOffice) -> None:
    case_id = office.start()
    sent = office.do("kadis", case_id, "s1")
    office.engine.tasks.recall("kadis", sent)
    again = office.open_task(case_id, "s1")
    assert (again.visit, again.assignee) == (2, "kadis")
    assert office.state(case_id).visits_of("s2", None)[0].state is TaskStatus.CANCELLED

    sent = office.do("kadis", case_id, "s1")
    office.engine.tasks.view("sekdis", office.open_task(case_id, "s2").id)
    with pytest.raises(ActionNotAvailable):
        office.engine.tasks.recall("kadis", sent)
    with pytest.raises(NotFound):
        office.engine.tasks.recall("sekdis", sent)


def test_taking_back_what_entered_a_block_closes_its_branches(office: DemoOffice) -> None:
    case_id = office.with_branches()
    sent = office.state(case_id).visits_of("s3", None)[0]
    office.engine.tasks.recall("kasubbag.perencanaan", sent.id)
    state = office.state(case_id)
    assert {branch.state for branch in state.branches.values()} == {BranchStatus.CANCELLED}
    assert [task.step_id for task in state.open_tasks()] == ["s3"]
    office.do("kasubbag.perencanaan", case_id, "s3")
    office.finish(case_id)


# --- in which capacity ---


def test_a_definitive_position_comes_before_one_held_for_somebody(office: DemoOffice) -> None:
    sit(office, holding("jp.psr.1", "jp-psr-2", "plt"))
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    claimed = office.engine.tasks.claim("jp.psr.1", task.id)
    assert (claimed["position"], claimed["acting_kind"]) == ("jp-psr-1", "definitive")


def test_of_two_definitive_positions_one_has_to_be_named(office: DemoOffice) -> None:
    sit(office, holding("jp.psr.1", "jp-psr-2"))
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    with pytest.raises(InvalidInput) as refused:
        office.engine.tasks.claim("jp.psr.1", task.id)
    [error] = refused.value.errors
    assert error.path == "acting_as"
    assert "jp-psr-1" in error.message.indonesian
    assert "jp-psr-2" in error.message.indonesian
    with pytest.raises(InvalidInput):
        office.engine.tasks.claim("jp.psr.1", task.id, acting_as="kabid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id, acting_as="jp-psr-2")
    office.complete("jp.psr.1", task.id)
    done = office.task(task.id)
    assert (done.position, done.acting_kind) == ("jp-psr-2", "definitive")


@pytest.mark.parametrize("kind", ["plt", "plh"])
def test_a_strategic_step_refuses_who_only_stands_in(office: DemoOffice, project: Path, kind: str) -> None:
    text = (project / f"sop_definitions/{SOP}.yaml").read_text(encoding="utf-8")
    first = "    time: 120m\n    output: [dok_data_kinerja]\n    form: temuan_kesalahan\n"
    assert first in text
    strategic = text.replace(f"id: {SOP}", "id: uji-strategis", 1).replace(
        first, f"{first}    strategic: true\n", 1
    )
    office.engine.definitions.store(HOST, strategic, as_demonstration=True)
    sit(office, holding("kabid.eks", "kepala-dinas", kind))
    case_id = office.start(sop="uji-strategis")
    task = office.open_task(case_id, "s1")
    [claim] = [
        action for action in office.shown("kabid.eks", task.id)["actions"] if action["verb"] == "claim"
    ]
    assert not claim["allowed"]
    with pytest.raises(NotAllowed):
        office.engine.tasks.claim("kabid.eks", task.id)
    office.do("kadis", case_id, "s1")

    plain = office.start()
    office.do("kabid.eks", plain, "s1")
    assert office.state(plain).visits_of("s1", None)[0].acting_kind == kind


def test_who_did_a_step_may_not_check_it_not_even_in_another_position(office: DemoOffice) -> None:
    sit(office, holding("jp.psr.1", "kabid-psr", "plh"))
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    office.do("jp.psr.1", case_id, "s5", "bid-psr")
    check = office.open_task(case_id, "s6", "bid-psr")
    with pytest.raises(NotAllowed, match="separation"):
        office.engine.tasks.claim("jp.psr.1", check.id)
    with pytest.raises(NotAllowed, match="separation"):
        office.engine.tasks.reassign("kadis", check.id, to="jp.psr.1", reason="Dinas luar")
    office.do("kabid.psr", case_id, "s6", "bid-psr", outcome="sesuai")


def test_a_position_that_has_ended_lets_its_holder_do_nothing_more(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    sit(office, holding("kabid.eks", "kepala-dinas"), without=("kadis",))
    with pytest.raises(NotFound):
        office.engine.tasks.claim("kadis", task.id)
    office.do("kabid.eks", case_id, "s1")


# --- claim, hand on, hold ---


def test_a_released_task_goes_back_to_the_pool_and_keeps_the_work_done(office: DemoOffice) -> None:
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    with pytest.raises(AlreadyClaimed, match="JP 1 Bidang Pengelolaan Pasar"):
        office.engine.tasks.claim("jp.psr.2", task.id)
    office.clock.advance(hours=1)
    office.engine.tasks.release("jp.psr.1", task.id, reason="Dinas luar")
    released = office.task(task.id)
    assert (released.state, released.assignee, released.worked_minutes) == (TaskStatus.READY, None, 60)
    office.engine.tasks.claim("jp.psr.2", task.id)
    office.clock.advance(minutes=30)
    office.complete("jp.psr.2", task.id)
    assert office.task(task.id).working_minutes == 90


def test_a_task_handed_on_belongs_to_the_other_and_keeps_its_deadline(office: DemoOffice) -> None:
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    office.engine.tasks.reassign("kabid.psr", task.id, to="jp.psr.2", reason="Cuti")
    moved = office.task(task.id)
    assert (moved.state, moved.assignee, moved.due_at) == (TaskStatus.ASSIGNED, "jp.psr.2", task.due_at)
    with pytest.raises(AlreadyClaimed):
        office.engine.tasks.claim("jp.psr.1", task.id)
    assert [item["id"] for item in office.engine.queries.inbox("jp.psr.2")["items"]] == [task.id]
    office.do("jp.psr.2", case_id, "s5", "bid-psr")


def test_a_hold_moves_the_deadline_by_its_working_minutes_and_is_no_work(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    office.engine.tasks.claim("kadis", task.id)
    office.clock.advance(minutes=30)
    until = datetime.fromisoformat("2026-01-06T08:00+08:00")
    office.engine.tasks.hold("kadis", task.id, reason_class="menunggu_data", reason="Menunggu", until=until)
    with pytest.raises(ActionNotAvailable):
        office.complete("kadis", task.id)
    office.clock.advance(hours=1)
    office.engine.tasks.resume("kadis", task.id)
    calendar = office.system.calendar("asn-5hk")
    resumed = office.task(task.id)
    assert task.due_at is not None
    assert resumed.due_at == calendar.add(task.due_at, 60)
    office.clock.advance(minutes=30)
    office.complete("kadis", task.id)
    done = office.task(task.id)
    assert (done.working_minutes, done.hold_minutes) == (60, 60)


def test_a_suspended_case_stands_still_and_goes_on_where_it_was(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    office.engine.tasks.claim("kadis", task.id)
    office.engine.cases.suspend("kadis", case_id, reason="Audit")
    for attempt in (
        lambda: office.engine.tasks.release("kadis", task.id, reason="x"),
        lambda: office.engine.tasks.resume("kadis", task.id),
        lambda: office.complete("kadis", task.id),
        lambda: office.engine.cases.suspend("kadis", case_id, reason="x"),
    ):
        with pytest.raises(ActionNotAvailable):
            attempt()
    office.clock.advance(hours=1)
    office.engine.cases.resume("kadis", case_id, reason="Selesai")
    back = office.task(task.id)
    assert (back.state, back.hold_minutes) == (TaskStatus.IN_PROGRESS, 60)
    office.finish(case_id)


def test_a_cancelled_case_has_no_open_task_and_takes_no_verb(office: DemoOffice) -> None:
    case_id = office.with_branches()
    [one, _] = office.state(case_id).open_tasks()
    office.engine.cases.cancel("kasubbag.perencanaan", case_id, reason="Salah periode")
    state = office.state(case_id)
    assert (state.case.state, state.open_tasks()) == (CaseStatus.CANCELLED, [])
    assert {branch.state for branch in state.branches.values()} == {BranchStatus.CANCELLED}
    with pytest.raises(ActionNotAvailable):
        office.engine.tasks.claim("kabid.psr", one.id)
    with pytest.raises(ActionNotAvailable):
        office.engine.cases.cancel("kadis", case_id, reason="x")
    corrected = office.start(corrects=case_id)
    assert office.state(corrected).case.corrects_id == case_id


def test_a_draft_comes_back_as_it_was_saved_and_counts_as_one_version(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    claimed = office.engine.tasks.claim("kadis", task.id)
    row = {"unit": "bid-psr", "subjek": "Indikator"}
    saved = office.engine.tasks.save(
        "kadis",
        task.id,
        data={"baris_salah": [row]},
        requirements=("dok_data_kinerja",),
        version=claimed["version"],
    )
    assert saved["version"] == claimed["version"] + 1
    shown = office.shown("kadis", task.id)
    assert shown["form"]["initial"]["baris_salah"][0]["subjek"] == "Indikator"
    assert [requirement["ticked"] for requirement in shown["requirements"]] == [True]


def test_every_verb_grows_the_version_by_one_and_an_old_one_is_refused(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    tasks = office.engine.tasks
    steps = [
        lambda version: tasks.claim("kadis", task.id, version=version),
        lambda version: tasks.save("kadis", task.id, data={}, version=version),
        lambda version: tasks.hold(
            "kadis",
            task.id,
            reason_class="menunggu_data",
            reason="x",
            until=datetime.fromisoformat("2026-01-05T12:00+08:00"),
            version=version,
        ),
        lambda version: tasks.resume("kadis", task.id, version=version),
        lambda version: tasks.release("kadis", task.id, reason="x", version=version),
    ]
    for number, step in enumerate(steps, start=1):
        assert step(number)["version"] == number + 1


def test_a_case_is_corrected_only_by_a_new_one_of_its_own_agency(office: DemoOffice) -> None:
    case_id = office.start()
    office.finish(case_id)
    assert office.state(case_id).case.state is CaseStatus.COMPLETED
    with pytest.raises(ActionNotAvailable):
        office.engine.cases.cancel("kadis", case_id, reason="Terlambat")
    again = office.start(corrects=case_id)
    assert office.engine.queries.cases.get("kadis", again)["corrects"] == case_id


def test_a_vacant_executor_stops_the_start_and_every_gap_is_named(office: DemoOffice) -> None:
    sit(office, without=("kabid.eks", "jp.pkm.1", "jp.pkm.2"))
    before = office.rows()
    with pytest.raises(CannotBeStaffed) as refused:
        office.start()
    gaps = {(gap["role"], gap["unit"]) for gap in refused.value.current["gaps"]}
    assert gaps == {("kepala_bidang", "bid-eks"), ("jabatan_pelaksana", "bid-pkm")}
    assert office.rows() == before
