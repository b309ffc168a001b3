"""Short ways to write a case and its visits."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from engine.conformance.records import CaseRecord, VisitRecord

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)  # 08:00 in Makassar
CASE = CaseRecord("0" * 36, "PDK-2026-0001", "perbaikan-data-kinerja", "1.0.0", True)
_numbers = count(1)


def visit(step: str, branch: str | None = None, **given: Any) -> VisitRecord:
    """A visit of an hour on a Monday morning, seen ten minutes before its end."""
    ordinal = next(_numbers)
    ready = given.pop("ready_at", MONDAY)
    finished = given.pop("finished_at", ready + timedelta(hours=1))
    values: dict[str, Any] = {
        "id": f"v{ordinal}",
        "case_id": CASE.id,
        "step_id": step,
        "branch": branch,
        "visit": 1,
        "ordinal": ordinal,
        "account": "budi",
        "helpers": (),
        "waived": (),
        "acting_kind": "definitive",
        "ready_at": ready,
        "viewed_at": finished - timedelta(minutes=10),
        "claimed_at": ready,
        "finished_at": finished,
        "entered_at": finished,
        "work_start": None,
        "work_end": None,
        "working": 60,
        "standard": 120,
        "late": 0,
        "outcome": None,
        "deviation": False,
        "origin_id": f"o{ordinal}",
        "is_approval": False,
    }
    return VisitRecord(**values | given)


def trace(*steps: str) -> list[VisitRecord]:
    """Visits in this order, ``s4@a`` in a branch; the how manieth of a step counts on."""
    seen: dict[str, int] = {}
    found = []
    for step in steps:
        seen[step] = seen.get(step, 0) + 1
        name, _, branch = step.partition("@")
        found.append(visit(name, branch or None, visit=seen[step]))
    return found
