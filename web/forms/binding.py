"""Posted controls as form data. What cannot be read goes on as typed, and the engine says what is wrong."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData, UploadFile

from engine.audit.act import Json
from engine.errors import FieldError, InvalidInput, SopError
from engine.sop.field_types import CHOSEN_SEVERAL, NUMBERS
from engine.text.bilingual import Text
from engine.text.numbers import loses_digits
from web.forms.periods import spoken_period, written_period
from web.forms.schemas import (
    Schema,
    choices_of,
    fields_of,
    is_given,
    kind_of,
    may_add_rows,
)

MOST_ROWS = 1_000
LONGEST_NUMBER = 400
DEEPEST_NAME = 8
NUMBER_IN_NAME = re.compile(r"[0-9]{1,6}")
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
TYPED_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
LOCAL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")

Keep = Callable[[UploadFile, str], str]
"""Keeps an uploaded file, given with the name of its control, and answers its id; may refuse."""


def no_file(upload: UploadFile, control: str) -> str:
    """For reading what is kept: its files have been taken in."""
    raise AssertionError(f"a kept form holds no upload: {control} {upload.filename}")


class Reader:
    """Reads one posted form and keeps the files that came with it."""

    def __init__(
        self, posted: FormData, zone: ZoneInfo, keep: Keep, *, with_blank_rows: bool = False
    ) -> None:
        self._posted = posted
        self._zone = zone
        self._keep = keep
        self._with_blank_rows = with_blank_rows
        self._faults: list[FieldError] = []
        self._refusal: SopError | None = None

    def require_files(self) -> None:
        """Raise the refusal of an upload, if there was one; call it when everything has been read."""
        if self._refusal is not None:
            raise self._refusal
        if self._faults:
            raise InvalidInput(
                Text("Berkas yang diunggah belum dapat diterima.", "The uploaded file cannot be accepted."),
                errors=self._faults,
            )

    def record(self, schema: Schema, name: str, path: str) -> dict[str, Json]:
        """The fields that a person fills in; ``name`` begins their controls, ``path`` their faults."""
        return {
            id: self._value(field, f"{name}.{id}", f"{path}.{id}")
            for id, field in fields_of(schema).items()
            if id not in ("row", "label") and not is_given(field)
        }

    def _value(self, schema: Schema, name: str, path: str) -> Json:
        kind = kind_of(schema)
        if kind == "table":
            return self._rows(schema, name, path)
        if kind == "evidence":
            return self._evidence(name, path)
        if kind == "file":
            return self._file(name, path)
        if kind in CHOSEN_SEVERAL:
            return self._list(name)
        text = self._text(name)
        if kind == "period":
            text = text or written_period(self._text(f"{name}.year"), self._text(f"{name}.part"))
        if text == "":
            return None
        return _chosen(schema, _READERS.get(kind, _as_it_is)(text, self._zone))

    def _rows(self, schema: Schema, name: str, path: str) -> list[Json]:
        rows: list[Json] = []
        for number in self._numbers(name):
            place = f"{name}.{number}"
            row = {"row": self._text(f"{place}.row") or None}
            cells = self.record(schema["items"], place, f"{path}[{len(rows)}]")
            blank = may_add_rows(schema) and not row["row"] and _is_blank(cells)
            if blank and not self._with_blank_rows:
                continue
            rows.append({**row, **cells})
        return rows

    def _evidence(self, name: str, path: str) -> list[Json]:
        items: list[Json] = []
        for number in self._numbers(name):
            place = f"{name}.{number}"
            kind = self._text(f"{place}.kind")
            named = {"kind": kind} if kind else {}
            if self._text(f"{place}.remove"):
                continue
            if file := self._text(f"{place}.file"):
                items.append({"file": file, **named})
            elif url := self._text(f"{place}.url"):
                items.append({"url": url, **named})
            items += [{"file": kept, **named} for kept in self._kept(f"{place}.upload", path)]
        return items

    def _file(self, name: str, path: str) -> str | None:
        for kept in self._kept(f"{name}.upload", path):
            return kept
        return None if self._text(f"{name}.remove") else self._text(name) or None

    def _kept(self, name: str, path: str) -> list[str]:
        """The ids of what was uploaded in a control; a refusal becomes a fault of its field."""
        kept: list[str] = []
        for number, upload in enumerate(self._uploads(name)):
            try:
                kept.append(self._keep(upload, f"{name}.{number}"))
            except InvalidInput as error:
                self._faults.append(FieldError(path, error.message))
            except SopError as error:  # the store is full or away: the rest is read all the same
                self._refusal = error
        return kept

    def _list(self, name: str) -> list[str]:
        texts = [value for value in self._posted.getlist(name) if isinstance(value, str)]
        return [line.strip() for text in texts for line in text.splitlines() if line.strip()]

    def _text(self, name: str) -> str:
        value = self._posted.get(name, "")
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    def _uploads(self, name: str) -> Iterator[UploadFile]:
        for value in self._posted.getlist(name):
            if isinstance(value, UploadFile) and value.filename:
                yield value

    def _numbers(self, name: str) -> list[int]:
        """The row numbers that were posted under a name, in their order."""
        return sorted(self._index.get(name, ()))[: MOST_ROWS + 1]

    @cached_property
    def _index(self) -> Mapping[str, set[int]]:
        indexed: dict[str, set[int]] = {}
        for name in self._posted:
            parts = name.split(".", DEEPEST_NAME)
            for at, part in enumerate(parts):
                if NUMBER_IN_NAME.fullmatch(part):
                    indexed.setdefault(".".join(parts[:at]), set()).add(int(part))
        return indexed


def _chosen(schema: Schema, value: Json) -> Json:
    """A choice that was typed by its words instead of chosen from its list; everything else as it is."""
    choices = choices_of(schema) if isinstance(value, str) else None
    if choices is None or any(value == id for id, _ in choices):
        return value
    return next((id for id, label in choices if label == value), value)


def _is_blank(cells: Mapping[str, Json]) -> bool:
    return all(value is None or value == [] for value in cells.values())


def number_of(text: str) -> Any:
    """A number as people here write it (1.234,5), as programs do (1234.5), or the text itself."""
    plain = text.replace(" ", "").replace("\N{MINUS SIGN}", "-").removesuffix("%").removesuffix(",-")
    plain = plain.removeprefix("Rp").removeprefix(".") if plain.startswith("Rp") else plain
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".", 1)
    elif THOUSANDS.fullmatch(plain):
        plain = plain.replace(".", "")
    if not NUMBER.fullmatch(plain) or len(plain) > LONGEST_NUMBER:
        return text
    if "." not in plain:
        return int(plain)
    return plain if loses_digits(plain) else float(plain)


def day_of(text: str) -> str:
    """A day as people write it, ``05/01/2026``, in the form of ISO; anything else as it is."""
    match = TYPED_DAY.fullmatch(text.strip())
    return f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}" if match else text


def _day(text: str, zone: ZoneInfo) -> str:
    del zone
    return day_of(text)


def instant_of(text: str, zone: ZoneInfo) -> str:
    """A day and a time, ``05/01/2026 08.00``, with the offset of the agency's zone, or the text itself."""
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    written = f"{day_of(day)}T{clock.strip().replace('.', ':', 2)}"
    if not LOCAL_TIME.fullmatch(written):
        return text
    try:
        return datetime.fromisoformat(written).replace(tzinfo=zone).isoformat()
    except (ValueError, OverflowError):
        return text


def _number(text: str, zone: ZoneInfo) -> Any:
    del zone
    return number_of(text)


def _period(text: str, zone: ZoneInfo) -> str:
    del zone
    return spoken_period(text)


def _boolean(text: str, zone: ZoneInfo) -> Any:
    del zone
    return {"true": True, "false": False}.get(text, text)


def _as_it_is(text: str, zone: ZoneInfo) -> str:
    del zone
    return text


_READERS: Mapping[str, Callable[[str, ZoneInfo], Any]] = {
    **dict.fromkeys(NUMBERS, _number),
    "boolean": _boolean,
    "date": _day,
    "datetime": instant_of,
    "period": _period,
}
