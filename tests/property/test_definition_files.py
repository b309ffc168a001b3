"""Laws of definition files: whatever one holds, it gets answers with places; nothing crashes or imports."""

import copy
import json
import pathlib
import random
import sys
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import DefinitionError
from engine.sop.checks import load_definition, require_definition
from engine.sop.defaults import resolved
from engine.sop.locations import Path
from engine.sop.serialise import to_yaml
from engine.sop.source import read_source

PROJECT = pathlib.Path(__file__).resolve().parents[2]
TEXTS = [
    path.read_text(encoding="utf-8")
    for path in (
        PROJECT / "sop_definitions" / "perbaikan-data-kinerja.yaml",
        PROJECT / "sop_definitions" / "tindak-lanjut-evaluasi.yaml",
        PROJECT / "tests" / "fixtures" / "definitions" / "izin-keramaian.yaml",
    )
]
BASE = TEXTS[-1]

# Independent faults: (passage, the same with a fault, code).
PLANTS = [
    ("approved_by: kepala\n", "approved_by: kepla\n", "unknown_role"),
    ("many: true}", "many: ya}", "wrong_type"),
    ("pickup: 2h", "pickup: 2 jam", "bad_duration"),
    ("    fee: retribusi\n", "    fee: retribusii\n", "unknown_fee"),
    ("when: visits > 1", "when: visit > 1", "expression"),
    ("    participants: [", "    partisipants: [", "unknown_key"),
    ('printed: "3.1"', "printed: 3.1", "quote_text"),
    ("executor: atasan,", "executor: atasam,", "unknown_role"),
    ("ditandatangani, document: izin}", "ditandatangani, document: izim}", "unknown_document"),
    ("due: case.fields.tanggal_acara", "due: case.fields.tanggal_acra", "unknown_field"),
    ("    milestone: terbit\n", "    milestone: terbitt\n", "unknown_milestone"),
    ("min: 1, max: 20", "min: 30, max: 20", "out_of_range"),
    ("default: kecil}", "default: kcil}", "unknown_option"),
    ("kind: service\n", "kind: servis\n", "unknown_word"),
    ('created_on: "2026-01-05"', 'created_on: "2026-02-30"', "bad_date"),
    ("to: u1, return: true, reason: required", "to: u1, return: true", "return_without_reason"),
    ("when: case.fields.jumlah_lokasi >= 3", "when: !x", "tag"),
    ("{text: Materai}", "{text: Materai, doc: surat}", "requirement_form"),
]


@given(st.sets(st.sampled_from(range(len(PLANTS))), min_size=1))
@settings(max_examples=100)
def test_any_number_of_independent_faults_is_told_each_on_its_line(chosen: set[int]) -> None:
    text, wanted = BASE, []
    for old, new, _ in (PLANTS[index] for index in sorted(chosen)):
        assert text.count(old) == 1
        text = text.replace(old, new)
    for _, new, code in (PLANTS[index] for index in chosen):
        wanted.append((text[: text.index(new)].count("\n") + 1, code))
    found = [(problem.line, problem.code) for problem in load_definition(text).errors]
    assert sorted(found) == sorted(wanted)


_WORDS = [
    *(
        "null",
        "true",
        "[]",
        "{}",
        '""',
        '"x"',
        "1.5",
        "-3",
        "join",
        "end",
        "any",
        "!x",
        "&a",
        "*a",
        "-",
        "{",
        "}",
    ),
    *(
        "[",
        "]",
        ":",
        ",",
        "#",
        "s1",
        "s5",
        "g7",
        "u4",
        "item.tenggat",
        "00",
        ".inf",
        '"\\0"',
        "x.y.z",
        "1wd",
        "time",
    ),
    *(
        "row: a",
        "<<",
        "?",
        "|",
        ">",
        "%",
        "@",
        "os.system",
        "[[s3],[s4]]",
        "{unit: bidang}",
        "9" * 20,
        "a > 1",
    ),
]
_CHARACTERS = "\x00\t\n\r \"'\x85\u2028\ufeff😀\u0301\u202e¦{}[]:,&*!|>%@`#-?"


def mutant(text: str, chance: random.Random) -> str:
    """The text after one to six edits such as a hurried author, a bad merge or an attacker makes."""
    for _ in range(chance.randint(1, 6)):
        lines = text.split("\n")
        at, line = chance.randrange(len(text) + 1), chance.randrange(len(lines))
        end = min(len(text), at + chance.randint(1, 60))
        match chance.randrange(7):
            case 0:
                text = text[:at] + chance.choice(_WORDS) + text[end:]
            case 1:
                text = text[:at] + chance.choice(_CHARACTERS) + text[at:]
            case 2:
                text = text[:at] + text[end:]
            case 3:
                text = "\n".join(lines[:line] + lines[line + 1 :])
            case 4:
                text = "\n".join([*lines[:line], lines[chance.randrange(len(lines))], *lines[line:]])
            case 5:
                text = "\n".join([*lines[:line], lines[line] + text[at:end], *lines[line + 1 :]])
            case _:
                key = lines[line].partition(":")[0]
                lines[line] = f"{key}: {chance.choice(_WORDS)}"
                text = "\n".join(lines)
    return text


def test_no_mutated_file_crashes_the_loader() -> None:
    load_mutants(500)


@pytest.mark.soak
def test_none_of_10000_mutated_files_crashes_the_loader() -> None:
    load_mutants(10_000)


def load_mutants(count: int) -> None:
    chance = random.Random(20260105)
    refused = 0
    for number in range(count):
        loaded = load_definition(mutant(TEXTS[number % len(TEXTS)], chance))
        assert all(problem.line >= 1 and problem.column >= 1 for problem in loaded.problems)
        refused += bool(loaded.errors)
    assert refused > count // 2  # the mutants are mutants


def test_a_file_with_errors_is_refused_with_all_of_them() -> None:
    text = BASE.replace("many: true}", "many: ya}").replace("pickup: 2h", "pickup: 2 jam")
    with pytest.raises(DefinitionError) as refused:
        require_definition(text, file="izin.yaml")
    errors = [problem.code for problem in refused.value.problems if problem.severity == "error"]
    assert errors == ["wrong_type", "bad_duration"]
    assert refused.value.message.indonesian.startswith("izin.yaml: 2 kesalahan")


@given(st.text(max_size=400) | st.binary(max_size=400))
@settings(max_examples=300)
def test_any_text_or_bytes_get_an_answer(text: str | bytes) -> None:
    loaded = load_definition(text)
    assert loaded.errors
    for problem in loaded.problems:
        assert "\n" not in problem.render("f")


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 40) | st.sampled_from(["s1", "end", "1wd", "a.b", "x y", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["doc", "at", "to", "id"]), inner)
    ),
    max_leaves=8,
)


def _with(text: str, path: Path, value: object) -> str:
    """The file with one value replaced, written as JSON, which is YAML too."""
    data: Any = copy.deepcopy(read_source(text).data)
    inner = data
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return json.dumps(data, ensure_ascii=False)


@given(st.data())
@settings(max_examples=100)
def test_any_value_may_stand_anywhere_without_a_crash(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    path = data.draw(st.sampled_from([path for path in read_source(text).places if path]))
    for problem in load_definition(_with(text, path, data.draw(_values))).problems:
        assert "\n" not in problem.render("f")


@pytest.mark.parametrize("text", TEXTS)
def test_reading_what_was_written_gives_the_same_model(text: str) -> None:
    loaded = require_definition(text)
    again = require_definition(to_yaml(loaded.as_written))
    assert again.as_written == loaded.as_written
    assert resolved(again.as_written) == loaded.definition
    assert again.content_hash == loaded.content_hash


HOSTILE = [
    "os.system",
    "__import__('os')",
    "transitions.core.Machine",
    "antigravity",
    "this.d",
    "{0.__class__.__mro__}",
]


def test_a_hostile_name_in_any_text_field_imports_nothing() -> None:
    source = read_source(BASE)
    load_definition(BASE)
    before = set(sys.modules)
    names = cycle(HOSTILE)
    for path in source.places:
        if isinstance(source.value(path), str):
            load_definition(_with(BASE, path, next(names)))
    assert set(sys.modules) == before
