"""``alur register``: the same rows and reports from the command line, for whoever runs the host."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cli import said, settings_of
from tests.support.offices import DemoOffice
from tests.support.registers import NOTES, ROWS_OF_NOTES

pytestmark = pytest.mark.on("sqlite")


def test_a_register_is_stored_filled_read_and_exported(office: DemoOffice, tmp_path: Path) -> None:
    env = settings_of(office.urls, office.files)
    notes, rows, copy = (tmp_path / name for name in ("catatan.yaml", "catatan.csv", "salinan.csv"))
    notes.write_text(NOTES, encoding="utf-8")
    rows.write_bytes(ROWS_OF_NOTES)
    assert "2 baris awal" in said("register", "store", notes, env=env).output
    unconfirmed = said("register", "import", rows, "--register", "catatan", env=env)
    assert "2 baris: 1 baru, 1 berubah, 0 sama, 0 keliru." in unconfirmed.output
    given = ("--register", "catatan", "--confirm", "--json")
    assert json.loads(said("register", "import", rows, *given, env=env).output)["stored"] is True
    found = json.loads(said("register", "rows", "catatan", "--sort", "-kode", "--json", env=env).output)
    assert [row["row"] for row in found] == ["2026:c-20", "2026:c-2", "2026:c-1"]
    history = json.loads(said("register", "history", "catatan", "2026:c-1", "--json", env=env).output)
    assert [act["act"] for act in history] == ["import", "store"]
    assert said("register", "export", "catatan", "--output", copy, env=env).exit_code == 0
    again = said("register", "import", copy, "--register", "catatan", env=env)
    assert "0 baru, 0 berubah, 3 sama" in again.output
    listed = json.loads(said("register", "list", "--json", env=env).output)
    assert [one["count"] for one in listed if one["id"] == "catatan"] == [3]
    shown = json.loads(said("register", "show", "catatan", "--json", env=env).output)
    assert shown["key"] == ["tahun", "kode"]
    rows.write_text("tahun,kode\n" + "x,y\n" * 120, encoding="utf-8")
    refused = said("register", "import", rows, "--register", "catatan", "--json", env=env)
    assert len(json.loads(refused.output)["items"]) == 120
    assert said("register", "rows", "catatan", "--where", "tahun", env=env).exit_code == 2
    rows.write_text("tahun,kode\nx,y\n", encoding="utf-8")
    refused = said("register", "import", rows, "--register", "catatan", "--confirm", env=env)
    assert (refused.exit_code, "baris 2: tahun:" in refused.output) == (1, True)
