"""A small register, as storage tests know it."""

from __future__ import annotations

from typing import Any

from engine.sop.registers.definition import Column, RegisterDefinition
from engine.sop.registers.row import RegisterRow
from engine.store.register_writes import RowWrite

A_REGISTER = RegisterDefinition(
    schema="register/v1",
    id="indikator",
    label="Indikator",
    title="{kode} {uraian}",
    key=("tahun", "kode"),
    columns=(
        Column(id="tahun", type="year", label="Tahun", required=True),
        Column(id="kode", type="text", label="Kode", required=True),
        Column(id="uraian", type="textarea", label="Uraian"),
        Column(id="target", type="number", label="Target"),
        Column(id="petugas", type="text", label="Petugas", personal=True),
    ),
)


def a_row_of_it(old: RegisterRow | None = None, *, retired: bool = False, **values: Any) -> RowWrite:
    """A new row, or the next state of an old one."""
    given = {**(old.values if old else {"tahun": 2026, "kode": "sk-1", "target": 87.5}), **values}
    return RowWrite(f"{given['tahun']}:{given['kode']}", old, given, retired)
