"""Checks of what a command is given besides form data."""

import unicodedata

from engine.errors import FieldError, InvalidInput

LONGEST_TEXT = 10_000


def required_text(text: object, path: str) -> str:
    """A non-empty text, NFC; InvalidInput names the path."""
    found = optional_text(text, path)
    if found is None:
        raise _invalid(path, "Wajib diisi.", "Required.")
    return found


def optional_text(text: object, path: str) -> str | None:
    """A text without NUL and lone surrogates, NFC, or None when it is empty."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise _invalid(path, "Harus berupa teks.", "Must be text.")
    if len(text) > LONGEST_TEXT:
        raise _invalid(path, f"Paling panjang {LONGEST_TEXT} huruf.", f"At most {LONGEST_TEXT} characters.")
    if "\x00" in text or any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise _invalid(path, "Memuat karakter yang tidak sah.", "Contains characters that are not allowed.")
    return unicodedata.normalize("NFC", text.strip()) or None


def _invalid(path: str, message_id: str, message_en: str) -> InvalidInput:
    return InvalidInput(
        message_id=f"{path}: {message_id}",
        message_en=f"{path}: {message_en}",
        errors=[FieldError(path, message_id, message_en)],
    )
