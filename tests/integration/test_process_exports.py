"""Exports of processes: whose cases they hold, by what name, and what the log tells of it."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from engine.access.actor import HOST, Actor
from engine.engine import Engine
from engine.errors import InvalidInput, NotAllowed, NotFound
from engine.queries.cases.histories import HistoryFilter
from reports.processes.export import Format, exported
from tests.support.offices import SOP, DemoOffice
from tests.support.processes import completed, read_log, read_net
from tests.support.small_office import SmallOffice, sop

pytestmark = pytest.mark.on("sqlite")


def log_of(
    office: DemoOffice, who: str, *, names: bool = False, per_branch: bool = False, **wanted: str
) -> str:
    pieces = exported(
        office.engine, Actor(who), "xes", HistoryFilter(**wanted), names=names, per_branch=per_branch
    )
    return b"".join(pieces).decode()


def numbers(xes: str) -> set[str]:
    return {trace["concept:name"] for trace, _ in read_log(xes)}


@pytest.fixture
def case_ids(office: DemoOffice) -> list[str]:
    """One case with both branches done to its end, and one that has begun."""
    first = office.with_branches()
    office.finish(first)
    return [first, office.start(period="2026-Q1")]


def test_readers_of_the_log_get_every_case_superiors_their_own_and_others_none(
    office: DemoOffice, case_ids: list[str]
) -> None:
    both = {office.state(case_id).case.number for case_id in case_ids}
    first = {office.state(case_ids[0]).case.number}
    assert numbers(log_of(office, "auditor")) == both
    assert numbers(log_of(office, "kadis")) == both
    assert numbers(log_of(office, "kabid.psr")) == first
    assert numbers(log_of(office, "kabid.pdn")) == set()
    with pytest.raises(NotAllowed):
        log_of(office, "jp.psr.1")
    with pytest.raises(NotFound):
        log_of(office, "kabid.pdn", case=first.pop())


def test_a_filter_leaves_out_other_sops_other_days_and_other_numbers(
    office: DemoOffice, case_ids: list[str]
) -> None:
    number = office.state(case_ids[1]).case.number
    assert numbers(log_of(office, "auditor", case=number)) == {number}
    assert numbers(log_of(office, "auditor", sop="tindak-lanjut-evaluasi")) == set()
    began = office.state(case_ids[1]).case.started_at
    later = HistoryFilter(sop=SOP, from_=began.replace(year=2030))
    assert numbers(b"".join(exported(office.engine, HOST, "xes", later)).decode()) == set()
    assert ElementTree.fromstring(log_of(office, "auditor", sop="tidak-ada")).tag.endswith("log")


def test_people_have_one_pseudonym_in_all_exports_and_their_names_for_auditors_alone(
    office: DemoOffice, case_ids: list[str]
) -> None:
    accounts = [account.username for account in office.organisation().accounts]
    told = log_of(office, "auditor")
    assert not [name for name in accounts if f'"{name}"' in told]
    people = {
        event["org:resource"] for _, events in read_log(told) for event in events if "org:resource" in event
    }
    assert {name[:2] for name in people} == {"P-"}
    assert people == {
        event["org:resource"]
        for _, events in read_log(log_of(office, "kadis"))
        for event in events
        if "org:resource" in event
    }
    objects = json.loads(b"".join(exported(office.engine, Actor("auditor"), "ocel", HistoryFilter())))[
        "objects"
    ]
    assert {f"person:{name}" for name in people} >= {one["id"] for one in objects if one["type"] == "person"}
    named = log_of(office, "auditor", names=True)
    assert 'key="org:resource" value="kadis"' in named
    with pytest.raises(NotAllowed):
        log_of(office, "kadis", names=True)


def test_that_names_are_read_is_an_event_before_the_first_of_them(
    office: DemoOffice, case_ids: list[str]
) -> None:
    log_of(office, "auditor", names=False)
    events = office.engine.queries.audit.events
    assert events("auditor", act="evidence.read")["items"] == []
    log_of(office, "auditor", names=True, sop=SOP)
    [event] = events("auditor", act="evidence.read")["items"]
    assert (event["stream"], event["account"]) == ("access:disdag-banggai", "auditor")
    assert event["facts"] == {"sop": SOP}
    assert event["subject"] == "export xes"


def test_each_branch_is_a_trace_of_its_own_that_fits_and_a_planted_skip_or_swap_does_not(
    office: DemoOffice, case_ids: list[str]
) -> None:
    number = office.state(case_ids[0]).case.number
    net = read_net(
        b"".join(exported(office.engine, Actor("auditor"), "pnml", HistoryFilter(case=number))).decode()
    )
    read = read_log(log_of(office, "auditor", per_branch=True, case=number))
    assert {trace["concept:name"] for trace, _ in read} == {f"{number}/bid-psr", f"{number}/bid-pkm"}
    for _, events in read:
        done = completed(events)
        assert len(done) == 9
        assert net.replays(done)
        assert not net.replays(done[:3] + done[4:])
        assert not net.replays([*done[:3], done[4], done[3], *done[5:]])


def test_what_an_event_says_is_what_the_timing_log_says(office: DemoOffice, case_ids: list[str]) -> None:
    rows = office.engine.queries.cases.timing("auditor", case_ids[0])["items"]
    [(trace, events)] = read_log(log_of(office, "auditor", case=rows[0]["case_number"]))
    assert trace["alur:sop_version"] == "1.0.0"
    done = {
        (event["alur:step"], event.get("alur:branch")): event
        for event in events
        if event["lifecycle:transition"] == "complete"
    }
    for row in rows:
        event = done[row["step_id"], row["branch"]]
        assert int(event["alur:waiting_minutes"]) == row["waiting_minutes"]
        assert int(event["alur:working_minutes"]) == row["working_minutes"]
        assert event.get("alur:outcome") == row["outcome"]
        assert event["org:role"] == row["acting_position"]
        assert event["org:group"] == office.organisation().position(row["acting_position"]).unit


def test_a_visit_that_was_taken_back_is_withdrawn_and_one_that_was_released_goes_to_the_next() -> None:
    office = SmallOffice.with_sops(
        sop(
            "steps:\n"
            "  - {id: s1, activity: Satu, executor: sekretaris, time: 1h}\n"
            "  - {id: s2, activity: Dua, executor: kabid, time: 1h, assign: pool}\n"
        )
    ).start()
    done = office.task("s1").id
    office.finish("s1", "sekre.1")
    office.engine.tasks.recall("sekre.1", done)
    office.finish("s1", "sekre.1")
    office.engine.tasks.claim("kabid.a", office.task("s2").id)
    office.engine.tasks.release("kabid.a", office.task("s2").id, reason="cuti")
    office.finish("s2", "kabid.b")
    [(_, events)] = read_log(_of(office.engine, "xes"))
    told = [(event["alur:step"], event["alur:visit"], event["lifecycle:transition"]) for event in events]
    assert ("s1", "1", "withdraw") in told
    assert ("s1", "1", "complete") not in told
    assert [what for step, _, what in told if step == "s2"][-5:] == [
        "schedule", "start", "reassign", "start", "complete",
    ]  # fmt: skip
    assert completed(events) == ["Satu", "Dua"]
    assert read_net(_of(office.engine, "pnml")).replays(completed(events))


def _of(engine: Engine, format: Format) -> str:
    return b"".join(exported(engine, HOST, format, HistoryFilter(sop="uji", agency="kantor"))).decode()


def test_a_model_needs_to_know_its_sop(office: DemoOffice) -> None:
    for format in ("pnml", "bpmn"):
        with pytest.raises(InvalidInput):
            exported(office.engine, Actor("auditor"), format, HistoryFilter())
        with pytest.raises(NotFound):
            exported(office.engine, Actor("auditor"), format, HistoryFilter(sop="tidak-ada"))
        with pytest.raises(NotFound):
            exported(office.engine, Actor("auditor"), format, HistoryFilter(case="TIDAK-2026-0001"))
