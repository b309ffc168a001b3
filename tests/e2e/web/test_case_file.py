"""The case file: one page for whoever inspects a case, with what changed, documents by hash, and a chart."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256

import pytest

from runtime.testing import client_for
from tests.support.form_filling import PDF
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("sqlite")


def test_the_case_file_shows_times_documents_events_and_the_chain_to_who_may_read(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    office.engine.tasks.claim("kadis", task.id)
    office.clock.advance(timedelta(minutes=40))
    office.engine.tasks.hold("kadis", task.id, reason_class="lainnya", reason="Menunggu data")
    office.clock.advance(timedelta(minutes=30))
    office.engine.tasks.resume("kadis", task.id)
    office.finish(case_id, lambda *_: office.clock.advance(minutes=7))
    page = client_for(office.system, "auditor").get(f"/cases/{case_id}/file")
    assert page.status_code == 200
    visits = len(office.state(case_id).tasks)
    assert page.text.count('<svg class="figure"') == visits
    assert len(re.findall(r'<rect class="hold"', page.text)) == 1
    assert sha256(PDF).hexdigest() in page.text
    assert "Ditugaskan → Dikerjakan" in page.text  # old and new value of one change
    assert office.state(case_id).case.definition_hash in page.text
    events = client_for(office.system, "auditor").get(f"/api/v1/cases/{case_id}/audit?limit=100").json()
    assert events["items"][-1]["hash"] in page.text
    assert f"/cases/{case_id}/file" in client_for(office.system, "kadis").get(f"/cases/{case_id}").text
    assert client_for(office.system, "admin").get(f"/cases/{case_id}/file").status_code in (403, 404)


def test_the_case_file_of_a_running_case_is_drawn_until_now(office: DemoOffice) -> None:
    case_id = office.start()
    office.clock.advance(timedelta(minutes=40))
    page = client_for(office.system, "auditor").get(f"/cases/{case_id}/file")
    assert page.status_code == 200
    assert page.text.count('<svg class="figure"') == 1
