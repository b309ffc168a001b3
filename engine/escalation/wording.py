"""What people are told of a stage: formal, short, polite. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.opening import calendar_of
from engine.organisation import person_seat
from engine.said import Said
from engine.state import CaseState, Task
from engine.views import task_label
from engine.worktime.periods import MONTH_NAMES, Period
from engine.worktime.policies import Stage
from engine.world import World

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def in_words(instant: datetime, zone: ZoneInfo) -> str:
    """``Senin, 5 Januari 2026 pukul 08.00 WITA``."""
    local = instant.astimezone(zone)
    day = f"{DAYS[local.weekday()]}, {local.day} {MONTH_NAMES[local.month - 1]} {local.year}"
    return f"{day} pukul {local:%H.%M} {local.tzname()}"


def about_task(world: World, state: CaseState, task: Task, stage: Stage, relation: str) -> str:
    """The message of a stage to somebody who is told by this relation."""
    zone = world.calendar.timezone
    subject = f"{task_label(world, task)} — {state.case.number}, {state.case.title}"
    due = in_words(task.due_at, zone) if task.due_at else "-"
    own = relation in ("assignee", "candidates")
    executor = _executor(world, task)
    match stage.kind:
        case "reminder":
            ask = "Mohon dapat diselesaikan tepat waktu." if own else f"Pelaksana: {executor}."
            return f"Pengingat: tugas {subject} jatuh tempo {due}. {ask}"
        case "not_picked_up":
            limit = in_words(task.pickup_due_at, zone) if task.pickup_due_at else "-"
            if own:
                return f"Tugas {subject} belum diambil; batas pengambilannya {limit}. Mohon segera diambil."
            offer = (
                " Bapak/Ibu dapat mengalihkannya kepada pelaksana lain." if "assign" in stage.offers else ""
            )
            return f"Mohon perhatian Bapak/Ibu: tugas {subject} belum diambil sejak {limit}.{offer}"
        case _ if own:
            return f"Tugas {subject} telah melewati tenggat {due}; mohon segera diselesaikan."
    late = _late(world, state, task)
    return (
        f"Mohon perhatian Bapak/Ibu: tugas {subject} pada {executor} telah melewati tenggat {due}"
        f" ({late} kerja)."
    )


def about_milestone(world: World, state: CaseState, name: str, due: datetime, stage: Stage) -> str:
    """The message of a milestone's stage to whoever answers for the activity."""
    step = world.definition.step(world.definition.sla.milestones[name].at)
    subject = f"{step.label or step.activity} — {state.case.number}, {state.case.title}"
    when = in_words(due, world.calendar.timezone)
    if stage.kind == "reminder":
        return f"Pengingat: batas waktu kegiatan {subject} jatuh pada {when}."
    return f"Mohon perhatian Bapak/Ibu: batas waktu kegiatan {subject}, {when}, telah terlewati."


def not_started(title: str, period: str, why: Said | None) -> Said:
    """The message that a scheduled start did not happen; without a reason the system was not running."""
    named = Period.parse(period).label
    reason = why or Said(
        "Sistem tidak berjalan saat jadwalnya tiba.", "The system was not running at its time."
    )
    return Said(
        f"Mohon perhatian Bapak/Ibu: {title}, {named}, belum dimulai sesuai jadwal. {reason.id}"
        " Prosesnya dapat dimulai menyusul pada halaman Mulai terjadwal.",
        f"Please note: {title}, {named}, was not started on schedule. {reason.en}"
        " It can be started late on the page Scheduled starts.",
    )


def working_time(minutes: int, minutes_per_day: int = 450) -> str:
    """``2 hari 3 jam 30 menit``, counting days of the normal working hours."""
    days, rest = divmod(minutes, minutes_per_day)
    hours, minutes = divmod(rest, 60)
    parts = [f"{n} {unit}" for n, unit in ((days, "hari"), (hours, "jam"), (minutes, "menit")) if n]
    return " ".join(parts) or "0 menit"


def _late(world: World, state: CaseState, task: Task) -> str:
    if task.due_at is None:
        return working_time(0)
    calendar = calendar_of(world, state.branches.get(task.branch_id or ""))
    return working_time(calendar.between(task.due_at, world.now))


def _executor(world: World, task: Task) -> str:
    if task.assignee:
        return world.organisation.label_of(task.position or person_seat(task.assignee))
    return ", ".join(world.organisation.label_of(seat) for seat in task.seats)
