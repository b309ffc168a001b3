"""The form of a task: what is typed comes back as it was, whatever is refused, and nothing is done twice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.e2e.web.visiting import Html, Visitor, landed
from tests.support.form_filling import PDF
from tests.support.offices import HOLDERS, DemoOffice, findings
from web.templating import TEMPLATES

UPLOAD = ("bukti.pdf", PDF, "application/pdf")
NASTY = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}"


@pytest.fixture
def first_task(office: DemoOffice) -> str:
    """The first step of a new case, claimed by the Kepala Dinas."""
    task = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", task.id)
    return f"/tasks/{task.id}"


def rows(**more: str) -> dict[str, Any]:
    """One row of findings as its controls."""
    return {
        "f__baris_salah__0__unit": "bid-psr",
        "f__baris_salah__0__subjek": "Indikator",
        "f__baris_salah__0__uraian": "Salah catat",
        "f__perintah": "Mohon diverifikasi",
        "requirements": "dok_data_kinerja",
        **more,
    }


def stored(office: DemoOffice, path: str) -> Any:
    return office.task(path.removeprefix("/tasks/"))


def test_a_form_sent_back_untouched_keeps_every_draft_as_it_is(office: DemoOffice) -> None:
    case_id = office.at_last_step_of_each_branch()
    checked = 0
    for step, branch, who in (("s6", "bid-psr", "kabid.psr"), ("s6", "bid-pkm", "kabid.pkm")):
        task = office.open_task(case_id, step, branch)
        office.engine.tasks.save(who, task.id, data=office.filled(who, task.id).data)
        before = office.task(task.id).draft
        visitor = Visitor(office, who)
        sent = visitor.send(visitor.form(f"/tasks/{task.id}"), do="save")
        assert landed(sent) == f"/tasks/{task.id}?said=save"
        assert office.task(task.id).draft == before
        checked += 1
    assert checked == 2


def test_every_step_of_the_nine_survives_the_way_through_its_page(office: DemoOffice) -> None:
    case_id = office.start()
    seen = []
    while tasks := office.state(case_id).open_tasks():
        for task in tasks:
            who = task.assignee or executor(task)
            if task.claimed_at is None:
                office.engine.tasks.claim(who, task.id)
            given = {"data": findings()} if task.step_id == "s1" else {}
            data = given.get("data") or office.filled(who, task.id).data
            office.engine.tasks.save(who, task.id, data=data)
            before = office.task(task.id).draft
            visitor = Visitor(office, who)
            assert visitor.send(visitor.form(f"/tasks/{task.id}"), do="save").status_code == 303
            assert filled_in(office.task(task.id).draft) == filled_in(before), task.step_id
            outcome = "sesuai" if task.step_id in ("s6", "s8") else None
            office.complete(who, task.id, outcome=outcome, **given)
            seen.append(task.step_id)
    assert sorted(seen) == sorted(["s1", "s2", "s3", "s4", "s4", "s5", "s5", "s6", "s6", "s7", "s8", "s9"])


def filled_in(value: Any) -> Any:
    """Form data without what is empty: a page sends empty cells along, a program leaves them out."""
    if isinstance(value, dict):
        return {name: filled_in(item) for name, item in value.items() if item not in (None, "", [])}
    if isinstance(value, str) and re.fullmatch(r"[0-9-]{10}T[0-9:]{8}[+-][0-9:]{5}", value):
        return datetime.fromisoformat(value)
    return [filled_in(item) for item in value] if isinstance(value, list) else value


def executor(task: Any) -> str:
    if task.branch is not None:
        kabid, jp = HOLDERS[task.branch]
        return jp if task.step_id == "s5" else kabid
    return {"s1": "kadis", "s9": "kadis", "s2": "sekdis", "s8": "sekdis"}.get(
        task.step_id, "kasubbag.perencanaan"
    )


def test_a_refused_form_names_every_fault_at_its_field_and_keeps_what_was_typed(
    office: DemoOffice, first_task: str
) -> None:
    visitor = Visitor(office, "kadis")
    typed = rows(f__baris_salah__0__uraian="", f__perintah="Perintah yang panjang\ndua baris")
    sent = visitor.send(visitor.form(first_task), do="complete", **typed)
    sent = visitor.refused(sent)
    assert "Uraian kesalahan wajib diisi." in sent.text
    assert 'href="#f.baris_salah.0.uraian"' in sent.text
    form = next(form for form in Html(sent.text).forms if form.action == first_task)
    assert form.value("f.perintah") == "Perintah yang panjang\ndua baris"
    assert form.value("f.baris_salah.0.subjek") == "Indikator"
    assert form.values("requirements") == ["dok_data_kinerja"]


def test_sending_the_same_form_twice_has_one_effect_and_the_same_answer(
    office: DemoOffice, first_task: str
) -> None:
    visitor = Visitor(office, "kadis")
    form = visitor.form(first_task)
    first, second = (visitor.send(form, do="complete", **rows()) for _ in range(2))
    assert (first.status_code, first.headers["location"]) == (303, second.headers["location"])
    case_id = office.engine.queries.cases.list("kadis")["items"][0]["id"]
    assert [task.step_id for task in office.state(case_id).tasks.values()] == ["s1", "s2"]


def test_files_in_a_form_sent_twice_are_taken_in_once(office: DemoOffice) -> None:
    case_id = office.with_branches()
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    visitor = Visitor(office, "jp.psr.1")
    form = visitor.form(f"/tasks/{task.id}")
    for _ in range(2):
        sent = visitor.send(form, do="save", files={"f.dokumen.upload": UPLOAD})
        assert sent.status_code == 303
    files = [row for row in office.rows()["file"] if "'bukti.pdf'" in row and "'jp.psr.1'" in row]
    assert len(files) == 1
    assert (office.task(task.id).draft or {})["dokumen"] in files[0]


def test_a_page_that_somebody_overtook_is_refused_with_what_was_typed(
    office: DemoOffice, first_task: str
) -> None:
    visitor = Visitor(office, "kadis")
    form = visitor.form(first_task)
    visitor.send(visitor.form(first_task), do="save", **rows(f__perintah="Dari jendela lain"))
    sent = visitor.send(form, do="complete", **rows(f__perintah="Dari jendela ini"))
    shown = visitor.refused(sent).text
    assert "sudah berubah" in shown
    assert "Dari jendela ini" in shown
    assert stored(office, first_task).is_open


def test_a_page_sent_again_with_other_content_is_refused_in_words(
    office: DemoOffice, first_task: str
) -> None:
    visitor = Visitor(office, "kadis")
    form = visitor.form(first_task)
    visitor.send(form, do="save", **rows())
    sent = visitor.send(form, do="save", **rows(f__perintah="Lain"))
    assert "Halaman ini sudah pernah dikirim." in visitor.refused(sent).text


def test_rows_are_added_and_dropped_without_a_script(office: DemoOffice, first_task: str) -> None:
    visitor = Visitor(office, "kadis")
    added = visitor.send(visitor.form(first_task), do="add:f.baris_salah", **rows())
    assert added.headers["location"] == f"{first_task}#f.baris_salah.1"
    form = visitor.form(first_task)
    assert form.value("f.baris_salah.0.subjek") == "Indikator"
    assert form.value("f.baris_salah.1.subjek") == ""
    asked = visitor.send(form, do="remove:f.baris_salah.0", f__baris_salah__1__subjek="Kedua")
    assert "Baris ini sudah berisi. Hapus beserta isinya?" in visitor.refused(asked).text
    assert visitor.send(visitor.form(first_task), do="drop:f.baris_salah.0").status_code == 303
    left = visitor.form(first_task)
    assert left.value("f.baris_salah.0.subjek") == "Kedua"
    assert left.value("f.baris_salah.1.subjek") is None


def test_nothing_that_a_person_types_becomes_markup(office: DemoOffice) -> None:
    case_id = office.start()
    data = findings(("bid-psr",))
    data["baris_salah"][0] |= {"subjek": NASTY, "uraian": NASTY}
    office.do("kadis", case_id, "s1", data=data | {"perintah": NASTY})
    office.do("sekdis", case_id, "s2")
    office.do("kasubbag.perencanaan", case_id, "s3")
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    office.do("jp.psr.1", case_id, "s5", "bid-psr")
    task = office.open_task(case_id, "s6", "bid-psr")
    visitor = Visitor(office, "kabid.psr")
    office.engine.tasks.claim("kabid.psr", task.id)
    form = visitor.form(f"/tasks/{task.id}")
    returned = visitor.send(
        form, do="complete:tidak_sesuai", reason=NASTY, requirements="dok_data_kinerja",
        f__periksa__0__sesuai="false", f__periksa__0__catatan=NASTY,
    )  # fmt: skip
    assert returned.status_code == 303
    s5 = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", s5.id)
    jp = Visitor(office, "jp.psr.1")
    refused = jp.send(
        jp.form(f"/tasks/{s5.id}"), do="complete",
        files={"f.dokumen.upload": ("<script>alert(1)</script>.pdf", PDF, "application/pdf")},
        f__perbaikan__0__nilai_baru=NASTY,
    )  # fmt: skip
    shown = [jp.refused(refused).text]
    boss = Visitor(office, "kadis")
    shown += [boss.get(f"/tasks/{task_id}").text for task_id in office.state(case_id).tasks]
    shown += [boss.get(path).text for path in (f"/cases/{case_id}", "/inbox?view=unit", "/timing-log")]
    shown += [
        boss.get(
            "/inbox",
        ).text,
        boss.get(f"/inbox?q={NASTY}").text,
        boss.get(f"/cases?q={NASTY}").text,
    ]
    assert sum("&lt;script&gt;" in text for text in shown) >= 5
    for text in shown:
        tags = Html(text).tags
        scripts = {found.get("src") for name, found in tags if name == "script"}
        assert scripts <= {TEMPLATES.globals["alur_js"], TEMPLATES.globals["forms_js"]}
        pictures = {found.get("src") for name, found in tags if name == "img"}
        assert all(re.fullmatch(r"/logo/[0-9a-f]{64}\.png", str(source)) for source in pictures)
        assert "49" not in "".join(line for line in text.splitlines() if "{{7" in line)


def test_files_come_as_attachments_under_their_own_name(office: DemoOffice) -> None:
    file_id = office.upload("kadis", name="Nota dinas é.pdf")
    sent = Visitor(office, "kadis").get(f"/files/{file_id}")
    assert sent.headers["content-disposition"] == "attachment; filename*=UTF-8''Nota%20dinas%20%C3%A9.pdf"
    assert sent.content == PDF


def test_a_file_of_a_kind_that_is_not_taken_in_is_refused_at_its_field(office: DemoOffice) -> None:
    case_id = office.with_branches()
    task = office.open_task(case_id, "s4", "bid-psr")
    office.engine.tasks.claim("kabid.psr", task.id)
    visitor = Visitor(office, "kabid.psr")
    page = ("notula.html", b"<html><script>alert(1)</script>", "application/pdf")
    sent = visitor.send(
        visitor.form(f"/tasks/{task.id}"),
        do="save",
        files={"f.notula.upload": page},
        f__keputusan="Diperbaiki",
    )
    shown = visitor.refused(sent).text
    assert "Berkas .html tidak diterima." in shown
    assert "Diperbaiki" in shown
    assert office.task(task.id).draft is None


def test_whoever_does_not_hold_a_task_sees_its_form_and_cannot_send_it(
    office: DemoOffice, first_task: str
) -> None:
    shown = Visitor(office, "auditor").html(first_task)
    form = next((form for form in shown.forms if form.action == first_task), None)
    assert form is None or not [name for name, _ in form.fields if name.startswith("f.")]


def test_a_task_is_handed_on_by_the_superior_and_the_page_says_so(office: DemoOffice) -> None:
    case_id = office.with_branches()
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    boss = Visitor(office, "kabid.psr")
    path = f"/tasks/{task.id}/reassign"
    refused = boss.send(boss.form(f"/tasks/{task.id}", path), reassign__to="jp.psr.2", reassign__reason="")
    assert "Alasan wajib diisi" in boss.refused(refused).text
    form = boss.form(f"/tasks/{task.id}", path)
    assert form.value("reassign.to") == "jp.psr.2"
    sent = boss.send(form, reassign__reason="Pembagian tugas")
    assert landed(sent) == f"/tasks/{task.id}?said=reassign"
    assert office.task(task.id).assignee == "jp.psr.2"


def test_whoever_holds_two_fitting_positions_is_asked_in_which_one_to_act(office: DemoOffice) -> None:
    holdings = office.organisation().holdings
    second = next(holding for holding in holdings if holding.position == "jp-psr-2")
    office.put_organisation(holdings=(*holdings, replace(second, account="jp.psr.1")))
    case_id = office.with_branches()
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    path = f"/tasks/{office.open_task(case_id, 's5', 'bid-psr').id}"
    visitor = Visitor(office, "jp.psr.1")
    assert "Bertindak sebagai" in visitor.get(path).text
    sent = visitor.send(visitor.form(path, f"{path}/claim"), claim__acting_as="jp-psr-2")
    assert landed(sent) == f"{path}?said=claim"
    assert stored(office, path).position == "jp-psr-2"


def test_claim_hold_resume_release_and_recall_each_have_their_button(office: DemoOffice) -> None:
    case_id = office.with_branches()
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    path = f"/tasks/{office.open_task(case_id, 's5', 'bid-psr').id}"
    jp = Visitor(office, "jp.psr.1")
    steps: list[tuple[str, dict[str, Any]]] = [
        ("claim", {}),
        (
            "hold",
            {
                "hold.reason_class": "menunggu_data",
                "hold.reason": "Data",
                "hold.until": "2026-01-05T10:00",
            },
        ),
        ("resume", {}),
        ("release", {"release.reason": "Ada tugas lain"}),
    ]
    for verb, given in steps:
        sent = jp.send(jp.form(path, f"{path}/{verb}"), **given)
        assert landed(sent) == f"{path}?said={verb}", (verb, sent.status_code)
    s4 = next(
        task
        for task in office.state(case_id).tasks.values()
        if task.step_id == "s4" and task.branch == "bid-psr"
    )
    kabid = Visitor(office, "kabid.psr")
    shown = kabid.get(f"/tasks/{s4.id}").text
    assert "sudah dibuka penerimanya" in shown  # a candidate has opened the next task


@pytest.mark.parametrize(
    "field",
    ["f.baris_salah.99999999.unit", "f.baris_salah.-1.unit", "f.baris_salah.x.y.z", "f..", "f.0.0.0.0", "."],
)
def test_names_that_no_page_has_are_ignored(office: DemoOffice, first_task: str, field: str) -> None:
    visitor = Visitor(office, "kadis")
    sent = visitor.send(visitor.form(first_task), do="save", **dict[str, Any]({field: "x"}))
    assert sent.status_code == 303


@pytest.mark.parametrize("text", ["a\x00b", "x" * 20_001])
def test_text_that_cannot_be_kept_is_refused_in_words(office: DemoOffice, first_task: str, text: str) -> None:
    visitor = Visitor(office, "kadis")
    visitor.refused(visitor.send(visitor.form(first_task), do="save", f__perintah=text))


def test_more_than_fits_one_request_is_a_page_with_advice(office: DemoOffice, first_task: str) -> None:
    visitor = Visitor(office, "kadis")
    large = ("besar.pdf", PDF + b"0" * (12 * 1024 * 1024), "application/pdf")
    sent = visitor.send(visitor.form(first_task), do="save", files={"f.x.upload": large})
    assert sent.status_code == 413
    assert "Unggah berkas satu per satu" in sent.text
