"""Many people at the same instant, from several processes: one wins, the others are told, nothing doubles."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from engine.store.audit_reader import read_events, verify_log
from tests.support.offices import HOLDERS, DemoOffice
from tests.support.rivals import Claim, Complete, Said, at_once

PROCESSES, THREADS = 4, 16
CROWD = PROCESSES * THREADS


def events(office: DemoOffice, case_id: str, act: str, subject: str) -> list[dict[str, Any]]:
    """The bodies of one kind of event about one object."""
    stored = office.engine.context.store.read(lambda c: list(read_events(c, [f"case:{case_id}"])))
    bodies: list[dict[str, Any]] = [json.loads(event.body) for event in stored if event.act == act]
    return [body for body in bodies if body["subject"] == subject]


def require_whole_log(office: DemoOffice) -> None:
    report = office.engine.context.store.read(verify_log)
    assert report.ok, report.faults[:5]


def verdicts(said: list[Said]) -> Counter[str]:
    return Counter("won" if item.won else "conflict" if item.conflict else str(item.error) for item in said)


def checked(office: DemoOffice, kabid: str, task_id: str) -> Complete:
    """The Kepala Bidang finds every row in order."""
    rows = office.shown(kabid, task_id)["form"]["initial"]["periksa"]
    return Complete(kabid, task_id, "sesuai", {"periksa": [{**row, "sesuai": True} for row in rows]})


def test_of_64_concurrent_completes_one_wins_and_leaves_one_event_and_one_new_task(
    office: DemoOffice,
) -> None:
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    office.do("jp.psr.1", case_id, "s5", "bid-psr")
    task = office.open_task(case_id, "s6", "bid-psr")
    office.engine.tasks.claim("kabid.psr", task.id)
    deed = checked(office, "kabid.psr", task.id)

    said = at_once(office, [[deed] * THREADS] * PROCESSES)

    assert verdicts(said) == {"won": 1, "conflict": CROWD - 1}
    assert {(item.current or {})["state"] for item in said if not item.won} == {"completed"}
    assert len(events(office, case_id, "task.complete", task.id)) == 1
    assert [task.step_id for task in office.state(case_id).open_tasks()] == ["s7"]
    require_whole_log(office)


def test_of_64_concurrent_claims_one_wins_and_the_losers_are_told_who_has_it(office: DemoOffice) -> None:
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    rivals = [Claim("jp.psr.1", task.id), Claim("jp.psr.2", task.id)] * (THREADS // 2)

    said = at_once(office, [rivals] * PROCESSES)

    assert verdicts(said) == {"won": 1, "conflict": CROWD - 1}
    [winner] = [item.answer["assignee"] for item in said if item.won]
    assert {(item.current or {})["assignee"] for item in said if not item.won} == {winner}
    others = [item for item in said if item.error == "AlreadyClaimed"]
    assert len(others) == CROWD // 2
    name = office.organisation().label_of(f"@{winner}")
    assert all(name in other.words for other in others)
    assert len(events(office, case_id, "task.claim", task.id)) == 1
    require_whole_log(office)


def test_the_step_after_the_block_opens_once_when_the_last_two_branches_end_in_the_same_instant(
    office: DemoOffice,
) -> None:
    for _ in range(5):
        case_id = office.at_last_step_of_each_branch()
        deeds = [
            checked(office, kabid, office.open_task(case_id, "s6", unit).id)
            for unit, (kabid, _) in HOLDERS.items()
        ]
        said = at_once(office, [[deed] for deed in deeds])
        assert verdicts(said) == {"won": 2}
        state = office.state(case_id)
        assert [task.step_id for task in state.open_tasks()] == ["s7"]
        assert [branch.state for branch in state.branches.values()] == ["done", "done"]
    require_whole_log(office)


def test_in_a_crowd_of_both_branches_each_ends_once_and_the_next_step_opens_once(office: DemoOffice) -> None:
    case_id = office.at_last_step_of_each_branch()
    tasks = {unit: office.open_task(case_id, "s6", unit) for unit in HOLDERS}
    deeds = [checked(office, HOLDERS[unit][0], task.id) for unit, task in tasks.items()]

    said = at_once(office, [deeds * (THREADS // 2)] * PROCESSES)

    assert verdicts(said) == {"won": 2, "conflict": CROWD - 2}
    for task in tasks.values():
        assert len(events(office, case_id, "task.complete", task.id)) == 1
    assert [task.step_id for task in office.state(case_id).open_tasks()] == ["s7"]
    require_whole_log(office)
