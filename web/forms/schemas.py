"""What a page reads from a field's JSON Schema: its type, its choices, whether somebody fills it in."""

from collections.abc import Mapping, Sequence

from engine.audit.act import Json
from engine.sop.field_types import CHOSEN_SEVERAL, acts_like
from engine.text.options import option_text

Schema = Mapping[str, Json]


def kind_of(schema: Schema) -> str:
    """The field's type in the SOP language; ``text`` for what an earlier step gave."""
    return acts_like(schema.get("x-alur-type", "text"))


def is_given(schema: Schema) -> bool:
    """Whether the server gives the value and nobody fills it in."""
    return bool(schema.get("readOnly"))


def fields_of(schema: Schema) -> Mapping[str, Schema]:
    entries: Mapping[str, Schema] = schema.get("properties", {})
    return entries


def choices_of(schema: Schema) -> list[tuple[str, str]] | None:
    """(value, label) of every choice; None when the field is not limited to a list."""
    holder = schema.get("items", schema) if kind_of(schema) in CHOSEN_SEVERAL else schema
    values: Sequence[Json] | None = holder.get("enum")
    if values is None:
        return None
    labels: Mapping[str, str] = holder.get("x-alur-labels", {})
    return [
        (str(value), labels.get(str(value)) or option_text(str(value)))
        for value in values
        if value is not None
    ]


def away_of(schema: Schema) -> Mapping[str, str | None]:
    """Who of the people to choose from is away today, and until which day as far as it is known."""
    holder = schema.get("items", schema) if kind_of(schema) in CHOSEN_SEVERAL else schema
    entries: Mapping[str, str | None] = holder.get("x-alur-away", {})
    return entries


def source_of(schema: Schema) -> str | None:
    """Which list of the agency the ids come from, where the field names none: users, positions, units."""
    holder = schema.get("items", schema) if kind_of(schema) in CHOSEN_SEVERAL else schema
    return holder.get("x-alur-source")


def evidence_of(schema: Schema) -> tuple[bool, list[str]]:
    """Whether evidence may be a link, and the kinds that it may be said to be."""
    ways: Sequence[Schema] = schema.get("items", {}).get("oneOf", ())
    named = (way["properties"]["kind"]["enum"] for way in ways if "kind" in way["properties"])
    kinds: list[str] = next(named, [])
    return any("url" in way["properties"] for way in ways), kinds


def filled_columns(table: Schema) -> Mapping[str, Schema]:
    """The columns of a table that a person fills in."""
    columns = fields_of(table["items"])
    return {id: field for id, field in columns.items() if id not in ("row", "label") and not is_given(field)}


def verdict_of(table: Schema) -> str | None:
    """The one column in which given rows are each said yes or no to; None where there is none."""
    asked = [id for id, field in filled_columns(table).items() if kind_of(field) == "boolean"]
    return asked[0] if len(asked) == 1 and not may_add_rows(table) else None


def pasted_columns(table: Schema) -> Mapping[str, Schema]:
    """Those of them that a line of a spreadsheet can fill."""
    return {
        id: field for id, field in filled_columns(table).items() if kind_of(field) not in ("file", "evidence")
    }


def may_add_rows(schema: Schema) -> bool:
    return bool(schema.get("x-alur-add-rows"))
