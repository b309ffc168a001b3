"""The audit log as JSON lines, and such a file verified without a database.

Of each stream its events, oldest first, then its head. Details (form data, names, reasons) are not exported:
an event proves them by their digest.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from tempfile import TemporaryFile
from typing import IO, Any, Literal

from sqlalchemy import Connection

from engine.audit.chain import AuditDetail, AuditEvent, Head
from engine.audit.checkpoint import Note, VerifierKey
from engine.audit.log_key import is_signed
from engine.audit.merkle import HASH_BYTES, leaf_hash
from engine.audit.tree_check import LOG, TreeCheck, untrusted
from engine.audit.verifier import Fault, Logged, TreeState, VerifyReport, verify
from engine.errors import InvalidInput
from engine.store.audit_reader import read_events, read_heads, read_indices
from engine.store.stored_state import SHAPE
from engine.text.bilingual import Text

SCHEMA = "audit/v2"
READ = ("audit/v1", SCHEMA)  # the first told no places in the tree
AT_ONCE = 20
FURTHEST = 10_000_000
"""How far the place of an event may lie behind those read before it: streams come in any order."""
Scope = Literal["all", "agency"]
Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""
Read = Callable[[Callable[[Connection], str]], str]


def exported(
    read: Read,
    streams: Sequence[str],
    told: Progress = lambda *_: None,
    *,
    scope: Scope = "all",
    size: int = 0,
) -> Iterator[str]:
    """The lines of these streams, some streams at a time, each time asked anew: ``read`` runs a query.

    ``scope`` says of what these are all streams, ``size`` how many leaves the tree had before. Events and
    the head after them are asked for together: nobody who writes meanwhile tears them apart.
    """
    yield _line({"schema": SCHEMA, "streams": len(streams), "scope": scope, "size": size})
    for start in range(0, len(streams), AT_ONCE):
        yield read(partial(_written, streams[start : start + AT_ONCE]))
        told(min(start + AT_ONCE, len(streams)), len(streams))


def _written(streams: Sequence[str], connection: Connection) -> str:
    return "".join(_lines(connection, streams))


def _lines(connection: Connection, streams: Sequence[str]) -> Iterator[str]:
    heads, places = read_heads(connection, streams), read_indices(connection, streams)
    for stream, group in groupby(read_events(connection, streams), key=lambda event: event.stream):
        yield from (_line(event_line(event, places.get((stream, event.seq)))) for event in group)
        if stream in heads:
            yield _line(head_line(stream, heads.pop(stream)))
    yield from (_line(head_line(stream, head)) for stream, head in heads.items())  # their events are gone


def verify_export(
    lines: Iterable[str], held: Sequence[Note] = (), keys: Sequence[VerifierKey] = ()
) -> VerifyReport:
    """Verify an exported log by itself, and against checkpoints where any are ``held``.

    `InvalidInput` for a file that is no export of the audit log.
    """
    numbered = enumerate(lines, start=1)
    wanted, scope, size = _header(next(numbered, (1, "")))
    heads: dict[str, Head] = {}
    with TemporaryFile() as leaves:
        read = _Read(leaves)
        report = verify(_log(numbered, heads, read), heads, shape=SHAPE)
        if len(read.seen) < wanted:
            report.faults.append(Fault("*", 0, f"the file holds {len(read.seen)} of {wanted} streams"))
        report.not_checked.append(Fault("*", 0, "details and files are not in an export"))
        if scope == "all":
            report.tree = _tree(report, read, size, held, keys)
        elif held:
            report.not_checked.append(Fault(LOG, 0, "only an export of all streams fits a checkpoint"))
        return report


@dataclass(slots=True)
class _Read:
    """What is remembered of a file: the names of its streams, and a bit for each leaf.

    Events come stream by stream; their leaves wait for their turn in a temporary file.
    """

    leaves: IO[bytes]
    seen: set[str] = field(default_factory=set)
    there: bytearray = field(default_factory=bytearray)
    twice: int | None = None

    def place(self, index: int | None, body: bytes) -> None:
        if index is None:
            return
        at, bit = index >> 3, 1 << (index & 7)
        if not 0 <= at <= len(self.there) + FURTHEST // 8:
            raise ValueError("no place in the tree")
        self.there.extend(bytes(max(0, at + 1 - len(self.there))))
        if self.there[at] & bit:
            self.twice = index if self.twice is None else min(index, self.twice)
        self.there[at] |= bit
        self.leaves.seek(index * HASH_BYTES)
        self.leaves.write(leaf_hash(body))

    def wrong(self, size: int) -> str | None:
        """Which of the first leaves is missing or there twice."""
        for at in range((size + 7) // 8):
            wanted = 0xFF if size - at * 8 >= 8 else (1 << size % 8) - 1
            missing = wanted & ~(self.there[at] if at < len(self.there) else 0)
            if missing:
                return f"leaf {at * 8 + (missing & -missing).bit_length() - 1} is missing"
        return None if self.twice is None or self.twice >= size else f"leaf {self.twice} is there twice"

    def leaf_hashes(self, size: int) -> Iterator[bytes]:
        self.leaves.seek(0)
        for _ in range(size):
            yield self.leaves.read(HASH_BYTES)


def _tree(
    report: VerifyReport, read: _Read, size: int, held: Sequence[Note], keys: Sequence[VerifierKey]
) -> TreeState | None:
    for note in held if keys else ():
        if (what := untrusted(note, keys, is_signed)) is not None:
            report.faults.append(Fault(LOG, 0, what))
    if held and not keys:
        report.not_checked.append(Fault(LOG, 0, "signatures of checkpoints need the verifier key (--key)"))
    check = TreeCheck(note.checkpoint for note in held)
    if (what := read.wrong(size)) is not None:
        report.faults.append(Fault(LOG, 0, what))
        return None
    for leaf in read.leaf_hashes(size):
        check.add(leaf)
    newest = max((note.checkpoint for note in held), key=lambda checkpoint: checkpoint.size, default=None)
    told = check.end(newest, report.checked - size)
    report.faults += check.faults
    return told


def _log(lines: Iterator[tuple[int, str]], heads: dict[str, Head], read: _Read) -> Iterator[Logged]:
    """The events of a file, each beside an empty detail where its own is elsewhere; heads as they come."""
    for stream, entry in _entries(lines, read):
        read.seen.add(stream)
        if isinstance(entry, Head):
            heads[stream] = entry
        else:
            yield entry, _elsewhere(entry)


def event_line(event: AuditEvent, index: int | None) -> dict[str, Any]:
    """One event with its place in the tree."""
    # Bytes that are no UTF-8 any more stay what they are: the reader turns them back.
    body = event.body.decode("utf-8", "surrogateescape")
    return {
        "stream": event.stream,
        "seq": event.seq,
        "prev": event.prev,
        "hash": event.hash,
        "at": event.at,
        "act": event.act,
        "account": event.account,
        "index": index,
        "body": body,
    }


def head_line(stream: str, head: Head) -> dict[str, Any]:
    """Where a stream ends, after its events."""
    return {"stream": stream, "head": {"seq": head.seq, "hash": head.hash}}


def _line(said: dict[str, Any]) -> str:
    return json.dumps(said) + "\n"


def _header(first: tuple[int, str]) -> tuple[int, str, int]:
    """How many streams, of what they are all, and the size of the tree."""
    written = _parsed(*first)
    streams, size = written.get("streams"), written.get("size", 0)
    if written.get("schema") not in READ or not isinstance(streams, int) or not isinstance(size, int):
        raise _no_export(1)
    return streams, str(written.get("scope")), size


def _entries(lines: Iterator[tuple[int, str]], read: _Read) -> Iterator[tuple[str, AuditEvent | Head]]:
    for number, line in lines:
        written = _parsed(number, line)
        try:
            stream = str(written["stream"])
            if "head" in written:
                yield stream, Head(int(written["head"]["seq"]), str(written["head"]["hash"]))
            else:
                body = written.pop("body").encode("utf-8", "surrogateescape")
                read.place(written.pop("index", None), body)
                yield stream, AuditEvent(**written, body=body)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _no_export(number) from None


def _parsed(number: int, line: str) -> dict[str, Any]:
    try:
        written = json.loads(line)
    except (ValueError, RecursionError):
        written = None
    if not isinstance(written, dict):
        raise _no_export(number)
    return written


def _elsewhere(event: AuditEvent) -> AuditDetail | None:
    """What stands beside an event whose details are not in the file: the same as beside an erased one."""
    try:
        said = json.loads(event.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("details_digest") is None:
        return None
    return AuditDetail(stream=event.stream, seq=event.seq, salt=None, body=None)


def _no_export(line: int) -> InvalidInput:
    return InvalidInput(
        Text(
            f"Baris {line}: bukan ekspor log audit. Buat berkasnya dengan `alur audit export`.",
            f"line {line} is not of an audit export; make the file with `alur audit export`",
        )
    )
