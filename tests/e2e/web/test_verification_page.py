"""Is this the file that was signed: for everybody; the case itself only for whoever may see it."""

from __future__ import annotations

import hashlib

import pytest

from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice


def signed_hash(office: DemoOffice) -> tuple[str, str, str]:
    """The hash of the document that the Sekretaris initials, the case, and the document's earlier version."""
    case_id = office.at_paraf()
    papers = office.engine.queries.papers.of_task("sekdis", office.open_task(case_id, "s8").id)["own"]
    office.complete("sekdis", office.open_task(case_id, "s8").id, outcome="sesuai")
    newest = next(one for one in papers if one["newest"] and one["branch"] is None)
    return str(newest["sha256"]), case_id, office.state(case_id).case.number


def test_whoever_holds_a_signed_file_learns_by_which_position_and_no_more(office: DemoOffice) -> None:
    sha256, case_id, number = signed_hash(office)
    stranger = Visitor(office).get(f"/verifikasi/{sha256}").text
    assert "Diparaf oleh Sekretaris Dinas" in stranger
    assert "Dinas Perdagangan" in stranger
    for hidden in (number, case_id, "Perbaikan Data Kinerja"):
        assert hidden not in stranger
    assert number not in Visitor(office, "jp.eks.1").get(f"/verifikasi/{sha256}").text
    seen = Visitor(office, "kadis").get(f"/verifikasi/{sha256}").text
    assert number in seen
    assert f'href="/cases/{case_id}"' in seen


def test_another_file_is_none_that_was_signed(office: DemoOffice) -> None:
    signed_hash(office)
    visitor = Visitor(office)
    shown = visitor.get(f"/verifikasi/{'0' * 64}").text
    assert "Tidak ada tanda tangan atau paraf" in shown
    for bad in ("x", "0" * 63, "../etc", "%00"):
        assert visitor.get(f"/verifikasi/{bad}").status_code in (404, 422)


@pytest.mark.parametrize("who", [None, "kadis"])
def test_a_file_is_asked_about_by_sending_it_and_is_not_kept(office: DemoOffice, who: str | None) -> None:
    visitor, data = Visitor(office, who), b"%PDF-1.4 apa saja"
    form = visitor.form("/verifikasi")
    sent = visitor.send(form, files={"file": ("a.pdf", data, "application/pdf")})
    assert sent.headers["location"] == f"/verifikasi/{hashlib.sha256(data).hexdigest()}"
    empty = visitor.send(visitor.form("/verifikasi"))
    assert empty.headers["location"] == "/verifikasi"
    assert "Pilih berkasnya dahulu." in visitor.get("/verifikasi").text
