"""Lines of a block that come after others: when they are entered, how the block is joined. No database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.cases.lines import beside, may_enter, tasks_behind
from engine.cases.model import Branch, BranchStatus, TaskStatus
from tests.support.contexts import Play, definition_of, small_office

SOP = """
id: garis
identity: {title: Garis, approved_by: kepala_dinas}
roles:
  kepala_dinas: {label: Kepala Dinas}
  kasubbag_perencanaan: {label: Kasubbag}
  sekretaris: {label: Sekretaris}
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
blocks:
  kerja: {label: Kerja, branches: [[a], [b, c], [akhir]], next: tutup}
steps:
  - {id: buka, activity: Membuka, executor: kasubbag_perencanaan, time: 30m, next: kerja}
  - {id: a, activity: A, executor: sekretaris, time: 30m}
  - {id: b, activity: B, executor: sekretaris, time: 30m}
  - {id: c, activity: C, executor: sekretaris, time: 30m}
  - {id: akhir, activity: Akhir, executor: sekretaris, after: [a, b], time: 30m}
  - id: tutup
    activity: Menutup
    executor: kasubbag_perencanaan
    time: 30m
    outcomes:
      selesai: {label: Selesai, to: end}
      ulang: {label: Ulang, to: kerja, return: true, reason: required, branches: 'branch.id in ["a", "b"]'}
"""


@pytest.fixture
def lines() -> Play:
    return Play(definition_of(SOP), small_office()).start().finish("buka", "kasubbag")


def branch(play: Play, key: str) -> Branch:
    return next(one for one in play.state.current_round("kerja") if one.key == key)


def enters(play: Play, key: str) -> bool:
    return may_enter(play.definition, play.state, branch(play, key))


def test_a_line_is_entered_when_every_line_before_it_is_done(lines: Play) -> None:
    assert lines.open() == ["a@a", "b@b"]
    assert not enters(lines, "akhir")
    lines.finish("a@a", "sekdis")
    assert lines.open() == ["b@b"]
    lines.finish("b@b", "sekdis")
    assert lines.open() == ["c@b"]
    assert not enters(lines, "akhir")
    lines.finish("c@b", "sekdis")
    assert lines.open() == ["akhir@akhir"]
    assert lines.task("akhir@akhir").origin_id == lines.done("c", "b").id
    assert not enters(lines, "akhir")  # it has been already
    lines.finish("akhir@akhir", "sekdis")
    assert lines.open() == ["tutup"]


def test_a_line_whose_work_was_taken_back_may_be_entered_again_and_a_closed_one_not(lines: Play) -> None:
    lines.finish("a@a", "sekdis").finish("b@b", "sekdis").finish("c@b", "sekdis")
    lines.state.put(replace(lines.task("akhir@akhir"), state=TaskStatus.CANCELLED))
    assert enters(lines, "akhir")
    for state in (BranchStatus.DONE, BranchStatus.CANCELLED):
        lines.state.put(replace(branch(lines, "akhir"), state=state))
        assert not enters(lines, "akhir")


def test_a_line_that_was_dropped_is_not_done(lines: Play) -> None:
    lines.finish("a@a", "sekdis")
    lines.state.put(replace(branch(lines, "b"), state=BranchStatus.CANCELLED))
    assert not enters(lines, "akhir")


def test_a_round_without_the_lines_before_enters_at_once(lines: Play) -> None:
    for place in ("a@a", "b@b", "c@b", "akhir@akhir"):
        lines.finish(place, "sekdis")
    lines.finish("tutup", "kasubbag", "ulang")
    assert lines.open() == ["a@a", "b@b"]
    assert {one.key for one in lines.state.current_round("kerja")} == {"a", "b"}
    assert {one.round for one in lines.state.current_round("kerja")} == {2}
    again = lines.task("a@a")
    assert (again.visit, again.assignee, again.returned_by) == (2, "sekdis", lines.done("tutup").id)
    lines.finish("a@a", "sekdis").finish("b@b", "sekdis").finish("c@b", "sekdis")
    assert lines.open() == ["tutup"]
    assert lines.task("tutup").visit == 2


def test_what_stands_in_the_lines_behind_is_known(lines: Play) -> None:
    assert tasks_behind(lines.definition, lines.state, branch(lines, "a")) == []
    lines.finish("a@a", "sekdis").finish("b@b", "sekdis").finish("c@b", "sekdis")
    opened = lines.task("akhir@akhir")
    for key in ("a", "b"):
        assert tasks_behind(lines.definition, lines.state, branch(lines, key)) == [opened]
    assert tasks_behind(lines.definition, lines.state, branch(lines, "akhir")) == []
    assert beside(lines.definition, lines.state, branch(lines, "a")) == []
