"""What came out of a scenario against what it says, difference by difference."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from engine.audit.events import case_stream
from engine.cases.model import CaseState
from engine.sop.scenarios import Expect, Visit
from engine.store.audit_reader import read_events
from engine.tables import NOTICE
from engine.views.cases import Case
from engine.views.timing_log import CaseTiming, TimingRow

Fact = tuple[str, Any, Any]
"""What it is about, what the scenario says (None: nothing), what came out."""
FOR_INFORMATION = "Untuk diketahui"


def place(step: str, branch: str | None) -> str:
    return f"{step}@{branch}" if branch else step


def of_case(expect: Expect, case: Case, timing: CaseTiming) -> Iterator[Fact]:
    """What a scenario says of the case as a whole."""
    yield "state", expect.state, case["state"]
    yield "result", expect.result, case["result"]
    yield "path", list(expect.path) or None, [place(row["step_id"], row["branch"]) for row in timing["items"]]
    yield "title", expect.title, case["title"]
    yield "deviation", expect.deviation, "deviation" in case["flags"]
    yield "children", expect.children, len(case["children"])
    opened = sorted(place(task["step_id"], task["branch"]) for task in case["open_tasks"])
    yield "open", _sorted(expect.open), opened
    for name, found in timing["totals"].items():
        yield name, getattr(expect, name), found


def of_traces(expect: Expect, state: CaseState, connection: Connection) -> Iterator[Fact]:
    """What a scenario says of the values written, the steps skipped and the people told."""
    for name, wanted in (expect.values or {}).items():
        yield f"values.{name}", wanted, state.case.values.get(name)
    rows = {branch.key: branch.item or {} for branch in state.branches.values()}
    for key, columns in (expect.items or {}).items():
        for name, wanted in columns.items():
            yield f"items.{key}.{name}", wanted, rows.get(key, {}).get(name)
    yield "skipped", _sorted(expect.skipped), sorted(_skipped(state, connection))
    yield "told", _sorted(expect.told), sorted(_told(state, connection))


def of_visit(visit: Visit, row: TimingRow, zone: ZoneInfo) -> Iterator[Fact]:
    """What a scenario says of one row of the timing table."""
    yield "visit", visit.visit, row["visit"]
    yield "waiting", visit.waiting, row["waiting_minutes"]
    yield "working", visit.working, row["working_minutes"]
    yield "hold", visit.hold, row["hold_minutes"]
    yield "standard", visit.standard, row["standard_minutes"]
    yield "late", visit.late, row["late_minutes"]
    yield "acting", visit.acting, row["acting_kind"]
    yield "ready", visit.ready, _local(row["ready_at"], zone)
    yield "due", visit.due, _local(row["due_at"], zone) or "none"


def _sorted(names: tuple[str, ...] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _skipped(state: CaseState, connection: Connection) -> Iterator[str]:
    for event in read_events(connection, [case_stream(state.case.id)]):
        for load in json.loads(event.body).get("facts", {}).get("not_applicable", ()):
            yield place(load["step_id"], load["branch"])


def _told(state: CaseState, connection: Connection) -> set[str]:
    rows = connection.execute(
        select(NOTICE.c.account, NOTICE.c.text).where(NOTICE.c.case_id == state.case.id)
    )
    return {row.account for row in rows if row.text.startswith(FOR_INFORMATION)}


def _local(text: str | None, zone: ZoneInfo) -> str | None:
    if text is None:
        return None
    local = datetime.fromisoformat(text).astimezone(zone)
    return local.strftime("%Y-%m-%d %H:%M" if local.second == 0 else "%Y-%m-%d %H:%M:%S")
