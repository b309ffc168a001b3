"""A form as JSON Schema 2020-12. What only expressions can decide stands in ``x-alur-*`` keywords."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.sop.expressions.expression import EvaluationError
from engine.sop.field_types import acts_like
from engine.sop.forms.binding import MAX_ITEMS, MAX_TEXT, YEARS
from engine.sop.forms.context import FormContext, Lookup, evaluated, is_given_by_server
from engine.sop.forms.definition import FormDefinition
from engine.sop.forms.tables import MAX_ROW_ID, base_rows, may_add_rows
from engine.sop.model import Field
from engine.text.numbers import LARGEST_WHOLE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PERIOD = "^[12][0-9]{3}(-(Q[1-4]|H[12]|0[1-9]|1[0-2]))?$"
_SOURCES = {"user": "users", "position": "positions", "unit": "units", "file": "files"}


def form_schema(sheet: FormDefinition, values: Mapping[str, Any], directory: Lookup) -> dict[str, Any]:
    """The schema of the ``data`` that completes a task with this form."""
    desk = FormContext(sheet, values, directory)
    schema: dict[str, Any] = {"$schema": DIALECT, **_record(sheet.fields, {}, desk)}
    if sheet.rules:
        schema["x-alur-rules"] = [
            _written(when=rule.when, require=rule.require, message=rule.message) for rule in sheet.rules
        ]
    return schema


def _record(fields: tuple[Field, ...], more: Mapping[str, Any], desk: FormContext) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**more, **{field.id: _field(field, desk) for field in fields}},
        "required": [field.id for field in fields if field.required and not is_given_by_server(field)],
        "additionalProperties": False,
    }


def _field(field: Field, desk: FormContext) -> dict[str, Any]:
    schema = {
        "title": field.label,
        **_written(description=field.help),
        "x-alur-type": field.type,
        **_shape(field, desk),
    }
    if not field.required or is_given_by_server(field):
        schema = _or_null(schema)
    if is_given_by_server(field):
        schema["readOnly"] = True
    return schema | _written(
        **{
            "x-alur-required-if": field.required_if,
            "x-alur-unique": field.unique or None,
            "x-alur-compute": field.compute,
            "x-alur-register": field.register,
            "x-alur-default": field.default,
            "x-alur-default-from": field.default_from,
            "x-alur-document": field.document,
            "x-alur-role": field.role,
            "x-alur-group-by": (list(field.group_by) if len(field.group_by) > 1 else field.group_by[0])
            if field.group_by
            else None,
            "x-alur-min": field.min if isinstance(field.min, str) else None,
            "x-alur-max": field.max if isinstance(field.max, str) else None,
        }
    )


def _written(**keywords: Any) -> dict[str, Any]:
    return {name: value for name, value in keywords.items() if value is not None}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    widened = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        widened["enum"] = [*schema["enum"], None]
    return widened


def _shape(field: Field, desk: FormContext) -> dict[str, Any]:
    match acts_like(field.type):
        case "number" | "percent" | "money":
            limits = {"minimum": -LARGEST_WHOLE, "maximum": LARGEST_WHOLE}
            return {"type": "number", **limits, **_bounds(field, "minimum", "maximum", desk)}
        case "year":
            return {"type": "integer", "minimum": YEARS.start, "maximum": YEARS.stop - 1}
        case "boolean":
            return {"type": "boolean"}
        case "date":
            return {"type": "string", "format": "date"}
        case "datetime":
            return {"type": "string", "format": "date-time"}
        case "period":
            return {"type": "string", "pattern": _PERIOD}
        case "checklist" | "users" | "positions" | "units":
            items = _one_of(field, desk)
            return {"type": "array", "uniqueItems": True, "items": items, **_lengths(field, desk)}
        case "evidence":
            return {"type": "array", "items": _evidence(field, desk), **_lengths(field, desk)}
        case "table":
            return _table(field, desk)
        case "summary":
            return {"type": "array", "items": {"type": "object"}, "x-alur-figures": _figures(field, desk)}
        case "choice" | "user" | "position" | "unit" | "file" | "reference":
            return _one_of(field, desk)
        case "text" | "textarea":
            longest = {"maxLength": MAX_TEXT.get(field.type, MAX_TEXT["text"])}
            return {"type": "string", **longest, **_bounds(field, "minLength", "maxLength", desk)}
        case shapeless:
            raise NotImplementedError(f"a field of the type {shapeless} has no JSON Schema")


def _bounds(field: Field, least: str, most: str, desk: FormContext) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    for keyword, bound in ((least, field.min), (most, field.max)):
        try:
            limit = evaluated(bound, desk.values)
        except EvaluationError:
            continue
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            bounds[keyword] = int(limit) if float(limit).is_integer() else limit
    return bounds


def _lengths(field: Field, desk: FormContext) -> dict[str, Any]:
    lengths = {"maxItems": MAX_ITEMS, **_bounds(field, "minItems", "maxItems", desk)}
    if field.required and not is_given_by_server(field) and (field.type != "table" or may_add_rows(field)):
        lengths["minItems"] = max(1, lengths.get("minItems", 1))
    return lengths


def _one_of(field: Field, desk: FormContext) -> dict[str, Any]:
    """One value out of a list, or an id out of a source that is too long to list."""
    choices = desk.choices(field)
    if choices is None:
        source = _SOURCES.get(field.type.removesuffix("s"))
        return {"type": "string", **_written(**{"x-alur-source": source})}
    schema: dict[str, Any] = {"type": "string", "enum": list(choices)}
    if any(id != label for id, label in choices.items()):
        schema["x-alur-labels"] = dict(choices)
    if field.type in ("user", "users"):
        schema |= _written(**{"x-alur-away": _away(choices, desk) or None})
    return schema


def _away(accounts: Iterable[str], desk: FormContext) -> dict[str, str | None]:
    """Who of these is away today, and until which day as far as it is known."""
    absences = {account: desk.directory.away(account) for account in accounts}
    return {account: last.isoformat() if last else None for account, (away, last) in absences.items() if away}


def _evidence(field: Field, desk: FormContext) -> dict[str, Any]:
    kind = {"kind": {"type": "string", "enum": list(field.kinds)}} if field.kinds else {}
    document = desk.sheet.documents.get(field.document or "")
    ways = {"file": {"type": "string", "x-alur-source": "files"}}
    if document is None or document.allow_url:
        ways["url"] = {"type": "string", "pattern": "^https://"}
    return {
        "oneOf": [
            {
                "type": "object",
                "properties": {way: shape, **kind},
                "required": [way],
                "additionalProperties": False,
            }
            for way, shape in ways.items()
        ]
    }


def _table(field: Field, desk: FormContext) -> dict[str, Any]:
    carried = {column.id: _carried(column, desk) for column in desk.carried(field.id)}
    surroundings: dict[str, Any] = {"row": {"type": "string", "maxLength": MAX_ROW_ID}}
    if field.rows:
        surroundings["label"] = {"type": ["string", "null"], "readOnly": True}
    if field.rows_from:
        surroundings |= {
            name: {"readOnly": True} for row in base_rows(field, desk) for name in row.base if name != "row"
        }
    return {
        "type": "array",
        "items": _record(field.columns, surroundings | carried, desk),
        **_lengths(field, desk),
        "x-alur-add-rows": may_add_rows(field),
    }


def _figures(summary: Field, desk: FormContext) -> dict[str, Any]:
    """The columns that a summary counts up, as they are declared: of percentages the mean says something."""
    return {
        name: {"title": column.label, "x-alur-type": column.type}
        for name, column in desk.figures(summary.id).items()
    }


def _carried(column: Field, desk: FormContext) -> dict[str, Any]:
    return {**_field(replace(column, required=False), desk), "readOnly": True}
