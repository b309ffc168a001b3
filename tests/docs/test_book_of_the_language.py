"""The book of the language: its examples are whole, free of errors and ready to be approved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.sop.checks import load_definition
from engine.sop.editing.skeleton import skeleton

BOOK = Path(__file__).resolve().parents[2] / "docs" / "language"


@pytest.mark.parametrize("page", sorted(BOOK.glob("*.md")), ids=lambda path: path.stem)
def test_every_whole_example_passes_the_check(page: Path) -> None:
    for example in re.findall(
        r"```yaml\n(schema: sop/v1\n.*?)```", page.read_text(encoding="utf-8"), re.DOTALL
    ):
        loaded = load_definition(example, file=page.name)
        assert loaded.errors == ()
        assert {one.code for one in loaded.warnings} <= {"total_time"}


def test_a_skeleton_from_answers_lacks_only_what_nobody_has_said() -> None:
    text = skeleton(
        "Surat: Masuk", ["Petugas"], [("Mencatat", "petugas"), ("Meneliti", "Sekretaris"), ("Arsip", "")]
    )
    loaded = load_definition(text, file="new")
    assert loaded.errors == ()
    assert [step.executor for step in loaded.definition.steps] == [
        ("petugas",),
        ("sekretaris",),
        ("petugas",),
    ]
    assert {one.code for one in loaded.warnings} >= {"blank_identity"}
    assert load_definition(skeleton("Kosong"), file="new").errors != ()
