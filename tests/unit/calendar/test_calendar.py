"""The calendar at its edges; that it is right everywhere in between, tests/property shows."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.calendar.agency import calendars_of
from engine.calendar.calendar import Calendar
from engine.calendar.durations import Duration
from engine.errors import BadMinutes, BeyondHorizon, NaiveInstant

Wita = Callable[[str], datetime]


def test_a_result_on_closing_time_stays_there(calendar: Calendar, wita: Wita) -> None:
    assert calendar.add(wita("2026-01-05 15:00"), 60) == wita("2026-01-05 16:00")
    assert calendar.add(wita("2026-01-05 11:00"), 60) == wita("2026-01-05 12:00")


@pytest.mark.parametrize(
    "at", ["2026-01-05 10:00", "2026-01-05 12:30", "2026-01-10 10:00", "2026-01-05 23:59"]
)
def test_adding_nothing_gives_the_same_instant(calendar: Calendar, wita: Wita, at: str) -> None:
    assert calendar.add(wita(at), 0) == wita(at)
    assert calendar.subtract(wita(at), 0) == wita(at)


def test_seconds_are_kept_and_microseconds_cut(calendar: Calendar, wita: Wita) -> None:
    assert calendar.add(wita("2026-01-05 15:59:30.999999"), 1) == wita("2026-01-06 07:30:30")
    assert calendar.add(wita("2026-01-05 10:00:00.5"), 0) == wita("2026-01-05 10:00:00")
    assert calendar.between(wita("2026-01-05 10:00:30"), wita("2026-01-05 10:02:29")) == 1
    assert calendar.seconds_between(wita("2026-01-05 10:00:30"), wita("2026-01-05 10:02:29")) == 119


def test_the_seconds_after_closing_do_not_count(calendar: Calendar, wita: Wita) -> None:
    assert calendar.seconds_between(wita("2026-01-05 15:59:30"), wita("2026-01-05 16:00:45")) == 30
    assert calendar.seconds_between(wita("2026-01-05 16:00:45"), wita("2026-01-06 07:30:10")) == 10


def test_subtracting_a_whole_stretch_stops_at_its_opening(calendar: Calendar, wita: Wita) -> None:
    assert calendar.subtract(wita("2026-01-05 13:30"), 30) == wita("2026-01-05 13:00")
    assert calendar.subtract(wita("2026-01-05 13:30"), 31) == wita("2026-01-05 11:59")
    assert calendar.subtract(wita("2026-01-06 07:30"), 450) == wita("2026-01-05 07:30")


def test_working_days_are_counted_from_working_and_free_days(calendar: Calendar) -> None:
    thursday, friday_off, monday = date(2026, 1, 15), date(2026, 1, 16), date(2026, 1, 19)
    assert calendar.working_day_after(thursday, 0) == thursday
    assert calendar.working_day_after(thursday, 1) == monday
    assert calendar.working_day_after(friday_off, 0) == monday
    assert calendar.working_day_after(friday_off, 1) == monday
    assert calendar.working_day_before(monday, 0) == monday
    assert calendar.working_day_before(monday, 1) == thursday
    assert calendar.working_day_before(friday_off, 0) == thursday
    assert calendar.working_day_before(friday_off, 1) == thursday


def test_results_stand_in_the_office_zone_whatever_zone_was_asked(calendar: Calendar, wita: Wita) -> None:
    result = calendar.add(wita("2026-01-05 16:00").astimezone(UTC), 30)
    assert result.isoformat() == "2026-01-06T08:00:00+08:00"


def test_nothing_passes_backwards(calendar: Calendar, wita: Wita) -> None:
    assert calendar.between(wita("2026-01-06 10:00"), wita("2026-01-05 10:00")) == 0


@pytest.mark.parametrize("value", [datetime(2026, 1, 5, 8), date(2026, 1, 5), "2026-01-05", None])  # noqa: DTZ001
def test_an_instant_without_a_zone_is_refused(calendar: Calendar, value: Any) -> None:
    for ask in (lambda: calendar.add(value, 1), lambda: calendar.is_working(value)):
        with pytest.raises(NaiveInstant, match=r"\+08:00") as refused:
            ask()
        assert "zona waktu" in refused.value.message.indonesian


@pytest.mark.parametrize("minutes", [-1, 1.0, True, "30", None])
def test_minutes_are_whole_numbers_from_zero_up(calendar: Calendar, wita: Wita, minutes: Any) -> None:
    for verb in (calendar.add, calendar.subtract):
        with pytest.raises(BadMinutes):
            verb(wita("2026-01-05 10:00"), minutes)


def test_beyond_the_horizon_the_error_names_the_covered_years(calendar: Calendar, wita: Wita) -> None:
    inside, outside = wita("2035-12-31 10:00"), wita("2036-01-02 10:00")
    asks: list[Callable[[], object]] = [
        lambda: calendar.add(inside, 10**18),
        lambda: calendar.subtract(wita("2023-01-02 10:00"), 10**6),
        lambda: calendar.between(inside, outside),
        lambda: calendar.next_opening(wita("2035-12-31 23:00")),
        lambda: calendar.closing(date(2036, 1, 1)),
        lambda: calendar.opening(date(2022, 12, 31)),
        lambda: calendar.is_working_day(date.max),
        lambda: calendar.add_duration(inside, Duration.parse("99999wd")),
        lambda: calendar.add_duration(inside, Duration.parse("99999cd").times(99999)),
        lambda: calendar.minutes_of(inside, Duration.parse("30cd")),
        lambda: calendar.working_day_after(date(2035, 12, 31), 5),
        lambda: calendar.working_day_before(date(2023, 1, 2), 5),
    ]
    for ask in asks:
        with pytest.raises(BeyondHorizon, match="covers 2023 to 2035") as refused:
            ask()
        assert "2023 sampai 2035" in refused.value.message.indonesian


def test_days_open_and_close_by_their_regime(calendar: Calendar, wita: Wita) -> None:
    assert calendar.opening(date(2026, 1, 5)) == wita("2026-01-05 07:30")
    assert calendar.closing(date(2026, 1, 9)) == wita("2026-01-09 16:30")
    assert calendar.opening(date(2026, 2, 19)) == wita("2026-02-19 08:00")
    assert calendar.closing(date(2026, 2, 20)) == wita("2026-02-20 15:30")


def test_a_free_day_has_no_opening_and_closes_on_the_next_working_day(calendar: Calendar, wita: Wita) -> None:
    assert calendar.opening(date(2026, 1, 16)) is None
    assert calendar.closing(date(2026, 1, 16)) == wita("2026-01-19 16:00")
    assert not calendar.is_working_day(date(2026, 1, 16))
    assert calendar.is_working_day(date(2026, 1, 19))


def test_closing_time_is_not_working_time(calendar: Calendar, wita: Wita) -> None:
    assert calendar.is_working(wita("2026-01-05 07:30"))
    assert calendar.is_working(wita("2026-01-05 15:59:59"))
    assert not calendar.is_working(wita("2026-01-05 16:00"))
    assert not calendar.is_working(wita("2026-01-05 12:00"))


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-01-05 10:00", "2026-01-05 10:00"),
        ("2026-01-05 12:10", "2026-01-05 13:00"),
        ("2026-01-05 16:00", "2026-01-06 07:30"),
        ("2026-01-15 16:00", "2026-01-19 07:30"),
    ],
)
def test_next_opening_waits_for_work_to_begin(calendar: Calendar, wita: Wita, at: str, opening: str) -> None:
    assert calendar.next_opening(wita(at)) == wita(opening)


# --- durations ---


@pytest.mark.parametrize(
    ("at", "length", "minutes", "result"),
    [
        ("2026-01-05 15:59", "1wd", 450, "2026-01-06 15:59"),
        ("2026-01-10 10:00", "1wd", 450, "2026-01-12 16:00"),
        ("2026-02-18 07:30", "2wd", 840, "2026-02-19 15:00"),
        ("2026-02-19 08:00", "1wd", 390, "2026-02-19 15:00"),
        ("2026-01-05 07:30", "1wd4h", 690, "2026-01-06 11:30"),
        ("2026-01-05 10:00", "0m", 0, "2026-01-05 10:00"),
        ("2026-01-10 10:00", "0m", 0, "2026-01-10 10:00"),
    ],
)
def test_working_days_are_those_of_the_day_it_starts_on(
    calendar: Calendar, wita: Wita, at: str, length: str, minutes: int, result: str
) -> None:
    assert calendar.minutes_of(wita(at), Duration.parse(length)) == minutes
    assert calendar.add_duration(wita(at), Duration.parse(length)) == wita(result)


@pytest.mark.parametrize(
    ("at", "length", "result"),
    [
        ("2026-01-05 10:00", "7cd", "2026-01-12 10:00"),
        ("2026-01-09 10:00", "7cd", "2026-01-19 07:30"),  # lands on the holiday of 16 January
        ("2026-01-05 20:00", "7cd", "2026-01-13 07:30"),  # lands after closing
        ("2026-01-05 12:30", "7cd", "2026-01-12 13:00"),  # lands in the break
        ("2026-01-09 10:00", "7cd2h", "2026-01-19 09:30"),
        ("2026-01-09 10:00", "1cd1wd", "2026-01-12 16:00"),
    ],
)
def test_calendar_days_come_first_and_never_end_outside_working_time(
    calendar: Calendar, wita: Wita, at: str, length: str, result: str
) -> None:
    assert calendar.add_duration(wita(at), Duration.parse(length)) == wita(result)
    assert calendar.minutes_of(wita(at), Duration.parse(length)) == calendar.between(wita(at), wita(result))


# --- explanation ---


def test_explanation_names_break_weekend_holiday_decree_and_regime(calendar: Calendar, wita: Wita) -> None:
    told = calendar.explain(wita("2026-01-15 11:30"), 480)
    assert told.minutes == 480 == sum(segment.minutes for segment in told.segments)
    assert [(s.kind, s.minutes) for s in told.segments] == [
        ("work", 30), ("break", 0), ("work", 180), ("closed", 0), ("free", 0), ("weekend", 0), ("closed", 0),
        ("work", 270),
    ]  # fmt: skip
    free = told.segments[4]
    assert free.note.startswith("libur nasional: Isra Mikraj")
    assert "1497 Tahun 2025" in free.note
    assert (told.calendar, told.version) == (calendar.id, calendar.version)
    assert [s.regime for s in calendar.explain(wita("2026-02-18 15:30"), 90).segments][-1] == "ramadan"


def test_explained_stretches_follow_each_other_without_a_gap(calendar: Calendar, wita: Wita) -> None:
    told = calendar.explain_between(wita("2026-03-17 14:00:20"), wita("2026-03-25 15:30:05"))
    assert [s.to for s in told.segments[:-1]] == [s.from_ for s in told.segments[1:]]
    assert (told.segments[0].from_, told.segments[-1].to) == (told.start, told.end)
    assert sum(s.minutes for s in told.segments) == calendar.between(told.start, told.end) == told.minutes


def test_explaining_nothing_gives_no_segments(calendar: Calendar, wita: Wita) -> None:
    assert calendar.explain_between(wita("2026-01-06 10:00"), wita("2026-01-05 10:00")).segments == ()
    assert calendar.explain(wita("2026-01-05 10:00"), 0).segments == ()


# --- versions, years, units ---


def test_a_calendar_cannot_be_changed(calendar: Calendar) -> None:
    with pytest.raises(FrozenInstanceError):
        calendar.timezone = None  # type: ignore[misc, assignment]
    with pytest.raises(TypeError):
        calendar.units["x"] = calendar  # type: ignore[index]


def test_equal_files_give_equal_versions_and_any_change_another(
    calendar: Calendar, agency_data: Any, holiday_data: Any
) -> None:
    assert calendars_of(agency_data, holiday_data)["asn-5hk"].version == calendar.version
    added = {"date": "2026-07-08", "kind": "daerah", "name": "Hari jadi kabupaten", "decree": None}
    holiday_data["years"][2]["days"].append(added)
    with_holiday = calendars_of(agency_data, holiday_data)["asn-5hk"]
    agency_data["calendars"]["asn-5hk"]["normal"]["fri"] = ["07:30-11:30", "13:00-16:00"]
    with_hours = calendars_of(agency_data, holiday_data)["asn-5hk"]
    assert len({calendar.version, with_holiday.version, with_hours.version}) == 3


def test_a_year_without_a_list_still_computes_and_is_named(calendar: Calendar, wita: Wita) -> None:
    assert calendar.years_without_list == (2023, 2027, 2028, 2029, 2030, 2031, 2032, 2033, 2034, 2035)
    assert calendar.add(wita("2027-12-24 07:30"), 60) == wita("2027-12-24 08:30")


def test_a_unit_works_its_own_hours_and_days_and_the_others_the_agencys(
    with_units: Callable[..., Calendar], wita: Wita
) -> None:
    base = with_units(
        metrologi={
            "normal": {
                "mon-thu": ["07:30-12:00", "13:00-15:00"],
                "fri": ["07:30-11:30"],
                "sat": ["07:30-12:30"],
            },
            "extra_free_days": [{"date": "2026-07-08", "name": "Hari jadi kabupaten", "decree": None}],
        }
    )
    unit = base.for_unit("metrologi")
    assert base.for_unit("bid-pdn") is base is base.for_unit(None)
    assert unit.id == "asn-5hk/metrologi"
    assert unit.version != base.version
    assert unit.add(wita("2026-01-09 11:00"), 60) == wita("2026-01-10 08:00")
    assert unit.is_working_day(date(2026, 1, 10))
    assert not unit.is_working_day(date(2026, 7, 8))
    assert base.is_working_day(date(2026, 7, 8))
    assert not unit.is_working_day(date(2026, 1, 16))
    assert unit.minutes_of(wita("2026-02-19 08:00"), Duration.parse("1wd")) == 390
    note = unit.explain_between(wita("2026-07-08 08:00"), wita("2026-07-08 09:00")).segments[0].note
    assert note == "libur unit: Hari jadi kabupaten"


def test_a_unit_in_shifts_works_through_midnight_and_holidays(
    with_units: Callable[..., Calendar], wita: Wita
) -> None:
    night = ["00:00-06:00", "22:00-24:00"]
    unit = with_units(
        jaga={"normal": {"mon-sun": night}, "ramadan": {"mon-sun": night}, "holidays": None}
    ).for_unit("jaga")
    assert unit.add(wita("2026-03-20 23:00"), 120) == wita("2026-03-21 01:00")
    assert unit.is_working(wita("2026-03-21 00:00"))
    assert unit.closing(date(2026, 3, 20)) == wita("2026-03-21 00:00")
    assert unit.minutes_of(wita("2026-03-20 23:00"), Duration.parse("1wd")) == 480
    day_between = unit.explain_between(wita("2026-01-05 05:00"), wita("2026-01-05 23:00")).segments
    assert [(holding.kind, holding.minutes) for holding in day_between] == [
        ("work", 60),
        ("closed", 0),
        ("work", 60),
    ]


def test_the_agency_may_lie_in_another_zone(agency_data: Any, holiday_data: Any, wita: Wita) -> None:
    agency_data["timezone"] = "Asia/Jayapura"
    east = calendars_of(agency_data, holiday_data)["asn-5hk"]
    assert east.opening(date(2026, 1, 5)) == wita("2026-01-05 06:30")
    assert east.add(wita("2026-01-05 06:30"), 60) - wita("2026-01-05 06:30") == timedelta(hours=1)


def test_a_new_normal_begins_on_a_date_and_ramadan_still_interrupts_it(
    agency_data: Any, holiday_data: Any, wita: Wita
) -> None:
    entry = agency_data["calendars"]["asn-5hk"]
    entry["jam_2026"] = {"mon-fri": ["08:00-16:00"]}
    entry["jam_2026_periods"] = [{"from": "2026-01-19"}]
    changed = calendars_of(agency_data, holiday_data)["asn-5hk"]
    assert changed.opening(date(2026, 1, 15)) == wita("2026-01-15 07:30")
    assert changed.closing(date(2026, 1, 19)) == wita("2026-01-19 16:00")
    assert changed.closing(date(2026, 2, 19)) == wita("2026-02-19 15:00")
    assert changed.opening(date(2026, 4, 1)) == wita("2026-04-01 08:00")
