"""Checks of dates that replace or move the clock: ``due``, ``not_before``, milestones."""

from engine.sop.checks.report import Report
from engine.sop.locations import Path, shown
from engine.sop.model import Due
from engine.text.bilingual import NOTHING, Text

_FORMS = ("at", "before", "after", "days_of_month")


def check_due(report: Report, path: Path, due: Due | None, step_id: str | None) -> None:
    if due is None:
        return
    written = report.source.value(path)
    if isinstance(written, dict) and len(set(_FORMS) & set(written)) != 1:
        report.error(
            path,
            "due_form",
            Text(f"Tulis tepat satu dari {', '.join(_FORMS)}.", f"Write exactly one of {', '.join(_FORMS)}."),
        )
    check_moment(report, (*path, "at"), due.at, step_id)
    for form, pair in (("before", due.before), ("after", due.after)):
        if pair is not None:
            check_moment(report, (*path, form, 0), pair[0], step_id)
    _check_days(report, path, due)


def check_moment(report: Report, path: Path, reference: str | None, step_id: str | None) -> None:
    """A reference leads to a date or an instant."""
    if not reference:
        return
    kind = report.kind_at(reference, step_id)
    if kind is None:
        report.error(
            path,
            "unknown_field",
            Text(
                f"{shown(reference)} tidak dikenal; tulis misalnya s1.tanggal, item.tenggat, case.received"
                " atau window.end.",
                f"{shown(reference)} is not known; write for example s1.tanggal, item.tenggat, case.received"
                " or window.end.",
            ),
        )
    elif kind.name not in ("date", "instant", "any"):
        report.error(
            path,
            "not_a_date",
            Text(
                f"{shown(reference)} bukan tanggal atau waktu.",
                f"{shown(reference)} is not a date or an instant.",
            )
            + _instant_of_step(report, reference),
        )
    elif reference.startswith("window.") and not any(
        trigger.type == "schedule" for trigger in report.written.triggers
    ):
        report.error(
            path,
            "window_without_schedule",
            Text(
                "window hanya ada bila SOP punya pemicu schedule.",
                "window exists only where the SOP has a schedule trigger.",
            ),
        )


def _check_days(report: Report, path: Path, due: Due) -> None:
    days = [day for day in due.days_of_month if day is not None]
    if days and report.written.case.period is None:
        report.error(
            (*path, "days_of_month"),
            "days_without_period",
            Text("days_of_month memerlukan case.period.", "days_of_month needs case.period."),
        )
    if any(not 1 <= day <= 31 for day in days) or days != sorted(set(days)):
        report.error(
            (*path, "days_of_month"),
            "out_of_range",
            Text(
                "Tanggal harus antara 1 dan 31, berurutan, masing-masing satu kali.",
                "Days must lie between 1 and 31, in order, each once.",
            ),
        )
    for key in ("offset", "free_day"):
        if not getattr(due, key) or due.days_of_month:
            continue
        report.error(
            (*path, key),
            "key_not_for_type",
            Text(f"{key} hanya berlaku bersama days_of_month.", f"{key} belongs to days_of_month only."),
            key=True,
        )


def _instant_of_step(report: Report, reference: str) -> Text:
    if any(step.id == reference for step in report.written.steps):
        return Text(f" Tulis {reference}.finished.", f" Write {reference}.finished.")
    return NOTHING
