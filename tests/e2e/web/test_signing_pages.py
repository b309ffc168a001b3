"""Nobody signs blind, and everybody who opens the step sees the signature afterwards."""

from __future__ import annotations

import re

import pytest

from engine.access.actor import HOST
from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice


def test_who_signs_sees_the_documents_their_hashes_and_who_prepared_them(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    task = office.open_task(case_id, "s8")
    shown = Visitor(office, "sekdis").get(f"/tasks/{task.id}").text
    panel = shown[shown.index("Yang Anda bubuhi") : shown.index("panel finish")]
    assert "Disiapkan dan diperiksa" in panel
    assert "Langkah 7" in panel
    assert re.search(r'title="[0-9a-f]{64}"', panel)
    assert "Dengan paraf atau tanda tangan Anda menyatakan" in panel


def test_files_of_another_branch_stand_apart(office: DemoOffice) -> None:
    case_id = office.at_last_step_of_each_branch()
    task = office.open_task(case_id, "s6", "bid-psr")
    papers = office.engine.queries.papers.of_task("kabid.psr", task.id)
    assert {paper["branch"] for paper in papers["own"]} <= {"bid-psr", None}
    assert {paper["branch"] for paper in papers["others"]} == {"bid-pkm"}
    assert [paper for paper in papers["own"] if paper["newest"] and paper["branch"] == "bid-psr"]


@pytest.mark.parametrize(("maker", "named"), [("admin", "Administrator sistem"), (HOST, "pengelola peladen")])
def test_a_signature_tells_whoever_reads_it_that_another_had_set_the_password(
    office: DemoOffice, maker: str, named: str
) -> None:
    case_id = office.at_paraf()
    link = office.engine.accounts.link("sekdis", "reset", by=maker)
    office.engine.passwords.redeem(str(link["url"]).rpartition("/")[2], "kunci baru sekretaris")
    task = office.open_task(case_id, "s8").id
    office.complete("sekdis", task, outcome="sesuai", password="kunci baru sekretaris")
    told = f"diparaf dengan kata sandi yang diatur ulang oleh {named}"
    following = office.open_task(case_id, "s9").id
    for path in (f"/cases/{case_id}", f"/tasks/{task}", f"/tasks/{following}"):
        assert told in Visitor(office, "kadis").get(path).text
