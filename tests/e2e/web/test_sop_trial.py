"""A draft is tried out with chosen outcomes and hours; what was walked is a scenario that can be played."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.sop.checks import require_definition
from engine.sop.editing.steps import TOP_KEYS
from engine.sop.editing.text import put
from engine.sop.scenarios import require_scenarios
from engine.sop.source import read_source
from runtime.rehearsal import Rehearsal
from runtime.shipped import FOLDER
from tests.e2e.web.visiting import Form, Html, Visitor
from tests.support.offices import DemoOffice

TEMPLATES = sorted(path for path in (FOLDER / "templates").glob("*.yaml") if "scenarios" not in path.name)


def card(author: Visitor, path: str) -> Form:
    """The form of the first open step of a trial."""
    return next(form for form in Html(author.get(path).text).forms if form.value("step"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_what_was_walked_through_a_template_plays_as_a_scenario(office: DemoOffice, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    sop = office.engine.sop_drafts.begin("admin", text)
    author, trial = Visitor(office, "admin"), f"/sops/{sop}/try"
    author.send(author.form(trial), trial, do="start", name="Jalan lurus")
    where = f"{trial}?n=0"
    for _ in range(10):
        if "Berkas selesai setelah" in author.get(where).text:
            break
        assert author.send(card(author, where), trial, do="act").status_code == 303
    assert "Berkas selesai setelah" in author.get(where).text
    draft = office.engine.sop_drafts.get("admin", sop)
    assert draft is not None
    definition = require_definition(text, file="x").definition
    played = require_scenarios(
        draft.scenarios.replace("organisasi.yaml", "org-demo.yaml"), definition, file="x"
    )
    with Rehearsal(played, FOLDER, [put(text, ("status",), "effective", TOP_KEYS)]) as rehearsal:
        for scenario in played.scenarios:
            assert rehearsal.play(scenario).differences == []


def test_a_return_leads_back_and_the_walk_goes_back_too(office: DemoOffice) -> None:
    office.engine.sop_drafts.begin(
        "admin", (FOLDER / "templates/surat-masuk.yaml").read_text(encoding="utf-8")
    )
    author, trial = Visitor(office, "admin"), "/sops/surat-masuk/try"
    author.send(author.form(trial), trial, do="start", **{"data.perihal": "Undangan"})
    where = f"{trial}?n=0"
    author.send(card(author, where), trial, do="act", finish="12/01/2026 08.00")
    assert "terlambat" in author.get(where).text
    author.send(card(author, where), trial, do="act", outcome="dikembalikan", reason="Nomor salah")
    assert card(author, where).value("step") == "s1"
    back = next(form for form in Html(author.get(where).text).forms if ("do", "back") in form.buttons)
    author.send(back, trial, do="back")
    assert card(author, where).value("step") == "s2"
    refused = author.refused(author.send(card(author, where), trial, do="act", claim="kemarin"))
    assert "Tulis tanggal dan jamnya" in refused.text
    text = office.engine.sop_drafts.get("admin", "surat-masuk")
    assert text is not None
    assert "perihal: Undangan" in text.scenarios


@pytest.mark.parametrize("typed", ["inf", "nan", "1e400"])
def test_a_number_without_end_is_refused_at_its_field(office: DemoOffice, typed: str) -> None:
    text = (FOLDER / "templates/surat-masuk.yaml").read_text(encoding="utf-8")
    fields = read_source(text).value(("case", "fields"))
    fields.append({"id": "nilai", "type": "number", "label": "Nilai", "required": True})
    sop = office.engine.sop_drafts.begin("admin", put(text, ("case", "fields"), fields))
    author, trial = Visitor(office, "admin"), f"/sops/{sop}/try"
    form = author.form(trial)
    assert form.value("data.nilai") is not None
    refused = author.refused(author.send(form, trial, do="start", **{"data.nilai": typed}))
    assert "Tulis bilangan" in refused.text
