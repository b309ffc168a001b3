"""Laws of forms: whatever is sent is stored or refused; what was stored is accepted again as it is."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InvalidInput
from engine.sop.forms import FormDefinition, checked_draft, form_schema, initial_data, validated
from engine.sop.model import Document, Field, FormRule
from engine.sop.register_use import RowsFrom
from engine.sop.registers.reader import PlainRegisters
from engine.sop.registers.row import RegisterRow


def field(id: str, type: Any = "text", **rest: Any) -> Field:
    return Field(id=id, type=type, label=id, **rest)


class EverythingExists:
    """A directory in which every id of one letter exists."""

    registers = PlainRegisters(tables={"acuan": {"acuan": RegisterRow("acuan", {})}})

    def unit(self, id: str, /) -> str | None:
        return id if len(id) == 1 else None

    position = account = file = unit

    def units_of_type(self, type: str, /) -> Mapping[str, str]:
        return {"a": "A", "b": type}

    def participants(self) -> Mapping[str, str]:
        return {"a": "A", "b": "B"}

    def away(self, account: str, /) -> tuple[bool, date | None]:
        return account == "nobody", None


OFFICE = EverythingExists()
VALUES: dict[str, Any] = {
    "today": "2026-01-05",
    "branch": {"id": None, "unit": None, "item": None},
    "s1": {"t": [{"row": "r1", "u": "a", "n": 1}, {"row": "r2", "u": "b", "n": None}]},
}
LETTERS = st.sampled_from("abc")
GOOD: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20),
    "textarea": st.just("baris\nbaris"),
    "number": st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9),
    "percent": st.floats(0, 100),
    "money": st.integers(0, 10**12),
    "date": st.dates().filter(lambda day: 1900 <= day.year < 3000).map(lambda day: day.isoformat()),
    "datetime": st.just("2026-01-05T08:00:00+08:00"),
    "period": st.sampled_from(["2026", "2026-Q1", "2026-H2", "2026-12"]),
    "year": st.integers(1900, 2999),
    "boolean": st.booleans(),
    "choice": st.sampled_from(["Ya", "Tidak"]),
    "checklist": st.lists(st.sampled_from(["A", "B"]), unique=True),
    "user": LETTERS,
    "users": st.lists(st.sampled_from("ab"), unique=True),
    "position": LETTERS,
    "positions": st.lists(LETTERS, unique=True),
    "unit": st.sampled_from("ab"),
    "units": st.lists(LETTERS, unique=True),
    "file": LETTERS,
    "evidence": st.lists(LETTERS.map(lambda id: {"file": id}), unique_by=lambda one: one["file"]),
    "reference": st.just("acuan"),
}
MORE: dict[str, dict[str, Any]] = {
    "choice": {"options": ("Ya", "Tidak")},
    "checklist": {"items": ("A", "B")},
    "users": {"from_": "participants"},
    "unit": {"unit_type": "bidang"},
    "evidence": {"document": "bukti"},
    "reference": {"register": "acuan"},
}
COLUMNS = tuple(field(f"c_{type}", type, **MORE.get(type, {})) for type in GOOD)
SHEET = FormDefinition(
    (
        *(field(f"f_{type}", type, **MORE.get(type, {})) for type in GOOD),
        field("bebas", "table", columns=(*COLUMNS, field("dua", "number", compute="c_number * 2"))),
        field(
            "lanjut",
            "table",
            rows_from=RowsFrom(from_="s1.t"),
            add_rows=True,
            columns=(field("ok", "boolean"), field("ket", required_if="!ok && n > 0")),
        ),
        field("tetap", "table", rows=("A", "B"), columns=(field("nilai", "number"),)),
        field("jumlah", "number", compute="sum_of(tetap, 'nilai') + size(bebas)"),
        field("rekap", "summary", from_="s1.t", group_by=("u",)),
    ),
    rules=(FormRule(when="f_number > 5", require="bebas.all(r, r.c_number < 10 || r.c_boolean)"),),
    carried={"lanjut": (field("u", "unit"), field("n", "number"))},
    documents={"bukti": Document(label="Bukti")},
)
RECORD = st.fixed_dictionaries({}, optional={f"c_{type}": good for type, good in GOOD.items()})
FILLED = st.fixed_dictionaries(
    {},
    optional={
        **{f"f_{type}": good for type, good in GOOD.items()},
        "bebas": st.lists(RECORD, max_size=3),
    },
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS | st.just(10**400) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([one.id for one in SHEET.fields])
ANY_ROW = st.dictionaries(
    st.sampled_from(["row", "branch", "u", "n", "ok", "label", "nilai", "dua", "c_number"]), JSON, max_size=4
)


def attempted(act: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], InvalidInput | None]:
    """What was stored, or the refusal."""
    try:
        return act(), None
    except InvalidInput as error:
        return {}, error


@settings(max_examples=150)
@given(filled=FILLED)
def test_what_was_stored_is_accepted_again_and_stays_as_it_is(filled: dict[str, Any]) -> None:
    data = {**initial_data(SHEET, VALUES, OFFICE), **filled}
    stored, refusal = attempted(lambda: validated(SHEET, data, VALUES, OFFICE))
    if refusal is not None:
        assert {fault.path for fault in refusal.errors} <= {"data", "data.lanjut[0].ket"}
        return
    assert validated(SHEET, stored, VALUES, OFFICE) == stored
    assert set(stored) == {one.id for one in SHEET.fields}


@settings(max_examples=150)
@given(filled=FILLED)
def test_a_visit_before_comes_back_as_it_was_stored(filled: dict[str, Any]) -> None:
    stored, refusal = attempted(lambda: validated(SHEET, {**filled, "lanjut": None}, VALUES, OFFICE))
    if refusal is not None:
        return
    assert initial_data(SHEET, VALUES, OFFICE, previous=stored) == stored
    draft = checked_draft(SHEET, stored, VALUES, OFFICE)
    assert initial_data(SHEET, VALUES, OFFICE, draft) == stored


@settings(max_examples=400)
@given(
    data=st.dictionaries(NAMES, JSON | st.lists(ANY_ROW, max_size=3), max_size=4) | JSON,
    outcome=st.none() | st.text(),
)
def test_any_data_is_stored_or_refused_with_its_faults(data: Any, outcome: str | None) -> None:
    for act in (
        lambda: validated(SHEET, data, VALUES, OFFICE, outcome),
        lambda: checked_draft(SHEET, data, VALUES, OFFICE),
    ):
        stored, refusal = attempted(act)
        faults = refusal.errors if refusal else ()
        assert refusal is None or faults
        assert all(fault.path.startswith("data") for fault in faults)
        texts = [fault.path + fault.message.indonesian + fault.message.english for fault in faults]
        assert json.dumps([stored, texts], allow_nan=False, ensure_ascii=False).encode()


@settings(max_examples=100)
@given(value=JSON, rows=st.lists(ANY_ROW | JSON, max_size=3) | JSON)
def test_schema_and_initial_data_exist_whatever_earlier_steps_hold(value: Any, rows: Any) -> None:
    values = {"today": value, "branch": value, "s1": {"t": rows}}
    assert set(initial_data(SHEET, values, OFFICE)) == {one.id for one in SHEET.fields}
    assert form_schema(SHEET, values, OFFICE)["properties"].keys() == {one.id for one in SHEET.fields}
