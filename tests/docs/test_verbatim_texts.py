"""The shipped nine-step SOP says word for word what the printed document says, typing errors included."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.calendar.durations import Duration
from engine.sop.binding import read
from engine.sop.model import Definition, Requirement, Step
from engine.sop.source import read_source

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
