"""A whole year of one agency over HTTP, on both databases: plan, four quarters, annual report, evaluation."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.clock import FakeClock
from engine.store.audit_reader import verify_log
from runtime.bootstrap import bootstrap
from runtime.demo.load import load_demonstration
from runtime.settings import Settings
from runtime.shipped import SOURCES, second_organisation
from tests.support.indicators import some_indicators
from tests.support.postgres import DatabaseUrls
from tests.support.year_over_http import WITA, Agency

PASSWORD = "kata sandi yang panjang"
HEAD, SECRETARY, PLANNER = "dagkop.kadis", "dagkop.sekdis", "dagkop.kasubag.perencanaan"
QUARTERLY, ANNUAL, FOLLOW_UP = "laporan-kinerja-triwulan", "laporan-kinerja-tahunan", "tindak-lanjut-evaluasi"
OFFICIALS = ["kepala-dinas", "sekretaris", "kasubbag-perencanaan", "kasubbag-umum"]
HEADS = [f"kabid-{unit}" for unit in ("perdagangan", "umkm", "koperasi", "perindustrian")]
SCORES = (4.8, 6.3, 10.5, 4.8, 6.3, 10.5, 2.4, 3.15, 5.25, 4, 6, 8.75)
"""Scores of the twelve parts of the scheme in force: 72.75 of 100, which is BB."""
UNITS, INDICATORS = 5, 19


@pytest.fixture
def agency(database: DatabaseUrls, tmp_path: Path) -> Iterator[Agency]:
    clock = FakeClock("2025-01-02T07:00+08:00")
    settings = Settings(
        database_url=database.database_url,
        migration_url=database.migration_url,
        files_dir=tmp_path / "files",
    )
    system = bootstrap(settings, clock)
    system.migrate()
    office = second_organisation()
    load_demonstration(system.engine, PASSWORD, [office])
    yield Agency(system, clock, PASSWORD, office.agency.id)
    system.close()


@pytest.mark.timeout(900)
@pytest.mark.on("sqlite", "postgres")
def test_an_agency_works_a_whole_year(agency: Agency) -> None:
    import_indicators(agency)
    appoint_the_team(agency, "2025-01-02")
    plan_the_year(agency)
    first = first_quarter_whose_window_is_empty(agency)
    second_quarter_with_corrections_and_what_was_left_open(agency, first)
    third_quarter_whose_error_starts_a_repair(agency)
    fourth_quarter_and_annual_report(agency)
    evaluation_whose_eleven_recommendations_are_verified(agency)
    assert agency.system.engine.context.store.read(verify_log).ok


# --- January ---


def import_indicators(agency: Agency) -> None:
    """One indicator of each unit and level: the report tells what a file would do, confirming does it."""
    report = agency.send(
        *(PLANNER, "registers/indikator/imports", some_indicators(1), "indikator.csv"),
        profile="sumber-002",
        set='{"tahun": 2025}',
    )
    assert (report["errors"], report["added"]) == (0, report["rows"])
    assert agency.rows(PLANNER, "indikator") == {}
    agency.post(PLANNER, f"registers/indikator/imports/{report['id']}/confirm", {})
    assert len(agency.rows(PLANNER, "indikator")) == report["rows"] == INDICATORS


def appoint_the_team(agency: Agency, on: str) -> None:
    """Its case begins by itself; without it nobody verifies in that year."""
    agency.until(f"{on} 09:00")
    case = agency.case(PLANNER, "penetapan-tim-sakip", on[:4])

    def members(_shown: dict[str, Any], data: dict[str, Any]) -> None:
        data["anggota"] = [*OFFICIALS, *HEADS]

    agency.work(case, {"t1": members})
    organisation = agency.system.engine.context.store.ask(lambda tx: tx.organisations.get(agency.agency))
    team = organisation.team("tim-sakip")
    assert team is not None
    assert (str(team.valid_from), str(team.valid_to)) == (on, f"{on[:4]}-12-31")


def plan_the_year(agency: Agency) -> None:
    agency.until("2025-01-08 09:00")
    agency.work(agency.case(PLANNER, "rencana-aksi-kinerja", "2025"))
    for row in agency.rows(PLANNER, "indikator").values():
        values = row["values"]
        quarters = [values[f"tw{number}"] for number in (1, 2, 3, 4)]
        reached = sum(quarters) if values["agregasi"] == "jumlah" else quarters[3]
        assert reached == pytest.approx(values["target"])
        assert values["pic"]
        assert all(values[f"bukti_tw{number}"] for number in (1, 2, 3, 4) if values[f"tw{number}"])


# --- quarters ---


def first_quarter_whose_window_is_empty(agency: Agency) -> list[str]:
    """1 to 7 April 2025 has no working day: the units report on the 8th. Two directions are given."""
    case = begun(agency, "2025-Q1", "2025-04-08 08:00")
    assert due(agency, case, "b4") == {"2025-04-08 16:00"}
    agency.work(case, before="b7")
    agency.work(case, {"b7": directions("2025-06-20", "2025-09-12")}, before="b10")
    assert due(agency, case, "b10") == {"2025-04-23 16:00"}  # ten working days, Good Friday is none
    agency.work(case)
    wanted = [row["values"]["tw1"] > 0 for row in agency.rows(PLANNER, "indikator").values()]
    assert measured(agency, "2025-Q1") == sum(wanted)
    results = [row["values"]["hasil"] for row in achievements(agency, "2025-Q1")]
    assert results.count("Tidak diukur") == INDICATORS - sum(wanted)
    children = [child["id"] for child in agency.get(PLANNER, f"cases/{case}/family")["children"]]
    directions_given = [id for id in children if "TLA" in agency.get(PLANNER, f"cases/{id}")["number"]]
    assert len(directions_given) == 2
    agency.work(agency.case(PLANNER, "unggah-esakip-reviu", "2025-Q1"))
    agency.until("2025-05-05 09:00")
    agency.work(directions_given[0])  # the other one is left open
    states = [row["values"]["status"] for row in agency.rows(PLANNER, "tindak_lanjut").values()]
    assert sorted(states) == ["belum_ditindaklanjuti", "sesuai"]
    return directions_given[1:]


def directions(*deadlines: str) -> Any:
    def give(_shown: dict[str, Any], data: dict[str, Any]) -> None:
        data["arahan"] = [
            {
                "unit": "bid-umkm",
                "jenis": "Arahan",
                "arahan": f"Lengkapi data sebelum {deadline}",
                "penanggung_jawab": "kasi-umkm-1",
                "tenggat": deadline,
            }
            for deadline in deadlines
        ]

    return give


def second_quarter_with_corrections_and_what_was_left_open(agency: Agency, left: list[str]) -> None:
    case = begun(agency, "2025-Q2", "2025-07-01 08:00")
    assert due(agency, case, "b4") == {"2025-07-07 16:00"}
    agency.work(case, before="b4")
    [task] = [one for one in agency.state(case).open_tasks() if one.branch == "bid-umkm"]
    shown = agency.get(agency.taken(task), f"tasks/{task.id}")
    carried = shown["form"]["initial"]["rekomendasi_lalu"]
    assert [row["butir"] for row in carried] == ["Lengkapi data sebelum 2025-09-12"]
    moved: dict[str, float] = {}

    def corrected(_shown: dict[str, Any], data: dict[str, Any]) -> str:
        lower, higher = [row for name in ("baris", "program") for row in data[name] if row["capaian"]][:2]
        for row, outcome, points in ((lower, "Dikurangi", -10), (higher, "Ditambah", 5)):
            row.update(hasil=outcome, capaian_koreksi=row["capaian"] + points, alasan="Data dukung")
            moved[row["kode"]] = row["capaian_koreksi"]
        return "valid_dikoreksi"

    agency.work(case, {"b5@bid-perdagangan": corrected})
    rows = {row["values"]["kode"]: row["values"] for row in achievements(agency, "2025-Q2")}
    for code, value in moved.items():
        assert rows[code]["capaian_terverifikasi"] == value
        assert rows[code]["capaian"] != value  # what was reported stays
        assert rows[code]["alasan"] == "Data dukung"
    agency.work(left[0])
    states = {row["values"]["status"] for row in agency.rows(PLANNER, "tindak_lanjut").values()}
    assert states == {"sesuai"}


def third_quarter_whose_error_starts_a_repair(agency: Agency) -> None:
    case = begun(agency, "2025-Q3", "2025-10-01 08:00")
    assert due(agency, case, "b4") == {"2025-10-07 16:00"}
    agency.work(case, before="b9")
    signing = {"b9": lambda _shown, _data: "ditemukan_kesalahan"}
    [task] = agency.state(case).open_tasks()
    agency.do(task, signing)
    assert agency.state(case).open_tasks() == []  # it waits
    repair = agency.case(HEAD, "perbaikan-data-kinerja", "2025-Q3")

    def wrong(_shown: dict[str, Any], data: dict[str, Any]) -> None:
        row = {"unit": "bid-umkm", "subjek": "Unit usaha mikro terdata", "uraian": "Salah hitung"}
        data["baris_salah"] = [{**row, "periode": "2025-Q3", "nilai_lama": "70"}]

    agency.work(repair, {"s1": wrong})
    reported = achievement_of(agency, case, "sk-11")

    def repaired(shown: dict[str, Any], data: dict[str, Any]) -> None:
        back = [row["subjek"] for row in shown["form"]["initial"]["hasil_perbaikan"]]
        assert back == ["Unit usaha mikro terdata"]
        data["koreksi"] = [
            {
                "indikator": "2025:sk-11",
                "hasil": "Dikurangi",
                "capaian_terverifikasi": reported - 1,
                "alasan": "Hasil perbaikan data",
            }
        ]

    agency.work(case, {"b6": repaired})
    row = next(row["values"] for row in achievements(agency, "2025-Q3") if row["values"]["kode"] == "sk-11")
    assert (row["capaian"], row["capaian_terverifikasi"]) == (reported, reported - 1)


def achievement_of(agency: Agency, case: str, code: str) -> float:
    """What a branch has reported of an indicator."""
    tables = [task.data["baris"] for task in agency.state(case).tasks.values() if task.step_id == "b2"]
    [found] = [row["capaian"] for rows in tables for row in rows if row["kode"] == code]
    return float(found)


def fourth_quarter_and_annual_report(agency: Agency) -> None:
    """One request of data serves both: they open together, the last quarter is provisional until February."""
    quarter = begun(agency, "2025-Q4", "2025-12-22 08:00")
    year = agency.case(PLANNER, ANNUAL, "2025")
    assert due(agency, quarter, "b4") == {"2025-12-31 16:00"}
    agency.work(quarter)
    assert {row["values"]["sementara"] for row in achievements(agency, "2025-Q4")} == {True}
    agency.work(year, before="c6")
    [compiling] = agency.state(year).open_tasks()
    assert compiling.not_before is not None
    assert compiling.not_before.astimezone(WITA).date().isoformat() == "2026-01-02"
    appoint_the_team(agency, "2026-01-05")
    agency.work(year, before="c10")
    assert due(agency, year, "c10") == {"2026-02-27 15:30"}  # a Friday in Ramadan; the 28th is no working day
    agency.until("2026-02-20 09:00")
    agency.work(year)
    assert {row["values"]["sementara"] for row in achievements(agency, "2025-Q4")} == {False}
    annual = achievements(agency, "2025")
    assert len(annual) == INDICATORS
    assert all(row["values"]["capaian_terverifikasi"] is not None for row in annual)


def begun(agency: Agency, quarter: str, at: str) -> str:
    """The report of a quarter, which has begun by itself, with every branch open."""
    agency.until(at)
    case = agency.case(PLANNER, QUARTERLY, quarter)
    agency.work(case, before="b2")
    agency.work(case, before="b4")
    assert len(agency.state(case).open_tasks()) == UNITS
    return case


def due(agency: Agency, case: str, step: str) -> set[str]:
    tasks = [task for task in agency.state(case).open_tasks() if task.step_id == step]
    return {f"{task.due_at.astimezone(WITA):%Y-%m-%d %H:%M}" for task in tasks if task.due_at}


def achievements(agency: Agency, period: str) -> list[dict[str, Any]]:
    return list(agency.rows(PLANNER, "capaian_kinerja", periode=period).values())


def measured(agency: Agency, period: str) -> int:
    return sum(row["values"]["capaian"] is not None for row in achievements(agency, period))


# --- evaluation ---


def evaluation_whose_eleven_recommendations_are_verified(agency: Agency) -> None:
    agency.until("2026-03-02 09:00")
    case = agency.post(PLANNER, "cases", {"sop": FOLLOW_UP, "period": "2026"})["id"]
    with (SOURCES / "recommendations_001.csv").open(encoding="utf-8", newline="") as file:
        recommendations = list(csv.DictReader(file))
    assert len(recommendations) == 11

    def scored(_shown: dict[str, Any], data: dict[str, Any]) -> None:
        data["tahun_evaluasi"] = 2025
        for row, score in zip(data["nilai"], SCORES, strict=True):
            row["nilai"] = score
        data["temuan"] = [
            {"komponen": one["komponen"], "rekomendasi": one["rekomendasi"]} for one in recommendations
        ]

    def planned(_shown: dict[str, Any], data: dict[str, Any]) -> None:
        for row in data["rencana"]:
            row.update(waktu_pelaksanaan="2026-Q2", tenggat="2026-06-30", unit_pj="bid-umkm")
            row.update(penanggung_jawab="kasi-umkm-1", pendukung=["kabid-umkm"])

    agency.work(case, {"g1": scored, "g2": planned}, before="g5")
    [result] = agency.rows(PLANNER, "hasil_evaluasi").values()
    assert (result["values"]["nilai"], result["values"]["predikat"]) == (72.75, "BB")
    assert due(agency, case, "g5") == {"2026-06-30 16:00"}
    mine = {row["values"]["status"] for row in followed(agency, case)}
    assert mine == {"direncanakan"}
    agency.work(case)
    verified = followed(agency, case)
    assert len(verified) == 11
    assert {(row["values"]["status"], row["values"]["kemajuan"]) for row in verified} == {("sesuai", 100)}
    assert all(row["values"]["bukti"] for row in verified)


def followed(agency: Agency, case: str) -> list[dict[str, Any]]:
    number = agency.state(case).case.number
    return list(agency.rows(PLANNER, "tindak_lanjut", asal=number).values())
