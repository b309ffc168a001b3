"""YAML text → plain data with the place of every value; scalars follow the YAML 1.2 core schema.

Only libyaml's event stream is used, never a constructor: no tag, alias or anchor means anything here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn

import yaml

from engine.sop.diagnostics import Problem
from engine.sop.locations import Path, Place, path_text, shown
from engine.sop.yaml_faults import unreadable
from engine.sop.yaml_text import Refused, check_directives, decoded, refuse, resolved_scalar
from engine.text.bilingual import Text

MAX_NODES = 20_000
MAX_DEPTH = 32

LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)  # only its parser runs: the constructor is never asked

_EXPRESSION_START = re.compile(r"[:{,-]\s+[!&*%@`]")


@dataclass(frozen=True, slots=True)
class Source:
    """One file as plain data; ``problems`` lists what YAML itself refuses, ``readable`` is False when
    nothing could be built. Paths are tuples of keys and list positions.
    """

    file: str
    data: Any
    problems: tuple[Problem, ...]
    readable: bool
    places: Mapping[Path, Place]
    key_places: Mapping[Path, Place]
    raw: Mapping[Path, str]  # the text of plain scalars that became numbers, booleans or null
    refused: frozenset[Path]  # values with a problem already told; data holds None there

    def place(self, path: Path) -> Place:
        """Line and column of a value; of its nearest parent when the file does not have it."""
        for end in range(len(path), -1, -1):
            place = self.places.get(path[:end])
            if place is not None:
                return place
        return (1, 1)

    def key_place(self, path: Path) -> Place:
        """Line and column of a key; of the value when the path ends in a list position."""
        return self.key_places.get(path) or self.place(path)

    def has(self, path: Path) -> bool:
        """Whether the file writes a value at this path (null counts as written)."""
        return path in self.places

    def value(self, path: Path) -> Any:
        """The plain value at a path; None where the file writes none."""
        if path not in self.places:
            return None
        value = self.data
        for part in path:
            value = value[part]
        return value

    def problem(
        self,
        path: Path,
        code: str,
        message: Text,
        *,
        key: bool = False,
        warning: bool = False,
    ) -> Problem:
        """A diagnostic at the value of this path, or at its key."""
        line, column = self.key_place(path) if key else self.place(path)
        severity = "warning" if warning else "error"
        return Problem(line, column, path_text(path), code, message, severity)  # type: ignore[arg-type]


def read_source(text: str | bytes, *, file: str = "-") -> Source:
    """Read one YAML document; never raises for bad input, see ``Source.problems``."""
    try:
        return _Builder(file).build(decoded(text))
    except Refused as fatal:
        return Source(file, None, (fatal.problem,), False, {}, {}, {}, frozenset())


class _Builder:
    """Turns the event stream into data, stopping at the first limit that is passed."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.text = ""
        self.problems: list[Problem] = []
        self.places: dict[Path, Place] = {}
        self.key_places: dict[Path, Place] = {}
        self.raw: dict[Path, str] = {}
        self.refused: set[Path] = set()
        self.nodes = 0

    def build(self, text: str) -> Source:
        check_directives(text)
        self.text = text
        data: Any = None
        documents = 0
        events = self._events()
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(
                        event,
                        "several_documents",
                        Text(
                            'Berkas memuat lebih dari satu dokumen ("---"); satu berkas memuat satu dokumen.',
                            'The file holds more than one document ("---"); one file holds one document.',
                        ),
                    )
            elif isinstance(event, yaml.NodeEvent):
                data = self._node(event, events, (), 1)
        if documents == 0 or (data is None and self.raw.get((), "~") == ""):
            refuse(1, 1, "empty_file", Text("Berkas kosong.", "The file is empty."))
        return Source(
            self.file,
            data,
            tuple(sorted(self.problems)),
            True,
            MappingProxyType(self.places),
            MappingProxyType(self.key_places),
            MappingProxyType(self.raw),
            frozenset(self.refused),
        )

    def _events(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self.text, Loader=LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            text = self.text.split("\n")[line - 1 : line]
            refuse(line, column, "yaml_syntax", unreadable(error.problem, error.context, "".join(text)))
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            what = shown(str(error), 120)
            refuse(
                1,
                1,
                "yaml_syntax",
                Text(f"YAML tidak dapat dibaca: {what}.", f"The YAML cannot be read: {what}."),
            )

    def _stop(self, event: yaml.Event, code: str, message: Text) -> NoReturn:
        line, column = _mark(event)
        refuse(line, column, code, message)

    def _add(self, place: Place, path: Path, code: str, message: Text) -> None:
        self.problems.append(Problem(*place, path_text(path), code, message))

    def _node(self, event: yaml.NodeEvent, events: Iterator[yaml.Event], path: Path, depth: int) -> Any:
        self._count(event, depth)
        place = _mark(event)
        self.places[path] = place
        if isinstance(event, yaml.AliasEvent):
            self.refused.add(path)
            self._add(
                place,
                path,
                "alias",
                Text(
                    f"Rujukan YAML *{event.anchor} tidak didukung; tulis nilainya lengkap di sini.",
                    f"The YAML alias *{event.anchor} is not supported; write the value out here.",
                ),
            )
            return None
        if event.anchor is not None:
            self._add(
                place,
                path,
                "anchor",
                Text(
                    f"Jangkar YAML &{event.anchor} tidak didukung; hapus, dan tulis nilainya di tiap tempat.",
                    f"The YAML anchor &{event.anchor} is not supported; remove it and write the value out.",
                ),
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._tag(event, tag, place, path)
        if isinstance(event, yaml.MappingStartEvent):
            value: Any = self._mapping(events, path, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(events, path, depth)
        else:
            value = self._scalar(event, place, path)
        return None if path in self.refused else value

    def _count(self, event: yaml.Event, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop(
                event,
                "too_many_nodes",
                Text(
                    f"Berkas memuat lebih dari {MAX_NODES:,} nilai.".replace(",", "."),
                    f"The file holds more than {MAX_NODES:,} values.",
                ),
            )
        if depth > MAX_DEPTH:
            self._stop(
                event,
                "too_deep",
                Text(
                    f"Susunan bersarang lebih dalam dari {MAX_DEPTH} tingkat.",
                    f"The nesting is deeper than {MAX_DEPTH} levels.",
                ),
            )

    def _tag(self, event: yaml.NodeEvent, tag: str, place: Place, path: Path) -> None:
        self.refused.add(path)
        written = f"{tag} {getattr(event, 'value', '')}".strip()
        self._add(
            place,
            path,
            "tag",
            Text(
                f"Tag YAML {shown(tag)} tidak didukung; ungkapan yang berawal ! harus diberi tanda kutip,"
                f" misalnya '{shown(written)[1:-1]}'.",
                f"The YAML tag {shown(tag)} is not supported; quote an expression that begins with !,"
                f" for example '{shown(written)[1:-1]}'.",
            ),
        )

    def _sequence(self, events: Iterator[yaml.Event], path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            assert isinstance(event, yaml.NodeEvent)  # noqa: S101
            items.append(self._node(event, events, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, events: Iterator[yaml.Event], path: Path, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            assert isinstance(event, yaml.NodeEvent)  # noqa: S101
            key = self._key(event, events, path, depth)
            value_event = next(events)
            assert isinstance(value_event, yaml.NodeEvent)  # noqa: S101
            if key is None or key in mapping:
                if key is not None:
                    self._duplicate(event, (*path, key))
                self._skip(value_event, events, depth + 1)
                continue
            here = (*path, key)
            self.key_places[here] = _mark(event)
            mapping[key] = None
            mapping[key] = self._node(value_event, events, here, depth + 1)
        return mapping

    def _duplicate(self, event: yaml.Event, here: Path) -> None:
        line, column = self.key_places[here]
        name = shown(here[-1])
        self._add(
            _mark(event),
            here,
            "duplicate_key",
            Text(
                f"Kunci {name} ditulis dua kali; yang pertama di baris {line} kolom {column}.",
                f"The key {name} is written twice; first on line {line} column {column}.",
            ),
        )

    def _skip(self, event: yaml.NodeEvent, events: Iterator[yaml.Event], depth: int) -> None:
        """Pass over a value that has no usable key, keeping the limits."""
        self._count(event, depth)
        if isinstance(event, yaml.CollectionStartEvent):
            for inner in events:
                if isinstance(inner, yaml.CollectionEndEvent):
                    return
                assert isinstance(inner, yaml.NodeEvent)  # noqa: S101
                self._skip(inner, events, depth + 1)

    def _key(self, event: yaml.NodeEvent, events: Iterator[yaml.Event], path: Path, depth: int) -> str | None:
        """The key as text, or None when the entry has to be left out."""
        place = _mark(event)
        if not isinstance(event, yaml.ScalarEvent):
            self._skip(event, events, depth + 1)
            self._add(
                place,
                path,
                "key_not_text",
                Text("Kunci harus berupa teks biasa.", "A key must be plain text."),
            )
            return None
        self._count(event, depth)
        if event.anchor is not None or event.tag is not None:
            self._add(
                place,
                path,
                "anchor" if event.tag is None else "tag",
                Text(
                    "Kunci tidak boleh memakai jangkar atau tag YAML.",
                    "A key may not carry a YAML anchor or tag.",
                ),
            )
        key: str = event.value
        if _is_plain(event):
            if key == "<<":
                self._add(
                    place,
                    path,
                    "merge_key",
                    Text(
                        "Kunci gabung << tidak didukung; tulis setiap kunci di tempatnya.",
                        "The merge key << is not supported; write every key where it belongs.",
                    ),
                )
                return None
            if not isinstance(resolved_scalar(key), str):
                self._add(
                    place,
                    (*path, key),
                    "key_not_text",
                    Text(
                        f'Kunci harus berupa teks; beri tanda kutip: "{key}".',
                        f'A key must be text; quote it: "{key}".',
                    ),
                )
        return key

    def _scalar(self, event: yaml.NodeEvent, place: Place, path: Path) -> Any:
        assert isinstance(event, yaml.ScalarEvent)  # noqa: S101
        text: str = event.value
        if not _is_plain(event):
            return text
        value = resolved_scalar(text)
        if isinstance(value, float) and value - value != 0.0:
            self.refused.add(path)
            self._add(
                place,
                path,
                "not_finite",
                Text(
                    f"{shown(text)} bukan bilangan biasa; tulis bilangan biasa atau beri tanda kutip.",
                    f"{shown(text)} is not a usable number; write an ordinary number or quote it.",
                ),
            )
            return None
        if not isinstance(value, str):
            self.raw[path] = text
        return value


def _is_plain(event: yaml.ScalarEvent) -> bool:
    return not event.style and event.tag is None


def _mark(event: yaml.Event) -> Place:
    mark: Any = event.start_mark
    return (mark.line + 1, mark.column + 1)
