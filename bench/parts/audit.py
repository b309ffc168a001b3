"""The audit log in memory: making events, and verifying chains with details and states replayed."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from engine.audit.act import Act
from engine.audit.chain import AuditDetail, AuditEvent, Head
from engine.audit.events import case_stream, make_event
from engine.audit.verifier import verify
from engine.cases.model import Case, CaseState, CaseStatus, Task, TaskStatus, changes_between

CASES, STEPS = 500, 10
NOW = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
DATA = {"perintah": "Mohon diverifikasi ulang", "baris": [{"row": "r1", "nilai": "5", "sesuai": True}]}


def acts_of(number: int) -> list[tuple[CaseState | None, CaseState, Act]]:
    """A case that is claimed and completed ten times."""
    case = Case(
        id=f"case-{number}",
        number=f"N-{number}",
        agency="disdag",
        sop="nine-steps",
        sop_version="1.0.0",
        definition_hash="0" * 64,
        title="Perbaikan",
        period="2025-Q4",
        state=CaseStatus.RUNNING,
        started_by="kadis",
        started_at=NOW,
        received_at=NOW,
    )
    acts: list[tuple[CaseState | None, CaseState, Act]] = []
    before: CaseState | None = None
    after = CaseState(case)
    for step in range(STEPS):
        opened = Task(
            id=f"task-{number}-{step}",
            case_id=case.id,
            branch_id=None,
            branch=None,
            step_id=f"s{step}",
            visit=1,
            state=TaskStatus.ASSIGNED,
            seats=("sekretaris",),
            ready_at=NOW,
            due_at=NOW + timedelta(days=1),
            calendar_version="v1",
        )
        claimed = replace(opened, state=TaskStatus.IN_PROGRESS, assignee="sekdis", version=2, claimed_at=NOW)
        done = replace(claimed, state=TaskStatus.COMPLETED, version=3, finished_at=NOW, data=DATA)
        for task, name in ((opened, "task.open"), (claimed, "task.claim"), (done, "task.complete")):
            after = after.copy()
            after.put(task)
            acts.append((before, after, Act(name=name, at=NOW, account="sekdis", subject=task.id)))
            before = after
    return acts


def main() -> dict[str, float]:
    work = [(case_stream(f"case-{number}"), acts_of(number)) for number in range(CASES)]
    changes = [[(act, changes_between(old, new)) for old, new, act in acts] for _, acts in work]
    events: list[AuditEvent] = []
    details: dict[tuple[str, int], AuditDetail] = {}
    heads: dict[str, Head] = {}
    began = time.perf_counter()
    for (stream, _), of_case in zip(work, changes, strict=True):
        head = Head()
        for act, changed in of_case:
            event, detail = make_event(
                stream=stream, head=head, act=act, changes=changed, definition_hash="0" * 64, salt=b"0" * 32
            )
            head = Head(event.seq, event.hash)
            events.append(event)
            if detail is not None:
                details[stream, event.seq] = detail
        heads[stream] = head
    appended = time.perf_counter() - began
    began = time.perf_counter()
    log = [(event, details.get((event.stream, event.seq))) for event in events]
    began = time.perf_counter()
    report = verify(log, heads)
    verified = time.perf_counter() - began
    if not report.ok or report.checked != len(events):
        raise RuntimeError(f"the log should be whole: {report}")
    return {"append_per_second": len(events) / appended, "verify_per_second": len(events) / verified}


if __name__ == "__main__":
    print(json.dumps(main()))
