"""Decrees in the agency and holiday files: number and a date that can be; texts stay what they were."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.calendar.agency import Agency, calendars_of, read_agency
from engine.calendar.calendar import Calendar
from engine.calendar.decree import Decree
from engine.calendar.differences import differences
from engine.errors import DefinitionError
from tests.unit.calendar.conftest import Wita

EARLIER_AGENCY: dict[str, Any] = {
    "schema": "agency/v1",
    "timezone": "Asia/Makassar",
    "calendars": {
        "asn": {
            "normal": {"mon-fri": ["08:00-16:00"]},
            "ramadan": {"mon-fri": ["08:00-15:00"]},
            "ramadan_periods": [{"from": "2026-02-19", "to": "2026-03-20", "decree": "SE Bupati 4"}],
            "holidays": {"table": "t", "kinds": ["nasional", "daerah"]},
            "extra_free_days": [{"date": "2026-07-08", "name": "Hari jadi", "decree": "Perbup 9"}],
        }
    },
}
EARLIER_HOLIDAYS: dict[str, Any] = {
    "schema": "holidays/v1",
    "table": "t",
    "years": [
        {
            "year": 2026,
            "decree": "SKB 1/2025",
            "days": [
                {"date": "2026-01-01", "name": "Tahun Baru", "kind": "nasional"},
                {"date": "2026-05-04", "name": "Hari daerah", "kind": "daerah", "decree": None},
            ],
        },
        {
            "year": 2027,
            "decree": None,
            "days": [{"date": "2027-01-01", "name": "Tahun Baru", "kind": "nasional"}],
        },
    ],
}


def listed(decree: Any) -> dict[str, Any]:
    return {"schema": "holidays/v1", "table": "t", "years": [{"year": 2026, "decree": decree, "days": []}]}


def test_a_decree_written_as_one_text_is_taken_and_doubted() -> None:
    found = read_agency(EARLIER_AGENCY, EARLIER_HOLIDAYS).warnings
    assert [fault.path for fault in found] == [
        "hari_libur.years[0].decree",
        "calendars.asn.extra_free_days[0].decree",
        "calendars.asn.ramadan_periods[0].decree",
    ]
    assert "SKB 1/2025" in found[0].message.indonesian


def refused(agency: Any, holidays: Any) -> dict[str, str]:
    with pytest.raises(DefinitionError) as found:
        read_agency(agency, holidays)
    return {problem.path: problem.message.english for problem in found.value.problems}


def test_every_shipped_list_has_its_decree_with_number_date_issuer_and_title(agency: Agency) -> None:
    assert {year: decree.signed_on for year, decree in agency.holidays.decrees.items()} == {
        2024: date(2023, 9, 12),
        2025: date(2024, 10, 14),
        2026: date(2025, 9, 19),
    }
    for free in agency.holidays.days:
        assert free.decree is not None
        assert None not in free.decree.plain().values()


def test_a_calendar_of_files_with_texts_keeps_the_version_it_always_had() -> None:
    found = calendars_of(EARLIER_AGENCY, EARLIER_HOLIDAYS)["asn"]
    assert found.version == "31b847bf3e4a"
    assert found.schedule.free_days[date(2026, 1, 1)].decree == Decree("SKB 1/2025")
    assert 2026 not in found.years_without_list


def test_a_decree_that_is_not_filled_in_leaves_its_list_a_suggestion() -> None:
    for decree in (None, {"number": None, "date": None}, {"number": None, "date": None, "issuer": None}):
        assert read_agency(EARLIER_AGENCY, listed(decree)).holidays.years == ()


@pytest.mark.parametrize(
    ("decree", "path"),
    [
        ({"number": "SKB 1", "date": "2026-13-01"}, ".date"),
        ({"number": "SKB 1", "date": "1-1-2026"}, ".date"),
        ({"number": "SKB 1", "date": 2025}, ".date"),
        ({"number": "SKB 1", "date": "2022-12-31"}, ".date"),
        ({"number": "SKB 1", "date": "2027-01-01"}, ".date"),
        ({"number": "SKB 1", "date": None}, ".date"),
        ({"number": "  ", "date": "2025-09-19"}, ".number"),
        ({"number": "x" * 501, "date": "2025-09-19"}, ".number"),
        ({"number": "SKB 1", "date": "2025-09-19", "title": 3}, ".title"),
        ({"number": "SKB 1"}, ""),
        ({"number": "SKB 1", "date": "2025-09-19", "isuer": "Menteri"}, ".isuer"),
        (["SKB 1"], ""),
        ("", ""),
    ],
)
def test_a_decree_that_cannot_be_is_refused_at_its_path(decree: Any, path: str) -> None:
    assert f"hari_libur.years[0].decree{path}" in refused(EARLIER_AGENCY, listed(decree))


def test_days_and_seasons_have_decrees_of_their_own(agency_data: Any, holiday_data: Any, wita: Wita) -> None:
    by = {"number": "SE Bupati 4", "date": "2026-02-10", "issuer": "Bupati", "title": "Jam kerja Ramadan"}
    calendar = agency_data["calendars"]["asn-5hk"]
    plain = calendars_of(agency_data, holiday_data)["asn-5hk"]
    calendar["ramadan_periods"][2]["decree"] = by
    calendar["extra_free_days"] = [{"date": "2026-02-20", "name": "Hari jadi", "decree": by}]
    found = calendars_of(agency_data, holiday_data)["asn-5hk"]
    assert found.version != plain.version
    told = found.explain(wita("2026-02-18 15:30"), 120)
    decrees = [
        (segment.kind, segment.regime, str(segment.decree)) for segment in told.segments if segment.decree
    ]
    assert decrees[0] == ("work", "ramadan", "SE Bupati 4, 10/02/2026")
    longer = found.explain(wita("2026-02-19 14:00"), 120)
    (free,) = (segment for segment in longer.segments if segment.kind == "free")
    assert free.note == "libur unit: Hari jadi (SE Bupati 4, 10/02/2026)"
    assert free.plain()["decree"] == by
    calendar["ramadan_periods"][2]["decree"] = {**by, "date": "2027-01-01"}
    assert "calendars.asn-5hk.ramadan_periods[2].decree.date" in refused(agency_data, holiday_data)


def test_two_versions_differ_by_days_that_became_free_or_working_and_by_hours(
    calendar: Calendar, agency_data: Any, holiday_data: Any
) -> None:
    days = holiday_data["years"][2]["days"]
    days.remove(next(day for day in days if day["date"] == "2026-01-16"))
    days += [
        {"date": day, "name": "Hari jadi", "kind": "daerah", "decree": "Perbup 9"}
        for day in ("2026-01-07", "2026-01-08", "2026-01-10")
    ]
    agency_data["calendars"]["asn-5hk"]["ramadan_periods"][2]["from"] = "2026-02-18"
    changed = calendars_of(agency_data, holiday_data)["asn-5hk"]
    found = differences(calendar.schedule, changed.schedule, date(2026, 1, 1), date(2026, 2, 28))
    assert [(str(holding.first), str(holding.last), holding.kind, holding.name) for holding in found] == [
        ("2026-01-07", "2026-01-08", "free", "Hari jadi"),
        ("2026-01-16", "2026-01-16", "working", "Isra Mikraj Nabi Muhammad SAW"),
        ("2026-02-18", "2026-02-18", "hours", "ramadan"),
    ]
    assert differences(calendar.schedule, calendar.schedule, date(2024, 1, 1), date(2026, 12, 31)) == []
