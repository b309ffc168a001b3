"""The agency and holiday files: what they give, and that every fault is told at once with its path."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import holidays
import pytest

from engine.calendar.agency import Agency, read_agency
from engine.errors import DefinitionError


def problems(agency_data: Any, holiday_data: Any) -> dict[str, str]:
    with pytest.raises(DefinitionError) as refused:
        read_agency(agency_data, holiday_data)
    assert all(problem.message.indonesian and problem.message.english for problem in refused.value.problems)
    return {problem.path: problem.message.english for problem in refused.value.problems}


def test_the_shipped_file_gives_zone_weeks_and_policies(agency: Agency) -> None:
    assert agency.timezone == "Asia/Makassar"
    assert agency.week_of_month == {1: (1, 7), 2: (8, 14), 3: (15, 21), 4: (22, 31)}
    assert set(agency.escalation_policies) == {"standar", "tindak_lanjut"}
    assert agency.escalation_policies["standar"]["stages"][0]["when"] == {"used": "75%"}
    assert agency.holidays.years == (2024, 2025, 2026)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_holiday_tables_agree_with_the_holidays_library(agency: Agency, year: int) -> None:
    public = holidays.country_holidays("ID", years=year, categories=("public",))
    leave = holidays.country_holidays("ID", years=year, categories=("government",))
    ours = {kind: {f.day for f in agency.holidays.days if f.kind == kind and f.day.year == year}
            for kind in ("nasional", "cuti_bersama")}  # fmt: skip
    assert ours["nasional"] == set(public)
    assert ours["cuti_bersama"] == set(leave) - set(public)


def test_2026_has_17_holidays_and_8_days_of_collective_leave(agency: Agency) -> None:
    listed = [f for f in agency.holidays.days if f.day.year == 2026]
    assert [sum(f.kind == kind for f in listed) for kind in ("nasional", "cuti_bersama")] == [17, 8]


@pytest.mark.parametrize(
    ("day", "decree"),
    [
        (date(2024, 2, 14), "Keppres Nomor 10 Tahun 2024"),
        (date(2024, 11, 27), "Keppres Nomor 33 Tahun 2024"),
        (date(2024, 4, 12), "855 Tahun 2023"),
        (date(2025, 4, 2), "1017 Tahun 2024"),
        (date(2025, 8, 18), "933 Tahun 2025"),
        (date(2026, 5, 28), "1497 Tahun 2025"),
    ],
)
def test_every_free_day_cites_its_decree(agency: Agency, day: date, decree: str) -> None:
    free = {f.day: f for f in agency.holidays.days}
    assert decree in str(free[day].decree)
    assert all(f.decree for f in free.values())


def test_only_the_kinds_that_a_calendar_names_are_free(agency_data: Any, holiday_data: Any) -> None:
    agency_data["calendars"]["asn-5hk"]["holidays"]["kinds"] = ["nasional"]
    schedule = read_agency(agency_data, holiday_data).schedules["asn-5hk"]
    assert date(2026, 3, 19) in schedule.free_days
    assert date(2026, 3, 18) not in schedule.free_days


def test_a_list_without_a_decree_is_a_suggestion_and_its_year_stays_provisional(
    agency_data: Any, holiday_data: Any
) -> None:
    days = [{"date": "2027-01-01", "kind": "nasional", "name": "Tahun Baru 2027 Masehi"}]
    for decree, provisional in ((None, True), ("SKB 1/2026", False)):
        listed = {"year": 2027, "decree": decree, "days": days}
        table = {**holiday_data, "years": [*holiday_data["years"], listed]}
        found = read_agency(agency_data, table).calendars()["asn-5hk"]
        assert (2027 in found.years_without_list) is provisional
        assert not found.is_working(datetime.fromisoformat("2027-01-01T09:00+08:00"))


def test_week_numbers_may_be_texts_or_numbers(agency_data: Any, holiday_data: Any) -> None:
    agency_data["week_of_month"] = {1: "1-7", 2: "8-end"}
    assert read_agency(agency_data, holiday_data).week_of_month == {1: (1, 7), 2: (8, 31)}


def test_all_faults_of_both_files_are_told_at_once(agency_data: Any, holiday_data: Any) -> None:
    calendar = agency_data["calendars"]["asn-5hk"]
    agency_data["time_zone"] = "x"
    agency_data["timezone"] = "Asia/Luwuk"
    agency_data["week_of_month"]["5"] = "29-40"
    calendar["normal"]["mon-thu"] = ["07:30-12:00", "11:00-16:00"]
    calendar["normal"]["sat"] = ["08:00-08:00", "24:00-24:00", "8:00-9:00", 480]
    calendar["normal"]["friday"] = ["07:30-11:30"]
    calendar["normal"]["mon"] = ["22:00-06:00"]
    calendar["ramadan_periods"][0] = {"from": "2024-03-12", "to": "2024-02-30"}
    calendar["ramadan_periods"][1]["to"] = "2025-01-01"
    calendar["ramdan"] = {"fri": []}
    calendar["holidays"]["kinds"].append("nasionall")
    calendar["extra_free_days"] = [{"date": "2026-07-08"}]
    stages = agency_data["escalation_policies"]["standar"]["stages"]
    stages[0]["when"] = {"used": "175%"}
    stages[1]["when"] = {"after_due": "1 hari"}
    stages[2]["id"] = "tenggat"
    stages[3]["tone"] = "keras"
    stages[4]["to"] = []
    agency_data["escalation_policies"]["tindak_lanjut"]["never"] = ["auto_aprove"]
    agency_data["escalation_policies"]["tindak_lanjut"]["digest"]["at"] = 480
    holiday_data["years"][0]["days"][0]["date"] = "2025-01-01"
    holiday_data["years"][1]["days"][0]["kind"] = "libur"
    holiday_data["years"][2]["year"] = 2024
    found = problems(agency_data, holiday_data)
    base, policy = "calendars.asn-5hk", "escalation_policies.standar.stages"
    assert set(found) == {
        "time_zone",
        "timezone",
        "week_of_month.5",
        f"{base}.normal.mon-thu[1]",
        *(f"{base}.normal.sat[{n}]" for n in range(4)),
        f"{base}.normal.friday",
        f"{base}.normal.mon",
        f"{base}.normal.mon[0]",
        f"{base}.ramadan_periods[0].to",
        f"{base}.ramadan_periods[1]",
        f"{base}.ramdan",
        f"{base}.holidays.kinds[3]",
        f"{base}.extra_free_days[0]",
        f"{policy}[0].when.used",
        f"{policy}[1].when.after_due",
        f"{policy}[2].id",
        f"{policy}[3].tone",
        f"{policy}[4].to",
        "escalation_policies.tindak_lanjut.never[0]",
        "escalation_policies.tindak_lanjut.digest.at",
        "hari_libur.years[0].days[0].date",
        "hari_libur.years[1].days[0].kind",
        "hari_libur.years[2].year",
    }
    assert 'Did you mean "timezone"' in found["time_zone"]
    assert 'Did you mean "ramadan"' in found[f"{base}.ramdan"]
    assert 'Did you mean "auto_approve"' in found["escalation_policies.tindak_lanjut.never[0]"]
    assert "next day" in found[f"{base}.normal.mon[0]"]


@pytest.mark.parametrize("data", [None, [], "x", 7, {}, {"schema": "agency/v1", "calendars": []}, {1.5: 2}])
def test_files_of_a_wrong_shape_are_refused_with_paths(data: Any) -> None:
    found = problems(data, data)
    assert any(path.startswith("hari_libur") for path in found)


@pytest.mark.parametrize("value", ["../../etc/passwd", "/etc/passwd", "", 7, None, "WITA"])
def test_a_zone_is_a_name_and_never_a_path(agency_data: Any, holiday_data: Any, value: Any) -> None:
    agency_data["timezone"] = value
    assert "Asia/Makassar" in problems(agency_data, holiday_data)["timezone"]


def test_hours_without_a_period_and_periods_without_hours_are_faults(
    agency_data: Any, holiday_data: Any
) -> None:
    entry = agency_data["calendars"]["asn-5hk"]
    entry["banjir_periods"] = [{"from": "2026-05-04", "to": "2026-05-05"}]
    entry["haul"] = {"fri": ["08:00-10:00"]}
    found = problems(agency_data, holiday_data)
    assert set(found) == {"calendars.asn-5hk.banjir_periods", "calendars.asn-5hk.haul"}
    assert "haul_periods" in found["calendars.asn-5hk.haul"]


def test_the_library_is_never_used_at_run_time(project: Path) -> None:
    sources = [path.read_text("utf-8") for path in (project / "engine").rglob("*.py")]
    assert not any(re.search(r"^\s*(import|from) holidays\b", source, re.MULTILINE) for source in sources)
