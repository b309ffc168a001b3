"""What people are told of a stage: formal, short, polite. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.calendar.periods import Period
from engine.calendar.policies import Stage
from engine.cases.context import CaseContext, DecisionContext
from engine.cases.model import Task
from engine.cases.task_context import TaskContext
from engine.organisation import person_seat
from engine.sop.schedule import Dates
from engine.text.bilingual import NOTHING, Text
from engine.text.dates import instant_text
from engine.text.durations import length_text, working_time
from engine.views.tasks import capacity_of, task_label

BEFORE_AFTER = {
    "before_due": Text("sebelum tenggat", "before the deadline"),
    "after_due": Text("setelah tenggat", "after the deadline"),
    "after_pickup_due": Text("setelah batas pengambilan", "after the pick-up limit"),
}
AT_ONCE = {
    "before_due": Text("tepat pada tenggat", "at the deadline"),
    "after_due": Text("tepat pada tenggat", "at the deadline"),
    "after_pickup_due": Text(
        "pada batas pengambilan, bila belum diambil", "at the pick-up limit, if unclaimed"
    ),
}


def about_stage(stage: Stage) -> Text:
    """When a stage comes, as its policy says: ``1 hari kerja setelah tenggat``."""
    if stage.moment == "used":
        said = Text(f"{stage.percent}% waktu terpakai", f"{stage.percent}% of the time used")
    elif stage.length.is_zero:
        said = AT_ONCE[stage.moment]
    else:
        length, side = (
            length_text(
                stage.length.minutes,
                stage.length.working_days,
                stage.length.calendar_days,
                stage.length.seconds,
            ),
            BEFORE_AFTER[stage.moment],
        )
        said = Text(f"{length.indonesian} {side.indonesian}", f"{length.english} {side.english}")
    return said + Text(" (ringkasan mingguan)", " (weekly summary)") if stage.in_summary else said


def about_task(context: TaskContext, stage: Stage, relation: str) -> Text:
    """The message of a stage to somebody who is told by this relation."""
    task = context.task
    zone = context.case.calendar.timezone
    subject = f"{task_label(context.case, task)} — {context.state.case.number}, {context.state.case.title}"
    due = instant_text(task.due_at, zone)
    own = relation in ("assignee", "candidates")
    executor = _executor(context.case, task)
    if stage.moment == "after_hold":
        return _held(subject, executor, instant_text(task.held_until, zone), own)
    match stage.kind:
        case "reminder":
            ask = Text(f"Pelaksana: {executor}.", f"With: {executor}.")
            if own:
                ask = Text("Mohon dapat diselesaikan tepat waktu.", "Please finish it in time.")
            return Text(
                f"Pengingat: tugas {subject} jatuh tempo {due.indonesian}. {ask.indonesian}",
                f"Reminder: task {subject} is due {due.english}. {ask.english}",
            )
        case "not_picked_up":
            return _not_picked_up(
                subject, instant_text(task.pickup_due_at, zone), own, "assign" in stage.offers
            )
        case _ if own:
            return Text(
                f"Tugas {subject} telah melewati tenggat {due.indonesian}; mohon segera diselesaikan.",
                f"Task {subject} is past its deadline of {due.english}; please finish it soon.",
            )
    late = _late(context)
    return Text(
        f"Mohon perhatian Bapak/Ibu: tugas {subject} pada {executor} telah melewati tenggat {due.indonesian}"
        f" ({late.indonesian} kerja).",
        f"Please note: task {subject}, with {executor}, is past its deadline of {due.english}"
        f" ({late.english} of work).",
    )


def _held(subject: str, executor: str, until: Text, own: bool) -> Text:
    if own:
        return Text(
            f"Penundaan tugas {subject} berakhir {until.indonesian}. Mohon tugasnya dilanjutkan, atau"
            " mintalah"
            " tambahan waktu kepada atasan Bapak/Ibu.",
            f"The hold of task {subject} ended on {until.english}. Please go on with it, or ask your superior"
            " for more time.",
        )
    return Text(
        f"Mohon perhatian Bapak/Ibu: penundaan tugas {subject} pada {executor} berakhir"
        f" {until.indonesian}, dan"
        " tugasnya belum dilanjutkan.",
        f"Please note: the hold of task {subject}, with {executor}, ended on {until.english}, and the"
        " task has"
        " not been resumed.",
    )


def _not_picked_up(subject: str, limit: Text, own: bool, may_assign: bool) -> Text:
    if own:
        return Text(
            f"Tugas {subject} belum diambil; batas pengambilannya {limit.indonesian}. Mohon segera diambil.",
            f"Task {subject} has not been picked up; it was to be by {limit.english}. Please claim it soon.",
        )
    offer = Text(
        " Bapak/Ibu dapat mengalihkannya kepada pelaksana lain.", " You may reassign it to somebody else."
    )
    return Text(
        f"Mohon perhatian Bapak/Ibu: tugas {subject} belum diambil sampai batasnya, {limit.indonesian}.",
        f"Please note: task {subject} was not picked up by its limit, {limit.english}.",
    ) + (offer if may_assign else NOTHING)


def about_milestone(case: CaseContext, name: str, due: datetime, stage: Stage) -> Text:
    """The message of a milestone's stage to whoever answers for the activity."""
    step = case.definition.step(case.definition.sla.milestones[name].at)
    subject = f"{step.label or step.activity} — {case.state.case.number}, {case.state.case.title}"
    at = instant_text(due, case.calendar.timezone)
    if stage.kind == "reminder":
        return Text(
            f"Pengingat: batas waktu kegiatan {subject} jatuh pada {at.indonesian}.",
            f"Reminder: the time limit of {subject} is {at.english}.",
        )
    return Text(
        f"Mohon perhatian Bapak/Ibu: batas waktu kegiatan {subject}, {at.indonesian}, telah terlewati.",
        f"Please note: the time limit of {subject}, {at.english}, has passed.",
    )


def not_started(title: str, period: str, why: Text | None) -> Text:
    """The message that a scheduled start did not happen; without a reason the system was not running."""
    named = Period.parse(period).label
    reason = why or Text(
        "Sistem tidak berjalan saat jadwalnya tiba.", "The system was not running at its time."
    )
    return Text(
        f"Mohon perhatian Bapak/Ibu: {title}, {named}, belum dimulai sesuai jadwal. {reason.indonesian}"
        " Prosesnya dapat dimulai menyusul pada halaman Mulai terjadwal.",
        f"Please note: {title}, {named}, was not started on schedule. {reason.english}"
        " It can be started late on the page Scheduled starts.",
    )


def dates_moved(title: str, moved: Sequence[tuple[str, Dates | None, Dates | None]], zone: ZoneInfo) -> Text:
    """The message that confirmed dates of a schedule moved: period, from, to (None: no such period)."""
    told = Text(
        f"Mohon perhatian Bapak/Ibu: tanggal terjadwal {title} yang sudah dikonfirmasi bergeser.",
        f"Please note: scheduled dates of {title} that were confirmed have moved.",
    )
    for period, was, becomes in moved:
        named = Period.parse(period).label
        told += Text(f"\n{named}: ", f"\n{named}: ") + _from_to(was, becomes, zone)
    return told + Text(
        "\nMohon diperiksa dan dikonfirmasi lagi pada halaman Mulai terjadwal. Prosesnya tetap dimulai pada"
        " tanggal yang baru.",
        "\nPlease look at them and confirm them again on the page Scheduled starts. The process starts on the"
        " new date in any case.",
    )


def _from_to(was: Dates | None, becomes: Dates | None, zone: ZoneInfo) -> Text:
    if becomes is None:
        return Text("tidak lagi terjadwal.", "is not scheduled any more.")
    if was is None:
        opens, due = (instant_text(at, zone) for at in becomes)
        return Text(
            f"dibuka {opens.indonesian}, tenggat {due.indonesian}.",
            f"opens {opens.english}, due {due.english}.",
        )
    words = (Text("dibuka", "opens"), Text("tenggat", "due"))
    parts = [
        Text(
            f"{word.indonesian} {old.indonesian} → {new.indonesian}",
            f"{word.english} {old.english} → {new.english}",
        )
        for word, old, new in zip(
            words,
            (instant_text(at, zone) for at in was),
            (instant_text(at, zone) for at in becomes),
            strict=True,
        )
        if old != new
    ]
    return Text(
        "; ".join(part.indonesian for part in parts) + ".", "; ".join(part.english for part in parts) + "."
    )


def _late(context: TaskContext) -> Text:
    if context.task.due_at is None:
        return working_time(0)
    calendar = context.calendar
    return working_time(calendar.between(context.task.due_at, context.case.now))


def _executor(context: DecisionContext, task: Task) -> str:
    if task.assignee:
        told = capacity_of(context, task) or task.position or person_seat(task.assignee)
        return context.organisation.label_of(told)
    return ", ".join(context.organisation.label_of(seat) for seat in task.seats)
