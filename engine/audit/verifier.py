"""Finds edits, deletions, insertions, swaps and truncation in audit streams. Standard library only.

A stream that vanished together with its head, and a tail rewritten together with its head, need an exported
checkpoint to be found: that is a later layer over these events.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from engine.audit.chain import GENESIS, AuditDetail, AuditEvent, Head, detail_digest, event_hash
from engine.audit.replay import State, apply, difference, empty_state

REPEATED = ("stream", "seq", "prev", "act", "at", "account")


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad event of a stream and what is wrong with it; ``seq`` 0 means the stream as a whole."""

    stream: str
    seq: int
    what: str


@dataclass(slots=True)
class VerifyReport:
    """How many events were read, and the first fault of each bad stream in the order of the streams."""

    checked: int = 0
    streams: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults

    @property
    def first_bad(self) -> Fault | None:
        return self.faults[0] if self.faults else None

    def add(self, other: "VerifyReport") -> None:
        self.checked += other.checked
        self.streams += other.streams
        self.faults += other.faults


def verify(
    events: Iterable[AuditEvent],
    heads: Mapping[str, Head],
    details: Mapping[tuple[str, int], AuditDetail],
    states: Mapping[str, State] | None = None,
) -> VerifyReport:
    """Check events (grouped by stream, by ``seq`` within one) against heads, details and stored states.

    ``states`` holds the stored public state per case stream; None leaves that comparison out.
    """
    report = VerifyReport()
    seen: set[str] = set()
    beside = set(details)
    for stream, group in groupby(events, key=lambda event: event.stream):
        rows = list(group)
        report.checked += len(rows)
        report.streams += 1
        if stream in seen:
            report.faults.append(Fault(stream, rows[0].seq, "the events of this stream are not together"))
            continue
        seen.add(stream)
        fault = _check_stream(stream, rows, heads.get(stream), details, states)
        if fault is not None:
            report.faults.append(fault)
        beside.difference_update((row.stream, row.seq) for row in rows)
    for stream in sorted(set(heads) - seen):
        if heads[stream].seq:
            report.faults.append(
                Fault(stream, 1, f"all {heads[stream].seq} events of this stream are missing")
            )
    lost = {key for key in beside if key[0] not in {fault.stream for fault in report.faults}}
    report.faults += [Fault(*key, "a detail stands beside no event") for key in sorted(lost)]
    return report


def _check_stream(
    stream: str,
    rows: list[AuditEvent],
    head: Head | None,
    details: Mapping[tuple[str, int], AuditDetail],
    states: Mapping[str, State] | None,
) -> Fault | None:
    prev, state = GENESIS, empty_state()
    for expected, row in enumerate(rows, start=1):
        what, event = _check_event(row, expected, prev)
        if what is None:
            what = _check_detail(event["details_digest"], details.get((stream, row.seq)))
        if what is None and stream.startswith("case:"):
            what = apply(state, event)
        if what is not None:
            return Fault(stream, expected, what)
        prev = row.hash
    if head is None:
        return Fault(stream, 0, "no head is stored for this stream")
    if head.seq > len(rows):
        return Fault(stream, len(rows) + 1, f"the log ends here, but its head stands at event {head.seq}")
    if head.seq < len(rows):
        return Fault(stream, head.seq + 1, f"this event lies beyond the head, which stands at {head.seq}")
    if head.hash != prev:
        return Fault(stream, head.seq, "the stored head has another hash than the last event")
    if states is not None and stream.startswith("case:"):
        wrong = difference(states.get(stream, empty_state()), state)
        if wrong is not None:
            return Fault(stream, 0, f"the stored state differs from the log: {wrong}")
    return None


def _check_event(row: AuditEvent, expected: int, prev: str) -> tuple[str | None, dict[str, Any]]:
    if row.seq != expected:
        return f"event {expected} is missing; {row.seq} stands in its place", {}
    if event_hash(row.body) != row.hash:
        return "its bytes do not give its hash: the event was edited", {}
    event = _parsed(row.body)
    if event is None:
        return "its bytes are not an event", {}
    for name in REPEATED:
        if event[name] != getattr(row, name):
            return f"the column {name} says {getattr(row, name)!r}, the event itself {event[name]!r}", {}
    if row.prev != prev:
        return "it does not follow the event before it", {}
    return None, event


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(body)
    except ValueError:
        return None
    whole = isinstance(event, dict) and {*REPEATED, "changes", "details_digest"} <= event.keys()
    return event if whole else None


def _check_detail(digest: str | None, detail: AuditDetail | None) -> str | None:
    if digest is None:
        return None if detail is None else "a detail stands beside an event that has none"
    if detail is None:
        return "its detail is missing (an erased one leaves an empty row)"
    if detail.salt is None and detail.body is None:
        return None
    if detail.salt is None or detail.body is None or detail_digest(detail.salt, detail.body) != digest:
        return "its detail was edited"
    return None
