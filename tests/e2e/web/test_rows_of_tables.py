"""Rows of a table without a browser: all said yes to, deleted by number, and what changed since a return."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.e2e.web.visiting import Form, Visitor, landed
from tests.support.offices import DemoOffice, findings

ASKED = "Baris ini sudah berisi. Hapus beserta isinya?"


def many(office: DemoOffice, number: int) -> tuple[str, list[dict[str, Any]]]:
    """The first task, claimed by the Kepala Dinas, with a draft of so many rows."""
    task = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", task.id)
    (row, *_) = findings()["baris_salah"]
    rows = [{**row, "row": f"r{n}", "subjek": f"Indikator {n}"} for n in range(1, number + 1)]
    office.engine.tasks.save("kadis", task.id, data={"baris_salah": rows})
    return task.id, rows


def form_at(visitor: Visitor, path: str) -> Form:
    """The form with what is kept of it."""
    return next(form for form in visitor.html(path).forms if form.action == path)


def said(form: Form, column: str) -> list[str]:
    """The last value that a form sends for a column, row by row."""
    found = dict(form.fields)
    names = {name for name in found if re.fullmatch(rf"f\.hasil\.\d+\.{column}", name)}
    return [found[name] for name in sorted(names, key=lambda name: int(name.split(".")[2]))]


@pytest.mark.parametrize("rows", [3, 24])
def test_all_rows_are_said_yes_to_but_those_that_were_judged(office: DemoOffice, rows: int) -> None:
    first, found = many(office, rows)
    case_id = office.task(first).case_id
    office.complete("kadis", first, data={**findings(), "baris_salah": found})
    task = office.open_task(case_id, "s2")
    office.engine.tasks.claim("sekdis", task.id)
    visitor, path = Visitor(office, "sekdis"), f"/tasks/{task.id}"
    sent = visitor.send(visitor.form(path), do="agree:f.hasil", f__hasil__1__terbukti="false")
    assert sent.status_code == 303
    form = form_at(visitor, path)
    assert said(form, "terbukti") == ["true", "false", *["true"] * (rows - 2)]
    assert landed(visitor.send(form, do="save")) == f"{path}?said=save"
    stored = (office.task(task.id).draft or {})["hasil"]
    assert [row["terbukti"] for row in stored] == [True, False, *[True] * (rows - 2)]
    assert office.task(task.id).is_open


def test_a_row_of_a_grid_is_deleted_by_its_number_after_a_question(office: DemoOffice) -> None:
    task_id, _ = many(office, 24)
    visitor, path = Visitor(office, "kadis"), f"/tasks/{task_id}"
    visitor.send(visitor.form(path), do="number:f.baris_salah", f__baris_salah__number="3")
    shown = visitor.get(path).text
    assert ASKED in shown
    assert "drop:f.baris_salah.2" in shown
    visitor.send(form_at(visitor, path), do="drop:f.baris_salah.2")
    form = form_at(visitor, path)
    subjects = [value for name, value in form.fields if name.endswith(".subjek")]
    assert subjects == [f"Indikator {n}" for n in range(1, 25) if n != 3]
    visitor.send(form, do="number:f.baris_salah", f__baris_salah__number="3")
    assert "drop:f.baris_salah.2" in visitor.get(path).text, "the rows behind it have moved up"


@pytest.mark.parametrize("typed", ["", "0", "25", "x", "-1", "9999999"])
def test_a_number_that_no_row_has_deletes_nothing(office: DemoOffice, typed: str) -> None:
    task_id, rows = many(office, 24)
    visitor, path = Visitor(office, "kadis"), f"/tasks/{task_id}"
    sent = visitor.send(visitor.form(path), do="number:f.baris_salah", f__baris_salah__number=typed)
    assert sent.status_code == 303
    assert ASKED not in visitor.get(path).text
    fields = form_at(visitor, path).fields
    assert len([name for name, _ in fields if name.endswith(".subjek")]) == len(rows)


def test_a_period_of_a_grid_is_typed_in_words_and_comes_back_so(office: DemoOffice) -> None:
    task_id, _ = many(office, 24)
    visitor, path = Visitor(office, "kadis"), f"/tasks/{task_id}"
    given = {
        "f__baris_salah__0__periode": "triwulan III 2026",
        "f__baris_salah__1__periode": "2025",
        "f__baris_salah__2__periode": "Quarter II 2026",
        "f__baris_salah__3__periode": "2026-H1",
        "f__baris_salah__4__periode": "Setahun penuh 2024",
    }
    assert landed(visitor.send(visitor.form(path), do="save", **given)) == f"{path}?said=save"
    stored = (office.task(task_id).draft or {})["baris_salah"]
    kept = ["2026-Q3", "2025", "2026-Q2", "2026-H1", "2024", None]
    assert [row["periode"] for row in stored[:6]] == kept
    form = form_at(visitor, path)
    shown = [
        "Triwulan III 2026",
        "2025",
        "Triwulan II 2026",
        "Semester I 2026",
        "2024",
        "",
    ]
    assert [form.value(f"f.baris_salah.{n}.periode") for n in range(6)] == shown


def test_a_period_that_nobody_can_read_is_refused_and_stays_as_typed(office: DemoOffice) -> None:
    task_id, _ = many(office, 24)
    visitor, path = Visitor(office, "kadis"), f"/tasks/{task_id}"
    visitor.refused(visitor.send(visitor.form(path), do="save", f__baris_salah__5__periode="Triwulan V 2026"))
    assert form_at(visitor, path).value("f.baris_salah.5.periode") == "Triwulan V 2026"


def test_what_changed_since_a_return_stands_at_its_row_before_and_now(office: DemoOffice) -> None:
    case_id = office.at_last_step_of_each_branch()
    task = office.open_task(case_id, "s6", "bid-psr")
    assert "Berubah sejak dikembalikan" not in Visitor(office, "kabid.psr").get(f"/tasks/{task.id}").text
    office.complete("kabid.psr", task.id, outcome="tidak_sesuai", reason="Nilai belum cocok")
    again = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", again.id)
    handed_in = office.filled("jp.psr.1", again.id)
    rows = [{**row, "alasan": "Berita acara baru"} for row in handed_in.data["perbaikan"]]
    changed = replace(handed_in, data={**handed_in.data, "perbaikan": rows})
    office.engine.completion.complete("jp.psr.1", again.id, changed)
    looked_at = office.open_task(case_id, "s6", "bid-psr")
    page = Visitor(office, "kabid.psr").get(f"/tasks/{looked_at.id}").text
    assert page.count("Berubah sejak dikembalikan") == len(rows)
    assert "<ins>Berita acara baru</ins>" in page
    other = office.open_task(case_id, "s6", "bid-pkm")
    assert "Berubah sejak dikembalikan" not in Visitor(office, "kabid.pkm").get(f"/tasks/{other.id}").text
