"""Whoever decides what, every shipped SOP comes to its end, and no task waits for nobody."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.cases.model import CaseState, CaseStatus
from engine.clock import FakeClock
from engine.engine import Engine
from engine.sop.checks import require_definition
from engine.sop.serialise import to_yaml
from engine.store.audit_reader import verify_log
from engine.tables import SOP_CASE
from runtime.bootstrap import bootstrap
from runtime.demo import staff as people
from runtime.demo.load import indicators, load_demonstration, load_sources
from runtime.demo.office import without_passwords
from runtime.demo.staff import Staff
from runtime.settings import Settings
from runtime.shipped import definition_files, second_organisation

SOPS = [path.stem for path in definition_files()]
START = "2026-03-02T08:00+08:00"
PLANNER, HEAD = "dagkop.kasubag.perencanaan", "dagkop.kadis"
PERIODS = {"month": "2026-02", "quarter": "2026-Q1", "semester": "2026-H1", "year": "2026"}
RENSTRA = (
    "kode,tahun_awal,uraian,unit,target_akhir,t1,t2,t3,t4,t5\n"
    "ss-1,2025,Ketersediaan barang pokok,bid-perdagangan,98,90,92,94,96,98\n"
    "ss-2,2025,Produksi IKM,bid-perindustrian,5,1,2,3,4,5\n"
)
FIELDS: dict[str, dict[str, Any]] = {
    "pengumpulan-data-informasi": {"perihal": "Data pasar"},
    "tindak-lanjut-arahan": {
        "butir": "Rapikan arsip",
        "unit": "bid-umkm",
        "penanggung_jawab": "kasi-umkm-1",
        "tenggat": "2026-04-30",
    },
}
LOOKS = 600


def walked(sop: str, seed: int, tmp_path: Any) -> tuple[Engine, list[CaseState]]:
    """An office in which everybody decides by chance, returning often, until nothing is open any more."""
    clock = FakeClock(START)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'alur.db'}", files_dir=tmp_path / "files")
    system = bootstrap(settings, clock)
    system.migrate()
    engine, office = without_passwords(system), second_organisation()
    load_demonstration(engine, "kata sandi", [office], ())
    for path in definition_files():
        written = require_definition(path.read_text(encoding="utf-8"), file=path.name).as_written
        text = to_yaml(replace(written, status="effective"))
        engine.definitions.store(HOST, text, agency=office.agency.id, as_demonstration=True)
    load_sources(engine, office.agency.id, [indicators(2026)])
    report = engine.register_imports.read(HOST, "target_renstra", RENSTRA.encode(), agency=office.agency.id)
    engine.register_imports.confirm(HOST, "target_renstra", report["id"], agency=office.agency.id)
    chance = random.Random(seed)
    staff = Staff(
        engine, clock, ZoneInfo("Asia/Makassar"), office, chance, "kata sandi", {"f2": 1, "f4": 1, "b7": 1}
    )
    if sop.startswith("laporan-kinerja"):
        start(engine, "rencana-aksi-kinerja")
        work(staff)
    start(engine, sop)
    work(staff)
    found = engine.context.store.ask(
        lambda tx: [tx.cases.get(id) for id in tx.connection.execute(select(SOP_CASE.c.id)).scalars()]
    )
    return engine, [state for state in found if state is not None]


def start(engine: Engine, sop: str) -> None:
    compiled = engine.context.store.ask(lambda tx: engine.context.catalog.effective(tx, "dagkop-contoh", sop))
    period = compiled.definition.case.period
    who = HEAD if sop == "perbaikan-data-kinerja" else PLANNER
    engine.cases.start(who, sop, period=PERIODS[period.type] if period else None, fields=FIELDS.get(sop, {}))


def work(staff: Staff) -> None:
    for _ in range(LOOKS):
        states = open_states(staff.engine)
        if not states:
            return
        day = staff.clock.now().date()
        for state in states:
            for task in state.open_tasks():
                assert staff.organisation.people_of(task.seats, day), f"{task.step_id} waits for nobody"
        begins = [task.not_before for state in states for task in state.open_tasks()]
        dates = [at for at in begins if at is not None and at > staff.clock.now()]
        waits = len(dates) == len(begins) and dates  # nothing but work of a later day is open
        staff.clock.set(min(dates) if waits else staff.clock.now() + timedelta(hours=8))
        staff.look()
    raise AssertionError(f"does not end: {[task.step_id for s in states for task in s.open_tasks()]}")


def open_states(engine: Engine) -> list[CaseState]:
    running = select(SOP_CASE.c.id).where(SOP_CASE.c.state == "running")
    found = engine.context.store.ask(
        lambda tx: [tx.cases.get(id) for id in tx.connection.execute(running).scalars()]
    )
    return [state for state in found if state is not None]


@pytest.mark.parametrize("sop", ["tindak-lanjut-arahan", "jadwal-monitoring-renstra", "penetapan-tim-sakip"])
def test_a_walk_of_a_short_sop_ends(sop: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    require_an_end(sop, 1, tmp_path, monkeypatch)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("sop", SOPS)
def test_every_walk_of_every_shipped_sop_ends(
    sop: str, seed: int, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_an_end(sop, seed, tmp_path, monkeypatch)


def require_an_end(sop: str, seed: int, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "RETURNED", 0.25)
    engine, states = walked(sop, seed, tmp_path)
    assert {state.case.state for state in states} == {CaseStatus.COMPLETED}
    assert sop in {state.case.sop for state in states}
    assert engine.context.store.read(verify_log).ok
