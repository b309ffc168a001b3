"""Progress is reported without ending the task, where the step says so, by whoever may complete it."""

from __future__ import annotations

import json

import pytest

from engine.errors import ActionNotAvailable, InvalidInput, NotAllowed
from engine.store.audit_reader import read_events, verify_log
from tests.support.form_filling import PDF
from tests.support.small_office import SmallOffice, errors_of, sop

FORM = """
forms: {laporan: {fields: [
  {id: persen, type: percent, label: Persen, required: true},
  {id: uraian, type: text, label: Uraian, required: true},
  {id: bukti, type: file, label: Bukti}]}}
steps: [{id: s1, activity: Menindaklanjuti, executor: staf, assign: pool, time: 60m, form: laporan%s}]
"""
TAKES = FORM % ", allow_progress: true"


@pytest.fixture
def office() -> SmallOffice:
    office = SmallOffice.with_sops(sop(TAKES)).start()
    office.engine.tasks.claim("staf.a1", office.task("s1").id)
    return office


def test_what_is_given_is_checked_kept_as_the_draft_and_told_in_the_log(office: SmallOffice) -> None:
    task = office.task("s1")
    file = office.engine.uploads.put("staf.a1", PDF, "bukti.pdf")
    answer = office.engine.tasks.progress(
        "staf.a1", task.id, data={"persen": 40, "bukti": file["id"]}, version=task.version
    )
    assert (answer["state"], answer["version"]) == ("in_progress", task.version + 1)
    assert office.task("s1").draft == {"persen": 40, "bukti": file["id"]}
    read = office.engine.context.store.read
    event = json.loads(list(read(lambda c: list(read_events(c, [f"case:{office.case_id}"]))))[-1].body)
    told = {file["id"]: file["sha256"]}
    assert (event["act"], event["facts"]["files"]) == ("task.progress", told)
    assert read(verify_log).faults == []
    with pytest.raises(InvalidInput):
        office.engine.tasks.progress("staf.a1", task.id, data={"persen": "banyak"})
    assert office.finish("s1", "staf.a1", data={"persen": 100, "uraian": "Selesai"}).open() == []


def test_nobody_but_the_holder_reports_and_only_on_a_step_that_says_so(office: SmallOffice) -> None:
    with pytest.raises(NotAllowed):
        office.engine.tasks.progress("staf.a2", office.task("s1").id, data={})
    other = SmallOffice.with_sops(sop(FORM % "")).start()
    other.engine.tasks.claim("staf.a1", other.task("s1").id)
    with pytest.raises(ActionNotAvailable, match="takes no reports"):
        other.engine.tasks.progress("staf.a1", other.task("s1").id, data={})
    shown = {
        action["verb"]: action["allowed"]
        for action in other.engine.queries.tasks.get("staf.a1", other.task("s1").id)["actions"]
    }
    assert shown["progress"] is False


def test_progress_without_a_form_is_refused_when_the_file_is_checked() -> None:
    steps = "steps: [{id: s1, activity: X, executor: staf, time: 1h, allow_progress: true}]\n"
    assert any("allow_progress needs a form" in error for error in errors_of(sop(steps)))
