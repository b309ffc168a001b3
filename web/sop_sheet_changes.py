"""What an author typed into the sheet of a draft, as changes of its text. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import FieldError, InvalidInput
from engine.sop.editing import steps as edit
from engine.sop.editing.text import data, put, remove
from engine.sop.identity import Identity
from engine.text.bilingual import Text
from web import sop_details
from web.sop_sheet import IDENTITY_LISTS, SPARE, Sheet, lines_of, sheet_of

IDENTITY_KEYS = list(Identity.__dataclass_fields__)
Typed = Mapping[str, str]
NUMBER = re.compile(r"\d{1,5}([.,]\d{1,2})?")
IN_MINUTES = {"m": 1, "h": 60}


def changed(text: str, typed: Typed) -> str:
    """The text with every cell that says something else now; InvalidInput names each that cannot be read.

    A row or column whose cells were not sent stays as it is.
    """
    sheet = sheet_of(text)
    faults: list[FieldError] = []
    text = _identity(text, sheet, typed)
    text = _roles(text, sheet, typed)
    text = _documents(text, sheet, typed)
    for row in sheet.rows:
        if f"s.{row.id}.activity" in typed:
            text = _step(text, sheet, row.id, typed, faults)
    for role in sheet.roles:
        named = typed.get(f"role.{role}.is", role).strip()
        text = edit.rename_role(text, role, named) if named and named != role else text
    if faults:
        raise InvalidInput(
            Text("Ada isian yang belum benar.", "Some cells are not right yet."), errors=faults
        )
    return text


def _identity(text: str, sheet: Sheet, typed: Typed) -> str:
    for name, was in sheet.fields.items():
        place, _, key = name.partition(".")
        if name not in typed or typed[name].strip() == was.strip():
            continue
        value = typed[name].strip()
        if place == "identity":
            text = edit.set_identity(
                text, key, _listed(text, key, value) if key in IDENTITY_LISTS else value, IDENTITY_KEYS
            )
        elif name == "start.by":
            text = _starter(text, value.split())
        elif name == "case.title":
            text = _in_case(text, "title", value)
        elif name == "case.period":
            text = _in_case(text, "period", {"type": value, "required": True} if value else "")
    return text


def _listed(text: str, key: str, typed: str) -> list[Any]:
    """One item per line; a line that stood there keeps what else the file says of it, such as a note."""
    written = (data(text).get("identity") or {}).get(key)
    known = dict(lines_of(written, {}))
    return [
        known.get(line, line) for typed_line in typed.split("\n") if (line := " ".join(typed_line.split()))
    ]


def _starter(text: str, roles: list[str]) -> str:
    triggers = [trigger for trigger in data(text).get("triggers") or () if isinstance(trigger, dict)]
    at = next((at for at, trigger in enumerate(triggers) if trigger.get("type") == "manual"), None)
    if at is None:
        made = [{"type": "manual", "by": edit.one_or_many(roles)}, *triggers] if roles else triggers
        return put(text, ("triggers",), made, edit.TOP_KEYS) if made else text
    if not roles:
        return remove(text, ("triggers", at))
    return put(text, ("triggers", at, "by"), edit.one_or_many(roles))


def _in_case(text: str, key: str, value: Any) -> str:
    if not value:
        return remove(text, ("case", key))
    if not isinstance(data(text).get("case"), dict):
        return put(text, ("case",), {key: value}, edit.TOP_KEYS)
    return put(text, ("case", key), value)


def _roles(text: str, sheet: Sheet, typed: Typed) -> str:
    for role in sheet.roles:
        if f"role.{role}.label" not in typed:
            continue
        for key in ("label", "per", "many", "external"):
            now = typed.get(f"role.{role}.{key}", "").strip()
            if now != sheet.fields[f"role.{role}.{key}"].strip():
                text = edit.set_role(text, role, key, now == "on" if key in ("many", "external") else now)
    return text


def _documents(text: str, sheet: Sheet, typed: Typed) -> str:
    """Lines that are new become documents; one goes by the YAML, for steps may need it."""
    known = set(sheet.documents.values())
    for line in typed.get("documents", "").split("\n"):
        label = " ".join(line.split())
        if label and label not in known:
            there = data(text).get("documents") or {}
            name = edit.slug(label, there)
            path = ("documents", name) if there else ("documents",)
            text = put(text, path, {"label": label} if there else {name: {"label": label}}, edit.TOP_KEYS)
            known.add(label)
    return text


def _step(text: str, sheet: Sheet, step: str, typed: Typed, faults: list[FieldError]) -> str:
    at = f"s.{step}"

    def differs(name: str) -> bool:
        return " ".join(typed.get(f"{at}.{name}", "").split()) != " ".join(
            sheet.fields[f"{at}.{name}"].split()
        )

    for key in ("activity", "label", "assign", "next", "time_text"):
        if f"{at}.{key}" in typed and differs(key):
            text = edit.set_step(text, step, key, typed.get(f"{at}.{key}", "").strip())
    if differs("remarks"):
        text = _remarks(text, step, typed[f"{at}.remarks"].strip())
    for key in ("requirements", "output"):
        if f"{at}.{key}" in typed and differs(key):
            text = edit.set_step(text, step, key, _items(text, step, key, typed[f"{at}.{key}"]))
    text = _marks(text, sheet, step, typed)
    if differs("time") or differs("unit"):
        text = _time(text, step, typed, faults)
    text = _ways(text, sheet, step, typed, faults)
    text = _fields(text, sheet, step, typed)
    if f"{at}.label" in typed:
        text = _details(text, sheet, step, typed, faults)
    if typed.get(f"{at}.sure"):
        text = edit.set_step(text, step, "basis", None)
    return text


def _details(text: str, sheet: Sheet, step: str, typed: Typed, faults: list[FieldError]) -> str:
    at = f"s.{step}."
    keys = [key for key, _ in sop_details.details_of({})]
    was = {key: sheet.fields[at + key] for key in keys}
    now = {key: typed.get(at + key, "") for key in keys}
    return sop_details.changed(text, step, was, now, faults)


def _of(text: str, step: str) -> dict[str, Any]:
    step_data: dict[str, Any] = data(text)["steps"][edit.position(text, step)]
    return step_data


def _remarks(text: str, step: str, words: str) -> str:
    there = _of(text, step).get("remarks")
    return edit.set_step(
        text, step, "remarks", {**there, "text": words} if isinstance(there, dict) and words else words
    )


def _items(text: str, step: str, key: str, typed: str) -> list[Any]:
    """Lines as they were keep what the file says of them; a document's own name is the document."""
    definition = data(text)
    documents = {
        name: str((document or {}).get("label", name))
        for name, document in (definition.get("documents") or {}).items()
    }
    was = dict(lines_of(_of(text, step).get(key), documents))
    ids = {" ".join(label.split()): name for name, label in documents.items()}
    lines = [" ".join(line.split()) for line in typed.split("\n")]
    return [was.get(line) or ids.get(line) or {"text": line} for line in lines if line]


def _marks(text: str, sheet: Sheet, step: str, typed: Typed) -> str:
    marks = {role: typed.get(f"s.{step}.mark.{role}") for role in sheet.roles}
    if any(mark is None for mark in marks.values()):
        return text
    for key, sign in (("executor", "x"), ("participants", "p")):
        was = edit.many(_of(text, step).get(key))
        now = [role for role, mark in marks.items() if mark == sign]
        if set(now) != {role for role in was if role in sheet.roles}:
            kept = [role for role in was if role in now]
            names = [*kept, *(role for role in now if role not in kept)]
            text = edit.set_step(text, step, key, edit.one_or_many(names) if names else None)
    return text


def _time(text: str, step: str, typed: Typed, faults: list[FieldError]) -> str:
    amount, unit = typed.get(f"s.{step}.time", "").strip(), typed.get(f"s.{step}.unit", "")
    if unit == "yaml":
        return text
    if not amount:
        return edit.set_step(text, step, "time", "none" if unit == "none" else None)
    if unit == "lain":
        return edit.set_step(text, step, "time", amount)
    if unit in ("", "none") or not NUMBER.fullmatch(amount):
        said = Text("Tulis bilangan, lalu pilih satuannya.", "Write a number and choose its unit.")
        faults.append(FieldError(f"s.{step}.time", said))
        return text
    number = float(amount.replace(",", "."))
    if number == int(number):
        return edit.set_step(text, step, "time", f"{int(number)}{unit}")
    if unit not in IN_MINUTES:
        said = Text("Hari ditulis utuh; pakai jam untuk pecahannya.", "Days are whole; use hours for parts.")
        faults.append(FieldError(f"s.{step}.time", said))
        return text
    return edit.set_step(text, step, "time", f"{round(number * IN_MINUTES[unit]) or 1}m")


def _ways(text: str, sheet: Sheet, step: str, typed: Typed, faults: list[FieldError]) -> str:
    at, ways = f"s.{step}.way", []
    count = sum(name.startswith(f"{at}.") and name.endswith(".id") for name in sheet.fields)
    names = [f"{at}.{n}" for n in range(count + SPARE) if f"{at}.{n}.label" in typed]
    if not any(
        typed.get(f"{name}.{key}", "").strip() != sheet.fields.get(f"{name}.{key}", "").strip()
        for name in names
        for key in ("label", "to", "back")
    ):
        return text
    for name in names:
        label, to = typed[f"{name}.label"].strip(), typed.get(f"{name}.to", "")
        if not label and not (to and sheet.fields.get(f"{name}.to", "") != to):
            continue
        if not label or not to:
            said = Text("Tulis pilihannya dan pilih ke mana.", "Write the choice and choose where it leads.")
            faults.append(FieldError(f"{name}.label", said))
            return text
        way = {"id": sheet.fields.get(f"{name}.id", ""), "label": label, "to": to}
        ways.append({**way, "is_return": typed.get(f"{name}.back", "") == "on"})
    return edit.set_outcomes(text, step, ways)


def _fields(text: str, sheet: Sheet, step: str, typed: Typed) -> str:
    at, form = f"s.{step}.field", str(_of(text, step).get("form") or "")
    count = sum(name.startswith(f"{at}.") and name.endswith(".id") for name in sheet.fields)
    for index in reversed(range(count)):
        name = f"{at}.{index}"
        if f"{name}.label" not in typed:
            continue
        path: tuple[str | int, ...] = ("forms", form, "fields", index)
        if not typed[f"{name}.label"].strip():
            text = _without_field(text, step, form, index)
            continue
        for key in ("label", "type", "required", "options"):
            now = typed.get(f"{name}.{key}", "").strip()
            if now != sheet.fields[f"{name}.{key}"].strip():
                value = now == "on" if key == "required" else _options(now) if key == "options" else now
                text = _keyed(text, (*path, key), value)
    for index in range(count, count + SPARE):
        label = typed.get(f"{at}.{index}.label", "").strip()
        if label:
            more: dict[str, Any] = {"required": True} if typed.get(f"{at}.{index}.required") == "on" else {}
            options = _options(typed.get(f"{at}.{index}.options", ""))
            more |= {"options": options} if options else {}
            kind = typed.get(f"{at}.{index}.type") or "text"
            text = _with_field(text, step, {"type": kind, "label": label, **more})
    return text


def _keyed(text: str, path: tuple[str | int, ...], value: Any) -> str:
    return put(text, path, value) if value else remove(text, path)


def _without_field(text: str, step: str, form: str, index: int) -> str:
    fields = data(text)["forms"][form]["fields"]
    if len(fields) > 1:
        return remove(text, ("forms", form, "fields", index))
    return remove(edit.set_step(text, step, "form", None), ("forms", form))


def _options(typed: str) -> list[str]:
    return [" ".join(part.split()) for part in typed.split(";") if part.strip()]


def _with_field(text: str, step: str, said: Mapping[str, Any]) -> str:
    definition = data(text)
    forms = definition.get("forms") or {}
    form = str(_of(text, step).get("form") or "")
    fields = (forms.get(form) or {}).get("fields") or []
    new = {"id": edit.slug(said["label"], {str(field.get("id")) for field in fields}), **said}
    if fields:
        return put(text, ("forms", form, "fields"), [*fields, new])
    form = form or edit.slug(f"isian_{step}", forms)
    text = edit.set_step(text, step, "form", form)
    whole = {"fields": [new]}
    path = ("forms", form) if forms else ("forms",)
    return put(text, path, whole if forms else {form: whole}, edit.TOP_KEYS)


Act = Callable[[str], str]


def act(do: str, typed: Typed) -> Act | None:
    """What a button does with the text; None for one that is not about the sheet."""
    verb, _, name = do.partition(":")
    match verb:
        case "add":
            return lambda text: edit.add_step(text, name or None)[0]
        case "up" | "down":
            return lambda text: edit.move_step(text, name, -1 if verb == "up" else 1)
        case "remove":
            return lambda text: edit.remove_step(text, name)
        case "role":
            label = " ".join(typed.get("new_role", "").split())
            return lambda text: edit.add_role(text, label)[0] if label else text
        case "drop":
            return lambda text: edit.remove_role(text, name)
    return None


def merged(now: str, base: str | None, typed: Typed, *, mine: bool) -> str | None:
    """What one author typed over ``base``, on the text of now; None where both changed the same cell.

    ``mine``: what was typed stands where both did, and where nobody knows any more what it was typed over.
    """
    if base == now or (base is None and mine):
        return changed(now, typed)
    if base is None:
        return None
    was, there = sheet_of(base).fields, sheet_of(now).fields
    own = {name: value for name, value in typed.items() if name[:2] != "s." or value or name in was}
    own = {name: value for name, value in own.items() if _flat(value) != _flat(was.get(name, ""))}
    own |= {
        name: "" for name, value in was.items() if value == "on" and name not in typed and _sent(name, typed)
    }
    if not mine and any(
        _flat(there.get(name, "")) not in (_flat(was.get(name, "")), _flat(own[name])) for name in own
    ):
        return None
    if not mine and any(name in was and name not in there for name in own):
        return None
    return changed(now, {**there, **own})


def differing(now: str, typed: Typed) -> list[str]:
    """The cells in which what was typed is other than what is there."""
    there = sheet_of(now).fields
    return [name for name, value in typed.items() if name in there and _flat(value) != _flat(there[name])]


def _sent(name: str, typed: Typed) -> bool:
    """Whether the row or column of a box that is not ticked was sent at all."""
    return f"{name.rpartition('.')[0]}.label" in typed


def _flat(text: str) -> str:
    return " ".join(text.split())
