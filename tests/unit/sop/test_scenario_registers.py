"""Rows that a scenario gives registers and expects of them are checked with their place."""

from pathlib import Path

from engine.sop.checks import load_register
from engine.sop.checks.scenario_registers import GivenFile
from engine.sop.scenarios import load_scenarios

FOLDER = Path(__file__).parents[3] / "docs" / "language" / "examples"
REGISTERS = {"usaha": load_register((FOLDER / "register-usaha.yaml").read_bytes()).register}
HEAD = """schema: scenarios/v1
sop: pendataan-usaha
organisation: org.yaml
"""
SCENARIO = """scenarios:
  - name: Satu
    start: {at: "2026-01-05 08:00", by: kasi.loket, period: "2026"}
"""


def problems(text: str, *, known: bool = True) -> list[tuple[int, int, str, str]]:
    registers = REGISTERS if known else None
    _, found = load_scenarios(text, None, file="x.scenarios.yaml", registers=registers)
    return [(one.line, one.column, one.code, one.path) for one in found]


def given(written: str) -> str:
    return f"{HEAD}registers:\n  {written}\n{SCENARIO}    expect: {{}}\n"


def expected(written: str) -> str:
    return f"{HEAD}{SCENARIO}    expect:\n      registers:\n        {written}\n"


def test_rows_and_files_of_a_known_register_are_no_problem() -> None:
    rows = "usaha: [{tahun: 2026, kode: a, nama: A}, {tahun: 2026, kode: b, nama: B, induk: '2026:a'}]"
    assert problems(given(rows)) == []
    assert problems(given("usaha: {file: x.csv, profile: lama, set: {tahun: 2025}, decimal: comma}")) == []
    assert problems(given("usaha: x.csv")) == []
    assert problems(expected("usaha: {'2026:a': {tenaga: 3, capaian: 75}, '2026:b': null}")) == []


def test_a_register_that_is_not_there_is_told_at_its_name() -> None:
    assert problems(given("usahaa: []")) == [(5, 3, "unknown_register", "registers.usahaa")]
    assert problems(expected("usahaa: {a: {}}")) == [
        (9, 9, "unknown_register", "scenarios[0].expect.registers.usahaa")
    ]


def test_without_the_registers_of_the_folder_only_the_shape_is_checked() -> None:
    assert problems(given("usahaa: [{x: 1}]"), known=False) == []
    assert problems(given("usahaa: [x]"), known=False) == [(5, 11, "no_row", "registers.usahaa")]


def test_what_a_row_may_not_hold_is_told_at_its_cell() -> None:
    rows = "usaha: [{tahun: 2026, kode: a, nama: A, tenaga: -1}, {tahun: 2026, kode: b, naam: B, capaian: 1}]"
    assert {(code, path) for _, _, code, path in problems(given(rows))} == {
        ("initial_row", "registers.usaha[0].tenaga"),
        ("unknown_column", "registers.usaha[1].naam"),
        ("initial_row", "registers.usaha[1]"),  # without a name
        ("initial_row", "registers.usaha[1].capaian"),
    }


def test_a_row_that_the_register_begins_with_is_given_in_part() -> None:
    assert problems(given("usaha: [{tahun: 2026, kode: a-1, tenaga: 7}]")) == []
    assert problems(given("usaha: [{tahun: 2025, kode: a-1, tenaga: 7}]"))[0][2] == "initial_row"


def test_two_rows_of_one_key_are_told_at_the_second() -> None:
    rows = "usaha: [{tahun: 2026, kode: a, nama: A}, {tahun: 2026, kode: a, nama: B}]"
    assert problems(given(rows)) == [(5, 44, "duplicate_row", "registers.usaha[1]")]


def test_a_file_is_named_with_a_profile_of_the_register() -> None:
    assert problems(given("usaha: {file: x.csv, profile: baru}")) == [
        (5, 33, "unknown_profile", "registers.usaha.profile")
    ]
    assert problems(given("usaha: {profile: lama}")) == [(5, 10, "missing_key", "registers.usaha.file")]
    assert problems(given("usaha: {file: x.csv, profil: lama}"))[0][2:] == (
        "unknown_key",
        "registers.usaha.profil",
    )


def test_an_expected_cell_is_a_column_of_its_register() -> None:
    assert problems(expected("usaha: {'2026:a': {tenag: 3}}")) == [
        (9, 28, "unknown_column", 'scenarios[0].expect.registers.usaha["2026:a"].tenag')
    ]
    assert problems(expected("usaha: {'2026:a': 3}"))[0][2] == "no_row"


def test_a_plain_name_stands_for_the_file() -> None:
    assert GivenFile.of("x.csv") == GivenFile(file="x.csv")
    assert GivenFile.of({"file": "x.csv", "profile": "lama"}).profile == "lama"
