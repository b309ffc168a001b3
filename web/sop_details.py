"""What a step says beyond its row, in the plain words of the panel below it. Pure.

A value that the panel has no words for stays as it is written: its choice is then ``yaml``.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import FieldError
from engine.sop.editing import steps as edit
from engine.sop.editing.text import data
from engine.sop.field_types import NUMBERS
from engine.text.bilingual import Text

DATES = ("date", "datetime")
SIGNS = {
    "": Text("tidak ada", "none"),
    "initial": Text("paraf", "initial"),
    "signature": Text("tanda tangan", "signature"),
}
DECIDES = {
    "": Text("tidak diatur", "not said"),
    "all": Text("semua sepakat", "all agree"),
    "majority": Text("suara terbanyak", "majority"),
    "any": Text("satu suara cukup", "one is enough"),
}
MOMENTS = {
    "": Text("tidak ada", "none"),
    "after": Text("sesudah", "after"),
    "before": Text("sebelum", "before"),
    "at": Text("tepat pada", "right on"),
}
TESTS = {
    "": Text("selalu", "always"),
    "==": Text("sama dengan", "is"),
    "!=": Text("bukan", "is not"),
    ">": Text("lebih dari", "more than"),
    "<": Text("kurang dari", "less than"),
    "filled": Text("terisi", "is filled in"),
    "empty": Text("kosong", "is empty"),
}
YAML = "yaml"
WORDS = Text("seperti tertulis di YAML", "as written in the YAML")
LENGTH = re.compile(r"(\d+)(m|h|wd|cd)")
TEST = re.compile(r'([A-Za-z_][\w.]*) (==|!=|>|<) ("[^"\\]*"|-?\d+(?:\.\d+)?|true|false|null)')
NUMBER = re.compile(r"-?\d+(?:[.,]\d{1,2})?")
YES = {"ya": "true", "yes": "true", "true": "true", "tidak": "false", "no": "false", "false": "false"}
BOXES = ("strategic", "allow_progress")
TEXTS = ("printed", "client")
TOLD = ("informed", "notify")
SAID = ("sign", "when", "due", "not_before", "decide", "not_same_person_as")
UNSAID = (
    "row",
    "stage",
    "kind",
    "start_sop",
    "set",
    "write",
    "numbering",
    "time_by",
    "time_per",
    "calendar",
    "pickup",
    "result",
    "fee",
    "clock",
    "milestone",
    "after",
    "not_same_unit_as_branch",
)
Typed = Mapping[str, str]


def details_of(step: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The cells of the panel of one step, by the last part of their names."""
    for key in TEXTS:
        yield key, str(step.get(key) if step.get(key) is not None else "")
    for key in BOXES:
        yield key, "on" if step.get(key) is True else ""
    for key in TOLD:
        yield key, "\n".join(edit.many(step.get(key)))
    yield from _sign(step.get("sign"))
    yield from _when(step.get("when"))
    for key in ("due", "not_before"):
        yield from _moment(key, step.get(key))
    decide, apart = step.get("decide"), edit.many(step.get("not_same_person_as"))
    yield "decide", "" if decide is None else decide if decide in DECIDES else YAML
    yield "not_same_person_as", YAML if len(apart) > 1 else next(iter(apart), "")


def elsewhere(step: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of a step that only the YAML says."""
    cells = dict(details_of(step))
    hidden = [
        key for key in SAID if YAML in (cells.get(key), cells.get(f"{key}.how"), cells.get(f"{key}.kind"))
    ]
    return (*hidden, *(key for key in UNSAID if step.get(key)))


def moments(steps: list[Any], forms: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Text]:
    """What a deadline may be counted from: the start, the end of each step, and dates that are filled in."""
    choices = {"case.started": Text("berkas dimulai", "the case starts")}
    for number, step in enumerate(steps, 1):
        choices[f"{step['id']}.finished"] = Text(f"langkah {number} selesai", f"step {number} ends")
    for path, label, kind in _fields(steps, forms, case):
        if kind in DATES:
            choices[path] = Text(label, label)
    return choices


def asked(steps: list[Any], forms: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Text]:
    """What a condition may look at: fields that are filled in, and what decisions ended with."""
    choices = {path: Text(label, label) for path, label, _ in _fields(steps, forms, case)}
    for number, step in enumerate(steps, 1):
        if isinstance(step.get("outcomes"), dict):
            choices[f"{step['id']}.outcome"] = Text(f"pilihan langkah {number}", f"choice of step {number}")
    return choices


def changed(text: str, step: str, was: Typed, now: Typed, faults: list[FieldError]) -> str:
    """The text with what the panel of a step says otherwise now; a part that was not sent stays."""
    differs = {key for key in was if now.get(key, "").strip() != was[key].strip()}
    for key in (*TEXTS, *BOXES):
        if key in differs:
            value = now.get(key, "").strip()
            text = edit.set_step(text, step, key, (value == "on" or None) if key in BOXES else value)
    for key in TOLD:
        names = now.get(key, "").split()
        if key in differs and set(names) != set(was[key].split()):
            text = edit.set_step(text, step, key, edit.one_or_many(names) if names else None)
    for key in ("decide", "not_same_person_as"):
        if key in differs and now.get(key) != YAML:
            text = edit.set_step(text, step, key, now.get(key, ""))
    if differs & {"sign.kind", "sign.document"} and now.get("sign.kind") != YAML:
        text = edit.set_step(text, step, "sign", _signed(step, now, faults))
    if differs & {"when.what", "when.how", "when.value"} and now.get("when.how") != YAML:
        text = edit.set_step(text, step, "when", _condition(text, step, now, faults))
    for key in ("due", "not_before"):
        parts = {f"{key}.{part}" for part in ("how", "ref", "amount", "unit")}
        if differs & parts and now.get(f"{key}.how") != YAML:
            text = edit.set_step(text, step, key, _instant(step, key, now, faults))
    return text


# --- as cells ---


def _sign(sign: Any) -> Iterator[tuple[str, str]]:
    said = sign if isinstance(sign, dict) else {}
    is_plain = sign is None or (said.get("kind") in SIGNS and set(said) <= {"kind", "document"})
    yield "sign.kind", str(said.get("kind") or "") if is_plain else YAML
    yield "sign.document", str(said.get("document") or "")


def _when(when: Any) -> Iterator[tuple[str, str]]:
    match = TEST.fullmatch(when) if isinstance(when, str) else None
    if match is None:
        yield from (("when.what", ""), ("when.how", "" if when is None else YAML), ("when.value", ""))
        return
    path, sign, value = match.groups()
    is_null = value == "null" and sign in ("==", "!=")
    yield "when.what", path
    yield "when.how", {"==": "empty", "!=": "filled"}[sign] if is_null else sign
    yield "when.value", "" if is_null else {"true": "ya", "false": "tidak"}.get(value, value.strip('"'))


def _moment(key: str, due: Any) -> Iterator[tuple[str, str]]:
    how, ref, amount, unit = "", "", "", ""
    if isinstance(due, str):
        how, ref = "at", due
    elif isinstance(due, dict) and len(due) == 1:
        ((how, value),) = due.items()
        length = isinstance(value, list) and len(value) == 2 and LENGTH.fullmatch(str(value[1]))
        if how == "at" and isinstance(value, str):
            ref = value
        elif how in ("after", "before") and length:
            ref, amount, unit = str(value[0]), length[1], length[2]
        else:
            how = YAML
    elif due is not None:
        how = YAML
    yield from ((f"{key}.how", how), (f"{key}.ref", ref), (f"{key}.amount", amount), (f"{key}.unit", unit))


def _fields(
    steps: list[Any], forms: Mapping[str, Any], case: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    for field in case.get("fields") or ():
        if isinstance(field, dict) and field.get("id"):
            yield f"case.fields.{field['id']}", str(field.get("label") or field["id"]), str(field.get("type"))
    for number, step in enumerate(steps, 1):
        form = forms.get(str(step.get("form") or ""))
        for field in (form.get("fields") if isinstance(form, dict) else None) or ():
            if isinstance(field, dict) and field.get("id"):
                label = f"{field.get('label') or field['id']} ({number})"
                yield f"{step['id']}.{field['id']}", label, str(field.get("type"))


# --- as YAML ---


def _signed(step: str, now: Typed, faults: list[FieldError]) -> dict[str, str] | None:
    kind, document = now.get("sign.kind", ""), now.get("sign.document", "")
    if not kind:
        return None
    if not document:
        said = Text("Pilih dokumen yang ditandatangani.", "Choose the document that is signed.")
        faults.append(FieldError(f"s.{step}.sign.document", said))
        return None
    return {"kind": kind, "document": document}


def _condition(text: str, step: str, now: Typed, faults: list[FieldError]) -> str | None:
    what, how, value = (now.get(f"when.{part}", "").strip() for part in ("what", "how", "value"))
    if not how:
        return None
    if what and how in ("filled", "empty"):
        return f"{what} {'!=' if how == 'filled' else '=='} null"
    literal = _literal(data(text), what, value)
    if literal is None:
        said = Text(
            "Pilih isiannya, lalu tulis nilainya; bilangan tanpa titik ribuan.",
            "Choose the field and write the value; numbers without separators of thousands.",
        )
        faults.append(FieldError(f"s.{step}.when.value", said))
        return None
    return f"{what} {how} {literal}"


def _literal(definition: Mapping[str, Any], path: str, value: str) -> str | None:
    """A value as an expression writes it for what a path holds; None where it is no such value."""
    steps = [step for step in definition.get("steps") or () if isinstance(step, dict) and step.get("id")]
    if path.endswith(".outcome"):
        ways = next((step.get("outcomes") for step in steps if f"{step['id']}.outcome" == path), None) or {}
        named = (id for id, way in ways.items() if value.casefold() in (id, str(way.get("label")).casefold()))
        return next((f'"{id}"' for id in named), None)
    kinds = {
        at: kind
        for at, _, kind in _fields(steps, definition.get("forms") or {}, definition.get("case") or {})
    }
    if path not in kinds or not value:
        return None
    if kinds[path] in NUMBERS:
        return value.replace(",", ".") if NUMBER.fullmatch(value) else None
    if kinds[path] == "boolean":
        return YES.get(value.casefold())
    return None if '"' in value or "\\" in value else f'"{value}"'


def _instant(step: str, key: str, now: Typed, faults: list[FieldError]) -> Any:
    how, ref, amount, unit = (
        now.get(f"{key}.{part}", "").strip() for part in ("how", "ref", "amount", "unit")
    )
    if not how:
        return None
    is_whole = amount.isdecimal() and unit in ("m", "h", "wd", "cd")
    if not ref or (how != "at" and not is_whole):
        said = Text(
            "Pilih saatnya, lalu tulis jarak dan satuannya.", "Choose the moment, then distance and unit."
        )
        faults.append(FieldError(f"s.{step}.{key}.ref", said))
        return None
    return ref if how == "at" else {how: [ref, f"{amount}{unit}"]}
