"""Registers: a file imported, a page of many rows, a form with lookups, what writing adds to an act."""

import json
import sys
import time
from pathlib import Path

from bench import office
from bench.contenders import options_of
from bench.parts.lists import median_ms, require_full
from engine.access.actor import HOST, Actor
from engine.commands.cases.completion import Completion
from engine.engine import Engine

WHO = Actor("kasubbag.perencanaan")
LINES, FILES, PAGE, TIMES = 10_000, 10, 50, 20
READ, WRITTEN = 2_001, 2_002  # the years of the rows that forms read
REGISTER = """
schema: register/v1
id: ukuran
label: Ukuran
title: "{kode} {nama}"
key: [tahun, kode]
edit: [kasubbag_perencanaan]
written_by: [menulis]
columns:
  - {id: tahun, type: year, label: Tahun, required: true}
  - {id: kode, type: text, label: Kode, required: true}
  - {id: nama, type: textarea, label: Nama}
  - {id: satuan, type: choice, label: Satuan, options: [dokumen, orang]}
  - {id: unit, type: unit, label: Unit}
  - {id: target, type: number, label: Target}
  - {id: realisasi, type: number, label: Realisasi}
  - {id: capaian, type: percent, label: Capaian, compute: 'achievement(realisasi, target)'}
"""
HEAD = "tahun,kode,nama,satuan,unit,target,realisasi\n"
SOP = """
schema: sop/v1
id: {id}
version: 1.0.0
status: effective
identity: {{title: Ukuran {id}, number: "1", created_on: "2026-01-01", effective_on: "2026-01-01",
  approved_by: kepala_dinas, activity_owner: kasubbag_perencanaan}}
roles: {{kasubbag_perencanaan: {{label: Kasubbag}}, kepala_dinas: {{label: Kepala Dinas}}}}
triggers: [{{type: manual, by: [kasubbag_perencanaan]}}]
sla: {{calendar: asn-5hk}}
steps:
  - {{id: isi, activity: Mengisi, executor: kasubbag_perencanaan, time: 60m, form: isi{write}}}
forms:
  isi:
    fields:
      - id: daftar
        type: table
        label: Daftar
        rows_from: {{register: ukuran, where: row.tahun == {year}}}
        columns: [{columns}]
"""
LOOKUPS = ", ".join(
    f"{{id: lalu_{back}, type: number, label: Lalu {back}, lookup: {{register: ukuran,"
    f" where: 'row.kode == kode && row.tahun == tahun - {back}', column: target}}}}"
    for back in range(1, 6)
)
OWN = "{id: realisasi, type: number, label: Realisasi}"
WRITE = ", write: {register: ukuran, rows: isi.daftar, row: row.ukuran, take: [realisasi]}"


def main(arguments: list[str]) -> dict[str, float]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    office.prepare(options.database, options.migration, files)
    with office.opened(options.database, files) as engine:
        engine.register_files.store(HOST, REGISTER)
        for id, year, columns, write in (
            ("membaca", READ, LOOKUPS, ""),
            ("menulis", WRITTEN, OWN, WRITE),
            ("mengisi", WRITTEN, OWN, ""),
        ):
            text = SOP.format(id=id, year=year, columns=columns, write=write)
            engine.definitions.store(HOST, text, as_demonstration=True)
        imported = [_imported(engine, number) for number in range(FILES)]
        _imported(engine, 0, [(READ - back, 100) for back in range(6)] + [(WRITTEN, 300)])
        opened = _opened(engine, "membaca")
        rows = engine.queries.register_rows
        return {
            "import_10k_s": imported[0],
            "page_100k_ms": median_ms(
                lambda: require_full(rows.list(WHO, "ukuran", limit=PAGE), PAGE), TIMES
            ),
            "form_100x5_ms": median_ms(lambda: engine.queries.tasks.get(WHO, opened), TIMES),
            "write_300_adds_ms": _completed(engine, "menulis") - _completed(engine, "mengisi"),
        }


def _imported(engine: Engine, number: int, years: list[tuple[int, int]] | None = None) -> float:
    """Seconds from the file to its rows."""
    lines = [
        f"{year},k-{n},Ukuran {n} yang dihitung,dokumen,bid-psr,{n + 1},\n"
        for year, count in years or [(2_030 + number, LINES)]
        for n in range(count)
    ]
    content = (HEAD + "".join(lines)).encode()
    before = time.perf_counter()
    report = engine.register_imports.read(WHO, "ukuran", content)
    added = engine.register_imports.confirm(WHO, "ukuran", report["id"])["added"]
    if added != len(lines):
        raise RuntimeError(f"{added} rows of {len(lines)} were imported")
    return time.perf_counter() - before


def _opened(engine: Engine, sop: str) -> str:
    """A case's first task, claimed."""
    case = engine.cases.start(WHO, sop)
    task = case["open_tasks"][0]
    if task["claimed_at"] is None:
        engine.tasks.claim(WHO, task["id"])
    return str(task["id"])


def _completed(engine: Engine, sop: str) -> float:
    """Milliseconds to hand a form in."""
    times = []
    for number in range(TIMES):
        task = _opened(engine, sop)
        rows = [{"row": f"{WRITTEN}:k-{n}", "realisasi": n + number} for n in range(300)]
        before = time.perf_counter()
        engine.completion.complete(WHO, task, Completion(data={"daftar": rows}))
        times.append(time.perf_counter() - before)
    return 1000 * sorted(times)[TIMES // 2]


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
