"""A calendar written out day by day, for whoever counts on it without our rules."""

from __future__ import annotations

from typing import Any

from engine.calendar.agency import read_agency
from engine.calendar.expanded import expanded, expanded_digest


def test_a_calendar_is_written_out_with_its_days_in_minutes(agency_data: Any, holiday_data: Any) -> None:
    calendar = read_agency(agency_data, holiday_data).calendars()["asn-5hk"]
    written = expanded(calendar)
    assert {name: written[name] for name in ("schema", "id", "version", "timezone", "offsets")} == {
        "schema": "calendar/v1",
        "id": "asn-5hk",
        "version": calendar.version,
        "timezone": "Asia/Makassar",
        "offsets": [["2022-12-31T16:00:00.000000Z", 480]],
    }
    assert len(written) == 6
    assert written["days"]["2026-01-01"] == []
    assert written["days"]["2026-01-05"] == [[450, 720], [780, 960]]
    assert list(written["days"])[:1] == ["2023-01-01"]


def test_offsets_change_on_the_minute_where_the_clocks_do(agency_data: Any, holiday_data: Any) -> None:
    agency_data["timezone"] = "Europe/Berlin"
    calendar = read_agency(agency_data, holiday_data).calendars()["asn-5hk"]
    offsets = expanded(calendar)["offsets"]
    assert offsets[0] == ["2022-12-31T23:00:00.000000Z", 60]
    assert offsets[1:5] == [
        ["2023-03-26T01:00:00.000000Z", 120],
        ["2023-10-29T01:00:00.000000Z", 60],
        ["2024-03-31T01:00:00.000000Z", 120],
        ["2024-10-27T01:00:00.000000Z", 60],
    ]
    assert expanded_digest(calendar) != expanded_digest(
        read_agency(agency_data | {"timezone": "Asia/Makassar"}, holiday_data).calendars()["asn-5hk"]
    )
