"""Model → plain data → YAML. Reading what was written gives the same model."""

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any

from engine.calendar.durations import Duration
from engine.sop.binding import demands_of, keys_of
from engine.sop.model import Definition
from engine.sop.vocabulary import Mark
from engine.sop.yaml_text import resolved_scalar

_DURATION = re.compile(r"([0-9]+(cd|wd|h|m|s))+")
_PLAIN = re.compile(r"[^\W\d_]([\w ./()%,;+&'-]*[\w./()%])?")
_YAML_1_1_WORDS = frozenset({"y", "n", "yes", "no", "on", "off"})


def to_yaml(definition: Definition) -> str:
    """The definition as YAML text: one key per line, what equals its default left out."""
    return yaml_of(plain(definition))


def yaml_of(data: dict[str, Any]) -> str:
    """Plain data as YAML text, one key per line."""
    return "".join(f"{line}\n" for line in lines_of(data))


def plain(value: Any) -> Any:
    """A model value as the dicts, lists and scalars that its file would hold."""
    if isinstance(value, Duration):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain_object(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    return value


def canonical(value: Any, *, without: tuple[str, ...] = ()) -> Any:
    """Plain data for hashing: the order of a map (columns, outcomes) counts, the order of fields does not."""
    if isinstance(value, Duration):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            key.word: canonical(getattr(value, key.name))
            for key in keys_of(type(value)).values()
            if key.word not in without and not _is_default(value, key.name)
        }
    if isinstance(value, dict):
        return [[key, canonical(inner)] for key, inner in value.items()]
    if isinstance(value, tuple):
        return [canonical(inner) for inner in value]
    return value


def _begins_row(step: Any) -> bool:
    """Whether a step says what is done in its row; then it says how long that takes, too."""
    return bool(step.activity)


def _plain_object(value: Any) -> Any:
    cls: Any = type(value)
    words = {}
    unless, demanded = demands_of(cls)
    for key in keys_of(cls).values():
        needed = key.word in demanded and getattr(value, unless or "", None) is None
        inner = getattr(value, key.name)
        begins = key.word in demanded and _begins_row(value)
        if inner is None and (needed or key.required or begins) and _has_mark(key.hint, Mark.TIME):
            words[key.word] = "none"
        elif key.required or needed or not _is_default(value, key.name):
            words[key.word] = plain(inner)
    return words


def _is_default(value: Any, name: str) -> bool:
    field = type(value).__dataclass_fields__[name]
    default = field.default
    if field.default_factory is not dataclasses.MISSING:
        default = field.default_factory()
    current = getattr(value, name)
    return bool(current == default and type(current) is type(default))


def _has_mark(hint: Any, mark: Mark) -> bool:
    return mark in getattr(hint, "__metadata__", ())


def lines_of(value: dict[str, Any]) -> Iterator[str]:
    for key, inner in value.items():
        yield from _entry(f"{scalar(key)}:", inner)


def _entry(opening: str, value: Any) -> Iterator[str]:
    """A value behind ``key:`` or ``-``: beside it when it is short, else indented below it."""
    if isinstance(value, dict) and value:
        yield opening
        yield from (f"  {line}" for line in lines_of(value))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield opening
        for item in value:
            first, *rest = lines_of(item) if isinstance(item, dict) and item else [scalar(item)]
            yield f"  - {first}"
            yield from (f"    {line}" for line in rest)
    else:
        yield f"{opening} {scalar(value)}"


def scalar(value: Any) -> str:
    """A text as it stands where every YAML reader takes it for a text, else as JSON, which is YAML too."""
    plain_text = isinstance(value, str) and (_DURATION.fullmatch(value) or _PLAIN.fullmatch(value))
    if plain_text and isinstance(resolved_scalar(value), str) and value.lower() not in _YAML_1_1_WORDS:
        return str(value)
    return json.dumps(value, ensure_ascii=False)
