"""The audit log read back: events, heads, details and stored states, and a whole database verified."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Table, Text, select, type_coerce
from sqlalchemy.exc import DBAPIError

from engine.audit.canonical import instant_text, plain
from engine.audit.chain import AuditDetail, AuditEvent, Head
from engine.audit.events import case_stream
from engine.audit.replay import State, empty_state
from engine.audit.verifier import Fault, VerifyReport, verify
from engine.cases.model import PRIVATE, Branch, Case, CaseState, Task
from engine.tables import AUDIT_DETAIL, AUDIT_EVENT, AUDIT_HEAD, BRANCH, SOP_CASE, TASK

CHUNK = 200
PARTS: tuple[tuple[str, type, Table], ...] = (
    ("case", Case, SOP_CASE),
    ("branch", Branch, BRANCH),
    ("task", Task, TASK),
)
PUBLIC: Mapping[str, tuple[str, ...]] = {
    kind: tuple(spec.name for spec in fields(cls) if spec.name not in PRIVATE[kind]) for kind, cls, _ in PARTS
}
CASE = case_stream("")


def verify_log(connection: Connection, streams: Sequence[str] | None = None) -> VerifyReport:
    """Verify these streams, or every stream of the database, against heads, details and stored states."""
    names = streams if streams is not None else all_streams(connection)
    report = VerifyReport()
    for start in range(0, len(names), CHUNK):
        report.add(_verified(connection, names[start : start + CHUNK]))
    return report


def all_streams(connection: Connection) -> list[str]:
    """Every stream that has an event, a detail, a head or a case."""
    names: set[str] = set()
    for table in (AUDIT_EVENT, AUDIT_DETAIL, AUDIT_HEAD):
        names.update(connection.execute(select(table.c.stream).distinct()).scalars())
    names.update(case_stream(case_id) for case_id in connection.execute(select(SOP_CASE.c.id)).scalars())
    return sorted(names)


def read_events(connection: Connection, streams: Sequence[str]) -> Iterator[AuditEvent]:
    """The events of these streams, stream by stream, oldest first."""
    # As text, so that a damaged time is reported and does not stop the reading.
    sqlite = connection.dialect.name == "sqlite"
    at = type_coerce(AUDIT_EVENT.c.at, Text).label("at") if sqlite else AUDIT_EVENT.c.at
    columns = [AUDIT_EVENT.c[name] for name in ("stream", "seq", "prev", "hash", "body", "act", "account")]
    query = (
        select(*columns, at)
        .where(AUDIT_EVENT.c.stream.in_(streams))
        .order_by(AUDIT_EVENT.c.stream, AUDIT_EVENT.c.seq)
    )
    for row in connection.execute(query).mappings():
        yield AuditEvent(**{**row, "at": row["at"] if sqlite else instant_text(row["at"])})


def read_heads(connection: Connection, streams: Sequence[str]) -> dict[str, Head]:
    """Where each of these streams should end."""
    others = select(AUDIT_HEAD.c.stream, AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash)
    cases = select(SOP_CASE.c.id, SOP_CASE.c.audit_seq, SOP_CASE.c.audit_head)
    found = connection.execute(others.where(AUDIT_HEAD.c.stream.in_(streams)))
    heads = {row[0]: Head(row[1], row[2]) for row in found}
    found = connection.execute(cases.where(SOP_CASE.c.id.in_(_case_ids(streams))))
    return heads | {case_stream(row[0]): Head(row[1], row[2]) for row in found}


def read_details(connection: Connection, streams: Sequence[str]) -> dict[tuple[str, int], AuditDetail]:
    columns = [AUDIT_DETAIL.c[name] for name in ("stream", "seq", "salt", "body")]
    found = connection.execute(select(*columns).where(AUDIT_DETAIL.c.stream.in_(streams)))
    return {(row.stream, row.seq): AuditDetail(**row._mapping) for row in found}


def read_states(connection: Connection, case_ids: Sequence[str]) -> dict[str, State]:
    """The public state of these cases as stored, by stream, in the form that `replay` gives."""
    states: dict[str, State] = {}
    for kind, _, table in PARTS:
        key = table.c.id if table is SOP_CASE else table.c.case_id
        columns = [table.c[name] for name in PUBLIC[kind]]
        found = connection.execute(select(*columns, key.label("of_case")).where(key.in_(case_ids)))
        for row in found.mappings():
            state = states.setdefault(case_stream(row["of_case"]), empty_state())
            state[kind][row["id"]] = _present({name: row[name] for name in PUBLIC[kind]})
    return states


def public_state(state: CaseState) -> State:
    """A case in memory in the form that `replay` gives."""
    parts: tuple[tuple[str, Sequence[Any]], ...] = (
        ("case", [state.case]),
        ("branch", list(state.branches.values())),
        ("task", list(state.tasks.values())),
    )
    return {
        kind: {thing.id: _present({name: getattr(thing, name) for name in PUBLIC[kind]}) for thing in things}
        for kind, things in parts
    }


def _verified(connection: Connection, streams: Sequence[str]) -> VerifyReport:
    try:
        return verify(
            read_events(connection, streams),
            read_heads(connection, streams),
            read_details(connection, streams),
            read_states(connection, _case_ids(streams)),
        )
    except (ValueError, DBAPIError) as error:
        # A value that no longer fits its column: find the stream it belongs to, keep checking the others.
        if len(streams) == 1:
            return VerifyReport(0, 1, [Fault(streams[0], 0, f"cannot be read: {error}")])
        report = VerifyReport()
        for stream in streams:
            report.add(_verified(connection, [stream]))
        return report


def _case_ids(streams: Sequence[str]) -> list[str]:
    return [stream.removeprefix(CASE) for stream in streams if stream.startswith(CASE)]


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items() if value is not None}
