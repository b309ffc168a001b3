"""Scheduled starts of an SOP that asks for something at its start: by defaults, refused, and late."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.errors import InvalidInput, NotAllowed
from engine.tables import NOTICE
from tests.support.escalations import SCHEDULED_SOP as SOP
from tests.support.escalations import scheduled_definition
from tests.support.offices import DemoOffice
from tests.support.scheduled_sop import asking, opened

pytestmark = pytest.mark.on("sqlite")

OWNER = "kasubbag.perencanaan"


def starts(office: DemoOffice, who: str = OWNER) -> list[dict[str, Any]]:
    found = office.engine.queries.schedules.starts(who)["items"]
    assert isinstance(found, list)
    return found


def told(office: DemoOffice) -> list[tuple[str, str]]:
    query = select(NOTICE.c.account, NOTICE.c.text).where(NOTICE.c.case_id.is_(None))
    return [(row.account, row.text) for row in office.read(lambda tx: tx.connection.execute(query).all())]


def test_defaults_are_enough_for_a_start_that_nobody_makes(office: DemoOffice) -> None:
    opened(
        office, asking("  fields:\n    - {id: jumlah, type: number, label: J, required: true, default: 12}\n")
    )
    (start,) = starts(office)
    assert (start["state"], start["missing"], start["may_start"]) == ("started", [], False)
    assert office.state(start["case_id"]).case.fields == {"jumlah": 12}


def test_a_start_that_its_form_refuses_says_what_is_missing_of_fields_and_parties(office: DemoOffice) -> None:
    opened(office, asking())
    (start,) = starts(office)
    assert start["state"] == "failed"
    assert start["missing"] == [
        {"path": "fields.uraian", "label": "Uraian laporan"},
        {"path": "parties.penyusun.nama", "label": "Nama penyusun"},
    ]
    for name in ("Uraian laporan", "Nama penyusun"):
        assert all(name in said for said in start["error"].values())
    assert start["error"]["message_en"].startswith("Its start form is not complete.")
    assert [account for account, _ in told(office)] == [OWNER]
    assert "Uraian laporan" in told(office)[0][1]


def test_a_missed_start_says_before_anybody_tries_what_it_will_ask_for(office: DemoOffice) -> None:
    opened(office, asking(), late=True)
    (start,) = starts(office)
    assert (start["state"], start["error"]) == ("missed", None)
    assert [gap["label"] for gap in start["missing"]] == ["Uraian laporan", "Nama penyusun"]
    assert (start["may_start"], starts(office, "auditor")[0]["may_start"]) == (True, False)


def test_a_late_start_takes_what_a_start_by_hand_takes(office: DemoOffice) -> None:
    opened(office, asking())
    late = office.engine.schedules.start_late
    people: dict[str, Any] = {"penyusun": {"nama": "Penyusun"}}
    for given, path in (
        ({}, "fields.uraian"),
        ({"fields": {"uraian": "x"}}, "parties.penyusun.nama"),
        ({"fields": {"uraian": "x", "lain": 1}, "parties": people}, "fields.lain"),
        ({"fields": {"uraian": "x"}, "parties": {"tamu": {}}}, "parties.tamu"),
        ({"fields": {"uraian": "x"}, "parties": {"penyusun": 1}}, "parties.penyusun"),
    ):
        with pytest.raises(InvalidInput) as refused:
            late(OWNER, SOP, "2026-Q1", **given)  # type: ignore[arg-type]
        assert path in [fault.path for fault in refused.value.errors]
    with pytest.raises(NotAllowed):
        late("jp.psr.1", SOP, "2026-Q1", fields={"uraian": "x"}, parties=people)
    case = late(OWNER, SOP, "2026-Q1", fields={"uraian": "Laporan"}, parties=people)
    state = office.state(case["id"]).case
    assert (state.fields, state.parties) == ({"uraian": "Laporan", "jumlah": 12}, people)
    assert (starts(office)[0]["state"], starts(office)[0]["missing"]) == ("started", [])


def test_who_reads_english_is_told_in_english(office: DemoOffice) -> None:
    office.reads_english(OWNER)
    opened(office, asking())
    ((_, text),) = told(office)
    assert text.startswith("Please note:")
    assert "was not started on schedule" in text


def test_an_agency_without_a_calendar_of_its_own_stops_no_tick(office: DemoOffice) -> None:
    here = office.organisation()
    empty: Any = {"units": (), "positions": (), "holdings": (), "teams": (), "accounts": ()}
    elsewhere = replace(here, agency=replace(here.agency, id="dinas-lain"), **empty)
    office.engine.registry.put_organisation(elsewhere, actor=HOST)
    office.engine.definitions.store(HOST, scheduled_definition(), agency="dinas-lain", as_demonstration=True)
    opened(office, scheduled_definition())
    assert [start["state"] for start in starts(office)] == ["started"]
