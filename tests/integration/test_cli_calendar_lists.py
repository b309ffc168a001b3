"""A year's list and the dates of a schedule, confirmed with nothing but the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from engine.access.actor import HOST
from engine.calendar.decree import Decree
from tests.support.calendar_files import with_holiday
from tests.support.cli import PROJECT, said, settings_of
from tests.support.escalations import SCHEDULED_SOP, scheduled_definition
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("sqlite")

BLANK = "{number: null, date: null, issuer: null, title: null}"
FILLED = '{number: SKB Nomor 7 Tahun 2025, date: "2025-12-30"}'


@pytest.fixture
def env(office: DemoOffice) -> dict[str, str]:
    return settings_of(office.urls, office.files)


def test_a_suggested_year_is_confirmed_once_its_decree_is_filled_in(
    office: DemoOffice, env: dict[str, str], tmp_path: Path
) -> None:
    suggested = said("calendar", "suggest", "2027", env=env).output
    assert BLANK in suggested
    file = tmp_path / "usulan.yaml"
    file.write_text(suggested, encoding="utf-8")
    blank = said("calendar", "confirm", str(file), "--yes", env=env)
    assert (blank.exit_code, "isi nomor dan tanggal keputusan" in blank.output) == (2, True)
    file.write_text(suggested.replace(BLANK, FILLED), encoding="utf-8")
    unseen = said("calendar", "confirm", str(file), env=env)
    assert (unseen.exit_code, "belum disahkan" in unseen.output) == (2, True)
    assert 2027 in office.engine.queries.calendars.get("admin", "asn-5hk")["years_without_list"]
    assert said("calendar", "confirm", str(file), "--yes", env=env).exit_code == 0
    file.write_text("- year: 2027\n  decree: SKB 7\n  days: [x]\n", encoding="utf-8")
    assert said("calendar", "confirm", str(file), "--yes", env=env).exit_code == 2


@pytest.mark.parametrize(
    "given", [("--decree", "SKB 7"), ("--decree-date", "2025-12-30"), ("--decree-issuer", "Menteri")]
)
def test_a_change_names_its_decree_with_number_and_date_or_not_at_all(
    env: dict[str, str], given: tuple[str, ...]
) -> None:
    refused = said("calendar", "load", PROJECT / "sop_definitions" / "instansi.yaml", *given, env=env)
    assert (refused.exit_code, "nomor dan tanggalnya" in refused.output) == (2, True)


def test_a_decree_without_its_date_is_loaded_with_a_warning(
    office: DemoOffice, env: dict[str, str], tmp_path: Path
) -> None:
    agency, holidays = with_holiday("2026-07-08")
    holidays["years"][-1]["decree"] = "SKB 9/2025"
    files = [tmp_path / name for name in ("instansi.yaml", "hari_libur.yaml")]
    for file, data in zip(files, (agency, holidays), strict=True):
        file.write_text(json.dumps(data), encoding="utf-8")
    told = said("calendar", "load", files[0], "--holidays", files[1], "--yes", env=env)
    assert (told.exit_code, "Kalender baru atau berubah: asn-5hk." in told.output) == (0, True)
    assert "Peringatan: hari_libur.years[2].decree: Tanggal keputusan" in told.output


def test_the_next_dates_are_confirmed_by_whoever_keeps_the_schedule(
    office: DemoOffice, env: dict[str, str]
) -> None:
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    confirm = ("schedule", "confirm", SCHEDULED_SOP, "--as")
    assert said(*confirm, "kasubbag.perencanaan", env=env).exit_code == 2
    assert said(*confirm, "jp.psr.1", "--yes", env=env).exit_code == 2
    assert said(*confirm, "auditor", "--yes", env=env).exit_code == 1
    assert "8 tanggal dikonfirmasi" in said(*confirm, "kasubbag.perencanaan", "--yes", env=env).output
    told = json.loads(said("schedule", "dates", SCHEDULED_SOP, "--json", env=env).output)
    assert {notice["state"] for notice in told} == {"confirmed"}


def test_what_is_stored_is_shown_with_its_decrees_and_its_files_load_again_unchanged(
    office: DemoOffice, env: dict[str, str], tmp_path: Path
) -> None:
    by = Decree("Perbup Nomor 9 Tahun 2025", date(2025, 12, 30))
    office.engine.calendars.store("disdag-banggai", *with_holiday("2026-07-08"), decree=by, actor=HOST)
    shown = said("calendar", "show", env=env).output
    assert "Perbup Nomor 9 Tahun 2025" in shown
    assert "2025-09-19" in shown
    (told,) = json.loads(said("calendar", "show", "--json", env=env).output)
    assert told["versions"][-1]["decree"] == by.plain()
    assert said("calendar", "export", tmp_path / "kalender", env=env).exit_code == 0
    agency, holidays = tmp_path / "kalender" / "instansi.yaml", tmp_path / "kalender" / "hari_libur.yaml"
    again = said("calendar", "load", agency, "--holidays", holidays, env=env)
    assert (again.exit_code, "Tidak ada yang berubah." in again.output) == (0, True)
    assert said("calendar", "export", tmp_path / "kalender", env=env).exit_code == 2
