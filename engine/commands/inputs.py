"""Checks of what a command is given besides form data."""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from engine.calendar.decree import INDEPENDENCE, LONGEST, Decree
from engine.errors import FieldError, InvalidInput
from engine.text.bilingual import Text
from engine.text.visible import is_blank, is_turned
from engine.views.parts import FormData

LONGEST_TEXT = 10_000


def required_text(text: object, path: str) -> str:
    """A non-empty text, NFC; InvalidInput names the path."""
    value = optional_text(text, path)
    if value is None:
        raise _invalid(path, Text("Wajib diisi.", "Required."))
    return value


def optional_text(text: object, path: str) -> str | None:
    """A text without NUL, lone surrogates and turned directions, NFC, or None when nothing of it shows."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise _invalid(path, Text("Harus berupa teks.", "Must be text."))
    if len(text) > LONGEST_TEXT:
        raise _invalid(
            path, Text(f"Paling panjang {LONGEST_TEXT} huruf.", f"At most {LONGEST_TEXT} characters.")
        )
    if "\x00" in text or any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise _invalid(
            path, Text("Memuat karakter yang tidak sah.", "Contains characters that are not allowed.")
        )
    if is_turned(text):
        raise _invalid(
            path,
            Text(
                "Memuat karakter tersembunyi yang membalik arah baca. Ketik ulang teksnya.",
                "Contains hidden characters that turn the reading direction; type it again.",
            ),
        )
    return None if is_blank(text) else unicodedata.normalize("NFC", text.strip())


def text_as_it_is(value: object, path: str) -> str | None:
    """A text of any content, or None: an id that is looked up, a password."""
    if value is not None and not isinstance(value, str):
        raise _invalid(path, Text("Harus berupa teks.", "Must be text."))
    return value


def texts(value: object, path: str) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise _invalid(path, Text("Harus berupa daftar teks.", "Must be a list of texts."))
    return tuple(value)


def an_object(value: object, path: str) -> FormData:
    """Values by name."""
    if not isinstance(value, Mapping):
        raise _invalid(path, Text("Harus berupa objek.", "Must be an object."))
    return dict(value)


def whole_number(value: object, path: str) -> int | None:
    """A whole number or None; ``True`` is none."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise _invalid(path, Text("Harus berupa bilangan bulat.", "Must be a whole number."))
    return value


def future_instant(value: object, path: str, now: datetime) -> datetime | None:
    """An instant after now, with its offset, or None."""
    if value is None:
        return None
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise _invalid(path, Text("Harus berupa waktu dengan zona.", "Must be a time with its offset."))
    if value <= now:
        raise _invalid(path, Text("Harus sesudah sekarang.", "Must be after now."))
    return value


def a_decree(given: Decree | None, path: str, today: date) -> Decree | None:
    """A decree with its number and the day it was signed, which is not to come."""
    if given is None:
        return None
    number = required_text(given.number, f"{path}.number")
    issuer, title = (optional_text(getattr(given, name), f"{path}.{name}") for name in ("issuer", "title"))
    for name, text in (("number", number), ("issuer", issuer), ("title", title)):
        if text is not None and len(text) > LONGEST:
            raise _invalid(
                f"{path}.{name}", Text(f"Paling panjang {LONGEST} huruf.", f"At most {LONGEST} letters.")
            )
    signed = given.signed_on
    if signed is None or not INDEPENDENCE <= signed <= today:
        raise _invalid(
            f"{path}.date",
            Text(
                f"Tanggal keputusan {signed or 'belum diisi'}: tulis tanggal dari {INDEPENDENCE}"
                f" sampai {today}.",
                f"The decree is dated {signed or 'not at all'}: give a date from {INDEPENDENCE} to {today}.",
            ),
        )
    return Decree(number, signed, issuer, title)


def _invalid(path: str, message: Text) -> InvalidInput:
    return InvalidInput(
        Text(f"{path}: ", f"{path}: ") + message,
        errors=[FieldError(path, message)],
    )


class Faults:
    """Everything that is wrong with what was handed in, told at once rather than one round each."""

    def __init__(self) -> None:
        self._found: list[InvalidInput] = []

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what is wrong, and go on."""
        try:
            yield
        except InvalidInput as error:
            self._found.append(error)

    def throw(self) -> None:
        """Raise what was found: the only one as it is, several as one."""
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            errors = [fault for error in self._found for fault in error.errors]
            told = Text(
                f"Langkah ini belum dapat diselesaikan: {len(errors)} hal perlu diperbaiki.",
                "; ".join(error.message.english for error in self._found),
            )
            raise InvalidInput(told, errors=errors)
