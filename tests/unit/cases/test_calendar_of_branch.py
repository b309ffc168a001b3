"""The hours of a branch: those of its unit, or of the nearest unit above that has its own."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from engine.cases.context import DecisionContext
from engine.cases.model import Branch
from engine.organisation import AgencyInfo, Organisation, Unit


@dataclass(frozen=True)
class Hours:
    """A calendar that is only told apart by its name."""

    name: str
    units: dict[str, "Hours"] = field(default_factory=dict)

    def for_unit(self, unit: str | None) -> "Hours":
        return self.units.get(unit or "", self)


@dataclass(frozen=True)
class Place:
    """What ``calendar_of`` looks at of a context."""

    calendar: Hours
    organisation: Organisation


@pytest.fixture
def organisation() -> Organisation:
    agency = AgencyInfo("kantor", "Kantor", "Kantor", "Asia/Makassar", "asn-5hk")
    units = (
        Unit("bidang", "bidang", "Bidang"),
        Unit("seksi", "seksi", "Seksi", "bidang"),
        Unit("loket", "loket", "Loket", "seksi"),
    )
    return Organisation(version=1, agency=agency, units=units)


@pytest.mark.parametrize(
    ("overlays", "unit", "expected"),
    [
        ([], "loket", "kantor"),
        (["bidang"], "loket", "bidang"),
        (["bidang", "seksi"], "loket", "seksi"),
        (["loket"], "seksi", "kantor"),
        (["bidang"], None, "kantor"),
        (["bidang"], "tidak-ada", "kantor"),
    ],
)
def test_the_nearest_overlay_wins(
    organisation: Organisation, overlays: list[str], unit: str | None, expected: str
) -> None:
    hours = Hours("kantor", {name: Hours(name) for name in overlays})
    context = cast(DecisionContext, Place(hours, organisation))
    branch = Branch(
        id="b",
        case_id="c",
        block="x",
        round=1,
        key="k",
        unit=unit,
        opened_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    assert cast(Any, DecisionContext.calendar_of(context, branch)).name == expected
