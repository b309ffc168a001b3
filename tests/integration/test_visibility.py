"""Who sees what: no task, case, count or title reaches a person who has no part in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.errors import NotAllowed, NotFound, SopError
from engine.organisation.binding import read_organisation
from engine.queries.cases.logged_visits import LogFilter
from engine.views.timing_log import TimingRow
from reports.audit_export import exported, verify_export
from runtime.shipped import AGENCY, HOLIDAYS, plain_data
from tests.support.offices import SOP, DemoOffice

VERBS = ("claim", "release", "save", "hold", "resume", "reassign", "recall")
EXTRA: dict[str, dict[str, Any]] = {
    "release": {"reason": "x"},
    "save": {"data": {}},
    "hold": {"reason": "x", "reason_class": "menunggu_data"},
    "reassign": {"reason": "x", "to": "jp.psr.2"},
}


@pytest.fixture
def case_id(office: DemoOffice) -> str:
    """A case of one Bidang, whose JP is at work."""
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", office.open_task(case_id, "s5", "bid-psr").id)
    return case_id


def require_nothing_seen(office: DemoOffice, who: str, case_id: str) -> None:
    """Not one read gives this person anything of the case, and no verb works."""
    queries = office.engine.queries
    assert queries.inbox.count(who) == 0
    for view in ("mine", "unit", "done"):
        assert queries.inbox(who, view)["items"] == []
    assert queries.cases.list(who) == {"items": [], "next": None}
    assert queries.cases.list(who, q="Perbaikan")["items"] == []
    for look in (queries.cases.get, queries.cases.timing, queries.cases.timeline):
        with pytest.raises(NotFound):
            look(who, case_id)
    for task in office.state(case_id).tasks.values():
        with pytest.raises(NotFound):
            queries.tasks.get(who, task.id)
    require_no_verb_works(office, who, case_id, NotFound)


def require_no_verb_works(office: DemoOffice, who: str, case_id: str, error: type[SopError]) -> None:
    engine = office.engine
    [task] = office.state(case_id).open_tasks()
    handed_in = office.filled("jp.psr.1", task.id, password=None)
    before = office.rows()
    for verb in VERBS:
        with pytest.raises(error):
            getattr(engine.tasks, verb)(who, task.id, **EXTRA.get(verb, {}))
    with pytest.raises(error):
        engine.completion.complete(who, task.id, handed_in)
    for verb in ("suspend", "resume", "cancel"):
        with pytest.raises(error):
            getattr(engine.cases, verb)(who, case_id, reason="x")
    assert office.rows() == before


@pytest.mark.parametrize(
    "who", ["jp.eks.1", "kasi.pkm.2", "kasubbag.keuangan", "jp.perencanaan", "inspektorat.1"]
)
def test_staff_without_a_part_in_a_case_do_not_learn_that_it_exists(
    office: DemoOffice, case_id: str, who: str
) -> None:
    require_nothing_seen(office, who, case_id)


def test_the_administrator_sees_no_case(office: DemoOffice, case_id: str) -> None:
    require_nothing_seen(office, "admin", case_id)


def test_who_lost_the_task_and_the_position_has_no_part_in_the_case_any_more(
    office: DemoOffice, case_id: str
) -> None:
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.reassign("kabid.psr", task.id, to="jp.psr.2", reason="x")
    [listed] = office.engine.queries.cases.list("jp.psr.1")["items"]
    assert office.engine.queries.cases.get("jp.psr.1", listed["id"])["id"] == case_id
    kept = tuple(holding for holding in office.organisation().holdings if holding.account != "jp.psr.1")
    office.put_organisation(holdings=kept)
    assert office.engine.queries.cases.list("jp.psr.1")["items"] == []
    with pytest.raises(NotFound):
        office.engine.queries.cases.get("jp.psr.1", case_id)
    with pytest.raises(NotFound):
        office.engine.queries.tasks.get("jp.psr.1", task.id)


def logged(office: DemoOffice, who: str) -> list[TimingRow]:
    """The whole timing log as a person reads it."""
    return [row for rows in office.engine.queries.timing_log.slices(who, LogFilter()) for row in rows]


@pytest.mark.parametrize("who", ["auditor", "bappelitbangda"])
def test_readers_of_the_agency_read_every_case_and_can_do_nothing(
    office: DemoOffice, case_id: str, who: str
) -> None:
    queries = office.engine.queries
    assert [item["id"] for item in queries.cases.list(who)["items"]] == [case_id]
    assert queries.cases.get(who, case_id)["id"] == case_id
    assert len(queries.cases.timing(who, case_id)["items"]) == 5
    assert len(logged(office, who)) == 5
    for task in office.state(case_id).tasks.values() if who == "auditor" else ():
        assert not [action for action in queries.tasks.get(who, task.id)["actions"] if action["allowed"]]
    assert queries.inbox(who)["items"] == []
    require_no_verb_works(office, who, case_id, SopError)
    with pytest.raises(NotAllowed):
        office.start(by=who)


def test_who_takes_part_sees_the_own_branch_and_not_the_work_of_another(office: DemoOffice) -> None:
    case_id = office.with_branches(("bid-psr", "bid-pkm"))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    own, other = office.open_task(case_id, "s5", "bid-psr"), office.open_task(case_id, "s4", "bid-pkm")
    queries = office.engine.queries
    assert [item["id"] for item in queries.inbox("jp.psr.2")["items"]] == [own.id]
    assert queries.tasks.get("jp.psr.2", own.id)["branch"] == "bid-psr"
    with pytest.raises(NotFound):
        queries.tasks.get("jp.psr.2", other.id)
    meeting = office.open_task(case_id, "s4", "bid-pkm")
    assert queries.tasks.get("jp.pkm.1", meeting.id)["step_id"] == "s4"  # a participant of the meeting
    assert queries.inbox("jp.pkm.1")["items"] == []


def test_what_a_superior_leads_is_in_the_unit_view_and_what_is_done_in_the_done_view(
    office: DemoOffice, case_id: str
) -> None:
    inbox = office.engine.queries.inbox
    assert [item["assignee"] for item in inbox("kabid.psr", "unit")["items"]] == ["jp.psr.1"]
    assert inbox("kabid.pkm", "unit")["items"] == []
    assert [item["step_id"] for item in inbox("kabid.psr", "done")["items"]] == ["s4"]
    assert [item["step_id"] for item in inbox("jp.psr.1")["items"]] == ["s5"]
    assert inbox("jp.psr.2")["items"] == []
    assert len(logged(office, "kabid.psr")) == 1
    with pytest.raises(NotAllowed):
        logged(office, "jp.psr.1")


def test_the_owner_of_the_activity_reads_every_task_and_may_hand_it_on(
    office: DemoOffice, case_id: str
) -> None:
    task = office.open_task(case_id, "s5", "bid-psr")
    shown = office.shown("kasubbag.perencanaan", task.id)
    allowed = {action["verb"] for action in shown["actions"] if action["allowed"]}
    assert allowed == {"reassign"}
    office.engine.tasks.reassign("kasubbag.perencanaan", task.id, to="jp.psr.2", reason="Cuti")
    assert office.task(task.id).assignee == "jp.psr.2"


def test_a_disabled_account_is_as_if_it_never_was(office: DemoOffice, case_id: str) -> None:
    accounts = tuple(
        replace(account, disabled=True) if account.username in ("jp.psr.1", "kadis") else account
        for account in office.organisation().accounts
    )
    good = office.filled("jp.psr.1", office.open_task(case_id, "s5", "bid-psr").id)
    office.put_organisation(accounts=accounts)
    engine, task = office.engine, office.open_task(case_id, "s5", "bid-psr")
    for attempt in (
        lambda: engine.completion.complete("jp.psr.1", task.id, good),
        lambda: engine.tasks.claim("jp.psr.1", task.id),
        lambda: engine.queries.inbox("jp.psr.1"),
        lambda: engine.queries.cases.list("jp.psr.1"),
        lambda: engine.queries.tasks.get("jp.psr.1", task.id),
        lambda: office.upload("jp.psr.1"),
        lambda: office.start(by="kadis"),
    ):
        with pytest.raises(NotFound):
            attempt()
    engine.tasks.reassign("kabid.psr", task.id, to="jp.psr.2", reason="Akun dinonaktifkan")
    office.do("jp.psr.2", case_id, "s5", "bid-psr")


@pytest.fixture
def neighbour(office: DemoOffice, project: Path) -> DemoOffice:
    """The same office with a second agency beside the first."""
    text = (project / "docs/language/examples/org.yaml").read_bytes()
    second = read_organisation(text, file="org.yaml")
    office.engine.registry.put_organisation(second, actor=HOST)
    office.engine.registry.put_calendars(
        second.agency.id, plain_data(AGENCY), plain_data(HOLIDAYS), actor=HOST
    )
    sop = (project / f"sop_definitions/{SOP}.yaml").read_text(encoding="utf-8")
    office.engine.definitions.store(HOST, sop, agency=second.agency.id, as_demonstration=True)
    return office


@pytest.mark.parametrize("who", ["kepala", "kabid.layanan", "pengawas", "operator"])
def test_people_of_another_agency_see_nothing_of_this_one(
    neighbour: DemoOffice, case_id: str, who: str
) -> None:
    require_nothing_seen(neighbour, who, case_id)
    if who == "pengawas":
        assert logged(neighbour, who) == []


def test_an_auditor_exports_the_log_of_the_own_agency_alone(neighbour: DemoOffice, case_id: str) -> None:
    ours = neighbour.engine.queries.audit.streams("auditor")
    theirs = neighbour.engine.queries.audit.streams("pengawas")
    assert f"case:{case_id}" in ours
    assert not {stream for stream in theirs if stream.startswith(("case:", "organisation:disdag-banggai"))}
    lines = "".join(exported(neighbour.engine.context.store.read, ours))
    assert verify_export(lines.splitlines()).ok
    with pytest.raises(NotAllowed):
        neighbour.engine.queries.audit.streams("kadis")


def test_an_agency_without_the_executors_of_an_sop_is_told_every_gap(neighbour: DemoOffice) -> None:
    with pytest.raises(SopError) as refused:
        neighbour.start(by="kepala", sop=SOP)
    assert "Kepala Dinas" in refused.value.message.indonesian
    assert neighbour.engine.queries.cases.list("pengawas")["items"] == []


def test_files_of_a_case_are_only_for_those_who_may_name_them(office: DemoOffice, case_id: str) -> None:
    foreign = office.upload("jp.eks.1")
    task = office.open_task(case_id, "s5", "bid-psr")
    good = office.filled("jp.psr.1", task.id)
    with pytest.raises(SopError) as refused:
        office.engine.completion.complete(
            "jp.psr.1", task.id, replace(good, data={**good.data, "dokumen": foreign})
        )
    assert "data.dokumen" in str([fault.path for fault in getattr(refused.value, "errors", ())])


def test_the_id_of_a_file_in_a_text_field_binds_nothing(office: DemoOffice, case_id: str) -> None:
    foreign = office.upload("jp.eks.1")
    task = office.open_task(case_id, "s5", "bid-psr")
    good = office.filled("jp.psr.1", task.id)
    office.engine.completion.complete(
        "jp.psr.1", task.id, replace(good, data={**good.data, "berkas_fisik": foreign})
    )
    assert office.read(lambda tx: tx.uploads.get(foreign)).case_id is None
    assert office.read(lambda tx: tx.uploads.get(good.data["dokumen"])).task_id == task.id
    evidence = good.data["perbaikan"][0]["bukti"][0]["file"]
    assert office.read(lambda tx: tx.uploads.get(evidence)).task_id == task.id
