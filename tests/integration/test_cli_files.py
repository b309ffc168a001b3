"""Files that people name on the command line: whatever stands there, one sentence, and nothing half done."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from typer.main import get_command

from runtime.cli import app, main
from tests.support.cli import PROJECT, said, settings_of
from tests.support.forked import Forked
from tests.support.offices import SOP, DemoOffice

pytestmark = pytest.mark.on("sqlite")

SHIPPED = PROJECT / "sop_definitions"
SOURCE = SHIPPED / f"{SOP}.yaml"
WRITING = ("output", "report", "folder")
MADE_BY = "backup"  # its file is one that is written
GIVEN = {
    "new": ["Surat Masuk", "--actor", "Petugas", "--step", "Mencatat surat=Petugas"],
    "document": [SOURCE],
    "simulate": [SOURCE, "--runs", "10"],
    "export": ["--format", "xes"],
    "monitoring": ["--period", "2026-H1"],
    "register export": ["tindak_lanjut"],
    "register import": ["--register", "tindak_lanjut"],
    "calendar confirm": ["--yes"],
    "calendar load": ["--yes"],
}
"""What a command needs besides the file."""


def named(wanted: tuple[str, ...], *, written: bool) -> list[tuple[str, str]]:
    """Every command with each option or argument of it that is a file which it writes, or reads."""
    found: list[tuple[str, str]] = []

    def below(words: list[str], command: Any) -> None:
        for name, inner in getattr(command, "commands", {}).items():
            below([*words, name], inner)
        if hasattr(command, "commands"):
            return
        hints = get_type_hints(inspect.unwrap(command.callback))
        for parameter in command.params:
            if "Path" in str(hints.get(parameter.name, "")):
                writes = parameter.name in wanted or words == [MADE_BY]
                if writes is written:
                    found.append((" ".join(words), parameter.opts[0]))

    below([], get_command(app))
    return found


WRITERS = named(WRITING, written=True)
READERS = [pair for pair in named(WRITING, written=False) if pair[0] not in ("init", "restore")]


def given(words: str, option: str, file: Path) -> list[str]:
    """The command with this file in this place, and files that are as they should be in the others."""
    arguments: list[str | Path] = [*words.split(), *GIVEN.get(words, [])]
    if option.startswith("--"):
        others = {"check": [SOURCE], "calendar load": [SHIPPED / "instansi.yaml"], "import": [SOURCE]}
        return [str(part) for part in (*arguments, *others.get(words, []), option, file)]
    return [str(part) for part in (*arguments, "--", file)]


@pytest.fixture
def env(office: DemoOffice) -> dict[str, str]:
    found = settings_of(office.urls, office.files)
    assert said("migrate", env=found).exit_code == 0  # makes the key of the log
    return found


def into_a_full_disk() -> None:
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
    main()


def told(words: str, option: str, file: Path, env: Mapping[str, str]) -> str:
    """What a command says of a file that it cannot use."""
    result = said(*given(words, option, file), env=env)
    shown = result.stdout + result.stderr
    assert result.exit_code in (1, 2), f"{words} {option} {file}: {result.exit_code}\n{shown}"
    assert not re.search(r"tidak terduga|Traceback|Errno|No such|Is a directory|Not a dir|denied", shown), (
        shown
    )
    assert str(file)[:40] in shown, f"{words} {option}: {shown}"
    return shown


def test_every_writer_is_met() -> None:
    assert {words for words, _ in WRITERS} >= {
        *("timing-log", "document", "import", "new", "statistics", "conformance", "monitoring", "export"),
        *("simulate", "audit export", "audit checkpoint", "audit key", "register export", "calendar export"),
        MADE_BY,
    }
    assert len(READERS) > 12


def test_what_cannot_be_written_is_told_in_one_sentence_and_leaves_nothing(
    env: dict[str, str], tmp_path: Path
) -> None:
    ground = tmp_path / "ground"
    ground.mkdir()
    (ground / "berkas").write_text("ada", encoding="utf-8")
    (ground / "loop.csv").symlink_to(ground / "loop.csv")
    (ground / "folder.csv").mkdir()
    before = sorted(ground.rglob("*"))
    for words, option in WRITERS:
        if (words, option) in {("import", "--output"), ("import", "--report")}:
            continue  # it needs a table of an office program: below
        wrong = [ground / "berkas" / "x.csv", ground / f"{'a' * 300}.csv"]
        if words != "calendar export":
            wrong += [ground / "tidak-ada" / "x.csv", ground / "folder.csv"]
        for file in wrong:
            told(words, option, file, env)
    assert sorted(ground.rglob("*")) == before


def test_a_file_that_cannot_be_read_is_told_by_its_name(env: dict[str, str], tmp_path: Path) -> None:
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    for words, option in READERS:
        for file in (tmp_path / "tidak-ada.yaml", loop, tmp_path / f"{'a' * 300}.yaml"):
            told(words, option, file, env)


def test_a_device_without_end_is_read_as_far_as_any_file_may_be(env: dict[str, str]) -> None:
    for words, option in READERS:
        result = said(*given(words, option, Path("/dev/zero")), env=env)
        assert result.exit_code in (1, 2), f"{words} {option}: {result.stdout}{result.stderr}"
        assert "tidak terduga" not in result.stderr, f"{words} {option}"


def test_a_link_goes_on_leading_where_it_led_and_a_device_stays_one(
    env: dict[str, str], tmp_path: Path
) -> None:
    real, link = tmp_path / "nyata.csv", tmp_path / "tautan.csv"
    link.symlink_to(real)
    assert said("timing-log", "--output", link, env=env).exit_code == 0
    assert link.is_symlink()
    assert real.stat().st_size > 0
    assert said("timing-log", "--output", "/dev/null", env=env).exit_code == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    "words",
    [["--help"], ["org", "export"], ["check", str(SOURCE)], ["document", str(SOURCE), "--output", "-"]],
)
def test_an_output_that_is_full_is_told_in_one_sentence(
    words: list[str], env: dict[str, str], tmp_path: Path
) -> None:
    process = Forked(into_a_full_disk, words, cwd=tmp_path, env={**os.environ, **env})
    _, errors = process.communicate()
    assert (process.wait(), errors) == (2, "Keluaran: tidak dapat dipakai (disk penuh).\n")


def test_a_full_disk_leaves_the_file_that_was_there(
    env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "log.jsonl"
    kept.write_text("lama", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    for words in (["audit", "export"], ["timing-log"], ["statistics"]):
        result = said(*words, "--output", kept, env=env)
        assert (result.exit_code, result.stderr) == (2, f"{kept} tidak dapat ditulis (disk penuh).\n")
    assert kept.read_text(encoding="utf-8") == "lama"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".alur-")] == []
