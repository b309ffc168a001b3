"""Checks of how a case starts, how it is named, and of its service levels: triggers, case, sla, fees."""

import re

from engine.calendar.durations import Duration
from engine.errors import SopError
from engine.sop.checks.clock import check_calendar
from engine.sop.checks.due import check_due
from engine.sop.checks.findings import Noun
from engine.sop.checks.forms import check_fields
from engine.sop.checks.report import POLICY, ROLE, STEP, Report
from engine.sop.locations import Path, shown
from engine.sop.model import Trigger
from engine.sop.schedule import WHOLE_YEAR
from engine.text.bilingual import Text

_KEYS = {
    "manual": ("by",),
    "schedule": ("windows", "open", "empty_window"),
    "from_sop": ("sop", "outcome", "passes"),
}
_PERIODS = {
    "month": [f"{month:02}" for month in range(1, 13)],
    "quarter": ["Q1", "Q2", "Q3", "Q4"],
    "semester": ["H1", "H2"],
    "year": [WHOLE_YEAR],
}
OUTCOME = Noun("unknown_outcome", "Hasil", "outcome")
PASSED = Noun("unknown_pass", "Yang diteruskan", "passed value")
_PERIOD = Noun("unknown_period", "Periode", "period")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TITLE_NAMES = ("period", "period.label", "number")


def check_triggers(report: Report) -> None:
    for index, trigger in enumerate(report.written.triggers):
        path: Path = ("triggers", index)
        if trigger.type is None:
            continue
        needed = _KEYS[trigger.type][0]
        if not getattr(trigger, needed) and not report.source.has((*path, needed)):
            report.error(
                path,
                "missing_key",
                Text(
                    f"Pemicu {trigger.type} memerlukan kunci {needed}.",
                    f"A {trigger.type} trigger needs the key {needed}.",
                ),
            )
        for key in {key for keys in _KEYS.values() for key in keys}:
            if key not in _KEYS[trigger.type] and report.source.has((*path, key)):
                report.error(
                    (*path, key),
                    "key_not_for_type",
                    Text(
                        f"Kunci {key} tidak berlaku untuk pemicu {trigger.type}.",
                        f"The key {key} does not belong to a {trigger.type} trigger.",
                    ),
                    key=True,
                )
        report.roles((*path, "by"), trigger.by)
        _check_starters(report, path, trigger)
        _check_outcome(report, path, trigger)
        _check_passes(report, path, trigger)
        _check_windows(report, path, trigger)


def _check_outcome(report: Report, path: Path, trigger: Trigger) -> None:
    """The outcome that starts a case is one of the SOP that starts it, where that one is known."""
    parent = report.around.get("children", {}).get(trigger.sop or "")
    if parent is not None and trigger.outcome is not None:
        outcomes = dict.fromkeys(name for step in parent.steps for name in step.outcomes)
        report.wants((*path, "outcome"), trigger.outcome, outcomes, OUTCOME)


def _check_starters(report: Report, path: Path, trigger: Trigger) -> None:
    """Whoever starts a case is known only once it has started."""
    for index, name in enumerate(trigger.by):
        role = report.written.roles.get(name)
        if role is not None and role.from_ is not None:
            report.error(
                (*path, "by", index),
                "starter_unknown",
                Text(
                    f"Peran {shown(name)} baru diketahui di dalam berkas; tulis peran yang boleh memulai.",
                    f"The role {shown(name)} is known inside a case only; write a role that may start one.",
                ),
            )


def _check_passes(report: Report, path: Path, trigger: Trigger) -> None:
    case = report.written.case
    known = ["period", *(field.id for field in case.fields), *report.written.documents]
    for index, name in enumerate(trigger.passes):
        report.wants((*path, "passes", index), name, known, PASSED)
    check_sop(report, (*path, "sop"), trigger.sop)


def check_sop(report: Report, path: Path, sop: str | None, *, started: bool = False) -> None:
    """An SOP that the catalogue does not hold: a warning; an error where an effective SOP would start it."""
    known = report.around.get("known_sops")
    if not sop or known is None or sop in known:
        return
    tell = report.error if started and report.written.status == "effective" else report.warn
    tell(
        path,
        "unknown_sop",
        Text(f"SOP {shown(sop)} belum ada di katalog.", f"The SOP {shown(sop)} is not in the catalogue."),
    )


def _check_windows(report: Report, path: Path, trigger: Trigger) -> None:
    period = report.written.case.period
    if trigger.type == "schedule" and period is None:
        report.error(
            path,
            "schedule_without_period",
            Text("Pemicu schedule memerlukan case.period.", "A schedule trigger needs case.period."),
        )
    for index, window in enumerate(trigger.windows):
        here = (*path, "windows", index)
        if period is not None and period.type in _PERIODS:
            report.wants((*here, "period"), window.period, _PERIODS[period.type], _PERIOD)
        for key, last in (("month", 12), ("week", 4)):
            value = getattr(window, key)
            if value is not None and not 1 <= value <= last:
                _out_of_range(report, (*here, key), value, 1, last)
    days = trigger.open.working_days_before_window if trigger.open else 0
    if days is not None and not 0 <= days <= 260:
        _out_of_range(report, (*path, "open", "working_days_before_window"), days, 0, 260)


def _out_of_range(report: Report, path: Path, value: int, least: int, most: int) -> None:
    report.error(
        path,
        "out_of_range",
        Text(f"{value} di luar {least} sampai {most}.", f"{value} is not between {least} and {most}."),
    )


def check_case(report: Report) -> None:
    case = report.written.case
    if case.title is not None:
        _check_title(report, ("case", "title"), case.title)
    check_fields(report, ("case", "fields"), case.fields, None)
    received = [index for index, field in enumerate(case.fields) if field.role == "received"]
    for index in received[1:]:
        report.error(
            ("case", "fields", index, "role"),
            "duplicate_id",
            Text("Hanya satu isian boleh memakai role: received.", "Only one field may have role: received."),
        )
    for role, fields in case.parties.items():
        report.wants(("case", "parties", role), role, report.written.roles, ROLE, key=True)
        check_fields(report, ("case", "parties", role), fields, None)


def _check_title(report: Report, path: Path, title: str) -> None:
    for name in _PLACEHOLDER.findall(title):
        known = name in _TITLE_NAMES or report.kind_at(name, None) is not None
        if not known:
            report.error(
                path,
                "unknown_field",
                Text(
                    f"{{{shown(name)[1:-1]}}} dalam judul tidak dikenal; tulis misalnya {{period.label}}"
                    " atau {case.fields.nama}.",
                    f"{{{shown(name)[1:-1]}}} in the title is not known; write for example {{period.label}}"
                    " or {case.fields.name}.",
                ),
            )
        elif name.startswith("period") and report.written.case.period is None:
            report.error(
                path,
                "title_without_period",
                Text(
                    "Judul memakai {period}, tetapi case.period belum ditetapkan.",
                    "The title uses {period}, but case.period is not set.",
                ),
            )
    if "{" in _PLACEHOLDER.sub("", title) or "}" in _PLACEHOLDER.sub("", title):
        report.error(
            path,
            "bad_title",
            Text("Kurung kurawal pada judul tidak berpasangan.", "The braces of the title do not match."),
        )


def check_sla(report: Report) -> None:
    sla = report.written.sla
    policies = report.around.get("known_policies")
    check_calendar(report, ("sla", "calendar"), sla.calendar)
    if policies is not None:
        report.wants(("escalation",), report.written.escalation, policies, POLICY)
    _check_word_or_duration(report, ("sla", "on_return"), sla.on_return, ("full", "remaining"))
    _check_word_or_duration(report, ("sla", "case_target"), sla.case_target, ("auto",))
    steps = [step.id for step in report.written.steps]
    for name, milestone in sla.milestones.items():
        path: Path = ("sla", "milestones", name)
        report.wants((*path, "at"), milestone.at, steps, STEP)
        check_due(report, (*path, "due"), milestone.due, None)


def _check_word_or_duration(report: Report, path: Path, text: str | None, words: tuple[str, ...]) -> None:
    if text is None or text in words:
        return
    try:
        Duration.parse(text)
    except (SopError, ValueError):
        listed = ", ".join(words)
        report.error(
            path,
            "unknown_word",
            Text(
                f"{shown(text)} tidak dikenal; tulis {listed}, atau lama waktu seperti 2wd.",
                f"{shown(text)} is not known; write {listed}, or a duration such as 2wd.",
            ),
        )
