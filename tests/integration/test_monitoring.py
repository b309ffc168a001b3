"""The half-yearly table: proposed from the log, decided by the official, as a file in three forms."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from engine.access.actor import HOST
from engine.errors import InvalidInput, NotAllowed, NotFound
from engine.store.audit_reader import verify_log
from engine.views.monitoring import Monitoring, MonitoringRow
from runtime.testing import client_for
from tests.support.cli import said, settings_of
from tests.support.offices import SOP, DemoOffice

HALF = "2026-H1"


def row_of(found: Monitoring, sop: str = SOP) -> MonitoringRow:
    return next(row for row in found["rows"] if row["sop"] == sop)


@pytest.mark.on("sqlite")
def test_the_official_decides_what_the_log_proposes(office: DemoOffice) -> None:
    monitoring, decide = office.engine.queries.monitoring, office.engine.verdicts.decide
    before = row_of(monitoring("auditor", HALF))
    assert (before["penilaian"], before["proposed"], before["visits"]) == (None, None, 0)
    office.finish(office.start(), lambda *_: office.clock.advance(minutes=1))
    found = monitoring("auditor", HALF)
    row = row_of(found)
    assert (row["penilaian"], row["proposed"], row["paraf"]) == ("berjalan dengan baik", True, None)
    assert row["cases"] == 1
    assert [row["no"] for row in found["rows"]] == list(range(1, len(found["rows"]) + 1))
    assert monitoring(HOST, HALF, agency="disdag-banggai") == found
    assert row_of(monitoring("auditor", "2025-H2"))["visits"] == 0
    owner = next(who for who in ("kasubbag.perencanaan", "sekdis", "kadis") if SOP in monitoring.decides(who))
    with pytest.raises(InvalidInput):
        decide(owner, SOP, HALF, runs_well=False, note="Terlambat dua kali")
    decide(owner, SOP, HALF, runs_well=False, note="Terlambat dua kali", action="Tambah satu pelaksana")
    row = row_of(monitoring("kadis", HALF))
    assert (row["penilaian"], row["proposed"], row["runs_well"]) == (
        "tidak berjalan dengan baik",
        True,
        False,
    )
    assert (row["catatan"], row["tindakan"], row["decided_by"]) == (
        "Terlambat dua kali",
        "Tambah satu pelaksana",
        owner,
    )
    assert row["paraf"] is not None
    decide(owner, SOP, HALF, runs_well=True)
    assert row_of(monitoring("kadis", HALF))["runs_well"] is True
    events = office.engine.queries.audit.events("auditor", act="monitoring.decide")["items"]
    assert [event["changes"][0]["fields"]["runs_well"] for event in events] == [[None, False], [False, True]]
    assert verify(office)


def verify(office: DemoOffice) -> bool:
    context = office.engine.context
    return context.store.read(lambda connection: verify_log(connection, context.files)).ok


def test_nobody_decides_for_others_or_for_times_to_come(office: DemoOffice) -> None:
    monitoring, decide = office.engine.queries.monitoring, office.engine.verdicts.decide
    owner = next(who for who in ("kasubbag.perencanaan", "sekdis", "kadis") if SOP in monitoring.decides(who))
    with pytest.raises(NotAllowed):
        decide("kabid.psr", SOP, HALF, runs_well=True)
    with pytest.raises(NotFound):
        decide(owner, "tidak-ada", HALF, runs_well=True)
    for period in ("2026-H2", "2026-Q1", "2026", "semester", ""):
        with pytest.raises(InvalidInput):
            decide(owner, SOP, period, runs_well=True)
    with pytest.raises(InvalidInput):
        monitoring("auditor", "2026-Q1")
    with pytest.raises(NotAllowed):
        monitoring("jp.psr.1", HALF)
    assert {row["sop"] for row in monitoring(owner, HALF)["rows"]} >= {SOP}
    decide(owner, SOP, HALF, runs_well=True, note="=1+1", action="#let x = 1")
    assert row_of(monitoring("auditor", HALF))["catatan"] == "=1+1"


@pytest.mark.on("sqlite")
def test_the_command_writes_the_table_as_json_xlsx_and_pdf(office: DemoOffice, tmp_path: Path) -> None:
    env = settings_of(office.urls, office.files)
    owner = next(
        who
        for who in ("kasubbag.perencanaan", "sekdis", "kadis")
        if SOP in office.engine.queries.monitoring.decides(who)
    )
    evil = '=cmd|"/c calc" #panic("x") $ \\ *tebal* [x] <a>'
    office.engine.verdicts.decide(owner, SOP, HALF, runs_well=False, note=evil, action=evil)
    told = json.loads(said("monitoring", "--period", HALF, env=env).stdout)
    assert told == office.engine.queries.monitoring("auditor", HALF)
    file = tmp_path / "tabel.xlsx"
    assert said("monitoring", "--period", HALF, "--output", file, env=env).exit_code == 0
    sheet = load_workbook(BytesIO(file.read_bytes())).active
    assert sheet is not None
    assert [cell.value for cell in sheet[4]][1] == "Prosedur"
    cells = [cell for line in sheet.iter_rows(min_row=5) for cell in line]
    assert evil in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    pdf = tmp_path / "tabel.pdf"
    assert said("monitoring", "--period", HALF, "--output", pdf, env=env).exit_code == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert said("monitoring", "--period", "2026-Q1", env=env).exit_code == 1


@pytest.mark.on("sqlite")
def test_the_interface_reads_decides_and_gives_the_same_files(office: DemoOffice) -> None:
    auditor = client_for(office.system, "auditor")
    told = auditor.get(f"/api/v1/monitoring?period={HALF}")
    assert (told.status_code, told.json()) == (200, office.engine.queries.monitoring("auditor", HALF))
    for format, begins in (("xlsx", b"PK"), ("pdf", b"%PDF")):
        answer = auditor.get(f"/api/v1/monitoring?period={HALF}&format={format}")
        assert (answer.status_code, answer.content[: len(begins)]) == (200, begins)
    assert auditor.get("/api/v1/monitoring?period=2026-Q1").status_code == 422
    assert auditor.get("/api/v1/monitoring").status_code == 422
    owner = next(
        who
        for who in ("kasubbag.perencanaan", "sekdis", "kadis")
        if SOP in office.engine.queries.monitoring.decides(who)
    )
    verdict = {"runs_well": True, "note": "Tepat waktu"}
    decided = client_for(office.system, owner).post(f"/api/v1/monitoring/{HALF}/{SOP}", json=verdict)
    assert (decided.status_code, decided.json()["decided_by"]) == (200, owner)
    assert auditor.post(f"/api/v1/monitoring/{HALF}/{SOP}", json=verdict).status_code == 403
