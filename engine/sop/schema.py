"""JSON Schema of sop/v1 for editors, from the same classes that ``reading`` follows.

``python -m engine.sop.schema`` prints what ``docs/sop.schema.json`` holds.
"""

import dataclasses
import json
import sys
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from engine.calendar.durations import Duration
from engine.sop.binding import Key, demands_of, keys_of
from engine.sop.manual import nouns
from engine.sop.model import Definition
from engine.sop.scalars import MAX_EXPRESSION, PATTERNS
from engine.sop.vocabulary import Mark
from engine.text.bilingual import Text

Schema = dict[str, Any]

_DURATION: Schema = {"type": "string", "pattern": "^([0-9]{1,5}(cd|wd|h|m|s)){1,5}$"}
_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    Duration: _DURATION,
}


def json_schema() -> Schema:
    """The JSON Schema (2020-12) of one definition file."""
    definitions: dict[str, Schema] = {}
    root = _reference(Definition, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sop/v1",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def text() -> str:
    """The schema as the file in ``docs`` holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _reference(cls: type, definitions: dict[str, Schema]) -> Schema:
    name = cls.__name__
    if name not in definitions:
        definitions[name] = {}  # a class may hold itself
        definitions[name] = _object(cls, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _object(cls: Any, definitions: dict[str, Schema]) -> Schema:
    keys = keys_of(cls)
    schema: Schema = {"type": "object"}
    noun = nouns()[cls.__name__]
    schema["description"] = _both(noun.about)
    schema["properties"] = {
        key.word: _described(_property(key, definitions), noun.keys[key.word]) for key in keys.values()
    }
    schema["required"] = [key.word for key in keys.values() if key.required]
    schema["additionalProperties"] = False
    unless, demanded = demands_of(cls)
    if unless:
        schema["anyOf"] = [{"required": [unless]}, {"required": list(demanded)}]
    short = getattr(cls, "SHORT", None)
    if short is None:
        return schema
    hint = keys[short.rstrip("_")].hint
    return {"anyOf": [_without_null(_schema(hint, definitions)), schema]}


def _property(key: Key, definitions: dict[str, Schema]) -> Schema:
    schema = _schema(key.hint, definitions)
    return schema if key.required else _or_null(schema)


def _described(schema: Schema, said: Text) -> Schema:
    """A property with what its key means before what is true of its kind."""
    kind = f" ({schema['description']})" if "description" in schema else ""
    return {"description": _both(said) + kind, **{key: schema[key] for key in schema if key != "description"}}


def _both(said: Text) -> str:
    return f"{said.indonesian} / {said.english}"


def _schema(hint: Any, definitions: dict[str, Schema]) -> Schema:
    marks: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        marks = tuple(rest)
    origin = get_origin(hint)
    if Mark.TIME in marks:
        return {"anyOf": [_DURATION, {"const": "none"}]}
    if origin in (Union, types.UnionType):
        members = get_args(hint)
        return _any_of(
            [
                _schema(Annotated[member, *marks] if marks and member is str else member, definitions)
                for member in members
            ]
        )
    if origin is Literal:
        return {"enum": list(get_args(hint))}
    if origin is tuple:
        return _array(get_args(hint), definitions, one_or_many=Mark.ONE_OR_MANY in marks)
    if origin is dict:
        key, value = get_args(hint)
        return {
            "type": "object",
            "propertyNames": _schema(key, definitions),
            "additionalProperties": _schema(value, definitions),
        }
    if hint is str:
        return _text(marks)
    if hint in _SCALARS:
        return _SCALARS[hint]
    assert dataclasses.is_dataclass(hint)  # noqa: S101 - reading knows no other types either
    return _reference(hint if isinstance(hint, type) else type(hint), definitions)


def _text(marks: tuple[Any, ...]) -> Schema:
    if Mark.CEL in marks:
        return {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_EXPRESSION,
            "description": "CEL expression; quote it",
        }
    pattern = next((PATTERNS[mark] for mark in marks if mark in PATTERNS), None)
    return {"type": "string", "pattern": f"^({pattern.pattern})$"} if pattern else {"type": "string"}


def _array(items: tuple[Any, ...], definitions: dict[str, Schema], *, one_or_many: bool) -> Schema:
    if len(items) == 2 and items[1] is Ellipsis:
        item = _schema(items[0], definitions)
        listed = {"type": "array", "items": item}
        return {"anyOf": [item, listed]} if one_or_many else listed
    return {
        "type": "array",
        "prefixItems": [_schema(item, definitions) for item in items],
        "minItems": len(items),
        "maxItems": len(items),
    }


def _any_of(schemas: list[Schema]) -> Schema:
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _or_null(schema: Schema) -> Schema:
    """A key that may be left out may also be written empty."""
    null = _SCALARS[type(None)]
    if null in schema.get("anyOf", ()):
        return schema
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [*schema["anyOf"], null]} if list(schema) == ["anyOf"] else {"anyOf": [schema, null]}


def _without_null(schema: Schema) -> Schema:
    if "anyOf" not in schema:
        return schema
    return _any_of([kind for kind in schema["anyOf"] if kind != _SCALARS[type(None)]])


if __name__ == "__main__":
    sys.stdout.write(text())
