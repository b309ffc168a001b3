"""Writing an evidence pack: events with their proofs, and all that their figures rest on, in one ZIP.

Everything comes from one snapshot, up to the newest checkpoint; what is younger is left out. Members are
written one after another and hashed as they go, so that a pack of any size needs little memory.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Literal

from sqlalchemy import select

from engine.audit.canonical import canonical, instant_text
from engine.audit.chain import AuditEvent, Head
from engine.audit.checkpoint import Checkpoint, encoded
from engine.audit.events import case_stream
from engine.audit.merkle import Tree
from engine.audit.replay import replay
from engine.calendar.expanded import expanded
from engine.cases.model import LoggedVisit, TaskStatus
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.errors import NotFound, SopError, Unavailable
from engine.sop.checks import load_definition
from engine.sop.checks.load import canonical_json
from engine.store import StoredCalendar, StoredDefinition, Tx
from engine.store.audit_reader import read_indices, read_log
from engine.store.log_tree import StoredCheckpoint
from engine.tables import AUDIT_EVENT, AUDIT_LEAF
from engine.views.timing_log import timing_row
from reports.audit_export import event_line, head_line

SCHEMA = "evidence/v1"
VERIFIER = Path(__file__).with_name("verify.py")
AT_ONCE = 100
CASE = case_stream("")
README = """PAKET BUKTI ALUR / ALUR EVIDENCE PACK

Periksa di komputer mana pun yang memiliki Python 3.9 atau lebih baru:
Verify it on any computer with Python 3.9 or newer:

    python3 verify.py PAKET.zip --key log.vkey --checkpoint titik-periksa.txt

Pakailah kunci dan titik periksa yang disimpan di luar kantor ini, dan verify.py dari sumber yang Anda
percayai: yang ada di dalam paket ini dibuat oleh yang membuat paketnya.
Use the key and the checkpoint that are kept outside this office, and a verify.py that you trust: those in
this pack were made by whoever made the pack. A pack of one case cannot prove that nothing came later.

0 utuh / whole                 1 diubah / tampered
2 tidak terbaca / unreadable   3 utuh, sebagian lebih baru / whole, some events are younger
"""
Told = Callable[[int, int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What goes into a pack; ``streams`` is None for all there are."""

    kind: Literal["case", "agency", "all"]
    agency: str | None
    streams: Sequence[str] | None
    case_number: str | None = None
    details: bool = False
    made_by: str


@dataclass(slots=True)
class Found:
    """What the events of a pack rest on, gathered while they are written."""

    indices: list[int] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)
    definitions: list[tuple[str, str, str]] = field(default_factory=list)  # stream, id, version
    calendars: list[tuple[str, str, str]] = field(default_factory=list)  # agency, id, version as stored
    files: dict[str, None] = field(default_factory=dict)


def write_pack(
    target: IO[bytes], context: Context, tx: Tx, wanted: Wanted, last: StoredCheckpoint, told: Told
) -> dict[str, Any]:
    """Write a pack up to a checkpoint of this snapshot; gives its manifest."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        writer = _Writer(archive)
        contents = _events(writer, tx, wanted, last.parsed.checkpoint, told)
        _proofs(writer, tx, wanted, last, contents)
        if wanted.details:
            _details(writer, tx, contents)
            _files(writer, context, contents)
        _definitions(writer, tx, contents)
        _calendars(writer, context, tx, contents)
        _timing(writer, context, tx, contents, wanted.details)
        writer.text("verify.py", VERIFIER.read_text(encoding="utf-8"))
        writer.text("README.txt", README)
        manifest = {
            "schema": SCHEMA,
            "origin": last.parsed.checkpoint.origin,
            "agency": wanted.agency,
            "scope": {"kind": wanted.kind, "case_number": wanted.case_number},
            "made_at": instant_text(context.clock.now()),
            "made_by": wanted.made_by,
            "tree_size": last.parsed.checkpoint.size,
            "events": len(contents.indices),
            "details": wanted.details,
            "files": writer.files,
        }
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))
    return manifest


class _Writer:
    """The members of the ZIP, each hashed as it is written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.files: dict[str, dict[str, Any]] = {}

    @contextmanager
    def member(self, name: str) -> Iterator[Callable[[bytes], None]]:
        digest, size = hashlib.sha256(), 0
        with self._archive.open(name, "w", force_zip64=True) as out:

            def write(content: bytes) -> None:
                nonlocal size
                digest.update(content)
                size += len(content)
                out.write(content)

            yield write
        self.files[name] = {"sha256": digest.hexdigest(), "size": size}

    def text(self, name: str, content: str | bytes) -> None:
        with self.member(name) as write:
            write(content.encode() if isinstance(content, str) else content)

    def lines(self, name: str, lines: Iterable[dict[str, Any]]) -> None:
        with self.member(name) as write:
            for line in lines:
                write(_line(line))


def _line(said: dict[str, Any]) -> bytes:
    return (json.dumps(said) + "\n").encode()


def _events(writer: _Writer, tx: Tx, wanted: Wanted, signed: Checkpoint, told: Told) -> Found:
    contents, streams = Found(), _streams(tx, wanted, signed.size)
    with writer.member("events.jsonl") as write:
        write(
            _line({"schema": "audit/v2", "streams": len(streams), "scope": wanted.kind, "size": signed.size})
        )
        for start in range(0, len(streams), AT_ONCE):
            some = streams[start : start + AT_ONCE]
            places = read_indices(tx.connection, some)
            log = (event for event, _ in read_log(tx.connection, some))
            for stream, events in groupby(log, key=lambda event: event.stream):
                for event in events:
                    index = places.get((stream, event.seq))
                    if index is None or index >= signed.size:
                        continue  # younger than the checkpoint
                    write(_line(event_line(event, index)))
                    contents.indices.append(index)
                    contents.heads[stream] = Head(event.seq, event.hash)
                    _gather(contents, event)
                write(_line(head_line(stream, contents.heads[stream])))
            told(min(start + AT_ONCE, len(streams)), len(streams))
    return contents


def _streams(tx: Tx, wanted: Wanted, size: int) -> list[str]:
    """The wanted streams that have an event in the checkpoint."""
    sealed = select(AUDIT_LEAF.c.entry).where(
        AUDIT_LEAF.c.entry == AUDIT_EVENT.c.entry, AUDIT_LEAF.c.index < size
    )
    query = select(AUDIT_EVENT.c.stream).where(AUDIT_EVENT.c.seq == 1, sealed.exists())
    there = tx.connection.execute(query.order_by(AUDIT_EVENT.c.stream)).scalars()
    if wanted.streams is None:
        return sorted(there)
    chosen = set(wanted.streams)
    return sorted(stream for stream in there if stream in chosen)


def _gather(contents: Found, event: AuditEvent) -> None:
    if event.act not in ("definition.store", "calendar.store") and b'"files":' not in event.body:
        return
    said = json.loads(event.body)
    if event.act == "definition.store":
        for change in said["changes"]:
            contents.definitions.append((event.stream, change["id"], change["fields"]["version"][1]))
    elif event.act == "calendar.store":
        _, agency, calendar = event.stream.split(":", 2)
        contents.calendars += [
            (agency, calendar, change["fields"]["version"][1]) for change in said["changes"]
        ]
    files = said["facts"].get("files")
    if isinstance(files, dict):
        contents.files |= dict.fromkeys(files.values())


def _proofs(writer: _Writer, tx: Tx, wanted: Wanted, last: StoredCheckpoint, contents: Found) -> None:
    """The checkpoint and its key; that the events are in it, and that it goes on from the earlier ones."""
    signed = last.parsed.checkpoint
    stored = tx.log_tree.checkpoints(signed.origin)
    earlier = {
        checkpoint.parsed.checkpoint.size: checkpoint
        for checkpoint in reversed(stored)
        if checkpoint.number < last.number
    }
    earlier.pop(signed.size, None)
    keys = dict.fromkeys(key.text for checkpoint in (last, *stored) for key in reversed(checkpoint.keys))
    writer.text("checkpoint", last.note)
    writer.text("log.vkey", "".join(f"{key}\n" for key in keys))
    for size, checkpoint in earlier.items():
        writer.text(f"checkpoints/{size}", checkpoint.note)
    tree = Tree(tx.log_tree.hashes(0, signed.size)) if wanted.kind == "case" or earlier else None
    if wanted.kind != "case" or tree is None:
        with writer.member("leaves.bin") as write:
            for leaf in tx.log_tree.hashes(0, signed.size):
                write(leaf)
    else:
        writer.lines(
            "proofs.jsonl",
            (
                {"index": index, "hashes": [encoded(step) for step in tree.inclusion(index, signed.size)]}
                for index in sorted(contents.indices)
            ),
        )
    lines: Iterable[dict[str, Any]] = ()
    if tree is not None:
        lines = (
            {"from": size, "hashes": [encoded(step) for step in tree.consistency(size, signed.size)]}
            for size in sorted(earlier)
        )
    writer.lines("consistency.jsonl", lines)


def _details(writer: _Writer, tx: Tx, contents: Found) -> None:
    streams = sorted(contents.heads)
    with writer.member("details.jsonl") as write:
        for start in range(0, len(streams), AT_ONCE):
            for event, detail in read_log(tx.connection, streams[start : start + AT_ONCE]):
                if detail is None or event.seq > contents.heads[event.stream].seq:
                    continue
                place = {"stream": event.stream, "seq": event.seq}
                if detail.salt is None or detail.body is None:
                    write(_line({**place, "erased": True}))
                else:
                    body = detail.body.decode("utf-8", "surrogateescape")
                    write(_line({**place, "salt": detail.salt.hex(), "body": body}))


def _files(writer: _Writer, context: Context, contents: Found) -> None:
    for sha256 in sorted(contents.files):
        try:
            content = context.files.open(sha256)
        except (NotFound, Unavailable):
            continue  # erased, or damaged: whoever verifies is told that it is missing
        with content, writer.member(f"files/{sha256}") as write:
            while chunk := content.read(1 << 16):
                write(chunk)


def _definitions(writer: _Writer, tx: Tx, contents: Found) -> None:
    agencies = tx.organisations.agencies()
    known: dict[tuple[str, str, str], StoredDefinition] = {}
    for agency in agencies:
        for stored in tx.definitions.of(agency):
            known[agency, stored.id, stored.version] = stored
    for stream, sop, version in contents.definitions:
        named = stream.split(":")[1] if stream.count(":") == 2 else ""
        stored_there = (known.get((agency, sop, version)) for agency in (named, *agencies))
        definition = next((kept for kept in stored_there if kept is not None), None)
        if definition is None:
            continue
        name = f"definitions/{sop}@{version}"
        if f"{name}.yaml" not in writer.files:
            loaded = load_definition(definition.text, file=f"{sop}.yaml")
            writer.text(f"{name}.yaml", definition.text)
            writer.text(f"{name}.json", canonical_json(loaded.as_written))


def _calendars(writer: _Writer, context: Context, tx: Tx, contents: Found) -> None:
    known: dict[tuple[str, str, str], StoredCalendar] = {}
    for agency in dict.fromkeys(agency for agency, _, _ in contents.calendars):
        for stored in tx.calendars.of(agency):
            known[agency, stored.calendar, stored.version] = stored
    for place in contents.calendars:
        if place not in known:
            continue
        try:
            calendar = context.catalog.stored_calendar(known[place]).calendar
        except SopError:
            continue
        for unit_calendar in (calendar, *calendar.units.values()):
            name = f"calendars/{unit_calendar.id}@{unit_calendar.version}.json"
            if name not in writer.files:
                writer.text(name, canonical(expanded(unit_calendar)))


def _timing(writer: _Writer, context: Context, tx: Tx, contents: Found, details: bool) -> None:
    """The timing log of every case, a row in a line, as it stood at the checkpoint."""
    first = True
    with writer.member("timing.json") as write:
        write(b'{"rows": [\n')
        for stream in sorted(contents.heads):
            for row in _rows(context, tx, stream, contents.heads[stream]) if stream.startswith(CASE) else ():
                shown = row if details else {**row, "reason": None}
                write((b"" if first else b",\n") + json.dumps(shown).encode())
                first = False
        write(b"]}\n" if first else b"\n]}\n")


def _rows(context: Context, tx: Tx, stream: str, head: Head) -> Iterator[Any]:
    state = tx.cases.get(stream.removeprefix(CASE))
    if state is None:
        return
    case = context.catalog.case_context(tx, state, context.clock.now())
    visits: Iterable[LoggedVisit] = state.tasks.values()
    if tx.audit.case_head(state.case.id) != head:
        # It has gone on since the checkpoint: as its events tell.
        bodies = (event.body for event, _ in read_log(tx.connection, [stream]) if event.seq <= head.seq)
        visits = [_as_then(task) for task in replay(bodies).get("task", {}).values()]
    for visit in visits:
        if visit.state is not TaskStatus.CANCELLED:
            yield timing_row(TaskContext(case, visit))


def _as_then(told: dict[str, Any]) -> LoggedVisit:
    values: dict[str, Any] = {"branch_id": None, "branch": None, "state": TaskStatus(told["state"])}
    for spec in fields(LoggedVisit):
        if (value := told.get(spec.name)) is not None and spec.name != "state":
            values[spec.name] = datetime.fromisoformat(value) if spec.name.endswith("_at") else value
    return LoggedVisit(**values)
