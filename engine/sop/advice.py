"""What an author most likely meant by a label, a word of the table or a date in plain words."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.calendar.durations import Duration
from engine.errors import SopError
from engine.sop.locations import Path, shown
from engine.text.bilingual import NOTHING, Text
from engine.text.visible import visible_part

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

WORDS_OF_VALUES: Mapping[str, tuple[str, ...]] = {
    "keputusan": ("decision",),
    "tugas": ("task",),
    "rapat": ("meeting",),
    "paraf": ("initial",),
    "tanda tangan": ("signature", "sign"),
    "otomatis": ("auto",),
    "semua": ("each_holder", "all", "any"),
    "bersama": ("each_holder",),
    "mayoritas": ("majority",),
    "luar": ("external",),
    "dalam": ("internal",),
    "awal": ("start",),
    "utama": ("main",),
    "akhir": ("end",),
    "sumber": ("source",),
    "turunan": ("derived",),
    "usulan": ("proposed",),
    "wajib": ("required",),
    "bulan": ("month",),
    "triwulan": ("quarter",),
    "tahun": ("year",),
    "teks": ("text",),
    "angka": ("number",),
    "bilangan": ("number",),
    "persen": ("percent",),
    "uang": ("money",),
    "tanggal": ("date",),
    "waktu": ("datetime",),
    "pilihan": ("choice",),
    "tabel": ("table",),
    "berkas": ("file",),
    "rutin": ("routine",),
    "layanan": ("service",),
    "penugasan": ("assignment",),
    "jadwal": ("schedule",),
}
"""Words of the office → the words of the language that may stand for them."""

_DAYS = re.compile(
    r"([0-9]{1,3})\s*hari(\s+kerja)?(?:\s+(?:setelah|sesudah)\s+([A-Za-z][\w-]*))?", re.IGNORECASE
)


_SINCE = re.compile(r"(\S+)\s+(?:setelah|sesudah|after)\s+([A-Za-z][\w-]*)", re.IGNORECASE)
_STEP_BY_NUMBER = re.compile(r"(?:(?:langkah|step|no\.?|nomor)\s*)?[0-9]{1,3}", re.IGNORECASE)


def key_meant(word: str, known: Mapping[str, Any]) -> str | None:
    """The key that an Indonesian word of the table stands for, where it may be written."""
    key = WORDS_OF_THE_TABLE.get(word.casefold())
    return key if key in known else None


def word_meant(word: str, known: Collection[str]) -> Text:
    """The word of the language that a word of the office stands for, where it may be written."""
    meant = next((one for one in WORDS_OF_VALUES.get(word.casefold(), ()) if one in known), None)
    return NOTHING if meant is None else Text(f' Maksud Anda "{meant}"?', f' Did you mean "{meant}"?')


def id_meant(data: Any, text: str, path: Path) -> Text:
    """Which id has this label; a thing at hand that has none is written as a text."""
    for section in ("steps", "roles", "documents", "blocks", "fees"):
        if section == "steps" and not _names_step(path):
            continue
        for name, label in _labelled(data, section):
            if visible_part(label) == visible_part(text):
                return Text(f' Maksud Anda "{name}" ({label})?', f' Did you mean "{name}" ({label})?')
    if (number := step_meant(path, text)) is not None:
        return Text(f" {number.indonesian}", f" {number.english}")
    if any(part in ("requirements", "output") for part in path):
        written = f'{{text: "{shown(text)[1:-1]}"}}'
        return Text(f" Tanpa dokumen tulis {written}.", f" Without a document write {written}.")
    return NOTHING


def _labelled(data: Any, section: str) -> Iterator[tuple[str, str]]:
    found = data.get(section) if isinstance(data, dict) else None
    if isinstance(found, list):
        found = {str(step.get("id")): step for step in found if isinstance(step, dict)}
    for name, value in found.items() if isinstance(found, dict) else ():
        for key in ("label", "activity") if isinstance(value, dict) else ():
            if isinstance(value.get(key), str):
                yield str(name), value[key]


def _names_step(path: Path) -> bool:
    """Whether a step is named here, alone or in a list."""
    return any(part in ("next", "to", "at", "after", "not_same_person_as") for part in path[-2:])


def date_meant(text: str, path: Path) -> Text:
    """How a length of time is written where a date is expected."""
    if not any(part in ("due", "not_before") for part in path):
        return NOTHING
    length, since = _length(text), "case.started"
    words = _SINCE.fullmatch(text.strip())
    if words:
        length, since = _length(words[1]), f"{words[2]}.finished"
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
    if path[-1:] == ("id",) and raw.isdigit():
        return Text(
            f"Id diawali huruf: s{raw}, misalnya.", f"An id begins with a letter: s{raw}, for example."
        )
    if not _names_step(path) or not _STEP_BY_NUMBER.fullmatch(raw.strip()):
        return None
    return Text(
        f"Langkah ditulis dengan id-nya, bukan nomornya: s1, misalnya, bukan {raw}.",
        f"A step is written by its id, not its number: s1, for example, not {raw}.",
    )
