"""The registers that ship, and the three files of the sources that are imported into them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.engine import Engine
from engine.queries.registers.filters import Filters
from runtime import shipped
from runtime.demo.load import load_demonstration
from runtime.shipped import register_files
from tests.support.offices import DemoOffice
from tests.support.small_office import SmallOffice
from tests.support.sources_imported import HOME, SECOND, with_sources


@pytest.fixture(scope="module")
def two() -> Engine:
    """Both agencies of the demonstration with the files of the sources imported."""
    return with_sources()


def counts(engine: Engine, who: str, register: str, by: str) -> dict[str, int]:
    groups = engine.queries.registers.summary(who, register, Filters(), by=[by])["groups"]
    return {group["group"][by]: group["count"] for group in groups}


def test_the_demonstration_has_every_register_with_its_first_rows(office: DemoOffice) -> None:
    listed = office.engine.queries.registers.list("kadis")["items"]
    assert {one["id"]: one["count"] for one in listed if one["count"]} == {
        "dokumen_sakip": 8,
        "komponen_evaluasi": 22,
        "lampiran_pedoman": 4,
        "predikat_evaluasi": 7,
        "skema_evaluasi": 3,
    }
    assert len(listed) == len(register_files())


def test_the_files_of_the_sources_are_imported_whole(two: Engine) -> None:
    units = counts(two, "dagkop.kadis", "indikator", "unit")
    assert sorted(units.values()) == [11, 13, 16, 22, 38]
    levels = counts(two, "dagkop.kadis", "indikator", "tingkat")
    assert levels == {"sasaran_strategis": 5, "program": 15, "kegiatan": 25, "subkegiatan": 55}
    assert counts(two, "kadis", "tindak_lanjut", "asal") == {"LHE-2018": 14, "LHE-2023": 11}
    assert counts(two, "kadis", "tindak_lanjut", "status") == {
        "belum_ditindaklanjuti": 16,
        "dalam_proses": 9,
    }


def test_an_import_marks_what_is_odd_and_sets_findings_apart(two: Engine) -> None:
    rows = two.queries.register_rows
    found = rows.list("dagkop.kadis", "indikator", limit=100)["items"]
    odd = {row["row"].partition(":")[2] for row in found if row["values"].get("catatan_mutu")}
    assert odd == {"sk-17", "sk-18", "sk-29", "sk-41", "sk-50", "sk-55"}
    items = rows.list("kadis", "tindak_lanjut", limit=100)["items"]
    assert {row["row"] for row in items if row["values"].get("temuan")} == {
        f"LHE-2018:C{n}" for n in range(1, 5)
    }


def test_what_one_agency_holds_is_not_the_others(two: Engine) -> None:
    assert counts(two, "kadis", "indikator", "unit") == {}
    assert counts(two, "dagkop.kadis", "tindak_lanjut", "asal") == {}


def test_every_further_organisation_of_the_folder_is_loaded_with_its_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(shipped.FOLDER, tmp_path / "sop_definitions")
    shutil.copy(shipped.SECOND_ORGANISATION, folder)
    monkeypatch.setattr("runtime.demo.load.organisations", lambda: shipped.organisations(folder))
    engine = SmallOffice.with_sops().engine
    passwords = load_demonstration(engine)
    assert {account.username for one in (HOME, SECOND) for account in one.accounts} == set(passwords)
    assert len(engine.queries.registers.list("dagkop.kadis")["items"]) == len(register_files())
