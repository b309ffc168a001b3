"""What a page says when something outside it fails: the database, the disk, the program, the pace."""

from __future__ import annotations

import errno
import re

import pytest

from runtime.bootstrap import bootstrap
from runtime.settings import Settings
from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice
from web.app import DOORS, PAGES


def test_without_its_database_a_page_says_so_and_when_to_come_back(office: DemoOffice) -> None:
    visitor, stranger = Visitor(office, "kadis"), Visitor(office)
    door = stranger.form("/sign-in", "/sign-in")
    office.system.close()
    for shown in (
        visitor.get("/inbox"),
        visitor.get("/account"),
        stranger.send(door, username="kadis", password="apa saja"),
    ):
        assert shown.status_code == 503
        assert shown.headers["content-type"].startswith("text/html")
    assert visitor.get("/inbox").headers["retry-after"]
    assert "Mohon tunggu sebentar" in visitor.get("/inbox").text


def test_a_full_disk_is_told_on_the_page_and_what_was_typed_stays(
    office: DemoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    case_id = office.with_branches()
    task = office.open_task(case_id, "s4", "bid-psr")
    office.engine.tasks.claim("kabid.psr", task.id)
    visitor = Visitor(office, "kabid.psr")
    form = visitor.form(f"/tasks/{task.id}")
    monkeypatch.setattr("engine.store.files.os.fsync", full)
    note = ("notula.txt", b"isi", "text/plain")
    sent = visitor.send(form, do="save", files={"f.notula.upload": note}, f__keputusan="Diperbaiki")
    assert "Penyimpanan berkas penuh" in visitor.refused(sent).text
    shown = visitor.form(f"/tasks/{task.id}")
    assert shown.value("f.keputusan") == "Diperbaiki"


def test_a_fault_of_the_program_is_a_page_with_its_number_and_without_its_inside(
    office: DemoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object, **__: object) -> None:
        raise RuntimeError("a secret path")

    monkeypatch.setattr(office.engine.queries.notices, "list", faulty)
    shown = Visitor(office, "kadis", **{"x-request-id": "nomor-7"}).get("/notices")
    assert shown.status_code == 500
    assert "nomor-7" in shown.text
    assert "secret" not in shown.text


def test_whoever_asks_too_fast_is_told_to_wait_on_a_page(office: DemoOffice) -> None:
    settings = Settings(database_url=office.urls.database_url, files_dir=office.files, requests_per_second=1)
    system = bootstrap(settings, office.clock)
    try:
        hurried = Visitor(
            DemoOffice(system, office.clock, office.urls, office.files, office.passwords), "kadis"
        )
        answers = [hurried.get("/inbox") for _ in range(5)]
    finally:
        system.close()
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["content-type"].startswith("text/html")
    assert "unsafe" not in refused.headers["content-security-policy"]


def test_guessing_passwords_has_to_wait_on_the_page_too(office: DemoOffice) -> None:
    visitor = Visitor(office)
    form = visitor.form("/sign-in", "/sign-in")
    answers = [visitor.send(form, username="kadis", password="salah") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "path", ["/cases?q=", "/inbox?q=", "/accounts?q=", "/timing-log?sop=", "/notices?cursor="]
)
@pytest.mark.parametrize("text", ["a" * 1_001, "%" * 60_000])
def test_what_is_searched_for_is_as_long_as_a_page_makes_it(office: DemoOffice, path: str, text: str) -> None:
    shown = Visitor(office, "admin" if path.startswith("/accounts") else "kadis").get(path + text)
    assert shown.status_code == 422
    assert "Paling panjang 1000 huruf" in shown.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("/inbox?state=overdue", "state: Harus salah satu dari"),
        ("/inbox?sla=late", "sla: Harus salah satu dari"),
        ("/inbox?due=2026-01-05", "due: Tidak dikenal"),
        ("/inbox?due_before=besok", "Tulis tanggal"),
        ("/cases?state=open", "state: Harus salah satu dari"),
        ("/cases?sla=overdue", "sla: Tidak dikenal"),
        ("/notices?state=new", "state: Harus salah satu dari"),
        ("/timing-log?office=bid-psr", "office: Tidak dikenal"),
        ("/inbox?view=unit&sla=overdue&due_before=2026-01-09&assignee=kadis&unit=bid-psr&returned=true", ""),
    ],
)
def test_a_list_says_what_it_cannot_be_asked_for_on_pages_as_in_the_interface(
    office: DemoOffice, asked: str, said: str
) -> None:
    visitor = Visitor(office, "kadis")
    page = visitor.get(asked)
    answer = visitor.client.get(f"/api/v1{asked.replace('notices', 'notifications')}")
    assert page.status_code == answer.status_code == (422 if said else 200)
    assert said in page.text


def test_a_sentence_that_no_page_says_is_not_said(office: DemoOffice) -> None:
    assert Visitor(office, "kadis").get("/account?said=" + "x" * 5_000).status_code == 200


def test_no_page_but_a_door_answers_whoever_is_not_signed_in(office: DemoOffice) -> None:
    stranger = Visitor(office).client
    asked = [
        (method, re.sub(r"\{\w+\}", "tidak-ada", page[0]))
        for page in PAGES
        if page not in DOORS
        for method, handler in zip(("GET", "POST"), page[1:], strict=True)
        if handler is not None
    ]
    answers = {item: stranger.request(*item, follow_redirects=False) for item in asked}
    assert len(answers) > 60
    elsewhere = {item: answer for item, answer in answers.items() if answer.status_code != 303}
    assert elsewhere == {}
    assert {answer.headers["location"].partition("=")[0] for answer in answers.values()} == {"/sign-in?next"}


def test_a_stranger_cannot_send_a_form_of_files(office: DemoOffice) -> None:
    files = {"f.notula.upload": ("notula.txt", b"x" * 2 * 1024 * 1024, "text/plain")}
    assert Visitor(office).client.post("/tasks/x", files=files).status_code == 413
    assert Visitor(office, "kadis").client.post("/tasks/x", files=files).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/inbox"), ("GET", "/sign-out"), ("DELETE", "/tasks/x")]
)
def test_a_method_that_a_page_does_not_know_is_told_with_those_that_it_knows(
    office: DemoOffice, method: str, path: str
) -> None:
    shown = Visitor(office, "kadis").client.request(method, path)
    assert shown.status_code == 405
    assert "POST" in shown.headers["allow"] or "GET" in shown.headers["allow"]
    assert "Metode tidak dikenal di sini" in shown.text
