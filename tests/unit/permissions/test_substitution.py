"""Who stands in on one task: down the line to the first who is there and may, and what he may not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.access.actor import Actor
from engine.calendar.policies import BUILT_IN
from engine.cases.model import Task, TaskStatus
from engine.cases.new_task import candidates
from engine.cases.task_context import TaskContext
from engine.errors import InvalidInput, NotAllowed
from engine.organisation import Absence, Holding
from engine.organisation.mandate_rules import may_enter, may_give
from engine.permissions import substitution
from engine.permissions.acting_title import acting_title, lasts_until
from engine.permissions.rules import Acting, Permissions
from engine.reminders.recipients import recipients_of
from engine.staffing import takeover
from engine.views.tasks import substitution_view
from tests.support.contexts import Play, organisation, shipped_definition
from tests.unit.cases.test_transition import in_branches

WEEK = "2026-01-19T08:00+08:00"
SATURDAY = "2026-01-24T08:00+08:00"
STAGES = {item.id: item for item in (*BUILT_IN.stages, *BUILT_IN.pickup_stages)}


def plh(account: str, rank: int, **more: Any) -> Holding:
    days = {"valid_from": date(2026, 1, 19), "valid_to": date(2026, 1, 23)}
    given = {"order_number": "800/12/2026", "rank": rank, **days, **more}
    return Holding(f"{account}/plh", account, "kepala-dinas", "plh", **given)


LINE = (plh("sekdis", 1), plh("kabid.psr", 2), plh("kabid.pkm", 3))


def away(account: str) -> Absence:
    return Absence(account, account, "dinas_luar", date(2026, 1, 19), date(2026, 1, 23), account)


def staffed(play: Play, *more: Holding, gone: tuple[str, ...] = ("kadis",)) -> Play:
    play.organisation = replace(
        organisation(),
        holdings=(*organisation().holdings, *more),
        absences=tuple(away(account) for account in gone),
    )
    return play


@pytest.fixture
def signing() -> Play:
    """The week of the dossier: s9 waits for the Kepala Dinas, who is away; the Sekretaris did the paraf."""
    play = Play(shipped_definition("perbaikan-data-kinerja")).start()
    in_branches(play, ["bid-pdn"])
    play.finish("s4@bid-pdn", "kabid.pdn").finish("s5@bid-pdn", "jp.pdn.1")
    play.finish("s6@bid-pdn", "kabid.pdn", "sesuai").finish("s7", "kasubbag.perencanaan")
    play.clock.set(WEEK)
    play.finish("s8", "sekdis", "sesuai")
    return staffed(play, *LINE)


def permissions(play: Play, account: str) -> Permissions:
    return Permissions(play.case(), Actor(account))


def standings(play: Play, task: Task) -> list[tuple[str, str]]:
    line = substitution.line_of(TaskContext(play.case(), task), "kepala-dinas")
    return [(substitute.account, substitute.standing) for substitute in line]


def test_a_substitute_who_would_sign_his_own_paraf_is_passed_over_for_the_next(signing: Play) -> None:
    task = signing.task("s9")
    assert standings(signing, task) == [
        ("sekdis", "duties_apart"),
        ("kabid.psr", "in_charge"),
        ("kabid.pkm", "next"),
    ]
    refusal = permissions(signing, "sekdis").refusal("claim", task)
    assert refusal is not None
    assert refusal.error is NotAllowed
    assert "s8" in refusal.message.indonesian
    assert "Kepala Bidang Pengelolaan Pasar" in refusal.message.indonesian
    assert permissions(signing, "kabid.psr").refusal("claim", task) is None
    assert permissions(signing, "kabid.psr").acting(task, None) == Acting("kepala-dinas", "plh")
    assert permissions(signing, "kabid.pkm").refusal("claim", task) is not None


def test_the_next_in_line_sees_the_task_and_the_one_behind_him_does_not(signing: Play) -> None:
    staffed(signing, plh("sekdis", 1), plh("jp.umum", 2), plh("jp.keuangan", 3))
    task = signing.task("s9")
    assert permissions(signing, "jp.umum").sees_task(task)
    assert not permissions(signing, "jp.keuangan").sees_case()
    shown = substitution_view(TaskContext(signing.case(), task))
    assert shown is not None
    assert (shown["position"], shown["absent"]) == ("kepala-dinas", ["kadis"])
    assert [substitute["order_number"] for substitute in shown["line"]] == ["800/12/2026"] * 3


def test_who_is_away_is_passed_over_too_and_so_is_a_second(signing: Play) -> None:
    staffed(signing, *LINE, gone=("kadis", "kabid.psr"))
    task = signing.task("s9")
    assert [standing for _, standing in standings(signing, task)] == ["duties_apart", "away", "in_charge"]
    assert permissions(signing, "kabid.pkm").refusal("claim", task) is None


def test_where_nobody_is_left_the_refusal_says_that_the_head_may_waive_it(signing: Play) -> None:
    staffed(signing, plh("sekdis", 1))
    task = signing.task("s9")
    refusal = permissions(signing, "sekdis").refusal("claim", task)
    assert refusal is not None
    assert "pengecualian" in refusal.message.indonesian
    assert permissions(signing, "kadis").refusal("waive", task) is None
    assert set(permissions(signing, "kadis").kept_apart(task)) == {"sekdis"}
    waived = replace(task, waived=("sekdis",))
    signing.state.put(waived)
    assert permissions(signing, "sekdis").refusal("claim", waived) is None
    assert permissions(signing, "kadis").refusal("waive", waived) is not None


def test_only_the_definitive_head_may_waive(signing: Play) -> None:
    task = signing.task("s9")
    assert permissions(signing, "kabid.psr").refusal("waive", task) is not None
    assert permissions(signing, "kasubbag.perencanaan").refusal("waive", task) is not None


def test_the_mandate_is_off_when_its_days_are_over(signing: Play) -> None:
    signing.clock.set(SATURDAY)
    task = signing.task("s9")
    assert substitution_view(TaskContext(signing.case(), task)) is None
    for account in ("sekdis", "kabid.psr"):
        assert permissions(signing, account).refusal("claim", task) is not None
    assert permissions(signing, "kadis").refusal("claim", task) is None


def test_nobody_decides_as_a_substitute_what_he_has_just_done_whatever_the_sop_says(signing: Play) -> None:
    steps = tuple(replace(step, not_same_person_as=()) for step in signing.definition.steps)
    signing.definition = replace(signing.definition, steps=steps)
    task = signing.task("s9")
    assert standings(signing, task)[0] == ("sekdis", "duties_apart")
    own = Holding("own", "sekdis", "kepala-dinas")
    staffed(signing, own, gone=())
    assert permissions(signing, "sekdis").refusal("claim", task) is None


def test_who_helped_with_a_step_may_not_check_it_either(signing: Play) -> None:
    paraf = next(task for task in signing.state.tasks.values() if task.step_id == "s8")
    signing.state.put(replace(paraf, assignee="kadis", helped_by=("sekdis",)))
    assert standings(signing, signing.task("s9"))[0] == ("sekdis", "duties_apart")


def test_a_strategic_step_waits_for_the_definitive_holder(signing: Play) -> None:
    steps = tuple(replace(step, strategic=step.id == "s9") for step in signing.definition.steps)
    signing.definition = replace(signing.definition, steps=steps)
    task = signing.task("s9")
    assert [standing for _, standing in standings(signing, task)] == ["duties_apart", "strategic", "next"]
    refusal = permissions(signing, "kabid.psr").refusal("claim", task)
    assert refusal is not None
    assert "strategis" in refusal.message.indonesian
    assert substitution.addressed(TaskContext(signing.case(), task)) == ("kadis",)


def test_who_is_definitive_in_one_seat_may_not_choose_the_acting_one_for_a_strategic_step(
    signing: Play,
) -> None:
    steps = tuple(replace(step, strategic=step.id == "s9") for step in signing.definition.steps)
    signing.definition = replace(signing.definition, steps=steps)
    task = replace(signing.task("s9"), seats=("kepala-dinas", "kabid-psr"), position=None)
    kabid = permissions(signing, "kabid.psr")
    assert kabid.refusal("claim", task) is None
    assert kabid.acting(task, None) == Acting("kabid-psr", "definitive")
    with pytest.raises(NotAllowed, match="strateg"):
        kabid.acting(task, "kepala-dinas")
    with pytest.raises(InvalidInput):
        kabid.acting(task, "sekretaris")


def test_a_mandate_for_other_sops_opens_nothing_here(signing: Play) -> None:
    staffed(signing, plh("jp.umum", 1, sops=("tindak-lanjut-evaluasi",)))
    task = signing.task("s9")
    assert substitution_view(TaskContext(signing.case(), task)) is None
    assert not permissions(signing, "jp.umum").sees_case()
    assert not permissions(signing, "jp.umum").is_owner()
    staffed(signing, plh("jp.umum", 1, sops=(signing.definition.id,)))
    assert permissions(signing, "jp.umum").refusal("claim", task) is None
    assert permissions(signing, "jp.umum").is_owner()


def test_a_mandate_for_one_sop_gives_no_authority_over_the_office(signing: Play) -> None:
    day = date(2026, 1, 19)
    for sops, gives in (((), True), ((signing.definition.id,), False)):
        staffed(signing, plh("jp.umum", 1, sops=sops))
        assert may_give(signing.organisation, Actor("jp.umum"), "sekretaris", day) is gives
        assert may_enter(signing.organisation, Actor("jp.umum"), "sekdis", day) is gives
        refused = takeover.refusal(signing.organisation, day, "jp.umum", "sekdis")
        assert refused is not None
        assert (refused.error is NotAllowed) is not gives


def held(play: Play, account: str, position: str = "kepala-dinas", **more: Any) -> Task:
    given = {"state": TaskStatus.IN_PROGRESS, "claimed_at": play.clock.now(), "acting_kind": "plh", **more}
    task = replace(play.task("s9"), assignee=account, position=position, **given)
    play.state.put(task)
    return task


def test_who_no_longer_holds_the_position_cannot_complete_and_is_told_what_would_work(signing: Play) -> None:
    task = held(signing, "kabid.psr")
    assert permissions(signing, "kabid.psr").refusal("complete", task) is None
    signing.clock.set(SATURDAY)
    refusal = permissions(signing, "kabid.psr").refusal("complete", task)
    assert refusal is not None
    assert refusal.error is NotAllowed
    assert "Kepala Dinas" in refusal.message.indonesian
    assert "mengalihkan" in refusal.message.indonesian
    assert permissions(signing, "kadis").refusal("substitute", task) is None


def test_who_is_in_charge_takes_the_place_of_a_holder_who_is_away(signing: Play) -> None:
    task = held(signing, "kadis", acting_kind="definitive")
    assert permissions(signing, "kabid.psr").refusal("substitute", task) is None
    for account in ("sekdis", "kabid.pkm", "kadis"):
        assert permissions(signing, account).refusal("substitute", task) is not None
    assert substitution.addressed(TaskContext(signing.case(), task)) == ("kabid.psr",)
    staffed(signing, *LINE, gone=())
    refusal = permissions(signing, "kabid.psr").refusal("substitute", task)
    assert refusal is not None
    assert "berada di tempat" in refusal.message.indonesian


def test_an_act_in_the_place_of_another_names_both_positions_as_they_were_on_that_day() -> None:
    days = {"valid_to": date(2026, 1, 31)}
    moved = (Holding("a", "sekdis", "sekretaris", **days), plh("sekdis", 1))
    others = tuple(holding for holding in organisation().holdings if holding.account != "sekdis")
    agency = replace(organisation(), holdings=(*others, *moved))
    monday, later = (datetime(2026, *day, 9, tzinfo=UTC) for day in ((1, 19), (2, 2)))
    acted = ("sekdis", "kepala-dinas")
    assert acting_title(agency, *acted, "plh", monday) == "Plh. Kepala Dinas (Sekretaris Dinas)"
    assert acting_title(agency, *acted, "plt", later) == "Plt. Kepala Dinas (Sekretaris Dinas)"
    assert acting_title(agency, "inspektorat.1", "kepala-dinas", "plh", monday) == (
        "Plh. Kepala Dinas (Evaluator Inspektorat 1)"
    )
    assert acting_title(agency, "kadis", "kepala-dinas", "definitive", monday) == "Kepala Dinas"
    assert acting_title(agency, "inspektorat.1", None, None, monday) is None


def test_a_mandate_that_stands_for_an_absence_ends_with_it(signing: Play) -> None:
    staffed(signing, plh("sekdis", 1, standing=True, valid_from=None, valid_to=None))
    [mandate] = signing.organisation.line("kepala-dinas", date(2026, 1, 19))
    assert lasts_until(signing.organisation, mandate, date(2026, 1, 19)) == date(2026, 1, 23)
    assert lasts_until(signing.organisation, replace(mandate, standing=False), date(2026, 1, 19)) is None


def test_people_are_told_of_a_task_where_they_may_take_it(signing: Play) -> None:
    task = signing.task("s9")
    told = recipients_of(TaskContext(signing.case(), task), STAGES["ambil1"])
    assert told == {"kabid.psr": "candidates"}
    staffed(signing, plh("sekdis", 1))
    assert substitution.addressed(TaskContext(signing.case(), task)) == ("kadis",)


def test_the_superior_who_is_there_is_told_and_nobody_as_his_own_superior(signing: Play) -> None:
    acting = Holding("h", "sekdis", "kasubbag-perencanaan", "plh")
    staffed(signing, *LINE, acting, gone=("kadis", "kasubbag.perencanaan"))
    seat = "kasubbag-perencanaan"
    task = replace(signing.task("s9"), step_id="s7", seats=(seat,), position=seat)
    told = recipients_of(TaskContext(signing.case(), task), STAGES["atasan"])
    assert "kadis" not in told
    assert "kasubbag.perencanaan" not in told
    assert told["sekdis"] == "assignee"


def test_who_approved_a_deviation_from_a_step_has_not_done_the_step_and_may_check_it() -> None:
    play = Play(shipped_definition("tindak-lanjut-evaluasi")).start()
    play.finish("g1", "kasubbag.perencanaan")
    plan = [{"row": "r1", "rekomendasi": "a", "penanggung_jawab": "sekretaris", "tenggat": "2026-03-31"}]
    play.finish("g2", "kasubbag.perencanaan", data={"rencana": plan}).finish("g3", "sekdis", "sesuai")
    play.finish("g4", "kadis", "ditetapkan").finish("g5@r1", "sekdis")
    done = next(task for task in play.state.tasks.values() if task.step_id == "g5")
    approved = replace(
        done, id="approval", approval_of="usul_ubah_tenggat", assignee="kadis", position="kepala-dinas"
    )
    play.state.tasks["approval"] = approved
    branch = play.state.branches[done.branch_id or ""]
    assert candidates(play.case(), "atasan_pic", branch).seats == ("kepala-dinas",)
    assert permissions(play, "kadis").refusal("claim", play.task("g6@r1")) is None
    play.state.tasks["approval"] = replace(approved, approval_of=None)
    assert permissions(play, "kadis").refusal("claim", play.task("g6@r1")) is not None
