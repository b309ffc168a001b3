"""The states of cases, branches and tasks in words. Pure."""

from collections.abc import Mapping

from engine.text.bilingual import Text

TASK_STATES: Mapping[str, Text] = {
    "ready": Text("Menunggu diambil", "Ready"),
    "assigned": Text("Ditugaskan", "Assigned"),
    "in_progress": Text("Dikerjakan", "In progress"),
    "on_hold": Text("Ditunda", "On hold"),
    "completed": Text("Selesai", "Completed"),
    "cancelled": Text("Dibatalkan", "Cancelled"),
}
CASE_STATES: Mapping[str, Text] = {
    "draft": Text("Konsep", "Draft"),
    "running": Text("Berjalan", "Running"),
    "suspended": Text("Ditangguhkan", "Suspended"),
    "completed": Text("Selesai", "Completed"),
    "cancelled": Text("Dibatalkan", "Cancelled"),
}
