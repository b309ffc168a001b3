"""An office in memory with every definition of one folder: the ground that random walks go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

from engine.access.actor import HOST
from engine.clock import FakeClock
from engine.context import Context, new_id
from engine.engine import Engine
from engine.organisation import Organisation
from engine.organisation.binding import read_organisation
from engine.store import Tx, open_store
from engine.store.catalog import Catalog, Compiled
from engine.store.files import FileStore
from runtime.shipped import AGENCY, FOLDER, HOLIDAYS, plain_data, register_files
from tests.support.scratch import scratch_folder

SECOND_KIND = Path(__file__).parents[2] / "docs" / "language" / "examples"
DEFINITIONS = {
    "perbaikan-data-kinerja": (FOLDER, "org-demo.yaml"),
    "tindak-lanjut-evaluasi": (FOLDER, "org-demo.yaml"),
    "rekomendasi-usaha": (SECOND_KIND, "org.yaml"),
    "penetapan-penerima-bulanan": (SECOND_KIND, "org.yaml"),
    "peninjauan-lapangan": (SECOND_KIND, "org.yaml"),
}
STORE = partial(open_store, "sqlite://")
START = "2026-01-05T08:00+08:00"
PASSWORD = "kata sandi"


@dataclass(frozen=True, slots=True)
class Ground:
    """An office in memory with every definition of one folder, shared by all walks of a test."""

    engine: Engine
    clock: FakeClock
    organisation: Organisation
    months: Iterator[int] = field(default_factory=count)  # of cases of which there is one per period

    def read(self, query: Callable[[Tx], Any]) -> Any:
        return self.engine.context.store.ask(query)

    def compiled(self, sop: str) -> Compiled:
        found: Compiled = self.read(
            lambda tx: self.engine.context.catalog.effective(tx, self.organisation.agency.id, sop)
        )
        return found


@cache
def ground(folder: Path, organisation_file: str) -> Ground:
    clock = FakeClock(START)
    office = Context(
        store=STORE(),
        catalog=Catalog(new_id),
        clock=clock,
        files=FileStore(scratch_folder()),
        password_fits=lambda password, stored: password == stored,
        hash_password=lambda password: password,
    )
    engine = Engine(office)
    organisation = read_organisation((folder / organisation_file).read_bytes(), file=organisation_file)
    engine.registry.put_organisation(organisation, actor=HOST)
    engine.registry.put_calendars(
        organisation.agency.id, plain_data(AGENCY), plain_data(HOLIDAYS), actor=HOST
    )
    for path in register_files(folder):
        engine.register_files.store(HOST, path.read_text(encoding="utf-8"), as_demonstration=True)
    for name, (of_folder, _) in DEFINITIONS.items():
        if of_folder == folder:
            text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
            engine.definitions.store(HOST, _effective(text), as_demonstration=True)
    engine.registry.set_passwords(
        {account.username: PASSWORD for account in organisation.accounts}, actor=HOST
    )
    return Ground(engine, clock, organisation)


def _effective(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join("status: effective\n" if line.startswith("status:") else line for line in lines)
