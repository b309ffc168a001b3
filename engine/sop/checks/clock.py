"""Checks of the times of one step: how long it takes, by which calendar, and until when it is due."""

from engine.sop.checks.due import check_due
from engine.sop.checks.findings import Noun
from engine.sop.checks.lookup import field_at
from engine.sop.checks.report import CALENDAR, MILESTONE, Report
from engine.sop.expressions.scope import Place
from engine.sop.locations import Path, shown
from engine.sop.model import Step
from engine.text.bilingual import Text

CHOICE = Noun("unknown_option", "Pilihan", "option")


def check_clock(report: Report, path: Path, step: Step) -> None:
    if step.time is not None and step.time.is_zero and step.row is None:
        report.error(
            (*path, "time"),
            "out_of_range",
            Text(
                'Waktu nol; tulis "none" bila SOP tidak menetapkan waktu.',
                'A time of zero; write "none" where the SOP sets no time.',
            ),
        )
    _check_time_per(report, (*path, "time_per"), step)
    _check_time_by(report, (*path, "time_by"), step)
    check_calendar(report, (*path, "calendar"), step.calendar)
    check_due(report, (*path, "due"), step.due, step.id)
    check_due(report, (*path, "not_before"), step.not_before, step.id)
    if report.wants((*path, "milestone"), step.milestone, report.written.sla.milestones, MILESTONE):
        milestone = report.written.sla.milestones[step.milestone or ""]
        elsewhere = milestone.at in report.flow.position and milestone.at != step.id
        if elsewhere:
            report.error(
                (*path, "milestone"),
                "milestone_elsewhere",
                Text(
                    f"Tonggak {shown(step.milestone)} ditetapkan pada langkah {shown(milestone.at)}.",
                    f"The milestone {shown(step.milestone)} is set at the step {shown(milestone.at)}.",
                ),
            )


def check_calendar(report: Report, path: Path, name: str | None) -> None:
    """A calendar that is named is one of the agency's, where they are known."""
    calendars = report.around.get("known_calendars")
    if calendars is not None:
        report.wants(path, name, calendars, CALENDAR)


def _check_time_per(report: Report, path: Path, step: Step) -> None:
    if step.time_per is None:
        return
    kind = report.scope(step.id, Place("step")).resolve(step.time_per.split("."))
    if kind is None:
        report.error(
            path,
            "unknown_field",
            Text(
                f"Isian {shown(step.time_per)} tidak ada; tulis <langkah>.<isian>, case.fields.<id>"
                " atau item.<kolom>.",
                f"The field {shown(step.time_per)} does not exist; write <step>.<field>, case.fields.<id>"
                " or item.<column>.",
            ),
        )
    elif kind.name not in ("number", "any"):
        report.error(
            path,
            "not_a_number",
            Text(
                f"Isian {shown(step.time_per)} bukan bilangan.",
                f"The field {shown(step.time_per)} is not a number.",
            ),
        )


def _check_time_by(report: Report, path: Path, step: Step) -> None:
    """What chooses the time is known when the step opens, and each time is for something that it can say."""
    if step.time_by is None or not step.time_by.field:
        return
    reference = step.time_by.field
    kind = report.scope(step.id, Place("step")).resolve(reference.split("."))
    options = _options(report, reference)
    if kind is None or reference.split(".")[0] == step.id:
        report.error(
            (*path, "field"),
            "unknown_field",
            Text(
                f"{shown(reference)} belum diketahui saat langkah ini dibuka; tulis pilihan dari langkah"
                " sebelumnya, case.fields.<id> atau <langkah>.outcome.",
                f"{shown(reference)} is not known when this step opens; write a choice of an earlier step,"
                " case.fields.<id> or <step>.outcome.",
            ),
        )
        return
    if options is None and kind.name != "any":
        report.error(
            (*path, "field"),
            "not_a_choice",
            Text(
                f"{shown(reference)} bukan pilihan (choice) atau hasil (outcome).",
                f"{shown(reference)} is no choice and no outcome.",
            ),
        )
    if not step.time_by.times and report.source.value((*path, "times")) == {}:
        report.error((*path, "times"), "missing_value", Text("times kosong.", "times is empty."))
    for value, time in step.time_by.times.items():
        if options:
            report.wants((*path, "times", value), value, options, CHOICE, key=True)
        if time is not None and time.is_zero:
            report.error((*path, "times", value), "out_of_range", Text("Waktu nol.", "A time of zero."))


def _options(report: Report, reference: str) -> tuple[str, ...] | None:
    """What a reference can say; empty where that is known at run time only, None where it is no choice."""
    first, _, rest = reference.partition(".")
    if rest == "outcome":
        step = next((step for step in report.written.steps if step.id == first), None)
        return tuple(step.outcomes) if step and step.outcomes else None
    field = field_at(report.written, reference, None)
    return field.options if field is not None and field.type == "choice" else None
