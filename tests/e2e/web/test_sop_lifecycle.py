"""A version on its pages: review, approval, force, what changed, acknowledgement, moving its cases."""

from __future__ import annotations

import pytest

from engine.access.actor import HOST
from engine.errors import ActionNotAvailable
from tests.e2e.web.visiting import Form, Html, Visitor, landed
from tests.support.calendar_files import shipped_files
from tests.support.offices import SOP, DemoOffice

NEW = f"/sops/{SOP}/1.1.0"


def with_new(office: DemoOffice) -> None:
    """A second version: its third step takes longer, its identity is complete."""
    text = office.engine.queries.definitions.version("admin", SOP, "1.0.0")["text"]
    for name, value in (("number", "12"), ("created_on", "2026-01-05"), ("effective_on", "2026-01-05")):
        text = text.replace(f"  {name}: null", f'  {name}: "{value}"', 1)
    text = text.replace("    time: 30m\n", "    time: 45m\n", 1).replace(
        "version: 1.0.0", "version: 1.1.0", 1
    )
    office.engine.definitions.store("admin", text)


def button(visitor: Visitor, path: str, do: str) -> Form:
    return next(form for form in visitor.html(path).forms if ("do", do) in form.buttons)


def test_a_version_is_reviewed_approved_and_brought_into_force_on_its_page(office: DemoOffice) -> None:
    with_new(office)
    author, head = Visitor(office, "admin"), Visitor(office, "kadis")
    assert "Sahkan" not in head.get(NEW).text
    assert landed(author.send(button(author, NEW, "submit"), do="submit")) == f"{NEW}?said=definition_submit"
    head.send(button(head, NEW, "remark"), do="remark", step="s3", words="Sebutkan bidangnya")
    shown = author.get(NEW).text
    assert "Sebutkan bidangnya" in shown
    assert "3. Berkoordinasi dengan Kepala Bidang" in shown
    assert "Tulis catatannya" in head.refused(head.send(button(head, NEW, "remark"), do="remark")).text
    assert "<svg" in head.get(NEW).text
    head.send(button(head, NEW, "approve"), do="approve")
    head.send(button(head, NEW, "make-effective"), do="make-effective")
    assert "tinjauan tahunan jatuh pada 5 Januari 2027" in head.get(NEW).text
    assert "Tulis alasan" in head.refused(head.send(button(head, NEW, "revoke"), do="revoke")).text
    head.send(button(head, NEW, "revoke"), do="revoke", reason="Keliru")
    assert "Versi 1.0.0 pernah berlaku" in head.get(NEW).text
    old = f"/sops/{SOP}/1.0.0"
    head.send(button(head, old, "reinstate"), do="reinstate")
    assert office.engine.queries.definitions.version("kadis", SOP, "1.0.0")["status"] == "effective"


def test_who_works_by_a_version_says_once_that_it_was_read(office: DemoOffice) -> None:
    staff, path = Visitor(office, "jp.pdn.1"), f"/sops/{SOP}/1.0.0"
    staff.send(button(staff, path, "acknowledge"), do="acknowledge")
    assert "Anda menyatakan sudah membaca versi ini" in staff.get(path).text
    assert all(("do", "acknowledge") not in form.buttons for form in Html(staff.get(path).text).forms)
    again = office.engine.definition_readings.acknowledge("jp.pdn.1", SOP, "1.0.0")
    assert again["acknowledged_at"].startswith("2026-01-05")
    assert all(
        ("do", "acknowledge") not in form.buttons for form in Visitor(office, "admin").html(path).forms
    )


def test_a_version_is_sent_back_with_remarks_that_its_author_answers(office: DemoOffice) -> None:
    with_new(office)
    author, head = Visitor(office, "admin"), Visitor(office, "kadis")
    author.send(button(author, NEW, "submit"), do="submit")
    assert f'href="{NEW}"' in head.get("/").text
    assert "diajukan. Tinjau, lalu sahkan atau kembalikan" in head.get("/notices").text
    form = button(head, NEW, "return")
    assert "Tulis apa yang perlu diperbaiki" in head.refused(head.send(form, do="return")).text
    head.send(button(head, NEW, "remark"), do="remark", step="s3", words="Sebutkan bidangnya")
    sent = head.send(button(head, NEW, "return"), do="return", reason="Waktu langkah 3 terlalu lama")
    assert landed(sent) == f"{NEW}?said=definition_return"
    assert "Waktu langkah 3 terlalu lama" in author.get(NEW).text
    assert f'href="{NEW}"' not in head.get("/").text
    begin = button(author, f"/sops/{SOP}/edit", "begin")
    assert begin.value("as_version") == "1.1.1"
    author.send(begin, do="begin", version_of="1.1.0")
    editor = author.get(f"/sops/{SOP}/edit").text
    assert editor.count("Sebutkan bidangnya") == 1
    assert editor.index("Sebutkan bidangnya") > editor.index('id="s.s3"')
    assert "Waktu langkah 3 terlalu lama" in editor


def in_force(office: DemoOffice) -> None:
    for who, verb in (("admin", "submit"), ("kadis", "approve"), ("kadis", "make-effective")):
        office.engine.definitions.move(who, SOP, "1.1.0", verb)


def test_who_works_by_a_version_that_begins_is_asked_once_to_read_it(office: DemoOffice) -> None:
    with_new(office)
    staff = Visitor(office, "jp.pdn.1")
    assert NEW not in staff.get("/").text
    in_force(office)
    assert f'href="{NEW}"' in staff.get("/").text
    assert "mulai berlaku. Baca, lalu nyatakan sudah membaca" in staff.get("/notices").text
    author = Visitor(office, "admin")
    assert office.organisation().person_label("jp.pdn.1") in author.get(NEW).text
    assert "Siapa yang sudah membaca" not in staff.get(NEW).text
    staff.send(button(staff, NEW, "acknowledge"), do="acknowledge")
    assert NEW not in staff.get("/").text
    assert "1 orang sudah menyatakan membaca" in author.get(NEW).text
    office.engine.definitions.move("kadis", SOP, "1.1.0", "revoke", reason="Keliru")
    office.engine.definitions.move("kadis", SOP, "1.0.0", "reinstate")
    assert f"/sops/{SOP}/1.0.0" in staff.get("/").text


@pytest.mark.parametrize(("reading", "waits"), [("none", False), ("asked", False), ("required", True)])
def test_work_waits_for_reading_where_the_agency_says_so(
    office: DemoOffice, reading: str, waits: bool
) -> None:
    agency, holidays = shipped_files()
    office.engine.calendars.store("disdag-banggai", {**agency, "reading": reading}, holidays, actor=HOST)
    with_new(office)
    in_force(office)
    asked = office.engine.definition_readings.waiting("jp.pdn.1")
    assert bool(asked) == (reading != "none")
    task = office.open_task(office.start(), "s1")
    if waits:
        with pytest.raises(ActionNotAvailable, match="confirm it first"):
            office.engine.tasks.claim("kadis", task.id)
        assert "Bacalah dahulu" in Visitor(office, "kadis").get(f"/tasks/{task.id}").text
        office.engine.definition_readings.acknowledge("kadis", SOP, "1.1.0")
    assert office.engine.tasks.claim("kadis", task.id)["state"] == "in_progress"


def test_what_changed_stands_side_by_side(office: DemoOffice) -> None:
    with_new(office)
    page = Visitor(office, "kadis").get(f"{NEW}/changes").text
    assert "<del>30m</del>" in page
    assert "<ins>45m</ins>" in page
    assert page.count('data-state="changed"') >= 2
    assert "Tidak ada yang berubah" in Visitor(office, "kadis").get(f"{NEW}/changes?from=1.1.0").text


def test_running_cases_move_as_their_plan_shows(office: DemoOffice) -> None:
    with_new(office)
    office.at_paraf()
    author, path = Visitor(office, "admin"), f"/sops/{SOP}/migration?from=1.0.0&to=1.1.0&clock=remaining"
    assert "tidak sedang berlaku" in author.get(path).text
    for who, verb in (("admin", "submit"), ("kadis", "approve"), ("kadis", "make-effective")):
        office.engine.definitions.move(who, SOP, "1.1.0", verb)
    shown = author.get(path).text
    assert "dapat pindah" in shown
    plan = next(form for form in Html(shown).forms if form.value("digest"))
    assert landed(author.send(plan)) == f"{NEW}?said=migrated"
    assert "Tidak ada berkas berjalan pada versi 1.0.0" in author.get(path).text
    assert author.send(plan, key="other-key").status_code in (303, 409)
    assert author.get(f"/sops/{SOP}/migration?from=1.0.0&to=1.1.0&map=s5").status_code == 422
    assert author.get(f"/sops/{SOP}/migration?from=9.0.0&to=1.1.0").status_code == 404
    assert Visitor(office, "kadis").get(path).status_code == 403
