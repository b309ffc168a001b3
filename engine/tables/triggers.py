"""Triggers on both engines: the log only grows, and no guarded row changes without a fresh event.

An act's window is open from the insert of its event until its head moves; outside it statements are
refused. Migrations run without them: ``drop_guards`` before, ``create_guards`` after, in one transaction.
"""
# ruff: noqa: S608 - the statements are put together from words of this file, never from input

from collections.abc import Iterator

from sqlalchemy import Connection

from engine.audit.chain import GENESIS
from engine.tables.guard import ERASURE_TOLD, REFUSED, STREAM_OF_ACCOUNT, Guard, kept, windowed
from engine.tables.guards_of_people import NEVER_DELETED as NEVER_DELETED_OF_PEOPLE
from engine.tables.guards_of_people import guards_of_people

HEAD_MOVED = "alur: the audit head of this stream has moved"


def drop_guards(connection: Connection) -> None:
    """Take every trigger away, whichever release made it."""
    postgres = connection.dialect.name == "postgresql"
    standing = (
        "SELECT tgname, relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT tgisinternal AND substr(tgname::text, 1, 6) = 'guard_'"
        if postgres
        else "SELECT name, tbl_name FROM sqlite_master"
        " WHERE type = 'trigger' AND substr(name, 1, 6) = 'guard_'"
    )
    for name, table in connection.exec_driver_sql(standing).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}" + (f" ON {table}" if postgres else ""))


def create_guards(connection: Connection) -> None:
    """Put every trigger in place, replacing what stood there; safe to repeat."""
    postgres = connection.dialect.name == "postgresql"
    for guard in guards():
        for statement in _postgres(guard) if postgres else _sqlite(guard):
            connection.exec_driver_sql(statement)
    if postgres:
        for table in NEVER_DELETED:
            for statement in _postgres_truncate(table):
                connection.exec_driver_sql(statement)


NEVER_DELETED = (
    "audit_event",
    "audit_detail",
    "audit_head",
    "audit_leaf",
    "audit_checkpoint",
    "sop_case",
    "branch",
    "task",
    "agency",
    "account",
    "absence",
    "definition",
    "calendar_version",
    "confirmed_start",
    "file",
    "notice",
    "register_file",
    "register_row",
    "register_row_version",
    "timer",
    *NEVER_DELETED_OF_PEOPLE,
)

OF_AN_AGENCY = ("unit", "position", "holding", "team")


def guards() -> Iterator[Guard]:
    """Every guard; the order does not matter."""
    yield from _log()
    yield from _tree()
    yield from _cases()
    for table in OF_AN_AGENCY:
        yield from windowed(table, "'organisation:' || {row}.agency", ("INSERT", "UPDATE", "DELETE"))
    yield from windowed("absence", "'organisation:' || {row}.agency", ("INSERT", "UPDATE"))
    yield from windowed("account", "'organisation:' || {row}.agency", ("INSERT", "UPDATE"))
    yield from windowed("identity_link", STREAM_OF_ACCOUNT, ("INSERT", "UPDATE", "DELETE"))
    yield from windowed("agency", "'organisation:' || {row}.id", ("INSERT", "UPDATE"))
    yield from windowed(
        "definition",
        "'definition:' || {row}.agency || ':' || {row}.id",
        ("INSERT", "UPDATE"),
        kept("agency", "id", "version", "text", "content_hash", "stored_at") + " AND ",
    )
    yield from windowed(
        "calendar_version", "'calendar:' || {row}.agency || ':' || {row}.calendar", ("INSERT",)
    )
    yield from windowed(
        "confirmed_start", "'schedule:' || {row}.agency || ':' || {row}.sop", ("INSERT", "UPDATE")
    )
    yield Guard("calendar_version", "UPDATE", "1 = 0", f"{REFUSED} a calendar version never changes")
    yield from _of_cases()
    yield from _registers()
    yield from guards_of_people()
    for table in NEVER_DELETED:
        yield Guard(table, "DELETE", "1 = 0", f"{REFUSED} rows of {table} are never deleted")


def _log() -> Iterator[Guard]:
    follows = (
        "NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.stream = NEW.stream AND e.seq = NEW.seq)"
        " AND NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.entry = NEW.entry)"
        f" AND ((NEW.seq = 1 AND NEW.prev = '{GENESIS}') OR EXISTS (SELECT 1 FROM audit_event e"
        " WHERE e.stream = NEW.stream AND e.seq = NEW.seq - 1 AND e.hash = NEW.prev))"
    )
    yield Guard("audit_event", "INSERT", follows, HEAD_MOVED)
    yield Guard("audit_event", "UPDATE", "1 = 0", f"{REFUSED} an audit event never changes")
    beside = (
        "EXISTS (SELECT 1 FROM audit_event e WHERE e.stream = NEW.stream AND e.seq = NEW.seq)"
        " AND NOT EXISTS (SELECT 1 FROM audit_detail d WHERE d.stream = NEW.stream AND d.seq = NEW.seq)"
    )
    yield Guard("audit_detail", "INSERT", beside, f"{REFUSED} a detail stands beside one event")
    erased = (
        "NEW.stream = OLD.stream AND NEW.seq = OLD.seq AND (NEW.body IS NULL AND NEW.salt IS NULL"
        f" AND OLD.erasable AND {ERASURE_TOLD} OR NEW.body = OLD.body AND NEW.salt = OLD.salt)"
    )
    message = f"{REFUSED} a detail may only be erased, by an event that names it"
    yield Guard("audit_detail", "UPDATE", erased, message)
    last = (
        "EXISTS (SELECT 1 FROM audit_event e"
        " WHERE e.stream = NEW.stream AND e.seq = NEW.seq AND e.hash = NEW.hash)"
    )
    absent = "NOT EXISTS (SELECT 1 FROM audit_head h WHERE h.stream = NEW.stream)"
    yield Guard("audit_head", "INSERT", f"NEW.seq = 1 AND {absent} AND {last}", HEAD_MOVED)
    moved = f"NEW.stream = OLD.stream AND NEW.seq = OLD.seq + 1 AND {last}"
    yield Guard("audit_head", "UPDATE", moved, HEAD_MOVED)


def _tree() -> Iterator[Guard]:
    next_leaf = (
        'NEW."index" = COALESCE((SELECT MAX(l."index") FROM audit_leaf l), -1) + 1'
        " AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry = NEW.entry)"
        " AND EXISTS (SELECT 1 FROM audit_event e WHERE e.entry = NEW.entry)"
    )
    yield Guard("audit_leaf", "INSERT", next_leaf, f"{REFUSED} leaves follow each other, one for each event")
    yield Guard("audit_leaf", "UPDATE", "1 = 0", f"{REFUSED} a leaf never changes")
    sealed = (
        "NEW.number = COALESCE((SELECT MAX(c.number) FROM audit_checkpoint c), 0) + 1"
        ' AND NEW.size <= (SELECT COALESCE(MAX(l."index"), -1) + 1 FROM audit_leaf l)'
    )
    yield Guard("audit_checkpoint", "INSERT", sealed, f"{REFUSED} a checkpoint is of leaves that are there")
    yield Guard("audit_checkpoint", "UPDATE", "1 = 0", f"{REFUSED} a checkpoint never changes")


def _cases() -> Iterator[Guard]:
    message = f"{REFUSED} a case does not change without its event"
    first = (
        f"NEW.audit_seq = 0 AND NEW.audit_head = '{GENESIS}'"
        " AND NOT EXISTS (SELECT 1 FROM sop_case c WHERE c.id = NEW.id)"
        " AND EXISTS (SELECT 1 FROM audit_event e WHERE e.stream = 'case:' || NEW.id AND e.seq = 1)"
    )
    yield Guard("sop_case", "INSERT", first, message)
    head = (
        "NEW.id = OLD.id AND NEW.audit_seq = OLD.audit_seq + 1 AND EXISTS (SELECT 1 FROM audit_event e"
        " WHERE e.stream = 'case:' || NEW.id AND e.seq = NEW.audit_seq AND e.hash = NEW.audit_head)"
    )
    yield Guard("sop_case", "UPDATE", head, message)
    # The case row is written last: while its head is behind the event, the window is open.
    window = (
        "NEW.audit_seq > (SELECT c.audit_seq FROM sop_case c WHERE c.id = NEW.case_id)"
        " AND EXISTS (SELECT 1 FROM audit_event e"
        " WHERE e.stream = 'case:' || NEW.case_id AND e.seq = NEW.audit_seq)"
    )
    for table in ("branch", "task"):
        new = f"NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id) AND {window}"
        same = f"NEW.id = OLD.id AND NEW.case_id = OLD.case_id AND {window}"
        if table == "task":
            of_case = "(SELECT c.agency, c.sop FROM sop_case c WHERE c.id = NEW.case_id)"
            new += f" AND (NEW.agency, NEW.sop) = {of_case}"
            same += " AND NEW.agency = OLD.agency AND NEW.sop = OLD.sop"
        yield Guard(table, "INSERT", new, message)
        yield Guard(table, "UPDATE", same, message)
    begun = "NEW.started_at = (SELECT c.started_at FROM sop_case c WHERE c.id = NEW.case_id)"
    yield Guard("case_member", "INSERT", f"{_written('NEW.case_id')} AND {begun}", message)
    yield Guard("case_member", "UPDATE", "1 = 0", message)
    yield Guard("case_member", "DELETE", _written("OLD.case_id"), message)


def _of_cases() -> Iterator[Guard]:
    """What stands beside a case: who may claim, what was handed in, when to remind, what people were told."""
    message = f"{REFUSED} what belongs to a case does not change without its event"
    of_task = "(SELECT t.case_id FROM task t WHERE t.id = {row}.task_id)"
    yield Guard("candidate", "INSERT", _written(of_task.format(row="NEW")), message)
    yield Guard("candidate", "UPDATE", "1 = 0", message)
    yield Guard("candidate", "DELETE", _written(of_task.format(row="OLD")), message)
    free = "NEW.case_id IS NULL AND NEW.task_id IS NULL"
    yield Guard("file", "INSERT", f"{free} AND {_new('file')}", f"{REFUSED} a task hands a file in")
    given = kept("id", "sha256", "name", "size", "media_type", "uploaded_at", nullable=("uploaded_by",))
    bound = f"{given} AND OLD.case_id IS NULL AND {_written('NEW.case_id')}"
    named = kept("id", "sha256", "size", "media_type", "uploaded_at")
    nameless = f"{named} AND {kept(nullable=('uploaded_by', 'case_id', 'task_id'))} AND NEW.name = ''"
    yield Guard("file", "UPDATE", f"({bound}) OR ({nameless} AND {ERASURE_TOLD})", message)
    # A timer that is there already is planned again without harm; a replacement would have to delete it.
    yield Guard("timer", "INSERT", _written("NEW.case_id"), message)
    # Calendars move a timer without an act on its case; what it is about stays, and what fired has fired.
    same = kept("case_id", "subject", "stage")
    yield Guard("timer", "UPDATE", f"{same} AND (OLD.state <> 'fired' OR NEW.state = 'fired')", message)
    told = kept("id", "account", "kind", "at", "text", nullable=("case_id", "task_id", "stage"))
    yield Guard("notice", "INSERT", _new("notice"), message)
    wordless = kept("id", "account", "kind", "at", nullable=("case_id", "task_id", "stage"))
    erased = f"{wordless} AND NEW.text = '' AND {ERASURE_TOLD}"
    yield Guard(
        "notice", "UPDATE", f"({told}) OR ({erased})", f"{REFUSED} a notice is read, it never changes"
    )


def _registers() -> Iterator[Guard]:
    stream = "'register:' || {row}.agency || ':' || {row}.register_id"
    yield from windowed("register_file", stream, ("INSERT",))
    yield Guard("register_file", "UPDATE", "1 = 0", f"{REFUSED} a version of a register never changes")
    same = kept("agency", "register_id", "id") + " AND NEW.version = OLD.version + 1 AND "
    yield from windowed("register_row", stream, ("INSERT", "UPDATE"), same)
    yield from windowed("register_row_version", stream, ("INSERT",))
    key = ("agency", "register_id", "row_id", "version", "revision", "at", "act", "retired")
    blanked = f"{kept(*key, nullable=('account', 'case_id'))} AND {ERASURE_TOLD}"
    message = f"{REFUSED} what a row was is only ever blanked, by an event that says so"
    yield Guard("register_row_version", "UPDATE", blanked, message)
    yield from windowed("register_cell", stream, ("INSERT", "DELETE"))
    yield Guard("register_cell", "UPDATE", "1 = 0", f"{REFUSED} a word is written anew, it never changes")


def _written(case_id: str) -> str:
    """Whether an event of the case waits for its head."""
    return (
        f"(SELECT c.audit_seq FROM sop_case c WHERE c.id = {case_id}) <"
        f" (SELECT MAX(e.seq) FROM audit_event e WHERE e.stream = 'case:' || {case_id})"
    )


def _new(table: str) -> str:
    return f"NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id)"


def _sqlite(guard: Guard) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {guard.name}"
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.when} ON {guard.table} FOR EACH ROW"
        f" WHEN NOT COALESCE(({guard.condition}), 0) BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
    )


def _postgres(guard: Guard) -> Iterator[str]:
    result = "OLD" if guard.when == "DELETE" else "NEW"
    yield (
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql"
        # Else a temporary table of the same name would be asked in place of the real one.
        " SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN"
        f" IF NOT COALESCE(({guard.condition}), FALSE) THEN"
        f" RAISE EXCEPTION '{guard.message}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        f" RETURN {result}; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}"
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.when} ON {guard.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
    )


def _postgres_truncate(table: str) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS guard_{table}_truncate ON {table}"
    # The DELETE guard's function always refuses, before it looks at a row.
    yield (
        f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION guard_{table}_delete()"
    )
