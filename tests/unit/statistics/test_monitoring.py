"""What the half-yearly table proposes, at each of its three limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.statistics.monitoring import monitored
from engine.statistics.visits import MeasuredVisit

AT = datetime(2026, 1, 5, tzinfo=UTC)


def visits(*work_and_late: tuple[str, int, int | None, bool]) -> list[MeasuredVisit]:
    return [
        MeasuredVisit(
            str(index), "c", "sop", step, None, 1, "p", "u", AT, AT + timedelta(hours=1), 0, work, 0,
            int(late), standard, None, False,
        )
        for index, (step, work, standard, late) in enumerate(work_and_late)
    ]  # fmt: skip


def test_four_of_five_in_time_within_the_standard_and_explained_runs_well() -> None:
    found = monitored(visits(*[("s1", 60, 60, index == 0) for index in range(5)]), 1, 0)
    assert found.proposes_well is True
    assert found.on_time.value == 0.8
    assert found.action({}).indonesian == ""
    assert "80 % tepat waktu" in found.note({}).indonesian


def test_fewer_in_time_is_not_well() -> None:
    found = monitored(visits(*[("s1", 60, 60, index < 2) for index in range(9)]), 1, 0)
    assert found.proposes_well is False
    assert "keterlambatan" in found.action({}).indonesian


def test_more_than_half_over_the_standard_is_not_well_and_its_step_is_named_as_printed() -> None:
    found = monitored(visits(("s1", 61, 60, False), ("s1", 61, 60, False), ("s2", 10, 60, False)), 1, 0)
    assert (found.over_standard, found.slow_steps, found.proposes_well) == (1, ("s1",), False)
    assert "langkah 1a" in found.note({"s1": "1a"}).indonesian
    half = monitored(visits(("s1", 61, 60, False), ("s2", 10, 60, False)), 1, 0)
    assert half.proposes_well is True
    unmeasured = monitored(visits(("s1", 999, None, False)), 1, 0)
    assert (unmeasured.over_standard, unmeasured.proposes_well) == (None, True)


def test_a_high_finding_that_nobody_explained_is_not_well() -> None:
    found = monitored(visits(("s1", 60, 60, False)), 1, 1)
    assert found.proposes_well is False
    assert "1 temuan berat" in found.note({}).indonesian


def test_where_nothing_ended_nothing_is_proposed() -> None:
    found = monitored([], 0, 0)
    assert found.proposes_well is None
    assert "Tidak ada kunjungan" in found.note({}).indonesian
    assert found.action({}).indonesian == ""
