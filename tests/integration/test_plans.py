"""What pages, counts and workers ask often is found by an index, however many cases there have been."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from engine.queries.cases.logged_visits import LogFilter
from engine.queries.worker.backlog import backlog
from engine.queries.worker.operation import OperationQueries
from tests.support.offices import SOP, DemoOffice

pytestmark = pytest.mark.on("postgres")

# Tables that only grow, with every case or every message.
GROWING = {
    *("sop_case", "branch", "task", "candidate", "case_member", "notice", "timer", "delivery", "message"),
    *("file", "audit_event", "audit_detail"),
}
Asked = list[tuple[str, Any]]
Plan = list[tuple[int, int, str]]
"""A line for each step with its number and that of the step around it, in the order of the database."""


@contextmanager
def asked(word: str = "SELECT") -> Iterator[Asked]:
    """Every question of a block with its parameters, or every statement that begins with another word."""
    found: Asked = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip().startswith(word):
            found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def plans(office: DemoOffice, questions: Asked) -> list[Plan]:
    """How the database would answer each question if its tables were long."""

    def query(connection: Connection) -> list[Plan]:
        cursor = connection.connection.cursor()
        if connection.dialect.name == "sqlite":
            return [
                [(row[0], row[1], row[3]) for row in cursor.execute(f"EXPLAIN QUERY PLAN {asked}", given)]
                for asked, given in questions
            ]
        # Small tables would be read whole and sorted although they have an index that is in order.
        for way in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin", "material"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        return [
            [
                (line, 0, row[0])
                for line, row in enumerate(cursor.execute(f"EXPLAIN {asked}", given).fetchall())
            ]
            for asked, given in questions
        ]

    return office.engine.context.store.read(query)


def sorted_whole(plan: Plan) -> list[str]:
    """The growing tables of which a list would sort every row that it may show; pages in order are not."""
    found: list[str] = []
    for number, around, step in plan:
        if "TEMP B-TREE FOR ORDER BY" in step:
            first = next(text for _, other, text in plan if other == around)
        elif step.lstrip(" ->").startswith("Sort  ("):
            inside = [text for line, _, text in plan if line > number]
            first = next(text for text in inside if "Limit" in text or " on " in text)
        else:
            continue
        named = re.search(r"(?:SCAN|SEARCH|Scan.* on) (\w+)", first)
        # Rows that a limited list names by their ids are few.
        if named is not None and "Limit" not in first and "(id=?)" not in first:
            found.append(named.group(1))
    return sorted(set(found) & GROWING)


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
    "backlog": (lambda office, _: backlog(office.engine.context), {"ix_task_unit"}),
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
    lines = [step for plan in plans(office, questions) for _, _, step in plan]
    assert questions
    assert read_whole(lines) == [], lines
    assert {index for index in indexes if any(index in line for line in lines)} == indexes, lines


def pages(office: DemoOffice) -> dict[str, Callable[[str | None], Any]]:
    """Every list that grows with history, asked for the page of a cursor."""
    queries, now = office.engine.queries, office.clock.now()
    inbox, cases, log = queries.inbox, queries.cases.list, queries.timing_log.page
    dates = LogFilter(from_=now - timedelta(days=7), to=now + timedelta(days=1))
    return {
        "inbox": lambda at: inbox("kadis", cursor=at, limit=1),
        "inbox of the unit": lambda at: inbox("kadis", "unit", cursor=at, limit=1),
        "inbox of what is done": lambda at: inbox("kadis", "done", cursor=at, limit=1),
        "cases of all": lambda at: cases("auditor", cursor=at, limit=1),
        "cases of an SOP": lambda at: cases("auditor", sop=SOP, cursor=at, limit=1),
        "cases of a person": lambda at: cases("kadis", cursor=at, limit=1),
        "log of all": lambda at: log("auditor", LogFilter(), cursor=at, limit=1),
        "log of some days": lambda at: log("auditor", dates, cursor=at, limit=1),
        "log of an SOP": lambda at: log("auditor", LogFilter(sop=SOP), cursor=at, limit=1),
        "log of the head": lambda at: log("kadis", LogFilter(), cursor=at, limit=1),
        "log of a superior": lambda at: log("kabid.psr", LogFilter(), cursor=at, limit=1),
        "notices": lambda at: queries.notices.list("kadis", cursor=at, limit=1),
        "notices that were read": lambda at: queries.notices.list("kadis", state="read", cursor=at, limit=1),
        "messages given up": lambda at: queries.worker_health.messages("admin", cursor=at, limit=1),
        "audit": lambda at: queries.audit.events("auditor", cursor=at, limit=1),
        "audit of an act": lambda at: queries.audit.events("auditor", act="task.claim", cursor=at, limit=1),
        "appointments": lambda at: queries.appointments("admin", cursor=at, limit=1),
        "clock jumps": lambda at: queries.outages.clock_jumps("admin", cursor=at, limit=1),
    }


def test_no_page_of_a_list_reads_or_sorts_a_growing_table_from_end_to_end(office: DemoOffice) -> None:
    """Nor does the page behind it."""
    for period in ("2025-Q3", "2025-Q4", "2026-Q1"):
        case_id = office.start(period=period)
        office.do("kadis", case_id, "s1")
    bad: dict[str, list[str]] = {}
    for name, page in pages(office).items():
        with asked() as questions:
            cursor = page(None)["next"]
            if cursor is not None:
                page(cursor)
        for plan in plans(office, questions):
            steps = [step for _, _, step in plan]
            if read_whole(steps) or sorted_whole(plan):
                bad[name] = steps
    assert not bad, "\n".join(line for name, steps in bad.items() for line in (name, *steps))


def test_what_asks_for_nothing_any_more_is_looked_for_in_its_case(office: DemoOffice) -> None:
    """Not among all that a person has left unread."""
    case_id = office.start()
    with asked("UPDATE notice") as written:
        office.do("kadis", case_id, "s1")
    assert written
    assert all("notice.case_id = " in statement for statement, _ in written)
    if office.urls.database_url.startswith("sqlite"):  # PostgreSQL decides by statistics, which no test has
        for plan in plans(office, written):
            assert any("ix_notice_case" in step for _, _, step in plan), plan
