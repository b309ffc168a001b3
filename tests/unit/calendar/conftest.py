"""The shipped agency file as data, its calendar, and short ways to write instants in WITA."""

import copy
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from engine.calendar.agency import Agency, calendars_of, read_agency
from engine.calendar.calendar import Calendar

Wita = Callable[[str], datetime]
Edited = Callable[..., Calendar]


@pytest.fixture(scope="session")
def shipped_data(project: Path) -> tuple[Any, Any]:
    folder = project / "sop_definitions"
    agency, holidays = ((folder / f"{name}.yaml").read_text("utf-8") for name in ("instansi", "hari_libur"))
    return yaml.safe_load(agency), yaml.safe_load(holidays)


@pytest.fixture
def agency_data(shipped_data: tuple[Any, Any]) -> Any:
    """A copy that the test may change."""
    return copy.deepcopy(shipped_data[0])


@pytest.fixture
def holiday_data(shipped_data: tuple[Any, Any]) -> Any:
    return copy.deepcopy(shipped_data[1])


@pytest.fixture(scope="session")
def agency(shipped_data: tuple[Any, Any]) -> Agency:
    return read_agency(*shipped_data)


@pytest.fixture(scope="session")
def calendar(agency: Agency) -> Calendar:
    return agency.calendars()["asn-5hk"]


@pytest.fixture
def with_units(agency_data: Any, holiday_data: Any) -> Edited:
    """The calendar with overlays: `with_units(loket={...})`."""

    def build(**units: Any) -> Calendar:
        agency_data["calendars"]["asn-5hk"]["units"] = units
        return calendars_of(agency_data, holiday_data)["asn-5hk"]

    return build


@pytest.fixture(scope="session")
def wita() -> Wita:
    """`wita("2026-01-05 07:30")` as an aware datetime."""
    zone = ZoneInfo("Asia/Makassar")
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=zone)
