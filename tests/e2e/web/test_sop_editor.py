"""Authors write an SOP as its table; nothing typed is lost, and no author overwrites another."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidInput
from engine.sop.editing.skeleton import skeleton
from engine.sop.editing.steps import steps_of
from engine.sop.editing.text import data
from tests.e2e.web.visiting import Form, Html, Visitor, landed
from tests.support.offices import SOP, DemoOffice

EDIT = "/sops/surat-masuk-kantor/edit"


def sheet(author: Visitor, path: str = EDIT) -> Form:
    return next(
        form
        for form in author.html(path).forms
        if form.value("shown") and form.value("identity.title") is not None
    )


def begun(office: DemoOffice, source: str = "template:surat-masuk") -> Visitor:
    author = Visitor(office, "admin")
    made = author.send(author.form("/sops/new"), title="Surat Masuk Kantor", source=source)
    assert landed(made) == EDIT
    return author


def text(office: DemoOffice) -> str:
    draft = office.engine.sop_drafts.get("admin", "surat-masuk-kantor")
    assert draft is not None
    return draft.text


def test_a_draft_begins_from_a_template_and_its_cells_are_its_yaml(office: DemoOffice) -> None:
    author = begun(office)
    assert "# urutan = urutan kolom Pelaksana" in text(office)
    form = sheet(author)
    changes = {
        "s.s1.activity": "Petugas menerima surat, lalu mencatatnya: lengkap",
        "s.s1.time": "1,5",
        "s.s1.unit": "h",
        "s.s1.mark.sekretaris": "p",
        "s.s3.requirements": "Surat masuk\nLembar disposisi\nAgenda rapat",
        "s.s4.way.0.label": "Selesai",
        "s.s4.way.0.to": "s5",
        "s.s6.field.0.label": "Nomor arsip",
        "identity.number": "000/12",
        "role.sekretaris.label": "Sekretaris Dinas",
    }
    assert landed(author.send(form, do="save", **changes)) == f"{EDIT}?said=draft_kept"
    steps = {step["id"]: step for step in steps_of(text(office))}
    assert steps["s1"]["activity"] == "Petugas menerima surat, lalu mencatatnya: lengkap"
    assert (steps["s1"]["time"], steps["s1"]["participants"]) == ("90m", "sekretaris")
    assert steps["s3"]["requirements"] == ["surat", "lembar_disposisi", {"text": "Agenda rapat"}]
    assert steps["s4"]["outcomes"] == {"selesai": {"label": "Selesai", "to": "s5"}}
    assert data(text(office))["forms"]["isian_s6"]["fields"][0]["id"] == "nomor_arsip"
    assert data(text(office))["identity"]["number"] == "000/12"
    assert "# urutan = urutan kolom Pelaksana" in text(office)


def test_nothing_changes_when_nothing_was_typed(office: DemoOffice) -> None:
    author = Visitor(office, "admin")
    for item in office.engine.queries.definitions.list("admin")["items"]:
        path = f"/sops/{item['id']}/edit"
        author.send(author.form(path), do="begin")
        draft = office.engine.sop_drafts.get("admin", item["id"])
        assert draft is not None
        author.send(sheet(author, path), do="save")
        assert office.engine.sop_drafts.get("admin", item["id"]) == draft, item["id"]


def test_rows_and_columns_come_move_and_go_and_come_back(office: DemoOffice) -> None:
    author = begun(office)
    first = text(office)
    for do in ("add:s2", "up:s3", "remove:s1"):
        author.send(sheet(author), do=do)
    assert [step["id"] for step in steps_of(text(office))] == ["s2", "s3", "s7", "s4", "s5", "s6"]
    author.send(sheet(author), do="role", new_role="Kepala Seksi")
    author.send(sheet(author), do="drop:kasubbag_perencanaan")
    assert list(data(text(office))["roles"]) == [
        "kepala_dinas",
        "sekretaris",
        "jabatan_pelaksana",
        "kepala_seksi",
    ]
    for _ in range(5):
        author.send(sheet(author), do="undo")
    assert text(office) == first


def test_faults_stand_at_their_cells_and_what_was_typed_stays(office: DemoOffice) -> None:
    author = begun(office)
    told = author.refused(
        author.send(sheet(author), do="save", **{"s.s1.time": "banyak", "s.s2.label": "Teliti"})
    )
    assert "pilih satuannya" in told.text
    assert 'value="banyak"' in told.text
    assert 'value="Teliti"' in told.text
    author.send(sheet(author), do="save", **{"s.s1.time": "15"})
    assert steps_of(text(office))[1]["label"] == "Teliti"
    author.send(sheet(author), do="save", **{f"s.s1.mark.{role}": "" for role in data(text(office))["roles"]})
    page = author.get(EDIT).text
    assert page.partition('data-cell="s.s1.mark"')[2].partition("</td>")[0].count("cell-fault") == 1
    assert author.send(sheet(author), do="store").status_code == 303
    assert "masih memuat" in author.get(EDIT).text


def step_of(office: DemoOffice, id: str) -> dict[str, Any]:
    return next(step for step in steps_of(text(office)) if step["id"] == id)


def test_what_the_paper_leaves_open_is_asked_at_the_row(office: DemoOffice) -> None:
    author = begun(office, "template:persetujuan-berjenjang")
    author.send(
        sheet(author),
        do="save",
        **{
            "s.s2.sign.kind": "initial",
            "s.s2.sign.document": "usulan",
            "s.s2.when.what": "case.fields.nilai",
            "s.s2.when.how": ">",
            "s.s2.when.value": "5000000",
            "s.s3.due.how": "after",
            "s.s3.due.ref": "s1.finished",
            "s.s3.due.amount": "3",
            "s.s3.due.unit": "wd",
            "s.s4.when.how": "",
            "s.s5.when.what": "s2.outcome",
            "s.s5.when.how": "==",
            "s.s5.when.value": "Disetujui",
            "s.s5.printed": "5a",
            "s.s5.strategic": "on",
            "s.s5.not_same_person_as": "s2",
            "s.s5.notify": "sekretaris",
        },
    )
    assert step_of(office, "s2")["sign"] == {"kind": "initial", "document": "usulan"}
    assert step_of(office, "s2")["when"] == "case.fields.nilai > 5000000"
    assert step_of(office, "s3")["due"] == {"after": ["s1.finished", "3wd"]}
    assert "when" not in step_of(office, "s4")
    last = step_of(office, "s5")
    assert last["when"] == 's2.outcome == "setuju"'
    assert (last["printed"], last["strategic"]) == ("5a", True)
    assert (last["not_same_person_as"], last["notify"]) == ("s2", "sekretaris")
    form = sheet(author)
    assert form.value("s.s5.when.value") == "setuju"
    assert form.value("s.s2.when.how") == ">"
    told = author.refused(
        author.send(form, do="save", **{"s.s2.when.value": "5.000.000", "s.s3.due.amount": ""})
    ).text
    assert "bilangan tanpa titik ribuan" in told
    assert "lalu tulis jarak dan satuannya" in told
    mended = {"s.s2.when.value": "5000000", "s.s3.due.amount": "3"}
    gone = {"s.s5.strategic": "", "s.s5.notify": "", "s.s2.sign.kind": ""}
    author.send(sheet(author), do="save", **mended, **gone)
    assert not {"strategic", "notify"} & set(step_of(office, "s5"))
    assert "sign" not in step_of(office, "s2")


def test_what_the_panel_has_no_words_for_stays_as_it_is_written(office: DemoOffice) -> None:
    author = begun(office)
    first = text(office).replace(
        "    time: 15m\n",
        '    time: 15m\n    due: {days_of_month: [1, 31]}\n    when: "1 < 2 && 2 < 3"\n',
        1,
    )
    author.send(author.form(f"{EDIT}?tab=yaml"), do="save", yaml=first)
    form = sheet(author)
    (of,) = (step["id"] for step in steps_of(first) if step.get("due"))
    assert (form.value(f"s.{of}.due.how"), form.value(f"s.{of}.when.how")) == ("yaml", "yaml")
    author.send(form, do="save", **{f"s.{of}.label": "Lain"})
    assert step_of(office, of)["due"] == {"days_of_month": [1, 31]}
    assert step_of(office, of)["when"] == "1 < 2 && 2 < 3"


def test_of_a_long_sop_one_panel_is_open_at_a_time_and_no_other_row_is_touched(office: DemoOffice) -> None:
    author = Visitor(office, "admin")
    rows = [(f"Kegiatan {n}", "Petugas") for n in range(60)]
    whole = skeleton("Surat Masuk Kantor", ["Petugas"], rows).replace(
        "  - id: s7\n", "  - id: s7\n    label: Tujuh\n"
    )
    office.engine.sop_drafts.begin("admin", whole)
    form = sheet(author)
    assert form.value("s.s7.label") is None
    assert ("do", "row:s7") in form.buttons
    kept = author.send(form, do="row:s7", **{"s.s3.remarks": "Segera"})
    assert landed(kept).startswith(f"{EDIT}?row=s7")
    form = sheet(author, f"{EDIT}?row=s7")
    assert (form.value("s.s7.label"), form.value("s.s8.label")) == ("Tujuh", None)
    author.send(form, do="save", **{"s.s7.client": "Menunggu"})
    assert step_of(office, "s7")["label"] == "Tujuh"
    assert step_of(office, "s7")["client"] == "Menunggu"
    assert step_of(office, "s3")["remarks"] == "Segera"
    assert len(steps_of(text(office))) == 60


def test_two_authors_merge_and_choose_where_they_meet(office: DemoOffice) -> None:
    author = begun(office)
    mine, theirs = sheet(author), sheet(author)
    author.send(theirs, do="save", **{"s.s1.label": "Mencatat", "s.s2.label": "Dari orang lain"})
    author.send(mine, do="save", **{"s.s3.label": "Disposisi"})
    labels = [step["label"] for step in steps_of(text(office))]
    assert labels[:3] == ["Mencatat", "Dari orang lain", "Disposisi"]
    told = author.refused(author.send(mine, do="save", **{"s.s2.label": "Dari saya"}))
    assert "mengubah rancangan ini sementara Anda menyunting" in told.text
    assert "Dari orang lain" in told.text
    kept = next(form for form in Html(told.text).forms if form.value("shown"))
    assert kept.value("s.s2.label") == "Dari saya"
    author.send(kept, EDIT, do="mine")
    assert [step["label"] for step in steps_of(text(office))][:3] == ["Mencatat", "Dari saya", "Disposisi"]


def test_the_yaml_tab_tells_faults_at_their_lines_and_keeps_any_text(office: DemoOffice) -> None:
    author = begun(office)
    form = author.form(f"{EDIT}?tab=yaml", EDIT)
    assert form.value("yaml") == text(office)
    author.send(form, do="save", yaml=text(office).replace("time: 15m", "time: 15menit", 1))
    assert "Baris 43" in author.get(f"{EDIT}?tab=yaml").text
    broken = "id: surat-masuk-kantor\nsteps: [\n"
    author.send(author.form(f"{EDIT}?tab=yaml", EDIT), do="save", yaml=broken)
    assert text(office) == broken
    assert "YAML tidak dapat dibaca" in author.get(EDIT).text
    refused = author.refused(author.send(author.form(f"{EDIT}?tab=yaml", EDIT), do="save", yaml="id: lain\n"))
    assert "id: lain" in refused.text


def test_an_empty_table_grows_into_a_version(office: DemoOffice) -> None:
    author = begun(office, "")
    author.send(sheet(author), do="role", new_role="Kepala Dinas")
    author.send(sheet(author), do="role", new_role="Sekretaris")
    author.send(sheet(author), do="add:", **{"start.by": ["sekretaris", ""]})
    author.send(
        sheet(author), do="add:s1", **{"s.s1.activity": "Menyusun", "s.s1.time": "1", "s.s1.unit": "h"}
    )
    last = {"s.s2.activity": "Menyetujui", "s.s2.mark.kepala_dinas": "x", "s.s2.time": "1", "s.s2.unit": "wd"}
    stored = author.send(sheet(author), do="store", **last, **{"identity.approved_by": "kepala_dinas"})
    assert landed(stored) == "/sops/surat-masuk-kantor/1.0.0?said=draft_stored"
    assert author.get(EDIT).text.count("Mulai dari versi") == 1


def test_only_authors_write(office: DemoOffice) -> None:
    begun(office)
    assert Visitor(office, "kadis").get(EDIT).status_code == 403
    assert Visitor(office, "admin").get("/sops/tidak-ada/edit").status_code == 404
    assert "Rancangan yang sedang disusun" not in Visitor(office, "kadis").get("/sops").text


@pytest.mark.parametrize(
    "broken", ["schema: [", "id: x\nsteps: 5\nroles: 7\n", "id: x\nsteps: [a, {id: 5}]\nblocks: z\n"]
)
def test_any_text_is_drawn_or_told(office: DemoOffice, broken: str) -> None:
    author = Visitor(office, "admin")
    answer = author.send(author.form("/sops/drafts"), do="edit", yaml=broken)
    assert answer.status_code == 303
    assert author.get("/sops/x/edit").status_code in (200, 404)


def test_a_version_is_copied_into_its_next_draft(office: DemoOffice) -> None:
    author = Visitor(office, "admin")
    author.send(author.form(f"/sops/{SOP}/edit"), do="begin")
    draft = office.engine.sop_drafts.get("admin", SOP)
    assert draft is not None
    assert 'version: "1.1.0"' in draft.text
    assert "status: draft " in draft.text


@pytest.mark.parametrize("steps", ["5", "true", "teks", "{s1: 2}", "[1, [2]]"])
def test_a_preview_of_what_is_no_list_of_steps_answers(office: DemoOffice, steps: str) -> None:
    office.engine.sop_drafts.begin("admin", f"id: coba\nsteps: {steps}\n")
    author = Visitor(office, "admin")
    sent = {**dict(author.form("/sops/new").fields), "do": "preview"}
    assert author.client.post("/sops/coba/edit", data=sent).status_code == 200


@pytest.mark.parametrize("id", ["a/b", "..", "x?y", " ", "1", "x" * 65])
def test_no_draft_begins_at_an_address_that_nobody_reaches(office: DemoOffice, id: str) -> None:
    with pytest.raises(InvalidInput, match="needs an id"):
        office.engine.sop_drafts.begin("admin", f"id: '{id}'\n")


@pytest.mark.parametrize("ends", [{}, {"from": "1.0.0"}, {"from": "x" * 300, "to": "y" * 3000}])
def test_moving_cases_from_nowhere_is_refused(office: DemoOffice, ends: dict[str, str]) -> None:
    author = Visitor(office, "admin")
    sent = {**dict(author.form("/sops/new").fields), **ends}
    assert author.client.post(f"/sops/{SOP}/migration", data=sent).status_code in (303, 404, 422)
