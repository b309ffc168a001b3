"""Laws of the log: replay gives the state, every damage is found, a clean log raises no alarm."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audit.canonical import canonical
from engine.audit.chain import AuditDetail, AuditEvent, Head
from engine.audit.events import case_stream, make_event
from engine.audit.replay import Stored, replay
from engine.audit.verifier import Logged, verify
from engine.cases.model import BranchStatus, CaseState, CaseStatus, TaskStatus, changes_between
from engine.store.stored_state import public_state
from tests.support.stored_cases import NOW, a_branch, a_started_case, a_task, an_act

names = st.sampled_from(["kadis", "sekdis", "kabid.pdn", "jp-1"])
instants = st.integers(0, 10**6).map(lambda minutes: NOW + timedelta(minutes=minutes))
numbers = st.integers(0, 10**6)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    scalars | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
task_values: dict[str, st.SearchStrategy[Any]] = {
    "state": st.sampled_from(TaskStatus),
    "assignee": st.none() | names,
    "due_at": st.none() | instants,
    "late_minutes": st.none() | numbers,
    "seats": st.lists(names, max_size=3).map(tuple),
    "outcome": st.none() | names,
    "deviation": st.booleans(),
    "reason": st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    "data": st.none() | st.dictionaries(names, values, max_size=3),
}
case_values: dict[str, st.SearchStrategy[Any]] = {
    "state": st.sampled_from(CaseStatus),
    "completed_at": st.none() | instants,
    "fields": st.dictionaries(names, values, max_size=3),
}


@st.composite
def histories(draw: st.DrawFn) -> list[CaseState]:
    """States of one case as acts leave them one after the other."""
    states = [a_started_case()]
    for _ in range(draw(st.integers(0, 5))):
        state = states[-1].copy()
        state.case = replace(state.case, version=state.case.version + 1)
        match draw(st.sampled_from(["task", "new task", "branch", "case"])):
            case "task":
                task = draw(st.sampled_from(list(state.tasks.values())))
                name = draw(st.sampled_from(sorted(task_values)))
                state.put(replace(task, **{name: draw(task_values[name])}, version=task.version + 1))
            case "new task":
                state.put(a_task(state.case.id, visit=len(state.tasks) + 1))
            case "branch":
                opened = draw(st.sampled_from([*state.branches.values(), None]))
                done: dict[str, Any] = {"state": BranchStatus.DONE, "done_at": NOW}
                state.put(replace(opened, **done) if opened else a_branch(state.case.id))
            case "case":
                name = draw(st.sampled_from(sorted(case_values)))
                state.put(replace(state.case, **{name: draw(case_values[name])}))
        states.append(state)
    return states


Log = tuple[list[AuditEvent], Head, dict[tuple[str, int], AuditDetail], CaseState]


def written(history: list[CaseState]) -> Log:
    events, details, head = [], {}, Head()
    before: CaseState | None = None
    for seq, after in enumerate(history, start=1):
        event, detail = make_event(
            stream=case_stream(after.case.id),
            head=head,
            act=an_act(f"act.{seq}", seq, facts={"seq": seq}),
            changes=changes_between(before, after),
            definition_hash="d",
            salt=bytes([seq]) * 32,
        )
        events.append(event)
        if detail is not None:
            details[event.stream, event.seq] = detail
        before, head = after, Head(event.seq, event.hash)
    return events, head, details, history[-1]


logs = histories().map(written)


def is_sound(events: list[AuditEvent], log: Log, **other: Any) -> bool:
    _, head, details, state = log
    stream = case_stream(state.case.id)
    heads = {stream: other.get("head", head)}
    beside = other.get("details", details)
    return verify(logged(events, beside), heads, {stream: Stored(public_state(state))}).ok


def logged(events: list[AuditEvent], details: dict[tuple[str, int], AuditDetail]) -> list[Logged]:
    return [(event, details.get((event.stream, event.seq))) for event in events]


@settings(max_examples=200)
@given(histories())
def test_replaying_the_events_gives_the_public_state(history: list[CaseState]) -> None:
    events, *_ = written(history)
    for count, state in enumerate(history, start=1):
        assert replay(event.body for event in events[:count]) == public_state(state)


@settings(max_examples=300)
@given(logs)
def test_a_clean_log_raises_no_alarm(log: Log) -> None:
    assert is_sound(log[0], log)


@settings(max_examples=15)  # each flips every byte of an event
@given(logs, st.data())
def test_any_flipped_bit_of_any_byte_of_an_event_is_found(log: Log, data: st.DataObject) -> None:
    events = log[0]
    place = data.draw(st.integers(0, len(events) - 1))
    bit = data.draw(st.integers(0, 7))
    body = events[place].body
    for at in range(len(body)):
        flipped = body[:at] + bytes([body[at] ^ (1 << bit)]) + body[at + 1 :]
        assert not is_sound(
            [*events[:place], replace(events[place], body=flipped), *events[place + 1 :]], log
        )


@settings(max_examples=150)
@given(logs, st.data())
def test_any_changed_letter_of_any_column_is_found(log: Log, data: st.DataObject) -> None:
    events = log[0]
    place = data.draw(st.integers(0, len(events) - 1))
    for spec in fields(AuditEvent):
        value = getattr(events[place], spec.name)
        changed: dict[str, Any]
        match value:
            case int():
                changed = {spec.name: value ^ (1 << data.draw(st.integers(0, 40)))}
            case str():
                at = data.draw(st.integers(0, len(value) - 1))
                letter = chr(ord(value[at]) ^ (1 << data.draw(st.integers(0, 6))))
                changed = {spec.name: value[:at] + letter + value[at + 1 :]}
            case _:
                continue
        assert not is_sound([*events[:place], replace(events[place], **changed), *events[place + 1 :]], log)


@settings(max_examples=150)
@given(logs, st.data())
def test_deleting_inserting_swapping_and_truncating_is_found(log: Log, data: st.DataObject) -> None:
    events = log[0]
    one = data.draw(st.integers(0, len(events) - 1))
    assert not is_sound(events[:one] + events[one + 1 :], log)
    assert not is_sound(events[:one], log)
    other = data.draw(st.integers(0, len(events)))
    assert not is_sound([*events[:other], events[one], *events[other:]], log)
    two = data.draw(st.integers(0, len(events) - 1))
    if one != two:
        swapped = list(events)
        swapped[one], swapped[two] = swapped[two], swapped[one]
        assert not is_sound(swapped, log)


@settings(max_examples=100)
@given(logs, st.data())
def test_details_may_be_erased_but_not_changed(log: Log, data: st.DataObject) -> None:
    events, _, details, _ = log
    key = data.draw(st.sampled_from(sorted(details)))
    detail = details[key]
    assert detail.body is not None
    erased = {**details, key: replace(detail, salt=None, body=None)}
    assert is_sound(events, log, details=erased)
    at = data.draw(st.integers(0, len(detail.body) - 1))
    body = detail.body[:at] + bytes([detail.body[at] ^ 1]) + detail.body[at + 1 :]
    assert not is_sound(events, log, details={**details, key: replace(detail, body=body)})
    assert not is_sound(events, log, details={k: v for k, v in details.items() if k != key})


@settings(max_examples=150)
@given(logs, st.data())
def test_a_stored_field_that_no_event_wrote_is_found(log: Log, data: st.DataObject) -> None:
    events, head, details, state = log
    stored = public_state(state)
    kind = data.draw(st.sampled_from([kind for kind in stored if stored[kind]]))
    thing = data.draw(st.sampled_from(sorted(stored[kind])))
    name = data.draw(st.sampled_from(sorted(stored[kind][thing])))
    stored[kind][thing][name] = ["something else"]
    stream = case_stream(state.case.id)
    assert not verify(logged(events, details), {stream: head}, {stream: Stored(stored)}).ok


@settings(max_examples=200)
@given(values)
def test_canonical_bytes_do_not_depend_on_the_order_of_keys(value: Any) -> None:
    def reversed_keys(inner: Any) -> Any:
        match inner:
            case dict():
                return {key: reversed_keys(inner[key]) for key in reversed(inner)}
            case list():
                return [reversed_keys(item) for item in inner]
        return inner

    assert canonical(value) == canonical(reversed_keys(value))
    assert canonical(json.loads(canonical(value))) == canonical(value)
