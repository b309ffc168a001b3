"""Every SOP as its signed table, its document to save, and the same table as the map of a case."""

from __future__ import annotations

import re

from engine.commands.definitions.definitions import supersede
from engine.commands.definitions.told import act_on
from engine.store import Tx
from tests.e2e.web.visiting import Visitor
from tests.support.offices import SOP, DemoOffice


def test_the_list_leads_to_the_table_of_an_sop_and_to_its_documents(office: DemoOffice) -> None:
    visitor = Visitor(office, "kadis")
    listed = visitor.get("/sops").text
    assert f'href="/sops/{SOP}/1.0.0"' in listed
    page = visitor.get(f"/sops/{SOP}/1.0.0").text
    assert page.count('data-kind="diamond"') == 2
    assert "Keputusan langkah 6; Ya: ke 7; Tidak: kembali ke 5" in page
    for format, kind, first in (
        ("pdf", "application/pdf", b"%PDF-"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
        ("svg", "image/svg+xml", b"<svg"),
    ):
        saved = visitor.get(f"/sops/{SOP}/1.0.0/document?format={format}")
        assert (saved.status_code, saved.headers["content-type"].partition(";")[0]) == (200, kind)
        assert saved.content.startswith(first)
        assert f"{SOP}-1.0.0.{format}" in saved.headers["content-disposition"]


def test_a_version_that_is_not_there_and_a_paper_that_is_unknown_are_told(office: DemoOffice) -> None:
    visitor = Visitor(office, "kadis")
    assert visitor.get(f"/sops/{SOP}/9.9.9").status_code == 404
    assert visitor.get(f"/sops/{SOP}/1.0.0/document?paper=b7").status_code == 422


def test_the_map_of_a_case_shows_what_is_done_and_where_it_stands(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    page = Visitor(office, "kadis").get(f"/cases/{case_id}/map").text
    states = dict(re.findall(r'data-step="(s\d)"[^>]*data-state="(\w+)"', page))
    assert {states[step] for step in ("s1", "s2", "s3", "s4", "s5", "s6", "s7")} == {"done"}
    assert states["s8"] in ("current", "late")
    assert "s9" not in states


def test_what_a_return_has_sent_the_case_back_before_is_not_done_any_more(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    task = office.open_task(case_id, "s8")
    office.complete("sekdis", task.id, outcome="belum_sesuai", reason="Periksa lagi")
    page = Visitor(office, "kadis").get(f"/cases/{case_id}/map").text
    states = dict(re.findall(r'data-step="(s\d)"[^>]*data-state="(\w+)"', page))
    assert states["s6"] == "done"
    assert states["s7"] in ("current", "late")
    assert "s8" not in states


def test_whoever_may_not_see_a_case_has_no_map_of_it(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    assert Visitor(office, "jp.eks.1").get(f"/cases/{case_id}/map").status_code == 404


def test_a_version_that_waits_for_its_date_says_from_when_it_is_in_force(office: DemoOffice) -> None:
    text = office.engine.queries.definitions.version("admin", SOP, "1.0.0")["text"]
    for name, value in (("number", "12"), ("created_on", "2026-01-05"), ("effective_on", "2026-01-07")):
        text = text.replace(f"  {name}: null", f'  {name}: "{value}"', 1)
    office.engine.definitions.store("admin", text.replace("version: 1.0.0", "version: 2.0.0", 1))
    for who, verb in (("admin", "submit"), ("kadis", "approve"), ("kadis", "make-effective")):
        office.engine.definitions.move(who, SOP, "2.0.0", verb)
    visitor = Visitor(office, "kadis")
    for path in ("/sops", f"/sops/{SOP}/2.0.0"):
        assert visitor.get(path).text.count("berlaku mulai 7 Januari 2026") == 1


def test_pages_show_a_version_that_a_later_release_would_refuse(office: DemoOffice) -> None:
    agency = office.organisation().agency.id
    old = office.read(lambda tx: tx.definitions.get(agency, SOP, "1.0.0")).text
    hidden = "\N{RIGHT-TO-LEFT OVERRIDE}"
    text = old.replace("version: 1.0.0", "version: 0.9.0", 1).replace(
        "label: Perintah", f"label: Uji{hidden} Perintah"
    )
    text = text.replace("{id: perintah,", "{id: perintah, creates: action_items,", 1)
    act = act_on("definition.store", office.clock.now(), None, SOP, "0.9.0")
    given = {"agency": agency, "id": SOP, "version": "0.9.0", "content_hash": "0" * 64, "act": act}

    def put(tx: Tx) -> None:
        supersede(tx, agency, SOP, None, office.clock.now())
        tx.definitions.put(status="effective", text=text, **given)

    office.engine.context.store.execute(put)
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    office.engine.tasks.claim("kadis", task.id)
    visitor = Visitor(office, "kadis")
    here = (f"/tasks/{task.id}", f"/cases/{case_id}", f"/cases/{case_id}/map", f"/sops/{SOP}/0.9.0")
    for path in ("/inbox", "/sops", *here):
        assert visitor.get(path).status_code == 200, path
    assert f"Uji{hidden}" in visitor.get(f"/tasks/{task.id}").text
    for path in (f"/tasks/{task.id}", f"/cases/{case_id}", f"/definitions/{SOP}?version=0.9.0"):
        assert visitor.get(f"/api/v1{path}").status_code == 200, path
