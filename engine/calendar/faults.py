"""Collects every fault and doubt of the agency and holiday files with its path, so that all are told."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from engine.errors import FieldError
from engine.text.bilingual import NOTHING, Text


class Faults:
    """The faults found so far. Each reader gives back something usable and goes on."""

    def __init__(self) -> None:
        self.found: list[FieldError] = []
        self.doubts: list[FieldError] = []  # hinder nothing and should be put right

    def add(self, path: str, message: Text) -> None:
        self.found.append(FieldError(path, message))

    def doubt(self, path: str, message: Text) -> None:
        self.doubts.append(FieldError(path, message))

    def mapping(self, value: Any, path: str) -> Mapping[str, Any]:
        """A mapping with text keys; whole-number keys, which YAML reads from `1:`, become text."""
        if isinstance(value, Mapping) and all(type(key) in (str, int) for key in value):
            return {str(key): entry for key, entry in value.items()}
        self.add(path, Text("Harus berupa kumpulan kunci: nilai.", "Must be a mapping of keys to values."))
        return {}

    def sequence(self, value: Any, path: str) -> Sequence[Any]:
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return value
        self.add(path, Text("Harus berupa daftar.", "Must be a list."))
        return ()

    def text(self, value: Any, path: str) -> str:
        if isinstance(value, str) and value.strip():
            return value
        self.add(path, Text("Harus berupa teks yang tidak kosong.", "Must be a text that is not empty."))
        return ""

    def day(self, value: Any, path: str) -> date | None:
        """A date as `"2026-01-05"`; None with a fault for anything else."""
        if type(value) is date:
            return value
        try:
            if isinstance(value, str) and len(value) == 10:
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.add(
            path,
            Text(
                f'{value!r} bukan tanggal. Tulis "2026-01-05".', f'{value!r} is no date. Write "2026-01-05".'
            ),
        )
        return None

    def choice(self, value: Any, path: str, known: Iterable[str]) -> bool:
        """Whether the value is one of the known words; a fault with the closest word if not."""
        words = list(known)
        if isinstance(value, str) and value in words:
            return True
        close = difflib.get_close_matches(str(value)[:80], words, n=1)
        hint = Text(f' Maksud Anda "{close[0]}"?', f' Did you mean "{close[0]}"?') if close else NOTHING
        shown, listed = repr(value)[:60], ", ".join(words)
        self.add(
            path,
            Text(
                f"{shown} tidak dikenal.{hint.indonesian} Yang ada: {listed}.",
                f"{shown} is not known.{hint.english} There are: {listed}.",
            ),
        )
        return False

    def keys(
        self, entry: Mapping[str, Any], path: str, known: Iterable[str], required: Iterable[str] = ()
    ) -> None:
        """A fault for every unknown key and for every required one that is missing."""
        words = list(known)
        for key in entry:
            if key not in words:
                self.choice(key, f"{path}.{key}".lstrip("."), words)
        for key in required:
            if key not in entry:
                self.add(path, Text(f'Kunci "{key}" belum ada.', f'The key "{key}" is missing.'))
