"""The audit log read back: events, heads and details, and a whole database verified against them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.exc import DBAPIError

from engine.audit.canonical import instant_text
from engine.audit.chain import AuditDetail, AuditEvent, Head
from engine.audit.checkpoint import Note, VerifierKey
from engine.audit.events import BYTES, ERASURE, case_stream
from engine.audit.verifier import Erasures, Fault, Logged, VerifyReport, verify
from engine.store.files import FileStore
from engine.store.stored_state import SHAPE, owned_streams, read_stored
from engine.store.tree_reader import verify_tree
from engine.tables import AUDIT_DETAIL, AUDIT_EVENT, AUDIT_HEAD, AUDIT_LEAF, FILE, NOTICE, SOP_CASE

CHUNK = 200
AT_ONCE = 1000
CASE = case_stream("")
Progress = Callable[[int, int], object]
# As the driver gives them: a damaged value is reported and does not stop the reading.
READ_LOG = text(
    "SELECT e.stream, e.seq, e.prev, e.hash, e.body, e.at, e.act, e.account,"
    " d.stream AS beside, d.salt, d.body AS detail"
    " FROM audit_event e LEFT JOIN audit_detail d ON d.stream = e.stream AND d.seq = e.seq"
    " WHERE e.stream IN :streams ORDER BY e.stream, e.seq"
).bindparams(bindparam("streams", expanding=True))
STRAY_DETAILS = text(
    "SELECT d.stream, d.seq FROM audit_detail d LEFT JOIN audit_event e"
    " ON e.stream = d.stream AND e.seq = d.seq WHERE e.seq IS NULL ORDER BY d.stream, d.seq"
)
SESSIONS_OF_NOBODY = text(
    "SELECT s.id, s.account FROM session s JOIN account a ON a.username = s.account"
    " WHERE s.stage = 'full' AND NOT EXISTS (SELECT 1 FROM audit_event e"
    " WHERE e.stream = 'organisation:' || a.agency AND e.act = 'account.sign_in'"
    " AND e.account = s.account AND e.at = s.started_at) ORDER BY s.id"
)
NOTICES_OF_NO_CASE = select(func.count()).select_from(NOTICE).where(NOTICE.c.case_id.is_(None))


def verify_log(
    connection: Connection,
    files: FileStore | None = None,
    told: Progress = lambda *_: None,
    *,
    streams: Sequence[str] | None = None,
    held: Sequence[Note] = (),
    keys: Sequence[VerifierKey] = (),
) -> VerifyReport:
    """Verify the log (these streams, or all), and that the tables, and ``files``, hold what it says.

    All of it is also held against its checkpoints and those ``held``, which have to be signed by one of the
    ``keys`` where any are named. ``told`` hears how many streams are done, of how many.
    """
    names = all_streams(connection) if streams is None else streams
    erasures, report = _erasures(connection), VerifyReport()
    for start in range(0, len(names), CHUNK):
        report.add(_verified(connection, names[start : start + CHUNK], erasures))
        told(min(start + CHUNK, len(names)), len(names))
    bad = {fault.stream for fault in report.faults}
    for stream, seq in connection.execute(STRAY_DETAILS) if streams is None else ():
        if stream not in bad:
            report.faults.append(Fault(str(stream), seq, "a detail stands beside no event"))
    if streams is None:
        report.tree, faults = verify_tree(connection, held, keys)
        report.faults += (fault for fault in faults if fault.stream not in bad)
        unnamed = connection.execute(NOTICES_OF_NO_CASE).scalar_one()
        if unnamed:
            report.not_checked.append(Fault("notice:*", 0, f"{unnamed} notices about no case"))
    for session, account in connection.execute(SESSIONS_OF_NOBODY) if streams is None else ():
        report.faults.append(Fault(f"session:{session}", 0, f"no event says that {account} signed in"))
    if files is not None:
        report.faults += damaged_files(connection, files, erasures)
    return report


def damaged_files(
    connection: Connection, files: FileStore, erasures: Erasures = frozenset()
) -> Iterator[Fault]:
    """The uploads whose bytes are gone from the disk or are not those that were handed in.

    Bytes that an event says were erased may be gone.
    """
    whole: dict[str, str | None] = {}
    for file_id, sha256 in connection.execute(select(FILE.c.id, FILE.c.sha256).order_by(FILE.c.id)):
        if sha256 not in whole:
            gone = (BYTES, sha256) in erasures and not files.has(sha256)
            whole[sha256] = None if gone else files.damage(sha256)
        if (what := whole[sha256]) is not None:
            yield Fault(f"file:{file_id}", 0, what)


def all_streams(connection: Connection) -> list[str]:
    """Every stream that has an event, a detail or a head, or whose rows are stored."""
    names: set[str] = set(owned_streams(connection))
    for table in (AUDIT_EVENT, AUDIT_DETAIL, AUDIT_HEAD):
        names.update(map(str, connection.execute(select(table.c.stream).distinct()).scalars()))
    return sorted(names)


def read_events(connection: Connection, streams: Sequence[str]) -> Iterator[AuditEvent]:
    """The events of these streams, stream by stream, oldest first."""
    return (event for event, _ in read_log(connection, streams))


def read_log(connection: Connection, streams: Sequence[str]) -> Iterator[Logged]:
    """The same with what stands beside each, some at a time."""
    sqlite = connection.dialect.name == "sqlite"
    events = connection.execute(READ_LOG, {"streams": streams}, execution_options={"yield_per": AT_ONCE})
    # In lists: a row at a time asks the driver for each.
    for row in chain.from_iterable(events.partitions(AT_ONCE)):
        stream, seq, prev, digest, body, at, act, account, beside, salt, detail = row
        yield (
            AuditEvent(
                stream=stream,
                seq=seq,
                prev=prev,
                hash=digest,
                body=body,
                at=at if sqlite else instant_text(at),
                act=act,
                account=account,
            ),
            AuditDetail(stream=stream, seq=seq, salt=salt, body=detail) if beside is not None else None,
        )


def read_heads(connection: Connection, streams: Sequence[str]) -> dict[str, Head]:
    """Where each of these streams should end."""
    others = select(AUDIT_HEAD.c.stream, AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash)
    cases = select(SOP_CASE.c.id, SOP_CASE.c.audit_seq, SOP_CASE.c.audit_head)
    heads_read = connection.execute(others.where(AUDIT_HEAD.c.stream.in_(streams)))
    heads = {row[0]: Head(row[1], row[2]) for row in heads_read}
    ids = [stream.removeprefix(CASE) for stream in streams if stream.startswith(CASE)]
    heads_read = connection.execute(cases.where(SOP_CASE.c.id.in_(ids)))
    return heads | {case_stream(row[0]): Head(row[1], row[2]) for row in heads_read}


def read_indices(connection: Connection, streams: Sequence[str]) -> dict[tuple[str, int], int]:
    """The places of the events of these streams in the tree; those without a leaf are left out."""
    query = (
        select(AUDIT_EVENT.c.stream, AUDIT_EVENT.c.seq, AUDIT_LEAF.c.index)
        .join(AUDIT_LEAF, AUDIT_LEAF.c.entry == AUDIT_EVENT.c.entry)
        .where(AUDIT_EVENT.c.stream.in_(streams))
    )
    return {(stream, seq): index for stream, seq, index in connection.execute(query)}


def _erasures(connection: Connection) -> Erasures:
    """What events name as erased."""
    named: set[tuple[str, Any]] = set()
    telling = select(AUDIT_EVENT.c.body).where(AUDIT_EVENT.c.act == ERASURE)
    for body in connection.execute(telling).scalars():
        try:
            facts: Mapping[str, Any] = json.loads(body)["facts"]
            for group in (facts["details"], facts.get("things", {})):
                named.update((name, code) for name, codes in group.items() for code in codes)
            named.update((BYTES, sha256) for sha256 in facts.get("hashes", ()))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # the event itself is found where its stream is verified
    return named


def _verified(connection: Connection, streams: Sequence[str], erasures: Erasures) -> VerifyReport:
    try:
        log, heads = read_log(connection, streams), read_heads(connection, streams)
        return verify(log, heads, read_stored(connection, streams), erasures, SHAPE)
    except (ValueError, TypeError, KeyError, DBAPIError) as error:
        # A value that no longer fits its column: find the stream it belongs to, keep checking the others.
        if len(streams) == 1:
            return VerifyReport(0, 1, [Fault(streams[0], 0, f"cannot be read: {error}")])
        report = VerifyReport()
        for stream in streams:
            report.add(_verified(connection, [stream], erasures))
        return report
