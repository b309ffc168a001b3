"""The audit log as JSON lines, and such a file verified without a database.

Of each stream its events, oldest first, then its head. Details (form data, names, reasons) are not exported:
an event proves them by their digest.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from engine.audit.chain import AuditDetail, AuditEvent, Head
from engine.audit.verifier import Fault, Logged, VerifyReport, verify
from engine.errors import InvalidInput
from engine.store.audit_reader import read_events, read_heads
from engine.store.stored_state import SHAPE
from engine.text.bilingual import Text

SCHEMA = "audit/v1"
AT_ONCE = 20
Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""
Read = Callable[[Callable[[Connection], str]], str]


def exported(read: Read, streams: Sequence[str], told: Progress = lambda *_: None) -> Iterator[str]:
    """The lines of these streams, some streams at a time, each time asked anew: ``read`` runs a query.

    Events and the head after them are asked for together: nobody who writes meanwhile tears them apart.
    """
    yield _line({"schema": SCHEMA, "streams": len(streams)})
    for start in range(0, len(streams), AT_ONCE):
        yield read(partial(_written, streams[start : start + AT_ONCE]))
        told(min(start + AT_ONCE, len(streams)), len(streams))


def _written(streams: Sequence[str], connection: Connection) -> str:
    return "".join(_lines(connection, streams))


def _lines(connection: Connection, streams: Sequence[str]) -> Iterator[str]:
    heads = read_heads(connection, streams)
    for stream, group in groupby(read_events(connection, streams), key=lambda event: event.stream):
        yield from (_line(_event_line(event)) for event in group)
        if stream in heads:
            yield _line(_head_line(stream, heads.pop(stream)))
    yield from (_line(_head_line(stream, head)) for stream, head in heads.items())  # their events are gone


def verify_export(lines: Iterable[str]) -> VerifyReport:
    """Verify an exported log by itself. `InvalidInput` for a file that is no export of the audit log."""
    numbered = enumerate(lines, start=1)
    wanted = _header(next(numbered, (1, "")))
    heads: dict[str, Head] = {}
    seen: set[str] = set()
    report = verify(_log(numbered, heads, seen), heads, shape=SHAPE)
    if len(seen) < wanted:
        report.faults.append(Fault("*", 0, f"the file holds {len(seen)} of {wanted} streams"))
    return report


def _log(lines: Iterator[tuple[int, str]], heads: dict[str, Head], seen: set[str]) -> Iterator[Logged]:
    """The events of a file, each beside an empty detail where its own is elsewhere; heads as they come."""
    for stream, entry in _entries(lines):
        seen.add(stream)
        if isinstance(entry, Head):
            heads[stream] = entry
        else:
            yield entry, _elsewhere(entry)


def _event_line(event: AuditEvent) -> dict[str, Any]:
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
        "body": body,
    }


def _head_line(stream: str, head: Head) -> dict[str, Any]:
    return {"stream": stream, "head": {"seq": head.seq, "hash": head.hash}}


def _line(said: dict[str, Any]) -> str:
    return json.dumps(said) + "\n"


def _header(first: tuple[int, str]) -> int:
    written = _parsed(*first)
    if written.get("schema") != SCHEMA or not isinstance(written.get("streams"), int):
        raise _no_export(1)
    return int(written["streams"])


def _entries(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[str, AuditEvent | Head]]:
    for number, line in lines:
        written = _parsed(number, line)
        try:
            stream = str(written["stream"])
            if "head" in written:
                yield stream, Head(int(written["head"]["seq"]), str(written["head"]["hash"]))
            else:
                body = written.pop("body").encode("utf-8", "surrogateescape")
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
