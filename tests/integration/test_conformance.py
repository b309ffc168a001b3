"""Findings of cases that were really run: within one's sight, explained by who answers, whole in the log."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from engine.access.actor import HOST
from engine.errors import InvalidInput, NotAllowed, NotFound
from engine.queries.cases.logged_visits import LogFilter
from engine.store import Tx
from engine.store.audit_reader import verify_log
from engine.tables.triggers import drop_guards
from engine.views.conformance import Conformance, ConformanceFinding
from tests.support.cli import said, settings_of
from tests.support.offices import SOP, DemoOffice

ALL = LogFilter()


@pytest.fixture
def played(office: DemoOffice) -> list[str]:
    """Two finished cases of one day: everybody decides at once, and nobody has looked at anything."""
    cases = []
    for period in ("2025-Q4", "2026-Q1"):
        cases.append(office.start(period=period))
        office.finish(cases[-1], lambda *_: office.clock.advance(minutes=1))
    return cases


def number(office: DemoOffice, case_id: str) -> str:
    return office.state(case_id).case.number


def of_rule(found: Conformance, rule: str) -> list[ConformanceFinding]:
    return [finding for finding in found["findings"] if finding["rule"] == rule]


def test_cases_run_as_written_fit_and_hasty_decisions_are_found(
    office: DemoOffice, played: list[str]
) -> None:
    conformance = office.engine.queries.conformance
    found = conformance("auditor", ALL)
    assert found["cases"] == [{"case_number": number(office, case), "fitness": 1.0} for case in played]
    hasty = of_rule(found, "instant")
    assert {finding["step_id"] for finding in hasty} == {"s6", "s8", "s9"} | {
        finding["step_id"] for finding in hasty
    }
    assert {finding["case_number"] for finding in hasty} == {number(office, case) for case in played}
    assert of_rule(found, "skipped") == []
    assert of_rule(found, "evidence_reused")  # the same bytes were handed in with both
    assert conformance(HOST, ALL, agency="disdag-banggai") == found
    one = conformance("auditor", ALL, case=number(office, played[0]))
    mine = [of for of in found["findings"] if of["case_number"] == number(office, played[0])]
    assert one["findings"] == mine
    assert len(one["cases"]) == 1
    assert conformance("auditor", ALL, case="TIDAK-ADA") == {"cases": [], "findings": []}
    assert conformance("auditor", LogFilter(to=office.clock.now() - timedelta(days=9)))["findings"] == []
    with pytest.raises(NotAllowed):
        conformance("jp.psr.1", ALL)
    theirs = conformance("kabid.psr", ALL)
    assert {finding["facts"].get("branch") for finding in theirs["findings"]} <= {"bid-psr", None}
    ids = {finding["id"] for finding in found["findings"] if finding["rule"] not in ("batch", "near_close")}
    assert {finding["id"] for finding in of_rule(theirs, "instant")} <= ids


@pytest.mark.on("sqlite")
def test_a_task_given_to_somebody_else_and_a_deviation_are_told(office: DemoOffice) -> None:
    case_id = office.with_branches()
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    office.engine.tasks.reassign("kabid.psr", task.id, to="jp.psr.2", reason="Berbagi beban")
    office.engine.tasks.claim("jp.psr.2", task.id)
    office.complete("jp.psr.2", task.id)
    found = office.engine.queries.conformance("auditor", ALL)
    (given,) = of_rule(found, "taken_over")
    assert (given["step_id"], given["account"], given["facts"]["by"]) == ("s5", "jp.psr.2", "kabid.psr")
    assert found["cases"] == []  # it has not ended


def test_who_answers_for_the_activity_explains_and_the_log_has_it(
    office: DemoOffice, played: list[str]
) -> None:
    queries, explain = office.engine.queries, office.engine.explanations.explain
    finding = of_rule(queries.conformance("auditor", ALL), "instant")[0]
    owner = next(
        who
        for who in ("kasubbag.perencanaan", "sekdis", "kadis")
        if SOP in queries.conformance.explainable(who)
    )
    told = explain(owner, finding["id"], "  Sudah dibahas lisan  ")
    assert told["explanation"] is not None
    assert (told["explanation"]["text"], told["explanation"]["account"]) == ("Sudah dibahas lisan", owner)
    explain(owner, finding["id"], "Sudah dibahas dalam rapat")
    again = next(one for one in queries.conformance("auditor", ALL)["findings"] if one["id"] == finding["id"])
    assert again["explanation"] is not None
    assert again["explanation"]["text"] == "Sudah dibahas dalam rapat"
    events = queries.audit.events("auditor", act="finding.explain")["items"]
    assert [(event["account"], event["subject"]) for event in events] == [(owner, finding["id"])] * 2
    assert events[0]["facts"]["rule"] == "instant"
    assert "rapat" not in json.dumps(events)
    with pytest.raises(InvalidInput):
        explain(owner, finding["id"], " \u200b ")
    with pytest.raises(NotAllowed):
        explain("kabid.psr", finding["id"], "Bukan urusan saya")
    for unknown in ("x", finding["id"][:-1] + "zz", played[0]):
        with pytest.raises(NotFound):
            explain(owner, unknown, "Tidak ada")
    store = office.engine.context.store
    assert store.read(lambda connection: verify_log(connection, office.engine.context.files)).ok


@pytest.mark.on("sqlite")
def test_a_changed_explanation_is_found_by_verifying(office: DemoOffice, played: list[str]) -> None:
    assert played
    finding = of_rule(office.engine.queries.conformance("auditor", ALL), "instant")[0]
    owner = next(
        who
        for who in ("kasubbag.perencanaan", "sekdis", "kadis")
        if SOP in office.engine.queries.conformance.explainable(who)
    )
    office.engine.explanations.explain(owner, finding["id"], "Benar")
    store = office.engine.context.store

    def behind_the_log(tx: Tx) -> None:
        drop_guards(tx.connection)
        tx.connection.exec_driver_sql("UPDATE explanation SET text = 'Lain'")

    store.execute(behind_the_log)
    report = store.read(lambda connection: verify_log(connection, office.engine.context.files))
    assert report.first_bad is not None
    assert report.first_bad.stream == "assessment:disdag-banggai"


@pytest.mark.on("sqlite")
def test_the_command_tells_what_the_query_finds(office: DemoOffice, played: list[str]) -> None:
    env = settings_of(office.urls, office.files)
    case = number(office, played[0])
    found = office.engine.queries.conformance("auditor", ALL, case=case)
    told = said("conformance", "--case", case, "--json", env=env)
    assert json.loads(told.stdout) == found
    shown = said("conformance", "--sop", SOP, env=env).stdout
    assert "Diputus seketika" in shown
    assert "2 berkas selesai, rata-rata kesesuaian 100 %" in shown
    assert said("conformance", "--sop", "tidak-ada", env=env).stdout == "0 temuan; 0 berkas selesai.\n"
