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
    "tandatangan": ("signature", "sign"),
    "ttd": ("signature", "sign"),
    "bergantian": ("pool",),
    "pemimpin": ("lead",),
    "tunggal": ("single",),
    "selesai": ("end",),
    "tamat": ("end",),
    "gabung": ("join",),
    "semester": ("semester",),
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

_STEP = r"(?:(?:langkah|step|no\.?|nomor)\s*)?([A-Za-z][\w-]*|[0-9]{1,3})"
_DAYS = re.compile(
    r"([0-9]{1,3})\s*(?:hari|(working\s+)?days?)(\s+kerja)?"
    rf"(?:\s+(?:setelah|sesudah|sejak|after)\s+{_STEP})?",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"(\S+)\s+(?:setelah|sesudah|sejak|after)\s+{_STEP}", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(r"(?:.*\s)?(?:tanggal|tgl\.?)\s*([0-9]{1,2})", re.IGNORECASE)
_A_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{4}")
_STEP_BY_NUMBER = re.compile(r"(?:(?:langkah|step|no\.?|nomor)\s*)?[0-9]{1,3}", re.IGNORECASE)


def key_meant(word: str, known: Mapping[str, Any]) -> str | None:
    """The key that an Indonesian word of the table stands for, where it may be written."""
    key = WORDS_OF_THE_TABLE.get(word.casefold())
    return key if key in known else None


def word_meant(word: str, known: Collection[str]) -> Text:
    """The word of the language that a word of the office stands for, where it may be written."""
    meant = next((value for value in WORDS_OF_VALUES.get(word.casefold(), ()) if value in known), None)
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
    written = data.get(section) if isinstance(data, dict) else None
    if isinstance(written, list):
        written = {str(step.get("id")): step for step in written if isinstance(step, dict)}
    for name, value in written.items() if isinstance(written, dict) else ():
        for key in ("label", "activity") if isinstance(value, dict) else ():
            if isinstance(value.get(key), str):
                yield str(name), value[key]


def _names_step(path: Path) -> bool:
    """Whether a step is named here, alone or in a list."""
    return any(part in ("next", "to", "at", "after", "not_same_person_as") for part in path[-2:])


def date_meant(data: Any, text: str, path: Path) -> Text:
    """How a length of time or a day in plain words is written where a date is expected."""
    where = next((part for part in path if part in ("due", "not_before")), None)
    if where is None:
        return NOTHING
    text = text.strip()
    if path[-1] != where and _length(text) is not None:
        return Text(
            " Tanggal atau rujukan berdiri di depan: [s1.finished, 3wd].",
            " The date or reference comes first: [s1.finished, 3wd].",
        )
    if _A_DATE.fullmatch(text):
        return Text(
            " Satu tanggal tertentu berlaku untuk satu berkas saja: tanyakan dalam isian bertipe date,"
            " atau tulis {days_of_month: [5]}.",
            " One certain date fits one case only: ask for it in a field of type date,"
            " or write {days_of_month: [5]}.",
        )
    day = _DAY_OF_MONTH.fullmatch(text)
    written = f"{{days_of_month: [{day[1]}]}}" if day else _since(data, text)
    if written is None:
        return NOTHING
    return Text(f" Maksud Anda {written}?", f" Did you mean {written}?")


def _since(data: Any, text: str) -> str | None:
    """A length of time in plain words as ``{after: …}``."""
    days, words = _DAYS.fullmatch(text), _SINCE.fullmatch(text)
    if days:
        length, step = f"{days[1]}{'wd' if days[2] or days[3] else 'cd'}", days[4]
    elif words:
        length, step = _length(words[1]) or "", words[2]
    else:
        length, step = _length(text) or "", None
    if step is not None and step.isdigit():
        steps = data.get("steps") if isinstance(data, dict) else None
        at = int(step) - 1
        known = isinstance(steps, list) and 0 <= at < len(steps) and isinstance(steps[at], dict)
        step = str(steps[at].get("id")) if known else f"s{step}"  # type: ignore[index]
    since = f"{step}.finished" if step else "case.started"
    return f"{{after: [{since}, {length}]}}" if length else None


def list_meant(value: Any, path: Path) -> Text:
    """An example of the list that is expected here."""
    if path[-1:] in (("requirements",), ("output",)):
        item = f'{{text: "{shown(value)[1:-1]}"}}' if isinstance(value, str) else '{text: "…"}'
        return Text(f" seperti [{item}]", f" such as [{item}]")
    return NOTHING


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
