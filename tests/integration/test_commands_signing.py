"""Paraf and signature: the password again, and the event says what was signed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.errors import InvalidInput, NotAllowed
from engine.store.audit_reader import read_events
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")


def last_event(office: DemoOffice, case_id: str) -> dict[str, Any]:
    events = office.engine.context.store.read(lambda c: list(read_events(c, [f"case:{case_id}"])))
    body: dict[str, Any] = json.loads(events[-1].body)
    return body


def test_a_paraf_needs_the_password_and_names_the_documents_that_it_covers(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    task = office.open_task(case_id, "s8")
    before = office.rows()

    with pytest.raises(InvalidInput) as missing:
        office.engine.completion.complete(
            "sekdis", task.id, office.filled("sekdis", task.id, outcome="sesuai", password=None)
        )
    assert [error.path for error in missing.value.errors] == ["password"]

    with pytest.raises(NotAllowed):
        office.engine.completion.complete(
            "sekdis", task.id, office.filled("sekdis", task.id, outcome="sesuai", password="bukan ini")
        )
    assert {**office.rows(), "sign_in_failure": []} == before

    office.complete("sekdis", task.id, outcome="sesuai")
    event = last_event(office, case_id)
    [recap] = [task for task in office.state(case_id).tasks.values() if task.step_id == "s7"]
    file = office.read(lambda tx: tx.uploads.get((recap.data or {})["dokumen"]))
    assert event["facts"]["signature"] == {
        "kind": "initial",
        "via": "internal",
        "way": "password",
        "documents": {"dok_data_kinerja": [file.sha256]},
    }


def test_the_return_at_the_paraf_needs_a_reason_but_no_password(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    task = office.open_task(case_id, "s8")
    with pytest.raises(InvalidInput) as refused:
        office.complete("sekdis", task.id, outcome="belum_sesuai", data={}, password=None)
    assert [error.path for error in refused.value.errors] == ["reason"]
    office.complete(
        "sekdis", task.id, outcome="belum_sesuai", data={}, password=None, reason="Angka belum sama"
    )
    again = office.open_task(case_id, "s7")
    assert (again.visit, again.assignee, again.returned_by) == (2, "kasubbag.perencanaan", task.id)
    assert {task.step_id for task in office.state(case_id).open_tasks()} == {"s7"}
