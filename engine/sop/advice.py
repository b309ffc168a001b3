"""What an author most likely meant by a label, a word of the table or a date in plain words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.calendar.durations import Duration
from engine.errors import SopError
from engine.sop.locations import Path, shown
from engine.text.bilingual import NOTHING, Text

WORDS_OF_THE_TABLE: Mapping[str, str] = {
    "no": "number",
    "nomor": "number",
    "kegiatan": "activity",
    "uraian": "activity",
    "aktivitas": "activity",
    "pelaksana": "executor",
    "kelengkapan": "requirements",
    "persyaratan": "requirements",
    "waktu": "time",
    "keluaran": "output",
    "keterangan": "remarks",
    "judul": "title",
    "peran": "roles",
    "jabatan": "roles",
    "dokumen": "documents",
    "langkah": "steps",
    "formulir": "forms",
    "isian": "fields",
    "kolom": "columns",
    "pemicu": "triggers",
    "pilihan": "outcomes",
    "hasil": "outcomes",
    "alasan": "reason",
    "tujuan": "to",
    "berikutnya": "next",
    "tenggat": "due",
    "wajib": "required",
    "jenis": "type",
}
"""The words of the printed table and of forms → the keys of the language."""

_DAYS = re.compile(
    r"([0-9]{1,3})\s*hari(\s+kerja)?(?:\s+(?:setelah|sesudah)\s+([A-Za-z][\w-]*))?", re.IGNORECASE
)


def key_meant(word: str, known: Mapping[str, Any]) -> str | None:
    """The key that an Indonesian word of the table stands for, where it may be written."""
    key = WORDS_OF_THE_TABLE.get(word.casefold())
    return key if key in known else None


def id_meant(data: Any, text: str, path: Path) -> Text:
    """Which id has this label; a thing at hand that has none is written as a text."""
    for section in ("roles", "documents", "blocks", "fees"):
        for name, label in _labelled(data, section):
            if label.casefold() == text.strip().casefold():
                return Text(f' Maksud Anda "{name}" ({label})?', f' Did you mean "{name}" ({label})?')
    if (number := step_meant(path, text)) is not None:
        return Text(f" {number.indonesian}", f" {number.english}")
    if any(part in ("requirements", "output") for part in path):
        written = f'{{text: "{shown(text)[1:-1]}"}}'
        return Text(f" Tanpa dokumen tulis {written}.", f" Without a document write {written}.")
    return NOTHING


def _labelled(data: Any, section: str) -> Iterator[tuple[str, str]]:
    found = data.get(section) if isinstance(data, dict) else None
    for name, value in found.items() if isinstance(found, dict) else ():
        label = value.get("label") if isinstance(value, dict) else None
        if isinstance(label, str):
            yield str(name), label


def date_meant(text: str, path: Path) -> Text:
    """How a length of time is written where a date is expected."""
    if not any(part in ("due", "not_before") for part in path):
        return NOTHING
    length, since = _length(text), "case.started"
    match = _DAYS.fullmatch(text.strip())
    if match:
        length = f"{match[1]}{'wd' if match[2] else 'cd'}"
        since = f"{match[3]}.finished" if match[3] else since
    if length is None:
        return NOTHING
    written = f"{{after: [{since}, {length}]}}"
    return Text(f" Maksud Anda {written}?", f" Did you mean {written}?")


def _length(text: str) -> str | None:
    try:
        return str(Duration.parse(text.strip()))
    except (SopError, ValueError):
        return None


def step_meant(path: Path, raw: str) -> Text | None:
    """A number where a step is named: steps go by their ids."""
    if not path or path[-1] not in ("next", "to", "at") or not raw.isdigit():
        return None
    return Text(
        f"Langkah ditulis dengan id-nya, bukan nomornya: s1, misalnya, bukan {raw}.",
        f"A step is written by its id, not its number: s1, for example, not {raw}.",
    )
