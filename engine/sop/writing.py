"""Model → plain data → YAML. Reading what was written gives the same model."""

import dataclasses
from typing import Any

import yaml

from engine.sop.model import Definition, Mark
from engine.sop.reading import demands_of, keys_of
from engine.sop.yaml_text import resolved_scalar
from engine.worktime.durations import Duration


def to_yaml(definition: Definition) -> str:
    """The definition as YAML text: one key per line, what equals its default left out."""
    text: str = yaml.dump(
        plain(definition),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=110,
        default_flow_style=False,
    )
    return text


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


def _plain_object(value: Any) -> Any:
    cls: Any = type(value)
    found = {}
    unless, demanded = demands_of(cls)
    for key in keys_of(cls).values():
        needed = key.word in demanded and getattr(value, unless or "", None) is None
        inner = getattr(value, key.name)
        if inner is None and (needed or key.required) and _has_mark(key.hint, Mark.TIME):
            found[key.word] = "none"
        elif key.required or needed or not _is_default(value, key.name):
            found[key.word] = plain(inner)
    return found


def _is_default(value: Any, name: str) -> bool:
    field = type(value).__dataclass_fields__[name]
    default = field.default
    if field.default_factory is not dataclasses.MISSING:
        default = field.default_factory()
    current = getattr(value, name)
    return bool(current == default and type(current) is type(default))


def _has_mark(hint: Any, mark: Mark) -> bool:
    return mark in getattr(hint, "__metadata__", ())


class _Dumper(yaml.SafeDumper):
    """Quotes whatever our own reader, or another YAML reader, would take for something else than text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # A document text is folded for the eye; a short one that might be misread is quoted.
    style = '"' if not isinstance(resolved_scalar(text), str) or text[:1] in "0123456789+-." else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
