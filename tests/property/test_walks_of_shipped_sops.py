"""Whoever decides what, every shipped SOP comes to its end, and no task waits for nobody."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, select

from engine.access.actor import HOST, Actor
from engine.cases.model import CaseState, CaseStatus, TaskStatus
from engine.clock import FakeClock
from engine.engine import Engine
from engine.errors import SopError
from engine.sop.checks import require_definition
from engine.sop.serialise import to_yaml
from engine.store.audit_reader import verify_log
from engine.tables import SOP_CASE
from runtime.bootstrap import System, bootstrap
from runtime.demo.answers import ways
from runtime.demo.load import load_demonstration
from runtime.demo.office import CALENDAR, without_passwords
from runtime.demo.staff import Staff
from runtime.settings import Settings
from runtime.shipped import definition_files, second_organisation
from tests.support.indicators import some_indicators

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
RUNNING = select(SOP_CASE.c.id).where(SOP_CASE.c.state == "running")
ORDERS = {"f2": 1, "f4": 1, "b7": 1, "c9": 1}
PASSWORD = "kata sandi"
LOOKS = 600
FINISHED = 0.75
"""How often what was taken is finished, when its holder looks at it."""
DEVIATES, RETURNS = 0.1, 0.35
"""Below which draw a way is one that is not printed, and below which one that goes back."""


class Wanderer(Staff):
    """Staff that decides by chance: any way out that is open, sometimes one that the SOP has not printed."""

    def look(self) -> None:
        for task in self.waiting():
            for who in self.people(task):
                self.clock.advance(minutes=1)
                with suppress(SopError):  # kept apart from it: the next one tries
                    if task.state != TaskStatus.IN_PROGRESS:
                        self.take(task, who)
                    elif self.chance.random() < FINISHED:
                        self.wander(task, who)
                    break

    def wander(self, task: Any, who: str) -> None:
        shown = self.engine.queries.tasks.get(Actor(who), task.id)
        on, back = ways(shown)
        deviating = [one["id"] for one in shown["outcomes"] if one["deviation"]]
        drawn = self.chance.random()
        some = deviating if drawn < DEVIATES else back if drawn < RETURNS else on
        with suppress(SopError):  # whether a rule of the form or a duty kept apart forbids this way
            if some:
                way = self.chance.choice(some)
                corrects = way.endswith("_dikoreksi")
                self.complete(task, who, shown, way, returning=way in back, correcting=corrects)
                return
        self.complete(task, who, shown, on[0] if on else None)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with every shipped SOP in force and its registers filled; nobody changes it."""
    folder = tmp_path_factory.mktemp("prepared")
    system = opened(folder)
    system.migrate()
    engine, agency = system.engine, second_organisation()
    load_demonstration(engine, PASSWORD, [agency], ())
    for path in definition_files():
        written = require_definition(path.read_text(encoding="utf-8"), file=path.name).as_written
        text = to_yaml(replace(written, status="effective"))
        engine.definitions.store(HOST, text, agency=agency.agency.id, as_demonstration=True)
    fill(engine, "indikator", some_indicators(1), profile="sumber-002", given={"tahun": 2026})
    fill(engine, "target_renstra", RENSTRA.encode())
    system.close()
    return folder


def fill(engine: Engine, register: str, content: bytes, **given: Any) -> None:
    report = engine.register_imports.read(HOST, register, content, **given)
    engine.register_imports.confirm(HOST, register, report["id"])


def opened(folder: Path) -> System:
    settings = Settings(database_url=f"sqlite:///{folder / 'alur.db'}", files_dir=folder / "files")
    return bootstrap(settings, FakeClock(START))


def require_an_end(sop: str, seed: int, folder: Path) -> None:
    """Everybody decides by chance, returning often, until nothing is open any more."""
    system = opened(folder)
    clock, chance = system.engine.context.clock, random.Random(seed)
    assert isinstance(clock, FakeClock)
    engine, calendar = without_passwords(system), system.calendar(CALENDAR)
    staff = Wanderer(engine, clock, calendar, second_organisation(), chance, PASSWORD, ORDERS)
    if sop.startswith("laporan-kinerja"):
        start(engine, "rencana-aksi-kinerja")
        work(staff)
    start(engine, sop)
    work(staff)
    states = states_of(engine, select(SOP_CASE.c.id))
    assert {state.case.state for state in states} == {CaseStatus.COMPLETED}
    assert sop in {state.case.sop for state in states}
    assert engine.context.store.read(verify_log).ok
    system.close()


def start(engine: Engine, sop: str) -> None:
    compiled = engine.context.store.ask(lambda tx: engine.context.catalog.effective(tx, "dagkop-contoh", sop))
    period = compiled.definition.case.period
    who = HEAD if sop == "perbaikan-data-kinerja" else PLANNER
    engine.cases.start(who, sop, period=PERIODS[period.type] if period else None, fields=FIELDS.get(sop, {}))


def work(staff: Staff) -> None:
    for _ in range(LOOKS):
        states = states_of(staff.engine, RUNNING)
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


def states_of(engine: Engine, ids: Select[tuple[str]]) -> list[CaseState]:
    found = engine.context.store.ask(
        lambda tx: [tx.cases.get(id) for id in tx.connection.execute(ids).scalars()]
    )
    return [state for state in found if state is not None]


@pytest.mark.parametrize("sop", SOPS)
def test_a_walk_of_every_shipped_sop_ends(sop: str, prepared: Path, tmp_path: Path) -> None:
    require_an_end(sop, 1, shutil.copytree(prepared, tmp_path / "office"))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(2, 8))
@pytest.mark.parametrize("sop", SOPS)
def test_every_walk_of_every_shipped_sop_ends(sop: str, seed: int, prepared: Path, tmp_path: Path) -> None:
    require_an_end(sop, seed, shutil.copytree(prepared, tmp_path / "office"))
