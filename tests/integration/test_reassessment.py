"""A change of the organisation moves no open task: what it means is shown first, then applied as shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.audit.replay import difference, replay
from engine.cases.model import Task, TaskStatus
from engine.errors import InvalidInput, NotAllowed, StaleVersion
from engine.organisation import Holding, Position
from engine.store.audit_reader import read_events, verify_log
from engine.store.stored_state import public_state
from tests.support.offices import DemoOffice
from tests.support.rivals import Reassess, at_once

pytestmark = pytest.mark.on("postgres")

HOLDER, OTHER = "jp.psr.1", "jp.psr.2"


@pytest.fixture
def task(office: DemoOffice) -> Task:
    """The pool's task of the JP of one Bidang."""
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    return office.open_task(case_id, "s5", "bid-psr")


def shown(office: DemoOffice, who: str = "admin") -> dict[str, Any]:
    return office.engine.reassessment.foreseen(who)


def apply(office: DemoOffice, who: str = "admin") -> dict[str, Any]:
    return office.engine.reassessment.apply(who, shown(office, who)["digest"])


def roles_of(office: DemoOffice, change: Callable[[Position], Position]) -> None:
    office.put_organisation(positions=tuple(change(position) for position in office.organisation().positions))


def give_role_to_kasi(office: DemoOffice) -> None:
    """The Kepala Seksi corrects data from now on, besides the JP."""
    jp = next(position for position in office.organisation().positions if position.id == "jp-psr-1")
    roles_of(
        office,
        lambda one: replace(one, roles=(*one.roles, *jp.roles)) if one.id == "kasi-psr-1" else one,
    )


def without_holder(office: DemoOffice, who: str) -> None:
    holdings = office.organisation().holdings
    office.put_organisation(holdings=tuple(holding for holding in holdings if holding.account != who))


def events(office: DemoOffice, task: Task) -> list[dict[str, Any]]:
    stream = [f"case:{task.case_id}"]
    stored = office.engine.context.store.read(lambda connection: list(read_events(connection, stream)))
    return [json.loads(event.body) for event in stored if event.act == "task.reassess"]


def test_nothing_is_found_while_nothing_has_changed(office: DemoOffice, task: Task) -> None:
    assert shown(office)["items"] == []
    assert apply(office) == {"applied": 0, "next": None}


def test_a_change_of_roles_moves_nothing_by_itself(office: DemoOffice, task: Task) -> None:
    before = office.state(task.case_id)
    give_role_to_kasi(office)
    [item] = shown(office)["items"]
    assert office.state(task.case_id) == before
    assert item["why"] == ["seats"]
    assert set(item["after"]["seats"]) == {*task.seats, "kasi-psr-1"}


def test_applied_the_new_seats_may_claim_and_are_told(office: DemoOffice, task: Task) -> None:
    give_role_to_kasi(office)
    assert apply(office)["applied"] == 1
    after = office.task(task.id)
    assert (after.due_at, after.state) == (task.due_at, TaskStatus.READY)
    texts = [notice["text"] for notice in office.engine.queries.notices.list("kasi.psr.1")["items"]]
    assert any("ditinjau ulang" in text for text in texts)
    assert shown(office)["items"] == []
    office.do("kasi.psr.1", task.case_id, "s5", "bid-psr")


def test_who_holds_none_of_the_seats_any_more_is_released(office: DemoOffice, task: Task) -> None:
    office.engine.tasks.claim(HOLDER, task.id)
    office.clock.advance(minutes=30)
    without_holder(office, HOLDER)
    [item] = shown(office)["items"]
    assert (item["why"], item["before"]["assignee"], item["after"]["assignee"]) == (["holder"], HOLDER, None)
    apply(office, "kadis")
    after = office.task(task.id)
    assert (after.state, after.assignee, after.worked_minutes) == (TaskStatus.READY, None, 30)
    assert after.due_at == task.due_at
    [event] = events(office, task)
    assert (event["account"], event["position"], event["facts"]["why"]) == (
        "kadis",
        "kepala-dinas",
        ["holder"],
    )
    assert event["facts"]["from"]["assignee"] == HOLDER
    office.do(OTHER, task.case_id, "s5", "bid-psr")


def test_who_has_moved_to_another_of_the_seats_keeps_the_task(office: DemoOffice, task: Task) -> None:
    office.engine.tasks.claim(HOLDER, task.id)
    without_holder(office, HOLDER)
    moved = Holding("h-new", HOLDER, "jp-psr-2")
    office.put_organisation(holdings=(*office.organisation().holdings, moved))
    apply(office)
    after = office.task(task.id)
    assert (after.state, after.assignee, after.position) == (TaskStatus.ASSIGNED, HOLDER, "jp-psr-2")
    office.do(HOLDER, task.case_id, "s5", "bid-psr")


def test_a_task_that_nobody_can_do_is_shown_and_left_alone(office: DemoOffice, task: Task) -> None:
    without_holder(office, HOLDER)
    without_holder(office, OTHER)
    [item] = shown(office)["items"]
    assert (item["why"], item["changes"]) == (["nobody"], False)
    assert apply(office)["applied"] == 0


def test_what_a_superior_has_taken_over_stays_his(office: DemoOffice, task: Task) -> None:
    office.engine.tasks.claim(HOLDER, task.id)
    for who in (HOLDER, OTHER):
        office.away(who, "2026-01-05", "2026-01-09")
    office.engine.takeover.take_over("kabid.psr", HOLDER, reason="Cuti")
    assert office.task(task.id).assignee == "kabid.psr"
    assert shown(office)["items"] == []


def test_a_suspended_case_is_shown_and_rests(office: DemoOffice, task: Task) -> None:
    office.engine.cases.suspend("kadis", task.case_id, reason="Audit")
    give_role_to_kasi(office)
    [item] = shown(office)["items"]
    assert (item["why"], item["changes"]) == (["seats", "suspended"], False)
    assert apply(office)["applied"] == 0


def test_what_was_not_shown_is_not_applied(office: DemoOffice, task: Task) -> None:
    give_role_to_kasi(office)
    old = shown(office)["digest"]
    office.engine.tasks.claim(HOLDER, task.id)
    with pytest.raises(StaleVersion) as refused:
        office.engine.reassessment.apply("admin", old)
    assert refused.value.current["digest"] == shown(office)["digest"]
    assert events(office, task) == []


def test_administrators_and_the_head_see_places_and_no_words(office: DemoOffice, task: Task) -> None:
    give_role_to_kasi(office)
    text = json.dumps(shown(office))
    state = office.state(task.case_id)
    assert state.case.number in text
    assert state.case.title not in text
    assert shown(office, "kadis") == shown(office)
    for who in ("sekdis", HOLDER, "auditor"):
        with pytest.raises(NotAllowed):
            shown(office, who)
        with pytest.raises(NotAllowed):
            office.engine.reassessment.apply(who, "0" * 64)
    with pytest.raises(InvalidInput):
        office.engine.reassessment.foreseen("admin", cursor="x")


def test_pages_follow_each_other_and_each_is_applied_for_itself(
    office: DemoOffice, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        case_id = office.with_branches(("bid-psr",))
        office.do("kabid.psr", case_id, "s4", "bid-psr")
    give_role_to_kasi(office)
    monkeypatch.setattr("engine.commands.organisation.reassessment.SHOWN", 1)
    seen, cursor = [], None
    while True:
        page = office.engine.reassessment.foreseen("admin", cursor=cursor)
        assert office.engine.reassessment.apply("admin", page["digest"], cursor=cursor)["applied"] == 1
        seen += [item["task_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(set(seen)) == 3
    assert shown(office)["items"] == []


def test_applied_twice_at_once_it_happens_once_and_the_log_tells_it(office: DemoOffice, task: Task) -> None:
    give_role_to_kasi(office)
    deeds = [Reassess("admin", shown(office)["digest"]), Reassess("kadis", shown(office)["digest"])]

    said = at_once(office, [deeds, deeds])

    assert sum(item.won for item in said) == 1
    assert len(events(office, task)) == 1
    stream = [f"case:{task.case_id}"]
    stored = office.engine.context.store.read(lambda connection: list(read_events(connection, stream)))
    assert difference(public_state(office.state(task.case_id)), replay(e.body for e in stored)) is None
    assert office.engine.context.store.read(verify_log).ok
