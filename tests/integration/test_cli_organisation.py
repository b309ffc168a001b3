"""`alur org`: the office as a file, and one thing of it at a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cli import said, settings_of
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("sqlite")


@pytest.fixture
def env(office: DemoOffice) -> dict[str, str]:
    return settings_of(office.urls, office.files)


def test_what_was_exported_loads_again_without_a_change(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "organisasi.yaml"
    exported = said("org", "export", env=env)
    file.write_text(exported.stdout, encoding="utf-8")
    checked = said("org", "load", file, "--check", env=env)
    assert checked.stdout.startswith("Tidak ada yang berubah")
    file.write_text(exported.stdout.replace("label: Sekretaris Dinas", "label: Sekretaris", 1), "utf-8")
    shown = json.loads(said("org", "load", file, "--check", "--json", env=env).stdout)
    assert [change["what"] for change in shown["changes"]] == ["changed"]
    stale = said("org", "load", file, "--version", str(shown["version"] + 1), env=env)
    assert (stale.exit_code, "sudah berubah" in stale.stderr) == (1, True)
    done = said("org", "load", file, "--version", str(shown["version"]), env=env)
    assert "Sekretaris Dinas → Sekretaris" in done.stdout


def test_the_office_is_changed_one_thing_at_a_time(env: dict[str, str]) -> None:
    for arguments, told in (
        (("unit", "bid-baru", "--type", "bidang", "--label", "Bidang Baru"), "Unit baru: Bidang Baru"),
        (
            (
                "position",
                "kabid-baru",
                "--label",
                "Kabid Baru",
                "--unit",
                "bid-baru",
                "--role",
                "kepala_bidang",
            ),
            "Jabatan baru: Kabid Baru",
        ),
        (("appoint", "kasi.eks.1", "kabid-baru", "--from", "2025-01-02"), "Pejabat baru"),
        (("team", "tim-baru", "--label", "Tim Baru", "--member", "kabid-baru"), "Tim baru"),
        (
            ("mandate", "plh", "sekdis", "kepala-dinas", "--from", "2036-01-19", "--to", "2036-01-23"),
            "Belum ada nomor surat",
        ),
        (("order", "sekdis/2", "800/12/2026"), "nomor surat: – → 800/12/2026"),
        (("end-holding", "sekdis/2"), "dihapus, belum pernah berlaku"),
        (("end-position", "kabid-baru", "--last", "2026-01-04"), "Jabatan berakhir"),
        (("end-unit", "bid-baru", "--last", "2026-01-04"), "Unit berakhir"),
        (("holders", "kepala-dinas"), "kadis/1"),
    ):
        result = said("org", *arguments, env=env)
        assert (result.exit_code, told in result.output) == (0, True), (arguments, result.output)


def test_what_cannot_be_read_ends_with_2_and_what_is_refused_with_1(env: dict[str, str]) -> None:
    wrong_day = said("org", "end-unit", "bid-eks", "--last", "kemarin", env=env)
    assert (wrong_day.exit_code, "bukan tanggal" in wrong_day.stderr) == (2, True)
    assert said("org", "mandate", "pj", "sekdis", "kepala-dinas", env=env).exit_code == 2
    full = said("org", "end-unit", "bid-eks", env=env)
    assert (full.exit_code, "masih berisi" in full.stderr) == (1, True)


def test_absences_are_entered_listed_and_ended(env: dict[str, str]) -> None:
    week = ("--from", "2036-01-19", "--to", "2036-01-23")
    seen = said("org", "absence", "add", "kadis", *week, "--check", env=env)
    assert "tidak ada yang menggantikan" in seen.stdout
    entered = json.loads(said("org", "absence", "add", "kadis", *week, "--json", env=env).stdout)
    assert entered["id"] in said("org", "absence", "list", env=env).stdout
    ended = said("org", "absence", "end", entered["id"], env=env)
    assert "sampai 2036-01-18" in ended.stdout
    wrong = said("org", "absence", "add", "kadis", "--from", "2036-01-19", "--kind", "libur", env=env)
    assert wrong.exit_code == 2
