"""Finds edits, deletions, insertions, swaps and truncation in audit streams. Standard library only.

A stream that vanished together with its head, and a tail rewritten together with its head, are found by the
tree over all events, held against a checkpoint.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from engine.audit.chain import GENESIS, AuditDetail, AuditEvent, Head, detail_digest, event_hash
from engine.audit.replay import Replay, Shape, Stored

MALFORMED = (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError)
NOTHING_KNOWN = Shape()
_decoded = json.JSONDecoder().decode  # ``json.loads`` looks for the encoding of every body
REPEATED = ("stream", "seq", "prev", "act", "at", "account")
WHOLE = frozenset({*REPEATED, "changes", "details_digest"})
_repeated_in = itemgetter(*REPEATED)
_columns_of = attrgetter(*REPEATED)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad event of a stream and what is wrong with it; ``seq`` 0 means the stream as a whole."""

    stream: str
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class TreeState:
    """How many events have a leaf and the root over them; of the checkpoint they were held against its log.

    ``unsealed`` events are younger than it.
    """

    origin: str | None
    size: int
    root: str
    unsealed: int


@dataclass(slots=True)
class VerifyReport:
    """How many events were read, and the first fault of each bad stream in the order of the streams.

    ``not_checked`` is what no event commits to, because it is older; ``tree`` what is known of the tree over
    all events.
    """

    checked: int = 0
    streams: int = 0
    faults: list[Fault] = field(default_factory=list)
    not_checked: list[Fault] = field(default_factory=list)
    tree: TreeState | None = None

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
        self.not_checked += other.not_checked


Logged = tuple[AuditEvent, AuditDetail | None]
"""An event with what stands beside it."""
Erasures = Container[tuple[str, Any]]
"""What events say was erased: details by stream and number, things by kind and id, bytes as ``bytes``."""


def verify(
    log: Iterable[Logged],
    heads: Mapping[str, Head],
    stored: Mapping[str, Stored] | None = None,
    erasures: Erasures | None = None,
    shape: Shape = NOTHING_KNOWN,
) -> VerifyReport:
    """Check a log (grouped by stream, by ``seq`` within one) against heads, details and tables.

    ``stored`` holds what the tables say of each stream, ``erasures`` which details may be empty; None leaves
    that comparison out. Reads the log once and keeps no more of it than one stream's state; the head of a
    stream may become known while its events are read.
    """
    report = VerifyReport()
    seen: set[str] = set()
    for stream, group in groupby(log, key=lambda logged: logged[0].stream):
        report.streams += 1
        rows = _Counted(group)
        if stream in seen:
            fault: Fault | None = Fault(stream, 0, "the events of this stream are not together")
        else:
            seen.add(stream)
            check = _Stream(stream, erasures, Replay(shape, erased=erasures or frozenset()))
            fault = check.run(rows, heads, None if stored is None else stored.get(stream, Stored()))
            report.not_checked += (Fault(stream, 0, what) for what in check.replay.not_checked)
        for _ in rows:
            pass
        report.checked += rows.count
        if fault is not None:
            report.faults.append(fault)
    for stream in sorted({*heads, *(stored or ())} - seen):
        there = (stored or {}).get(stream)
        if stream in heads and heads[stream].seq:
            what = f"all {heads[stream].seq} events of this stream are missing"
            report.faults.append(Fault(stream, 1, what))
        elif there and (what_else := Replay().difference(there)):
            report.faults.append(Fault(stream, 0, f"the stored state differs from the log: {what_else}"))
    return report


class _Counted:
    """Rows counted as they pass."""

    def __init__(self, rows: Iterator[Logged]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Logged]:
        for row in self._rows:
            self.count += 1
            yield row


@dataclass(slots=True)
class _Stream:
    """The check of one stream, which ends at its first fault."""

    stream: str
    erasures: Erasures | None
    replay: Replay
    seq: int = 0
    prev: str = GENESIS

    def run(self, rows: Iterable[Logged], heads: Mapping[str, Head], stored: Stored | None) -> Fault | None:
        try:
            for event, detail in rows:
                self.seq += 1
                what = self._event(event, detail)
                if what is not None:
                    return Fault(self.stream, self.seq, what)
            return self._end(heads.get(self.stream), stored)
        except MALFORMED as error:
            # What is verified may be anything: a value of another kind is a fault of the log, not of ours.
            return Fault(self.stream, self.seq, f"cannot be read: {error!r:.200}")

    def _event(self, row: AuditEvent, detail: AuditDetail | None) -> str | None:
        what, event = _check_event(row, self.seq, self.prev)
        if what is not None:
            return what
        what, beside = _check_detail(event["details_digest"], detail)
        if what is not None:
            return what
        if beside is None and detail is not None and self._unexplained(row):
            return "its detail was erased, and no event says so"
        self.prev = row.hash
        return self.replay.add(event, beside)

    def _unexplained(self, row: AuditEvent) -> bool:
        return self.erasures is not None and (row.stream, row.seq) not in self.erasures

    def _end(self, head: Head | None, stored: Stored | None) -> Fault | None:
        stream, last = self.stream, self.seq
        if head is None:
            return Fault(stream, 0, "no head is stored for this stream")
        if head.seq > last:
            return Fault(stream, last + 1, f"the log ends here, but its head stands at event {head.seq}")
        if head.seq < last:
            return Fault(stream, head.seq + 1, f"this event lies beyond the head, which stands at {head.seq}")
        if head.hash != self.prev:
            return Fault(stream, head.seq, "the stored head has another hash than the last event")
        wrong = self.replay.difference(stored) if stored is not None else None
        if wrong is not None:
            return Fault(stream, 0, f"the stored state differs from the log: {wrong}")
        return None


def _check_event(row: AuditEvent, expected: int, prev: str) -> tuple[str | None, dict[str, Any]]:
    if row.seq != expected:
        return f"event {expected} is missing; {row.seq} stands in its place", {}
    if not isinstance(row.body, bytes):
        return "its bytes are stored as another kind of value: the event was edited", {}
    if event_hash(row.body) != row.hash:
        return "its bytes do not give its hash: the event was edited", {}
    event = _parsed(row.body)
    if event is None:
        return "its bytes are not an event", {}
    if _repeated_in(event) != _columns_of(row):
        name = next(name for name in REPEATED if event[name] != getattr(row, name))
        return f"the column {name} says {getattr(row, name)!r}, the event itself {event[name]!r}", {}
    if row.prev != prev:
        return "it does not follow the event before it", {}
    return None, event


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        event = _decoded(body.decode())
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and event.keys() >= WHOLE else None


def _check_detail(digest: str | None, detail: AuditDetail | None) -> tuple[str | None, dict[str, Any] | None]:
    """What is wrong with what stands beside an event, and what it says (None: nothing, or erased)."""
    if digest is None:
        return None if detail is None else "a detail stands beside an event that has none", None
    if detail is None:
        return "its detail is missing (an erased one leaves an empty row)", None
    salt, body = detail.salt, detail.body
    if salt is None and body is None:
        return None, None
    if not (isinstance(salt, bytes) and isinstance(body, bytes)) or detail_digest(salt, body) != digest:
        return "its detail was edited", None
    return None, _decoded(body.decode())
