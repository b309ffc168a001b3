"""One value as a client sends it, read as its field type says; what is required: validation.py."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from engine.calendar.periods import Period
from engine.errors import BadPeriod
from engine.sop.diagnostics import did_you_mean
from engine.sop.expressions.values import instant_of
from engine.sop.field_types import acts_like
from engine.sop.forms.context import FormContext
from engine.sop.model import Field
from engine.text.bilingual import Text
from engine.text.numbers import is_kept, loses_digits, not_kept

MAX_TEXT = {"text": 1_000, "textarea": 20_000}
MAX_ITEMS = 1_000
MAX_URL = 2_000
_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
YEARS = range(1900, 3000)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNFIT_CHARACTERS = re.compile("[\x00\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_URL = re.compile(r"https://[^\s\x00-\x1f\x7f<>\"\\^`{|}]+")


class Unfit(Exception):
    """A value that its field cannot hold; ``at`` is the place within it, such as ``[2]``."""

    def __init__(self, message: Text, at: str = "") -> None:
        super().__init__(message.english)
        self.message = message
        self.at = at


def read(field: Field, value: Any, desk: FormContext) -> Any:
    """The value cleaned, None when it is empty; tables and summaries are not read here. Raises `Unfit`."""
    if value is None or value == "":
        return None
    return _READERS[acts_like(field.type)](field, value, desk)


def text(value: Any, longest: int) -> str:
    """A text in NFC. Raises `Unfit`."""
    if not isinstance(value, str):
        raise Unfit(Text("Harus berupa teks.", "Must be a text."))
    if len(value) > longest:
        raise Unfit(
            Text(
                f"Teks terlalu panjang: {len(value)} karakter, paling banyak {longest}.",
                f"The text is too long: {len(value)} characters, at most {longest}.",
            )
        )
    if _UNFIT_CHARACTERS.search(value):
        raise Unfit(
            Text(
                "Teks memuat karakter yang tidak dapat disimpan.",
                "The text has characters that cannot be stored.",
            )
        )
    return unicodedata.normalize("NFC", value)


def _text(field: Field, value: Any, desk: FormContext) -> str:
    del desk
    return text(value, MAX_TEXT.get(field.type, MAX_TEXT["text"]))


def _number(field: Field, value: Any, desk: FormContext) -> float:
    del field, desk
    if isinstance(value, str) and _DECIMAL.fullmatch(value) and loses_digits(value):
        raise Unfit(not_kept())
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit(Text("Harus berupa bilangan.", "Must be a number."))
    if not is_kept(value):
        raise Unfit(not_kept())
    return value + 0 or 0  # zero has no sign


def _year(field: Field, value: Any, desk: FormContext) -> int:
    number = _number(field, value, desk)
    if number != int(number) or int(number) not in YEARS:
        raise Unfit(
            Text(
                f"Harus berupa tahun, {YEARS.start} sampai {YEARS.stop - 1}.",
                f"Must be a year, {YEARS.start} to {YEARS.stop - 1}.",
            )
        )
    return int(number)


def _boolean(field: Field, value: Any, desk: FormContext) -> bool:
    del field, desk
    if not isinstance(value, bool):
        raise Unfit(Text("Harus ya atau tidak (true/false).", "Must be true or false."))
    return value


def _date(field: Field, value: Any, desk: FormContext) -> str:
    del field, desk
    try:
        if isinstance(value, str) and _DAY.fullmatch(value) and date.fromisoformat(value).year in YEARS:
            return value
    except ValueError:
        pass
    raise Unfit(
        Text(
            'Harus berupa tanggal seperti "2026-01-05".', 'Must be a date that exists, such as "2026-01-05".'
        )
    )


def _datetime(field: Field, value: Any, desk: FormContext) -> str:
    del field, desk
    instant = instant_of(value) if isinstance(value, str) and len(value) <= 40 else None
    if instant is None or instant.year not in YEARS or instant.utcoffset() is None:
        raise Unfit(
            Text(
                "Harus berupa tanggal dan jam dengan selisih zona waktu, seperti"
                ' "2026-01-05T08:00:00+08:00".',
                'Must be a date and time with its offset, such as "2026-01-05T08:00:00+08:00".',
            )
        )
    return instant.replace(microsecond=0).isoformat()


def _period(field: Field, value: Any, desk: FormContext) -> str:
    del field, desk
    try:
        return str(Period.parse(value))
    except BadPeriod:
        raise Unfit(
            Text(
                'Harus berupa periode: "2026-Q1", "2026-H1", "2026-01" atau "2026".',
                'Must be a period: "2026-Q1", "2026-H1", "2026-01" or "2026".',
            )
        ) from None


def _choice(field: Field, value: Any, desk: FormContext) -> str:
    chosen = text(value, MAX_TEXT["text"])
    choices = desk.choices(field)
    if choices is not None and chosen not in choices:
        raise _not_among(chosen, choices)
    return chosen


_KINDS = {
    "user": Text("Akun", "account"),
    "position": Text("Jabatan", "position"),
    "unit": Text("Unit", "unit"),
}


def _known_id(field: Field, value: Any, desk: FormContext) -> str:
    """An id of a person, position or unit that exists, and is one of those that the field is limited to."""
    id = text(value, MAX_TEXT["text"])
    label = desk.label(field, id)
    choices = desk.choices(field)
    if label is None or (choices is not None and id not in choices):
        if choices is not None:
            raise _not_among(id, choices)
        kind = _KINDS[field.type.removesuffix("s")]
        raise Unfit(
            Text(
                f'{kind.indonesian} "{id[:60]}" tidak ditemukan.', f'There is no {kind.english} "{id[:60]}".'
            )
        )
    return id


def _reference(field: Field, value: Any, desk: FormContext) -> str:
    """The id of a row of the register that is not retired and for which ``where`` holds."""
    id = text(value, MAX_TEXT["text"])
    if not desk.may_refer_to(field, id):
        raise Unfit(
            Text(
                f'Baris "{id[:60]}" tidak dapat dipilih dari register {field.register}.',
                f'The row "{id[:60]}" cannot be chosen from the register {field.register}.',
            )
        )
    return id


def _not_among(value: str, choices: Mapping[str, str]) -> Unfit:
    some = ", ".join(list(choices)[:10]) or "–"
    told = Text(
        f'"{value[:60]}" bukan pilihan di sini; pilihan: {some}.',
        f'"{value[:60]}" is not a choice here; choices: {some}.',
    )
    return Unfit(told + did_you_mean(value, choices))


def _file(field: Field, value: Any, desk: FormContext) -> str:
    del field
    id = text(value, MAX_TEXT["text"])
    if desk.directory.file(id) is None:
        raise Unfit(
            Text(
                f'Berkas "{id[:60]}" tidak ditemukan; unggah dahulu.',
                f'There is no file "{id[:60]}"; upload it first.',
            )
        )
    return id


def _evidence(field: Field, value: Any, desk: FormContext) -> dict[str, str]:
    kinds = {"kind"} if field.kinds else set()
    if not isinstance(value, Mapping) or set(value) - kinds not in ({"file"}, {"url"}):
        raise Unfit(
            Text(
                'Harus berupa {"file": id} atau {"url": "https://…"}.',
                'Must be {"file": id} or {"url": "https://…"}.',
            )
        )
    kind = {}
    if value.get("kind") is not None:
        kind = {"kind": text(value["kind"], MAX_TEXT["text"])}
        if kind["kind"] not in field.kinds:
            raise _not_among(kind["kind"], dict.fromkeys(field.kinds, ""))
    if "file" in value:
        return {"file": _file(field, value["file"], desk), **kind}
    return {"url": _url(field, value["url"], desk), **kind}


def _url(field: Field, value: Any, desk: FormContext) -> str:
    document = desk.sheet.documents.get(field.document or "")
    if document is not None and not document.allow_url:
        raise Unfit(
            Text(
                f"{document.label} harus berupa berkas, bukan tautan.",
                f"{document.label} must be a file, not a link.",
            )
        )
    url = text(value, MAX_URL)
    try:
        host = urlsplit(url).hostname if _URL.fullmatch(url) else None
    except ValueError:
        host = None
    if not host:
        raise Unfit(
            Text(
                "Tautan harus diawali https:// dan memuat nama situs.",
                "A link must start with https:// and name a site.",
            )
        )
    return url


def _many(
    read_one: Callable[[Field, Any, FormContext], Any],
) -> Callable[[Field, Any, FormContext], list[Any]]:
    def read_all(field: Field, value: Any, desk: FormContext) -> list[Any]:
        if not isinstance(value, list):
            raise Unfit(Text("Harus berupa daftar.", "Must be a list."))
        if len(value) > MAX_ITEMS:
            raise Unfit(Text(f"Paling banyak {MAX_ITEMS} butir.", f"At most {MAX_ITEMS} items."))
        return _distinct(_each(read_one, field, value, desk))

    return read_all


def _each(
    read_one: Callable[[Field, Any, FormContext], Any], field: Field, values: list[Any], desk: FormContext
) -> Iterable[Any]:
    for index, value in enumerate(values):
        try:
            yield read_one(field, value, desk)
        except Unfit as unfit:
            raise Unfit(unfit.message, f"[{index}]{unfit.at}") from None


def _distinct(values: Iterable[Any]) -> list[Any]:
    distinct: list[Any] = []
    for index, value in enumerate(values):
        if value in distinct:
            raise Unfit(
                Text("Butir ini sudah ada dalam daftar.", "This item is in the list already."), f"[{index}]"
            )
        distinct.append(value)
    return distinct


_READERS: dict[str, Callable[[Field, Any, FormContext], Any]] = {
    **dict.fromkeys(("text", "textarea"), _text),
    **dict.fromkeys(("number", "percent", "money"), _number),
    **dict.fromkeys(("user", "position", "unit"), _known_id),
    **dict.fromkeys(("users", "positions", "units"), _many(_known_id)),
    "year": _year,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "period": _period,
    "choice": _choice,
    "reference": _reference,
    "checklist": _many(_choice),
    "file": _file,
    "evidence": _many(_evidence),
}


def computed(field: Field, value: Any, desk: FormContext) -> Any:
    """What an expression or default gives, as this field holds it. Raises `Unfit`."""
    if isinstance(value, datetime):
        instant = value.replace(microsecond=0)
        value = instant.isoformat() if field.type == "datetime" else instant.date().isoformat()
    return read(field, value, desk)
