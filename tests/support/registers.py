"""Small registers: one as storage tests know it, one as the file that an office stores."""

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


NOTES = """
schema: register/v1
id: catatan
label: Catatan
title: "{kode} {isi}"
key: [tahun, kode]
unit: unit
read: unit
edit: [kepala_bidang]
edit_own: true
columns:
  - {id: tahun, type: year, label: Tahun, required: true}
  - {id: kode, type: text, label: Kode, required: true}
  - {id: isi, type: textarea, label: Isi}
  - {id: unit, type: unit, label: Unit}
  - {id: nilai, type: number, label: Nilai, min: 0}
  - {id: dua_kali, type: number, label: Dua kali, compute: nilai * 2}
  - {id: petugas, type: text, label: Petugas, personal: true}
  - {id: hasil, type: text, label: Hasil, written_by: [perbaikan-data-kinerja]}
rules:
  - {when: 'isi == "penting"', require: nilai != null, message: Catatan penting memerlukan nilai}
rows:
  - {tahun: 2026, kode: c-1, isi: Catatan pertama, unit: bid-pdn, petugas: Ibu Sari}
  - {tahun: 2026, kode: c-2, isi: Catatan bidang lain, unit: bid-eks, nilai: 4}
"""

ROWS_OF_NOTES = (
    b"tahun,kode,isi,unit,nilai\n2026,c-20,Catatan dari berkas,bid-pdn,2.5\n2026,c-1,Diganti,bid-pdn,\n"
)
