"""What is written can be read again as the same model."""

from dataclasses import replace

import pytest

from engine.sop.checks import load_definition, require_definition
from engine.sop.serialise import to_yaml
from tests.support.small_office import sop
from tests.unit.sop.planting import BASE, planted


def test_yaml_to_model_to_yaml_to_model_is_the_same_model() -> None:
    loaded = require_definition(BASE)
    again = require_definition(to_yaml(loaded.as_written))
    assert again.as_written == loaded.as_written
    assert again.content_hash == loaded.content_hash


def test_the_resolved_model_can_be_written_too() -> None:
    definition = require_definition(BASE).definition
    assert require_definition(to_yaml(definition)).as_written == definition


def test_a_duration_is_written_as_its_author_wrote_it() -> None:
    text = to_yaml(require_definition(planted("    time: 4h\n", "    time: 240m\n")).as_written)
    assert "time: 240m" in text


@pytest.mark.parametrize(
    "title",
    ["no", "true", "null", "~", "1.10", "0123", "13:00", "2026-01-05", "# x", "a: b", "- a", "!x", "&a", "*a",
     " spasi ", "baris\ndua", "'kutip'", '"kutip"', "", "é", "=", "<<", "[a",
     "{a", "%", "@", "`", "😀", "a\tb", ".inf"],
)  # fmt: skip
def test_a_text_survives_whatever_it_looks_like(title: str) -> None:
    loaded = require_definition(BASE)
    identity = replace(loaded.as_written.identity, warning=title)
    written = to_yaml(replace(loaded.as_written, identity=identity))
    assert require_definition(written).as_written.identity.warning == title


def test_a_row_that_begins_without_a_standard_says_so_when_it_is_written_again() -> None:
    text = sop(
        "steps:\n"
        "  - {id: s1, row: r1, activity: Memeriksa dan memaraf, executor: kepala, time: none}\n"
        "  - {id: s2, row: r1, label: Memaraf, executor: kepala}\n"
    )
    written = load_definition(text).as_written
    again = load_definition(to_yaml(written))
    assert again.errors == ()
    assert again.as_written == written
