"""Two agencies that call their positions alike see nothing of each other: not a task, not a count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.errors import Conflict, NotAllowed, NotFound
from engine.organisation import Organisation
from engine.tables import NOTICE
from tests.support.offices import SOP, DemoOffice
from tests.support.postgres import DatabaseFactory
from tests.support.two_agencies import PREFIX, TWIN, twins_on, with_two_agencies

pytestmark = pytest.mark.on("postgres")

LOOKERS = ("kadis", "sekdis", "kasubbag.perencanaan", "jp.psr.1", "auditor", "admin", "bappelitbangda")


@pytest.fixture
def twins(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = twins_on(database_factory(with_two_agencies), tmp_path / "files")
    yield office
    office.system.close()


@pytest.fixture
def theirs(twins: DemoOffice) -> str:
    """A case of the twin: its first step is held, its second waits for the Sekretaris there."""
    case_id = twins.start(by=f"{PREFIX}kadis")
    step = twins.open_task(case_id, "s1")
    twins.engine.tasks.claim(f"{PREFIX}kadis", step.id)
    return case_id


@pytest.mark.parametrize("who", LOOKERS)
def test_positions_of_the_same_name_share_no_inbox_no_count_and_no_list(
    twins: DemoOffice, theirs: str, who: str
) -> None:
    queries = twins.engine.queries
    waiting = twins.start(by=f"{PREFIX}kadis", period="2025-Q3")
    for view in ("mine", "unit", "done"):
        assert queries.inbox(who, view)["items"] == []
    assert queries.inbox.count(who) == 0
    assert queries.cases.list(who) == {"items": [], "next": None}
    assert queries.cases.list(who, q="Perbaikan")["items"] == []
    for case_id in (theirs, waiting):
        with pytest.raises(NotFound):
            queries.cases.get(who, case_id)


def test_each_of_two_positions_of_the_same_name_finds_its_own_tasks(twins: DemoOffice, theirs: str) -> None:
    queries = twins.engine.queries
    ours = twins.start()
    for who, case_id in (("kadis", ours), (f"{PREFIX}kadis", theirs)):
        assert [item["case_id"] for item in queries.inbox(who)["items"]] == [case_id]
        assert queries.inbox.count(who) == 1
        assert [item["id"] for item in queries.cases.list(who)["items"]] == [case_id]
        assert [item["id"] for item in queries.cases.list(who, q="pdk")["items"]] == [case_id]


def test_what_a_superior_leads_is_of_the_own_agency(twins: DemoOffice, theirs: str) -> None:
    queries = twins.engine.queries
    twins.complete(f"{PREFIX}kadis", twins.open_task(theirs, "s1").id)
    [item] = queries.inbox(f"{PREFIX}kadis", "unit")["items"]
    assert item["step_id"] == "s2"
    assert queries.inbox("kadis", "unit")["items"] == []
    twins.engine.tasks.claim(f"{PREFIX}sekdis", item["id"])
    assert len(queries.inbox(f"{PREFIX}kadis", "unit")["items"]) == 1
    assert queries.inbox("kadis", "unit")["items"] == []


def test_numbers_and_periods_are_each_agencys_own(twins: DemoOffice, theirs: str) -> None:
    ours = twins.start()
    numbers = {twins.state(case_id).case.number for case_id in (ours, theirs)}
    assert len(numbers) == 1


def test_an_organisation_that_names_an_account_of_another_agency_is_refused_whole(
    twins: DemoOffice,
) -> None:
    before = twins.rows()
    foreign = twins.organisation().accounts[0]
    twin = twins.organisation(TWIN)
    with pytest.raises(Conflict) as refused:
        twins.engine.registry.put_organisation(
            replace(twin, units=twin.units[:-1], accounts=(*twin.accounts, foreign)), actor=HOST
        )
    assert refused.value.current == {"taken": [foreign.username]}
    assert twins.rows() == before


def test_the_log_has_the_name_of_the_agency_that_was_there_first(twins: DemoOffice) -> None:
    home = twins.organisation()
    info = replace(home.agency, id="aa-menyusul", label="Menyusul", mail_domain="menyusul.example")
    twins.engine.registry.put_organisation(Organisation(version=1, agency=info), actor=HOST)
    store = twins.engine.context.store
    assert store.ask(lambda tx: tx.organisations.agencies()) == [home.agency.id, TWIN, info.id]
    assert store.ask(twins.engine.checkpoints.origin) == f"{home.agency.mail_domain}/alur"


def test_an_administrator_keeps_the_own_agency_alone(twins: DemoOffice) -> None:
    theirs, ours = twins.organisation(TWIN), twins.organisation()
    with pytest.raises(NotFound):
        twins.engine.registry.put_organisation(theirs, actor="admin")
    with pytest.raises(NotAllowed):
        twins.engine.registry.put_organisation(ours, actor="kadis")
    assert twins.engine.registry.put_organisation(ours, actor="admin") == ours.version + 1


def test_a_draft_is_known_in_its_own_agency_alone(twins: DemoOffice, project: Path) -> None:
    text = (project / "sop_definitions/perbaikan-data-kinerja.yaml").read_text(encoding="utf-8")
    draft = text.replace("version: 1.0.0", "version: 2.0.0", 1)
    assert draft != text
    secret = draft.replace("id: perbaikan-data-kinerja", "id: rahasia-kembar", 1)
    engine = twins.engine
    for entry in (draft, secret):
        engine.definitions.store(f"{PREFIX}admin", entry)
    assert ("rahasia-kembar", "2.0.0") in _versions(twins, f"{PREFIX}kadis")
    assert not {("rahasia-kembar", "2.0.0"), (SOP, "2.0.0")} & set(_versions(twins, "kadis"))
    for look in (
        lambda: engine.queries.definitions.get("kadis", "rahasia-kembar"),
        lambda: engine.queries.definitions.version("kadis", SOP, "2.0.0"),
        lambda: engine.queries.screens.definition("kadis", SOP, "2.0.0"),
        lambda: engine.definitions.move("kadis", SOP, "2.0.0", "revoke"),
        lambda: engine.definitions.move("admin", "rahasia-kembar", "2.0.0", "submit"),
    ):
        with pytest.raises(NotFound):
            look()
    other = draft.replace("Perbaikan", "Pembetulan", 1)
    assert other != draft
    assert engine.definitions.store("admin", other)["status"] == "draft"
    heard = {item["stream"] for item in engine.queries.audit.events("auditor", limit=100)["items"]}
    assert not [stream for stream in heard if "kembar" in stream]


def test_each_agency_has_its_own_effective_version(twins: DemoOffice) -> None:
    twins.engine.definitions.move(f"{PREFIX}kadis", SOP, "1.0.0", "revoke")
    with pytest.raises(NotFound):
        twins.start(by=f"{PREFIX}kadis")
    assert twins.start()
    assert twins.engine.queries.definitions.get("kadis", SOP)["status"] == "effective"


def _versions(twins: DemoOffice, who: str) -> set[tuple[str, str]]:
    items = twins.engine.queries.definitions.list(who)["items"]
    return {(item["id"], item["version"]) for item in items}


def test_time_tells_only_the_people_of_the_agency_whose_case_is_late(twins: DemoOffice, theirs: str) -> None:
    twins.complete(f"{PREFIX}kadis", twins.open_task(theirs, "s1").id)
    for day in range(6, 24):
        twins.clock.set(f"2026-01-{day:02}T09:00+08:00")
        twins.system.sweep()
    told = twins.engine.context.store.read(lambda c: c.execute(select(NOTICE.c.account, NOTICE.c.kind)).all())
    assert {"task_new", "digest"} <= {row.kind for row in told}
    assert {row.account for row in told if not row.account.startswith(PREFIX)} == set()


def test_an_auditor_hears_of_every_choice_and_repair_in_the_own_agency_alone(twins: DemoOffice) -> None:
    preferences, audit = twins.engine.preferences, twins.engine.queries.audit
    for who in ("kadis", f"{PREFIX}kadis"):
        preferences.choose(who, pace="digest")
    assert "preference:kadis" in audit.streams("auditor")
    assert f"preference:{PREFIX}kadis" in audit.streams(f"{PREFIX}auditor")
    assert not [stream for stream in audit.streams("auditor") if "kembar" in stream]
    assert audit.events("auditor", stream=f"preference:{PREFIX}kadis")["items"] == []
