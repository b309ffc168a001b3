"""`alur check`: every problem at its place, scenarios played, exit codes."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest

from runtime.shipped import definition_files
from tests.support.cli import PROJECT, alur, said
from tests.support.small_office import SmallOffice, sop

SHIPPED = PROJECT / "sop_definitions"
NAME = "perbaikan-data-kinerja"
STEPS = "steps: [{id: s1, activity: Menyusun, executor: sekretaris, time: 60m}]\n"
LINE = re.compile(r"[^:]+:[1-9][0-9]*:[1-9][0-9]*: \S+: .+ / .+")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The first definition with everything that stands beside it, and the first of its scenarios."""
    target = tmp_path / "sop"
    target.mkdir()
    for name in (
        f"{NAME}.yaml",
        f"{NAME}.scenarios.yaml",
        "org-demo.yaml",
        "instansi.yaml",
        "hari_libur.yaml",
    ):
        shutil.copy(SHIPPED / name, target)
    scenarios = target / f"{NAME}.scenarios.yaml"
    first = scenarios.read_text(encoding="utf-8").split("\n  - name:")[:2]
    scenarios.write_text("\n  - name:".join(first) + "\n", encoding="utf-8")
    return target


def change(path: Path, old: str, new: str) -> int:
    """Replace a text that stands once and give its line."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_shipped_files_are_clean_and_their_scenarios_come_out_as_written() -> None:
    files = sorted(SHIPPED.glob("*.yaml"))
    result = said("check", SHIPPED)
    assert result.exit_code == 0, result.stdout
    assert sum(map(int, re.findall(r"([0-9]+) skenario dimainkan: sesuai", result.stdout))) >= 80
    assert "dimainkan: berbeda" not in result.stdout
    for file in files:
        assert re.search(rf"^{re.escape(str(file))}: .*0 kesalahan, [0-9]+ peringatan$", result.stdout, re.M)
    for file in definition_files():
        counts = r"\d+ langkah; \d+ pelaksana; \d+ jalur pengembalian; Jumlah waktu baku [\d.]+ menit"
        assert re.search(rf"^{re.escape(str(file))}: .* — {counts}.*peringatan$", result.stdout, re.M)


def test_the_summary_has_title_steps_and_the_sum_of_the_standard_times(folder: Path) -> None:
    result = said("check", folder / f"{NAME}.yaml")
    last = result.stdout.splitlines()[-1]
    assert "Mekanisme Perbaikan Data Kinerja — 9 langkah; 6 pelaksana; 2 jalur pengembalian" in last
    assert "Jumlah waktu baku 1.110 menit = 18 jam 30 menit" in last
    assert result.exit_code == 0


def test_each_problem_is_one_line_with_file_line_and_column(folder: Path) -> None:
    file = folder / f"{NAME}.yaml"
    text = file.read_text(encoding="utf-8").replace("pickup:", "pikup:", 1)
    file.write_text(text, encoding="utf-8")
    line = text[: text.index("pikup:")].count("\n") + 1
    result = said("check", file)
    assert result.exit_code == 1
    problems = result.stdout.splitlines()[:-1]
    assert all(LINE.fullmatch(problem) for problem in problems)
    assert any(problem.startswith(f"{file}:{line}:") and '"pickup"' in problem for problem in problems)


def test_the_file_is_named_as_it_was_given(folder: Path) -> None:
    done = alur("check", f"sop/{NAME}.yaml", cwd=folder.parent)
    assert done.returncode == 0
    assert all(line.startswith(f"sop/{NAME}.yaml:") for line in done.stdout.splitlines())
    assert done.stderr == ""


def test_a_scenario_that_comes_out_differently_fails_at_its_place(folder: Path) -> None:
    scenarios = folder / f"{NAME}.scenarios.yaml"
    change(scenarios, "waiting_minutes: 2355", "waiting_minutes: 2354")
    text = scenarios.read_text(encoding="utf-8")
    line = text[: text.index("- name:")].count("\n") + 1
    result = said("check", folder / f"{NAME}.yaml")
    assert result.exit_code == 1
    told = [item for item in result.stdout.splitlines() if item.startswith(f"{scenarios}:{line}:")]
    assert len(told) == 1
    assert "2354" in told[0]
    assert "2355" in told[0]
    assert "1 skenario dimainkan: berbeda" in result.stdout


def test_a_scenario_that_cannot_go_on_says_why(folder: Path) -> None:
    change(folder / f"{NAME}.scenarios.yaml", 'by: kadis, period: "2025-Q4"', 'by: nobody, period: "2025-Q4"')
    result = said("check", folder / f"{NAME}.yaml")
    assert result.exit_code == 1
    assert "berhenti di tengah jalan" in result.stdout


def test_scenario_data_of_a_strange_shape_is_a_problem_and_no_crash(folder: Path) -> None:
    change(
        folder / f"{NAME}.scenarios.yaml",
        "data: {bidang_terdampak: [bid-psr, bid-pkm], catatan: Sudah disampaikan kepada kedua Bidang}",
        "data: 5",
    )
    done = alur("check", folder / f"{NAME}.yaml", cwd=folder)
    assert done.returncode == 1
    assert "scenarios[0]" in done.stdout


def test_a_draft_is_played_as_if_it_were_in_force(folder: Path) -> None:
    change(folder / f"{NAME}.yaml", "\nstatus: effective ", "\nstatus: draft ")
    result = said("check", folder / f"{NAME}.yaml")
    assert result.exit_code == 0, result.stdout
    assert "1 skenario dimainkan: sesuai" in result.stdout


def test_a_scenario_file_alone_finds_its_definition(folder: Path) -> None:
    result = said("check", folder / f"{NAME}.scenarios.yaml")
    assert result.exit_code == 0
    assert "1 skenario dimainkan: sesuai" in result.stdout
    (folder / f"{NAME}.yaml").unlink()
    result = said("check", folder / f"{NAME}.scenarios.yaml")
    assert result.exit_code == 1
    assert f'Definisi SOP "{NAME}" tidak ada' in result.stdout


def test_a_file_that_the_scenarios_name_and_that_is_not_there_is_told(folder: Path) -> None:
    (folder / "org-demo.yaml").unlink()
    result = said("check", folder / f"{NAME}.yaml")
    assert result.exit_code == 1
    assert f"{folder / 'org-demo.yaml'} tidak ada" in result.stdout


def test_a_role_without_position_or_holder_is_a_warning(folder: Path, tmp_path: Path) -> None:
    file = folder / f"{NAME}.yaml"
    (folder / f"{NAME}.scenarios.yaml").unlink()
    organisation = tmp_path / "other.yaml"
    text = (folder / "org-demo.yaml").read_text(encoding="utf-8")
    organisation.write_text(
        re.sub(r"\bsekretaris, eselon_iii\b", "eselon_iii", text, count=1), encoding="utf-8"
    )
    before = said("check", file)
    assert "no position" not in before.stdout
    result = said("check", file, "--organisation", organisation)
    assert result.exit_code == 0
    assert 'Tidak ada jabatan dengan peran "sekretaris"' in result.stdout
    vacant = re.sub(r"holds: \[sekretaris\]", "holds: []", text)
    assert vacant != text
    organisation.write_text(vacant, encoding="utf-8")
    result = said("check", file, "--organisation", organisation)
    assert result.exit_code == 0
    assert "tidak dipangku siapa pun" in result.stdout


def test_an_unknown_calendar_is_found_when_the_agency_file_stands_beside(folder: Path) -> None:
    (folder / f"{NAME}.scenarios.yaml").unlink()
    text = (folder / "instansi.yaml").read_text(encoding="utf-8").replace("  asn-5hk:", "  asn-6hk:")
    (folder / "instansi.yaml").write_text(text, encoding="utf-8")
    result = said("check", folder / f"{NAME}.yaml")
    assert result.exit_code == 1
    assert '"asn-5hk" tidak dikenal' in result.stdout


def test_agency_and_holiday_files_are_checked_by_their_own_readers(folder: Path) -> None:
    agency = folder / "instansi.yaml"
    line = change(agency, "    ramadan_periods:", "    ramadhan_periods:")
    result = said("check", agency)
    assert result.exit_code == 1
    assert f"{agency}:{line}:5: calendars.asn-5hk.ramadhan_periods: " in result.stdout
    holidays = folder / "hari_libur.yaml"
    line = change(holidays, '{date: "2024-01-01", kind: nasional', '{date: "2024-13-01", kind: nasional')
    result = said("check", holidays)
    assert result.exit_code == 1
    assert f"{holidays}:{line}:" in result.stdout
    assert "bukan tanggal" in result.stdout


def test_an_organisation_file_is_checked_by_its_own_reader(folder: Path) -> None:
    file = folder / "org-demo.yaml"
    assert "20 unit, 32 jabatan" in said("check", file).stdout
    text = file.read_text(encoding="utf-8").replace("reports_to: sekretaris}", "reports_to: sekertaris}", 1)
    file.write_text(text, encoding="utf-8")
    result = said("check", file)
    assert result.exit_code == 1
    assert f"{file}:{text[: text.index('sekertaris}')].count(chr(10)) + 1}:" in result.stdout


def test_an_unreadable_file_ends_with_2_and_the_others_are_checked_all_the_same(folder: Path) -> None:
    without_yaml = folder / "kosong"
    without_yaml.mkdir()
    result = said("check", folder / "absent.yaml", without_yaml, folder / "hari_libur.yaml")
    assert result.exit_code == 2
    assert "absent.yaml: berkas ini tidak ada." in result.stderr
    assert "kosong: berkas ini adalah folder" in result.stderr
    assert "hari_libur.yaml: hari libur" in result.stdout


def test_a_file_without_end_is_refused_at_once() -> None:
    started = time.perf_counter()
    result = said("check", "/dev/zero")
    assert result.exit_code == 1
    assert "terlalu besar" in result.stdout
    assert time.perf_counter() - started < 5


def test_no_file_at_all_is_a_usage_error(tmp_path: Path) -> None:
    done = alur("check", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "FILE" in done.stderr


def test_scenarios_say_which_rows_a_register_begins_with_and_holds_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "sop"
    shutil.copytree(PROJECT / "docs" / "language" / "examples", folder)
    scenarios = folder / "pendataan-usaha.scenarios.yaml"
    assert "2 skenario dimainkan: sesuai" in said("check", folder / "pendataan-usaha.yaml").stdout
    change(scenarios, "capaian: 125", "capaian: 120")
    change(scenarios, '"2026:d-1": null', '"2026:b-1": null')
    change(scenarios, '"2026:b-1": {tenaga: 3, capaian: 75, status: diperiksa}', '"2026:e-1": {tenaga: 3}')
    result = said("check", folder / "pendataan-usaha.yaml")
    assert result.exit_code == 1
    for told in (
        "registers.usaha.2026:a-1.capaian tertulis 120.0, hasilnya 125.0",
        "registers.usaha.2026:b-1 tertulis -, hasilnya ada",
        "registers.usaha.2026:e-1 tertulis ada, hasilnya -",
    ):
        assert told in result.stdout


def test_rows_of_a_scenario_that_the_register_refuses_are_told_with_their_line(tmp_path: Path) -> None:
    folder = tmp_path / "sop"
    shutil.copytree(PROJECT / "docs" / "language" / "examples", folder)
    (folder / "usaha-lama.csv").write_text("no,nama_usaha,tenaga\na-1,,2\n")
    result = said("check", folder / "pendataan-usaha.yaml")
    assert result.exit_code == 1
    assert "Usaha, baris 2: Nama" in result.stdout
    (folder / "usaha-lama.csv").unlink()
    result = said("check", folder / "pendataan-usaha.yaml")
    assert re.search(
        r"scenarios\.yaml:7:\d+: registers\.usaha: Berkas .*usaha-lama\.csv tidak ada", result.stdout
    )


def test_only_another_sop_in_force_shares_a_prefix_however_it_is_written(tmp_path: Path) -> None:
    def written(id: str, status: str, prefix: str) -> None:
        text = sop(f"case: {{prefix: {prefix}}}\n{STEPS}", id=id)
        (tmp_path / f"{id}.yaml").write_text(text.replace("status: effective", f"status: {status}"), "utf-8")

    for id, status, prefix in (
        ("satu", "effective", "AB"),
        ("dua", "draft", "AB"),
        ("tiga", "effective", "C"),
    ):
        written(id, status, prefix)
    warned = "Nomor berkas AB-… juga dipakai"
    assert warned not in said("check", tmp_path / "satu.yaml").stdout
    assert f'{warned} "satu"' in said("check", tmp_path / "dua.yaml").stdout
    written("tiga", "effective", "AB")
    assert f'{warned} "tiga"' in said("check", tmp_path / "satu.yaml").stdout


def test_who_checks_a_text_over_http_is_told_of_a_shared_prefix() -> None:
    office = SmallOffice.with_sops(sop(STEPS, id="satu"))
    text = sop(f"case: {{prefix: S}}\n{STEPS}", id="dua")
    codes = {problem.code for problem in office.engine.definitions.check("kepala.1", text).warnings}
    assert "same_prefix" in codes
