"""Laws of help, take-over and reassessment, decided without a database."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.access.actor import Actor
from engine.cases.model import Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.organisation import Absence, Holding
from engine.permissions import help
from engine.permissions.refusals import Refusal
from engine.permissions.rules import Permissions
from engine.staffing import takeover
from engine.staffing.reassessment import reassessed
from engine.staffing.takeover import Move
from tests.support.contexts import Play, organisation, shipped_definition
from tests.unit.cases.test_transition import in_branches

PLACE = "s5@bid-psr"
PEOPLE = sorted(account.username for account in organisation().accounts)


def at_s5() -> Play:
    """JP PSR 1 works at correcting the data of his Bidang."""
    play = Play(shipped_definition("perbaikan-data-kinerja")).start()
    in_branches(play, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    task = play.task(PLACE)
    play.state.put(
        replace(
            task,
            state=TaskStatus.IN_PROGRESS,
            assignee="jp.psr.1",
            position="jp-psr-1",
            acting_kind="definitive",
            claimed_at=play.clock.now(),
        )
    )
    return play


def helped(play: Play, by: str) -> Task:
    task = replace(play.task(PLACE), helper=by)
    play.state.put(task)
    return task


def away(play: Play, *accounts: str) -> None:
    days = (date(2026, 1, 1), date(2026, 12, 31))
    play.organisation = replace(
        play.organisation, absences=tuple(Absence(name, name, "cuti", *days, name) for name in accounts)
    )


@settings(max_examples=30)
@given(helper=st.sampled_from(PEOPLE), who=st.sampled_from(PEOPLE))
def test_while_one_helps_only_he_saves_nobody_completes_and_both_may_end_it(helper: str, who: str) -> None:
    play = at_s5()
    if help.unfit_helper(TaskContext(play.case(), play.task(PLACE)), "jp.psr.1", helper) is not None:
        return
    task = helped(play, helper)
    permissions = Permissions(play.case(), Actor(who))
    rule = permissions.outcome_rules(task)[None]
    assert (permissions.refusal("save", task) is None) == (who == helper)
    assert (permissions.refusal("resolve", task) is None) == (
        who in (helper, "jp.psr.1") or permissions.leads(task)
    )
    assert permissions.refusal("complete", task, rule) is not None
    assert permissions.refusal("delegate", task) is not None


@settings(max_examples=30)
@given(helper=st.sampled_from(PEOPLE))
def test_whoever_may_be_asked_is_at_work_and_somebody_else(helper: str) -> None:
    play = at_s5()
    if help.unfit_helper(TaskContext(play.case(), play.task(PLACE)), "jp.psr.1", helper) is None:
        person = play.organisation.account(helper)
        assert person is not None
        assert person.takes_part
        assert helper != "jp.psr.1"
        away(play, helper)
        assert help.unfit_helper(TaskContext(play.case(), play.task(PLACE)), "jp.psr.1", helper) is not None


@settings(max_examples=60)
@given(by=st.sampled_from(["jp.psr.1", "kabid.psr", "kadis"]), helper=st.sampled_from(PEOPLE))
def test_colleagues_are_of_the_division_in_the_line_or_in_the_case_and_a_superior_names_his_own(
    by: str, helper: str
) -> None:
    play = at_s5()
    unfit = help.unfit_helper(TaskContext(play.case(), play.task(PLACE)), by, helper)
    near = {name for name in PEOPLE if ".psr" in name} | {"kadis"}
    near |= {name for name in PEOPLE if Permissions(play.case(), Actor(name)).sees_content()}
    led = play.organisation.leads(by, date(2026, 1, 5))
    below = any(holding.position in led for holding in play.organisation.held_by(helper, date(2026, 1, 5)))
    if unfit is None:
        assert helper in near or below
    elif helper in near or below:
        assert "superior of both" not in unfit.english


def test_who_is_asked_to_help_sees_that_task_alone_and_only_while_helping() -> None:
    play = at_s5()
    stranger = Permissions(play.case(), Actor("jp.pkm.1"))
    assert not stranger.sees_case()
    task = helped(play, "jp.pkm.1")
    helping_now = Permissions(play.case(), Actor("jp.pkm.1"))
    seen = [task.id for task in play.state.tasks.values() if helping_now.opens_task(task)]
    assert seen == [task.id]
    assert not helping_now.sees_case()
    play.state.put(task.without_help())
    after = Permissions(play.case(), Actor("jp.pkm.1"))
    assert not any(after.opens_task(task) for task in play.state.tasks.values())
    assert not after.sees_case()


@pytest.mark.parametrize(
    "change",
    [
        {"state": TaskStatus.ON_HOLD},
        {"state": TaskStatus.CANCELLED},
        {"state": TaskStatus.READY, "assignee": None},
        {"assignee": "jp.psr.2"},
    ],
)
def test_help_never_outlives_the_holding(change: dict[str, object]) -> None:
    play = at_s5()
    task = helped(play, "kasi.psr.1")
    transition = Transition(play.case())
    changed = transition.change(task, **change)
    assert (changed.helper, changed.helped_by) == (None, ("kasi.psr.1",))
    assert transition.facts["help_ended"] == [{"task": task.id, "helper": "kasi.psr.1"}]


def test_a_saved_draft_leaves_the_help_as_it_is() -> None:
    play = at_s5()
    task = helped(play, "kasi.psr.1")
    transition = Transition(play.case())
    assert transition.change(task, draft={}).helper == "kasi.psr.1"
    assert "help_ended" not in transition.facts


@settings(max_examples=40)
@given(absent=st.sets(st.sampled_from(["jp.psr.2", "kasi.psr.1", "kabid.psr"])), to=st.sampled_from(PEOPLE))
def test_a_taken_over_task_goes_to_somebody_who_is_there_and_may_do_it(absent: set[str], to: str) -> None:
    play = at_s5()
    away(play, "jp.psr.1", *absent)
    task = play.task(PLACE)
    found = takeover.destination(Permissions(play.case(), Actor("kadis")), task, "jp.psr.1", to)
    assert isinstance(found, Move)
    after = replace(
        task,
        seats=found.seats,
        assignee=found.to,
        position=found.position,
        state=TaskStatus.ASSIGNED if found.to else TaskStatus.READY,
        claimed_at=None,
    )
    takers = [found.to] if found.to else [name for name in PEOPLE if name not in {"jp.psr.1", *absent}]
    claims = [Permissions(play.case(), Actor(name)).refusal("claim", after) for name in takers]
    assert None in claims
    assert found.to not in {"jp.psr.1", *absent}
    assert set(task.seats) <= set(found.seats)


def test_the_superior_who_has_done_what_it_checks_does_not_take_it_over() -> None:
    play = at_s5()
    play.finish(PLACE, "jp.psr.1", position="jp-psr-1")
    done = next(task for task in play.state.tasks.values() if task.step_id == "s5")
    play.state.put(replace(done, helped_by=("kadis",)))
    away(play, "kabid.psr")
    check = play.task("s6@bid-psr")
    head = Permissions(play.case(), Actor("kadis"))
    found = takeover.destination(head, check, "kabid.psr", None)
    assert isinstance(found, Refusal)
    assert "s5" in found.message.indonesian


@settings(max_examples=40)
@given(
    gone=st.sets(st.sampled_from(["jp.psr.1", "jp.psr.2"])),
    moved=st.sampled_from([None, "jp-psr-2", "kasi-psr-1"]),
    claimed=st.booleans(),
)
def test_a_reassessment_that_was_applied_finds_nothing_more_to_change(
    gone: set[str], moved: str | None, claimed: bool
) -> None:
    play = at_s5()
    if not claimed:
        pool = replace(
            play.task(PLACE),
            state=TaskStatus.READY,
            assignee=None,
            position=None,
            acting_kind=None,
            claimed_at=None,
        )
        play.state.put(pool)
    assert [finding for finding in reassessed(play.case()) if finding.changes] == []
    kept = [holding for holding in play.organisation.holdings if holding.account not in gone]
    kept += [Holding("h-new", "jp.psr.1", moved)] if moved is not None else []
    play.organisation = replace(play.organisation, holdings=tuple(kept))
    before = play.task(PLACE)
    for finding in reassessed(play.case()):
        play.state.put(
            replace(
                finding.task,
                seats=finding.seats,
                assignee=finding.assignee,
                position=finding.position,
                state=finding.task.state if finding.assignee else TaskStatus.READY,
                claimed_at=finding.task.claimed_at if finding.assignee else None,
            )
        )
    assert [finding for finding in reassessed(play.case()) if finding.changes] == []
    assert play.task(PLACE).due_at == before.due_at
