"""Who is told of work that stops, ends or goes on without him. Decided without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.audit.act import Act
from engine.cases.holds import hand_on
from engine.cases.model import CaseStatus, Notice, TaskStatus
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.reminders.act_notices import handed_on, notices_of
from engine.reminders.settled_notices import is_settled
from tests.support.contexts import Play, shipped_definition
from tests.unit.cases.test_transition import in_branches

NINE = shipped_definition("perbaikan-data-kinerja")


def at_step_5(*units: str) -> Play:
    """A case whose branches wait for the fifth step."""
    play = in_branches(Play(NINE).start(), list(units))
    for unit in units:
        play.finish(f"s4@{unit}", f"kabid.{unit.removeprefix('bid-')}")
    return play


def told(
    play: Play, change: Callable[[Transition], object], by: str = "kadis", reason: str | None = None
) -> dict[str, str]:
    """Account → what it is told of this act, the last text of each."""
    before = play.state
    play.act(change)
    details: dict[str, Any] = {"reason": reason} if reason else {}
    act = Act(name="x", at=play.clock.now(), account=by, subject="case", details=details)
    return {notice.account: notice.text for notice in notices_of(play.last, before, act)}


def put(status: CaseStatus) -> Callable[[Transition], object]:
    return lambda transition: transition.state.put(replace(transition.state.case, state=status))


def test_of_a_cancelled_case_its_starter_every_holder_and_every_candidate_hear_with_the_reason() -> None:
    play = at_step_5("bid-psr", "bid-pkm")
    holder = play.claim("s5@bid-psr", "jp.psr.1")
    play.state.case = replace(play.state.case, started_by="sekdis")
    waiting = play.task("s5@bid-pkm")
    candidates = set(play.organisation.people_of(waiting.seats, play.context().local_day, NINE.id))
    texts = told(play, lambda moved: moved.close(CaseStatus.CANCELLED), reason="Salah periode")
    assert set(texts) == {"sekdis", holder.assignee, *candidates}
    assert "dibatalkan. Alasan: “Salah periode”" in texts["sekdis"]
    assert "tidak perlu dikerjakan lagi" in texts["jp.psr.1"]
    assert all("Salah periode" in text for text in texts.values())


def test_whoever_cancels_is_not_told_of_his_own_act() -> None:
    play = Play(NINE).start()
    play.claim("s1", "kadis")
    assert told(play, lambda moved: moved.close(CaseStatus.CANCELLED), by="kadis") == {}


def test_the_starter_reads_the_result_of_a_case_in_the_words_of_the_sop() -> None:
    definition = replace(NINE, case=replace(NINE.case, results={"ditolak": "Ditolak"}))
    play = Play(definition).start()
    play.state.case = replace(play.state.case, started_by="sekdis")
    texts = told(play, lambda moved: moved.close(CaseStatus.COMPLETED, "ditolak"), reason="Tidak lengkap")
    assert "telah selesai dengan hasil: Ditolak. Alasan: “Tidak lengkap”" in texts["sekdis"]


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        (CaseStatus.RUNNING, CaseStatus.SUSPENDED, "berhenti sementara"),
        (CaseStatus.SUSPENDED, CaseStatus.RUNNING, "dilanjutkan"),
    ],
)
def test_the_holder_hears_that_a_case_stops_and_that_it_goes_on(
    was: CaseStatus, becomes: CaseStatus, says: str
) -> None:
    play = Play(NINE).start()
    play.claim("s1", "kadis")
    play.act(put(was))
    texts = told(play, put(becomes), by="sekdis", reason="Pemeriksaan")
    assert set(texts) == {"kadis"}
    assert says in texts["kadis"]
    assert "Pemeriksaan" in texts["kadis"]


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        (CaseStatus.RUNNING, CaseStatus.SUSPENDED, "ditangguhkan. Alasan: “Pemeriksaan”"),
        (CaseStatus.SUSPENDED, CaseStatus.RUNNING, "dilanjutkan. Alasan: “Pemeriksaan”"),
    ],
)
def test_whoever_started_the_case_hears_that_it_stops_and_goes_on_once(
    was: CaseStatus, becomes: CaseStatus, says: str
) -> None:
    play = Play(NINE).start()
    play.claim("s1", "kadis")
    play.act(put(was))
    for starter, heard in (
        ("kabid.psr", {"kadis", "kabid.psr"}),
        ("kadis", {"kadis"}),
        ("sekdis", {"kadis"}),
    ):
        play.state.case = replace(play.state.case, state=was, started_by=starter)
        texts = told(play, put(becomes), by="sekdis", reason="Pemeriksaan")
        assert set(texts) == heard
        assert says in texts.get("kabid.psr", says)


def test_the_old_holder_hears_who_has_the_task_now_unless_he_gave_it_away_himself() -> None:
    play = at_step_5("bid-psr")
    play.claim("s5@bid-psr", "jp.psr.1")
    play.act(
        lambda moved: hand_on(moved, play.task("s5@bid-psr"), state=TaskStatus.ASSIGNED, assignee="jp.psr.2")
    )
    context = TaskContext(play.case(), play.task("s5@bid-psr"))
    notice = handed_on(context, "jp.psr.1", "kabid.psr", "Beban kerja")
    assert notice is not None
    assert notice.account == "jp.psr.1"
    assert "dialihkan kepada" in notice.text
    assert "Beban kerja" in notice.text
    assert handed_on(context, "jp.psr.1", "jp.psr.1", "Beban kerja") is None
    assert handed_on(context, None, "kabid.psr", "Beban kerja") is None


def test_whoever_has_a_task_hears_that_somebody_else_ended_it() -> None:
    play = at_step_5("bid-psr")
    play.claim("s5@bid-psr", "jp.psr.1")
    before = play.state
    play.finish("s5@bid-psr", "jp.psr.1")
    act = Act(name="x", at=play.clock.now(), account="sekdis", subject="case", details={"reason": "Ditarik"})
    told = [notice for notice in notices_of(play.last, before, act) if notice.account == "jp.psr.1"]
    assert ["Ditarik" in notice.text for notice in told] == [True]
    by_himself = notices_of(play.last, before, replace(act, account="jp.psr.1"))
    assert not any("diakhiri" in notice.text for notice in by_himself)


def test_one_notice_says_that_a_task_need_not_be_done_any_more() -> None:
    play = at_step_5("bid-psr")
    play.claim("s5@bid-psr", "jp.psr.1")
    before = play.state
    play.act(lambda moved: moved.close(CaseStatus.CANCELLED))
    act = Act(name="x", at=play.clock.now(), account="kadis", subject="case")
    told = [notice.account for notice in notices_of(play.last, before, act)]
    assert told.count("jp.psr.1") == 1


def asking(play: Play, account: str, kind: str) -> bool:
    task = next(iter(play.state.tasks.values()))
    notice = Notice(
        id="n", account=account, kind=kind, case_id="case", task_id=task.id, at=play.clock.now(), text="x"
    )
    return not is_settled(TaskContext(play.case(), task), notice)


def test_nothing_is_asked_for_any_more_when_a_task_has_ended() -> None:
    play = Play(NINE).start()
    kinds = ("task_new", "task_returned", "reminder", "overdue", "not_picked_up", "escalation")
    assert all(asking(play, "kadis", kind) for kind in kinds)
    play.act(lambda moved: moved.close(CaseStatus.CANCELLED))
    assert not any(asking(play, "kadis", kind) for kind in kinds)
    assert asking(play, "kadis", "case_finished")


def test_a_new_task_is_not_asked_of_others_once_it_is_taken_and_information_stays() -> None:
    play = at_step_5("bid-psr")
    task = play.claim("s5@bid-psr", "jp.psr.1")
    others = set(play.organisation.people_of(task.seats, play.context().local_day, NINE.id)) - {"jp.psr.1"}

    def settled(account: str, kind: str) -> bool:
        notice = Notice(
            id="n", account=account, kind=kind, case_id="case", task_id=task.id, at=play.clock.now(), text="x"
        )
        return is_settled(TaskContext(play.case(), task), notice)

    assert others
    assert all(settled(account, "task_new") for account in others)
    assert not settled("jp.psr.1", "task_new")
    assert not settled("kadis", "task_new")
    assert not settled("kabid.psr", "overdue")
