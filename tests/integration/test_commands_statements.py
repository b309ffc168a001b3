"""What a command costs: one transaction, few statements, and no definition or calendar read again."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from engine.queries.cases.logged_visits import LogFilter
from engine.store import audit_writer, cases, catalog, outbox, timers
from engine.store.statements import Write, write_all
from tests.support.offices import HOLDERS, DemoOffice

# A step that leads to the next one takes eleven: the lock, the event and what stands beside it, the task
# that ends and the one that opens, its candidates, the case, a notice, those that ask nothing any more, and
# two for timers. On top comes one for a branch that ends or a person who is new to the case, and two for
# files, however many are handed in.
MOST = {"claim": 8, "complete": 14}
MOST_PAGES = 44  # of SQLite's write-ahead log, for a claim and a complete
FRAME = 4096 + 24
TAKEN = {"complete s4": 14, "complete s5": 13, "complete s6": 12, "complete s7": 13}
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ")


# Of a claim and a complete once all is warm; by callgrind a call is 3,000 to 4,000 instructions.
MOST_CALLS = 2830
MOST_BYTES = 7260


@dataclass(slots=True)
class Seen:
    """The statements of a block, without those that only open and close the transaction."""

    statements: list[str] = field(default_factory=list)
    transactions: int = 0


@contextmanager
def counted() -> Iterator[Seen]:
    seen = Seen()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("COMMIT"):
            seen.transactions += 1
        elif not statement.startswith(CONTROL):
            seen.statements.append(" ".join(statement.split())[:60])

    def committed(connection: Any) -> None:
        del connection
        seen.transactions += 1

    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "commit", committed)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        event.remove(Engine, "commit", committed)


ROUND = (
    ("s4", "bid-psr", HOLDERS["bid-psr"][0], None),
    ("s5", "bid-psr", HOLDERS["bid-psr"][1], None),
    ("s6", "bid-psr", HOLDERS["bid-psr"][0], "sesuai"),
    ("s7", None, "kasubbag.perencanaan", None),
)


def write_ahead_log(office: DemoOffice) -> Path | None:
    """SQLite's log of written pages, emptied; None on PostgreSQL."""
    url = make_url(office.urls.database_url)
    if url.get_backend_name() != "sqlite":
        return None
    with closing(sqlite3.connect(str(url.database))) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(f"{url.database}-wal")


def test_a_claim_and_a_complete_take_one_transaction_and_few_statements(
    office: DemoOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = office.with_branches(("bid-psr",))
    figures: dict[str, int] = {}
    log = write_ahead_log(office)
    for step, branch, who, outcome in ROUND:
        task = office.open_task(case_id, step, branch)
        with counted() as claim:
            office.engine.tasks.claim(who, task.id)
        handed_in = office.filled(who, task.id, outcome=outcome, password=None)
        with counted() as complete:
            office.engine.completion.complete(who, task.id, handed_in)
        for verb, seen in (("claim", claim), ("complete", complete)):
            assert seen.transactions == 1
            assert len(seen.statements) <= MOST[verb], seen.statements
            figures[f"{verb} {step}"] = len(seen.statements)
    assert {name: figures[name] for name in TAKEN} == TAKEN
    if log is not None:
        figures["pages"] = log.stat().st_size // FRAME // len(ROUND)
        assert 0 < figures["pages"] <= MOST_PAGES
    with capsys.disabled():
        print("\n", office.urls.database_url.partition(":")[0], figures)


@contextmanager
def calls() -> Iterator[list[int]]:
    """How many functions of Python a block calls in this thread, which leads whatever it writes."""
    number = [0]

    def note(_frame: FrameType, what: str, _argument: Any) -> None:
        number[0] += what == "call"

    sys.setprofile(note)
    try:
        yield number
    finally:
        sys.setprofile(None)


def stored_bytes(office: DemoOffice) -> int:
    """What rows and keys of SQLite's file hold, whatever room its pages have left."""
    path = make_url(office.urls.database_url).database
    with closing(sqlite3.connect(str(path))) as database:
        (held,) = database.execute("SELECT SUM(payload) FROM dbstat").fetchone()
    return int(held)


@pytest.mark.on("sqlite")
def test_a_warm_step_calls_no_more_functions_and_stores_no_more_bytes_than_it_did(
    office: DemoOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    figures: list[tuple[int, int]] = []
    for period in ("2025-Q1", "2025-Q2", "2025-Q3"):
        case_id = office.with_branches(("bid-psr",), period=period)
        called, before = 0, stored_bytes(office)
        for step, branch, who, outcome in ROUND:
            task = office.open_task(case_id, step, branch)
            with calls() as claimed:
                office.engine.tasks.claim(who, task.id)
            handed_in = office.filled(who, task.id, outcome=outcome, password=None)
            with calls() as completed:
                office.engine.completion.complete(who, task.id, handed_in)
            called += claimed[0] + completed[0]
        figures.append((called // len(ROUND), (stored_bytes(office) - before) // len(ROUND)))
    with capsys.disabled():
        print("\n", figures)
    called, stored = figures[-1]
    assert 0 < called <= MOST_CALLS
    assert 0 < stored <= MOST_BYTES


def test_all_that_an_act_writes_goes_out_together(
    office: DemoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One round trip on PostgreSQL for events, rows, files, notices, timers and deliveries alike."""
    sent: list[int] = []

    def noted(connection: Connection, writes: Sequence[Write]) -> list[int]:
        sent.append(len(writes))
        return write_all(connection, writes)

    case_id = office.with_branches(("bid-psr",))
    for module in (cases, audit_writer, outbox, timers):
        monkeypatch.setattr(module, "write_all", noted)
    for step, branch, who, outcome in ROUND:
        task = office.open_task(case_id, step, branch)
        office.engine.tasks.claim(who, task.id)
        office.engine.completion.complete(who, task.id, office.filled(who, task.id, outcome=outcome))
    assert len(sent) == 2 * len(ROUND)


def test_a_page_takes_as_many_statements_for_many_cases_as_for_few(office: DemoOffice) -> None:
    def log() -> int:
        with counted() as seen:
            office.engine.queries.timing_log.page("auditor", LogFilter())
        return len(seen.statements)

    office.start(period="2025-Q1")
    log()  # the first one also builds what is kept
    few = log()
    for number in range(2, 8):
        office.start(period=f"20{18 + number}-Q1")
    assert log() == few
    assert len(office.engine.queries.timing_log.page("auditor", LogFilter())["items"]) == 7


def test_files_are_looked_up_together_however_many_are_handed_in(office: DemoOffice) -> None:
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    handed_in = office.filled("jp.psr.1", task.id)
    with counted() as seen:
        office.engine.completion.complete("jp.psr.1", task.id, handed_in)
    assert len([statement for statement in seen.statements if statement.startswith("SELECT file.")]) == 1
    with counted() as seen:
        office.engine.queries.tasks.get("kabid.psr", task.id)
    assert len([statement for statement in seen.statements if statement.startswith("SELECT file.")]) == 1


def test_nothing_is_read_or_compiled_again_once_it_is_known(
    office: DemoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = office.with_branches(("bid-psr",))

    def never(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    for name in ("require_definition", "read_agency", "SopMachine"):
        monkeypatch.setattr(catalog, name, never)
    for step, branch, who, outcome in ROUND:
        office.do(who, case_id, step, branch, outcome=outcome)
