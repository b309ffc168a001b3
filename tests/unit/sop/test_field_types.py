"""A type of field is listed wherever it must be; what is missing is named by a test, not by a page."""

from pathlib import Path
from typing import Any, get_args

import pytest

from engine.errors import InvalidInput
from engine.sop import field_types
from engine.sop.expressions.scope import kind_of
from engine.sop.field_types import (
    CHOSEN_ONE,
    CHOSEN_SEVERAL,
    FIELD_TYPES,
    LISTS,
    NUMBERS,
    FieldKind,
    acts_like,
)
from engine.sop.forms import FormDefinition, form_schema, initial_data, validated
from engine.sop.forms.binding import _READERS
from engine.sop.model import Field
from engine.sop.vocabulary import FieldType
from tests.support.contexts import shipped_definition
from tests.unit.sop.test_forms import OFFICE
from web.forms.schemas import kind_of as kind_of_schema

TYPES = get_args(FieldType)
TEMPLATE = (Path(__file__).resolve().parents[3] / "web/templates/fields.html").read_text(encoding="utf-8")
FILLED_ROW_BY_ROW = {"table", "summary"}
DRAWN_AS_TEXT = {"text"}


def field(type: str) -> Field:
    more: dict[str, Any] = {"options": ("a",)} if type == "choice" else {}
    if type == "table":
        more = {"columns": (Field(id="n", type="number", label="N"),)}
    return Field(id="f", type=type, label="F", **more)  # type: ignore[arg-type]


def test_every_type_of_the_vocabulary_is_described_once() -> None:
    assert tuple(sorted(FIELD_TYPES)) == tuple(sorted(TYPES))


@pytest.mark.parametrize("type", TYPES)
def test_every_type_is_read_shown_as_schema_and_begins_empty(type: str) -> None:
    assert (acts_like(type) in _READERS) != (type in FILLED_ROW_BY_ROW)  # type: ignore[arg-type]
    sheet = FormDefinition((field(type),))
    shape = form_schema(sheet, {}, OFFICE)["properties"]["f"]
    assert shape["x-alur-type"] == type
    assert ("array" in shape["type"]) == (type in LISTS)
    assert bool({"number", "integer"} & set(shape["type"])) == (type in NUMBERS)
    assert initial_data(sheet, {}, OFFICE)["f"] == ([] if type in LISTS else None)


@pytest.mark.parametrize("type", TYPES)
def test_every_type_has_a_kind_in_expressions(type: str) -> None:
    found = kind_of(shipped_definition("perbaikan-data-kinerja"), field(type), None)
    assert found.name == FIELD_TYPES[type].holds  # type: ignore[index]


@pytest.mark.parametrize("type", TYPES)
def test_every_type_has_a_control_on_the_pages(type: str) -> None:
    shape = acts_like(type)  # type: ignore[arg-type]
    drawn = shape in CHOSEN_ONE | CHOSEN_SEVERAL | DRAWN_AS_TEXT or f'"{shape}"' in TEMPLATE
    assert drawn, f"web/templates/fields.html draws no {type}"


def test_a_type_like_another_is_one_line_here_and_one_word_in_the_vocabulary(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    currency = FieldKind(holds="number", like="money")
    monkeypatch.setattr(field_types, "FIELD_TYPES", {**FIELD_TYPES, "currency": currency})
    sheet = FormDefinition((field("currency"),))
    shape = form_schema(sheet, {}, OFFICE)["properties"]["f"]
    assert (shape["x-alur-type"], shape["type"]) == ("currency", ["number", "null"])
    assert validated(sheet, {"f": 12.5}, {}, OFFICE) == {"f": 12.5}
    with pytest.raises(InvalidInput):
        validated(sheet, {"f": "banyak"}, {}, OFFICE)
    assert kind_of_schema(shape) == "money"
