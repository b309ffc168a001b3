"""Plain data with places → frozen dataclasses, driven by their type hints and ``Mark``s alone.

A broken value becomes a Problem and the field gets its default, so that one run tells everything.
"""

import dataclasses
import types
from functools import cache, lru_cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from engine.calendar.durations import Duration
from engine.sop.advice import key_meant, list_meant
from engine.sop.diagnostics import Problem, did_you_mean
from engine.sop.locations import Path, shown
from engine.sop.scalars import BROKEN, SCALARS, SLUG, TEXTS, Reader, Reading, one_of, read_text, read_time
from engine.sop.source import Source
from engine.sop.vocabulary import Mark
from engine.text.bilingual import NOTHING, Text

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """One key of a class: its word in the file, its field, and how its value is read."""

    word: str
    name: str
    hint: Any
    reader: Reader
    required: bool


def read(cls: type[T], source: Source, problems: list[Problem], *, at: Path = ()) -> T:
    """An instance of a frozen dataclass from the value at a path; problems are appended, never raised."""
    value = source.data
    for part in at:
        value = value[part]
    made: T = _read_object(cls, Reading(source, problems), value, at)
    return made


@cache
def keys_of(cls: Any) -> dict[str, Key]:
    """The keys of a dataclass by their word in the file."""
    hints = get_type_hints(cls, include_extras=True)
    keys = {}
    for item in dataclasses.fields(cls):
        required = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        word = item.name.rstrip("_")
        keys[word] = Key(word, item.name, hints[item.name], reader_for(hints[item.name]), required)
    return keys


@cache
def demands_of(cls: Any) -> tuple[str | None, tuple[str, ...]]:
    """``UNLESS`` of a class: a key, and the keys that must be written when it is not."""
    return getattr(cls, "UNLESS", (None, ()))


def blank(hint: Any) -> Any:
    """What stands in for a required value that could not be read: empty, of its type where possible."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    origin = get_origin(hint)
    if origin is tuple:
        return ()
    if origin is dict:
        return {}
    if hint is str:
        return ""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and hint is not Duration:
        return _empty(hint)
    return None


def _empty(cls: Any) -> Any:
    return cls(**{key.name: blank(key.hint) for key in keys_of(cls).values() if key.required})


def _read_object(cls: Any, reading: Reading, value: Any, path: Path) -> Any:
    if path in reading.source.refused:
        return _empty(cls)
    keys = keys_of(cls)
    short = getattr(cls, "SHORT", None)
    if not isinstance(value, dict):
        if short is None or isinstance(value, list) or value is None:
            words = getattr(cls, "EXAMPLE", None) or ", ".join(list(keys)[:6])
            written = NOTHING if short is None else Text("teks atau ", "a text or ")
            reading.wrong(
                path, value, written + Text(f"kunci-kunci seperti {words}", f"keys such as {words}")
            )
            return _empty(cls)
        bound = keys[short.rstrip("_")].reader(reading, value, path)
        return _empty(cls) if bound is BROKEN else _built(cls, {short: bound})
    fields: dict[str, Any] = {}
    for word, inner in value.items():
        key = keys.get(word)
        here = (*path, word)
        if key is None:
            _unknown_key(reading, here, inner, keys)
        elif here not in reading.source.refused:
            _read_field(reading, key, inner, here, fields)
    _check_missing(cls, reading, value, path)
    return _built(cls, fields)


def _built(cls: Any, fields: dict[str, Any]) -> Any:
    for key in keys_of(cls).values():
        if key.required and key.name not in fields:
            fields[key.name] = blank(key.hint)
    return cls(**fields)


def _read_field(reading: Reading, key: Key, value: Any, here: Path, fields: dict[str, Any]) -> None:
    if value is None:
        if key.required:
            reading.refuse(
                here,
                "missing_value",
                Text(
                    f"Nilai {shown(key.word)} harus diisi.",
                    f"The value of {shown(key.word)} must be written.",
                ),
            )
        return
    bound = key.reader(reading, value, here)
    if key.required and bound == "":
        reading.refuse(
            here,
            "missing_value",
            Text(f"{shown(key.word)} tidak boleh kosong.", f"{shown(key.word)} may not be empty."),
        )
    if bound is not BROKEN:
        fields[key.name] = bound


def _check_missing(cls: Any, reading: Reading, value: dict[str, Any], path: Path) -> None:
    unless, demanded = demands_of(cls)
    for word, key in keys_of(cls).items():
        wanted = key.required or (word in demanded and value.get(unless or "") is None)
        if not wanted:
            continue
        if word not in value:
            line, column = reading.source.place(path)
            reading.problems.append(
                dataclasses.replace(
                    reading.source.problem(
                        (*path, word),
                        "missing_key",
                        Text(
                            f"Kunci {shown(word)} wajib ada.{_TIME.indonesian if word == 'time' else ''}",
                            f"The key {shown(word)} is required.{_TIME.english if word == 'time' else ''}",
                        ),
                    ),
                    line=line,
                    column=column,
                )
            )
        elif not key.required and value[word] in (None, "") and (*path, word) not in reading.source.refused:
            reading.refuse(
                (*path, word),
                "missing_value",
                Text(
                    f"Nilai {shown(word)} harus diisi.{_TIME.indonesian if word == 'time' else ''}",
                    f"The value of {shown(word)} must be written.{_TIME.english if word == 'time' else ''}",
                ),
            )


_TIME = Text(' Tulis "none" bila SOP tidak menetapkan waktu.', ' Write "none" where the SOP sets no time.')


def _unknown_key(reading: Reading, here: Path, value: Any, keys: dict[str, Key]) -> None:
    word = str(here[-1])
    hint = did_you_mean(word, keys)
    meant = key_meant(word, keys)
    if meant is not None:
        hint = Text(f' Maksud Anda "{meant}"?', f' Did you mean "{meant}"?')
    if hint == NOTHING:
        known = ", ".join(keys)
        hint = Text(f" Yang ada: {known}.", f" There are: {known}.")
    if value is None and not SLUG.fullmatch(word):
        hint = Text(
            " Koma mengakhiri nilai di dalam { }; beri tanda kutip pada teks yang memuat koma.",
            " A comma ends a value inside { }; quote a text that holds a comma.",
        )
    unknown = Text(f"Kunci {shown(word)} tidak dikenal.", f"The key {shown(word)} is not known.")
    reading.refuse(here, "unknown_key", unknown + hint, key=True)


@lru_cache(maxsize=512)
def reader_for(hint: Any) -> Reader:
    """The function that reads a value of this type."""
    marks: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        marks = tuple(rest)
    origin = get_origin(hint)
    if Mark.TIME in marks:
        return read_time
    if origin in (Union, types.UnionType):
        members = [member for member in get_args(hint) if member is not type(None)]
        if marks and len(members) == 1:
            return reader_for(Annotated[members[0], *marks])
        return reader_for(members[0]) if len(members) == 1 else _union(members)
    if origin is Literal:
        return one_of(get_args(hint))
    if origin is tuple:
        return _sequence(get_args(hint), one_or_many=Mark.ONE_OR_MANY in marks)
    if origin is dict:
        return _map(*get_args(hint))
    if hint is str:
        return next((TEXTS[mark] for mark in marks if mark in TEXTS), read_text)
    if hint in SCALARS:
        return SCALARS[hint]
    if dataclasses.is_dataclass(hint):
        return lambda reading, value, path: _read_object(hint, reading, value, path)
    raise TypeError(f"reading knows no type {hint!r}")


def _sequence(items: tuple[Any, ...], *, one_or_many: bool) -> Reader:
    if len(items) == 2 and items[1] is Ellipsis:
        return _list_of(items[0], one_or_many)
    readers = [reader_for(item) for item in items]

    def fixed(reading: Reading, value: Any, path: Path) -> Any:
        if not isinstance(value, list) or len(value) != len(readers):
            count = len(readers)
            what = Text(f"daftar berisi {count} nilai", f"a list of {count} values")
            if path[-1:] in (("after",), ("before",)):
                what += Text(" seperti [case.started, 3wd]", " such as [case.started, 3wd]")
            return reading.wrong(path, value, what)
        items = [
            reader(reading, item, (*path, i))
            for i, (reader, item) in enumerate(zip(readers, value, strict=True))
        ]
        return BROKEN if BROKEN in items else tuple(items)

    return fixed


def _list_of(item: Any, one_or_many: bool) -> Reader:
    reader = reader_for(item)

    def listed(reading: Reading, value: Any, path: Path) -> Any:
        if not isinstance(value, list):
            if not one_or_many:
                return reading.wrong(path, value, Text("daftar", "a list") + list_meant(value, path))
            bound = reader(reading, value, path)
            return BROKEN if bound is BROKEN else (bound,)
        # A broken item keeps its seat, so that positions stay those of the file.
        return tuple(_item(item, reader, reading, inner, (*path, i)) for i, inner in enumerate(value))

    return listed


def _item(hint: Any, reader: Reader, reading: Reading, value: Any, path: Path) -> Any:
    if path in reading.source.refused:
        return blank(hint)
    item = reader(reading, value, path)
    return blank(hint) if item is BROKEN else item


def _map(key_hint: Any, value_hint: Any) -> Reader:
    read_key, read_value = reader_for(key_hint), reader_for(value_hint)
    optional = (
        type(None) in get_args(get_args(value_hint)[0]) if get_origin(value_hint) is Annotated else False
    )

    def mapped(reading: Reading, value: Any, path: Path) -> Any:
        if not isinstance(value, dict):
            example = getattr(value_hint, "EXAMPLE", None)
            such = Text(f" seperti {{ya: {example}}}", f" such as {{ya: {example}}}") if example else NOTHING
            wanted = Text("kumpulan kunci: nilai", "a mapping of keys to values")
            return reading.wrong(path, value, wanted + such)
        entries = {}
        for word, inner in value.items():
            here = (*path, word)
            before = len(reading.problems)
            read_key(_at_key(reading), word, here)
            if len(reading.problems) > before and inner is None:
                continue
            entries[word] = (
                None if inner is None and optional else _item(value_hint, read_value, reading, inner, here)
            )
        return {word: inner for word, inner in entries.items() if inner is not None or optional}

    return mapped


def _at_key(reading: Reading) -> Reading:
    """The same run, with problems placed at keys."""
    return _KeyReading(reading.source, reading.problems)


class _KeyReading(Reading):
    def refuse(
        self,
        path: Path,
        code: str,
        message: Text,
        *,
        key: bool = False,  # noqa: ARG002
    ) -> Any:
        return super().refuse(path, code, message, key=True)


def _union(members: list[Any]) -> Reader:
    """The member whose shape the value has: keys, a list, or one of the scalars."""
    readers = [(_shape(member), reader_for(member)) for member in members]

    def either(reading: Reading, value: Any, path: Path) -> Any:
        shape = _shape(Annotated[type(value), None])
        for wanted, reader in readers:
            if wanted == shape:
                return reader(reading, value, path)
        return readers[0][1](reading, value, path)

    return either


def _shape(hint: Any) -> str:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    origin = get_origin(hint) or hint
    if origin is dict or (dataclasses.is_dataclass(origin) and origin is not Duration):
        return "keys"
    if origin in (tuple, list):
        return "list"
    if origin is bool:
        return "boolean"
    return "number" if origin in (int, float) else "text"
