"""How several holders decide one step, and who is asked again. Decided without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.access.actor import Actor
from engine.cases.decision import decided, outcome_of, result_of
from engine.cases.model import CaseStatus, TaskStatus
from engine.permissions.rules import Permissions
from engine.permissions.verbs import Verb
from engine.sop.exits import Decide
from tests.support.contexts import Play, definition_of, small_office

PANEL = """
id: panel
identity: {title: Panel, approved_by: kepala_dinas}
roles:
  kepala_dinas: {label: Kepala Dinas}
  kasubbag_perencanaan: {label: Kasubbag}
  kepala_bidang: {label: Kepala Bidang, many: true}
  kepala_seksi: {label: Kepala Seksi, many: true}
case:
  results: {diterima: Diterima, ditolak: Ditolak}
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
steps:
  - {id: usul, activity: Mengusulkan, executor: kasubbag_perencanaan, time: 30m}
  - id: nilai
    activity: Menilai
    executor: [kepala_bidang, kepala_seksi]
    assign: each_holder
    DECIDE
    time: 60m
    outcomes:
      ya: {label: Ya, to: sah, result: diterima}
      tidak: {label: Tidak, to: end, result: ditolak}
      ulang: {label: Ulang, to: usul, return: true, reason: required}
  - {id: sah, activity: Mengesahkan, executor: kepala_dinas, time: 30m}
deviations:
  paths:
    - {at: nilai, outcome: batal, to: sah, label: Batal, by: [kepala_bidang, kepala_seksi], reason: required}
"""
KABID_A, KABID_B, KASI_A, KASI_B = "kabid-a", "kabid-b", "kasi-a1", "kasi-b1"
PEOPLE = {KABID_A: "kabid.a", KABID_B: "kabid.b", KASI_A: "kasi.a", KASI_B: "kasi.b"}


def panel(decide: str = "decide: majority") -> Play:
    definition = definition_of(PANEL.replace("DECIDE", decide))
    return Play(definition, small_office()).start().finish("usul", "kasubbag")


def vote(play: Play, seat: str, outcome: str) -> Play:
    return play.finish("nilai", PEOPLE[seat], outcome, seat=seat)


def states(play: Play) -> dict[str, TaskStatus]:
    return {task.seats[0]: task.state for task in play.state.tasks.values() if task.step_id == "nilai"}


@pytest.mark.parametrize(
    ("rule", "votes", "holders", "comes_to"),
    [
        (Decide(), "", 2, None),
        (Decide(), "a", 2, None),
        (Decide(), "aa", 2, "a"),
        (Decide(by="all", otherwise="z"), "ab", 3, None),
        (Decide(by="all", otherwise="z"), "ab", 2, "z"),
        (Decide(by="all"), "ab", 2, None),
        (Decide(by="majority"), "ab", 3, None),
        (Decide(by="majority"), "aba", 3, "a"),
        (Decide(by="majority"), "aa", 4, None),
        (Decide(by="majority"), "aaa", 4, "a"),
        (Decide(by="majority", otherwise="z"), "aabb", 4, "z"),
        (Decide(by="any"), "b", 5, "b"),
        (Decide(at_least=2), "a", 4, None),
        (Decide(at_least=2), "aba", 4, "a"),
        (Decide(at_least=2), "abb", 4, "b"),
        (Decide(at_least=9), "aa", 3, None),
        (Decide(at_least=9), "aaa", 3, "a"),
        (Decide(at_least=3, veto=("v",)), "av", 9, "v"),
        (Decide(by="all", veto=("v",)), "a", 2, None),
    ],
)
def test_an_outcome_counts_once_enough_holders_chose_it(
    rule: Decide, votes: str, holders: int, comes_to: str | None
) -> None:
    assert decided(rule, list(votes), holders) == comes_to


def test_each_holder_is_asked_in_one_group_and_a_vacant_seat_keeps_nobody_waiting() -> None:
    play = panel()
    assert states(play) == dict.fromkeys(PEOPLE, TaskStatus.ASSIGNED)
    tasks = play.state.open_tasks()
    assert len({task.id for task in tasks}) == 4
    assert len({task.group_id for task in tasks}) == 1
    assert tasks[0].group_id is not None
    assert {task.position for task in tasks} == set(PEOPLE)
    play = Play(definition_of(PANEL.replace("DECIDE", "decide: all")), small_office()).start()
    left = tuple(one for one in play.organisation.holdings if one.account != "kabid.b")
    play.organisation = replace(play.organisation, holdings=left)
    assert set(states(play.finish("usul", "kasubbag"))) == {KABID_A, KASI_A, KASI_B}


def test_the_case_goes_on_with_the_outcome_of_the_majority_and_asks_the_others_no_more() -> None:
    play = panel()
    vote(play, KABID_A, "tidak")
    vote(play, KABID_B, "ya")
    vote(play, KASI_A, "ya")
    assert play.open() == ["nilai"]  # one holder is yet to speak
    assert "decided" not in play.last.facts
    vote(play, KASI_B, "ya")
    assert play.open() == ["sah"]
    assert play.last.facts["decided"] == "ya"
    voted = next(task for task in play.state.tasks.values() if task.seats == (KABID_A,))
    assert (voted.outcome, outcome_of(play.definition, play.state, voted)) == ("tidak", "ya")
    assert result_of(play.case()) == "diterima"


def test_a_decision_that_is_certain_leaves_nobody_waiting() -> None:
    play = panel("decide: {at_least: 2, otherwise: ya}")
    vote(vote(play, KABID_A, "tidak"), KASI_B, "tidak")
    assert play.state.case.state is CaseStatus.COMPLETED
    assert play.state.case.result == "ditolak"
    assert states(play) == {
        KABID_A: TaskStatus.COMPLETED,
        KASI_B: TaskStatus.COMPLETED,
        KABID_B: TaskStatus.CANCELLED,
        KASI_A: TaskStatus.CANCELLED,
    }


@pytest.mark.parametrize(("outcome", "goes_to"), [("ulang", "usul"), ("batal", "sah")])
def test_one_return_or_deviation_decides_for_all(outcome: str, goes_to: str) -> None:
    play = vote(panel("decide: all"), KASI_A, outcome)
    assert play.open() == [goes_to]
    assert "decided" not in play.last.facts
    cancelled = [seat for seat, state in states(play).items() if state is TaskStatus.CANCELLED]
    assert sorted(cancelled) == [KABID_A, KABID_B, KASI_B]
    mine = next(task for task in play.state.tasks.values() if task.seats == (KASI_A,))
    assert outcome_of(play.definition, play.state, mine) == outcome


def test_after_a_return_that_is_taken_back_only_who_was_cut_off_is_asked_again() -> None:
    play = vote(vote(panel("decide: all"), KABID_A, "ya"), KASI_A, "ulang")
    mine = next(task for task in play.state.tasks.values() if task.seats == (KASI_A,))
    play.act(lambda transition: transition.cancel_task(play.task("usul")))
    play.act(lambda transition: transition.reopen(mine, origin=None, returned=False))
    again = play.state.open_tasks()
    assert [task.seats for task in again] == [(KASI_A,), (KABID_B,), (KASI_B,)]
    assert {task.group_id for task in again} == {mine.group_id}
    assert [task.visit for task in again] == [2, 2, 2]
    assert len({task.id for task in again}) == 3
    assert {task.state for task in again} == {TaskStatus.ASSIGNED}
    assert {task.position for task in again} == {KASI_A, KABID_B, KASI_B}


def test_a_new_round_of_votes_is_another_group() -> None:
    play = vote(panel("decide: all"), KASI_A, "ulang")
    first = {task.group_id for task in play.state.tasks.values() if task.step_id == "nilai"}
    play.finish("usul", "kasubbag")
    second = {task.group_id for task in play.state.open_tasks()}
    assert len(second) == 1
    assert not first & second
    assert {task.visit for task in play.state.open_tasks()} == {2}


def recall_refused(play: Play, seat: str) -> str | None:
    mine = next(task for task in play.state.tasks.values() if task.seats == (seat,))
    refusal = Permissions(play.case(), Actor(PEOPLE[seat])).refusal(Verb.RECALL, mine)
    return refusal.message.english if refusal else None


def test_no_single_vote_is_taken_back_once_all_have_decided() -> None:
    play = panel()
    vote(play, KABID_A, "ya")
    assert "the holders have decided together" not in str(recall_refused(play, KABID_A))
    vote(vote(play, KABID_B, "tidak"), KASI_A, "ya")
    vote(play, KASI_B, "ya")
    for seat in (KABID_A, KABID_B, KASI_A, KASI_B):
        assert str(recall_refused(play, seat)).startswith("the holders have decided together")
    returned = vote(panel(), KASI_A, "ulang")
    assert recall_refused(returned, KASI_A) is None
