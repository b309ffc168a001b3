"""History keeps its words: an act is told with the title that was held on its day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")

BEFORE, AFTER = "Sekretaris Dinas", "Kepala Bagian Tata Usaha"


def renamed(office: DemoOffice, position: str, label: str) -> None:
    positions = office.organisation().positions
    office.put_organisation(
        positions=tuple(replace(item, label=label) if item.id == position else item for item in positions),
    )


def test_timeline_case_page_and_audit_list_show_the_title_of_the_day_of_the_act(office: DemoOffice) -> None:
    position = next(
        holding.position for holding in office.organisation().holdings if holding.account == "sekdis"
    )
    renamed(office, position, BEFORE)
    case_id = office.start()
    office.do("kadis", case_id, "s1")
    office.do("sekdis", case_id, "s2")
    old = next(task for task in office.state(case_id).tasks.values() if task.step_id == "s2")
    office.clock.set("2026-03-10T08:00+08:00")
    renamed(office, position, AFTER)
    office.clock.set("2026-03-11T08:00+08:00")
    queries = office.engine.queries

    def titles(case: str) -> set[str | None]:
        audit = queries.audit.events("auditor", stream=f"case:{case}", limit=200)["items"]
        listed = {holding["capacity"] for holding in audit if holding["account"] == "sekdis"}
        timeline = queries.cases.timeline("kadis", case)
        told = {entry["capacity"] for entry in timeline if entry["account"] == "sekdis" and entry["capacity"]}
        assert listed == told
        return told

    assert titles(case_id) == {BEFORE}
    capacity_of = queries.screens.capacities_of("kadis")
    assert old.finished_at is not None
    assert capacity_of("sekdis", position, "definitive", old.finished_at.isoformat()) == BEFORE
    assert capacity_of("sekdis", position, "definitive", None) == AFTER
    later = office.start(period="2026-Q1")
    office.do("kadis", later, "s1")
    office.do("sekdis", later, "s2")
    assert titles(later) == {AFTER}


def test_who_stands_in_is_named_as_at_the_act_also_on_the_day_of_a_change(office: DemoOffice) -> None:
    organisation = office.organisation()
    named = office.engine.context.store.ask(
        lambda tx: office.engine.context.catalog.organisation(tx, organisation.agency.id)
    )
    assert named.former == {}
    accounts = tuple(
        replace(account, label="Nama Baru") if account.username == "kadis" else account
        for account in named.accounts
    )
    before = named.label_of("@kadis")
    morning = office.clock.now()
    office.clock.advance(minutes=30)
    office.put_organisation(accounts=accounts)
    now = office.organisation()
    assert now.label_at("@kadis", morning) == before
    assert now.label_at("@kadis", office.clock.now()) == "Nama Baru"
    name_of = office.engine.queries.screens.names_of("sekdis")
    told = [
        name_of("kadis", at) for at in (morning.isoformat(), office.clock.now().isoformat(), None, "rusak")
    ]
    assert told == [before, "Nama Baru", "Nama Baru", "Nama Baru"]
    assert (name_of(None), name_of("bukan.siapa")) == ("–", "bukan.siapa")
