"""How a task's page tells where its deadline comes from, and who is told of it when."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import yaml

from engine.access.actor import HOST
from engine.calendar.decree import Decree
from runtime.shipped import FOLDER
from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice
from web.page_request import LANGUAGE_COOKIE


def page_of_first_step(office: DemoOffice, ready: str, *, english: bool = False) -> str:
    office.clock.set(ready)
    visitor = Visitor(office, "kadis")
    if english:
        visitor.client.cookies.set(f"__Host-{LANGUAGE_COOKIE}", "en")
    task = office.open_task(office.start(), "s1")
    return visitor.get(f"/tasks/{task.id}").text


def test_a_deadline_is_told_stretch_by_stretch_with_hours_breaks_and_holidays(office: DemoOffice) -> None:
    text = page_of_first_step(office, "2026-03-17T14:00+08:00")
    for told in (
        "<span>Sel, 17 Mar 2026 14.00–15.00 WITA</span> <strong>Jam kerja (Ramadan)</strong>",
        "<span>Jum, 20 Mar 2026</span> <strong>Cuti bersama: Idulfitri 1447 Hijriah (SKB ",
        "<span>Sen, 23 Mar 2026 – Sel, 24 Mar 2026</span> <strong>Cuti bersama: Idulfitri",
        "<strong>Libur nasional: Idulfitri 1447 Hijriah, hari pertama (SKB ",
        "<span>Rab, 25 Mar 2026 12.00–13.00 WITA</span> <strong>Istirahat</strong>",
        "<strong>Jam kerja (biasa)</strong> <span>4 jam 30 menit kerja</span>",
    ):
        assert told in text
    assert "sementara" not in text


def test_the_same_is_told_in_english(office: DemoOffice) -> None:
    text = page_of_first_step(office, "2026-03-17T14:00+08:00", english=True)
    assert "<span>Tue, 17 Mar 2026 14:00–15:00 WITA</span> <strong>Working hours (Ramadan)</strong>" in text
    assert "<strong>Holiday: Idulfitri 1447 Hijriah, hari pertama (SKB " in text


def test_a_deadline_in_a_year_without_a_list_of_holidays_is_shown_as_provisional(office: DemoOffice) -> None:
    assert "sementara: belum ada daftar hari libur resmi (2027)" in page_of_first_step(
        office, "2026-12-31T14:00+08:00"
    )


def test_every_reminder_to_come_names_its_kind_and_who_will_be_told(office: DemoOffice) -> None:
    text = page_of_first_step(office, "2026-01-05T08:00+08:00")
    assert "<strong>Pengingat</strong> <span>Akan datang</span><br><small>Kepada Kepala Dinas</small>" in text
    escalated = "<strong>Tembusan kepada atasan</strong> <span>Akan datang</span><br><small>Kepada "
    assert f"{escalated}Kepala Dinas, Sekretaris Dinas</small>" in text


def test_the_log_of_a_case_shows_from_when_to_when_a_deadline_moved_and_by_which_decree(
    office: DemoOffice,
) -> None:
    case_id = office.start()
    files: list[Any] = [
        yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
        for name in ("instansi.yaml", "hari_libur.yaml")
    ]
    agency, holidays = deepcopy(files)
    (year,) = (year for year in holidays["years"] if year["year"] == 2026)
    by = Decree("Perbup 9", date(2025, 12, 30))
    year["days"].append({"date": "2026-01-06", "kind": "daerah", "name": "Hari jadi", "decree": by.plain()})
    office.engine.calendars.store("disdag-banggai", agency, holidays, decree=by, actor=HOST)
    text = Visitor(office, "auditor").get(f"/cases/{case_id}/audit").text
    assert '<dt>dasar</dt><dd class="typed">Perbup 9, 30 Desember 2025</dd>' in text
    assert "6 Januari 2026: libur, Hari jadi (Perbup 9, 30 Desember 2025)" in text
    assert "<dt>Tugas: tenggat <small>(Meneliti data kinerja" in text
    assert "Sel, 6 Jan 2026 10.00 WITA → Rab, 7 Jan 2026 10.00 WITA" in text
