"""What auditors, readers of the log, authors and administrators may see and do, also with a position."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from engine.errors import NotAllowed, NotFound, SopError
from engine.queries.cases.logged_visits import LogFilter
from engine.tables import FILE
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")


def give(office: DemoOffice, who: str, *roles: str) -> None:
    """Give an account system roles beside the positions that it holds."""
    accounts = office.organisation().accounts
    office.put_organisation(
        accounts=tuple(
            replace(account, system_roles=frozenset(roles)) if account.username == who else account
            for account in accounts
        ),
    )


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_who_checks_or_keeps_the_office_does_no_work_even_with_a_position(
    office: DemoOffice, role: str
) -> None:
    case_id = office.with_branches(("bid-psr",))
    task = office.open_task(case_id, "s4", "bid-psr")
    office.engine.tasks.claim("kabid.psr", task.id)
    handed_in = office.filled("kabid.psr", task.id)
    give(office, "kabid.psr", role)
    engine, before = office.engine, office.rows()
    for attempt in (
        lambda: engine.completion.complete("kabid.psr", task.id, handed_in),
        lambda: engine.tasks.claim("kabid.psr", task.id),
        lambda: engine.tasks.release("kabid.psr", task.id, reason="x"),
        lambda: engine.tasks.save("kabid.psr", task.id, data={}),
        lambda: engine.tasks.reassign("kabid.psr", task.id, to="kabid.psr", reason="x"),
    ):
        with pytest.raises(SopError) as refused:
            attempt()
        assert isinstance(refused.value, NotAllowed if role == "auditor" else NotFound)
    office.engine.tasks.view("auditor", task.id)
    assert office.rows() == before
    for view in ("mine", "unit", "done"):
        assert engine.queries.inbox("kabid.psr", view)["items"] == []
    assert engine.queries.inbox.count("kabid.psr") == 0


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_a_position_that_only_such_an_account_holds_counts_as_vacant(office: DemoOffice, role: str) -> None:
    give(office, "kadis", role)
    with pytest.raises(NotAllowed):
        office.start(by="kadis")
    give(office, "sekdis", role)
    organisation = office.organisation()
    assert organisation.holders("sekretaris", office.engine.context.day_in(organisation)) == ()


def test_the_first_look_of_an_auditor_opens_nothing(office: DemoOffice) -> None:
    case_id = office.start()
    office.do("kadis", case_id, "s1")
    task = office.open_task(case_id, "s2")
    office.engine.tasks.view("auditor", task.id)
    assert office.task(task.id).viewed_at is None
    assert office.engine.queries.tasks.get("auditor", task.id)["id"] == task.id


def test_a_reader_of_the_log_reads_heads_and_times_but_nothing_that_was_handed_in(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    queries, who = office.engine.queries, "bappelitbangda"
    assert [item["id"] for item in queries.cases.list(who)["items"]] == [case_id]
    assert queries.cases.get(who, case_id)["id"] == case_id
    assert queries.cases.timeline(who, case_id)
    assert queries.cases.timing(who, case_id)["items"]
    assert queries.timing_log.page(who, LogFilter())["items"]
    for task in office.state(case_id).tasks.values():
        with pytest.raises(NotFound):
            queries.tasks.get(who, task.id)
    files = [
        file_id for file_id in _files(office) if office.read(lambda tx, f=file_id: tx.uploads.get(f)).case_id
    ]
    assert files
    for file_id in files:
        assert queries.files.get("auditor", file_id).id == file_id
        with pytest.raises(NotFound):
            queries.files.get(who, file_id)
    with pytest.raises(NotAllowed):
        queries.audit.of_case(who, case_id)
    with pytest.raises(NotAllowed):
        queries.audit.events(who)


def test_an_author_sees_no_case_and_makes_nothing_effective(office: DemoOffice) -> None:
    case_id = office.start()
    give(office, "jp.eks.1", "author")
    queries = office.engine.queries
    assert queries.cases.list("jp.eks.1")["items"] == []
    with pytest.raises(NotFound):
        queries.cases.get("jp.eks.1", case_id)
    for verb in ("approve", "make-effective", "revoke"):
        with pytest.raises(NotAllowed):
            office.engine.definitions.move("jp.eks.1", "perbaikan-data-kinerja", "1.0.0", verb)


def _files(office: DemoOffice) -> list[str]:
    return list(office.engine.context.store.read(lambda c: c.execute(select(FILE.c.id)).scalars().all()))
