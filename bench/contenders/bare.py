"""The limit: a program that only writes what our engine wrote, row for row, in the same transactions.

Two cases are walked by the engine; their log says which rows each act touched. The timed part repeats those
writes with a plain driver under fresh ids: no reads, no decisions, no hashes, no triggers.
"""

import json
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.contenders import options_of, processor_seconds, result
from bench.contenders.ours import finished_cases
from bench.databases import Plain, plain
from bench.open_tasks import SEEDED, seed, without_guards
from bench.walk import steps_of

Values = dict[str, Any]
TABLES = {"case": "sop_case", "branch": "branch", "task": "task"}


@dataclass(slots=True)
class Pattern:
    """One case as the engine left it: its rows by table, and its events with their changes."""

    case_id: str
    rows: dict[str, list[Values]]
    events: list[tuple[Values, Values | None, list[Values]]] = field(default_factory=list)

    def row(self, table: str, id: str) -> Values:
        return next(row for row in self.rows[table] if row["id"] == id)

    def of_task(self, table: str, task_id: str, column: str = "task_id") -> list[Values]:
        return [row for row in self.rows.get(table, []) if row[column] == task_id]


def read_pattern(database: Plain, case_id: str) -> Pattern:
    def rows(table: str, where: str, value: str) -> list[Values]:
        names = [name for name in columns(database, table) if name != "entry"]
        quoted = ", ".join(f'"{name}"' for name in names)
        rows = database.rows(f"SELECT {quoted} FROM {table} WHERE {where} = ?", [value])
        return [dict(zip(names, row, strict=True)) for row in rows]

    tables = {
        "sop_case": "id",
        "branch": "case_id",
        "task": "case_id",
        "notice": "case_id",
        "file": "case_id",
    }
    if columns(database, "timer"):
        tables["timer"] = "case_id"
    pattern = Pattern(case_id, {table: rows(table, where, case_id) for table, where in tables.items()})
    details = {row["seq"]: row for row in rows("audit_detail", "stream", f"case:{case_id}")}
    for event in sorted(rows("audit_event", "stream", f"case:{case_id}"), key=lambda row: row["seq"]):
        changes = json.loads(event["body"])["changes"]
        detail = details.get(event["seq"])
        changes += json.loads(detail["body"])["changes"] if detail else []
        pattern.events.append((event, detail, changes))
    return pattern


def columns(database: Plain, table: str) -> list[str]:
    if database.postgres:
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = ?"
        return [str(name) for (name,) in database.rows(query, [table])]
    return [str(row[1]) for row in database.rows(f"PRAGMA table_info({table})")]


class Writer:
    """The statements of one new case, made before the clock runs."""

    def __init__(self, pattern: Pattern, number: int) -> None:
        self.pattern = pattern
        self.number = number
        self.ids = {
            row["id"]: str(uuid.uuid4())
            for table, rows in pattern.rows.items()
            for row in rows
            if "id" in row and table != "audit_event"
        }
        self.members: set[str] = set()

    def fresh(self, row: Values) -> list[Any]:
        values = [self.ids.get(value, value) if isinstance(value, str) else value for value in row.values()]
        return [
            f"case:{self.ids[self.pattern.case_id]}" if isinstance(v, str) and v.startswith("case:") else v
            for v in values
        ]

    def insert(self, table: str, row: Values) -> tuple[str, list[Any]]:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        return f"INSERT INTO {table} ({names}) VALUES ({marks})", self.fresh(row)

    def update(self, table: str, row: Values, names: list[str]) -> tuple[str, list[Any]]:
        changes = ", ".join(f'"{name}" = ?' for name in names)
        values = self.fresh({name: row[name] for name in names} | {"id": row["id"]})
        return f"UPDATE {table} SET {changes} WHERE id = ?", values

    def first(self) -> Iterator[tuple[str, list[Any]]]:
        """The rows that stand before the first claim, and the uploads."""
        case = self.pattern.row("sop_case", self.pattern.case_id)
        yield self.insert("sop_case", case | {"number": f"BARE-{self.number}"})
        yield from self.event(0)
        for file in self.pattern.rows["file"]:
            yield self.insert("file", file | {"case_id": None, "task_id": None})

    def event(self, index: int) -> Iterator[tuple[str, list[Any]]]:
        """Everything that one act wrote."""
        event, detail, changes = self.pattern.events[index]
        yield self.insert("audit_event", event)
        if detail is not None:
            yield self.insert("audit_detail", detail)
        created = {change["id"] for change in changes if change["created"]}
        for kind in ("branch", "task"):
            for id in dict.fromkeys(change["id"] for change in changes if change["kind"] == kind):
                row = self.pattern.row(TABLES[kind], id)
                if id in created:
                    yield self.insert(TABLES[kind], row)
                else:
                    names = {name for change in changes if change["id"] == id for name in change["fields"]}
                    yield self.update(TABLES[kind], row, [*sorted(names), "audit_seq"])
                if kind == "task":
                    yield from self.beside(row, event["act"], opened=id in created)
        if index:
            case = self.pattern.row("sop_case", self.pattern.case_id)
            yield self.update("sop_case", case, ["version", "audit_seq", "audit_head"])

    def beside(self, task: Values, act: str, *, opened: bool) -> Iterator[tuple[str, list[Any]]]:
        """What stands beside a task: candidates, members, notices, timers, uploads."""
        id = self.ids[task["id"]]
        if opened:
            for seat in json.loads(task["seats"]):
                waiting = {"task_id": task["id"], "seat": seat, "due_at": task["due_at"]}
                waiting |= {"agency": task["agency"], "case_number": f"BARE-{self.number}"}
                yield self.insert("candidate", waiting)
                yield from self.member(seat)
            for table, column in (("notice", "task_id"), ("timer", "subject")):
                for row in self.pattern.of_task(table, task["id"], column):
                    yield self.insert(table, row)
        elif act == "task.claim":
            yield "DELETE FROM candidate WHERE task_id = ?", [id]
            yield from self.member(f"@{task['assignee']}")
        elif act == "task.complete":
            for file in self.pattern.of_task("file", task["id"]):
                yield self.update("file", file, ["case_id", "task_id"])
            if self.pattern.of_task("timer", task["id"], "subject"):
                yield "UPDATE timer SET state = 'void' WHERE subject = ?", [id]

    def member(self, seat: str) -> Iterator[tuple[str, list[Any]]]:
        if seat not in self.members:
            self.members.add(seat)
            case = self.pattern.row("sop_case", self.pattern.case_id)
            member = {"case_id": self.pattern.case_id, "seat": seat, "agency": case["agency"]}
            yield self.insert("case_member", member | {"started_at": case["started_at"]})


def main(arguments: list[str]) -> dict[str, Any]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    cases = finished_cases(options, files, 2)
    seed(options.migration, SEEDED, case_id=cases[0], account="kabid.psr", position="kabid-psr")
    with plain(options.migration) as database, without_guards(database):
        if not database.postgres:
            database.run("PRAGMA journal_mode = WAL")
            database.run("PRAGMA synchronous = FULL")
        patterns = [read_pattern(database, case_id) for case_id in cases]
        made = [Writer(patterns[number % 2], number) for number in range(options.cases)]
        for item in made:
            write(database, list(item.first()))
        work = [[list(item.event(i)) for i in range(1, len(item.pattern.events))] for item in made]
        waits: list[float] = []
        used, before = processor_seconds(), time.perf_counter()
        for acts in work:
            for act in acts:
                since = time.perf_counter()
                write(database, act, together=options.together)
                waits.append(time.perf_counter() - since)
        took, used = time.perf_counter() - before, processor_seconds() - used
        state = checked(database, made)
    return result(steps_of(options.cases), took, waits, state, used)


def write(database: Plain, statements: list[tuple[str, list[Any]]], *, together: bool = False) -> None:
    with database.driver.pipeline() if together else nullcontext():
        database.run("BEGIN" if database.postgres else "BEGIN IMMEDIATE")
        for statement, values in statements:
            database.run(statement, values)
        database.run("COMMIT")


def checked(database: Plain, made: list[Writer]) -> dict[str, Any]:
    expected = sum(len(item.pattern.events) for item in made)
    streams = [f"case:{item.ids[item.pattern.case_id]}" for item in made]
    counts = [database.rows("SELECT count(*) FROM audit_event WHERE stream = ?", [s])[0][0] for s in streams]
    if sum(counts) != expected:
        raise RuntimeError(f"{sum(counts)} of {expected} events written")
    names = ("fsync", "synchronous_commit") if database.postgres else ("journal_mode", "synchronous")
    show = "SHOW" if database.postgres else "PRAGMA"
    return {"events": expected} | {name: str(database.rows(f"{show} {name}")[0][0]) for name in names}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
