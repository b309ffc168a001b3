"""Who is told of a stage: relations become people on the day it fires, never upward from the head."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.calendar.policies import BUILT_IN, Stage
from engine.cases.model import TaskStatus
from engine.cases.task_context import TaskContext
from engine.organisation import Absence, Organisation
from engine.reminders.messages import about_task
from engine.reminders.recipients import owners_of, recipients_of
from engine.reminders.summaries import summary_text
from engine.text.bilingual import Text
from engine.text.dates import instant_text
from engine.text.durations import working_time
from engine.views.tasks import task_label
from tests.support.contexts import Play, calendar, organisation, shipped_definition

STAGES = {item.id: item for item in (*BUILT_IN.stages, *BUILT_IN.pickup_stages)}

INDONESIAN = re.compile(
    r"\b(tugas|tenggat|mohon|pelaksana|diambil|hari|jam|menit|pukul|kerja|sejak|batas)\b", re.I
)


@pytest.fixture
def play() -> Play:
    return Play(shipped_definition("perbaikan-data-kinerja")).start()


def told(play: Play, stage: Stage | str, **changes: Any) -> dict[str, str]:
    (task,) = play.state.open_tasks()
    context = TaskContext(play.case(), replace(task, **changes))
    return recipients_of(context, STAGES[stage] if isinstance(stage, str) else stage)


def of(position: str) -> dict[str, Any]:
    return {"seats": (position,), "position": position}


def without(*positions: str) -> Organisation:
    kept = tuple(holding for holding in organisation().holdings if holding.position not in positions)
    return replace(organisation(), holdings=kept)


def test_a_late_head_is_told_himself_and_his_deputy_never_anyone_above(play: Play) -> None:
    assert told(play, "atasan") == {"kadis": "assignee", "sekdis": "supervisor"}


def test_whoever_has_the_task_is_told_as_its_executor_though_the_stage_names_a_role(play: Play) -> None:
    assert told(play, "sekretaris", **of("sekretaris")) == {"kadis": "supervisor", "sekdis": "assignee"}
    assert told(play, "pimpinan") == {"sekdis": "sekretaris", "kadis": "assignee"}


def test_a_late_secretary_has_the_head_as_superior(play: Play) -> None:
    assert told(play, "atasan", **of("sekretaris")) == {"sekdis": "assignee", "kadis": "supervisor"}


def test_candidates_are_told_until_one_has_the_task_then_that_one_alone(play: Play) -> None:
    pool = {"seats": ("jp-psr-1", "jp-psr-2"), "position": None}
    assert set(told(play, "ambil1", **pool)) == {"jp.psr.1", "jp.psr.2"}
    mine = {**pool, "assignee": "jp.psr.2", "position": "jp-psr-2", "state": TaskStatus.IN_PROGRESS}
    assert told(play, "ambil1", **mine) == {"jp.psr.2": "candidates"}


def test_a_vacant_superior_is_passed_over_for_the_next_one(play: Play) -> None:
    superior = organisation().superior("jp-psr-1")
    assert superior is not None
    play.organisation = without(superior)
    assert set(told(play, "ambil2", **of("jp-psr-1"))) == {"kabid.psr"}


def doing(position: str, account: str) -> dict[str, Any]:
    return {**of(position), "assignee": account, "state": TaskStatus.IN_PROGRESS}


def away(*accounts: str) -> Organisation:
    day = date(2026, 1, 5)
    absences = tuple(Absence(name, name, "cuti", day, day, name) for name in accounts)
    return replace(organisation(), absences=absences)


def test_a_superior_who_does_the_task_himself_is_not_told_as_his_own_superior(play: Play) -> None:
    assert told(play, "atasan", **doing("jp-psr-1", "kasi.psr.1")) == {
        "kasi.psr.1": "assignee",
        "kabid.psr": "supervisor",
    }


def test_a_superior_who_is_away_is_passed_over_for_the_next_one_who_is_there(play: Play) -> None:
    play.organisation = away("kasi.psr.1")
    assert told(play, "atasan", **doing("jp-psr-1", "jp.psr.1")) == {
        "jp.psr.1": "assignee",
        "kabid.psr": "supervisor",
    }


def test_where_every_superior_is_away_the_nearest_is_told(play: Play) -> None:
    play.organisation = away("kasi.psr.1", "kabid.psr", "kadis")
    found = told(play, "atasan", **doing("jp-psr-1", "jp.psr.1"))
    assert [account for account, relation in found.items() if relation == "supervisor"] == ["kasi.psr.1"]


def test_roles_of_the_organisation_are_told_even_when_the_sop_does_not_know_them(play: Play) -> None:
    stage = Stage(id="x", moment="after_due", to=("kasubbag_keuangan", "kepala_dinas"))
    assert "kadis" in told(play, stage)


def test_a_stage_that_would_reach_nobody_tells_the_deputy(play: Play) -> None:
    stage = Stage(id="x", moment="after_due", to=("peran_tanpa_pejabat",))
    assert told(play, stage) == {"sekdis": "deputy"}
    play.organisation = without("sekretaris")
    assert told(play, stage) == {"kadis": "deputy"}


def test_whoever_holds_the_position_on_the_day_is_told(play: Play) -> None:
    holdings = tuple(
        replace(holding, valid_to=date(2026, 1, 4)) if holding.position == "sekretaris" else holding
        for holding in organisation().holdings
    )
    play.organisation = replace(organisation(), holdings=holdings)
    assert "sekdis" not in told(play, "atasan")


def test_milestones_are_told_to_whoever_answers_for_the_activity(play: Play) -> None:
    assert owners_of(play.context()) == {"kasubbag.perencanaan": "kasubbag_perencanaan"}


def test_words_are_polite_and_name_the_task_the_deadline_and_the_executor(play: Play) -> None:
    play.clock.set("2026-01-07T10:00+08:00")
    (task,) = play.state.open_tasks()

    def say(stage: str, relation: str) -> str:
        return about_task(TaskContext(play.case(), task), STAGES[stage], relation).indonesian

    assert say("ingat", "assignee").startswith("Pengingat: tugas ")
    assert "Selasa, 6 Januari 2026 pukul 10.00 WITA" in say("ingat", "assignee")
    assert say("tenggat", "assignee").endswith("; mohon segera diselesaikan.")
    assert say("atasan", "supervisor").startswith("Mohon perhatian Bapak/Ibu: ")
    assert "pada Kepala Dinas" in say("atasan", "supervisor")
    assert "(1 hari kerja)" in say("atasan", "supervisor")
    assert "Mohon segera diambil" in say("ambil1", "candidates")
    assert "mengalihkannya" in say("ambil2", "supervisor")


def test_every_stage_says_in_english_what_it_says_in_indonesian(play: Play) -> None:
    play.clock.set("2026-01-07T10:00+08:00")
    (task,) = play.state.open_tasks()

    def say(stage: str, relation: str) -> Text:
        return about_task(TaskContext(play.case(), task), STAGES[stage], relation)

    said = [say(stage, relation) for stage in STAGES for relation in ("assignee", "supervisor")]
    assert all(item.english != item.indonesian for item in said)
    for item in said:
        assert not INDONESIAN.search(item.english.replace(task_label(play.context(), task), "")), item.english
        assert re.findall(r"\d+", item.english) == re.findall(r"\d+", item.indonesian)
    assert "Tuesday, 6 January 2026, 10:00 WITA" in say("ingat", "assignee").english
    assert "(1 day of work)" in say("atasan", "supervisor").english


@pytest.mark.parametrize(
    ("minutes", "words", "english"),
    [
        (0, "0 menit", "0 minutes"),
        (59, "59 menit", "59 minutes"),
        (61, "1 jam 1 menit", "1 hour 1 minute"),
        (450, "1 hari", "1 day"),
        (1110, "2 hari 3 jam 30 menit", "2 days 3 hours 30 minutes"),
    ],
)
def test_working_time_is_told_in_days_hours_and_minutes(minutes: int, words: str, english: str) -> None:
    assert working_time(minutes) == Text(words, english)


def test_dates_are_written_out() -> None:
    noon = calendar().opening(date(2026, 1, 5))
    assert noon is not None
    assert instant_text(noon, calendar().timezone).indonesian == "Senin, 5 Januari 2026 pukul 07.30 WITA"


@pytest.mark.parametrize(("number", "words"), [(1, "A summary of 1 notice."), (2, "A summary of 2 notices.")])
def test_a_summary_counts_its_notices_in_proper_english(number: int, words: str) -> None:
    assert summary_text(["x"] * number, False, (), ZoneInfo("UTC"), "en").partition("\n")[0] == words
