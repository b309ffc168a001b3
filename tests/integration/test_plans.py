"""What pages, counts and workers ask often is found by an index, however many cases there have been."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from engine.queries.worker.backlog import backlog
from engine.queries.worker.operation import OperationQueries
from tests.support.offices import DemoOffice

# Tables that only grow, with every case or every message.
GROWING = {"sop_case", "branch", "task", "candidate", "case_member", "notice", "timer", "delivery", "message"}
Asked = list[tuple[str, Any]]


@contextmanager
def asked() -> Iterator[Asked]:
    """Every question of a block with its parameters."""
    found: Asked = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def plans(office: DemoOffice, questions: Asked) -> list[str]:
    """How the database would answer, a line for each table or index that it reads."""

    def query(connection: Connection) -> list[str]:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:  # small tables would be read whole although they have an index
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        cursor = connection.connection.cursor()
        lines = []
        for statement, parameters in questions:
            cursor.execute(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + statement, parameters)
            lines += [str(row[-1]) for row in cursor.fetchall()]
        return lines

    return office.engine.context.store.read(query)


def read_whole(lines: list[str]) -> list[str]:
    """The growing tables that would be read from end to end."""
    scans = re.compile(r"(?:SCAN|Seq Scan on) (\w+)(?! AS| USING)")
    found = [match.group(1) for line in lines if (match := scans.search(line)) and "USING" not in line]
    return sorted(set(found) & GROWING)


QUESTIONS: dict[str, tuple[Callable[[DemoOffice, str], object], set[str]]] = {
    "pulse": (
        lambda office, _: OperationQueries(office.engine.context).pulse(),
        {"ix_timer_broken", "ix_message_dead", "ix_timer_next"},
    ),
    "backlog": (lambda office, _: backlog(office.engine.context), {"ix_task_open"}),
    "unread": (lambda office, _: office.engine.queries.notices.unread("kadis"), {"ix_notice_unread"}),
    "unread notices": (
        lambda office, _: office.engine.queries.notices.list("kadis", state="unread"),
        {"ix_notice_unread"},
    ),
    "case": (
        lambda office, case_id: office.engine.queries.cases.get("kadis", case_id),
        {"ix_sop_case_child"},
    ),
    "open cases": (
        lambda office, _: office.read(lambda tx: tx.case_batch.open("disdag-banggai")),
        {"ix_sop_case_open"},
    ),
    "deliveries": (
        lambda office, _: office.engine.context.store.execute(
            lambda tx: tx.outbox.waiting("kadis", "mail", 10)
        ),
        {"ix_delivery_waiting"},
    ),
    "dead messages": (lambda office, _: office.read(lambda tx: tx.outbox.dead(10)), {"ix_message_dead"}),
    "inbox": (lambda office, _: office.engine.queries.inbox("kadis"), set()),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_asked_often_reads_no_growing_table_from_end_to_end(office: DemoOffice, name: str) -> None:
    case_id = office.start()
    ask, indexes = QUESTIONS[name]
    with asked() as questions:
        ask(office, case_id)
    lines = plans(office, questions)
    assert questions
    assert read_whole(lines) == [], lines
    assert {index for index in indexes if any(index in line for line in lines)} == indexes, lines
