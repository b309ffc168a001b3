"""Every sentence that the core has for people, in both languages, is what `tests/golden/sentences.txt` says.

Each is made once with plain arguments; a refusal that is not made here fails the last test.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.calendar.durations import Duration
from engine.calendar.policies import Stage
from engine.cases.model import CaseStatus, Notice, TaskStatus
from engine.cases.task_context import TaskContext
from engine.permissions import refusals, taking_back
from engine.permissions.refusals import Refusal
from engine.permissions.verbs import TASK_VERBS, Verb
from engine.reminders import act_notices, messages
from engine.reminders.summaries import MOST_LINES, summary_text
from engine.sop.machine import OutcomeRule
from engine.text.bilingual import Text
from tests.support import golden
from tests.support.contexts import NOW, Play, shipped_definition

NINE = shipped_definition("perbaikan-data-kinerja")
ZONE = ZoneInfo("Asia/Makassar")
LATER = datetime(2026, 1, 9, 1, 30, tzinfo=UTC)
FAULT = Text("Yang diminta tidak ada.", "what was asked for is not there")


def a_play() -> Play:
    """The first step, held by the head, due on the second day."""
    play = Play(NINE).start()
    play.claim("s1", "kadis", "kepala-dinas")
    return play


def a_context(**changes: Any) -> TaskContext:
    play = a_play()
    play.state.put(replace(play.task("s1"), **changes))
    return TaskContext(play.case(), play.task("s1"))


def a_rule() -> OutcomeRule:
    return OutcomeRule(
        outcome="tolak", label="Tolak", to="end", by=("kepala_dinas",), when="case.period != null"
    )


# --- refusals ---


def every_refusal() -> Iterable[tuple[str, Refusal]]:
    context = a_context(helper="sekdis")
    office, task, case, step = context.case.organisation, context.task, context.state.case, context.step
    pool = replace(task, assignee=None, position=None, state=TaskStatus.READY, seats=("sekretaris", "@kadis"))
    for roles in (("auditor",), ("admin",)):
        yield f"takes_no_part {roles[0]}", refusals.takes_no_part(roles)
    for state in CaseStatus:
        yield f"case_not_running {state}", refusals.case_not_running(replace(case, state=state))
    for verb in ("suspend", "resume", "cancel"):
        yield f"wrong_case_state {verb}", refusals.wrong_case_state(verb, case)
        yield f"not_for_whole_case {verb}", refusals.not_for_whole_case(verb)
    for task_verb in Verb:
        yield f"wrong_state {task_verb}", refusals.wrong_state(task_verb, task)
    for task_state in TaskStatus:
        yield f"wrong_state {task_state}", refusals.wrong_state(Verb.SAVE, replace(task, state=task_state))
    yield "unread", refusals.unread(NINE)
    yield "takes_no_progress", refusals.takes_no_progress("Paraf")
    yield "already_claimed", refusals.already_claimed(task, office)
    yield "assigned_to_others holder", refusals.assigned_to_others(replace(task, assignee="sekdis"), office)
    yield "assigned_to_others position", refusals.assigned_to_others(replace(task, assignee=None), office)
    yield "assigned_to_others seats", refusals.assigned_to_others(pool, office)
    yield "not_a_candidate", refusals.not_a_candidate(pool, office)
    yield "not_yours", refusals.not_yours(Verb.RELEASE, task, office)
    yield "not_yours of nobody", refusals.not_yours(Verb.RELEASE, pool, office)
    yield "being_helped", refusals.being_helped(task, office)
    yield "nobody_helps", refusals.nobody_helps(task)
    yield "superior_only", refusals.superior_only(Verb.REASSIGN)
    yield "long_hold", refusals.long_hold()
    yield "same_person", refusals.same_person(step, "s5", "Anda")
    yield "own_case", refusals.own_case(step, "Anda")
    own = refusals.own_unit(step, "Anda", "Kepala Bidang", "bid-pdn")
    yield "own_unit", own
    yield "own_unit passed_on to nobody", refusals.passed_on(own, None)
    yield "own_work", refusals.own_work(step, "s5", "Anda")
    yield "passed_on", refusals.passed_on(refusals.own_case(step, "Anda"), "Sekretaris")
    yield "passed_on to nobody", refusals.passed_on(refusals.own_case(step, "Anda"), None)
    yield "own_request", refusals.own_request()
    yield "strategic", refusals.strategic(step)
    yield "no_longer_holds", refusals.no_longer_holds(task, "Kepala Dinas")
    yield "held_in_person", refusals.held_in_person(task)
    yield "still_there", refusals.still_there(task, office)
    yield "not_in_charge", refusals.not_in_charge("Kepala Dinas")
    yield "head_only", refusals.head_only()
    yield "nobody_kept_apart", refusals.nobody_kept_apart(task)
    yield "not_for_role", refusals.not_for_role(a_rule())
    yield "too_early", refusals.too_early(replace(task, not_before=LATER), ZONE)
    yield "too_early without a date", refusals.too_early(task, ZONE)
    yield "condition", refusals.condition(a_rule())
    yield "nothing_to_recall", taking_back.nothing_to_recall()
    yield "already_opened", taking_back._already_opened()
    yield "decided_together", taking_back._decided_together()


def refused(name: str, refusal: Refusal) -> list[str]:
    now = f" {dict(sorted(refusal.current.items()))}" if refusal.current else ""
    return [f"{name}: {refusal.error.code}{now}", *said(refusal.message)]


# --- notices of acts ---


def every_notice(language: str) -> Iterable[tuple[str, Notice | None]]:
    def at(**changes: Any) -> TaskContext:
        context = a_context(**changes)
        return TaskContext(replace(context.case, language_of=lambda _account: language), context.task)

    case, long = at().case, "x" * 600
    yield "reassigned", act_notices.reassigned(at(), "Sakit")
    yield "reassigned, due at no time", act_notices.reassigned(at(due_at=None), "")
    yield "reassigned to nobody", act_notices.reassigned(at(assignee=None), "")
    yield "taken_over", act_notices.taken_over(at(), "sekdis")
    yield "taken_over of nobody", act_notices.taken_over(at(assignee=None), "sekdis")
    yield "waived", act_notices.waived(at(), "sekdis")
    for by in ("kadis", "sekdis"):
        for note in (None, "Mohon angka TW I"):
            named = f"by {by}{', with a note' if note else ''}"
            for one in act_notices.asked_to_help(at(helper="kabid.psr"), by, note):
                yield f"asked_to_help {named}", one
            for one in act_notices.help_ended(at(helper="sekdis"), by, note):
                yield f"help_ended {named}", one
    for one in act_notices.help_ended(at(helper="sekdis"), "kasubbag.umum", long):
        yield "help_ended by a superior, with a long note", one
    what = Text("Tugas dialihkan", "Reassigned")
    yield "summed_up one", act_notices.summed_up(at(), "sekdis", what, 1)
    yield "summed_up many", act_notices.summed_up(at(), "sekdis", what, 3)
    for told in act_notices.released(at(assignee=None), "kabid.psr", "sekdis", "Rapat"):
        yield f"released, to {told.account}", told
    yield "paused", act_notices.paused(at(state=TaskStatus.ON_HOLD), "kabid.psr", "Data")[0]
    yield "paused, and goes on", act_notices.paused(at(), "kabid.psr")[0]
    yield "handed_on", act_notices.handed_on(at(assignee="sekdis"), "kadis", "kabid.psr", "Cuti")
    yield "handed_on without a reason", act_notices.handed_on(at(assignee="sekdis"), "kadis", "kabid.psr", "")
    yield "handed_on to himself", act_notices.handed_on(at(), "kadis", "sekdis", "Cuti")
    for one in act_notices.noted(case, "sekdis", long, ["kadis", "kabid.psr"]):
        yield "noted", one


def noticed(name: str, notice: Notice | None) -> list[str]:
    if notice is None:
        return [f"{name}: nobody is told"]
    about = "task" if notice.task_id else "case" if notice.case_id else "nothing"
    return [f"{name}: {notice.account} {notice.kind} {about} {notice.at:%Y-%m-%d %H:%M}", f"  {notice.text}"]


# --- stages and summaries ---


def a_stage(moment: Any, **more: Any) -> Stage:
    return Stage(**{"id": "x", "moment": moment, "to": ("assignee",)} | more)


def every_message() -> Iterable[tuple[str, Text]]:
    lengths = {
        "at once": Duration(),
        "30 minutes": Duration(minutes=30),
        "2 working days": Duration(working_days=2),
        "3 days": Duration(calendar_days=3),
    }
    for moment in ("before_due", "after_due", "after_pickup_due"):
        for name, length in lengths.items():
            yield f"about_stage {moment}, {name}", messages.about_stage(a_stage(moment, length=length))
    yield "about_stage used", messages.about_stage(a_stage("used", percent=80))
    summed = a_stage("after_due", length=lengths["3 days"], tone="ringkasan")
    yield "about_stage in the summary", messages.about_stage(summed)
    late = replace(a_context().case, now=LATER)
    held = a_context(held_until=LATER, pickup_due_at=LATER)
    for relation in ("assignee", "candidates", "supervisor"):
        for moment in ("used", "after_due", "after_pickup_due", "after_hold"):
            context = TaskContext(late, held.task)
            yield (
                f"about_task {moment} to {relation}",
                messages.about_task(context, a_stage(moment), relation),
            )
        escalation = a_stage("after_due", length=lengths["3 days"])
        yield (
            f"about_task escalation to {relation}",
            messages.about_task(TaskContext(late, held.task), escalation, relation),
        )
    offering = a_stage("after_pickup_due", offers=("assign",))
    yield "about_task with an offer", messages.about_task(held, offering, "supervisor")
    in_person = replace(held.task, position=None, acting_kind=None)
    pool = replace(held.task, assignee=None, seats=("sekretaris", "kepala-dinas"))
    for name, task in (
        ("in person", in_person),
        ("of a pool", pool),
        ("without a date", replace(pool, due_at=None)),
    ):
        yield f"about_task {name}", messages.about_task(TaskContext(late, task), escalation, "supervisor")
    yield "not_started", messages.not_started("Laporan", "2026-Q1", None)
    yield "not_started, why", messages.not_started("Laporan", "2026-Q1", FAULT)
    first, second = (NOW, LATER), (NOW, LATER.replace(day=12))
    moved = [("2026-Q1", first, second), ("2026-Q2", first, (LATER, second[1])), ("2026-Q3", None, first)]
    yield "dates_moved", messages.dates_moved("Laporan", [*moved, ("2026-Q4", first, None)], ZONE)


def every_milestone() -> Iterable[tuple[str, Text]]:
    play = Play(shipped_definition("laporan-kinerja-triwulan")).start()
    for name in play.definition.sla.milestones:
        for moment in ("before_due", "after_due"):
            text = messages.about_milestone(play.case(), name, LATER, a_stage(moment))
            yield f"about_milestone {name} {moment}", text


def every_summary() -> Iterable[tuple[str, str]]:
    outage = (NOW, LATER, 90)
    for language in ("id", "en"):
        for name, lines, late, outages in (
            ("one line", ["satu"], False, []),
            ("late", ["satu", "dua"], True, []),
            ("after two outages", ["satu", "dua"], True, [outage, outage]),
            ("in time despite an outage", ["satu", "dua"], False, [outage]),
            ("too many", [f"{n}" for n in range(MOST_LINES + 2)], False, []),
        ):
            told = summary_text(lines, late, outages, ZONE, language)
            yield f"summary {name} {language}", "\n  ".join([*told.splitlines()[:3], told.splitlines()[-1]])


def said(text: Text) -> list[str]:
    return [f"  {line}" for line in (*text.indonesian.splitlines(), *text.english.splitlines())]


def test_every_sentence_is_what_the_list_says() -> None:
    lines = [line for name, refusal in every_refusal() for line in refused(name, refusal)]
    for verb in Verb:
        row = TASK_VERBS[verb]
        lines.append(f"verb {verb}: {row.refused}")
    for language in ("id", "en"):
        lines += [
            line for name, notice in every_notice(language) for line in noticed(f"{name} {language}", notice)
        ]
    for name, text in (*every_message(), *every_milestone()):
        lines += [name, *said(text)]
    for name, told in every_summary():
        lines += [name, f"  {told}"]
    for missing in (refusals.no_such_case("c1"), refusals.no_such_task("t1")):
        lines += [missing.code, *said(missing.message)]
    golden.holds("sentences.txt", lines)


def test_no_refusal_is_left_out_of_the_list() -> None:
    listed = {name.split(" ")[0] for name, _ in every_refusal()}
    made = inspect.getmembers(refusals, inspect.isfunction)
    own = [
        (name, one) for name, one in made if "mutmut" not in name
    ]  # `make mutate` puts its own beside them
    builders = {name for name, one in own if inspect.signature(one).return_annotation is Refusal}
    assert len(builders) > 20
    assert builders - listed == set()
