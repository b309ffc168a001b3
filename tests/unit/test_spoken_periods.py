"""Every name that the product gives a period is read back as that period."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from engine.calendar.periods import Period
from web.forms.periods import PARTS, spoken_period, written_period
from web.localizer import Localizer


@pytest.mark.parametrize("part", PARTS)
def test_a_period_is_read_as_it_is_written_in_both_languages(part: str) -> None:
    period = f"2026-{part}"
    told = Period.parse(period).text
    assert spoken_period(told.indonesian) == spoken_period(told.english) == period
    assert spoken_period(f"  {told.english.upper()}  ") == period
    for english in (False, True):
        words = Localizer(english=english, zone=ZoneInfo("UTC"))
        assert spoken_period(words.period(period)) == period


def test_a_year_and_what_is_no_period_go_on() -> None:
    assert spoken_period("2026") == "2026"
    assert spoken_period("Whole year 2026") == written_period("2026", "")
    assert spoken_period("Kuartal kelima 2026") == "Kuartal kelima 2026"
