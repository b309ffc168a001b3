"""A guard: what must hold of a row before a statement may touch it, in the SQL both engines share."""
# ruff: noqa: S608 - conditions are put together from words of the guards, never from input

from collections.abc import Iterator
from dataclasses import dataclass

from engine.audit.events import ERASURE

REFUSED = "alur:"
ERASURE_TOLD = (
    f"EXISTS (SELECT 1 FROM audit_event e WHERE e.act = '{ERASURE}' AND e.seq >"
    " COALESCE((SELECT h.seq FROM audit_head h WHERE h.stream = e.stream),"
    " (SELECT c.audit_seq FROM sop_case c WHERE 'case:' || c.id = e.stream), 0))"
)
STREAM_OF_ACCOUNT = "'organisation:' || (SELECT a.agency FROM account a WHERE a.username = {row}.account)"


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on NEW and OLD that must hold, in the SQL both engines share; ``never`` needs none."""

    table: str
    when: str  # INSERT, UPDATE, DELETE
    condition: str
    message: str

    @property
    def name(self) -> str:
        return f"guard_{self.table}_{self.when.lower()}"


def told_on(stream: str) -> str:
    """Whether an event of this stream waits for its head."""
    return (
        f"EXISTS (SELECT 1 FROM audit_event e WHERE e.stream = {stream} AND e.seq >"
        f" COALESCE((SELECT h.seq FROM audit_head h WHERE h.stream = {stream}), 0))"
    )


def kept(*columns: str, nullable: tuple[str, ...] = ()) -> str:
    """Whether these columns stay as they are."""
    same = [f"NEW.{name} = OLD.{name}" for name in columns]
    same += [f"COALESCE(NEW.{name}, '') = COALESCE(OLD.{name}, '')" for name in nullable]
    return " AND ".join(same)


def windowed(table: str, stream: str, when: tuple[str, ...], same: str = "") -> Iterator[Guard]:
    """Guards of a table whose rows change only while an event of their stream waits for its head."""
    for verb in when:
        window = told_on(stream.format(row="OLD" if verb == "DELETE" else "NEW"))
        yield Guard(table, verb, (same if verb == "UPDATE" else "") + window, untold(table))


def untold(table: str) -> str:
    return f"{REFUSED} a row of {table} does not change without its event"
