"""What an inbox can be asked for: lateness, dates, holders, units, periods and returns, in one order."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, update

from engine.errors import BadPeriod
from engine.store import open_store
from engine.tables import CANDIDATE, COUNTER, TASK
from migrations import unguarded
from tests.support.postgres import DatabaseUrls
from tests.support.small_office import SmallOffice, sop
from tests.support.stored_cases import a_started_case, an_act, migrated

pytestmark = pytest.mark.on("postgres")

CASES = """
case: {title: "Nota", period: {type: month, required: true}}
steps:
  - {id: s1, activity: Menulis, executor: staf, assign: pool, time: 60m}
  - id: s2
    activity: Memeriksa
    executor: kabid
    assign: pool
    time: 60m
    outcomes:
      ok: {label: Sesuai, to: end}
      kembali: {label: Kembalikan, to: s1, return: true, reason: required}
"""


@pytest.fixture
def office() -> SmallOffice:
    """Four cases: returned to staf.a1, held by staf.b1, on hold with staf.a2, waiting for anybody."""
    office = SmallOffice.with_sops(sop(CASES))
    office.start(period="2026-01").finish("s1", "staf.a1")
    office.finish("s2", "kabid.a", "kembali", reason="Belum lengkap")
    for month, who in (("2026-02", "staf.b1"), ("2026-03", "staf.a2"), ("2026-04", None)):
        office.start(period=month)
        if who is not None:
            office.engine.tasks.claim(who, office.task("s1").id)
        if who == "staf.a2":
            office.engine.tasks.hold(
                who, office.task("s1").id, reason_class="menunggu_data", reason="Menunggu data"
            )
    return office


def found(office: SmallOffice, view: str = "unit", who: str = "kepala.1", **asked: Any) -> list[str]:
    """The months of the cases whose tasks are listed."""
    months = {
        item["id"]: item["period"][-2:] for item in office.engine.queries.cases.list("sekre.1")["items"]
    }
    return [months[item["case_id"]] for item in office.engine.queries.inbox(who, view, **asked)["items"]]


ASKED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["01", "02", "03", "04"]),
    ({"assignee": "staf.b1"}, ["02"]),
    ({"unit": "bid-b"}, ["02", "04"]),
    ({"unit": "bid-a"}, ["01", "03", "04"]),
    ({"unit": "kantor"}, ["01", "02", "03", "04"]),
    ({"unit": "tidak-ada"}, []),
    ({"period": "2026-04"}, ["04"]),
    ({"returned": True}, ["01"]),
    ({"returned": False}, ["02", "03", "04"]),
    ({"sla": "on_hold"}, ["03"]),
    ({"sla": "on_time"}, ["01", "02", "04"]),
    ({"sla": "overdue"}, []),
    ({"sla": "on_time", "unit": "bid-b", "returned": False}, ["02", "04"]),
]


def test_each_filter_keeps_what_it_says(office: SmallOffice) -> None:
    assert [(asked, found(office, **asked)) for asked, _ in ASKED] == ASKED


def test_cases_are_narrowed_by_their_period(office: SmallOffice) -> None:
    def listed(period: str, **asked: Any) -> list[str]:
        return [
            one["period"]
            for one in office.engine.queries.cases.list("sekre.1", period=period, **asked)["items"]
        ]

    assert listed("2026-03") == ["2026-03"]
    assert listed("2026-03", state="completed") == listed("2026-Q1") == listed("2026") == []
    for ask in (listed, lambda period: found(office, period=period)):
        for wrong in ("-Q1", "2026-13", "maret", "2026-q1"):
            with pytest.raises(BadPeriod):
                ask(wrong)


def test_lateness_and_dates_are_asked_at_any_hour(office: SmallOffice) -> None:
    office.clock.set("2026-01-05T08:50+08:00")
    assert found(office, sla="due_soon") == ["01", "02", "04"]
    office.start(period="2026-05")
    office.clock.set("2026-01-05T09:10+08:00")
    assert (found(office, sla="overdue"), found(office, sla="on_time")) == (["01", "02", "04"], ["05"])
    nine = office.clock.now().replace(minute=0)  # when all but the last are due
    assert found(office, due_before=nine) == []
    assert found(office, due_after=nine)[:4] == ["01", "02", "03", "04"]


def test_what_is_done_is_asked_by_whether_it_was_late(office: SmallOffice) -> None:
    assert found(office, "done", "staf.a1", sla="done_on_time") == ["01"]
    assert found(office, "done", "staf.a1", sla="done_late") == []
    assert found(office, "done", "staf.a1", sla="overdue") == []


def test_what_is_due_together_comes_by_the_number_of_its_case_page_by_page(office: SmallOffice) -> None:
    for month in range(5, 13):
        office.start(period=f"2026-{month:02}")
    inbox = office.engine.queries.inbox
    for view, who in (("unit", "kepala.1"), ("mine", "staf.b1")):
        numbers, cursor = [], None
        while True:
            page = inbox(who, view, sla="on_time", cursor=cursor, limit=3)
            numbers += [item["case_number"] for item in page["items"]]
            if (cursor := page["next"]) is None:
                break
        assert numbers == sorted(numbers)
        assert len(numbers) == len(set(numbers)) == {"unit": 11, "mine": 10}[view]


def test_the_ten_thousandth_case_of_a_year_comes_after_those_before_it(office: SmallOffice) -> None:
    store = office.engine.context.store
    store.execute(lambda tx: tx.connection.execute(update(COUNTER).values(last=9997)))
    for month in range(5, 9):
        office.start(period=f"2026-{month:02}")
    fresh = ["05", "06", "07", "08"]  # 9998, 9999, 10000, 10001
    assert found(office)[-4:] == fresh
    page = office.engine.queries.inbox("staf.b1", limit=5)
    rest = office.engine.queries.inbox("staf.b1", limit=5, cursor=page["next"])
    numbers = [item["case_number"].rpartition("-")[2] for item in (*page["items"], *rest["items"])]
    assert numbers == sorted(numbers, key=int)
    assert numbers[-4:] == ["9998", "9999", "10000", "10001"]


ADDRESSED = """
forms: {f: {fields: [{id: siapa, type: user, label: Siapa, required: true}]}}
steps:
  - {id: s1, activity: Menunjuk, executor: sekretaris, time: 10m, form: f}
  - {id: s2, activity: Menulis, executor: penulis, time: 60m}
"""


@pytest.mark.on("sqlite")
def test_what_waits_for_a_person_is_listed_for_his_superiors_and_his_unit() -> None:
    office = SmallOffice.with_sops(sop(ADDRESSED, more_roles="  penulis: {label: Penulis, from: s1.siapa}\n"))
    for who in ("staf.a1", "staf.b1", "staf.a1"):
        office.start().finish("s1", "sekre.1", data={"siapa": who})

    def led(leader: str, **asked: Any) -> list[tuple[str, str]]:
        items = office.engine.queries.inbox(leader, "unit", **asked)["items"]
        tasks = [office.engine.queries.tasks.get(leader, item["id"]) for item in items]
        return [(one["case_number"][-1], one["step_id"]) for one in tasks]

    assert led("kabid.a") == [("1", "s2"), ("3", "s2")]
    assert led("kabid.b") == [("2", "s2")]
    assert led("kabid.c") == []
    assert led("kepala.1", unit="bid-a") == [("1", "s2"), ("3", "s2")]
    office.engine.tasks.claim("staf.a1", office.task("s2").id)
    assert led("kabid.a") == [("1", "s2"), ("3", "s2")]


def test_a_migration_puts_tasks_of_earlier_releases_in_order(postgres_url: DatabaseUrls) -> None:
    migrated(postgres_url)
    store = open_store(postgres_url.database_url)
    for count in (10000, 9999):
        state = a_started_case(number=f"A-2026-{count}")
        store.execute(lambda tx, state=state: tx.cases.record(None, state, an_act()))
    store.close()
    with unguarded(postgres_url.migration_url) as connection:
        for table in (TASK, CANDIDATE):
            connection.execute(update(table).values(case_number="A-2026-10000"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("migrations.versions.v0116_numbers_in_order").upgrade()
        kept = [set(connection.scalars(select(table.c.case_number))) for table in (TASK, CANDIDATE)]
        assert kept == [{"A-2026-:10000", "A-2026-10000"}] * 2


def test_a_rare_state_among_many_tasks_ends_its_page_early_and_goes_on(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.queries.cases.inbox.MOST_LOOKS", 1)
    page = office.engine.queries.inbox("kepala.1", "unit", sla="due_soon", limit=2)
    assert page["items"] == []
    rest = office.engine.queries.inbox("kepala.1", "unit", sla="due_soon", cursor=page["next"], limit=2)
    assert rest == {"items": [], "next": None}
