"""The hours of a branch: those of its unit, or of the nearest unit above that has its own."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import cast

import pytest

from engine.cases.context import DecisionContext
from engine.cases.model import Branch
from engine.organisation import AgencyInfo, Organisation, Unit
from engine.sop.model import Step


@dataclass(frozen=True)
class Hours:
    """A calendar that is only told apart by its name."""

    name: str
    units: dict[str, "Hours"] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.name

    def for_unit(self, unit: str | None) -> "Hours":
        return self.units.get(unit or "", self)


@dataclass(frozen=True)
class Place:
    """What ``calendar_of`` looks at of a context."""

    calendar: Hours
    organisation: Organisation
    calendar_named: Callable[[str], Hours] = lambda name: Hours(name)


STEP = Step(id="s1")


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
    assert named(context, unit, STEP) == expected


@pytest.mark.parametrize(("unit", "expected"), [("loket", "bidang-jaga"), (None, "jaga")])
def test_a_step_with_a_calendar_of_its_own_counts_by_that_one(
    organisation: Organisation, unit: str | None, expected: str
) -> None:
    own = {"jaga": Hours("jaga", {"bidang": Hours("bidang-jaga")})}
    context = cast(DecisionContext, Place(Hours("kantor"), organisation, own.__getitem__))
    assert named(context, unit, replace(STEP, calendar="jaga")) == expected
    assert named(context, unit, replace(STEP, calendar="kantor")) == "kantor"


def named(context: DecisionContext, unit: str | None, step: Step) -> str:
    """The calendar of a step in a branch of this unit."""
    branch = Branch(
        id="b",
        case_id="c",
        block="x",
        round=1,
        key="k",
        unit=unit,
        opened_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    return cast(Hours, DecisionContext.calendar_of(context, branch, step)).name
