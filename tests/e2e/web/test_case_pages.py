"""Starting a case, the case itself, the log, notices and one's own account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine
from sqlalchemy import text as sql
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from engine.tables.triggers import drop_guards
from tests.e2e.web.visiting import Html, Visitor, landed
from tests.support.offices import SOP, DemoOffice

START = f"/cases/new/{SOP}"


def test_a_case_started_twice_from_one_page_is_one_case(office: DemoOffice) -> None:
    visitor = Visitor(office, "kadis")
    form = next(form for form in visitor.html(START).forms if form.value("period_year"))
    sent = [visitor.send(form, START, do="start", period_n="4", period_year="2025") for _ in range(2)]
    assert [item.status_code for item in sent] == [303, 303]
    cases = office.engine.queries.cases.list("kadis")["items"]
    assert [case["period"] for case in cases] == ["2025-Q4"]


def test_a_period_that_is_none_is_refused_on_the_page(office: DemoOffice) -> None:
    visitor = Visitor(office, "kadis")
    form = next(form for form in visitor.html(START).forms if form.value("period_year"))
    sent = visitor.send(form, START, do="start", period_n="4", period_year="dua ribu")
    shown = Html(visitor.refused(sent).text)
    refused = next(form for form in shown.forms if form.value("period_year"))
    assert (refused.value("period_n"), refused.value("period_year")) == ("4", "dua ribu")


def test_whoever_may_not_start_an_sop_is_not_offered_it_and_is_refused(office: DemoOffice) -> None:
    visitor = Visitor(office, "jp.psr.1")
    assert "Tidak ada SOP yang dapat Anda mulai" in visitor.get("/cases/new").text
    shown = visitor.html(START)
    assert not [form for form in shown.forms if form.value("period_year")]
    own = {"csrf": shown.forms[0].value("csrf"), "do": "start", "period_n": "4", "period_year": "2025"}
    sent = visitor.client.post(START, data=own)
    assert "hanya dapat dimulai oleh" in visitor.refused(sent).text


def test_only_the_head_is_offered_to_suspend_and_cancel_and_says_why(office: DemoOffice) -> None:
    case_id = office.start()
    path = f"/cases/{case_id}"
    staff = Visitor(office, "auditor")
    assert not [form for form in staff.html(path).forms if form.action.startswith(path)]
    head = Visitor(office, "kadis")
    refused = head.send(head.form(path, f"{path}/suspend"), reason=" ")
    assert "Alasan" in head.refused(refused).text
    for verb, said in (("suspend", "suspended"), ("resume", "case_resumed"), ("cancel", "cancelled")):
        sent = head.send(head.form(path, f"{path}/{verb}"), reason="Perlu")
        assert landed(sent) == f"{path}?said={said}"
    assert office.state(case_id).case.state.value == "cancelled"


def test_the_case_shows_every_visit_its_outcome_and_reason(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    task = office.open_task(case_id, "s8")
    office.complete("sekdis", task.id, outcome="belum_sesuai", reason="Angka belum cocok")
    shown = Visitor(office, "kadis").get(f"/cases/{case_id}").text
    assert "Belum sesuai — kembalikan pada Kasubbag untuk diperbaiki" in shown
    assert "Angka belum cocok" in shown
    assert "Kunjungan ke-2" in shown


def test_auditors_get_the_trail_of_a_case_and_the_log_as_files(office: DemoOffice) -> None:
    case_id = office.with_branches()
    auditor = Visitor(office, "auditor")
    assert f"/cases/{case_id}/audit" in auditor.get(f"/cases/{case_id}").text
    log = auditor.get(f"/cases/{case_id}/audit").text
    assert "task.complete" in log
    assert "Tugas diselesaikan" in log
    csv, xlsx = auditor.get("/timing-log.csv?from=2026-01-05"), auditor.get("/timing-log.xlsx")
    assert csv.text.startswith("case_number,sop,")
    assert xlsx.content.startswith(b"PK")
    for sent in (csv, xlsx):
        assert sent.headers["content-disposition"].startswith("attachment")
    assert auditor.get("/timing-log?from=kapan").status_code == 422


def test_reading_a_notice_opens_what_it_is_about(office: DemoOffice) -> None:
    office.start()
    visitor = Visitor(office, "kadis")
    form = next(form for form in visitor.html("/notices").forms if form.value("task"))
    sent = visitor.send(form, do="open")
    assert sent.headers["location"] == f"/tasks/{form.value('task')}"
    assert office.engine.queries.notices.unread("kadis") == 0
    elsewhere = visitor.send(form, do="open", task="../../jahat.example\r\n")
    assert elsewhere.headers["location"] == "/"


def test_all_notices_of_a_page_are_marked_as_read(office: DemoOffice) -> None:
    office.start()
    office.start(period="2026-Q1")
    visitor = Visitor(office, "kadis")
    visitor.send(visitor.form("/notices", "/notices/read"))
    assert office.engine.queries.notices.unread("kadis") == 0


def test_a_token_is_shown_once_listed_without_its_secret_and_revoked(office: DemoOffice) -> None:
    office_passwords = office.passwords
    visitor = Visitor(office)
    form = visitor.form("/sign-in", "/sign-in")
    visitor.send(form, username="sekdis", password=office_passwords["sekdis"])
    made = visitor.send(
        visitor.form("/account/tokens", "/account/tokens"), name="Rekap", scope="read", days="30"
    )
    secret = made.text.split("alur_", 1)[1].split("<", 1)[0]
    listed = visitor.get("/account/tokens").text
    assert "Rekap" in listed
    assert secret not in listed
    drop = next(form for form in visitor.html("/account/tokens").forms if form.action.endswith("/drop"))
    assert landed(visitor.send(drop)) == "/account/tokens?said=token_dropped"
    assert "Belum ada token." in visitor.get("/account/tokens").text


def test_a_reader_of_the_log_is_offered_no_link_that_leads_nowhere(office: DemoOffice) -> None:
    case_id = office.with_branches(("bid-psr",))
    shown = {who: Visitor(office, who).get(f"/cases/{case_id}").text for who in ("auditor", "bappelitbangda")}
    assert 'href="/tasks/' in shown["auditor"]
    assert 'href="/tasks/' not in shown["bappelitbangda"]
    assert "Riwayat" in shown["bappelitbangda"]


def test_the_start_form_begins_with_the_quarter_of_today(office: DemoOffice) -> None:
    office.clock.set("2026-11-30T01:00:00Z")
    visitor = Visitor(office, "kadis")
    form = next(form for form in visitor.html(START).forms if form.value("period_year"))
    assert (form.value("period_n"), form.value("period_year")) == ("4", "2026")


def test_after_a_step_the_inbox_says_who_has_the_case_now_and_until_when(office: DemoOffice) -> None:
    case_id = office.at_last_step_of_each_branch()
    task = office.open_task(case_id, "s6", "bid-psr")
    visitor, path = Visitor(office, "kabid.psr"), f"/tasks/{task.id}"
    given = {"f.periksa.0.sesuai": "false", "f.periksa.0.catatan": "Kurang", "reason": "Lampirannya kurang"}
    visitor.send(visitor.form(path), do="complete:tidak_sesuai", **given)
    shown = visitor.get("/inbox").text
    assert "berkas dikembalikan dengan alasan Anda" in shown
    assert re.search(r"sekarang pada langkah 5,[^<]+<strong>\s*JP 1 Bidang", shown)
    assert re.search(r"</strong>, tenggat \w+, \d+ \w+ 2026", shown)
    assert "sekarang pada langkah" not in visitor.get("/inbox").text


def test_the_trail_of_a_case_says_whether_it_is_whole_and_names_things_in_words(office: DemoOffice) -> None:
    case_id = office.start()
    office.do("kadis", case_id, "s1")
    auditor = Visitor(office, "auditor")
    text = auditor.get(f"/cases/{case_id}/audit").text
    assert "peristiwa utuh, dan isi berkas sesuai" in text
    for said in ("Tugas: keadaan", "Dikerjakan", "Tugas: diambil"):
        assert said in text
    for raw in ("<dt>timers", "task s1", "working_minutes", "in_progress", '<dd class="typed">False'):
        assert raw not in text
    claimed = auditor.get(f"/cases/{case_id}/audit?act=task.claim").text
    assert claimed.count("<time ") == 1
    with drop_and_edit(office) as edit:
        edit("UPDATE task SET assignee = 'auditor' WHERE state = 'completed'")
        assert "Jejak ini TIDAK utuh" in auditor.get(f"/cases/{case_id}/audit").text


def test_who_does_no_work_of_the_office_is_not_offered_to_start_any(office: DemoOffice) -> None:
    for who in ("auditor", "admin"):
        assert "/cases/new" not in Visitor(office, who).get("/cases").text
    assert "/cases/new" in Visitor(office, "kadis").get("/cases").text


@contextmanager
def drop_and_edit(office: DemoOffice) -> Iterator[Callable[[str], None]]:
    """Edit the database as its owner, without guards."""
    engine = create_engine(make_url(office.urls.migration_url), poolclass=NullPool)

    def edit(statement: str) -> None:
        with engine.begin() as connection:
            drop_guards(connection)
            assert connection.execute(sql(statement)).rowcount

    yield edit
    engine.dispose()
