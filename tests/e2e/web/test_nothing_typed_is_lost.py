"""Whatever interrupts somebody in the middle of a form: what was typed and chosen is there again."""

from __future__ import annotations

from typing import Any

import pytest

from engine.access.actor import HOST
from tests.e2e.web.visiting import Html, Visitor, landed
from tests.support.form_filling import PDF
from tests.support.offices import DemoOffice

UPLOAD = ("bukti.pdf", PDF, "application/pdf")
TEXT = "Perintah yang panjang\ndua baris"


@pytest.fixture
def first_task(office: DemoOffice) -> str:
    """The first step of a new case, claimed by the Kepala Dinas."""
    task = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", task.id)
    return f"/tasks/{task.id}"


def draft(office: DemoOffice, path: str) -> Any:
    return office.task(path.removeprefix("/tasks/")).draft or {}


def test_rows_of_an_earlier_step_keep_their_cells_when_the_form_is_refused(office: DemoOffice) -> None:
    case_id = office.at_last_step_of_each_branch()
    task = office.open_task(case_id, "s6", "bid-psr")
    visitor, path = Visitor(office, "kabid.psr"), f"/tasks/{task.id}"
    facts = row_facts(visitor.html(path))
    assert facts
    refused = visitor.send(visitor.form(path), do="complete:tidak_sesuai", f__periksa__0__sesuai="false")
    assert row_facts(Html(visitor.refused(refused).text)) == facts
    assert visitor.form(path).value("f.periksa.0.sesuai") == "false"


def test_an_added_row_keeps_the_cells_of_the_others(office: DemoOffice, first_task: str) -> None:
    visitor = Visitor(office, "kadis")
    for expected in (1, 2, 3):
        visitor.send(visitor.form(first_task), do="add:f.baris_salah", f__perintah=TEXT)
        form = visitor.form(first_task)
        rows = {name for name, _ in form.fields if name.endswith(".subjek")}
        assert len(rows) == expected + 1
    assert form.value("f.perintah") == TEXT


def sign_in(office: DemoOffice, visitor: Visitor, path: str) -> str:
    form = visitor.form(path, "/sign-in")
    sent = visitor.send(form, username="kadis", password=office.passwords["kadis"])
    return str(sent.headers["location"])


def row_facts(page: Html) -> int:
    return sum(1 for tag, found in page.tags if tag == "dl" and "short" in (found.get("class") or ""))


ROADS = ("cookies gone", "session ended", "signed out", "another password", "twelve hours")


@pytest.mark.parametrize("road", ROADS)
def test_a_form_of_a_session_that_ended_is_given_back_after_signing_in_again(
    office: DemoOffice, first_task: str, road: str
) -> None:
    visitor = Visitor(office)
    sign_in(office, visitor, "/sign-in")
    form = visitor.form(first_task)
    if road == "cookies gone":
        visitor.client.cookies.clear()
    elif road == "signed out":
        visitor.send(visitor.form("/inbox", "/sign-out"))
    elif road == "another password":
        office.passwords = {**office.passwords, "kadis": "kata sandi yang baru sekali"}
        office.engine.registry.set_passwords({"kadis": office.passwords["kadis"]}, actor=HOST)
    elif road == "twelve hours":
        for _ in range(25):
            office.clock.advance(minutes=29)
            visitor.get("/inbox")
    else:
        office.clock.advance(hours=2)
    sent = visitor.send(form, do="save", f__perintah=TEXT)
    assert sent.headers["location"].startswith("/sign-in?next=%2Ftasks%2F")
    page = visitor.get(sent.headers["location"])
    assert "Isian Anda disimpan" in page.text
    assert sign_in(office, visitor, sent.headers["location"]) == first_task
    back = visitor.form(first_task)
    assert back.value("f.perintah") == TEXT
    assert draft(office, first_task) == {}
    assert landed(visitor.send(back, do="save")) == f"{first_task}?said=save"
    assert draft(office, first_task)["perintah"] == TEXT


def test_a_form_of_an_earlier_session_is_given_back_in_the_new_one(
    office: DemoOffice, first_task: str
) -> None:
    old, new = Visitor(office, "kadis"), Visitor(office, "kadis")
    form = old.form(first_task)
    sent = new.send(form, do="save", f__perintah=TEXT)
    assert (sent.status_code, sent.headers["location"]) == (303, first_task)
    shown = new.get(first_task)
    assert "Isian Anda dikembalikan" in shown.text
    assert new.form(first_task).value("f.perintah") == TEXT


def test_a_form_is_kept_for_nobody_but_whose_it_was(office: DemoOffice, first_task: str) -> None:
    form = Visitor(office, "kadis").form(first_task)
    other = Visitor(office, "sekdis")
    assert other.send(form, do="save", f__perintah=TEXT).status_code == 403
    assert TEXT.splitlines()[0] not in other.get(first_task).text
    assert Visitor(office, "kadis").form(first_task).value("f.perintah") == TEXT
    forged = Visitor(office).send(form, drop=["mark"], do="save", f__perintah="Palsu")
    assert forged.headers["location"].startswith("/sign-in?next=%2Ftasks%2F")
    assert Visitor(office, "kadis").form(first_task).value("f.perintah") == TEXT


def test_files_of_a_session_that_ended_are_kept_as_uploads(office: DemoOffice) -> None:
    case_id = office.with_branches()
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    visitor, path = Visitor(office, "jp.psr.1"), f"/tasks/{task.id}"
    form = visitor.form(path)
    visitor.client.cookies.clear()
    visitor.send(form, do="save", files={"f.dokumen.upload": UPLOAD})
    again = Visitor(office, "jp.psr.1")
    assert "bukti.pdf" in again.get(path).text
    again.send(again.form(path), do="save")
    assert draft(office, path)["dokumen"]


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        (
            "hold",
            {"hold.reason_class": "menunggu_data", "hold.reason": "Data", "hold.until": "2026-01-05T10:00"},
        ),
        ("release", {"release.reason": "Ada tugas lain"}),
        ("delegate", {"delegate.helper": "sekdis"}),
    ],
)
def test_small_acts_save_the_draft_of_the_form_first(
    office: DemoOffice, first_task: str, verb: str, given: dict[str, str]
) -> None:
    visitor = Visitor(office, "kadis")
    sent = visitor.send(visitor.form(first_task, f"{first_task}/{verb}"), f__perintah=TEXT, **given)
    assert landed(sent).endswith(f"said={verb}")
    assert draft(office, first_task)["perintah"] == TEXT


def test_a_refused_small_act_keeps_the_form_and_names_every_field(
    office: DemoOffice, first_task: str
) -> None:
    visitor = Visitor(office, "kadis")
    sent = visitor.send(visitor.form(first_task, f"{first_task}/delegate"), f__perintah=TEXT)
    assert (sent.status_code, sent.headers["location"]) == (303, first_task)
    assert "Kepada wajib diisi." in visitor.refused(sent).text
    assert visitor.form(first_task).value("f.perintah") == TEXT


def test_the_language_is_changed_in_the_middle_of_a_form(office: DemoOffice, first_task: str) -> None:
    visitor = Visitor(office, "kadis")
    beside_the_form = [form for form in visitor.html(first_task).forms if form.action == "/language"][-1]
    sent = visitor.send(beside_the_form, language="en", f__perintah=TEXT)
    assert sent.headers["location"] == first_task
    assert 'lang="en"' in visitor.get(first_task).text
    assert visitor.form(first_task).value("f.perintah") == TEXT


def test_whoever_lost_the_task_gets_the_text_back_and_hears_who_holds_it(office: DemoOffice) -> None:
    case_id = office.with_branches()
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    visitor, path = Visitor(office, "jp.psr.1"), f"/tasks/{task.id}"
    form = visitor.form(path)
    office.engine.tasks.reassign("kabid.psr", task.id, to="jp.psr.2", reason="Pembagian tugas")
    sent = visitor.send(form, do="save", f__perbaikan__0__nilai_baru="87,5 dari lapangan")
    shown = visitor.refused(sent).text
    assert "87,5 dari lapangan" in shown
    assert "sekarang dipegang" in shown


def test_two_windows_show_both_texts_and_one_is_chosen(office: DemoOffice, first_task: str) -> None:
    visitor = Visitor(office, "kadis")
    form = visitor.form(first_task)
    visitor.send(visitor.form(first_task), do="save", f__perintah="Dari jendela lain")
    sent = visitor.send(form, do="save", f__perintah="Dari jendela ini")
    shown = visitor.refused(sent).text
    assert "Dari jendela lain" in shown
    assert "Dari jendela ini" in shown
    assert draft(office, first_task)["perintah"] == "Dari jendela lain"
    mine = visitor.form(first_task)
    assert visitor.send(mine, do="save").status_code == 303
    assert draft(office, first_task)["perintah"] == "Dari jendela ini"
    assert "comparison" not in visitor.get(first_task).text


def test_what_is_kept_can_be_let_go_of(office: DemoOffice, first_task: str) -> None:
    visitor = Visitor(office, "kadis")
    visitor.send(visitor.form(first_task), do="complete", f__perintah=TEXT)
    assert visitor.form(first_task).value("f.perintah") == TEXT
    visitor.send(visitor.form(first_task, "/discard"))
    assert visitor.form(first_task).value("f.perintah") == ""


def test_what_is_kept_ends_after_a_day_and_holds_no_secret(office: DemoOffice, first_task: str) -> None:
    visitor = Visitor(office, "kadis")
    visitor.send(visitor.form(first_task), do="complete", f__perintah=TEXT, password="rahasia sekali")
    assert "rahasia sekali" not in str(office.rows()["kept_form"])
    office.clock.advance(hours=25)
    assert Visitor(office, "kadis").form(first_task).value("f.perintah") == ""


def test_what_was_done_is_said_once(office: DemoOffice, first_task: str) -> None:
    visitor = Visitor(office, "kadis")
    sent = visitor.send(visitor.form(first_task), do="save", f__perintah=TEXT)
    assert sent.headers["location"] == first_task
    assert "Draf sudah disimpan" in visitor.get(first_task).text
    assert "Draf sudah disimpan" not in visitor.get(first_task).text


def test_a_return_does_not_ask_for_ticks(office: DemoOffice) -> None:
    case_id = office.at_last_step_of_each_branch()
    task = office.open_task(case_id, "s6", "bid-psr")
    visitor, path = Visitor(office, "kabid.psr"), f"/tasks/{task.id}"
    assert task.ticks == ()
    ticks = {"requirements": []}
    given = {"f.periksa.0.sesuai": "false", "f.periksa.0.catatan": "Kurang", "reason": "Lampirannya kurang"}
    sent = visitor.send(visitor.form(path), do="complete:tidak_sesuai", **ticks, **given)
    assert landed(sent).startswith("/inbox")


def test_everything_that_is_wrong_is_told_at_once(office: DemoOffice) -> None:
    case_id = office.at_last_step_of_each_branch()
    task = office.open_task(case_id, "s6", "bid-psr")
    visitor, path = Visitor(office, "kabid.psr"), f"/tasks/{task.id}"
    sent = visitor.send(visitor.form(path), do="complete:tidak_sesuai")
    shown = visitor.refused(sent).text
    assert "Alasan wajib diisi." in shown
    assert "Baris 1" in shown
