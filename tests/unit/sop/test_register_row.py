"""One row of a register: its id, its values, its faults and what an act changes in it."""

from typing import Any

import pytest

from engine.errors import InvalidInput
from engine.sop.forms.register_row import checked_row
from engine.sop.model import FormRule
from engine.sop.registers.definition import Column, RegisterDefinition
from engine.sop.registers.row import RegisterRow, net_change, row_id, row_title
from tests.unit.sop.test_forms import OneOffice


def register(*more: Column, **keys: Any) -> RegisterDefinition:
    return RegisterDefinition(
        schema="register/v1",
        id="indikator",
        label="Indikator",
        title="{kode} {uraian}",
        key=("tahun", "kode"),
        columns=(
            Column(id="tahun", type="year", label="Tahun", required=True),
            Column(id="kode", type="text", label="Kode", required=True),
            Column(id="uraian", type="text", label="Uraian"),
            Column(id="target", type="number", label="Target", default=0),
            Column(id="unit", type="unit", label="Unit"),
            Column(id="ganda", type="number", label="Ganda", compute="target * 2"),
            *more,
        ),
        **keys,
    )


NEW = {"tahun": 2026, "kode": "sk-1", "uraian": "Ikan", "target": 5}


def stored(**values: Any) -> RegisterRow:
    return RegisterRow("2026:sk-1", checked_row(register(), NEW | values, None, OneOffice()))


def faults(found: RegisterDefinition, cells: dict[str, Any], old: RegisterRow | None = None) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        checked_row(found, cells, old, OneOffice())
    return [fault.path for fault in refused.value.errors]


def test_the_id_of_a_row_is_its_key() -> None:
    assert row_id(register(), NEW) == "2026:sk-1"
    assert row_id(register(), NEW | {"tahun": 2026.0}) == "2026:sk-1"


@pytest.mark.parametrize("kode", [None, "", "sk 1", "a:b", "é", "x" * 200])
def test_a_row_without_a_fit_key_has_no_id(kode: str | None) -> None:
    assert row_id(register(), NEW | {"kode": kode}) is None


def test_a_title_is_filled_with_values_and_leaves_no_gaps() -> None:
    assert row_title(register(), NEW) == "sk-1 Ikan"
    assert row_title(register(), {"kode": "sk-1"}) == "sk-1"


def test_a_new_row_gets_defaults_and_computed_columns() -> None:
    values = checked_row(register(), {"tahun": 2026, "kode": "sk-1"}, None, OneOffice())
    assert values["target"] == 0
    assert values["ganda"] == 0
    assert values["uraian"] is None


def test_a_change_keeps_the_other_cells_and_computes_again() -> None:
    values = checked_row(register(), {"target": 7}, stored(), OneOffice())
    assert values == {**stored().values, "target": 7, "ganda": 14}


def test_every_fault_of_a_row_is_told_at_its_column() -> None:
    found = faults(register(), {"tahun": 26, "unit": "gone", "colour": "red"})
    assert set(found) == {"values.colour", "values.tahun", "values.unit", "values.kode"}


def test_a_key_that_cannot_stand_in_an_id_is_refused() -> None:
    assert faults(register(), NEW | {"kode": "a b"}) == ["values.kode"]


def test_a_key_never_changes() -> None:
    assert faults(register(), {"kode": "sk-2"}, stored()) == ["values.kode"]


def test_a_computed_column_is_given_by_nobody() -> None:
    assert faults(register(), NEW | {"ganda": 3}) == ["values.ganda"]
    assert checked_row(register(), {"ganda": 10, "target": 5}, stored(), OneOffice())["ganda"] == 10


def test_a_unit_that_is_gone_by_now_keeps_its_old_rows_fit() -> None:
    old = RegisterRow("2026:sk-1", {**stored().values, "unit": "gone"})
    assert checked_row(register(), {"target": 7}, old, OneOffice())["unit"] == "gone"


def test_a_rule_compares_with_the_row_before_it() -> None:
    fixed = register(
        rules=(FormRule(when="old.target >= 5", require="target == old.target", message="Tetap"),)
    )
    assert faults(fixed, {"target": 6}, stored()) == ["values"]
    assert checked_row(fixed, NEW | {"target": 6}, None, OneOffice())["target"] == 6


def test_a_retired_column_is_asked_of_nobody() -> None:
    old_fashioned = register(Column(id="lama", type="text", label="Lama", required=True, retired=True))
    assert checked_row(old_fashioned, NEW, None, OneOffice())["lama"] is None


def test_a_change_names_the_cells_that_differ_and_nothing_is_no_change() -> None:
    change = net_change("r", {"a": 1, "b": []}, {"a": 2, "b": None})
    assert change is not None
    assert change.act == "change"
    assert change.cells == {"a": (1, 2)}
    assert net_change("r", {"a": 1}, {"a": 1.0}) is None
    assert net_change("r", {"a": 1}, {"a": True}) is not None
    added = net_change("r", None, {"a": None})
    assert added is not None
    assert added.act == "add"
