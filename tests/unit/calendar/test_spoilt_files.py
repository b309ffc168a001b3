"""Every place of the agency's file and of its holidays, spoilt in several ways, and what is told of it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from engine.calendar.agency import read_agency
from engine.errors import DefinitionError
from tests.support import golden

SPOILT: tuple[Any, ...] = (None, "x", -1, 999, True, [], {"asing": 1}, "2026-02-30", "25:00", "1j", "30m")
ABSENT = object()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a file, the first of each list alone."""
    if path:
        yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for number in range(min(len(value), 1)):
            yield from places(value[number], (*path, number))


def spoilt(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The file with another value at a place, or without it."""
    changed = copy.deepcopy(data)
    around = changed
    for key in path[:-1]:
        around = around[key]
    if value is ABSENT:
        del around[path[-1]]
    else:
        around[path[-1]] = value
    return changed


def told(agency: Any, holidays: Any) -> list[str]:
    try:
        read_agency(agency, holidays)
    except DefinitionError as error:
        return [f"{one.path}: {one.message.indonesian} / {one.message.english}" for one in error.problems]
    return []


def test_every_spoilt_place_is_told_as_the_list_says(agency_data: Any, holiday_data: Any) -> None:
    holiday_data["years"] = holiday_data["years"][-1:]
    lines: list[str] = []
    for name, data in (("agency", agency_data), ("holidays", holiday_data)):
        for path in places(data):
            where = ".".join(map(str, path))
            seen: dict[str, list[str]] = {}
            for value in (*SPOILT, ABSENT):
                changed = spoilt(data, path, value)
                both = (changed, holiday_data) if name == "agency" else (agency_data, changed)
                said = "left out" if value is ABSENT else repr(value)
                found = "\n".join(told(*both)[:3]).replace(said, "…")
                seen.setdefault(found or "taken", []).append(said)
            for what, values in seen.items():
                lines += [f"{name} {where} = {', '.join(values)}", *(f"  {one}" for one in what.splitlines())]
    golden.holds("agency-faults.txt", lines)
