"""A superior takes over the inbox of somebody who is absent: each task goes its way, with its own event."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.cases.model import Task, TaskStatus
from engine.errors import ActionNotAvailable, InvalidInput, NotAllowed, NotFound
from engine.organisation import Holding
from engine.store.audit_reader import read_events, verify_log
from tests.support.offices import DemoOffice
from tests.support.rivals import Claim, TakeOver, at_once

pytestmark = pytest.mark.on("postgres")

GONE, OTHER, SUPERIOR = "jp.psr.1", "jp.psr.2", "kabid.psr"


def at_s5(office: DemoOffice) -> Task:
    """A case whose data the JP of the Bidang are to correct."""
    case_id = office.with_branches(("bid-psr",))
    office.do(SUPERIOR, case_id, "s4", "bid-psr")
    return office.open_task(case_id, "s5", "bid-psr")


@pytest.fixture
def held(office: DemoOffice) -> Task:
    """A task of JP PSR 1, who is away this week."""
    task = at_s5(office)
    office.engine.tasks.claim(GONE, task.id)
    office.away(GONE, "2026-01-05", "2026-01-09")
    return office.task(task.id)


def take(office: DemoOffice, who: str = SUPERIOR, absent: str = GONE, **given: Any) -> dict[str, Any]:
    return dict(office.engine.takeover.take_over(who, absent, reason="Cuti", **given))


def events(office: DemoOffice, task: Task) -> list[dict[str, Any]]:
    stream = [f"case:{task.case_id}"]
    stored = office.engine.context.store.read(lambda connection: list(read_events(connection, stream)))
    return [json.loads(event.body) for event in stored if event.act == "task.take_over"]


def texts(office: DemoOffice, who: str) -> list[str]:
    return [notice["text"] for notice in office.engine.queries.notices.list(who)["items"]]


def test_the_preview_says_what_the_act_then_does(office: DemoOffice, held: Task) -> None:
    before = office.state(held.case_id)
    shown = office.engine.queries.takeover.preview(SUPERIOR, GONE, to=OTHER)
    assert office.state(held.case_id) == before
    assert take(office, to=OTHER) == shown
    [move] = shown["moves"]
    assert (move["task_id"], move["how"], move["to"], move["position"]) == (
        held.id,
        "named",
        OTHER,
        "jp-psr-2",
    )
    after = office.task(held.id)
    assert (after.state, after.assignee, after.due_at) == (TaskStatus.ASSIGNED, OTHER, held.due_at)
    office.do(OTHER, held.case_id, "s5", "bid-psr")


def test_without_a_name_it_goes_back_to_the_other_candidates(office: DemoOffice, held: Task) -> None:
    [move] = take(office)["moves"]
    assert (move["how"], move["to"]) == ("pool", None)
    after = office.task(held.id)
    assert (after.state, after.assignee) == (TaskStatus.READY, None)
    office.do(OTHER, held.case_id, "s5", "bid-psr")


def test_who_stands_in_for_the_position_comes_before_the_pool(office: DemoOffice, held: Task) -> None:
    mandate = Holding("h-plh", "kasi.psr.1", "jp-psr-1", "plh")
    office.put_organisation(holdings=(*office.organisation().holdings, mandate))
    [move] = take(office)["moves"]
    assert (move["how"], move["to"], move["position"]) == ("substitute", "kasi.psr.1", "jp-psr-1")
    office.do("kasi.psr.1", held.case_id, "s5", "bid-psr")
    assert office.task(held.id).acting_kind == "plh"


def test_where_nobody_else_may_the_superior_does_it_in_his_own_position(
    office: DemoOffice, held: Task
) -> None:
    office.away(OTHER, "2026-01-05", "2026-01-09")
    [move] = take(office)["moves"]
    assert (move["how"], move["to"], move["position"]) == ("self", SUPERIOR, "kabid-psr")
    office.do(SUPERIOR, held.case_id, "s5", "bid-psr")
    done = office.task(held.id)
    assert (done.assignee, done.position, done.acting_kind) == (SUPERIOR, "kabid-psr", "definitive")
    check = office.open_task(held.case_id, "s6", "bid-psr")
    with pytest.raises(NotAllowed, match="separation"):
        office.engine.tasks.claim(SUPERIOR, check.id)


def test_what_waits_for_the_absent_person_alone_is_taken_over_too(office: DemoOffice) -> None:
    case_id = office.start()
    office.do("kadis", case_id, "s1")
    task = office.open_task(case_id, "s2")
    office.away("sekdis", "2026-01-05", "2026-01-09")
    [move] = take(office, "kadis", "sekdis")["moves"]
    assert (move["task_id"], move["how"], move["position"]) == (task.id, "self", "kepala-dinas")
    office.do("kadis", case_id, "s2")


def test_what_may_not_be_moved_stays_with_its_reason(office: DemoOffice, held: Task) -> None:
    office.engine.cases.suspend("kadis", held.case_id, reason="Audit")
    answer = take(office)
    assert answer["moves"] == []
    [stay] = answer["stays"]
    assert (stay["task_id"], "ditangguhkan" in stay["why"]) == (held.id, True)
    assert events(office, held) == []


def test_duties_that_are_kept_apart_keep_a_task_where_it_is(office: DemoOffice) -> None:
    task = at_s5(office)
    office.do(GONE, task.case_id, "s5", "bid-psr")
    office.away(SUPERIOR, "2026-01-05", "2026-01-09")
    mandate = Holding("h-plt", GONE, "kepala-dinas")
    without = tuple(holding for holding in office.organisation().holdings if holding.account != "kadis")
    office.put_organisation(holdings=(*without, mandate))
    [stay] = take(office, GONE, SUPERIOR)["stays"]
    assert "s5" in stay["why"]


def test_who_is_there_is_not_taken_over_from(office: DemoOffice) -> None:
    task = at_s5(office)
    office.engine.tasks.claim(GONE, task.id)
    with pytest.raises(ActionNotAvailable, match="record the absence"):
        take(office)
    with pytest.raises(ActionNotAvailable):
        office.engine.queries.takeover.preview(SUPERIOR, GONE)


def test_a_disabled_account_and_one_without_position_need_no_absence(office: DemoOffice) -> None:
    task = at_s5(office)
    office.engine.tasks.claim(GONE, task.id)
    accounts = office.organisation().accounts
    off = tuple(replace(account, disabled=account.username == GONE) for account in accounts)
    office.put_organisation(accounts=off)
    assert [move["task_id"] for move in take(office)["moves"]] == [task.id]


@pytest.mark.parametrize("who", [OTHER, "kabid.pkm", GONE, "auditor", "admin"])
def test_only_a_superior_or_the_head_takes_over(office: DemoOffice, held: Task, who: str) -> None:
    with pytest.raises(NotAllowed):
        take(office, who)
    with pytest.raises(NotAllowed):
        office.engine.queries.takeover.preview(who, GONE)
    assert [move["task_id"] for move in take(office, "kadis")["moves"]] == [held.id]


def test_what_is_asked_has_to_make_sense(office: DemoOffice, held: Task) -> None:
    with pytest.raises(InvalidInput):
        office.engine.takeover.take_over(SUPERIOR, GONE, reason=" ")
    with pytest.raises(InvalidInput):
        take(office, to="siapa")
    with pytest.raises(InvalidInput):
        take(office, tasks=[str(n) for n in range(501)])
    with pytest.raises(NotFound):
        take(office, absent="siapa")
    assert take(office, tasks=["entah"])["gone"] == ["entah"]


def test_only_the_tasks_that_are_named_move(office: DemoOffice, held: Task) -> None:
    other = at_s5(office)
    office.engine.tasks.reassign(SUPERIOR, other.id, to=GONE, reason="Beban")
    moved = take(office, tasks=[held.id])
    assert [move["task_id"] for move in moved["moves"]] == [held.id]
    assert office.task(other.id).assignee == GONE


def test_each_case_has_its_event_and_each_person_one_notice(office: DemoOffice, held: Task) -> None:
    second = at_s5(office)
    office.engine.tasks.reassign(SUPERIOR, second.id, to=GONE, reason="Beban")
    told = len(texts(office, OTHER))
    take(office, to=OTHER)
    for task in (held, second):
        [event] = events(office, task)
        assert event["facts"]["from"] == GONE
        assert (event["facts"]["to"], event["facts"]["how"]) == (OTHER, "named")
        assert (event["account"], event["position"]) == (SUPERIOR, "kabid-psr")
    assert len(texts(office, OTHER)) == told + 1
    assert any("2 tugas" in text for text in texts(office, OTHER))
    assert office.engine.context.store.read(verify_log).ok


def test_help_under_way_ends_with_the_take_over(office: DemoOffice) -> None:
    task = at_s5(office)
    office.engine.tasks.claim(GONE, task.id)
    office.engine.help.delegate(GONE, task.id, to="kasi.psr.2")
    office.away(GONE, "2026-01-05", "2026-01-09")
    take(office, to=OTHER)
    after = office.task(task.id)
    assert (after.helper, after.helped_by) == (None, ("kasi.psr.2",))


def test_of_two_superiors_and_a_claim_at_once_every_task_moves_once(office: DemoOffice) -> None:
    tasks = [at_s5(office) for _ in range(3)]
    for task in tasks:
        office.engine.tasks.reassign(SUPERIOR, task.id, to=GONE, reason="Beban")
    office.away(GONE, "2026-01-05", "2026-01-09")
    deeds = [TakeOver(SUPERIOR, GONE, OTHER), Claim(GONE, tasks[0].id), TakeOver("kadis", GONE, OTHER)]

    said = at_once(office, [deeds, deeds])

    assert {item.error for item in said if not item.won} <= {"AlreadyClaimed", "ActionNotAvailable"}
    for task in tasks:
        assert len(events(office, task)) == 1
        assert office.task(task.id).assignee == OTHER
    assert office.engine.context.store.read(verify_log).ok


def test_of_more_than_one_act_can_take_it_says_so(
    office: DemoOffice, held: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = at_s5(office)
    office.engine.tasks.reassign(SUPERIOR, second.id, to=GONE, reason="Beban")
    monkeypatch.setattr("engine.staffing.takeover.MOST", 1)
    first = take(office)
    assert (len(first["moves"]), first["more"]) == (1, True)
    rest = take(office)
    assert (len(rest["moves"]), rest["more"]) == (1, False)
    assert (take(office)["moves"], take(office)["gone"]) == ([], [])
