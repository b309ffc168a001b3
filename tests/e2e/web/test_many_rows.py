"""A table of five hundred rows: drawn as a grid, small enough for a slow line, and read back as it was."""

from __future__ import annotations

import time
from typing import Any

from tests.e2e.web.visiting import Visitor, landed
from tests.support.offices import DemoOffice, findings

ROWS = 500
MOST_BYTES = 300_000


def test_five_hundred_rows_are_small_and_come_back_as_they_were(office: DemoOffice) -> None:
    task = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", task.id)
    (row, *_) = findings()["baris_salah"]
    many = [{**row, "row": f"r{n}", "subjek": f"Indikator {n}"} for n in range(1, ROWS + 1)]
    office.engine.tasks.save("kadis", task.id, data={"baris_salah": many})
    visitor, path = Visitor(office, "kadis"), f"/tasks/{task.id}"
    visitor.get(path)
    begun = time.process_time()
    shown = visitor.get(path)
    spent = time.process_time() - begun
    print(f"{len(shown.content)} bytes, {spent * 1000:.0f} ms of processor time")
    assert len(shown.content) < MOST_BYTES
    before = stored(office, task.id)
    sent = visitor.send(visitor.form(path), do="save")
    assert landed(sent) == f"{path}?said=save"
    assert stored(office, task.id) == before
    changed = visitor.form(path)
    changed.fields = [
        (name, "Bidang Perlindungan Konsumen dan Kemetrologian" if name.endswith(".7.unit") else value)
        for name, value in changed.fields
    ]
    assert landed(visitor.send(changed, do="save")) == f"{path}?said=save"
    assert stored(office, task.id)[7]["unit"] == "bid-pkm"


def stored(office: DemoOffice, task_id: str) -> list[dict[str, Any]]:
    """The rows of the draft, without what is empty in them."""
    rows = (office.task(task_id).draft or {})["baris_salah"]
    return [{name: value for name, value in row.items() if value is not None} for row in rows]
