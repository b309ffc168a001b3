"""What some scenarios write, event by event with timers and notices, is what `tests/golden` says.

A scenario file says what an author expects; a record holds everything else that the core decided on the way.
"""

from itertools import count
from pathlib import Path

import pytest

from runtime.scenario_runner import play
from runtime.shipped import FOLDER
from tests.support import golden
from tests.support.records import Record
from tests.support.scenario_files import PATHS
from tests.unit.test_scenarios import of_file, office

SHIPPED = {"penetapan-tim-sakip", "perbaikan-data-kinerja", "tindak-lanjut-arahan"}
RECORDED = [path for path in PATHS if path.parent != FOLDER or path.name.partition(".")[0] in SHIPPED]
LONG = {
    "Dua Bidang, dua pengembalian, dua kunjungan terlambat",
    "Belum dapat ditandatangani; paraf dan tanda tangan meminta kata sandi",
    "Satu Bidang, dua sanggahan, ditetapkan terlambat oleh pejabat definitif",
}
"""What these write stands in the records of shorter ones."""


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name.partition(".")[0])
def test_scenarios_write_what_their_record_says(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled, stage, of_office = office(path)
    monkeypatch.setattr("engine.context.milliseconds", count(1).__next__)  # ids in the order of their making
    lines: list[str] = []
    for scenario in of_file(path).scenarios.scenarios:
        if scenario.name in LONG:
            continue
        store = filled.copied()
        try:
            play(stage.copied(store), scenario, of_office.scenarios.sop)
            lines += [f"== {scenario.name}", *Record(store).lines(), ""]
        finally:
            store.close()
    golden.holds(f"records/{path.name.partition('.')[0]}.txt", lines)
