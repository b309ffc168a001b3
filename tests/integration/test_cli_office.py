"""Setting up an office from files and reading its timing log, with nothing but the command line."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from engine.views.timing_log import TIMING_COLUMNS
from tests.support.cli import PROJECT, alur, said, settings_of
from tests.support.offices import SOP, DemoOffice
from tests.support.postgres import DatabaseUrls

pytestmark = pytest.mark.on("sqlite")

SHIPPED = PROJECT / "sop_definitions"
DECREE = ("--decree", "Perpres Nomor 21 Tahun 2023", "--decree-date", "2023-04-12")


@pytest.fixture
def env(office: DemoOffice) -> dict[str, str]:
    """The settings of the demonstration office, in which one case has begun."""
    office.do("kadis", office.start(), "s1")
    return settings_of(office.urls, office.files)


def test_an_office_is_set_up_from_files(database: DatabaseUrls, tmp_path: Path) -> None:
    env = settings_of(database, tmp_path / "files")
    for arguments in (
        ("migrate",),
        ("org", "load", SHIPPED / "org-demo.yaml"),
        (
            "calendar",
            "load",
            SHIPPED / "instansi.yaml",
            "--decree",
            "Perpres 21/2023",
            "--decree-date",
            "2023-04-12",
        ),
        ("definition", "store", SHIPPED / f"{SOP}.yaml"),
    ):
        result = said(*arguments, env=env)
        assert result.exit_code == 0, result.stderr
        assert len(result.stdout.splitlines()) == 1
    assert "draft" in result.stdout
    assert said("audit", "verify", env=env).exit_code == 0
    assert "Tidak ada yang berubah" in said("calendar", "load", SHIPPED / "instansi.yaml", env=env).stdout
    assert said("migrate", env=env).exit_code == 0


def test_a_definition_moves_through_its_lifecycle_in_the_name_of_its_officials(office: DemoOffice) -> None:
    env = settings_of(office.urls, office.files)
    refused = said("definition", "move", SOP, "1.0.0", "approve", "--account", "kadis", env=env)
    assert refused.exit_code == 1
    assert "berstatus effective" in refused.stderr
    revoked = said("definition", "move", SOP, "1.0.0", "revoke", "--account", "kadis", env=env)
    assert (revoked.exit_code, revoked.stdout) == (0, f"{SOP} 1.0.0: revoked.\n")


def test_files_with_faults_store_nothing_and_name_each_fault(office: DemoOffice, tmp_path: Path) -> None:
    env = settings_of(office.urls, office.files)
    before = office.rows()
    for arguments, name in (
        (("org", "load"), "org-demo.yaml"),
        (("calendar", "load"), "instansi.yaml"),
        (("definition", "store"), f"{SOP}.yaml"),
    ):
        file = tmp_path / name
        text = (SHIPPED / name).read_text(encoding="utf-8")
        file.write_text(text + "\nunknown_key: 1\nother_key: 2\n", encoding="utf-8")
        result = said(*arguments, file, env=env)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert "unknown_key" in result.stderr
        assert "other_key" in result.stderr
    assert office.rows() == before


def test_the_timing_log_has_the_same_rows_in_every_format(env: dict[str, str], tmp_path: Path) -> None:
    shown = json.loads(said("timing-log", "--format", "json", env=env).stdout)["rows"]
    assert [row["step_id"] for row in shown] == ["s1", "s2"]
    assert list(shown[0]) == list(TIMING_COLUMNS)
    listed = list(csv.DictReader(io.StringIO(said("timing-log", env=env).stdout)))
    assert [row["step_id"] for row in listed] == ["s1", "s2"]
    assert [row["ready_at"] for row in listed] == [row["ready_at"] for row in shown]
    output = tmp_path / "log.xlsx"
    result = said("timing-log", "--output", output, env=env)
    assert (result.exit_code, result.stdout) == (0, "")
    assert zipfile.is_zipfile(output)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".xlsx"] == ["log.xlsx"]


def test_the_timing_log_is_cut_by_sop_and_by_local_days(env: dict[str, str]) -> None:
    def count(*arguments: str) -> int:
        return len(json.loads(said("timing-log", "--format", "json", *arguments, env=env).stdout)["rows"])

    assert count("--sop", SOP) == 2
    assert count("--sop", "tindak-lanjut-evaluasi") == 0
    # The case began on Monday 2026-01-05 at 08:00 WITA, which is midnight UTC.
    assert count("--from", "2026-01-05", "--to", "2026-01-05") == 2
    assert count("--to", "2026-01-04") == 0
    assert count("--from", "2026-01-05 08:01") == 0
    assert count("--to", "2026-01-05 08:00") == 0


def test_the_bytes_on_standard_output_are_those_of_the_file(env: dict[str, str], tmp_path: Path) -> None:
    done = alur("timing-log", cwd=tmp_path, env=env)
    said("timing-log", "--output", tmp_path / "log.csv", env=env)
    assert done.stdout.encode() == (tmp_path / "log.csv").read_bytes().replace(b"\r\n", b"\n")


def test_a_target_that_cannot_be_written_ends_with_2(env: dict[str, str], tmp_path: Path) -> None:
    result = said("timing-log", "--output", tmp_path / "absent" / "log.csv", env=env)
    assert result.exit_code == 2
    assert "tidak dapat ditulis" in result.stderr


def test_a_stored_calendar_is_explained_with_its_units_and_years(env: dict[str, str]) -> None:
    asked = ("calendar", "explain", "--from", "2026-03-17 14:00", "--minutes", "480")
    shown = json.loads(said(*asked, "--json", env=env).stdout)
    assert (shown["to"], shown["minutes"]) == ("2026-03-25T15:30:00+08:00", 480)
    assert sum(segment["minutes"] for segment in shown["segments"]) == 480
    unknown = said(*asked, "--calendar", "asn-9hk", env=env)
    assert unknown.exit_code == 1
    assert '"asn-9hk" tidak ada' in unknown.stderr


def test_without_a_database_the_shipped_calendar_explains_and_none_is_made(tmp_path: Path) -> None:
    done = alur("calendar", "explain", "--from", "2026-01-09T15:30+08:00", "--minutes", "480", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Selesai  Senin 12/01/2026 15:30 WITA" in done.stdout
    assert "Jumlah 480 menit kerja." in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_year_without_a_list_is_provisional(tmp_path: Path) -> None:
    env = {"ALUR_DATABASE_URL": f"sqlite:///{tmp_path / 'absent.db'}"}
    result = said("calendar", "explain", "--from", "2027-01-04 08:00", "--minutes", "60", env=env)
    assert "2027 belum memiliki daftar hari libur resmi" in result.stdout


def test_accounts_are_kept_on_the_host_as_on_the_pages(database: DatabaseUrls, tmp_path: Path) -> None:
    env = settings_of(database, tmp_path / "files")
    assert said("init", env=env).exit_code == 0
    assert said("account", "create", "baru", "Orang Baru", env=env).exit_code == 0
    link = said("account", "invite", "baru", env=env)
    assert link.stdout.startswith("/invitation/")
    for verb in ("unlock", "end-sessions", "disable", "enable", "reset"):
        assert said("account", verb, "baru", env=env).exit_code == 0, verb
    shown = said("account", "show", env=env).stdout
    assert [line.split()[0] for line in shown.splitlines()[2:]] == ["admin", "baru"]
    assert said("account", "create", "baru", "Lagi", env=env).exit_code == 1
    assert said("account", "drop-second-factor", "baru", env=env).exit_code == 1
    assert said("audit", "verify", env=env).exit_code == 0
