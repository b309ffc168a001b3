"""Notes on a case on its page: written, refused with what was typed, read beside a task."""

from __future__ import annotations

from tests.e2e.web.visiting import Visitor, landed
from tests.support.offices import DemoOffice

NASTY = "<script>alert(1)</script>"


def test_a_note_is_written_on_the_case_and_shown_beside_its_tasks(office: DemoOffice) -> None:
    case_id = office.with_branches()
    visitor, path = Visitor(office, "kabid.psr"), f"/cases/{case_id}"
    form = visitor.form(path, f"{path}/notes")
    assert landed(visitor.send(form, text=NASTY, to="kadis")) == f"{path}?said=noted"
    shown = Visitor(office, "kadis").get(path).text
    assert NASTY not in shown
    assert "&lt;script&gt;alert(1)" in shown
    task = office.open_task(case_id, "s4", "bid-psr")
    assert "&lt;script&gt;alert(1)" in Visitor(office, "kabid.psr").get(f"/tasks/{task.id}").text
    assert "menulis catatan" in Visitor(office, "kadis").get("/notices").text


def test_a_refused_note_keeps_what_was_typed(office: DemoOffice) -> None:
    case_id = office.with_branches()
    visitor, path = Visitor(office, "kadis"), f"/cases/{case_id}"
    form = visitor.form(path, f"{path}/notes")
    shown = visitor.refused(visitor.send(form, text="Tetap ada", to="jp.eks.1")).text
    assert "Tetap ada" in shown
    assert "Tidak dapat membaca berkas ini" in shown


def test_whoever_sees_the_head_of_a_case_alone_sees_no_notes(office: DemoOffice) -> None:
    case_id = office.with_branches()
    office.engine.notes.write("kadis", case_id, text="Hanya untuk yang terlibat")
    for who in ("kabid.eks", "bappelitbangda"):
        answer = Visitor(office, who).get(f"/cases/{case_id}")
        assert "Hanya untuk yang terlibat" not in answer.text
    auditor = Visitor(office, "auditor").html(f"/cases/{case_id}")
    assert all("/notes" not in form.action for form in auditor.forms)
