"""What the tables hold, in the form that replaying the events of a stream gives."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from typing import Any

from sqlalchemy import Connection, Table, select

from engine.audit.canonical import canonical, plain
from engine.audit.events import (
    assessment_stream,
    calendar_stream,
    case_stream,
    definition_stream,
    organisation_stream,
    register_stream,
)
from engine.audit.replay import Shape, State, Stored
from engine.cases.model import CLAIMABLE, PRIVATE, Branch, Case, CaseState, Notice, Task
from engine.notices.outbox import Preference
from engine.organisation import Absence, Account, AgencyInfo, Holding, Position, Team, Unit
from engine.store.stored_beside import (
    read_confirmed,
    read_credentials,
    read_preference,
    read_timers,
    streams_beside,
)
from engine.store.stored_values import as_stored, turn_of
from engine.tables import (
    ABSENCE,
    ACCOUNT,
    AGENCY,
    BRANCH,
    CALENDAR_VERSION,
    CANDIDATE,
    CASE_MEMBER,
    DEFINITION,
    EXPLANATION,
    FILE,
    HOLDING,
    NOTICE,
    POSITION,
    REGISTER_FILE,
    REGISTER_ROW,
    REGISTER_ROW_VERSION,
    SOP_CASE,
    TASK,
    TEAM,
    UNIT,
    VERDICT,
)
from engine.text.visible import search_text

Kind = tuple[str, type, Table, str]  # name, class, table, the column of the stream
OF_CASE: tuple[Kind, ...] = (
    ("case", Case, SOP_CASE, "id"),
    ("branch", Branch, BRANCH, "case_id"),
    ("task", Task, TASK, "case_id"),
)
OF_AGENCY: tuple[Kind, ...] = (
    ("agency", AgencyInfo, AGENCY, "id"),
    ("unit", Unit, UNIT, "agency"),
    ("position", Position, POSITION, "agency"),
    ("account", Account, ACCOUNT, "agency"),
    ("holding", Holding, HOLDING, "agency"),
    ("team", Team, TEAM, "agency"),
    ("absence", Absence, ABSENCE, "agency"),
)
BESIDE_ACCOUNT = ("nip", "locale", "contact", "linked_by_hand_since")
HIDDEN: Mapping[str, frozenset[str]] = {
    **PRIVATE,
    "account": frozenset({"label", "nip", "contact"}),
    "absence": frozenset({"kind"}),
}
WORDS = ("account", "kind", "case_id", "task_id", "at", "text", "stage")
NOTICES = select(NOTICE.c.case_id.label("of"), NOTICE.c.id, *(as_stored(NOTICE.c[name]) for name in WORDS))
FILE_BYTES = ("sha256", "case_id", "task_id")
FILE_WORDS = ("name", "size", "media_type", "uploaded_by", "uploaded_at")
SEARCHED = ("search_text", "number", "title")
PERSONAL_CHOICES = frozenset({"addresses"})
KEYS = frozenset({"id", "username", "ordinal"})


def read_stored(connection: Connection, streams: Sequence[str]) -> dict[str, Stored]:
    """What the tables hold of each of these streams."""
    stored_streams: dict[str, Stored] = {}
    ids: dict[str, list[str]] = {}
    for stream in streams:
        kind, _, rest = stream.partition(":")
        ids.setdefault(kind, []).append(rest)
    for of, kinds in (("case", OF_CASE), ("organisation", OF_AGENCY)):
        for name in kinds if of in ids else ():
            _read(connection, of, name, ids[of], stored_streams)

    def parts(stream: str) -> tuple[State, State]:
        return _of(stored_streams, stream)

    if "case" in ids:
        _read_beside_cases(connection, ids["case"], stored_streams)
        read_timers(connection, ids["case"], parts)
    if "organisation" in ids:
        read_credentials(connection, ids["organisation"], parts)
    for stream in streams:
        _read_versions(connection, stream, stored_streams)
    for account in ids.get("preference", ()):
        read_preference(connection, account, parts)
    for place in ids.get("schedule", ()):
        agency, _, sop = place.partition(":")
        read_confirmed(connection, agency, sop, parts)
    return stored_streams


def owned_streams(connection: Connection) -> Iterator[str]:
    """The streams that stored rows belong to."""
    yield from map(case_stream, connection.execute(select(SOP_CASE.c.id)).scalars())
    yield from map(organisation_stream, connection.execute(select(AGENCY.c.id)).scalars())
    for agency, sop in connection.execute(select(DEFINITION.c.agency, DEFINITION.c.id).distinct()):
        yield definition_stream(agency, sop)
    versions = select(CALENDAR_VERSION.c.agency, CALENDAR_VERSION.c.calendar).distinct()
    for agency, calendar in connection.execute(versions):
        yield calendar_stream(agency, calendar)
    for table in (EXPLANATION, VERDICT):
        for agency in connection.execute(select(table.c.agency).distinct()).scalars():
            yield assessment_stream(agency)
    files = select(REGISTER_FILE.c.agency, REGISTER_FILE.c.register_id).distinct()
    for agency, register in connection.execute(files):
        yield register_stream(agency, register)
    yield from streams_beside(connection)


def public_state(state: CaseState) -> State:
    """A case in memory in the form that `replay` gives."""
    parts: tuple[tuple[str, Iterable[Any]], ...] = (
        ("case", [state.case]),
        ("branch", state.branches.values()),
        ("task", state.tasks.values()),
    )
    names = {
        kind: [name for name in _names(kind, cls) if name not in PRIVATE[kind]] for kind, cls, *_ in OF_CASE
    }
    return {
        kind: {thing.id: _present({name: getattr(thing, name) for name in names[kind]}) for thing in things}
        for kind, things in parts
        if things
    }


def _names(kind: str, cls: type) -> list[str]:
    names = [spec.name for spec in fields(cls)]
    return [*names, *BESIDE_ACCOUNT] if kind == "account" else names


def _read(
    connection: Connection,
    stream_kind: str,
    kind: Kind,
    owners: Sequence[str],
    stored_streams: dict[str, Stored],
) -> None:
    name, cls, table, owner = kind
    key = "username" if table is ACCOUNT else "id"
    skipped = KEYS if stream_kind == "organisation" else frozenset[str]()
    hidden = HIDDEN.get(name, frozenset())
    told = [column for column in _names(name, cls) if column not in skipped]
    shown = _Part(table, [column for column in told if column not in hidden])
    kept = _Part(table, [column for column in told if column in hidden])
    columns = [table.c[column] for part in (shown, kept) for column in part.names]
    beside = [table.c[name] for name in (owner, key, *(SEARCHED if table is SOP_CASE else ()))]
    labelled = [column.label(f"its_{column.key}") for column in beside]
    found_rows = connection.execute(
        select(*map(as_stored, columns), *labelled).where(table.c[owner].in_(owners))
    )
    of_owner, of_key = len(columns), len(columns) + 1
    for row in found_rows.all():
        values, thing = tuple(row), row[of_key]
        public, private = _of(stored_streams, f"{stream_kind}:{row[of_owner]}")
        public.setdefault(name, {})[thing] = shown.canonical(values)
        private.setdefault(name, {})[thing] = kept.canonical(values[len(shown.names) : of_owner])
        if table is SOP_CASE and row.its_search_text != search_text(row.its_number, row.its_title):
            _put(public, "search text", thing, {"text": row.its_search_text})  # no event says so


class _Part:
    """Some columns of a table, read into the form that events have."""

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        self.names = names
        turns = {name: turn_of(table.c[name]) for name in names}
        self._turns = [(name, turn) for name, turn in turns.items() if turn is not None]

    def canonical(self, row: Iterable[Any]) -> dict[str, Any]:
        values = {name: value for name, value in zip(self.names, row, strict=False) if value is not None}
        for name, turn in self._turns:
            if name in values:
                values[name] = turn(values[name])
        return values


def _put(state: State, kind: str, thing: str, values: Mapping[str, Any]) -> None:
    state.setdefault(kind, {})[thing] = _present(values)


def _read_beside_cases(
    connection: Connection, cases: Sequence[str], stored_streams: dict[str, Stored]
) -> None:
    members = select(CASE_MEMBER.c.case_id, CASE_MEMBER.c.seat).where(CASE_MEMBER.c.case_id.in_(cases))
    for case_id, seat in connection.execute(members).all():
        public, _ = _of(stored_streams, case_stream(case_id))
        public.setdefault("member", {})[seat] = {"seat": seat}
    waiting = (
        select(TASK.c.case_id, CANDIDATE.c.task_id, CANDIDATE.c.seat, as_stored(CANDIDATE.c.due_at))
        .join(TASK, TASK.c.id == CANDIDATE.c.task_id)
        .where(TASK.c.case_id.in_(cases))
    )
    for case_id, task_id, seat, due_at in connection.execute(waiting).all():
        thing = {"seat": seat, "due_at": due_at}
        _put(_of(stored_streams, case_stream(case_id))[0], "candidate", f"{task_id} {seat}", thing)
    files = select(FILE.c.id, *(FILE.c[name] for name in (*FILE_BYTES, *FILE_WORDS)))
    for row in connection.execute(files.where(FILE.c.case_id.in_(cases))).mappings().all():
        public, private = _of(stored_streams, case_stream(row["case_id"]))
        _put(public, "file", row["id"], {name: row[name] for name in FILE_BYTES})
        _put(private, "file", row["id"], {name: row[name] for name in FILE_WORDS})
    for case_id, notice, *said in connection.execute(NOTICES.where(NOTICE.c.case_id.in_(cases))).all():
        private = _of(stored_streams, case_stream(case_id))[1]
        private.setdefault("notice", {})[notice] = {"words": _digest(said)}


def notice_digest(notice: Notice) -> str:
    """The hash by which the act that told somebody something names what it said."""
    return _digest([getattr(notice, name) for name in WORDS])


def _digest(words: Sequence[Any]) -> str:
    return hashlib.sha256(canonical(words)).hexdigest()


def _of(stored_streams: dict[str, Stored], stream: str) -> tuple[State, State]:
    stored = stored_streams.get(stream)
    if stored is None:
        stored = stored_streams[stream] = Stored({}, {})
    return stored.public, {} if stored.private is None else stored.private


def _read_versions(connection: Connection, stream: str, stored_streams: dict[str, Stored]) -> None:
    kind, _, rest = stream.partition(":")
    agency, _, name = rest.partition(":")
    if kind == "definition":
        rows = select(DEFINITION).where(DEFINITION.c.agency == agency, DEFINITION.c.id == name)
        for row in connection.execute(rows).mappings():
            _put(stored_streams.setdefault(stream, Stored()).public, kind, row["version"], _definition(row))
    elif kind == "calendar":
        table = CALENDAR_VERSION.c
        rows = select(CALENDAR_VERSION).where(table.agency == agency, table.calendar == name)
        for row in connection.execute(rows).mappings():
            _put(stored_streams.setdefault(stream, Stored()).public, kind, row["version"], _calendar(row))
    elif kind == "register":
        _read_register(connection, stream, (agency, name), stored_streams)
    elif kind == "assessment":
        _read_assessments(connection, stream, rest, stored_streams)


def _read_assessments(
    connection: Connection, stream: str, agency: str, stored_streams: dict[str, Stored]
) -> None:
    public, private = _of(stored_streams, stream)
    columns = (EXPLANATION.c.finding, EXPLANATION.c.case_id, EXPLANATION.c.text)
    for finding, case_id, text in connection.execute(select(*columns).where(EXPLANATION.c.agency == agency)):
        _put(public, "explanation", finding, {"case_id": case_id})
        _put(private, "explanation", finding, {"text": text})
    for row in connection.execute(select(VERDICT).where(VERDICT.c.agency == agency)).mappings():
        thing = f"{row['period']} {row['sop']}"
        _put(public, "verdict", thing, {"runs_well": row["runs_well"]})
        _put(private, "verdict", thing, {"note": row["note"], "action": row["action"]})


def _read_register(
    connection: Connection, stream: str, place: tuple[str, str], stored_streams: dict[str, Stored]
) -> None:
    public, private = _of(stored_streams, stream)
    for table, read in ((REGISTER_FILE, _file), (REGISTER_ROW, _row), (REGISTER_ROW_VERSION, _row_version)):
        mine = (table.c.agency == place[0]) & (table.c.register_id == place[1])
        for row in connection.execute(select(table).where(mine)).mappings():
            _put(public, *read(row))
            if table is REGISTER_ROW:
                _put(private, "row", row["id"], row["content"])


def _file(row: Mapping[Any, Any]) -> tuple[str, str, dict[str, Any]]:
    digest = hashlib.sha256(row["text"].encode()).hexdigest()
    return "register", str(row["version"]), {"sha256": digest}


def _row(row: Mapping[Any, Any]) -> tuple[str, str, dict[str, Any]]:
    return "row", row["id"], {"version": row["version"], "retired": row["retired"]}


def _row_version(row: Mapping[Any, Any]) -> tuple[str, str, dict[str, Any]]:
    names = ("revision", "at", "account", "position", "case_id")
    return "row_version", f"{row['row_id']} {row['version']}", {name: row[name] for name in names}


def _definition(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "status": row["status"],
        "content_hash": row["content_hash"],
        "text_sha256": hashlib.sha256(row["text"].encode()).hexdigest(),
        "begins_on": row["begins_on"].isoformat() if row["begins_on"] else None,
        "began_at": row["began_at"].isoformat() if row["began_at"] else None,
    }


def _calendar(row: Mapping[Any, Any]) -> dict[str, Any]:
    names = ("number", "date", "issuer", "title")
    decree = {name: row[f"decree_{name}"] for name in names}
    return {
        "version": row["version"],
        "decree": decree if decree["number"] is not None else None,
        "data_sha256": data_digest(row["data"]),
    }


def data_digest(data: Mapping[str, Any]) -> str:
    """The hash by which an event names the data of a calendar."""
    return hashlib.sha256(canonical(data)).hexdigest()


def derived(public: State) -> State:
    """What lists are read from, as it follows from the tasks and the starter of a case."""
    tasks = public.get("task", {})
    seats = {seat for task in tasks.values() for seat in task.get("seats", ())}
    seats |= {f"@{task['assignee']}" for task in tasks.values() if task.get("assignee")}
    seats |= {f"@{case['started_by']}" for case in public.get("case", {}).values() if case.get("started_by")}
    waiting = {
        f"{task_id} {seat}": _present({"seat": seat, "due_at": task.get("due_at")})
        for task_id, task in tasks.items()
        if task.get("assignee") is None and task["state"] in CLAIMABLE
        for seat in task.get("seats", ())
    }
    return {"member": {seat: {"seat": seat} for seat in seats}, "candidate": waiting}


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items() if value is not None}


def _default(spec: Field[Any]) -> Any:
    if spec.default is not MISSING:
        return spec.default
    return spec.default_factory() if spec.default_factory is not MISSING else None


def _defaults(hidden: bool) -> dict[str, dict[str, Any]]:
    """What each kind of thing has of which no event tells, because the field is younger."""
    defaults = {}
    for kind, cls, *_ in (*OF_CASE, *OF_AGENCY):
        private = HIDDEN.get(kind, frozenset())
        values = {spec.name: _default(spec) for spec in fields(cls) if (spec.name in private) is hidden}
        defaults[kind] = _present({name: v for name, v in values.items() if not isinstance(v, frozenset)})
    chosen = {spec.name: _default(spec) for spec in fields(Preference) if spec.name != "account"}
    defaults["preference"] = _present({n: v for n, v in chosen.items() if (n in PERSONAL_CHOICES) is hidden})
    return defaults


SHAPE = Shape(_defaults(hidden=False), _defaults(hidden=True), derived)
