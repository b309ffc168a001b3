"""The calendar of the shipped agency."""

from pathlib import Path

import pytest
import yaml

from engine.calendar.agency import calendars_of
from engine.calendar.calendar import Calendar


@pytest.fixture(scope="session")
def office(project: Path) -> Calendar:
    folder = project / "sop_definitions"
    agency, free = (
        yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in ("instansi", "hari_libur")
    )
    return calendars_of(agency, free)["asn-5hk"]
