"""`alur audit`: a whole log, a damaged one, and an exported file verified by itself."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.audit.checkpoint import Checkpoint, VerifierKey, encoded, parsed_note, signed_note
from engine.audit.log_key import LogKey
from runtime.settings.sign_in import make_key
from tests.support.cli import alur, said, settings_of
from tests.support.offices import DemoOffice
from tests.support.postgres import DatabaseUrls

pytestmark = pytest.mark.on("sqlite")

Lines = list[str]


@pytest.fixture
def case_id(office: DemoOffice) -> str:
    found = office.start()
    office.do("kadis", found, "s1")
    return found


@pytest.fixture
def env(office: DemoOffice, case_id: str) -> dict[str, str]:
    return settings_of(office.urls, office.files)


@pytest.fixture
def exported(env: dict[str, str], tmp_path: Path) -> Path:
    file = tmp_path / "log.jsonl"
    assert said("audit", "export", "--output", file, env=env).exit_code == 0
    return file


def damage(urls: DatabaseUrls, statement: str) -> None:
    """Change a guarded table as somebody with every right to the database could."""
    if urls.migration_url.startswith("sqlite"):
        with sqlite3.connect(urls.migration_url.removeprefix("sqlite:///")) as file:
            for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                file.execute(f"DROP TRIGGER {name}")
            assert file.execute(statement).rowcount
        file.close()
        return
    with psycopg.connect(urls.migration_url.replace("+psycopg", "")) as server:
        for table in ("audit_event", "audit_leaf"):
            server.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        assert server.execute(statement.encode()).rowcount
        for table in ("audit_event", "audit_leaf"):
            server.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())


def test_a_whole_log_is_said_to_be_whole(env: dict[str, str]) -> None:
    result = said("audit", "verify", env=env)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Log audit utuh: ")
    shown = json.loads(said("audit", "verify", "--json", env=env).stdout)
    assert shown["ok"] is True
    assert shown["faults"] == []
    assert shown["events"] > shown["streams"] > 3


def test_the_first_bad_event_is_named_in_both_languages(
    office: DemoOffice, case_id: str, env: dict[str, str]
) -> None:
    damage(office.urls, f"UPDATE audit_event SET act = 'x' WHERE stream = 'case:{case_id}' AND seq = 2")
    result = said("audit", "verify", env=env)
    assert result.exit_code == 1
    assert result.stdout == ""
    indonesian, english = result.stderr.splitlines()
    assert f"aliran case:{case_id}, peristiwa 2: kolom act" in indonesian
    assert f"stream case:{case_id}, event 2: the column act" in english
    shown = json.loads(said("audit", "verify", "--json", env=env).stdout)
    assert [(fault["stream"], fault["seq"]) for fault in shown["faults"]] == [(f"case:{case_id}", 2)]


def test_an_export_is_verified_without_a_database(exported: Path, tmp_path: Path) -> None:
    done = alur("audit", "verify", exported, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Log audit utuh" in done.stdout
    assert not (tmp_path / "alur.db").exists()


def test_an_export_holds_every_event_and_no_entered_data(
    exported: Path, env: dict[str, str], tmp_path: Path
) -> None:
    count = json.loads(said("audit", "verify", "--json", env=env).stdout)["events"]
    lines = [json.loads(line) for line in exported.read_text(encoding="utf-8").splitlines()]
    assert sum("body" in line for line in lines) == count
    assert all(
        set(line)
        <= {"schema", "streams", "scope", "size", "stream", "head", "seq"}
        | {"prev", "hash", "at", "act", "account", "index", "body"}
        for line in lines
    )
    piped = alur("audit", "export", cwd=tmp_path, env=env)
    assert piped.stdout == exported.read_text(encoding="utf-8")
    assert piped.stderr == ""


def without_event(lines: Lines) -> Lines:
    return [lines[0], *lines[2:]]


def without_head(lines: Lines) -> Lines:
    head = next(index for index, line in enumerate(lines) if '"head"' in line)
    return [*lines[:head], *lines[head + 1 :]]


def swapped(lines: Lines) -> Lines:
    events = [index for index, line in enumerate(lines) if '"stream": "case:' in line]
    first, second = events[:2]
    lines[first], lines[second] = lines[second], lines[first]
    return lines


def edited(lines: Lines) -> Lines:
    return [line.replace("case.start", "case.smart") for line in lines]


def cut(lines: Lines) -> Lines:
    """Every line of the last stream is gone, its head too."""
    last = json.loads(lines[-1])["stream"]
    return [line for line in lines if json.loads(line).get("stream") != last]


def moved(lines: Lines) -> Lines:
    """An event says that it stands elsewhere in the tree."""
    return [line.replace('"index": 1,', '"index": 2,') for line in lines]


@pytest.mark.parametrize(
    "change",
    [without_event, without_head, swapped, edited, cut, moved, lambda lines: lines[:-1]],
    ids=[
        "an event is gone",
        "a head is gone",
        "swapped",
        "edited",
        "a stream is gone",
        "moved",
        "the end is gone",
    ],
)
def test_every_damage_to_an_exported_file_is_found(exported: Path, change: Callable[[Lines], Lines]) -> None:
    lines = exported.read_text(encoding="utf-8").splitlines()
    changed = change(list(lines))
    assert changed != lines
    exported.write_text("\n".join(changed) + "\n", encoding="utf-8")
    result = said("audit", "verify", exported)
    assert result.exit_code == 1
    assert "TIDAK utuh" in result.stderr


@pytest.mark.parametrize(
    "text", ["", "\n", "halo", '{"schema": "audit/v3", "streams": 1}', "[1]", "[" * 100_000]
)
def test_a_file_that_is_no_export_is_told_so(text: str, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text(text, encoding="utf-8")
    result = said("audit", "verify", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "bukan ekspor log audit" in result.stderr


def test_a_line_that_is_no_event_is_told_with_its_number(exported: Path) -> None:
    lines = exported.read_text(encoding="utf-8").splitlines()
    exported.write_text("\n".join([*lines[:2], '{"stream": "case:x"}', *lines[2:]]), encoding="utf-8")
    assert "Baris 3: bukan ekspor" in said("audit", "verify", exported).stderr


def test_a_missing_file_ends_with_2(tmp_path: Path) -> None:
    assert said("audit", "verify", tmp_path / "absent").exit_code == 2


@pytest.fixture
def sealed(office: DemoOffice, env: dict[str, str], case_id: str, tmp_path: Path) -> tuple[Path, Path]:
    """A checkpoint of the log with the case in it, and the key to check it with."""
    make_key(office.system.settings.log_key_path)
    checkpoint, key = tmp_path / "titik.txt", tmp_path / "log.vkey"
    assert said("audit", "checkpoint", "--output", checkpoint, env=env).exit_code == 0
    assert said("audit", "key", "--output", key, env=env).exit_code == 0
    return checkpoint, key


def verified(*arguments: str | Path, env: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    result = said("audit", "verify", "--json", *arguments, env=env)
    return result.exit_code, json.loads(result.stdout or "{}")


def test_exit_codes_tell_whole_from_younger_tampered_and_unreadable(
    office: DemoOffice, env: dict[str, str], sealed: tuple[Path, Path], case_id: str
) -> None:
    checkpoint, key = sealed
    note = parsed_note(checkpoint.read_text(encoding="utf-8")).checkpoint
    code, told = verified("--checkpoint", checkpoint, "--key", key, env=env)
    assert (code, told["origin"], told["size"], told["unsealed"]) == (0, note.origin, note.size, 0)
    assert (told["root"], told["not_checked"]) == (encoded(note.root), [])
    assert told["events"] == note.size
    office.start(period="2026-Q1")
    code, told = verified(env=env)
    assert (code, told["ok"], told["size"]) == (3, True, note.size)
    assert told["unsealed"] == told["events"] - note.size > 0
    assert said("audit", "verify", "--checkpoint", key, env=env).exit_code == 2
    assert said("audit", "verify", "--key", checkpoint, env=env).exit_code == 2
    # A stream that vanishes with its head, and with every leaf made anew: only a checkpoint tells.
    for statement in (
        "DELETE FROM audit_detail WHERE stream LIKE 'preference:%' OR stream LIKE 'schedule:%'",
        "DELETE FROM audit_event WHERE entry = (SELECT MAX(entry) FROM audit_event WHERE stream IN"
        " (SELECT stream FROM audit_event GROUP BY stream HAVING COUNT(*) = 1))",
    ):
        with contextlib.suppress(AssertionError):
            damage(office.urls, statement)
    assert verified("--checkpoint", checkpoint, env=env)[0] == 1


def test_an_export_is_held_against_a_checkpoint_by_itself(
    env: dict[str, str], office: DemoOffice, sealed: tuple[Path, Path], tmp_path: Path
) -> None:
    checkpoint, key = sealed
    file = tmp_path / "log.jsonl"
    assert said("audit", "export", "--output", file, env=env).exit_code == 0
    assert verified(file, "--checkpoint", checkpoint, "--key", key)[0] == 0
    office.start(period="2026-Q1")
    assert said("audit", "export", "--output", file, env=env).exit_code == 0
    assert verified(file, "--checkpoint", checkpoint, "--key", key)[0] == 3
    other = VerifierKey("other.example/alur", b"k" * 32)
    key.write_text(other.text, encoding="utf-8")
    assert verified(file, "--checkpoint", checkpoint, "--key", key)[0] == 1
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    header = json.loads(lines[0])
    file.write_text("".join([json.dumps(header | {"size": 2}) + "\n", *lines[1:]]), encoding="utf-8")
    assert verified(file, "--checkpoint", checkpoint)[0] == 1


def test_a_checkpoint_that_is_not_of_this_log_is_told(
    env: dict[str, str], sealed: tuple[Path, Path], tmp_path: Path
) -> None:
    origin, size, *_ = sealed[0].read_text(encoding="utf-8").split("\n")
    key = LogKey(lambda: b"k" * 32)
    for other in (Checkpoint(origin, int(size), b"r" * 32), Checkpoint(origin, int(size) + 9, b"r" * 32)):
        forged = tmp_path / "lain.txt"
        forged.write_text(signed_note(other, [key.signature(other)]), encoding="utf-8")
        code, told = verified("--checkpoint", forged, env=env)
        assert (code, len(told["faults"])) == (1, 2)
