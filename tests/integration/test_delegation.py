"""Asking a colleague for help: the task stays its holder's, the helper fills in, and both are on record."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.audit.replay import difference, replay
from engine.cases.model import Task, TaskStatus
from engine.errors import ActionNotAvailable, InvalidInput, NotAllowed, NotFound
from engine.organisation import Holding
from engine.store.audit_reader import read_events, verify_log
from engine.store.stored_state import public_state
from tests.support.offices import DemoOffice
from tests.support.rivals import Resolve, Save, at_once

pytestmark = pytest.mark.on("postgres")

HOLDER, HELPER = "jp.psr.1", "kasi.psr.2"


@pytest.fixture
def asked(office: DemoOffice) -> Task:
    """A task of JP PSR 1 with which a head of section of his Bidang has been asked to help."""
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim(HOLDER, task.id)
    office.engine.help.delegate(HOLDER, task.id, to=HELPER, note="Mohon isikan barisnya")
    return office.task(task.id)


def events(office: DemoOffice, task: Task) -> list[dict[str, Any]]:
    stream = [f"case:{task.case_id}"]
    stored = office.engine.context.store.read(lambda connection: list(read_events(connection, stream)))
    return [json.loads(event.body) for event in stored]


def allowed(office: DemoOffice, who: str, task: Task) -> set[str]:
    return {action["verb"] for action in office.shown(who, task.id)["actions"] if action["allowed"]}


def notices(office: DemoOffice, who: str) -> str:
    return "\n".join(notice["text"] for notice in office.engine.queries.notices.list(who)["items"])


def test_the_assignment_does_not_move_with_the_help(office: DemoOffice, asked: Task) -> None:
    before = office.state(asked.case_id).tasks[asked.id]
    office.engine.help.resolve(HELPER, asked.id)
    after = office.task(asked.id)
    kept = ("assignee", "position", "acting_kind", "due_at", "claimed_at", "seats", "state")
    assert [getattr(asked, name) for name in kept] == [getattr(after, name) for name in kept]
    assert (before.helper, before.helped_by) == (HELPER, ())
    assert (after.helper, after.helped_by) == (None, (HELPER,))


def test_who_helps_finds_the_task_sees_who_asked_and_fills_it_in(office: DemoOffice, asked: Task) -> None:
    inbox = office.engine.queries.inbox
    [item] = [item for item in inbox(HELPER)["items"] if item["id"] == asked.id]
    assert (item["assignee"], item["helper"]) == (HOLDER, HELPER)
    assert inbox.count(HELPER) == len(inbox(HELPER)["items"])
    assert "Mohon isikan barisnya" in notices(office, HELPER)
    assert allowed(office, HELPER, asked) == {"save", "resolve"}
    office.engine.tasks.save(HELPER, asked.id, data=office.shown(HELPER, asked.id)["form"]["initial"])
    assert office.task(asked.id).draft is not None


def test_the_holder_waits_for_the_helper_or_takes_the_task_back(office: DemoOffice, asked: Task) -> None:
    for attempt in (
        lambda: office.engine.tasks.save(HOLDER, asked.id, data={}),
        lambda: office.complete(HOLDER, asked.id, data={}),
        lambda: office.engine.help.delegate(HOLDER, asked.id, to="jp.psr.2"),
    ):
        with pytest.raises(ActionNotAvailable, match="resolve") as refused:
            attempt()
        assert refused.value.current["helper"] == HELPER
    office.engine.help.resolve(HOLDER, asked.id, note="Sudah cukup")
    assert "Sudah cukup" in notices(office, HELPER)
    office.complete(HOLDER, asked.id)


def test_who_helps_never_completes(office: DemoOffice, asked: Task) -> None:
    with pytest.raises(NotAllowed):
        office.complete(HELPER, asked.id, data={})
    office.engine.help.resolve(HELPER, asked.id, note="Sudah terisi")
    assert "Sudah terisi" in notices(office, HOLDER)
    for attempt in (
        lambda: office.complete(HELPER, asked.id, data={}),
        lambda: office.engine.tasks.save(HELPER, asked.id, data={}),
        lambda: office.engine.help.resolve(HELPER, asked.id),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_a_file_that_the_helper_uploads_is_handed_in_by_the_holder(office: DemoOffice, asked: Task) -> None:
    data = office.filled(HELPER, asked.id).data
    office.engine.tasks.save(HELPER, asked.id, data=data)
    office.engine.help.resolve(HELPER, asked.id)
    draft = office.shown(HOLDER, asked.id)["form"]["initial"]
    office.complete(HOLDER, asked.id, data=draft)
    assert office.task(asked.id).state is TaskStatus.COMPLETED


def test_who_helped_with_a_step_may_not_check_it(office: DemoOffice, asked: Task) -> None:
    mandate = Holding("h-plh", HELPER, "kabid-psr", "plh")
    office.put_organisation(holdings=(*office.organisation().holdings, mandate))
    office.engine.help.resolve(HELPER, asked.id)
    office.complete(HOLDER, asked.id)
    check = office.open_task(asked.case_id, "s6", "bid-psr")
    with pytest.raises(NotAllowed, match="separation"):
        office.engine.tasks.claim(HELPER, check.id)
    with pytest.raises(NotAllowed, match="separation"):
        office.engine.tasks.reassign("kadis", check.id, to=HELPER, reason="Dinas luar")


def test_who_has_checked_a_step_is_not_asked_to_help_with_it(office: DemoOffice, asked: Task) -> None:
    office.engine.help.resolve(HELPER, asked.id)
    office.complete(HOLDER, asked.id)
    office.do("kabid.psr", asked.case_id, "s6", "bid-psr", outcome="tidak_sesuai", reason="Kurang lengkap")
    again = office.open_task(asked.case_id, "s5", "bid-psr")
    office.engine.tasks.claim(HOLDER, again.id)
    with pytest.raises(InvalidInput, match="checked"):
        office.engine.help.delegate(HOLDER, again.id, to="kabid.psr")


@pytest.mark.parametrize(
    "to", ["auditor", "admin", "bappelitbangda", HOLDER, "siapa", "@jp.psr.2", "", "jp.pkm.1", "jp.umum"]
)
def test_some_cannot_be_asked(office: DemoOffice, asked: Task, to: str) -> None:
    office.engine.help.resolve(HOLDER, asked.id)
    with pytest.raises(InvalidInput) as refused:
        office.engine.help.delegate(HOLDER, asked.id, to=to)
    assert [fault.path for fault in refused.value.errors] == ["to"]
    assert to not in [
        colleague["account"] for colleague in office.engine.queries.screens.colleagues(HOLDER, asked.id)
    ]


def test_who_is_disabled_cannot_be_asked(office: DemoOffice, asked: Task) -> None:
    office.engine.help.resolve(HOLDER, asked.id)
    accounts = office.organisation().accounts
    gone = tuple(replace(account, disabled=account.username == HELPER) for account in accounts)
    office.put_organisation(accounts=gone)
    with pytest.raises(InvalidInput, match="disabled"):
        office.engine.help.delegate(HOLDER, asked.id, to=HELPER)


def test_who_is_away_today_cannot_be_asked(office: DemoOffice, asked: Task) -> None:
    office.engine.help.resolve(HOLDER, asked.id)
    office.away(HELPER, "2026-01-05", "2026-01-09")
    with pytest.raises(InvalidInput, match="away"):
        office.engine.help.delegate(HOLDER, asked.id, to=HELPER)
    office.clock.set("2026-01-12T08:00+08:00")
    office.engine.help.delegate(HOLDER, asked.id, to=HELPER)


def test_only_the_holder_and_superiors_ask_for_help(office: DemoOffice, asked: Task) -> None:
    office.engine.help.resolve(HOLDER, asked.id)
    for who, error in (("jp.psr.2", NotAllowed), (HELPER, NotFound), ("jp.pkm.2", NotFound)):
        with pytest.raises(error):
            office.engine.help.delegate(who, asked.id, to="jp.psr.2")
    with pytest.raises(ActionNotAvailable, match="nobody"):
        office.engine.help.resolve(HOLDER, asked.id)


ENDS: dict[str, Callable[[DemoOffice, Task], object]] = {
    "release": lambda office, task: office.engine.tasks.release(HOLDER, task.id, reason="Rapat"),
    "reassign": lambda office, task: office.engine.tasks.reassign(
        "kabid.psr", task.id, to="jp.psr.2", reason="Cuti"
    ),
    "hold": lambda office, task: office.engine.tasks.hold(
        HOLDER, task.id, reason_class="menunggu_data", reason="Menunggu data"
    ),
    "suspend": lambda office, task: office.engine.cases.suspend("kadis", task.case_id, reason="Audit"),
    "cancel": lambda office, task: office.engine.cases.cancel("kadis", task.case_id, reason="Keliru"),
}


@pytest.mark.parametrize("what", ENDS)
def test_what_takes_the_task_from_its_holder_ends_the_help(
    office: DemoOffice, asked: Task, what: str
) -> None:
    ENDS[what](office, asked)
    after = office.task(asked.id)
    assert (after.helper, after.helped_by) == (None, (HELPER,))
    last = events(office, asked)[-1]
    assert last["facts"]["help_ended"] == [{"task": asked.id, "helper": HELPER}]
    assert "tidak diperlukan lagi" in notices(office, HELPER)
    assert asked.id not in [item["id"] for item in office.engine.queries.inbox(HELPER)["items"]]


def test_the_events_say_who_was_asked_and_keep_the_words_beside(office: DemoOffice, asked: Task) -> None:
    office.engine.help.resolve(HELPER, asked.id, note="Rahasia")
    delegated, resolved = events(office, asked)[-2:]
    assert (delegated["act"], delegated["account"], delegated["facts"]["to"]) == (
        "task.delegate",
        HOLDER,
        HELPER,
    )
    assert (resolved["act"], resolved["account"], resolved["facts"]["helper"]) == (
        "task.resolve",
        HELPER,
        HELPER,
    )
    assert "Rahasia" not in json.dumps(resolved)
    stored = office.engine.context.store.read(
        lambda connection: list(read_events(connection, [f"case:{asked.case_id}"]))
    )
    assert difference(public_state(office.state(asked.case_id)), replay(e.body for e in stored)) is None
    assert office.engine.context.store.read(verify_log).ok


def test_when_both_end_the_help_while_the_helper_saves_one_end_counts(
    office: DemoOffice, asked: Task
) -> None:
    deeds = [Resolve(HELPER, asked.id), Save(HELPER, asked.id), Resolve(HOLDER, asked.id)] * 4

    said = at_once(office, [deeds, deeds])

    resolved = [event for event in events(office, asked) if event["act"] == "task.resolve"]
    assert len(resolved) == 1
    assert {item.error for item in said if not item.won} <= {"ActionNotAvailable", "NotAllowed", "NotFound"}
    after = office.task(asked.id)
    assert (after.assignee, after.helper, after.helped_by) == (HOLDER, None, (HELPER,))
    saves = [event for event in events(office, asked) if event["act"] == "task.save"]
    assert all(thread["account"] == HELPER for thread in saves)
    assert office.engine.context.store.read(verify_log).ok


def test_nobody_is_asked_to_help_who_alone_could_check_the_work(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    task = office.open_task(case_id, "s8")
    with pytest.raises(InvalidInput, match="only one who can do 's9'"):
        office.engine.help.delegate("sekdis", task.id, to="kadis")
    office.engine.help.delegate("sekdis", task.id, to="kasubbag.umum")
