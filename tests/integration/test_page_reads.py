"""A page is one picture: everything on it is read from one snapshot, in few questions."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

from runtime.testing import client_for
from tests.support.offices import DemoOffice

MOST_READS = 9
PAGES = ("/inbox", "/inbox?view=unit", "/tasks/{task}", "/cases/{case}", "/cases", "/notices", "/timing-log")


@dataclass
class Asked:
    """What was asked of a database: snapshots, and the questions in them."""

    snapshots: int = 0
    questions: list[str] = field(default_factory=list)


@contextmanager
def asked() -> Iterator[Asked]:
    found = Asked()

    def note_question(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            found.questions.append(statement)

    def note_snapshot(*_: Any) -> None:
        found.snapshots += 1

    event.listen(Engine, "before_cursor_execute", note_question)
    event.listen(Pool, "checkout", note_snapshot)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note_question)
        event.remove(Pool, "checkout", note_snapshot)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_read_from_one_snapshot_in_few_questions(office: DemoOffice, page: str) -> None:
    case_id = office.with_branches(("bid-psr", "bid-pkm"))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    client, path = client_for(office.system, "kadis"), page.format(task=task.id, case=case_id)
    assert client.get(path).status_code == 200  # the first one also builds what is kept
    with asked() as found:
        assert client.get(path).status_code == 200
    assert found.snapshots == 2, "one says who is asking, one is for the page"
    assert len(found.questions) <= 1 + MOST_READS, found.questions


def listed(office: DemoOffice) -> int:
    return len(office.engine.queries.cases.list("kadis")["items"])


def test_within_a_look_everything_is_as_it_was_at_the_first_question(office: DemoOffice) -> None:
    def look() -> tuple[int, int]:
        before = listed(office)
        with ThreadPoolExecutor(1) as somebody_else:
            somebody_else.submit(office.start).result()
        return before, listed(office)

    assert office.engine.context.store.look(look) == (0, 0)
    assert listed(office) == 1


def test_what_a_thread_has_done_itself_it_sees_in_the_same_look(office: DemoOffice) -> None:
    def look() -> tuple[int, int]:
        before = listed(office)
        office.start()
        return before, listed(office)

    assert office.engine.context.store.look(look) == (0, 1)
