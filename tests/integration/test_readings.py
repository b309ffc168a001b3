"""What auditors read of people and their words is told in the log, once an hour for each thing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.errors import Erased
from engine.tables import AUDIT_EVENT, FILE
from runtime.testing import client_for
from tests.support.offices import DemoOffice

BASIS = "Permintaan subjek data, UU 27/2022"


@pytest.fixture
def finished(office: DemoOffice) -> str:
    case_id = office.start()
    office.finish(case_id)
    return case_id


def told(office: DemoOffice) -> list[str]:
    """What was read, in order, by the auditor; nobody else is in the stream."""
    rows = office.engine.context.store.read(
        lambda connection: connection.execute(
            select(AUDIT_EVENT.c.body, AUDIT_EVENT.c.account)
            .where(AUDIT_EVENT.c.stream.startswith("access:"))
            .order_by(AUDIT_EVENT.c.seq)
        ).all()
    )
    assert {row.account for row in rows} <= {"auditor"}
    return [json.loads(row.body)["subject"] for row in rows]


def test_an_auditor_leaves_one_trace_an_hour_of_each_thing_that_he_reads(
    office: DemoOffice, finished: str
) -> None:
    auditor = client_for(office.system, "auditor")
    task = next(one for one in office.state(finished).tasks.values() if one.data)
    for path in (f"/api/v1/cases/{finished}", f"/api/v1/cases/{finished}/timeline", f"/cases/{finished}"):
        assert auditor.get(path).status_code == 200
    assert told(office) == []  # head and timeline alone
    for path in (f"/api/v1/tasks/{task.id}", f"/tasks/{task.id}", f"/api/v1/tasks/{task.id}"):
        assert auditor.get(path).status_code == 200
    assert told(office) == [f"task:{task.id}"]
    office.clock.advance(timedelta(minutes=61))
    assert auditor.get(f"/tasks/{task.id}").status_code == 200
    assert told(office) == [f"task:{task.id}"] * 2
    office.engine.notes.write("kadis", finished, text="Catatan kecil.", to=[])
    assert auditor.get(f"/cases/{finished}").status_code == 200
    assert told(office)[2:] == [f"case:{finished}"]


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("/api/v1/timing-log", "timing-log"),
        ("/api/v1/timing-log?format=csv", "timing-log"),
        ("/timing-log", "timing-log"),
        ("/timing-log.xlsx", "timing-log"),
        ("/timing-log/report.xlsx", "timing-log"),
        ("/api/v1/conformance", "conformance"),
        ("/conformance", "conformance"),
    ],
)
@pytest.mark.on("sqlite")
def test_lists_of_who_did_what_are_told_too_and_figures_are_not(
    office: DemoOffice, finished: str, path: str, subject: str
) -> None:
    auditor = client_for(office.system, "auditor")
    for figures in (
        "/api/v1/statistics",
        "/timing-log/totals",
        "/insight",
        "/api/v1/monitoring?period=2026-H1",
    ):
        assert auditor.get(figures).status_code == 200
    assert (told(office), bool(finished)) == ([], True)
    assert auditor.get(path).status_code == 200
    assert told(office) == [subject]


def test_reading_by_who_takes_part_is_his_work(office: DemoOffice, finished: str) -> None:
    file_id = office.upload("kadis")
    task = next(iter(office.state(finished).tasks.values()))
    kadis = client_for(office.system, "kadis")
    for path in (f"/api/v1/tasks/{task.id}", f"/api/v1/files/{file_id}", f"/api/v1/cases/{finished}/audit"):
        assert kadis.get(path).status_code == 200, path
    assert told(office) == []


def test_a_file_that_is_taken_is_told_and_one_that_was_erased_says_so(
    office: DemoOffice, finished: str
) -> None:
    mine = select(FILE.c.id).where(FILE.c.case_id == finished)
    file_id = office.engine.context.store.read(lambda connection: connection.execute(mine).scalars().first())
    assert file_id is not None
    auditor = client_for(office.system, "auditor")
    for path in (f"/api/v1/files/{file_id}", f"/files/{file_id}"):
        assert auditor.get(path).status_code == 200
    assert told(office) == [f"file:{file_id}"]
    office.engine.erasure.erase("file", file_id, BASIS)
    with pytest.raises(Erased, match="was erased on"):
        office.engine.queries.files.download("auditor", file_id)
    got = auditor.get(f"/api/v1/files/{file_id}")
    assert (got.status_code, got.json()["code"]) == (404, "erased")
    assert "dihapus pada" in got.json()["detail"]
    assert BASIS in got.json()["detail"]
    page = auditor.get(f"/files/{file_id}", headers={"Accept": "text/html"})
    assert (page.status_code, BASIS in page.text) == (404, True)
    assert client_for(office.system, "jp.umum").get(f"/api/v1/files/{file_id}").json()["code"] == "not_found"
