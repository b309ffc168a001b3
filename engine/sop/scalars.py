"""How one value of a file is read: texts and their forms, numbers, words, durations."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from engine.calendar.durations import Duration
from engine.errors import SopError
from engine.sop.advice import date_meant, id_meant, step_meant, word_meant
from engine.sop.diagnostics import Problem, did_you_mean
from engine.sop.locations import Path, shown
from engine.sop.source import Source
from engine.sop.vocabulary import Mark
from engine.text.bilingual import NOTHING, Text
from engine.text.visible import is_blank, is_turned

Reader = Callable[["Reading", Any, Path], Any]

MAX_EXPRESSION = 500

SLUG = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_REF = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*){0,7}")
_SEMVER = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})(-[0-9A-Za-z.-]{1,32})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,11}")
_SPAN = re.compile(r"([1-9][0-9]{0,2}y)?([1-9][0-9]{0,4}cd)?(?<=[yd])")
PATTERNS = {
    Mark.SLUG: SLUG,
    Mark.PREFIX: _PREFIX,
    Mark.REF: _REF,
    Mark.SEMVER: _SEMVER,
    Mark.SPAN: _SPAN,
    Mark.DATE: _DATE,
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def version_order(version: str) -> tuple[int, ...]:
    """By which versions are compared: their three numbers, one with a suffix before the same without."""
    numbers, _, suffix = version.partition("-")
    return (*(int(part) for part in numbers.split(".")), 0 if suffix else 1)


class _Broken:
    """What a reader gives for a value whose problem is already told."""


BROKEN = _Broken()


class Reading:
    """One run over a source; collects problems."""

    def __init__(self, source: Source, problems: list[Problem]) -> None:
        self.source = source
        self.problems = problems

    def refuse(self, path: Path, code: str, message: Text, *, key: bool = False) -> _Broken:
        self.problems.append(self.source.problem(path, code, message, key=key))
        return BROKEN

    def wrong(self, path: Path, value: Any, wanted: Text) -> _Broken:
        kind = _kind_of(value, self.source.raw.get(path))
        return self.refuse(
            path,
            "wrong_type",
            Text(
                f"Diharapkan {wanted.indonesian}, ditemukan {kind.indonesian}.",
                f"Expected {wanted.english}, found {kind.english}.",
            ),
        )


def _kind_of(value: Any, raw: str | None) -> Text:
    if isinstance(value, dict):
        return Text("kumpulan kunci", "keys")
    if isinstance(value, list):
        return Text("daftar", "a list")
    if value is None:
        return Text("nilai kosong", "nothing")
    written = shown(raw if raw is not None else str(value))
    if isinstance(value, bool):
        return Text(written, written)
    if isinstance(value, int | float):
        return Text(f"bilangan {written[1:-1]}", f"the number {written[1:-1]}")
    return Text(f"teks {written}", f"the text {written}")


def read_text(reading: Reading, value: Any, path: Path) -> Any:
    if isinstance(value, str):
        bad = _CONTROL.search(value)
        if bad:
            name = f"U+{ord(bad.group()):04X}"
            return reading.refuse(
                path,
                "control_character",
                Text(
                    f"Teks memuat karakter kendali {name}; hapus karakter itu.",
                    f"The text holds the control character {name}; remove it.",
                ),
            )
        if is_turned(value) or (value and is_blank(value)):
            reading.refuse(  # the text itself stays: one that was stored before is shown as it is
                path,
                "hidden_character",
                Text(
                    "Teks ini tidak memperlihatkan apa pun, atau memuat karakter tersembunyi yang membalik"
                    " arah baca; ketik ulang.",
                    "The text shows nothing, or holds hidden characters that turn the reading direction;"
                    " type it again.",
                ),
            )
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    raw = reading.source.raw.get(path)
    if raw and (told := step_meant(path, raw)):
        return reading.refuse(path, "step_by_number", told)
    meant = date_meant(reading.source.data, f"{raw}wd", path) if raw else NOTHING
    if meant.english:
        no_date = Text(f"{raw} bukan tanggal.", f"{raw} is no date.")
        return reading.refuse(path, "bad_reference", no_date + meant)
    if raw:
        name = next((f"{part}: " for part in path[-1:] if isinstance(part, str)), "")
        written = f'{name}"{raw}"'
        return reading.refuse(
            path,
            "quote_text",
            Text(f"Diharapkan teks; beri tanda kutip: {written}", f"Expected text; quote it: {written}"),
        )
    return reading.wrong(path, value, Text("teks", "text"))


def _pattern(
    code: str,
    pattern: re.Pattern[str],
    wanted_id: str,
    wanted_en: str,
    meant: Callable[[Any, str, Path], Text] = lambda _data, _text, _path: NOTHING,
) -> Reader:
    def matched(reading: Reading, value: Any, path: Path) -> Any:
        text = read_text(reading, value, path)
        if text is BROKEN or pattern.fullmatch(text):
            return text
        told = Text(f"{shown(text)} bukan {wanted_id}.", f"{shown(text)} is not {wanted_en}.")
        return reading.refuse(path, code, told + meant(reading.source.data, text, path))

    return matched


_slug = _pattern(
    "bad_id",
    SLUG,
    "id yang sah: huruf ASCII, lalu huruf, angka, _ atau -, paling banyak 64",
    "a valid id: an ASCII letter, then letters, digits, _ or -, at most 64",
    id_meant,
)


def _date(reading: Reading, value: Any, path: Path) -> Any:
    text = read_text(reading, value, path)
    if text is BROKEN:
        return text
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat(text)
            return text
    except ValueError:
        pass
    return reading.refuse(
        path,
        "bad_date",
        Text(
            f'{shown(text)} bukan tanggal; tulis misalnya "2026-01-05".',
            f'{shown(text)} is not a date; write for example "2026-01-05".',
        ),
    )


def _expression(reading: Reading, value: Any, path: Path) -> Any:
    text = read_text(reading, value, path)
    if text is BROKEN:
        return text
    if not text.strip():
        return reading.refuse(path, "missing_value", Text("Ungkapan kosong.", "The expression is empty."))
    if len(text) > MAX_EXPRESSION:
        return reading.refuse(
            path,
            "expression_too_long",
            Text(
                f"Ungkapan {len(text)} karakter; paling banyak {MAX_EXPRESSION}.",
                f"The expression has {len(text)} characters; at most {MAX_EXPRESSION}.",
            ),
        )
    return text


TEXTS: dict[Any, Reader] = {
    Mark.SLUG: _slug,
    Mark.REF: _pattern(
        "bad_reference",
        _REF,
        "rujukan yang sah seperti s3.bidang_terdampak",
        "a valid reference such as s3.bidang_terdampak",
        date_meant,
    ),
    Mark.SEMVER: _pattern("bad_version", _SEMVER, "versi seperti 1.0.0", "a version such as 1.0.0"),
    Mark.PREFIX: _pattern(
        "bad_prefix",
        _PREFIX,
        "awalan nomor berkas: huruf besar dan angka, paling banyak 12, seperti LKJIP",
        "a prefix of case numbers: capital letters and digits, at most 12, such as LKJIP",
    ),
    Mark.SPAN: _pattern(
        "bad_span",
        _SPAN,
        "lama penyimpanan seperti 10y (tahun) atau 90cd (hari kalender)",
        "a span such as 10y (years) or 90cd (calendar days)",
    ),
    Mark.DATE: _date,
    Mark.CEL: _expression,
}


def _duration(reading: Reading, value: Any, path: Path) -> Any:
    if not isinstance(value, str):
        raw = reading.source.raw.get(path) or "30"
        if isinstance(value, int | float) and not isinstance(value, bool):
            return reading.refuse(
                path,
                "bad_duration",
                Text(
                    f"Waktu memerlukan satuan: {raw}m, {raw}h, {raw}wd atau {raw}cd.",
                    f"A duration needs a unit: {raw}m, {raw}h, {raw}wd or {raw}cd.",
                ),
            )
        return reading.wrong(path, value, Text("waktu seperti 30m atau 1wd", "a duration such as 30m or 1wd"))
    try:
        return Duration.parse(value)
    except (SopError, ValueError) as error:
        return reading.refuse(
            path,
            "bad_duration",
            error.message if isinstance(error, SopError) else Text(str(error), str(error)),
        )


def read_time(reading: Reading, value: Any, path: Path) -> Any:
    if isinstance(value, dict):
        by = "time_by: {field: …, times: {…}}"
        wanted = Text(
            f"waktu seperti 30m atau 1wd; waktu menurut pilihan ditulis dalam {by}",
            f"a duration such as 30m or 1wd; times by a choice stand in {by}",
        )
        return reading.wrong(path, value, wanted)
    return None if value == "none" else _duration(reading, value, path)


def _boolean(reading: Reading, value: Any, path: Path) -> Any:
    if isinstance(value, bool):
        return value
    return reading.wrong(path, value, Text("true atau false", "true or false"))


def _integer(reading: Reading, value: Any, path: Path) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return reading.wrong(path, value, Text("bilangan bulat", "a whole number"))


def _number(reading: Reading, value: Any, path: Path) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return reading.wrong(path, value, Text("bilangan", "a number"))


def _anything(_reading: Reading, value: Any, _path: Path) -> Any:
    """Plain data that another reader gives its meaning, such as the form data of a scenario."""
    return value


SCALARS: dict[Any, Reader] = {
    bool: _boolean,
    int: _integer,
    float: _number,
    Duration: _duration,
    Any: _anything,
}


def one_of(words: tuple[str, ...]) -> Reader:
    listed = ", ".join(words)

    def word(reading: Reading, value: Any, path: Path) -> Any:
        if isinstance(value, str) and value in words:
            return value
        if isinstance(value, dict | list):
            return reading.wrong(path, value, Text(f"salah satu dari {listed}", f"one of {listed}"))
        written = value if isinstance(value, str) else reading.source.raw.get(path, "")
        hint = word_meant(written, words)
        if hint == NOTHING:
            hint = did_you_mean(written, words)
        return reading.refuse(
            path,
            "unknown_word",
            Text(
                f"{shown(written)} tidak dikenal.{hint.indonesian} Yang ada: {listed}.",
                f"{shown(written)} is not known.{hint.english} There are: {listed}.",
            ),
        )

    return word
