"""Appending to the audit log, the first write of every act. What changes with it is written by the nouns."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.audit.act import Act, Change
from engine.audit.chain import Head
from engine.audit.events import ERASURE, SALT_BYTES, Entry, make_event
from engine.errors import StaleVersion
from engine.store.statements import Write, insert_into, write_all
from engine.tables import AUDIT_DETAIL, AUDIT_EVENT, AUDIT_HEAD, SOP_CASE
from engine.text.bilingual import Text

INSERT_EVENT = insert_into(AUDIT_EVENT, ("stream", "seq", "prev", "hash", "body", "at", "act", "account"))
INSERT_DETAIL = insert_into(AUDIT_DETAIL, ("stream", "seq", "salt", "body", "erasable"))
SELECT_HEAD = select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash)


class AuditWriter:
    """The log within one transaction: every change of a stream goes through its window."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def record(
        self,
        stream: str,
        act: Act,
        public: Mapping[str, tuple[Any, Any]],
        private: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> None:
        """One event on a stream other than a case: field → (old, new) of ``act.subject``.

        What is private stands beside it.
        """
        entry = Entry(stream.partition(":")[0], act.subject, False, public, private or {})
        with self.window(stream, act, [entry] if public or private else []):
            pass

    @contextmanager
    def erasure(
        self,
        stream: str,
        details: Mapping[str, Sequence[int]],
        act: Act,
        changes: Sequence[Change | Entry] = (),
    ) -> Iterator[int]:
        """Erase what stands beside events (stream → numbers), which stay provable; how many there were.

        The event that tells it goes on a stream of its own choice and names every one of them; what it
        changes in guarded rows is changed within.
        """
        told = replace(act, name=ERASURE, facts={**act.facts, "details": details})
        erased = 0
        with self.window(stream, told, changes):
            for name, numbers in details.items():
                beside = (AUDIT_DETAIL.c.stream == name) & AUDIT_DETAIL.c.seq.in_(numbers)
                there = update(AUDIT_DETAIL).where(beside, AUDIT_DETAIL.c.body.is_not(None))
                erased += self.connection.execute(there.values(salt=None, body=None)).rowcount
            yield erased

    def case_head(self, case_id: str, *, lock: bool = False) -> Head | None:
        """Where the stream of a case ends; None where there is no such case."""
        query = select(SOP_CASE.c.audit_seq, SOP_CASE.c.audit_head).where(SOP_CASE.c.id == case_id)
        head = self.connection.execute(query.with_for_update() if lock else query).first()
        return Head(head.audit_seq, head.audit_head) if head else None

    def lock(self, stream: str) -> Head | None:
        """Where a stream ends, locked until the end of the transaction; None before its first event.

        Taken before the old values are read, it makes sure that they are the old values.
        """
        row = self.connection.execute(
            SELECT_HEAD.where(AUDIT_HEAD.c.stream == stream).with_for_update()
        ).first()
        return Head(row.seq, row.hash) if row else None

    @contextmanager
    def window(
        self, stream: str, act: Act, changes: Sequence[Change | Entry], definition_hash: str | None = None
    ) -> Iterator[None]:
        """Write the event, let the guarded rows of the stream change, then move its head."""
        known = self.lock(stream)
        head = known or Head()
        moved = self._append(stream, head, act, changes, definition_hash)
        yield
        values = {"seq": moved.seq, "hash": moved.hash}
        if known is None:
            self.connection.execute(insert(AUDIT_HEAD), {"stream": stream, **values})
            return
        written = self.connection.execute(
            update(AUDIT_HEAD)
            .where(AUDIT_HEAD.c.stream == stream, AUDIT_HEAD.c.seq == head.seq)
            .values(values)
        )
        if written.rowcount != 1:
            raise head_moved(stream)

    def _append(
        self,
        stream: str,
        head: Head,
        act: Act,
        changes: Sequence[Change | Entry],
        definition_hash: str | None,
    ) -> Head:
        moved, writes = self.event(stream, head, act, changes, definition_hash)
        write_all(self.connection, writes)
        return moved

    def event(
        self,
        stream: str,
        head: Head,
        act: Act,
        changes: Sequence[Change | Entry],
        definition_hash: str | None,
    ) -> tuple[Head, list[Write]]:
        """The next event of a stream and its detail, yet to be written, and the head they move it to."""
        event, detail = make_event(
            stream=stream,
            head=head,
            act=act,
            changes=changes,
            definition_hash=definition_hash,
            salt=secrets.token_bytes(SALT_BYTES),
        )
        row = {
            "stream": stream,
            "seq": event.seq,
            "prev": event.prev,
            "hash": event.hash,
            "body": event.body,
            "at": act.at,
            "act": event.act,
            "account": event.account,
        }
        writes = [Write(INSERT_EVENT, [row])]
        if detail is not None:
            beside = {"stream": stream, "seq": detail.seq, "salt": detail.salt, "body": detail.body}
            writes.append(Write(INSERT_DETAIL, [beside | {"erasable": True}]))
        return Head(event.seq, event.hash), writes


def head_moved(what: str) -> StaleVersion:
    return StaleVersion(
        Text(
            "Data sudah diubah orang lain. Muat ulang, lalu ulangi.",
            f"{what} was changed by somebody else in the meantime",
        )
    )
