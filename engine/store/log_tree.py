"""The tree over all events: leaves in the order of arrival, and the checkpoints that were signed of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text

from engine.audit.checkpoint import Note, VerifierKey, parsed_note
from engine.audit.merkle import Peaks, leaf_hash
from engine.store.transaction import Transaction
from engine.tables import AUDIT_CHECKPOINT, AUDIT_EVENT, AUDIT_LEAF

LOCK = 7_165_187_320_552_002  # any number, as long as it stays the same
LATE = 2000
"""How many entries back a commit may come late and still be seen at once; the full pass finds any."""
AT_ONCE = 1000
UNSEALED = text(
    "SELECT e.entry, e.body FROM audit_event e WHERE e.entry > :above"
    " AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry = e.entry) ORDER BY e.entry LIMIT :most"
).bindparams(bindparam("above"), bindparam("most"))
LEAVES = text(
    'SELECT l."index", l.leaf, e.body, e.stream, e.seq FROM audit_leaf l'
    ' LEFT JOIN audit_event e ON e.entry = l.entry WHERE l."index" >= :first ORDER BY l."index"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheckpoint:
    """A checkpoint as it was signed, and what its tree grows on from."""

    number: int
    note: str
    peaks: bytes
    keys: tuple[VerifierKey, ...]
    at: datetime

    @property
    def parsed(self) -> Note:
        return parsed_note(self.note)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf with the event it stands for; ``body`` is None where there is no such event."""

    index: int
    leaf: bytes
    body: Any
    stream: str | None
    seq: int | None

    @property
    def fits(self) -> bool:
        return isinstance(self.body, bytes) and leaf_hash(self.body) == self.leaf


class LogTree:
    """Statements on leaves and checkpoints within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def lock(self, *, wait: bool) -> bool:
        """Be the only sequencer until the end of the transaction; False where another one is at work."""
        if self.connection.dialect.name == "sqlite":
            return True  # whoever writes is alone
        take = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
        taken = self.connection.execute(text(f"SELECT {take}(:lock)"), {"lock": LOCK}).scalar_one()
        return wait or bool(taken)

    def sequence(self, *, everything: bool) -> int:
        """Give every event its leaf that has none yet; how many. Needs the lock.

        Unless ``everything`` is looked at, those far below the last leaf are left to the next full pass.
        """
        last = self.connection.execute(select(func.max(AUDIT_LEAF.c.entry))).scalar_one_or_none()
        above = -1 if everything or last is None else last - LATE
        given, index = 0, self.size()
        while rows := self.connection.execute(UNSEALED, {"above": above, "most": AT_ONCE}).all():
            new = [
                {"index": index + at, "entry": entry, "leaf": leaf_hash(bytes(_as_bytes(body)))}
                for at, (entry, body) in enumerate(rows)
            ]
            self.connection.execute(insert(AUDIT_LEAF), new)
            given, index, above = given + len(new), index + len(new), new[-1]["entry"]
        return given

    def size(self) -> int:
        """How many leaves there are."""
        highest: int | None = self.connection.execute(select(func.max(AUDIT_LEAF.c.index))).scalar_one()
        return 0 if highest is None else highest + 1

    def unsequenced(self) -> int:
        """How many events have no leaf yet."""
        leaf = select(AUDIT_LEAF.c.entry).where(AUDIT_LEAF.c.entry == AUDIT_EVENT.c.entry)
        return int(
            self.connection.execute(
                select(func.count()).select_from(AUDIT_EVENT).where(~leaf.exists())
            ).scalar_one()
        )

    def hashes(self, first: int = 0, size: int | None = None) -> Iterator[bytes]:
        """The leaf hashes from an index on, of the first ``size`` leaves."""
        query = select(AUDIT_LEAF.c.leaf).where(AUDIT_LEAF.c.index >= first).order_by(AUDIT_LEAF.c.index)
        if size is not None:
            query = query.where(AUDIT_LEAF.c.index < size)
        rows = self.connection.execute(query, execution_options={"yield_per": AT_ONCE})
        return (bytes(row[0]) for row in chain.from_iterable(rows.partitions(AT_ONCE)))

    def leaves(self, first: int = 0) -> Iterator[Leaf]:
        """The leaves from an index on, each beside its event."""
        rows = self.connection.execute(LEAVES, {"first": first}, execution_options={"yield_per": AT_ONCE})
        return (Leaf(*row) for row in chain.from_iterable(rows.partitions(AT_ONCE)))

    def root(self, size: int) -> bytes:
        """The root of the first ``size`` leaves as they are stored."""
        return self.grown(size, Peaks()).root()

    def grown(self, size: int, since: Peaks) -> Peaks:
        """The tree of the first ``size`` leaves, grown on from a smaller one where that is one."""
        grown = Peaks(since.size, since.peaks) if since.size <= size else Peaks()
        for leaf in self.hashes(grown.size, size):
            grown.add(leaf)
        return grown

    def place(self, stream: str, seq: int) -> int | None:
        """The index of an event; None where there is none, or it has no leaf yet."""
        query = (
            select(AUDIT_LEAF.c.index)
            .join(AUDIT_EVENT, AUDIT_EVENT.c.entry == AUDIT_LEAF.c.entry)
            .where(AUDIT_EVENT.c.stream == stream, AUDIT_EVENT.c.seq == seq)
        )
        return self.connection.execute(query).scalar_one_or_none()

    # --- checkpoints ---

    def last(self) -> StoredCheckpoint | None:
        """The checkpoint that was signed last."""
        return next(iter(self.checkpoints(limit=1)), None)

    def checkpoints(self, origin: str | None = None, limit: int | None = None) -> list[StoredCheckpoint]:
        """The checkpoints of one log or of all, the newest first; every one, or as many as are asked for."""
        table = AUDIT_CHECKPOINT.c
        query = select(table.number, table.note, table.peaks, table["keys"], table.at)
        if origin is not None:
            query = query.where(table.origin == origin)
        rows = self.connection.execute(query.order_by(table.number.desc()).limit(limit))
        return [
            StoredCheckpoint(
                number=number,
                note=note,
                peaks=bytes(peaks),
                keys=tuple(map(VerifierKey.parsed, keys.split("\n"))),
                at=at,
            )
            for number, note, peaks, keys, at in rows
        ]

    def put(
        self, *, origin: str, size: int, note: str, peaks: bytes, keys: Sequence[VerifierKey], at: datetime
    ) -> None:
        number = self.connection.execute(select(func.max(AUDIT_CHECKPOINT.c.number))).scalar_one() or 0
        row = {"number": number + 1, "origin": origin, "size": size, "note": note, "peaks": peaks, "at": at}
        told = "\n".join(key.text for key in keys)
        self.connection.execute(insert(AUDIT_CHECKPOINT), row | {"keys": told})


def _as_bytes(body: Any) -> bytes:
    """The bytes of an event; what was damaged into another kind of value still gets its place."""
    return body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")
