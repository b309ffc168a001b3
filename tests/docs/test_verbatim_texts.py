"""The shipped SOPs say what the documents say: the nine steps word for word, others where they claim so."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.calendar.durations import Duration
from engine.sop.binding import read
from engine.sop.checks import load_definition, load_register
from engine.sop.model import Definition, Requirement, Step
from engine.sop.source import read_source
from runtime.shipped import definition_files

ROOT = Path(__file__).parents[2]
FILE = ROOT / "sop_definitions" / "perbaikan-data-kinerja.yaml"
PRINTED: dict[str, Any] = json.loads(
    (ROOT / "tests/fixtures/verbatim/perbaikan-data-kinerja.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def definition() -> Definition:
    source = read_source(FILE.read_bytes(), file=FILE.name)
    problems = list(source.problems)
    found = read(Definition, source, problems)
    assert problems == []
    return found


def labels(definition: Definition, documents: tuple[Requirement, ...]) -> str:
    return ", ".join(definition.documents[document.doc or ""].label for document in documents)


def row_of(definition: Definition, step: Step) -> dict[str, Any]:
    assert step.time is not None
    return {
        "number": step.number,
        "activity": step.activity,
        "requirements": labels(definition, step.requirements),
        "time": step.time,
        "output": labels(definition, step.output),
        "remarks": step.remarks.text if step.remarks else "",
    }


def test_the_nine_rows_of_the_table_are_those_of_the_document(definition: Definition) -> None:
    printed = [{**row, "time": Duration.parse(f"{row['time'].split()[0]}m")} for row in PRINTED["rows"]]
    assert len(printed) == 9
    assert [row_of(definition, step) for step in definition.steps] == printed


def test_the_standard_times_sum_to_what_the_document_sums_to(definition: Definition) -> None:
    assert sum(step.time.minutes for step in definition.steps if step.time) == 1110


def test_the_pelaksana_columns_stand_in_the_printed_order(definition: Definition) -> None:
    assert [role.label for role in definition.roles.values()] == PRINTED["columns"]


@pytest.mark.parametrize("key", ["title", "qualifications", "equipment", "warning", "recording"])
def test_the_identity_block_is_that_of_the_document(definition: Definition, key: str) -> None:
    written = getattr(definition.identity, key)
    assert (list(written) if isinstance(written, tuple) else written) == PRINTED[key]


def test_the_six_legal_bases_are_those_of_the_document(definition: Definition) -> None:
    assert [legal_basi.text for legal_basi in definition.identity.legal_basis] == PRINTED["legal_basis"]
    assert len(PRINTED["legal_basis"]) == 6


def test_the_related_sops_are_the_five_printed_and_the_one_in_the_remarks(definition: Definition) -> None:
    remark = next(row["remarks"] for row in PRINTED["rows"] if row["remarks"])
    assert [item.title for item in definition.identity.related] == [*PRINTED["related"], remark]


def test_the_blank_fields_of_the_document_stay_blank(definition: Definition) -> None:
    identity = definition.identity
    blank = (identity.number, identity.created_on, identity.revised_on, identity.effective_on)
    assert blank == (None, None, None, None)


# --- the guidelines ---

GUIDELINES: list[dict[str, str]] = json.loads(
    (ROOT / "tests/fixtures/verbatim/guidelines.json").read_text(encoding="utf-8")
)
SYNONYMS = {"mengunggah": "diupload"}
"""A word of the sentence that stands where the activity has another one."""
CONNECTING = {"memberikan", "kepada"}
"""What joins the words of a diagram, which has no sentence."""
RUN = 5


def activities() -> dict[tuple[str, str], str]:
    """What the shipped SOPs do that a guideline says; the nine steps are compared word for word above."""
    found = {}
    for path in definition_files():
        for step in load_definition(path.read_bytes()).as_written.steps:
            basis = step.basis.get("activity") if isinstance(step.basis, Mapping) else step.basis
            if basis == "source" and path.name != FILE.name:
                found[path.stem, step.id] = step.activity or ""
    return found


def test_every_activity_that_a_guideline_says_has_its_sentence_here() -> None:
    assert set(activities()) == {(one["sop"], one["step"]) for one in GUIDELINES}


@pytest.mark.parametrize("one", GUIDELINES, ids=lambda one: f"{one['sop']} {one['step']}")
def test_the_words_of_an_activity_are_those_of_its_sentence(one: dict[str, str]) -> None:
    """By their stems: *menyampaikan* stands for *disampaikan*."""
    sentence = one["sentence"].casefold()
    strange = [
        word
        for word in re.findall(r"[\w-]{5,}", activities()[one["sop"], one["step"]].casefold())
        if word not in CONNECTING
        and not any(word[at : at + RUN] in sentence for at in range(len(word) - RUN + 1))
        and SYNONYMS.get(word, "–") not in sentence
    ]
    assert strange == []


def test_the_documents_to_upload_are_those_of_the_guideline() -> None:
    """The eight documents to upload."""
    register = load_register((ROOT / "sop_definitions/register-dokumen_sakip.yaml").read_bytes()).register
    assert [row["nama"] for row in register.rows] == [
        "Dokumen Renstra OPD",
        "Perjanjian Kinerja",
        "Indikator Kinerja Utama",
        "Rencana Kinerja Tahunan (RKT)/Renja Perangkat Daerah",
        "Rencana Aksi",
        "Evaluasi Rencana Aksi",
        "Laporan Kinerja",
        "SKP",
    ]
