"""What looks empty is empty, in every required text; what turns the reading direction is refused."""

from __future__ import annotations

import pytest

from engine.commands.accounts.profiles import sound_profile
from engine.commands.inputs import optional_text, required_text
from engine.errors import DefinitionError, InvalidInput
from engine.organisation.binding import read_organisation
from engine.sop.checks import load_definition
from engine.sop.checks.register_file import load_register
from engine.sop.forms.context import is_empty
from engine.text.visible import visible_part
from reports.timing_log import _csv_cell
from tests.support.small_office import ORGANISATION

INVISIBLE = {
    "spaces": " \t\n",
    "no-break": "\u00a0\u202f\u3000",
    "zero width": "\u200b\u200c\u200d",
    "word joiner": "\u2060",
    "soft hyphen": "\u00ad",
    "byte order mark": "\ufeff",
    "Hangul fillers": "\u115f\u1160\u3164\uffa0",
    "Braille blank": "\u2800",
    "variation selectors": "\ufe0f\U000e0100",
    "marks of direction": "\u200e\u200f\u061c",
    "tags": "\U000e0041",
    "grapheme joiner": "\u034f",
}


@pytest.mark.parametrize("kind", INVISIBLE)
def test_a_text_that_nobody_sees_is_empty_everywhere(kind: str) -> None:
    text = INVISIBLE[kind]
    assert optional_text(text, "reason") is None
    assert is_empty(text)
    with pytest.raises(InvalidInput):
        required_text(text, "reason")
    with pytest.raises(InvalidInput):
        sound_profile({"label": text})


@pytest.mark.parametrize("letter", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_a_text_that_turns_its_direction_is_refused(letter: str) -> None:
    with pytest.raises(InvalidInput, match="reading direction"):
        required_text(f"Setuju {letter}ujutes", "reason")


@pytest.mark.parametrize("text", ["Nama\u200b", "Peñaranda", "👩\u200d👧", "ጤና", "a\u00a0b"])
def test_a_text_that_shows_something_is_kept_as_it_is(text: str) -> None:
    assert required_text(text, "reason") == text


def test_what_looks_alike_has_one_visible_part() -> None:
    assert visible_part("  KEPALA\u200b \u00a0DINAS ") == visible_part("Ｋｅｐａｌａ Dinas") == "kepala dinas"


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\u200b=", " ="])
def test_no_cell_begins_a_formula(begins: str) -> None:
    assert _csv_cell("reason", f"{begins}1+1") == f"'{begins}1+1"
    assert _csv_cell("reason", "biasa = 1") == "biasa = 1"


FILES = {"SOP": ("title", load_definition), "register": ("label", load_register)}


@pytest.mark.parametrize("text", [*INVISIBLE.values(), "Setuju \u202eujutes"])
@pytest.mark.parametrize("file", FILES)
def test_no_file_names_something_that_nobody_sees_or_that_reads_as_something_else(
    file: str, text: str
) -> None:
    key, load = FILES[file]
    written = "".join(f"\\U{ord(letter):08x}" for letter in text)
    place = f'identity: {{{key}: "{written}"}}' if file == "SOP" else f'{key}: "{written}"'
    found = load(f"schema: {'sop' if file == 'SOP' else 'register'}/v1\nid: coba\n{place}\n")
    assert "hidden_character" in {one.code for one in found.errors}


@pytest.mark.parametrize("text", ["\u3164", "Kepala\u202e Dinas"])
def test_an_organisation_has_no_such_names_either(text: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        read_organisation(ORGANISATION.replace("label: Kabid C", f'label: "{text}"'))
    assert {one.code for one in refused.value.problems} == {"hidden_character"}
