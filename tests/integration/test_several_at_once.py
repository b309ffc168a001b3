"""Several tasks completed at once, where their SOP lets them: each for itself, and nothing half done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.access.actor import Actor
from engine.commands.cases.batch import Chosen
from engine.errors import InvalidInput, NotAllowed
from engine.queries.cases.logged_visits import LogFilter
from engine.store import IdempotencyKey
from runtime.shipped import FOLDER
from tests.support.offices import DemoOffice
from tests.support.scheduled_sop import drafted, into_force

SOP = "persetujuan-berjenjang"
SIGNED = "batch: true, sign: {kind: signature, document: usulan}"


def stored(office: DemoOffice, *, signs: bool = False) -> None:
    text = (FOLDER / "templates" / f"{SOP}.yaml").read_text(encoding="utf-8")
    text = text.replace("executor: kepala_bidang", "executor: sekretaris", 1)
    if signs:
        text = text.replace("batch: true", SIGNED, 1)
    drafted(office, "1.0.0", SOP, text)
    into_force(office, "1.0.0", SOP)


def waiting(office: DemoOffice, number: int = 3) -> list[str]:
    """Tasks of the Sekretaris that wait for a decision, each of a case of its own."""
    found = []
    for n in range(number):
        case = office.start(
            "kasubbag.perencanaan", SOP, None, fields={"pokok": f"Usulan {n}", "nilai": 5_000_000}
        )
        office.do("kasubbag.perencanaan", case, "s1")
        task = office.open_task(case, "s2")
        office.engine.tasks.claim("sekdis", task.id)
        found.append(task.id)
    return found


def chosen(office: DemoOffice, tasks: list[str]) -> list[Chosen]:
    return [
        Chosen(task_id=task, version=office.task(task).version, requirements=("usulan",)) for task in tasks
    ]


def completions(office: DemoOffice, task: str) -> list[dict[str, object]]:
    events = office.engine.queries.audit.of_case("auditor", office.task(task).case_id)["items"]
    return [
        event["facts"] for event in events if event["act"] == "task.complete" and event["subject"] == task
    ]


def test_every_task_is_completed_by_an_event_of_its_own(office: DemoOffice) -> None:
    stored(office)
    tasks = waiting(office)
    [group] = office.engine.queries.batch("sekdis")
    assert [task["id"] for task in group["tasks"]] == tasks
    assert group["outcome"]["id"] == "setuju"
    done = office.engine.batch.complete("sekdis", "setuju", chosen(office, tasks[:2]))
    assert (done["done"], [one["done"] for one in done["results"]]) == (2, [True, True])
    for task in tasks[:2]:
        assert office.task(task).outcome == "setuju"
        assert [facts["batch"] for facts in completions(office, task)] == [2]
    assert office.task(tasks[2]).is_open


def test_conformance_takes_one_choice_for_several_tasks_for_one_decision(office: DemoOffice) -> None:
    stored(office)
    together, apart = waiting(office, 5), waiting(office, 5)
    for task in (*together, *apart):
        office.engine.tasks.view("sekdis", task)
    office.engine.batch.complete("sekdis", "setuju", chosen(office, together))

    def rules() -> set[str]:
        found = office.engine.queries.conformance(Actor("auditor"), LogFilter(sop=SOP))
        return {one["rule"] for one in found["findings"]} & {"batch", "near_close"}

    assert rules() == set()
    for task in apart:
        [one] = chosen(office, [task])
        office.engine.batch.complete("sekdis", "setuju", [one])
    assert rules() == {"batch"}


def test_what_is_refused_stays_whole_and_says_why_while_the_others_are_done(office: DemoOffice) -> None:
    stored(office)
    tasks = waiting(office)
    first, second, third = chosen(office, tasks)
    stale, bare = replace(first, version=1), replace(third, requirements=())
    done = office.engine.batch.complete("sekdis", "setuju", [stale, second, bare])
    assert [one["done"] for one in done["results"]] == [False, True, False]
    assert "Kelengkapan" in done["results"][2]["message_id"]
    assert all(office.task(one.task_id).is_open for one in (stale, bare))
    other = office.engine.batch.complete("kadis", "setuju", [first])
    assert other["done"] == 0


def test_an_outcome_that_its_sop_does_not_name_is_for_one_task_alone(office: DemoOffice) -> None:
    stored(office)
    tasks = waiting(office, 2)
    done = office.engine.batch.complete("sekdis", "tolak", chosen(office, tasks))
    assert done["done"] == 0
    assert all("beberapa tugas sekaligus" in one["message_id"] for one in done["results"])
    with pytest.raises(InvalidInput):
        office.engine.batch.complete("sekdis", "setuju", [])
    with pytest.raises(InvalidInput):
        office.engine.batch.complete("sekdis", "setuju", chosen(office, tasks) * 2)


def test_each_signature_has_the_hash_of_its_own_document_and_a_wrong_password_signs_nothing(
    office: DemoOffice,
) -> None:
    stored(office, signs=True)
    tasks = waiting(office, 2)
    with pytest.raises(NotAllowed):
        office.engine.batch.complete("sekdis", "setuju", chosen(office, tasks), password="bukan ini")
    without = office.engine.batch.complete("sekdis", "setuju", chosen(office, tasks))
    assert without["done"] == 0
    assert all(office.task(task).is_open for task in tasks)
    done = office.engine.batch.complete(
        "sekdis", "setuju", chosen(office, tasks), password=office.passwords["sekdis"]
    )
    assert done["done"] == 2
    signed = [completions(office, task)[0]["signature"] for task in tasks]
    assert [one["kind"] for one in signed] == ["signature"] * 2  # type: ignore[index]


def test_the_same_request_again_does_nothing_more(office: DemoOffice) -> None:
    stored(office)
    tasks = waiting(office, 2)
    picked = chosen(office, tasks)
    key = IdempotencyKey(key="k", account="sekdis", body_hash="0" * 64, at=office.clock.now())
    first = office.engine.batch.complete("sekdis", "setuju", picked, key=key)
    again = office.engine.batch.complete("sekdis", "setuju", picked, key=key)
    assert (first, again["done"]) == (again, 2)
    assert [len(completions(office, task)) for task in tasks] == [1, 1]
