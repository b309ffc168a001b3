"""What happened to a visit, in the words of process mining. Decided without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from engine.cases.lifecycle import Happening, happenings
from engine.cases.model import CaseState, Task, TaskStatus, changes_between
from tests.support.contexts import Play, shipped_definition
from tests.unit.cases.test_transition import ROWS

NINE = shipped_definition("perbaikan-data-kinerja")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@dataclass
class Told:
    """A case and its events, as its log would hold them."""

    play: Play = field(default_factory=lambda: Play(NINE))
    events: list[dict[str, Any]] = field(default_factory=list)

    def act(self, when: str, account: str | None, do: Callable[[Play], object], **event: Any) -> Told:
        before: CaseState | None = self.play.state.copy() if self.events else None
        self.play.clock.set(at(when))
        do(self.play)
        changes = [
            {"kind": one.kind, "id": one.id, "created": one.created, "fields": one.public}
            for one in changes_between(before, self.play.state)
        ]
        who = {"account": account, "position": None, "acting_kind": None}
        made = {"at": at(when).isoformat(), "changes": changes, "facts": {}, **who, **event}
        self.events.append(made)
        return self

    def change(self, when: str, account: str, **changes: Any) -> Told:
        """The first step changed by what somebody does."""
        return self.act(when, account, lambda play: play.state.put(replace(play.task("s1"), **changes)))

    def found(self) -> list[Happening]:
        return happenings(self.events, self.play.state)

    def words(self) -> list[str]:
        return [f"{one.transition} {one.step_id} {one.resource or '-'}" for one in self.found()]


def started() -> Told:
    return Told().act("2026-01-05T08:00", "kadis", lambda play: play.start())


def in_progress(**more: Any) -> dict[str, Any]:
    return {"state": TaskStatus.IN_PROGRESS, "assignee": "kadis", "position": "kepala-dinas", **more}


def test_a_visit_is_scheduled_started_and_completed_and_opens_the_next() -> None:
    told = started().change("2026-01-05T09:00", "kadis", **in_progress())
    told.act(
        "2026-01-05T10:00",
        "kadis",
        lambda play: play.finish("s1", "kadis", data={"baris_salah": ROWS}),
        position="kepala-dinas",
        acting_kind="definitive",
    )
    assert told.words() == ["schedule s1 -", "start s1 kadis", "complete s1 kadis", "schedule s2 -"]
    first, _, last, following = told.found()
    task = told.play.done("s1")
    assert (first.task, first.branch, first.at, first.recorded_at) == (
        task,
        None,
        at("2026-01-05T08:00"),
        at("2026-01-05T08:00"),
    )
    assert (last.at, last.recorded_at) == (at("2026-01-05T10:00"), at("2026-01-05T10:00"))
    assert (last.position, last.acting_kind) == ("kepala-dinas", "definitive")
    assert (following.task, following.position) == (told.play.task("s2"), None)


WAITS = {"state": TaskStatus.ASSIGNED, "assignee": None, "position": "kepala-dinas"}
HELD = {"state": TaskStatus.ON_HOLD}


@pytest.mark.parametrize(
    ("acts", "words"),
    [
        ([in_progress(), HELD, in_progress()], ["start s1 kadis", "suspend s1 kadis", "resume s1 kadis"]),
        ([in_progress(), WAITS], ["start s1 kadis", "reassign s1 -"]),
        ([in_progress(), HELD, WAITS], ["start s1 kadis", "suspend s1 kadis", "reassign s1 -"]),
        ([HELD, WAITS], []),  # what nobody has begun only waits longer
        ([WAITS | {"assignee": "sekdis"}], ["assign s1 sekdis"]),
        ([WAITS | {"assignee": "sekdis"}, WAITS | {"assignee": "kabid.psr"}], [
            "assign s1 sekdis", "reassign s1 kabid.psr",
        ]),
        ([WAITS | {"assignee": "sekdis"}, WAITS], ["assign s1 sekdis", "reassign s1 -"]),
        ([in_progress(), in_progress(assignee="sekdis")], ["start s1 kadis", "reassign s1 sekdis"]),
        ([in_progress(), in_progress(version=9)], ["start s1 kadis"]),
        ([{"state": TaskStatus.CANCELLED}], ["withdraw s1 kadis"]),
        ([in_progress(), {"state": TaskStatus.CANCELLED}], ["start s1 kadis", "withdraw s1 kadis"]),
    ],
)  # fmt: skip
def test_what_people_do_to_a_visit(acts: list[dict[str, Any]], words: list[str]) -> None:
    told = started()
    for hour, changes in enumerate(acts, start=10):
        told.change(f"2026-01-05T{hour}:00", "kadis", **changes)
    assert told.words() == ["schedule s1 -", *words]


def test_who_is_given_a_visit_is_told_with_its_position() -> None:
    told = started().change("2026-01-05T09:00", "sekdis", **WAITS | {"assignee": "kadis"})
    given = told.found()[-1]
    assert (given.transition, given.resource, given.position) == ("assign", "kadis", "kepala-dinas")
    assert given.acting_kind is None


def test_who_completes_at_once_has_started_then() -> None:
    told = started().act("2026-01-05T10:00", "kadis", lambda play: play.finish("s1", "kadis"))
    assert told.words()[:3] == ["schedule s1 -", "start s1 kadis", "complete s1 kadis"]


def test_what_was_taken_back_ends_by_being_withdrawn() -> None:
    told = started().act("2026-01-05T10:00", "kadis", lambda play: play.finish("s1", "kadis"))
    done = told.play.done("s1")

    def recall(play: Play) -> None:
        play.act(lambda transition: transition.cancel_task(play.task("s2")))
        play.act(lambda transition: transition.reopen(done, origin=None, returned=False))

    told.act("2026-01-05T11:00", "kadis", recall)
    assert told.words() == [
        "schedule s1 -",
        "start s1 kadis",
        "withdraw s1 kadis",
        "schedule s2 -",
        "withdraw s2 kadis",
        "schedule s1 -",
        "assign s1 kadis",
    ]


def test_a_deviation_stands_as_completed() -> None:
    told = started().act("2026-01-05T09:00", "kadis", lambda play: play.finish("s1", "kadis"))
    told.act("2026-01-05T10:00", "sekdis", lambda play: play.finish("s2", "sekdis", "tidak_terbukti"))
    ended: Task = replace(told.play.done("s2"), deviation=True)
    told.play.state.put(ended)
    assert "complete s2 sekdis" in told.words()


def test_what_was_done_outside_before_it_was_entered_ends_when_it_was_done() -> None:
    told = started().act("2026-01-06T10:00", "kadis", lambda play: play.finish("s1", "kadis"))
    told.play.state.put(replace(told.play.done("s1"), finished_at=at("2026-01-05T14:00")))
    ended = [one for one in told.found() if one.step_id == "s1"][-1]
    assert (ended.at, ended.recorded_at) == (at("2026-01-05T14:00"), at("2026-01-06T10:00"))


def test_a_step_that_did_not_apply_is_skipped_without_a_visit() -> None:
    skipped = {"not_applicable": [{"step_id": "s2", "branch": "bid-psr"}]}
    told = started().act("2026-01-05T10:00", "kadis", lambda _: None, facts=skipped)
    last = told.found()[-1]
    assert (last.transition, last.step_id, last.branch, last.task) == ("autoskip", "s2", "bid-psr", None)
    assert last.at == last.recorded_at == at("2026-01-05T10:00")


def test_what_happened_is_told_in_the_order_of_time_and_rows_of_others_are_left_out() -> None:
    told = started().act("2026-01-06T10:00", "kadis", lambda play: play.finish("s1", "kadis"))
    told.play.state.put(replace(told.play.done("s1"), finished_at=at("2026-01-05T07:00")))
    told.events[1]["changes"].append({"kind": "task", "id": "lain", "created": True, "fields": {}})
    told.events[1]["changes"].append({"kind": "branch", "id": "b", "created": True, "fields": {}})
    times = [one.at for one in told.found()]
    assert times == sorted(times)
    assert {one.step_id for one in told.found()} == {"s1", "s2"}
