"""The registers that ship, and the three files of the sources that are imported into them."""

from __future__ import annotations

import pytest

from engine.access.actor import HOST
from engine.organisation.binding import read_organisation
from engine.queries.registers.filters import Filters
from runtime.shipped import FOLDER, register_files
from tests.support.cli import PROJECT
from tests.support.offices import DemoOffice

OWNERS = PROJECT / "tests" / "fixtures" / "registers" / "org-demo-dagkop.yaml"
"""The agency whose units answer for the hundred indicators."""


def test_the_demonstration_has_every_register_with_its_first_rows(office: DemoOffice) -> None:
    listed = office.engine.queries.registers.list("kadis")["items"]
    assert {one["id"]: one["count"] for one in listed if one["count"]} == {
        "dokumen_sakip": 8,
        "komponen_evaluasi": 22,
        "predikat_evaluasi": 7,
        "skema_evaluasi": 3,
    }
    assert len(listed) == len(register_files())


@pytest.mark.parametrize(
    ("file", "register", "profile", "given", "rows"),
    [
        ("indicators_002.csv", "indikator", "sumber-002", {"tahun": 2026}, 100),
        ("recommendations_000.csv", "tindak_lanjut", "sumber-000", {"asal": "LHE-2018", "tahun": 2018}, 14),
        ("recommendations_001.csv", "tindak_lanjut", "sumber-001", {"asal": "LHE-2023", "tahun": 2023}, 11),
    ],
)
def test_a_file_of_the_sources_is_imported_whole(
    office: DemoOffice, file: str, register: str, profile: str, given: dict[str, object], rows: int
) -> None:
    owners = read_organisation(OWNERS.read_bytes(), file=OWNERS.name)
    office.engine.registry.put_organisation(owners, actor=HOST)
    home = owners.agency.id
    for path in register_files():
        office.engine.register_files.store(HOST, path.read_bytes(), agency=home, as_demonstration=True)
    imports, content = office.engine.register_imports, (FOLDER / "data" / file).read_bytes()
    report = imports.read(HOST, register, content, profile=profile, given=given, agency=home)
    assert (report["rows"], report["added"], report["errors"]) == (rows, rows, 0)
    assert imports.confirm(HOST, register, report["id"], agency=home)["added"] == rows
    if register == "indikator":
        reader = next(account.username for account in owners.accounts if account.takes_part)
        summary = office.engine.queries.registers.summary
        by_unit = summary(reader, register, Filters(), by=["unit"])["groups"]
        assert sorted(group["count"] for group in by_unit) == [11, 13, 16, 22, 38]
        by_level = summary(reader, register, Filters(), by=["tingkat"])["groups"]
        assert sorted(group["count"] for group in by_level) == [5, 15, 25, 55]
