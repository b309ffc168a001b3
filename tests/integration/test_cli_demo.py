"""`alur demo` plays the nine steps to the minute, on both databases, and leaves nothing behind."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.views.timing_log import TIMING_COLUMNS
from tests.support.cli import alur, said
from tests.support.postgres import DatabaseFactory
from tests.support.stored_cases import migrated

pytestmark = pytest.mark.on("sqlite")

# step, branch, visit, ready, claimed, finished, waiting, working, standard, difference, due, late, outcome
WORKED_RUN = """
s1  -  1  05/01 08:00  05/01 08:00  05/01 10:00    0  120  120    +0  06/01 10:00    0  -
s2  -  1  05/01 10:00  05/01 10:30  05/01 11:30   30   60   60    +0  06/01 11:00    0  -
s3  -  1  05/01 11:30  05/01 13:00  05/01 13:30   30   30   30    +0  06/01 12:00    0  -
s4  A  1  05/01 13:30  06/01 08:00  06/01 11:10  180  180  180    +0  07/01 08:00    0  -
s4  B  1  05/01 13:30  06/01 13:00  06/01 15:10  420  120  180   -60  07/01 08:00    0  -
s5  A  1  06/01 11:10  06/01 13:00  07/01 14:00   50  510  480   +30  08/01 11:40    0  -
s6  A  1  07/01 14:00  07/01 14:30  07/01 15:30   30   60  120   -60  08/01 16:00    0  tidak_sesuai
s5  A  2  07/01 15:30  08/01 07:30  08/01 10:30   30  180  480  -300  09/01 16:30    0  -
s6  A  2  08/01 10:30  08/01 13:00  08/01 14:00   90   60  120   -60  09/01 14:00    0  sesuai
s5  B  1  06/01 15:10  08/01 09:00  09/01 10:00  590  510  480   +30  08/01 15:40  170  -
s6  B  1  09/01 10:00  09/01 10:15  09/01 11:15   15   60  120   -60  12/01 12:00    0  sesuai
s7  -  1  09/01 11:15  09/01 13:30  09/01 14:20   45   50   60   -10  12/01 13:15    0  -
s8  -  1  09/01 14:20  12/01 08:00  12/01 08:20  160   20   30   -10  12/01 14:20    0  belum_sesuai
s7  -  2  12/01 08:20  12/01 08:30  12/01 09:00   10   30   60   -30  13/01 09:20    0  -
s8  -  2  12/01 09:00  13/01 13:30  13/01 13:45  660   15   30   -15  13/01 09:30  195  sesuai
s9  -  1  13/01 13:45  13/01 14:00  13/01 14:15   15   15   30   -15  14/01 14:15    0  -
"""
TOTALS = {
    "visits": 16,
    "waiting_minutes": 2355,
    "working_minutes": 2020,
    "standard_minutes": 2580,
    "case_minutes": 3015,
    "late_visits": 2,
}
BRANCHES = {None: "-", "bid-psr": "A", "bid-pkm": "B"}


def printed(row: dict[str, Any]) -> tuple[str, ...]:
    """A timing row in the columns of the worked run."""

    def at(column: str) -> list[str]:
        moment = datetime.fromisoformat(row[column])
        assert (moment.year, moment.tzname()) == (2026, "UTC+08:00")
        return moment.strftime("%d/%m %H:%M").split()

    return (
        row["step_id"],
        BRANCHES[row["branch"]],
        str(row["visit"]),
        *at("ready_at"),
        *at("claimed_at"),
        *at("finished_at"),
        str(row["waiting_minutes"]),
        str(row["working_minutes"]),
        str(row["standard_minutes"]),
        f"{row['difference_minutes']:+d}",
        *at("due_at"),
        str(row["late_minutes"]),
        row["outcome"] or "-",
    )


def test_every_row_of_the_worked_run_comes_out_to_the_minute(database_factory: DatabaseFactory) -> None:
    result = said("demo", "--json", "--database-url", database_factory(migrated).database_url)
    shown = json.loads(result.stdout)
    wanted = [tuple(line.split()) for line in WORKED_RUN.strip().splitlines()]
    assert sorted(printed(row) for row in shown["rows"]) == sorted(wanted)
    assert shown["totals"] == TOTALS
    assert set(shown) == {"rows", "totals"}
    assert [list(row) for row in shown["rows"]] == [list(TIMING_COLUMNS)] * 16
    assert result.exit_code == 0


def test_a_database_with_something_in_it_is_left_alone(database_factory: DatabaseFactory) -> None:
    url = database_factory(migrated).database_url
    assert said("demo", "--json", "--database-url", url).exit_code == 0
    again = said("demo", "--json", "--database-url", url)
    assert again.exit_code == 1
    assert again.stdout == ""
    assert "kosong" in again.stderr


def test_the_demonstration_prints_a_table_its_totals_and_the_state_of_the_log(tmp_path: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    done = alur("demo", cwd=home, env={"TMPDIR": str(temporary)})
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    heading = next(line for line in lines if line.startswith("Langkah"))
    assert heading.split("  ")[0] == "Langkah"
    assert sum(line.startswith("s") and "/01 " in line for line in lines) == 16
    assert any(line.startswith("s8") and "195" in line and "-15" in line for line in lines)
    assert "16 kunjungan; tunggu 2.355, kerja 2.020, baku 2.580 menit kerja" in done.stdout
    assert "3.015 menit kerja; 2 kunjungan terlambat" in done.stdout
    assert "skenario yang tertulis: sesuai." in done.stdout
    assert "Log audit utuh" in done.stdout
    assert list(home.iterdir()) == []
    assert list(temporary.iterdir()) == []


def test_a_database_that_was_never_migrated_is_told_so(tmp_path: Path) -> None:
    result = said("demo", "--database-url", f"sqlite:///{tmp_path / 'empty.db'}")
    assert result.exit_code == 1
    assert "alur migrate" in result.stderr
