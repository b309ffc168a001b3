"""Exit codes and streams: sentences for people, JSON for the log, never a traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from runtime.cli import app, demo
from tests.support.cli import alur, said


def commands() -> Iterator[list[str]]:
    """Every command with the words that lead to it."""

    def below(words: list[str], command: Any) -> Iterator[list[str]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield words
            return
        for name, item in inner.items():
            yield from below([*words, name], item)

    yield from below([], get_command(app))


ALL = list(commands())


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_help_has_an_example_of_its_command(words: list[str]) -> None:
    result = said(*words, "--help")
    assert result.exit_code == 0
    example = result.stdout.partition("Contoh: ")[2]
    assert f"alur {' '.join(words)}" in " ".join(example.split())


def test_the_commands_of_the_contract_are_there() -> None:
    names = {" ".join(words) for words in ALL}
    assert names >= {
        "demo",
        "check",
        "timing-log",
        "audit verify",
        "audit export",
        "doctor",
        "calendar explain",
        "migrate",
    }


def test_a_refusal_is_one_indonesian_sentence_and_exit_code_1(tmp_path: Path) -> None:
    done = alur("timing-log", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Basis data belum ada. Mulai kantor baru dengan `alur init`, atau atur ALUR_DATABASE_URL.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_verbose_adds_the_english_log_line(tmp_path: Path) -> None:
    done = alur("--verbose", "timing-log", cwd=tmp_path)
    logged, sentence = done.stderr.splitlines()
    assert json.loads(logged)["message"] == (
        "unavailable: the database file does not exist; begin with `alur init` or set ALUR_DATABASE_URL"
    )
    assert sentence.startswith("Basis data belum ada.")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["check"],
        ["check", "--nonsense", "a.yaml"],
        ["demo", "too", "many"],
        ["timing-log", "--format", "pdf"],
        ["calendar", "explain", "--from", "2026-01-05"],
        ["calendar", "explain", "--from", "2026-01-05", "--minutes", "-1"],
        ["calendar", "explain", "--from", "besok", "--minutes", "1"],
        ["org", "load", "absent.yaml"],
        ["definition", "move", "x", "1.0.0", "destroy", "--account", "kadis"],
    ],
)
def test_arguments_that_cannot_be_used_end_with_2(arguments: list[str], tmp_path: Path) -> None:
    env = {"ALUR_DATABASE_URL": f"sqlite:///{tmp_path / 'absent.db'}"}
    result = said(*arguments, env=env)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr
    assert not re.search(r"Usage|Error|Try |Invalid|Missing", result.stderr)
    assert list(tmp_path.iterdir()) == []


def test_settings_that_cannot_be_used_are_named_without_their_values(tmp_path: Path) -> None:
    (tmp_path / "alur.env").write_text("ALUR_DATABSE_URL=postgresql://a:secret@b/c\n", encoding="utf-8")
    done = alur("doctor", cwd=tmp_path)
    assert done.returncode == 2
    assert "Pengaturan tidak dapat dipakai" in done.stderr
    assert "databse_url" in done.stderr.lower()
    assert "secret" not in done.stderr


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://a:secret@b/c",
        "postgresql://a:secret@b:port/c",
        "postgresql://a:secret@127.0.0.1:1/c",
        "sqlite:////nowhere/at/all/office.db",
    ],
)
def test_a_database_address_that_cannot_be_used_is_refused_without_repeating_it(
    url: str, tmp_path: Path
) -> None:
    done = alur("migrate", cwd=tmp_path, env={"ALUR_DATABASE_URL": url})
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "secret" not in done.stderr


def test_a_horizon_that_is_passed_is_refused(tmp_path: Path) -> None:
    env = {"ALUR_DATABASE_URL": f"sqlite:///{tmp_path / 'absent.db'}"}
    result = said("calendar", "explain", "--from", "2026-01-05", "--minutes", "999999999", env=env)
    assert (result.exit_code, result.stdout) == (1, "")


def test_what_nobody_expected_becomes_a_log_line_and_a_polite_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("something inside")

    monkeypatch.setattr(demo, "play_demonstration", broken)
    result = said("demo", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    logged, sentence = result.stderr.splitlines()
    assert "KeyError: 'something inside'" in json.loads(logged)["trace"]
    assert sentence.startswith("Maaf, terjadi kesalahan yang tidak terduga")


def test_a_terminal_of_another_alphabet_is_no_reason_to_stop(tmp_path: Path) -> None:
    asked = ("calendar", "explain", "--from", "2026-01-05 08:00", "--minutes", "60")
    done = alur(*asked, cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "Jumlah 60 menit kerja." in done.stdout
