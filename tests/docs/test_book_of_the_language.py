"""The book of the language: every key explained once, in two languages, and shown in what is played."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.book import EXAMPLES, definitions, uses
from engine.sop.checks import load_definition
from engine.sop.editing.skeleton import skeleton
from engine.sop.manual import nouns
from engine.sop.schema import json_schema
from tests.support.scenario_files import PATHS

BOOK = Path(__file__).resolve().parents[2] / "docs" / "language"


@pytest.mark.parametrize("page", ["dari-tabel-ke-sop", "from-the-signed-table"])
def test_the_example_of_a_page_is_the_file_that_is_played(page: str) -> None:
    text = (BOOK / f"{page}.md").read_text(encoding="utf-8")
    for kind, name in (
        ("sop/v1", "izin-penelitian.yaml"),
        ("scenarios/v1", "izin-penelitian.scenarios.yaml"),
    ):
        (example,) = re.findall(rf"```yaml\n(schema: {kind}\n.*?)```", text, re.DOTALL)
        assert example == (EXAMPLES / name).read_text(encoding="utf-8")


def test_both_languages_of_the_book_have_the_same_parts() -> None:
    for one, other in (
        ("dari-tabel-ke-sop", "from-the-signed-table"),
        ("pola", "patterns"),
        ("kunci", "keys"),
    ):
        texts = [(BOOK / f"{name}.md").read_text(encoding="utf-8") for name in (one, other)]
        for part in (r"(?m)^## ", r"(?m)^\| "):
            counts = [len(re.findall(part, text)) for text in texts]
            assert counts[0] == counts[1], (one, other, part)
        assert f"{other}.md" in texts[0]
        assert f"{one}.md" in texts[1]


def keys_of_the_schema() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for name, schema in json_schema()["$defs"].items():
        whole = schema if "properties" in schema else schema["anyOf"][1]
        found |= {(name, key) for key in whole["properties"]}
    return found


def test_every_key_is_explained_once_and_shown_at_work() -> None:
    explained = [(noun.name, key) for noun in nouns().values() for key in noun.keys]
    assert sorted(explained) == sorted(keys_of_the_schema())
    assert keys_of_the_schema() - set(uses()) == set()


def test_every_key_of_the_schema_says_what_it_means_in_both_languages() -> None:
    for name, schema in json_schema()["$defs"].items():
        whole = schema if "properties" in schema else schema["anyOf"][1]
        for key, said in whole["properties"].items():
            assert said["description"].startswith(nouns()[name].keys[key].indonesian), (name, key)
            assert nouns()[name].keys[key].english in said["description"], (name, key)


def test_every_example_is_played() -> None:
    assert definitions()
    for path in definitions():
        assert path.with_name(f"{path.stem}.scenarios.yaml") in PATHS


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
