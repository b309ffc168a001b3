"""Instants of an address: every one that is taken can be asked of a table and shown in the agency's zone."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from api.instants import instant_of
from engine.errors import InvalidInput


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "0001-01-01T00:00+08:00", "9999-12-31T23:00Z"])
@pytest.mark.parametrize("zone", ["Asia/Makassar", "America/New_York"])
def test_a_day_at_the_edge_of_time_is_taken_whole_or_refused(text: str, zone: str) -> None:
    for end_of_day in (False, True):
        try:
            found = instant_of("from", text, ZoneInfo(zone), end_of_day=end_of_day)
        except InvalidInput:
            continue
        assert found is not None
        assert found.astimezone(UTC) == found.astimezone(ZoneInfo(zone))


def test_the_first_day_of_all_is_refused_where_it_begins_before_time() -> None:
    with pytest.raises(InvalidInput):
        instant_of("from", "0001-01-01", ZoneInfo("Asia/Makassar"))
