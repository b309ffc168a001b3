"""Tim SAKIP over HTTP: achievements go down and up, evidence goes back, and nobody judges their own unit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.cases.model import Task
from engine.clock import FakeClock
from runtime.bootstrap import bootstrap
from runtime.demo.load import load_demonstration
from runtime.settings import Settings
from runtime.shipped import second_organisation
from tests.support.postgres import DatabaseUrls
from tests.support.year_over_http import Agency

pytestmark = pytest.mark.on("sqlite")

PASSWORD = "kata sandi yang panjang"
HEAD, PLANNER, ADMIN = "dagkop.kadis", "dagkop.kasubag.perencanaan", "dagkop.admin"
UMKM, KOPERASI, INDUSTRY = (f"dagkop.kabid.{name}" for name in ("umkm", "koperasi", "perindustrian"))
UNITS = {
    "bid-perdagangan": "kasi-perdagangan-1",
    "bid-umkm": "kasi-umkm-1",
    "bid-koperasi": "kasi-koperasi-1",
    "bid-perindustrian": "kasi-perindustrian-1",
    "sekretariat": "kasubbag-umum",
}
QUARTERLY = "laporan-kinerja-triwulan"


@pytest.fixture
def agency(database: DatabaseUrls, tmp_path: Path) -> Iterator[Agency]:
    clock = FakeClock("2026-03-02T07:00+08:00")
    settings = Settings(database_url=database.database_url, files_dir=tmp_path / "files")
    system = bootstrap(settings, clock)
    system.migrate()
    office = second_organisation()
    load_demonstration(system.engine, PASSWORD, [office])
    found = Agency(system, clock, PASSWORD, office.agency.id)
    import_a_plan(found)
    yield found
    system.close()


def import_a_plan(agency: Agency) -> None:
    """One indicator for each unit, with the targets that a Rencana Aksi would have set."""
    text = io.StringIO()
    written = csv.DictWriter(
        text, ["tahun", "kode", "tingkat", "nomor", "uraian", "target", "unit", "agregasi", "tw1", "pic"]
    )
    written.writeheader()
    for number, (unit, position) in enumerate(UNITS.items(), start=1):
        row = {"tahun": 2026, "kode": f"sk-{number}", "tingkat": "subkegiatan", "nomor": number}
        row |= {"uraian": f"Laporan {unit}", "target": 40, "unit": unit, "agregasi": "jumlah"}
        written.writerow({**row, "tw1": 10, "pic": position})
    report = agency.send(PLANNER, "registers/indikator/imports", text.getvalue().encode(), "indikator.csv")
    assert (report["errors"], report["added"]) == (0, len(UNITS))
    agency.post(PLANNER, f"registers/indikator/imports/{report['id']}/confirm", {})


def verifying(agency: Agency) -> str:
    """The report of the first quarter, which began by itself, with every unit's report before the team."""
    agency.until("2026-04-01 09:00")
    case = agency.case(PLANNER, QUARTERLY, "2026-Q1")
    agency.work(case, {"b2": lambda _shown, data: reporting(data, 12)}, before="b5")
    assert {task.branch for task in agency.state(case).open_tasks()} == set(UNITS)
    return case


def reporting(data: dict[str, Any], actual: float) -> None:
    for row in data["baris"]:
        row["realisasi"] = actual
        row.pop("capaian", None)  # what the server computes


def before_the_team(agency: Agency, case: str, branch: str) -> Task:
    [task] = [task for task in agency.state(case).open_tasks() if task.branch == branch]
    assert task.step_id == "b5"
    return task


# --- dossier, part 7, case 5 ---


def test_one_achievement_goes_down_one_up_and_one_branch_back_for_its_evidence(agency: Agency) -> None:
    case = verifying(agency)
    agency.do(before_the_team(agency, case, "bid-perdagangan"), {"b5": judged("Dikurangi", 100)})
    agency.do(before_the_team(agency, case, "bid-umkm"), {"b5": judged("Ditambah", 130)})
    agency.do(before_the_team(agency, case, "bid-koperasi"), {"b5": judged("Data dukung tidak sesuai")})
    [again] = [task for task in agency.state(case).open_tasks() if task.branch == "bid-koperasi"]
    assert (again.step_id, again.visit, again.assignee) == ("b2", 2, "dagkop.jp.koperasi.1")
    told = agency.get("dagkop.jp.koperasi.1", f"tasks/{again.id}")
    assert told["returned_by"]["reason"] == "Data dukung belum sesuai"
    agency.work(case, {"b2": lambda _shown, data: reporting(data, 11)})
    rows = {row["values"]["unit"]: row for row in agency.rows(PLANNER, "capaian_kinerja").values()}
    figures = ("realisasi", "capaian", "capaian_terverifikasi", "hasil")
    assert {unit: tuple(row["values"][name] for name in figures) for unit, row in rows.items()} == {
        "bid-perdagangan": (12, 120, 100, "Dikurangi"),
        "bid-umkm": (12, 120, 130, "Ditambah"),
        "bid-koperasi": (11, 110, 110, "Valid"),
        "bid-perindustrian": (12, 120, 120, "Valid"),
        "sekretariat": (12, 120, 120, "Valid"),
    }
    assert rows["bid-umkm"]["values"]["alasan"] == "Data dukung"
    [written] = agency.get(PLANNER, f"registers/capaian_kinerja/rows/{rows['bid-umkm']['row']}/history")[
        "items"
    ]
    assert (written["account"], written["case_number"]) == (HEAD, agency.state(case).case.number)
    visits = [task for task in agency.state(case).tasks.values() if task.branch == "bid-koperasi"]
    reported = [task.data["baris"][0]["realisasi"] for task in visits if task.step_id == "b2" and task.data]
    assert reported == [12, 11]  # what was sent back stays in the case


def judged(result: str, corrected: float | None = None) -> Any:
    def judge(_shown: dict[str, Any], data: dict[str, Any]) -> str:
        for row in data["baris"]:
            row.update(hasil=result, alasan="Data dukung", capaian_koreksi=corrected)
        return "valid_dikoreksi" if corrected is not None else "data_dukung_kurang"

    return judge


def test_a_correction_has_its_direction_and_its_reason(agency: Agency) -> None:
    case = verifying(agency)
    task = before_the_team(agency, case, "bid-perdagangan")
    taken(agency, UMKM, task)
    for result, corrected, says in (
        ("Dikurangi", 130, "lebih rendah"),
        ("Ditambah", 110, "lebih tinggi"),
        ("Data dukung tidak sesuai", None, "harus dikembalikan"),
    ):
        row = {"row": "2026:sk-1", "hasil": result, "capaian_koreksi": corrected, "alasan": "Data dukung"}
        assert says in tried(agency, UMKM, task, "valid_dikoreksi", [row])
    row = {"row": "2026:sk-1", "hasil": "Dikurangi", "capaian_koreksi": 100}
    assert "Alasan koreksi" in tried(agency, UMKM, task, "valid_dikoreksi", [row])


# --- nobody judges their own unit ---


def test_a_member_does_not_verify_the_own_unit_by_a_mandate_for_another_one(agency: Agency) -> None:
    case = verifying(agency)
    mandate(agency, UMKM, "kabid-koperasi")
    own, other = (before_the_team(agency, case, unit) for unit in ("bid-umkm", "bid-perindustrian"))
    assert "unit lain" in refused(agency, UMKM, own, acting_as="kabid-koperasi")
    assert "unit lain" in refused(agency, UMKM, own)
    taken(agency, UMKM, other, acting_as="kabid-umkm")
    # The unit for which somebody acts is his own, too, though he has done nothing in it.
    assert "unit lain" in refused(agency, UMKM, before_the_team(agency, case, "bid-koperasi"))
    assert agency.client(UMKM).get(f"/api/v1/tasks/{own.id}").json()["actions"].count("claim") == 0


def test_who_holds_positions_in_two_units_verifies_neither(agency: Agency) -> None:
    case = verifying(agency)
    appointed(agency, UMKM, "kasubbag-umum")
    for unit in ("bid-umkm", "sekretariat"):
        assert "unit lain" in refused(agency, UMKM, before_the_team(agency, case, unit))
    taken(agency, UMKM, before_the_team(agency, case, "bid-koperasi"), acting_as="kabid-umkm")


def test_who_comes_into_the_unit_while_verifying_it_cannot_finish(agency: Agency) -> None:
    case = verifying(agency)
    task = before_the_team(agency, case, "bid-umkm")
    taken(agency, KOPERASI, task)
    mandate(agency, KOPERASI, "kasi-umkm-1")
    row = {"row": "2026:sk-2", "hasil": "Valid"}
    assert "unit lain" in tried(agency, KOPERASI, task, "valid", [row], status=403)
    version = agency.state(case).tasks[task.id].version
    body = {"to": INDUSTRY, "reason": "Kini pejabat unit itu", "version": version}
    assert agency.client(HEAD).post(f"/api/v1/tasks/{task.id}/reassign", json=body).is_success
    agency.do(agency.state(case).tasks[task.id], {})
    assert agency.state(case).tasks[task.id].assignee == INDUSTRY


def test_neither_substitute_nor_helper_nor_exception_brings_the_own_unit_into_the_hands_of_its_head(
    agency: Agency,
) -> None:
    case = verifying(agency)
    task = before_the_team(agency, case, "bid-umkm")
    taken(agency, KOPERASI, task)
    asked = {"to": UMKM, "note": "Mohon dibantu", "version": agency.state(case).tasks[task.id].version}
    answer = agency.client(KOPERASI).post(f"/api/v1/tasks/{task.id}/delegate", json=asked)
    assert (answer.status_code, "unit lain" in answer.text) == (422, True), answer.text
    mandate(agency, UMKM, "kabid-koperasi", kind="plh")
    away = {"kind": "dinas_luar", "valid_from": "2026-04-01", "valid_to": "2026-04-10"}
    assert agency.client(KOPERASI).post("/api/v1/absences", json=away).status_code == 201
    version = agency.state(case).tasks[task.id].version
    answer = agency.client(UMKM).post(f"/api/v1/tasks/{task.id}/substitute", json={"version": version})
    assert (answer.status_code, "unit lain" in answer.text) == (403, True), answer.text
    waived = {"account": UMKM, "reason": "Tidak ada orang lain", "version": version}
    answer = agency.client(HEAD).post(f"/api/v1/tasks/{task.id}/waive", json=waived)
    assert answer.status_code in (409, 422), answer.text


def mandate(agency: Agency, who: str, position: str, kind: str = "plt") -> None:
    dates = {"valid_from": "2026-04-01", "valid_to": "2026-04-30"}
    body = {"substitute": who, "position": position, "kind": kind, "order_number": "800/7/2026", **dates}
    agency.post(ADMIN, "organisation/mandates", body)


def appointed(agency: Agency, who: str, position: str) -> None:
    agency.post(ADMIN, "organisation/holdings", {"holder": who, "position": position})


def taken(agency: Agency, who: str, task: Task, **more: str) -> None:
    answer = agency.client(who).post(f"/api/v1/tasks/{task.id}/claim", json={"version": task.version, **more})
    assert answer.is_success, answer.text


def refused(agency: Agency, who: str, task: Task, **more: str) -> str:
    answer = agency.client(who).post(f"/api/v1/tasks/{task.id}/claim", json={"version": task.version, **more})
    assert answer.status_code == 403, answer.text
    return answer.text


def tried(
    agency: Agency, who: str, task: Task, outcome: str, rows: list[dict[str, Any]], status: int = 422
) -> str:
    shown = agency.get(who, f"tasks/{task.id}")
    body = {"outcome": outcome, "data": {"baris": rows, "program": []}, "reason": "Data dukung"}
    body["requirements"] = [requirement["id"] for requirement in shown["requirements"]]
    answer = agency.client(who).post(
        f"/api/v1/tasks/{task.id}/complete",
        json={**body, "version": shown["version"], "registers": shown["registers"]},
    )
    assert answer.status_code == status, answer.text
    return answer.text
