"""A long log made quickly: finished cases of a SQLite office, copied with ids and chains of their own.

Rows and events are those of cases that were played; only who they are of differs. The guards of the log are
taken away for the time of the copy, which nobody but the owner of the file can do.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.audit.canonical import canonical
from engine.audit.chain import GENESIS, detail_digest, event_hash

OF_CASE = ("branch", "task", "case_member", "candidate", "file", "notice", "timer")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WORDS = ("account", "kind", "case_id", "task_id", "at", "text", "stage")
Row = dict[str, Any]


def copy_cases(path: Path, events: int) -> int:
    """Copy every case round by round until the log holds at least so many events; how many it then holds."""
    database = sqlite3.connect(path, isolation_level=None)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN")
    guards = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        database.execute(f'DROP TRIGGER "{name}"')
    cases = [_Case(database, row) for row in _rows(database, "sop_case", "1 = 1", ())]
    held, entry = database.execute("SELECT count(*), max(entry) FROM audit_event").fetchone()
    copies = 0
    while held < events:
        copies += 1
        for case in cases:
            for table, row in case.copy(copies):
                if table == "audit_event":
                    entry += 1
                    held, row["entry"] = held + 1, entry
                _insert(database, table, row)
    for _, sql in guards:
        database.execute(sql)
    database.execute("COMMIT")
    database.close()
    return int(held)


class _Case:
    """One case with everything that is its own, read once and copied often."""

    def __init__(self, database: sqlite3.Connection, case: Row) -> None:
        self.case, self.stream = case, f"case:{case['id']}"
        self.rows = {table: list(_of_case(database, table, case["id"])) for table in OF_CASE}
        self.events = list(_rows(database, "audit_event", "stream = ? ORDER BY seq", (self.stream,)))
        told = _rows(database, "audit_detail", "stream = ?", (self.stream,))
        self.details = {row["seq"]: row for row in told}
        rows = (row for name in ("branch", "task", "file", "notice") for row in self.rows[name])
        self.own = {case["id"], *(row["id"] for row in rows)}

    def copy(self, number: int) -> Iterator[tuple[str, Row]]:
        """The rows of a copy; its events first, because the case names the last of them."""
        digests = {}

        def renamed(value: Any) -> Any:
            if not isinstance(value, str):
                return value
            text = UUID.sub(lambda id: _other(id[0], number) if id[0] in self.own else id[0], value)
            return text.replace(self.case["number"], f"{self.case['number']}-{number}")

        copied = {
            t: [{n: renamed(v) for n, v in row.items()} for row in rows] for t, rows in self.rows.items()
        }
        for was, row in zip(self.rows["notice"], copied["notice"], strict=True):
            digests[_words(was)] = _words(row)
        prev = GENESIS
        for event in self.events:
            said, detail = json.loads(event["body"]), self.details.get(event["seq"])
            body = renamed(event["body"].decode()).replace(said["prev"], prev)
            if detail is not None:
                beside = renamed(detail["body"].decode())
                for was_digest, digest in digests.items():
                    beside = beside.replace(was_digest, digest)
                body = body.replace(said["details_digest"], detail_digest(detail["salt"], beside.encode()))
                yield "audit_detail", {**detail, "stream": renamed(self.stream), "body": beside.encode()}
            changed = {"stream": renamed(self.stream), "prev": prev, "body": body.encode()}
            prev = event_hash(body.encode())
            yield "audit_event", {**event, **changed, "hash": prev}
        case = {name: renamed(value) for name, value in self.case.items()}
        case["search_text"] = self.case["search_text"].replace(
            self.case["number"].lower(), f"{self.case['number']}-{number}".lower()
        )
        yield "sop_case", {**case, "audit_head": prev}
        for table, rows in copied.items():
            for row in rows:
                yield table, row


def _other(id: str, number: int) -> str:
    return f"{id[:-4]}{number ^ int(id[-4:], 16):04x}"


def _words(notice: Row) -> str:
    return hashlib.sha256(canonical([notice[name] for name in WORDS])).hexdigest()


def _of_case(database: sqlite3.Connection, table: str, case_id: str) -> Iterator[Row]:
    if table == "candidate":
        return _rows(database, table, "task_id IN (SELECT id FROM task WHERE case_id = ?)", (case_id,))
    return _rows(database, table, "case_id = ?", (case_id,))


def _rows(database: sqlite3.Connection, table: str, where: str, given: tuple[str, ...]) -> Iterator[Row]:
    for row in database.execute(f'SELECT * FROM "{table}" WHERE {where}', given):
        yield dict(row)


def _insert(database: sqlite3.Connection, table: str, row: Row) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    database.execute(
        f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', tuple(row.values())
    )
