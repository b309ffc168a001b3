"""How pages say times, lengths and numbers, and how they read what people type."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.deadlines import SlaState
from engine.calendar.explanation import Kind
from engine.cases.model import BranchStatus, CaseStatus, TaskStatus
from engine.commands.cases.tasks import HOLD_CLASSES
from engine.organisation.checks import SYSTEM_ROLES
from engine.text import states
from engine.text.stretches import STRETCHES
from web.forms.binding import instant_of, number_of
from web.forms.controls import Drawing, controls_of
from web.localizer import Localizer

WITA = ZoneInfo("Asia/Makassar")
ID = Localizer(english=False, zone=WITA)
EN = Localizer(english=True, zone=WITA)


@pytest.mark.parametrize(
    ("words_", "last", "told"),
    [
        (ID, "2026-01-09", "JP Satu (sedang tidak hadir s.d. 9 Januari 2026)"),
        (EN, "2026-01-09", "JP Satu (away until 9 January 2026)"),
        (EN, None, "JP Satu (away)"),
    ],
)
def test_who_is_away_is_marked_in_the_language_of_the_page(
    words_: Localizer, last: str | None, told: str
) -> None:
    people = {"enum": ["jp.1"], "x-alur-labels": {"jp.1": "JP Satu"}, "x-alur-away": {"jp.1": last}}
    schema = {"properties": {"hadir": {"x-alur-type": "users", "type": "array", "items": people}}}
    drawing = Drawing(
        words=words_,
        office={},
        file_name=lambda _: None,
        faults={},
        shown=lambda _, value: str(value),
        labels={},
        remarks={},
    )
    (control,) = controls_of(schema, {}, drawing, "f", "data")
    assert control.choices == (("jp.1", told),)


def test_a_summary_shows_means_of_percentages_and_each_figure_under_its_own_heading() -> None:
    groups = [
        {"label": "PDN", "count": 2, "totals": {"capaian": 180, "tahun": 4052}, "averages": {"capaian": 90}},
        {
            "label": None,
            "count": 1,
            "totals": {"anggaran": 1500, "capaian": 70},
            "averages": {"anggaran": 1500, "capaian": 70},
        },
    ]
    drawing = Drawing(
        words=ID,
        office={},
        file_name=lambda _: None,
        faults={},
        shown=lambda _, value: str(value),
        labels={},
        remarks={},
    )
    figures = {
        "capaian": {"title": "Capaian (%)", "x-alur-type": "percent"},
        "anggaran": {"title": "Anggaran", "x-alur-type": "money"},
    }
    schema = {"properties": {"rekap": {"x-alur-type": "summary", "type": "array", "x-alur-figures": figures}}}
    (control,) = controls_of(schema, {"rekap": groups}, drawing, "f", "data")
    headings = ["Kelompok", "Jumlah baris", "Rata-rata Capaian (%)", "Anggaran"]
    assert [[label for label, _ in row] for row in control.facts] == [headings, headings]
    assert [[said for _, said in row] for row in control.facts] == [
        ["PDN", "2", "90", "–"],
        ["–", "1", "70", "1.500"],
    ]


def test_every_state_and_kind_of_the_engine_has_its_word() -> None:
    assert set(states.TASK_STATES) == {state.value for state in TaskStatus}
    assert set(states.CASE_STATES) == {state.value for state in CaseStatus}
    assert set(states.BRANCH_STATES) == {state.value for state in BranchStatus}
    assert set(states.SLA) == set(get_args(SlaState))
    assert set({"free", *STRETCHES}) == set(get_args(Kind))
    assert tuple(states.HOLD_REASONS) == HOLD_CLASSES
    assert set(states.SYSTEM_ROLES) == set(SYSTEM_ROLES)


def test_an_instant_is_said_in_the_zone_of_the_agency_with_its_letters() -> None:
    assert ID.instant("2026-01-05T00:00:00+00:00") == "Senin, 5 Januari 2026 pukul 08.00 WITA"
    assert EN.instant("2026-01-05T08:00:00+08:00") == "Monday, 5 January 2026, 08:00 WITA"
    assert ID.instant(None) == "–"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 menit kerja"),
        (30, "30 menit kerja"),
        (1110, "2 hari 3 jam 30 menit kerja"),
        (450, "1 hari kerja"),
        (-60, "−1 jam kerja"),
        (None, "–"),
    ],
)
def test_a_length_is_said_in_days_hours_and_minutes_of_work(minutes: int | None, said: str) -> None:
    assert ID.duration(minutes) == said


@pytest.mark.parametrize(
    ("value", "said"), [(1110, "1.110"), (87.5, "87,5"), (-3, "−3"), (1234567.25, "1.234.567,25"), (2.0, "2")]
)
def test_numbers_have_a_decimal_comma_and_points_between_thousands(value: float, said: str) -> None:
    assert ID.number(value) == said


def test_a_period_is_said_by_its_name() -> None:
    assert ID.period("2025-Q4") == "Triwulan IV 2025"
    assert EN.period("2025-Q4") == "Quarter 4 of 2025"
    assert ID.period("entah") == "entah"


@pytest.mark.parametrize("words", [ID, EN])
def test_a_period_is_not_said_again_beside_a_title_that_names_it(words: Localizer) -> None:
    assert words.period_of("Laporan Triwulan IV 2025", "2025-Q4") == ""
    assert words.period_of("Laporan 2025-Q4", "2025-Q4") == ""
    assert words.period_of("Laporan Triwulan III 2025", "2025-Q4") == words.period("2025-Q4")
    assert words.period_of("Laporan", None) == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("87,5", 87.5),
        ("87.5", 87.5),
        ("1.250.000", 1250000),
        ("1.250.000,75", 1250000.75),
        ("0.125", 0.125),
        ("Rp 1.000", 1000),
        ("Rp 1.500.000,-", 1500000),
        ("Rp. 1.500,50", 1500.5),
        ("75 %", 75),
        ("−3", -3),
    ],
)
def test_numbers_are_read_as_people_here_write_them(typed: str, number: float) -> None:
    assert number_of(typed) == number


@pytest.mark.parametrize("typed", ["dua", "1,2,3", "1e9", "∞", "--1", "0x10", "١٢", "1" * 500])
def test_what_is_no_number_stays_a_text_for_the_engine_to_refuse(typed: str) -> None:
    assert number_of(typed) == typed


@given(st.one_of(st.integers(-(10**12), 10**12), st.decimals(-(10**9), 10**9, places=3).map(float)))
def test_a_number_shown_in_a_field_reads_back_as_itself(number: float) -> None:
    assert number_of(ID.typed(number)) == pytest.approx(number, abs=1e-9)


def test_a_local_time_gets_the_offset_of_the_agency() -> None:
    assert instant_of("2026-01-05T08:30", WITA) == "2026-01-05T08:30:00+08:00"
    assert instant_of("2026-13-05T08:30", WITA) == "2026-13-05T08:30"
    assert instant_of("besok", WITA) == "besok"


@pytest.mark.parametrize(
    ("instant", "indonesian", "english"),
    [
        ("2026-01-05T14:08:00+08:00", "hari ini 14.08", "today 14:08"),
        ("2026-01-06T09:53:00+08:00", "besok 09.53", "tomorrow 09:53"),
        ("2026-01-04T23:59:00+08:00", "kemarin 23.59", "yesterday 23:59"),
        ("2026-01-07T16:00:00+08:00", "Rab, 7 Jan 16.00", "Wed, 7 Jan 16:00"),
        ("2027-01-12T16:00:00+08:00", "Sel, 12 Jan 2027 16.00", "Tue, 12 Jan 2027 16:00"),
    ],
)
def test_an_instant_near_now_is_told_by_its_day(instant: str, indonesian: str, english: str) -> None:
    now = datetime(2026, 1, 5, 0, 30, tzinfo=WITA)
    assert Localizer(english=False, zone=WITA, now=now).near(instant) == indonesian
    assert Localizer(english=True, zone=WITA, now=now).near(instant) == english


NAMED = {
    ("Kepala Dinas", "Kepala Dinas"): True,
    ("JP 1 Bidang Pasar", "Jabatan Pelaksana 1 Bidang Pasar"): True,
    ("kadis", "Kepala Dinas"): False,
    ("Kepala Dinas", "Kepala Dinas Perdagangan"): False,
    ("JP 2 Bidang Pasar", "Jabatan Pelaksana 1 Bidang Pasar"): False,
    ("Budi Santoso", "Kepala Dinas"): False,
    ("", "Kepala Dinas"): False,
}


@pytest.mark.parametrize(("name", "title"), NAMED)
def test_a_person_who_is_called_by_the_position_is_not_named_twice(name: str, title: str) -> None:
    assert ID.is_named_like(name, title) is NAMED[name, title]


def test_no_page_has_a_control_in_the_language_of_the_browser() -> None:
    pages = sorted((Path(__file__).parents[2] / "web" / "templates").glob("*.html"))
    native = re.compile(r'type="(?:date|datetime-local|month|week|time)"')
    assert [page.name for page in pages if native.search(page.read_text(encoding="utf-8"))] == []
    assert len(pages) > 50
