"""The shipped calendar files, with and without a regional holiday."""

from __future__ import annotations

import copy
from typing import Any

from runtime.shipped import AGENCY, HOLIDAYS, plain_data

REGIONAL = {"number": "Perbup Nomor 9 Tahun 2025", "date": "2025-12-30", "issuer": "Bupati", "title": None}


def shipped_files() -> tuple[dict[str, Any], dict[str, Any]]:
    """The files as they are shipped, to be changed."""
    return copy.deepcopy(plain_data(AGENCY)), copy.deepcopy(plain_data(HOLIDAYS))


def with_holiday(day: str) -> tuple[dict[str, Any], dict[str, Any]]:
    agency, holidays = shipped_files()
    for year in holidays["years"]:
        if str(year["year"]) == day[:4]:
            added = {"date": day, "name": "Hari libur daerah", "kind": "daerah", "decree": REGIONAL}
            year["days"].append(added)
    return agency, holidays
