"""What the shapes refuse, told as field errors in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from engine.errors import FieldError, InvalidInput
from engine.text.bilingual import Text

SAID: Mapping[str, Text] = {
    "missing": Text("Wajib diisi.", "Required."),
    "extra_forbidden": Text("Tidak dikenal.", "Unknown field."),
    "string_type": Text("Harus berupa teks.", "Must be text."),
    "int_type": Text("Harus bilangan bulat.", "Must be a whole number."),
    "int_parsing": Text("Harus bilangan bulat.", "Must be a whole number."),
    "bool_parsing": Text("Harus true atau false.", "Must be true or false."),
    "bool_type": Text("Harus true atau false.", "Must be true or false."),
    "list_type": Text("Harus berupa daftar.", "Must be a list."),
    "dict_type": Text("Harus berupa objek.", "Must be an object."),
    "model_attributes_type": Text("Harus berupa objek JSON.", "Must be a JSON object."),
    "model_type": Text("Harus berupa objek JSON.", "Must be a JSON object."),
    "string_too_short": Text("Wajib diisi.", "Too short."),
    "string_too_long": Text("Terlalu panjang.", "Too long."),
    "too_long": Text("Terlalu banyak.", "Too many."),
    "json_invalid": Text("Bukan JSON yang sah.", "Not JSON."),
    "timezone_aware": Text("Sertakan zona waktu, misalnya +08:00.", "Add the offset, for example +08:00."),
}
PLACES = frozenset({"body", "query", "path", "header", "cookie"})


def as_invalid_input(error: RequestValidationError | ValidationError) -> InvalidInput:
    """Every fault at its path; what was sent is not repeated."""
    faults = [_fault(fault) for fault in error.errors()]
    return InvalidInput(
        Text(
            _sentence("Permintaan belum benar", [(fault.path, fault.message.indonesian) for fault in faults]),
            _sentence("the request is not right", [(fault.path, fault.message.english) for fault in faults]),
        ),
        errors=faults,
    )


def _fault(fault: Mapping[str, Any]) -> FieldError:
    kind = str(fault["type"])
    path = _path(fault["loc"])
    if kind in SAID:
        return FieldError(path, SAID[kind])
    if kind in ("literal_error", "enum"):
        expected = fault.get("ctx", {}).get("expected", "")
        said = expected.replace(" or ", " atau ")
        return FieldError(path, Text(f"Harus salah satu dari: {said}.", f"Must be one of: {expected}."))
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = fault["ctx"].get("ge", fault["ctx"].get("le"))
        least = "ge" in fault["ctx"]
        side = Text("Paling sedikit", "At least") if least else Text("Paling banyak", "At most")
        return FieldError(path, side + Text(f" {bound}.", f" {bound}."))
    return FieldError(path, Text("Nilainya tidak sesuai.", str(fault["msg"])))


def _path(place: Sequence[int | str]) -> str:
    parts = list(place[1:]) if place and place[0] in PLACES else list(place)
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else (f".{part}" if path else str(part))
    return path.encode("utf-8", "replace").decode()


def _sentence(beginning: str, faults: Sequence[tuple[str, str]]) -> str:
    shown = "; ".join(f"{path or '.'}: {said.removesuffix('.')}" for path, said in faults[:3])
    return f"{beginning}: {shown}."
