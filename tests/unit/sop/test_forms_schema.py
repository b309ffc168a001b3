"""A form as JSON Schema: what a client can know before it fills anything in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from engine.sop.forms import FormDefinition, form_schema
from engine.sop.model import Document, Field, FormRule
from engine.sop.register_use import RowsFrom
from engine.sop.registers.reader import NO_REGISTERS


def field(id: str, type: Any = "text", **rest: Any) -> Field:
    return Field(id=id, type=type, label=id.capitalize(), **rest)


class TwoUnits:
    """A directory with two units of type bidang and one participant."""

    registers = NO_REGISTERS

    def unit(self, id: str, /) -> str | None:
        return self.units_of_type("bidang").get(id)

    def position(self, id: str, /) -> str | None:
        del id
        return None

    account = file = position

    def units_of_type(self, type: str, /) -> Mapping[str, str]:
        return {"bid-pdn": "Bidang PDN", "bid-pkm": "Bidang PKM"} if type == "bidang" else {}

    def participants(self) -> Mapping[str, str]:
        return {"jp.1": "JP Satu"}

    def away(self, account: str, /) -> tuple[bool, date | None]:
        return account == "jp.1", date(2026, 1, 9)


def schema_of(*fields: Field, **rest: Any) -> dict[str, Any]:
    return form_schema(FormDefinition(fields, **rest), {"today": "2026-01-05"}, TwoUnits())


def property_of(one: Field, **rest: Any) -> dict[str, Any]:
    found: dict[str, Any] = schema_of(one, **rest)["properties"][one.id]
    return found


def test_the_schema_names_its_dialect_and_is_closed() -> None:
    schema = schema_of(field("a", required=True), field("b"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert schema["required"] == ["a"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("type", "more", "expected"),
    [
        ("text", {}, {"type": "string", "maxLength": 1000}),
        ("percent", {"min": 0, "max": 100}, {"type": "number", "minimum": 0, "maximum": 100}),
        ("year", {}, {"type": "integer"}),
        ("date", {}, {"type": "string", "format": "date"}),
        ("datetime", {"role": "work_start"}, {"format": "date-time", "x-alur-role": "work_start"}),
        ("boolean", {}, {"type": "boolean"}),
        ("choice", {"options": ("Ya", "Tidak")}, {"type": "string", "enum": ["Ya", "Tidak"]}),
        ("user", {}, {"type": "string", "x-alur-source": "users"}),
        ("position", {}, {"x-alur-source": "positions"}),
        ("file", {"document": "berkas"}, {"x-alur-source": "files", "x-alur-document": "berkas"}),
        ("unit", {"unit_type": "bidang"}, {"enum": ["bid-pdn", "bid-pkm"]}),
        ("evidence", {}, {"type": "array", "minItems": 1}),
    ],
)
def test_a_required_field_has_the_type_of_its_value(
    type: str, more: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = property_of(field("x", type, required=True, **more))
    assert found["title"] == "X"
    assert found["x-alur-type"] == type
    assert expected.items() <= found.items()


def test_an_optional_field_may_be_null() -> None:
    assert property_of(field("x", "number"))["type"] == ["number", "null"]
    assert property_of(field("x", "choice", options=("Ya",)))["enum"] == ["Ya", None]


def test_units_are_listed_with_their_labels() -> None:
    found = property_of(field("x", "units", unit_type="bidang", required=True, min=2))
    assert found["items"]["x-alur-labels"] == {"bid-pdn": "Bidang PDN", "bid-pkm": "Bidang PKM"}
    assert found["minItems"] == 2
    people = property_of(field("x", "users", from_="participants"))["items"]
    assert (people["enum"], people["x-alur-labels"]) == (["jp.1"], {"jp.1": "JP Satu"})
    assert people["x-alur-away"] == {"jp.1": "2026-01-09"}


def test_what_expressions_decide_stands_in_keywords_of_our_own() -> None:
    found = property_of(field("x", "number", compute="1 + 1", required=True))
    assert found["x-alur-compute"] == "1 + 1"
    assert found["readOnly"] is True
    assert property_of(field("x", required_if="today > '2026'"))["x-alur-required-if"] == "today > '2026'"
    assert property_of(field("x", "date", default="today"))["x-alur-default"] == "today"
    rule = FormRule(when='outcome == "ya"', require="x != null", message="Isi x")
    assert schema_of(field("x"), rules=(rule,))["x-alur-rules"] == [
        {"when": 'outcome == "ya"', "require": "x != null", "message": "Isi x"}
    ]


def test_evidence_takes_links_only_where_its_document_does() -> None:
    berkas = {"berkas": Document(label="Berkas")}
    ways = property_of(field("x", "evidence", document="berkas"), documents=berkas)["items"]["oneOf"]
    assert [way["required"] for way in ways] == [["file"]]
    ways = property_of(field("x", "evidence"))["items"]["oneOf"]
    assert [way["required"] for way in ways] == [["file"], ["url"]]


def test_carried_columns_of_a_table_are_read_only() -> None:
    table = field(
        "t", "table", rows_from=RowsFrom(from_="s1.t"), columns=(field("ok", "boolean", required=True),)
    )
    found = property_of(table, carried={"t": (field("unit", "unit", required=True),)})
    row = found["items"]
    assert row["properties"]["unit"]["readOnly"] is True
    assert row["required"] == ["ok"]
    assert found["x-alur-add-rows"] is False
    assert property_of(field("t", "table", columns=(field("a"),)))["x-alur-add-rows"] is True
