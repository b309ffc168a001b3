"""Filling in a form in Chromium: rows of a spreadsheet, files on their way, a document before one's eyes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.web.browsing import served
from tests.e2e.web.test_layout import signed_in
from tests.e2e.web.visiting import Visitor
from tests.support.form_filling import PDF
from tests.support.offices import DemoOffice

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 24
PASTE = """(cell, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def test_rows_are_pasted_and_files_sent_while_the_form_stays_open(
    office: DemoOffice, browser: Browser
) -> None:
    first = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", first.id)
    case_id = office.with_branches()
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    back = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", back.id)
    with served(office) as address:
        page = signed_in(browser, address, office, "kadis")
        page.goto(f"/tasks/{first.id}")
        page.get_by_label("Perintah kepada Sekretaris").fill("Mohon diverifikasi")
        cell = page.get_by_label("Pegawai / indikator").first
        cell.evaluate(PASTE, "Indikator A\t2025-Q4\r\nIndikator B\r\n")
        page.wait_for_url("**#f.baris_salah.0")
        found = [box.input_value() for box in page.get_by_label("Pegawai / indikator").all()]
        assert found == ["Indikator A", "Indikator B"]
        assert page.get_by_label("Perintah kepada Sekretaris").input_value() == "Mohon diverifikasi"

        page = signed_in(browser, address, office, "jp.psr.1")
        page.goto(f"/tasks/{back.id}")
        chosen = page.locator("input[type=file]").first
        chosen.set_input_files({"name": "baru.pdf", "mimeType": "application/pdf", "buffer": PDF})
        page.get_by_role("link", name="baru.pdf").wait_for()
        assert chosen.evaluate("each => each.files.length") == 0
        page.locator("input[type=file]").first.set_input_files(
            {"name": "jahat.exe", "mimeType": "application/pdf", "buffer": b"MZ"}
        )
        page.get_by_text("tidak diterima").wait_for()
        page.get_by_role("button", name="Simpan Draf").last.click()
        page.get_by_text("Draf sudah disimpan.").wait_for()
        page.get_by_role("link", name="baru.pdf").wait_for()
        page.context.close()


def test_a_document_is_shown_in_a_frame_of_ours_alone_and_only_to_whoever_may_see_it(
    office: DemoOffice,
) -> None:
    shown = {name: office.upload("kadis", data, name) for name, data in (("a.pdf", PDF), ("b.png", PNG))}
    for file_id in shown.values():
        answer = Visitor(office, "kadis").get(f"/files/{file_id}/view")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == "inline"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert Visitor(office, "kabid.psr").get(f"/files/{file_id}/view").status_code == 404
    text = office.upload("kadis", b"catatan", "c.txt")
    assert Visitor(office, "kadis").get(f"/files/{text}/view").status_code == 404
    assert Visitor(office, "kadis").get(f"/files/{text}").status_code == 200


@pytest.mark.parametrize("do", ["paste:f.baris_salah", "paste:f.x", "paste:f.perintah", "paste:"])
def test_pasting_nothing_or_into_nothing_keeps_what_was_typed(office: DemoOffice, do: str) -> None:
    first = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", first.id)
    visitor, path = Visitor(office, "kadis"), f"/tasks/{first.id}"
    sent = visitor.send(visitor.form(path), f__perintah="Tetap", do=do)
    assert sent.status_code == 303
    assert "Tetap" in visitor.get(path).text


def test_given_cells_are_answered_without_keeping_anything(office: DemoOffice) -> None:
    first = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", first.id)
    visitor, path = Visitor(office, "kadis"), f"/tasks/{first.id}"
    answer = visitor.send(visitor.form(path), f__perintah="<b>", do="compute")
    assert answer.status_code == 200
    assert "&lt;b&gt;" in answer.text
    assert "Isian Anda disimpan di halaman ini" not in visitor.get(path).text
    assert office.task(first.id).draft is None
