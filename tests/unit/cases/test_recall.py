"""What goes with a step that is taken back, and what still counts. Decided without a database."""

from dataclasses import replace

import pytest

from engine.access.actor import Actor
from engine.cases.model import BranchStatus, Task, TaskStatus
from engine.cases.recall import counts, followers_of, source_of, waits_for_join
from engine.permissions.rules import Permissions
from engine.permissions.verbs import Verb
from tests.support.contexts import Play, shipped_definition
from tests.unit.cases.test_transition import ROWS, in_branches, through


@pytest.fixture
def nine() -> Play:
    return Play(shipped_definition("perbaikan-data-kinerja")).start()


def refused(play: Play, who: str, task: Task) -> str | None:
    refusal = Permissions(play.case(), Actor(who)).refusal(Verb.RECALL, task)
    return refusal.message.english if refusal else None


def test_what_follows_a_step_is_what_its_end_opened(nine: Play) -> None:
    in_branches(nine, ["bid-psr", "bid-pkm"])
    opened = followers_of(nine.definition, nine.state, nine.done("s3"))
    assert sorted(task.branch or "" for task in opened) == ["bid-pkm", "bid-psr"]
    assert [task.step_id for task in followers_of(nine.definition, nine.state, nine.done("s1"))] == ["s2"]


def test_a_branch_that_ended_waits_while_another_is_under_way(nine: Play) -> None:
    through(in_branches(nine, ["bid-psr", "bid-pkm"]), "bid-psr")
    last, earlier = nine.done("s6", "bid-psr"), nine.done("s5", "bid-psr")
    assert waits_for_join(nine.state, last)
    assert not waits_for_join(nine.state, earlier)
    assert refused(nine, "kabid.psr", last) is None


def test_nothing_waits_once_the_last_branch_has_ended(nine: Play) -> None:
    through(in_branches(nine, ["bid-psr"]), "bid-psr")
    assert not waits_for_join(nine.state, nine.done("s6", "bid-psr"))


def test_a_branch_that_was_dropped_gives_nothing_back(nine: Play) -> None:
    in_branches(nine, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    branch = next(iter(nine.state.branches.values()))
    nine.state.put(replace(branch, state=BranchStatus.CANCELLED))
    assert refused(nine, "kabid.psr", nine.done("s4", "bid-psr")) is not None


def test_only_who_did_it_takes_it_back(nine: Play) -> None:
    nine.finish("s1", "kadis", data={"baris_salah": ROWS})
    assert refused(nine, "kadis", nine.done("s1")) is None
    assert refused(nine, "sekdis", nine.done("s1")) == "nothing that this person just sent can be recalled"


@pytest.mark.parametrize(
    "changes",
    [{"state": TaskStatus.IN_PROGRESS}, {"state": TaskStatus.COMPLETED}, {"state": TaskStatus.ON_HOLD}],
)
def test_what_somebody_has_begun_is_not_taken_back(nine: Play, changes: dict[str, TaskStatus]) -> None:
    nine.finish("s1", "kadis", data={"baris_salah": ROWS})
    nine.state.put(replace(nine.task("s2"), **changes))
    assert (
        refused(nine, "kadis", nine.done("s1"))
        == "a successor has been opened; it cannot be recalled any more"
    )


def test_what_was_taken_back_counts_no_more_and_its_new_visit_does(nine: Play) -> None:
    nine.finish("s1", "kadis", data={"baris_salah": ROWS})
    sent = nine.done("s1")
    assert counts(nine.state, sent)
    nine.act(lambda transition: transition.cancel_task(nine.task("s2")))
    nine.act(lambda transition: transition.reopen(sent, origin=None, returned=False))
    assert not counts(nine.state, sent)
    assert (nine.task("s1").visit, nine.task("s1").assignee) == (2, "kadis")
    nine.finish("s1", "kadis", data={"baris_salah": ROWS})
    assert counts(nine.state, nine.done("s1"))


def test_an_ordinary_visit_is_its_own_source(nine: Play) -> None:
    nine.finish("s1", "kadis", data={"baris_salah": ROWS})
    assert source_of(nine.state, nine.done("s1")) is nine.done("s1")
