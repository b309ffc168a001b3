"""A draft as the sheet that its author fills in: one name and one text for every cell. Pure."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.sop.diagnostics import Problem
from engine.sop.editing.steps import many
from engine.sop.editing.text import data
from engine.text.bilingual import Text
from web import sop_details

IDENTITY_TEXTS = ("title", "number", "unit", "agency", "government", "scope", "warning", "recording")
IDENTITY_DAYS = ("created_on", "revised_on", "effective_on")
IDENTITY_ROLES = ("approved_by", "product_owner", "activity_owner")
IDENTITY_LISTS = ("legal_basis", "qualifications", "equipment")
UNITS = {
    "m": Text("menit", "minutes"),
    "h": Text("jam", "hours"),
    "wd": Text("hari kerja", "working days"),
    "cd": Text("hari kalender", "calendar days"),
    "none": Text("tanpa batas", "no limit"),
}
FIELD_WORDS: Mapping[str, Text] = {
    "text": Text("teks pendek", "short text"),
    "textarea": Text("teks panjang", "long text"),
    "number": Text("bilangan", "number"),
    "money": Text("uang", "money"),
    "percent": Text("persen", "per cent"),
    "date": Text("tanggal", "date"),
    "datetime": Text("tanggal dan jam", "date and time"),
    "boolean": Text("ya atau tidak", "yes or no"),
    "choice": Text("pilihan, dipisah titik koma", "choice, parted by semicolons"),
    "user": Text("pegawai", "person"),
    "unit": Text("unit", "unit"),
    "file": Text("berkas", "file"),
    "evidence": Text("data dukung", "evidence"),
}
ASSIGNS = {
    "": Text(
        "sesuai tanda: satu orang, atau yang pertama memimpin", "as marked: one person, or the first leads"
    ),
    "pool": Text("siapa saja di antaranya; satu orang mengambil", "anybody among them; one takes it"),
    "each_holder": Text("semuanya harus menyelesaikan", "all of them must finish"),
    "lead": Text("yang pertama memimpin, yang lain ikut", "the first leads, the others take part"),
    "single": Text("satu orang yang ditunjuk", "one person"),
}
PERS = {
    "": Text("satu untuk seluruh instansi", "one for the whole agency"),
    "agency": Text("satu untuk seluruh instansi (tertulis)", "one for the whole agency (written)"),
    "bidang": Text("satu di tiap bidang", "one in every division"),
    "unit": Text("satu di unit berkasnya", "one in the case's unit"),
    "seksi": Text("satu di tiap seksi", "one in every section"),
}
PERIODS = {
    "": Text("tidak berkala", "no period"),
    "month": Text("bulan", "month"),
    "quarter": Text("triwulan", "quarter"),
    "semester": Text("semester", "half-year"),
    "year": Text("tahun", "year"),
}
CHANGES = {
    "added": Text("ditambah", "added"),
    "removed": Text("dihapus", "removed"),
    "text": Text("teks", "text"),
    "time": Text("waktu", "time"),
    "executor": Text("pelaksana", "executor"),
    "flow": Text("alur", "flow"),
    "form": Text("formulir", "form"),
    "identity": Text("identitas", "identity"),
}
NOUNS = {
    "identity": Text("Identitas", "Identity"),
    "roles": Text("Pelaksana", "Executors"),
    "steps": Text("Langkah", "Step"),
    "forms": Text("Formulir", "Form"),
    "fields": Text("Isian", "Field"),
    "documents": Text("Dokumen", "Document"),
    "blocks": Text("Bagian sejajar", "Block"),
    "outcomes": Text("Pilihan", "Choice"),
    "activity": Text("Kegiatan", "Activity"),
    "executor": Text("Pelaksana", "Executor"),
    "participants": Text("Yang ikut serta", "Participants"),
    "requirements": Text("Kelengkapan", "Requirements"),
    "time": Text("Waktu", "Time"),
    "time_text": Text("Waktu tercetak", "Printed time"),
    "output": Text("Output", "Output"),
    "remarks": Text("Keterangan", "Remarks"),
    "label": Text("Nama", "Label"),
    "next": Text("Lalu ke", "Then to"),
    "to": Text("Ke", "To"),
    "number": Text("Nomor", "Number"),
    "title": Text("Judul", "Title"),
    "triggers": Text("Cara mulai", "How it starts"),
    "case": Text("Berkas", "Case"),
}
OTHER = Text("lainnya, seperti 1wd4h", "other, such as 1wd4h")
AMOUNT = re.compile(r"(\d+)(m|h|wd|cd)")
PATH = re.compile(r"(\w+)(?:\[(\d+)\]|\.([\w-]+))?(?:\.(\w+))?")
MISSING = re.compile(r'The key "(\w+)"')
CELLS = {
    **dict.fromkeys(("executor", "participants", "assign"), "mark"),
    **dict.fromkeys(("time", "time_text", "pickup"), "time"),
    **dict.fromkeys(("next", "outcomes", "kind", "start_sop"), "next"),
    **dict.fromkeys(("requirements", "output", "remarks", "label"), ""),
    "form": "field",
}
SPARE = 2
"""Empty lines for further ways on and fields."""
Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One step: what it is called, and what the sheet alone cannot say of it (``elsewhere``)."""

    id: str
    number: str
    title: str
    ways: int
    fields: int
    doubtful: bool
    elsewhere: tuple[str, ...]
    is_decision: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a draft by name, and what its page is drawn from."""

    fields: Fields
    rows: list[Row]
    roles: dict[str, str]
    targets: dict[str, str]
    documents: dict[str, str]
    moments: dict[str, Text]
    asked: dict[str, Text]
    cells: dict[str, list[Problem]] = dataclasses.field(default_factory=dict)


def sheet_of(text: str) -> Sheet:
    """The sheet of a text; ValueError where the YAML itself cannot be read."""
    definition = data(text)
    roles = {
        name: _text(role.get("label") if isinstance(role, dict) else role) or name
        for name, role in _map(definition.get("roles")).items()
    }
    documents = {
        name: _text(document.get("label") if isinstance(document, dict) else document) or name
        for name, document in _map(definition.get("documents")).items()
    }
    steps = [step for step in _list(definition.get("steps")) if isinstance(step, dict) and step.get("id")]
    fields = dict(_identity(_map(definition.get("identity"))))
    fields |= dict(_start(definition))
    fields |= {"documents": "\n".join(documents.values())}
    for name, role in _map(definition.get("roles")).items():
        fields |= dict(_role(name, role if isinstance(role, dict) else {"label": role}))
    forms, rows = _map(definition.get("forms")), []
    for number, step in enumerate(steps, 1):
        row = _row(number, step, forms)
        rows.append(row)
        fields |= dict(_step(step, row, roles, documents, forms))
    targets = {row.id: f"{row.number}. {row.title}" for row in rows}
    blocks = _map(definition.get("blocks"))
    targets |= {name: _text(_map(block).get("label")) or name for name, block in blocks.items()}
    case = _map(definition.get("case"))
    moments, asked = (of_step(steps, forms, case) for of_step in (sop_details.moments, sop_details.asked))
    return Sheet(fields, rows, roles, targets, documents, moments, asked)


def cell_of(problem: Problem, steps: list[str]) -> str:
    """The cell that a fault stands at; empty for one that the sheet has no cell for."""
    match = PATH.match(problem.path)
    if match is None:
        return ""
    top, index, name, inner = match.groups()
    if top == "steps" and index is not None and int(index) < len(steps):
        if problem.code == "missing_key" and not inner:  # told at the step, for the key stands nowhere
            inner = next(iter(MISSING.findall(problem.message.english)), None)
        return f"s.{steps[int(index)]}.{CELLS.get(inner or '', '') or inner or 'activity'}"
    if top == "identity" and name:
        return f"identity.{name}"
    if top == "roles" and name:
        return f"role.{name}.label"
    if top in ("triggers", "case"):
        return "start.by" if top == "triggers" else "case.title"
    return ""


def line_of(item: Any, documents: Mapping[str, str]) -> str:
    """One requirement or output as a line of its cell."""
    if not isinstance(item, dict):
        return documents.get(_text(item), _text(item))
    if item.get("text"):
        return _text(item["text"])
    if item.get("any_of"):
        return " / ".join(documents.get(id, id) for id in many(item["any_of"]))
    return documents.get(_text(item.get("doc")), _text(item.get("doc")))


def lines_of(value: Any, documents: Mapping[str, str]) -> list[tuple[str, Any]]:
    """The lines of a cell beside what the file says of each."""
    items = value if isinstance(value, list) else [value] if value else []
    return [(" ".join(line_of(item, documents).split()), item) for item in items]


def _identity(identity: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in (*IDENTITY_TEXTS, *IDENTITY_DAYS, *IDENTITY_ROLES):
        yield f"identity.{key}", _text(identity.get(key))
    for key in IDENTITY_LISTS:
        items = [item.get("text") if isinstance(item, dict) else item for item in _list(identity.get(key))]
        yield f"identity.{key}", "\n".join(" ".join(_text(item).split()) for item in items)


def _start(definition: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    manual = [
        trigger
        for trigger in _list(definition.get("triggers"))
        if isinstance(trigger, dict) and trigger.get("type") == "manual"
    ]
    yield "start.by", "\n".join(many(manual[0].get("by"))) if manual else ""
    case = _map(definition.get("case"))
    yield "case.title", _text(case.get("title"))
    yield "case.period", _text(_map(case.get("period")).get("type"))


def _role(name: str, role: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield f"role.{name}.label", _text(role.get("label"))
    yield f"role.{name}.is", name
    yield f"role.{name}.per", _text(role.get("per"))
    yield f"role.{name}.many", "on" if role.get("many") is True else ""
    yield f"role.{name}.external", "on" if role.get("external") is True else ""


def _row(number: int, step: Mapping[str, Any], forms: Mapping[str, Any]) -> Row:
    printed = _text(step["printed"]) if "printed" in step else str(number)
    title = _text(step.get("label")) or " ".join(_text(step.get("activity")).split())
    basis = step.get("basis")
    doubts = [basis] if isinstance(basis, str) else list(_map(basis).values())
    fields = _list(_map(forms.get(_text(step.get("form")))).get("fields"))
    ways = _map(step.get("outcomes"))
    return Row(
        id=_text(step["id"]),
        number=printed or str(number),
        title=title[:80] or _text(step["id"]),
        ways=len(ways),
        fields=len(fields),
        doubtful=any(doubt in ("derived", "proposed") for doubt in doubts),
        elsewhere=sop_details.elsewhere(step),
        is_decision=bool(ways),
    )


def _step(
    step: Mapping[str, Any],
    row: Row,
    roles: Mapping[str, str],
    documents: Mapping[str, str],
    forms: Mapping[str, Any],
) -> Iterator[tuple[str, str]]:
    at = f"s.{row.id}"
    yield f"{at}.activity", _text(step.get("activity"))
    yield f"{at}.label", _text(step.get("label"))
    yield f"{at}.assign", _text(step.get("assign"))
    yield f"{at}.next", _text(step.get("next"))
    yield f"{at}.time_text", _text(step.get("time_text"))
    remarks = step.get("remarks")
    yield f"{at}.remarks", _text(remarks.get("text") if isinstance(remarks, dict) else remarks)
    for key in ("requirements", "output"):
        yield f"{at}.{key}", "\n".join(line for line, _ in lines_of(step.get(key), documents))
    doers, helpers = many(step.get("executor")), many(step.get("participants"))
    for role in roles:
        yield f"{at}.mark.{role}", "x" if role in doers else "p" if role in helpers else ""
    yield from ((f"{at}.{key}", value) for key, value in sop_details.details_of(step))
    yield from _time(at, step.get("time"))
    for index, (name, way) in enumerate(_map(step.get("outcomes")).items()):
        said = _map(way)
        yield f"{at}.way.{index}.id", name
        yield f"{at}.way.{index}.label", _text(said.get("label"))
        yield f"{at}.way.{index}.to", _text(said.get("to"))
        yield f"{at}.way.{index}.back", "on" if said.get("return") is True else ""
    for index, field in enumerate(_list(_map(forms.get(_text(step.get("form")))).get("fields"))):
        said = _map(field)
        yield f"{at}.field.{index}.id", _text(said.get("id"))
        yield f"{at}.field.{index}.label", _text(said.get("label"))
        yield f"{at}.field.{index}.type", _text(said.get("type"))
        yield f"{at}.field.{index}.required", "on" if said.get("required") is True else ""
        yield f"{at}.field.{index}.options", "; ".join(many(said.get("options")))


def _time(at: str, time: Any) -> Iterator[tuple[str, str]]:
    match = AMOUNT.fullmatch(time) if isinstance(time, str) else None
    if time is None or time == "none":
        yield f"{at}.time", ""
        yield f"{at}.unit", "none" if time == "none" else ""
    elif match:
        yield f"{at}.time", match[1]
        yield f"{at}.unit", match[2]
    elif isinstance(time, dict):
        yield f"{at}.time", ""
        yield f"{at}.unit", "yaml"
    else:
        yield f"{at}.time", _text(time)
        yield f"{at}.unit", "lain"


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
