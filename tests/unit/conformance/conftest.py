"""The calendar of the shipped agency, the nine steps, and short ways to write a visit."""

from pathlib import Path

import pytest
import yaml

from engine.calendar.agency import calendars_of
from engine.calendar.calendar import Calendar
from engine.sop.checks import require_definition
from engine.sop.machine import SopMachine
from engine.sop.model import Definition


@pytest.fixture(scope="session")
def office(project: Path) -> Calendar:
    folder = project / "sop_definitions"
    agency, free = (
        yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in ("instansi", "hari_libur")
    )
    return calendars_of(agency, free)["asn-5hk"]


@pytest.fixture(scope="session")
def nine(project: Path) -> Definition:
    text = (project / "sop_definitions" / "perbaikan-data-kinerja.yaml").read_text("utf-8")
    return require_definition(text, file="sop.yaml").definition


@pytest.fixture(scope="session")
def machine(nine: Definition) -> SopMachine:
    return SopMachine(nine)
