"""The typed client against the application in this process: what time brings, for the owner of a token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, is_typeddict

import pytest
from starlette.testclient import TestClient

from alur_client import Alur, Problem, shapes
from runtime.shipped import AGENCY, HOLIDAYS, plain_data
from runtime.testing import ADDRESS, client_for
from tests.e2e.api.test_time import broken_timer, dead_message, files
from tests.support.escalations import SCHEDULED_SOP
from tests.support.offices import SOP, DemoOffice
from tests.support.scheduled_sop import asking, opened

Client = Callable[[str], Alur]
OWNER = "kasubbag.perencanaan"


@pytest.fixture
def alur(office: DemoOffice) -> Client:
    """`alur("kadis")` is the client with a token of this account."""

    def made(who: str) -> Alur:
        body = {"name": "program", "scope": "write"}
        token = client_for(office.system, who).post("/api/v1/tokens", json=body).json()["token"]
        return Alur(ADDRESS, token, http=TestClient(office.system.app, base_url=ADDRESS))

    return made


def fits(found: Any, shape: Any) -> bool:
    """Whether an answer has what its type says and nothing else, so that a program may count on it."""
    assert is_typeddict(shape)
    return set(shape.__required_keys__) <= set(found) <= set(shape.__annotations__)


def test_notices_are_listed_counted_and_read(office: DemoOffice, alur: Client) -> None:
    office.start()
    kadis = alur("kadis")
    found = list(kadis.notifications(state="unread"))
    assert found
    assert fits(found[0], shapes.Notice)
    assert kadis.unread() == len(found)
    kadis.read(found[0]["id"])
    assert kadis.unread() == len(found) - 1
    assert len(list(kadis.notifications())) == len(found)


def test_choices_are_changed_and_taken_back(alur: Client) -> None:
    kadis = alur("kadis")
    before = kadis.preferences()
    assert fits(before, shapes.Preferences)
    assert kadis.choose(pace="digest", channels=["mail"])["channels"] == ["mail"]
    assert kadis.choose(pace=None, channels=None) == before
    with pytest.raises(Problem) as refused:
        kadis.choose(digest_at="25:00")
    assert [fault["path"] for fault in refused.value.errors] == ["digest_at"]


def test_a_refused_start_is_made_late(office: DemoOffice, alur: Client) -> None:
    opened(office, asking())
    owner = alur(OWNER)
    (schedule,) = owner.schedules()
    assert fits(schedule, shapes.Schedule)
    assert len(schedule["dates"]) == 8
    (start,) = owner.scheduled_starts(state="failed")
    assert fits(start, shapes.Start)
    assert [gap["path"] for gap in start["missing"]] == ["fields.uraian", "parties.penyusun.nama"]
    with pytest.raises(Problem) as refused:
        owner.start_late(start)
    assert refused.value.status == 422
    case = owner.start_late(start, fields={"uraian": "Laporan"}, parties={"penyusun": {"nama": "Penyusun"}})
    assert (case["sop"], case["period"]) == (SCHEDULED_SOP, "2026-Q1")
    assert list(owner.scheduled_starts(state="failed")) == []


def test_calendars_are_read_explained_and_changed(office: DemoOffice, alur: Client) -> None:
    reader, admin = alur("jp.psr.1"), alur("admin")
    assert [calendar["id"] for calendar in reader.calendars() if fits(calendar, shapes.CalendarItem)] == [
        "asn-5hk"
    ]
    assert fits(reader.calendar("asn-5hk"), shapes.Calendar)
    found = reader.explain("asn-5hk", datetime.fromisoformat("2026-03-17T14:00:00+08:00"), 480)
    assert fits(found, shapes.Explanation)
    assert sum(segment["minutes"] for segment in found["segments"]) == 480
    case_id = office.start()
    given = files("2026-01-06")
    (moved,) = admin.calendar_effect(given["agency"], given["holidays"])
    assert fits(moved, shapes.MovedDeadline)
    assert moved["case_id"] == case_id
    with pytest.raises(Problem) as refused:
        admin.store_calendars(given["agency"], given["holidays"])
    assert refused.value.code == "not_confirmed"
    by = {"number": "SKB 1/2026", "date": "2026-01-02"}
    assert admin.store_calendars(**given, decree=by, confirm=True) == ["asn-5hk"]
    assert admin.store_calendars(plain_data(AGENCY), plain_data(HOLIDAYS), confirm=True) == ["asn-5hk"]
    days = admin.suggested_holidays(2027)
    assert admin.confirm_year(2027, days, decree=by) == ["asn-5hk"]
    (told,) = admin.calendars()
    assert told["years"][-1]["decree"] == {**by, "issuer": None, "title": None}
    with pytest.raises(Problem) as refused:
        reader.store_calendars(**given)
    assert refused.value.status == 403


def test_what_waits_is_seen_mended_and_sent_again(office: DemoOffice, alur: Client) -> None:
    timer_id = broken_timer(office)
    dead_message(office)
    admin = alur("admin")
    operation = admin.operation()
    assert fits(operation, shapes.Operation)
    assert [item["id"] for item in operation["broken"] if fits(item, shapes.BrokenTimer)] == [timer_id]
    admin.mend(timer_id)
    assert admin.operation()["broken"] == []
    assert [*admin.outages(), *admin.clock_jumps()] == []
    (dead,) = admin.dead_messages()
    assert fits(dead, shapes.Message)
    admin.resend(dead["id"])
    assert list(admin.dead_messages()) == []


def test_who_would_be_told_is_foreseen(alur: Client) -> None:
    ready = datetime.fromisoformat("2026-01-12T09:00:00+08:00")
    found = alur("admin").escalation_preview(SOP, "s5", unit="bid-psr", ready=ready)
    assert found
    assert all(fits(item, shapes.Foreseen) for item in found)
    with pytest.raises(Problem) as refused:
        alur("admin").escalation_preview(SOP, "s5")
    assert [fault["path"] for fault in refused.value.errors] == ["unit"]


def test_rows_of_registers_are_read_changed_imported_and_summed(office: DemoOffice, alur: Client) -> None:
    owner, register = alur(OWNER), "dokumen_sakip"
    assert register in {item["id"] for item in owner.registers()}
    assert fits(owner.register(register), shapes.Register)
    added = owner.add_row(register, {"nomor": 9, "nama": "Peta jabatan", "sifat": "tahunan"})
    assert fits(added, shapes.WrittenRow)
    owner.change_row(register, added, {"nama": "Peta jabatan dinas"}, reason="Nama lengkap")
    with pytest.raises(Problem) as refused:
        owner.change_row(register, added, {"nama": "Lama"}, reason="Terlambat")
    assert (refused.value.code, refused.value.current["version"]) == ("stale_version", 2)
    retired = owner.retire_row(register, owner.row(register, "9"), reason="Dicoba")
    owner.restore_row(register, retired, reason="Dipakai")
    assert [act["act"] for act in owner.row_history(register, "9")] == ["restore", "retire", "change", "add"]
    assert [row["row"] for row in owner.rows(register, sifat="triwulan", sort="-nomor")] == ["7", "6"]
    report = owner.read_import(register, "rows.csv", b"nomor,nama,sifat\n10,Lain,triwulan\n")
    assert fits(report, shapes.ImportReport)
    assert owner.confirm_import(report)["added"] == 1
    owner.drop_import(owner.read_import(register, "rows.csv", b"nomor,nama,sifat\n11,Lagi,triwulan\n"))
    counted = owner.register_summary(register, ["sifat"])
    assert {group["group"]["sifat"]: group["count"] for group in counted} == {"tahunan": 7, "triwulan": 3}
