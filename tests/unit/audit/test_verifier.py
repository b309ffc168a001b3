"""What the verifier says about a damaged log, fault by fault."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.audit.chain import AuditDetail, AuditEvent, Head, event_hash
from engine.audit.events import case_stream, make_event
from engine.audit.replay import Shape, State, Stored, replay
from engine.audit.verifier import VerifyReport, verify
from engine.cases.model import CaseState, TaskStatus, changes_between
from engine.store.stored_state import SHAPE, public_state
from tests.support.stored_cases import a_started_case, an_act


class Log:
    """The log of one case with four events: start, claim, save, complete."""

    def __init__(self) -> None:
        self.events: list[AuditEvent] = []
        self.details: dict[tuple[str, int], AuditDetail] = {}
        self.head = Head()
        state = a_started_case()
        self.stream = case_stream(state.case.id)
        self.add(None, state)
        task = next(iter(state.tasks.values()))
        for values in (
            {"state": TaskStatus.IN_PROGRESS, "assignee": "sekdis"},
            {"draft": {"x": 1.5}},
            {"state": TaskStatus.COMPLETED, "outcome": "ok", "draft": None, "data": {"x": 1.5}},
        ):
            before, state = state, state.copy()
            task = replace(task, **values, version=task.version + 1)
            state.put(task)
            self.add(before, state)

    def add(self, before: CaseState | None, after: CaseState) -> None:
        event, detail = make_event(
            stream=self.stream,
            head=self.head,
            act=an_act(subject=after.case.id),
            changes=changes_between(before, after),
            definition_hash="d",
            salt=bytes(32),
        )
        self.events.append(event)
        if detail is not None:
            self.details[self.stream, event.seq] = detail
        self.head = Head(event.seq, event.hash)

    @property
    def state(self) -> State:
        return replay(event.body for event in self.events)

    def verify(self, state: State | None = None) -> VerifyReport:
        stored = None if state is None else {self.stream: Stored(state)}
        log = [(event, self.details.get((event.stream, event.seq))) for event in self.events]
        return verify(log, {self.stream: self.head}, stored)

    def first_bad(self, state: State | None = None) -> tuple[int, str]:
        fault = self.verify(state).first_bad
        assert fault is not None
        assert fault.stream == self.stream
        return fault.seq, fault.what


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_clean_log_has_no_fault(log: Log) -> None:
    report = log.verify(log.state)
    assert (report.ok, report.checked, report.streams) == (True, 4, 1)


def test_an_edited_event_is_named(log: Log) -> None:
    log.events[1] = replace(log.events[1], body=log.events[1].body.replace(b"sekdis", b"sekdiz"))
    assert log.first_bad() == (2, "its bytes do not give its hash: the event was edited")


def test_an_event_edited_together_with_its_hash_breaks_the_next_one(log: Log) -> None:
    body = log.events[1].body.replace(b"sekdis", b"sekdiz")
    log.events[1] = replace(log.events[1], body=body, hash=event_hash(body))
    assert log.first_bad() == (3, "it does not follow the event before it")


def test_a_deleted_event_is_named(log: Log) -> None:
    del log.events[1]
    assert log.first_bad() == (2, "event 2 is missing; 3 stands in its place")


def test_swapped_events_are_named(log: Log) -> None:
    log.events[1], log.events[2] = log.events[2], log.events[1]
    assert log.first_bad()[0] == 2


def test_an_inserted_event_is_named(log: Log) -> None:
    log.events.insert(2, log.events[1])
    assert log.first_bad()[0] == 3


def test_a_truncated_log_is_named_at_the_first_missing_event(log: Log) -> None:
    log.events.pop()
    assert log.first_bad() == (4, "the log ends here, but its head stands at event 4")


def test_a_stream_without_any_event_is_named_by_its_head(log: Log) -> None:
    log.events.clear()
    assert log.first_bad() == (1, "all 4 events of this stream are missing")


def test_an_event_beyond_the_head_is_named(log: Log) -> None:
    log.head = Head(3, log.events[2].hash)
    assert log.first_bad() == (4, "this event lies beyond the head, which stands at 3")


@pytest.mark.parametrize("column", ["act", "account", "at", "prev"])
def test_a_column_that_differs_from_the_event_is_named(log: Log, column: str) -> None:
    changed: dict[str, Any] = {column: "other"}
    log.events[2] = replace(log.events[2], **changed)
    seq, what = log.first_bad()
    assert seq == 3
    assert what.startswith(f"the column {column} says 'other'")


def test_an_edited_detail_is_named(log: Log) -> None:
    detail = log.details[log.stream, 3]
    assert detail.body is not None
    log.details[log.stream, 3] = replace(detail, body=detail.body + b" ")
    assert log.first_bad() == (3, "its detail was edited")


def test_a_removed_detail_is_named_but_an_erased_one_is_fine(log: Log) -> None:
    detail = log.details.pop((log.stream, 3))
    assert log.first_bad()[0] == 3
    log.details[log.stream, 3] = replace(detail, salt=None, body=None)
    assert log.verify(log.state).ok


def test_a_detail_beside_an_event_that_has_none_is_named(log: Log) -> None:
    stray = AuditDetail(stream=log.stream, seq=2, salt=b"s", body=b"{}")
    log.details[log.stream, 2] = stray
    assert log.first_bad() == (2, "a detail stands beside an event that has none")


def test_a_stored_state_that_differs_from_the_log_is_named_with_both_values(log: Log) -> None:
    state = log.state
    task_id = next(iter(state["task"]))
    state["task"][task_id]["state"] = "ready"
    seq, what = log.first_bad(state)
    assert seq == 0
    assert what.endswith(f"task {task_id}: state is 'ready', the events say 'completed'")


def test_a_stored_task_without_an_event_is_named(log: Log) -> None:
    state = log.state
    state["task"]["stray"] = {"id": "stray"}
    assert log.first_bad(state)[1].endswith("task stray is stored, but no event created it")


def test_a_field_that_is_younger_than_the_events_has_its_default() -> None:
    state = a_started_case()
    younger = ("helped_by", "waived", "deviation")
    changes = [
        replace(change, public={name: pair for name, pair in change.public.items() if name not in younger})
        for change in changes_between(None, state)
    ]
    stream = case_stream(state.case.id)
    made = make_event(
        stream=stream,
        head=Head(),
        act=an_act("case.start"),
        changes=changes,
        definition_hash="d",
        salt=bytes(32),
    )
    heads, stored = {stream: Head(1, made[0].hash)}, public_state(state)
    plain = Shape(SHAPE.public, SHAPE.private)
    assert verify([made], heads, {stream: Stored(stored)}, shape=plain).faults == []
    task = next(iter(state.tasks))
    stored["task"][task]["helped_by"] = ["sekdis"]
    assert not verify([made], heads, {stream: Stored(stored)}, shape=plain).ok


def test_an_erased_detail_needs_an_event_that_names_it(log: Log) -> None:
    key = (log.stream, 3)
    log.details[key] = replace(log.details[key], salt=None, body=None)
    logged = [(event, log.details.get((event.stream, event.seq))) for event in log.events]
    heads = {log.stream: log.head}
    assert verify(logged, heads, erasures={key}).ok
    fault = verify(logged, heads, erasures=set()).first_bad
    assert fault is not None
    assert (fault.seq, fault.what) == (3, "its detail was erased, and no event says so")


def test_bytes_that_are_no_event_are_a_fault_and_not_a_crash(log: Log) -> None:
    for body in (b"\xff", b"[]", b"{}", b"null"):
        log.events[3] = replace(log.events[3], body=body, hash=event_hash(body))
        assert log.first_bad() == (4, "its bytes are not an event")


def test_an_event_tells_ids_and_states_but_no_form_value_reason_or_title(log: Log) -> None:
    whole = b"".join(event.body for event in log.events)
    assert b'"completed"' in whole
    assert b"sekdis" in whole
    for hidden in (b"Perbaikan", b'"draft"', b'"data"', b'"title"', b"1.5"):
        assert hidden not in whole
