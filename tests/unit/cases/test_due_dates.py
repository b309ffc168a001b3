"""Until when a visit is to be claimed and done. Decided without a database."""

from dataclasses import replace
from datetime import datetime

import pytest

from engine.calendar.durations import Duration
from engine.cases.dates import Dates
from engine.cases.due_dates import times_at_opening
from engine.cases.expression_values import ExpressionValues
from engine.cases.model import Task
from engine.cases.task_context import TaskContext
from engine.sop.model import Definition, Due
from tests.support.contexts import Play, shipped_definition
from tests.unit.cases.test_transition import in_branches, through

NINE = shipped_definition("perbaikan-data-kinerja")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def length(text: str) -> Duration:
    return Duration.parse(text)


def play(**first: object) -> Play:
    """The nine steps on a Monday at 08:00, the first step changed."""
    return Play(NINE).change_step("s1", **first).start()


def times(task: Task) -> tuple[datetime | None, datetime | None, int | None]:
    return task.pickup_due_at, task.due_at, task.standard_minutes


def test_a_visit_gets_the_pick_up_of_the_sop_and_after_it_its_standard() -> None:
    assert times(play().task("s1")) == (at("2026-01-06T08:00"), at("2026-01-06T10:00"), 120)


def test_a_step_may_have_a_pick_up_of_its_own() -> None:
    task = play(pickup=length("30m")).task("s1")
    assert times(task) == (at("2026-01-05T08:30"), at("2026-01-05T10:30"), 120)


def test_where_nobody_says_otherwise_the_pick_up_is_one_working_day() -> None:
    definition = replace(NINE, sla=replace(NINE.sla, pickup=None))
    assert Play(definition).start().task("s1").pickup_due_at == at("2026-01-06T08:00")


def test_a_step_without_a_standard_has_no_deadline_and_still_wants_to_be_claimed() -> None:
    assert times(play(time=None).task("s1")) == (at("2026-01-06T08:00"), None, None)


def test_a_date_takes_the_place_of_pick_up_and_time() -> None:
    task = play(due=Due(after=("case.started", length("3wd")))).task("s1")
    assert (task.pickup_due_at, task.due_at) == (None, at("2026-01-08T08:00"))


def test_what_may_not_be_done_before_a_date_counts_from_it() -> None:
    task = play(not_before=Due(after=("case.started", length("2wd")))).task("s1")
    assert task.not_before == at("2026-01-07T08:00")
    assert times(task) == (at("2026-01-08T08:00"), at("2026-01-08T10:00"), 120)


def test_days_of_a_month_open_and_close_a_step() -> None:
    task = play(due=Due(days_of_month=(5, 9), offset=1)).task("s1")
    assert (task.not_before, task.due_at) == (at("2026-04-06T07:30"), at("2026-04-09T16:00"))


def test_a_date_that_is_not_known_yet_leaves_the_standard() -> None:
    task = play(due=Due(at="case.result")).task("s1")
    assert times(task) == (at("2026-01-06T08:00"), at("2026-01-06T10:00"), 120)


def returned_to_step_seven(rule: str, worked: int) -> Task:
    """The second visit of step 7 (60 minutes), sent back by step 8, the first of which took so long."""
    nine = Play(replace(NINE, sla=replace(NINE.sla, on_return=rule))).start()
    through(in_branches(nine, ["bid-psr"]), "bid-psr").finish("s7", "kasubbag.perencanaan")
    first = next(task for task in nine.state.tasks.values() if task.step_id == "s7")
    nine.state.put(replace(first, working_minutes=worked))
    return nine.finish("s8", "sekdis", "belum_sesuai").task("s7")


@pytest.mark.parametrize(("rule", "minutes"), [("full", 60), ("remaining", 20), ("1wd", 450)])
def test_a_returned_visit_gets_what_the_sop_says_of_returns(rule: str, minutes: int) -> None:
    assert returned_to_step_seven(rule, worked=40).standard_minutes == minutes


def test_a_return_never_gets_less_than_nothing() -> None:
    assert returned_to_step_seven("remaining", worked=500).standard_minutes == 0


def test_a_standard_per_thing_is_multiplied_by_how_many_there_are() -> None:
    def per_thing(count: object) -> int | None:
        nine = Play(NINE).change_step("s1", time_per="case.fields_count")
        return nine.start(values={"fields_count": count}).task("s1").standard_minutes

    assert (per_thing(3), per_thing(0), per_thing(-1), per_thing(None)) == (360, 0, 0, 120)


def test_the_acts_of_one_printed_row_share_the_times_of_the_first() -> None:
    nine = Play(NINE).change_step("s1", row="r").change_step("s2", row="r", time=None).start()
    first = nine.task("s1")
    nine.clock.set("2026-01-05T09:00+08:00")
    second = nine.finish("s1", "kadis").task("s2")
    assert times(second) == (first.pickup_due_at, first.due_at, None)


def test_an_act_to_which_a_return_goes_gets_the_time_of_its_row_anew() -> None:
    nine = Play(NINE).change_step("s4", row="r").change_step("s5", row="r", time=None).start()
    in_branches(nine, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    assert nine.task("s5@bid-psr").standard_minutes is None
    nine.finish("s5@bid-psr", "jp.psr.1").finish("s6@bid-psr", "kabid.psr", "tidak_sesuai")
    assert nine.task("s5@bid-psr").standard_minutes == 180


def test_the_times_of_an_open_visit_can_be_told_again_later() -> None:
    nine = play(not_before=Due(after=("case.started", length("2wd"))))
    task = nine.task("s1")
    nine.clock.set("2026-01-09T11:00+08:00")
    again = times_at_opening(TaskContext(nine.case(), task))
    again_times = (again.pickup_due_at, again.due_at, again.standard_minutes)
    assert (again.not_before, again_times) == (task.not_before, times(task))


def test_a_step_may_be_due_at_the_end_of_the_window_of_its_period() -> None:
    report = shipped_definition("laporan-kinerja-triwulan")

    def due(period: str, definition: Definition = report) -> datetime | None:
        quarter = Play(definition).start()
        quarter.state.case = replace(quarter.state.case, period=period or None)
        case = quarter.case()
        dates = Dates(definition, case.calendar, case.week_of_month, ExpressionValues(case))
        return dates.due(Due(at="window.end"))

    assert due("2025-Q1") == at("2025-04-08T16:00")  # the first week of April has no working day
    assert due("2025-Q3") == at("2025-10-07T16:00")
    assert due("2025-Q4") == at("2025-12-31T16:00")
    assert due("2026-H1") is None
    assert due("") is None
    assert due("2025-Q1", replace(report, triggers=report.triggers[1:])) is None
    before = replace(report.triggers[0], empty_window="previous_working_day")
    assert due("2025-Q1", replace(report, triggers=(before,))) == at("2025-03-27T15:00")  # Ramadan
    next_year = replace(report.triggers[0].windows[3], year="next")
    later = replace(report.triggers[0], windows=(next_year,))
    assert due("2024-Q4", replace(report, triggers=(later,))) == at("2025-12-31T16:00")


def test_acts_of_one_row_in_branches_that_stand_side_by_side_share_the_time_of_the_first() -> None:
    nine = Play(NINE).change_step("s6", row="r").change_step("s7", row="r", time=None).start()
    in_branches(nine, ["bid-psr", "bid-pkm"])

    def corrected(unit: str, hour: str, outcome: str | None = None) -> Task:
        name = unit.removeprefix("bid-")
        if nine.state.visits_of("s5", unit) == []:
            nine.finish(f"s4@{unit}", f"kabid.{name}")
        nine.clock.set(f"2026-01-05T{hour}+08:00")
        nine.finish(f"s5@{unit}", f"jp.{name}.1", position=f"jp-{name}-1")
        task = nine.task(f"s6@{unit}")
        if outcome:
            nine.finish(f"s6@{unit}", f"kabid.{name}", outcome)
        return task

    first = corrected("bid-psr", "09:00", "tidak_sesuai")
    assert times(first) == (at("2026-01-06T09:00"), at("2026-01-06T11:00"), 120)
    beside = corrected("bid-pkm", "10:00")
    assert times(beside) == (first.pickup_due_at, first.due_at, None)
    again = corrected("bid-psr", "11:00", "sesuai")
    assert again.standard_minutes in (None, 120)
    nine.finish("s6@bid-pkm", "kabid.pkm", "sesuai")
    last = nine.task("s7")
    assert last.standard_minutes is None
    assert last.due_at in (first.due_at, again.due_at)
