"""Who may do what to a task, and why not. Decided without a database."""

from dataclasses import replace
from datetime import date

import pytest

from engine.access.actor import Actor
from engine.cases.model import CaseStatus, Task, TaskStatus
from engine.errors import AlreadyClaimed, InvalidInput, NotAllowed
from engine.organisation import Holding
from engine.permissions.rules import Acting, Permissions
from engine.text.bilingual import Text
from tests.support.contexts import Play, organisation, shipped_definition
from tests.unit.cases.test_transition import in_branches


@pytest.fixture
def nine() -> Play:
    return Play(shipped_definition("perbaikan-data-kinerja")).start()


def permissions(play: Play, account: str) -> Permissions:
    return Permissions(play.case(), Actor(account))


def claimed(play: Play, where: str, by: str) -> Task:
    task = play.task(where)
    position = task.seats[0]
    taken = replace(
        task, state=TaskStatus.IN_PROGRESS, assignee=by, position=position, claimed_at=play.clock.now()
    )
    play.state.put(taken)
    return taken


def with_holding(play: Play, *more: Holding) -> None:
    play.organisation = replace(organisation(), holdings=(*organisation().holdings, *more))


def test_the_holder_of_the_position_may_claim(nine: Play) -> None:
    assert permissions(nine, "kadis").refusal("claim", nine.task("s1")) is None


def test_whoever_claims_second_is_told_who_was_first(nine: Play) -> None:
    in_branches(nine, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    task = claimed(nine, "s5@bid-psr", "jp.psr.1")
    refusal = permissions(nine, "jp.psr.2").refusal("claim", task)
    assert refusal is not None
    assert refusal.error is AlreadyClaimed
    assert refusal.current["assignee"] == "jp.psr.1"


def test_a_refusal_names_the_holder_only_where_there_is_one(nine: Play) -> None:
    refusal = permissions(nine, "kadis").refusal("recall", nine.task("s1"))
    assert refusal is not None
    assert refusal.message.indonesian == "Tugas ini hanya dapat ditarik kembali oleh pemegangnya."


def test_an_official_of_another_bidang_sees_nothing_of_the_branch(nine: Play) -> None:
    in_branches(nine, ["bid-psr"])
    assert not permissions(nine, "kabid.eks").sees_task(nine.task("s4@bid-psr"))
    assert not permissions(nine, "jp.eks.1").sees_case()


def test_participants_see_the_meeting_they_take_part_in(nine: Play) -> None:
    in_branches(nine, ["bid-psr"])
    assert permissions(nine, "kasi.psr.1").sees_task(nine.task("s4@bid-psr"))
    assert not permissions(nine, "kasi.eks.1").sees_task(nine.task("s4@bid-psr"))


def test_an_auditor_sees_everything_and_may_do_nothing(nine: Play) -> None:
    auditor = permissions(nine, "auditor")
    task = nine.task("s1")
    assert auditor.sees_case()
    for verb in ("claim", "release", "save", "hold", "resume", "reassign", "recall"):
        assert auditor.refusal(verb, task) is not None


def test_an_administrator_sees_no_case(nine: Play) -> None:
    assert not permissions(nine, "admin").sees_case()


def test_who_did_the_work_may_not_check_it(nine: Play) -> None:
    in_branches(nine, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    nine.finish("s5@bid-psr", "jp.psr.1", position="jp-psr-1")
    with_holding(nine, Holding("h", "jp.psr.1", "kabid-psr", "plh"))
    refusal = permissions(nine, "jp.psr.1").refusal("claim", nine.task("s6@bid-psr"))
    assert refusal is not None
    assert refusal.error is NotAllowed
    assert "s5" in refusal.message.indonesian


def test_a_strategic_step_refuses_an_acting_official(nine: Play) -> None:
    steps = tuple(replace(step, strategic=step.id == "s1") for step in nine.definition.steps)
    nine.definition = replace(nine.definition, steps=steps)
    with_holding(nine, Holding("h", "sekdis", "kepala-dinas", "plh"))
    assert permissions(nine, "kadis").refusal("claim", nine.task("s1")) is None
    refusal = permissions(nine, "sekdis").refusal("claim", nine.task("s1"))
    assert refusal is not None
    assert "strategis" in refusal.message.indonesian


def test_a_mandate_counts_only_between_its_dates(nine: Play) -> None:
    with_holding(nine, Holding("h", "sekdis", "kepala-dinas", "plh", date(2026, 1, 19), date(2026, 1, 23)))
    task = nine.task("s1")
    assert permissions(nine, "sekdis").refusal("claim", task) is not None
    nine.clock.set("2026-01-19T08:00+08:00")
    assert permissions(nine, "sekdis").refusal("claim", task) is None
    nine.clock.set("2026-01-24T08:00+08:00")
    assert permissions(nine, "sekdis").refusal("claim", task) is not None


def test_the_definitive_capacity_comes_before_acting_ones(nine: Play) -> None:
    in_branches(nine, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    with_holding(nine, Holding("h", "jp.psr.1", "jp-psr-2", "plt"))
    task = nine.task("s5@bid-psr")
    assert permissions(nine, "jp.psr.1").acting(task, None) == Acting("jp-psr-1", "definitive")
    assert permissions(nine, "jp.psr.1").acting(task, "jp-psr-2") == Acting("jp-psr-2", "plt")


def test_two_equal_capacities_ask_for_a_choice(nine: Play) -> None:
    in_branches(nine, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    with_holding(nine, Holding("h", "jp.psr.1", "jp-psr-2"))
    with pytest.raises(InvalidInput, match="jp-psr-1, jp-psr-2"):
        permissions(nine, "jp.psr.1").acting(nine.task("s5@bid-psr"), None)


def test_a_superior_may_reassign_what_a_subordinate_holds(nine: Play) -> None:
    in_branches(nine, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    task = nine.task("s5@bid-psr")
    assert permissions(nine, "kabid.psr").refusal("reassign", task) is None
    assert permissions(nine, "kabid.eks").refusal("reassign", task) is not None


def test_nothing_can_be_done_while_the_case_is_suspended(nine: Play) -> None:
    nine.state.put(replace(nine.state.case, state=CaseStatus.SUSPENDED))
    assert permissions(nine, "kadis").refusal("claim", nine.task("s1")) is not None


def test_what_was_just_sent_can_be_taken_back_until_it_is_opened(nine: Play) -> None:
    nine.finish("s1", "kadis", data={"baris_salah": []})
    sent = next(task for task in nine.state.tasks.values() if task.step_id == "s1")
    assert permissions(nine, "kadis").refusal("recall", sent) is None
    nine.state.put(replace(nine.task("s2"), viewed_at=nine.clock.now()))
    assert permissions(nine, "kadis").refusal("recall", sent) is not None


def test_a_capacity_that_does_not_fit_is_refused_at_its_field(nine: Play) -> None:
    with pytest.raises(InvalidInput) as refused:
        permissions(nine, "kadis").acting(nine.task("s1"), "sekretaris")
    assert refused.value.message == Text(
        'Anda tidak dapat bertindak sebagai "sekretaris" untuk tugas ini.',
        "'kadis' cannot act as 'sekretaris' on this task",
    )
    assert [(fault.path, fault.message) for fault in refused.value.errors] == [
        ("acting_as", Text("Jabatan tidak berlaku di sini.", "Not a capacity here."))
    ]


def test_a_deviation_with_a_condition_is_refused_until_it_holds(nine: Play) -> None:
    rule = nine.machine.outcome_rules["s1"]["ditutup_tanpa_perbaikan"]

    def refused() -> str | None:
        refusal = permissions(nine, "kadis").guard_refusal(nine.task("s1"), rule)
        return refusal.message.english if refusal else None

    assert "visits > 1" in str(refused())
    nine.finish("s1", "kadis", data={"baris_salah": []}).finish("s2", "sekdis", "tidak_terbukti")
    assert refused() is None
    rule = replace(rule, when='outcome == "ditutup_tanpa_perbaikan" && perintah == "x"')
    assert refused() is not None
    nine.state.put(replace(nine.task("s1"), draft={"perintah": "x"}))
    assert refused() is None
    rule = replace(rule, when=None)
    assert refused() is None


def test_whoever_has_not_read_the_version_begins_no_work_by_it(nine: Play) -> None:
    context = nine.context()
    nine.context = lambda: replace(context, unread_by=lambda account: account == "kadis")  # type: ignore[method-assign]
    refusal = permissions(nine, "kadis").refusal("claim", nine.task("s1"))
    assert refusal is not None
    assert refusal.message.english.startswith("Read the SOP")
    nine.state.put(claimed(nine, "s1", "kadis"))
    assert permissions(nine, "kadis").refusal("complete", nine.task("s1")) is not None
    nine.context = lambda: context  # type: ignore[method-assign]
    assert permissions(nine, "kadis").refusal("complete", nine.task("s1")) is None


def test_who_takes_part_or_is_informed_is_involved_and_who_does_it_is_not(nine: Play) -> None:
    in_branches(nine, ["bid-psr"])
    meeting = permissions(nine, "kabid.psr").involved(nine.task("s4@bid-psr"))
    assert meeting >= {"kasi-psr-1", "jp-psr-1", "jp-psr-2"}
    assert "kabid-psr" not in meeting
    assert not {seat for seat in meeting if "pkm" in seat}
    told = next(task for task in nine.state.tasks.values() if task.step_id == "s3")
    assert permissions(nine, "kadis").involved(told) == set(organisation().positions_with("kepala_bidang"))


def test_who_only_may_open_a_task_sees_beside_it_what_he_may_open_anyway(nine: Play) -> None:
    in_branches(nine, ["bid-psr"])
    here = nine.task("s4@bid-psr")
    first = next(task for task in nine.state.tasks.values() if task.step_id == "s1")
    assert permissions(nine, "kabid.psr").shows_beside(here, first)
    assert permissions(nine, "kabid.psr").shows_beside(here, None)
    stranger = permissions(nine, "jp.eks.1")
    assert not stranger.shows_beside(here, first)
    assert not stranger.shows_beside(here, None)
    helped = replace(here, helper="jp.eks.1")
    nine.state.put(helped)
    assert permissions(nine, "jp.eks.1").shows_beside(helped, None)
    assert permissions(nine, "jp.eks.1").helps_with() == [helped]
    assert stranger.helps_with() == [helped]
    assert permissions(nine, "jp.psr.1").helps_with() == []
