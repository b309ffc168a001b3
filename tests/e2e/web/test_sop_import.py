"""An author uploads a table made in Word, sees what is doubtful, and stores the draft."""

from __future__ import annotations

from tests.e2e.web.visiting import Html, Visitor, landed
from tests.support.offices import DemoOffice
from tests.support.paper import DOCX, ROWS, word


def test_a_table_becomes_a_report_and_a_stored_draft(office: DemoOffice) -> None:
    author = Visitor(office, "admin")
    assert 'href="/sops/import"' in author.get("/sops").text
    assert 'href="/sops/import"' not in Visitor(office, "kadis").get("/sops").text
    paper = {"file": ("surat.docx", word(ROWS, heading="SOP Surat Keluar"), DOCX)}
    report = author.send(author.form("/sops/import"), "/sops/import", files=paper)
    assert report.status_code == 200
    assert "Langkah 2: Keputusan" in report.text
    assert "tabel 1 baris 4" in report.text
    assert report.text.count("<svg xmlns") == 1
    draft = next(form for form in Html(report.text).forms if form.action == "/sops/drafts")
    assert landed(author.send(draft)) == "/sops/surat-keluar/1.0.0?said=draft_stored"


def test_what_cannot_be_read_or_stored_is_told_at_its_field_and_the_yaml_comes_back(
    office: DemoOffice,
) -> None:
    author = Visitor(office, "admin")
    upload, draft = author.form("/sops/import"), author.form("/sops/drafts")
    refused = author.refused(author.send(upload, files={"file": ("a.txt", b"halo", DOCX)}))
    assert "bukan .docx" in refused.text
    told = author.refused(author.send(draft, yaml="schema: sop/v1\nid: uji\n"))
    assert "Baris 1" in told.text
    assert "id: uji" in told.text
