"""Each rule of the table at its threshold: just hit, and just not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.calendar.calendar import Calendar
from engine.calendar.faults import Faults
from engine.calendar.thresholds import USUAL, Thresholds, read_thresholds
from engine.conformance.bursts import Judgement, burst_hits
from engine.conformance.case_rules import four_eyes_hits
from engine.conformance.records import Hit, VisitRecord
from engine.conformance.rules import RULES
from engine.conformance.visit_rules import visit_hits
from engine.sop.model import Definition
from tests.unit.conformance.visits import CASE, MONDAY, visit

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DECISION = "s6"


class Rules:
    def __init__(self, definition: Definition, calendar: Calendar) -> None:
        self.definition, self.calendar = definition, calendar

    def of(self, one: VisitRecord, limits: Thresholds = USUAL) -> dict[str, Hit]:
        hits = visit_hits(CASE, one, self.definition, self.calendar, limits)
        return {hit.rule: hit for hit in hits}

    def burst(self, instants: list[datetime], **given: Any) -> dict[str, Hit]:
        visits = [visit(DECISION, finished_at=at, **given) for at in instants]
        judged = [Judgement(CASE, one, self.calendar) for one in visits]
        return {hit.rule: hit for hit in burst_hits(judged, USUAL)}


@pytest.fixture(scope="module")
def rules(nine: Definition, office: Calendar) -> Rules:
    return Rules(nine, office)


def test_an_ordinary_visit_is_no_finding(rules: Rules) -> None:
    assert rules.of(visit("s2")) == {}
    assert rules.of(visit(DECISION)) == {}


def test_a_decision_within_a_minute_of_its_first_view_or_without_one_was_made_at_once(rules: Rules) -> None:
    end = MONDAY + HOUR
    assert "instant" not in rules.of(visit(DECISION, viewed_at=end - MINUTE))
    hit = rules.of(visit(DECISION, viewed_at=end - MINUTE + SECOND))["instant"]
    assert (hit.severity, hit.facts) == ("medium", {"seconds": 59})
    assert rules.of(visit(DECISION, viewed_at=None))["instant"].facts == {"seconds": None}
    assert "instant" not in rules.of(visit("s2", viewed_at=None))
    patient = Thresholds(instant_seconds=600)
    assert "instant" in rules.of(visit(DECISION, viewed_at=end - 9 * MINUTE), patient)


def test_an_act_outside_of_working_hours_is_named_and_closing_time_is_inside(rules: Rules) -> None:
    closing = datetime.fromisoformat("2026-01-05T16:00:00+08:00")
    assert "off_hours" not in rules.of(visit("s2", finished_at=closing))
    late = rules.of(visit("s2", finished_at=closing + SECOND))["off_hours"]
    assert late.facts == {"acts": ["complete"]}
    both = visit("s2", claimed_at=closing + HOUR, finished_at=closing + 2 * HOUR)
    assert rules.of(both)["off_hours"].facts == {"acts": ["claim", "complete"]}


def test_the_fourth_visit_is_rework_and_the_third_is_not(rules: Rules) -> None:
    assert "rework" not in rules.of(visit("s2", visit=3))
    assert rules.of(visit("s2", visit=4))["rework"].severity == "low"


def test_late_over_standard_acting_and_deviation(rules: Rules) -> None:
    assert rules.of(visit("s2", late=3))["late"].facts == {"minutes": 3}
    assert "over_standard" not in rules.of(visit("s2", working=120))
    assert rules.of(visit("s2", working=121))["over_standard"].severity == "info"
    assert rules.of(visit("s2", acting_kind="plh"))["acting"].facts == {"kind": "plh"}
    assert rules.of(visit("s2", deviation=True, outcome="lewati"))["deviation"].facts == {"outcome": "lewati"}


def test_an_end_entered_more_than_a_working_day_later_was_filled_in_backwards(rules: Rules) -> None:
    def held(end: str, start: str | None = None) -> dict[str, Hit]:
        entered = datetime.fromisoformat("2026-01-07T10:00:00+08:00")
        begun = datetime.fromisoformat(start) if start else None
        return rules.of(
            visit("s2", work_start=begun, work_end=datetime.fromisoformat(end), finished_at=entered)
        )

    assert "backfilled" not in held("2026-01-06T10:00:00+08:00")
    assert "backfilled" in held("2026-01-06T09:59:00+08:00")
    before = held("2026-01-07T09:00:00+08:00", "2026-01-05T07:59:00+08:00")["backfilled"]
    assert before.facts["start"] == "2026-01-05T07:59:00+08:00"
    assert "backfilled" not in held("2026-01-07T09:00:00+08:00", "2026-01-05T08:00:00+08:00")


def test_five_decisions_in_a_quarter_of_an_hour_are_a_batch(rules: Rules) -> None:
    assert rules.burst([MONDAY + index * 4 * MINUTE for index in range(5)]) == {}
    hit = rules.burst([MONDAY + index * MINUTE * 15 / 4 for index in range(5)])["batch"]
    assert hit.facts["count"] == 5
    assert len(hit.facts["visits"]) == 5
    assert rules.burst([MONDAY] * 4) == {}


def test_one_choice_for_several_tasks_is_one_decision(rules: Rules) -> None:
    assert rules.burst([MONDAY] * 20, at_once=20) == {}
    end = datetime.fromisoformat("2026-01-05T15:55:00+08:00")
    assert rules.burst([end] * 20, at_once=20) == {}
    assert set(rules.burst([MONDAY] * 20)) == {"batch"}
    # five such choices in a row are a burst, and its facts name what each of them decided
    hit = rules.burst([MONDAY + index * MINUTE for index in range(10)], at_once=2)["batch"]
    assert hit.facts["count"] == 10
    assert rules.burst([MONDAY + index * MINUTE for index in range(8)], at_once=2) == {}


def test_a_long_row_is_one_burst_and_two_rows_apart_are_two(nine: Definition, office: Calendar) -> None:
    row = [MONDAY + index * MINUTE for index in range(20)]
    later = [MONDAY + 2 * HOUR + index * MINUTE for index in range(5)]
    judged = [Judgement(CASE, visit(DECISION, finished_at=at), office) for at in (*row, *later)]
    assert [hit.facts["count"] for hit in burst_hits(judged, USUAL) if hit.rule == "batch"] == [20, 5]
    mixed = [
        one._replace(visit=one.visit._replace(account=f"p{index % 5}"))
        for index, one in enumerate(judged[:20])
    ]
    assert {hit.account for hit in burst_hits(mixed, Thresholds(batch_count=4, batch_minutes=15))} == {
        f"p{index}" for index in range(5)
    }
    assert nine.id


@pytest.mark.parametrize(
    ("closing", "severity"), [("2026-01-05T16:00", "medium"), ("2026-01-09T16:30", "high")]
)
def test_five_decisions_before_closing_weigh_more_on_the_last_working_day(
    rules: Rules, closing: str, severity: str
) -> None:
    end = datetime.fromisoformat(f"{closing}:00+08:00")
    hit = rules.burst([end - index * 3 * MINUTE for index in range(5)])["near_close"]
    assert hit.severity == severity
    assert "near_close" not in rules.burst([end - (index + 2) * 3 * MINUTE for index in range(5)])


def test_one_person_for_two_steps_kept_apart_or_his_own_output(nine: Definition) -> None:
    apart = [step for step in nine.steps if step.not_same_person_as]
    assert apart, "the nine steps keep some duties apart"
    step, before = apart[0], apart[0].not_same_person_as[0]
    first, second = visit(before), visit(step.id)
    (hit,) = four_eyes_hits(CASE, [first, second], nine)
    assert (hit.severity, hit.facts["why"], hit.facts["step_id"]) == ("high", "kept_apart", before)
    (lighter,) = four_eyes_hits(CASE, [first, second._replace(waived=("budi",))], nine)
    assert (lighter.severity, lighter.facts["waived"]) == ("low", True)
    assert list(four_eyes_hits(CASE, [first, second._replace(account="ani")], nine)) == []
    helped = first._replace(account="ani", helpers=("budi",))
    assert len(list(four_eyes_hits(CASE, [helped, second], nine))) == 1
    elsewhere = [first._replace(branch="a"), second._replace(branch="b")]
    assert list(four_eyes_hits(CASE, elsewhere, nine)) == []
    own = [visit("s5", "a", id="mine"), visit("s6", "a", origin_id="mine")]
    assert [hit.facts["why"] for hit in four_eyes_hits(CASE, own, nine)] in (["own_output"], ["kept_apart"])


def test_the_id_of_a_finding_is_the_same_again_and_another_for_another_rule(rules: Rules) -> None:
    one = visit("s2", late=3, visit=4)
    first, second = rules.of(one), rules.of(one._replace(late=9))
    assert first["late"].id == second["late"].id
    assert first["late"].id != first["rework"].id
    assert first["late"].id.startswith(CASE.id)


def test_thresholds_are_data_of_the_agency_and_faults_are_named() -> None:
    faults = Faults()
    found = read_thresholds({"batch_count": 3, "backfilled": "2wd"}, "conformance", faults)
    assert (found.batch_count, str(found.backfilled), found.instant_seconds) == (3, "2wd", 60)
    assert not faults.found
    wrong = {"batch_count": 0, "instant_seconds": True, "backfilled": "soon", "bacth_minutes": 3}
    assert read_thresholds(wrong, "conformance", faults) == USUAL
    assert [fault.path.rpartition(".")[2] for fault in faults.found] == [
        "bacth_minutes",
        "instant_seconds",
        "batch_count",
        "backfilled",
    ]
    assert len(RULES) == 14
