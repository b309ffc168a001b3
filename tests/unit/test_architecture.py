"""Rules about the source text that neither ruff nor import-linter can state."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = (
    "engine",
    "api",
    "web",
    "notifications",
    "reports",
    "documents",
    "identity",
    "runtime",
    "migrations",
    "alur_client",
)
MODULES = sorted(path for package in SHIPPED for path in (PROJECT / package).rglob("*.py"))

CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}
NAMELESS = re.compile(r"\bfor (?:\w+, )*(?:one|each)(?:, \w+)* in\b")
LONGEST_FILE = 400
SHORTER_THAN = 60

# Written in pieces, so that this file does not trip over itself.
FOREIGN = re.compile(
    "|".join(
        [
            "/wor" + "k/",
            "/far" + "m/",
            r"/ro" + r"ot/",
            r"/ho" + r"me/\w",
            "/Use" + r"rs/\w",
            r"[A-Z]:\\Us" + "ers",
        ]
    )
    + "|"
    + "|".join(["pypi\\.o" + "rg/simple", "files\\.pythonho" + "sted", "registry\\.npm" + "js"])
)


def relative(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def matching(path: Path, *patterns: str) -> bool:
    return any(PurePath(relative(path)).match(pattern) for pattern in patterns)


def calls(source: str) -> Iterator[tuple[int, str]]:
    """Every call in the text as (line, dotted name); what is not a plain name becomes `?`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func)


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def reads_clock(name: str) -> bool:
    return any(name == call or name.endswith(f".{call}") for call in CLOCK_CALLS)


def commits(name: str) -> bool:
    return name.endswith(".commit")


def foreign_lines(text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), start=1) if FOREIGN.search(line)]


def test_only_the_clock_asks_the_system_for_the_time() -> None:
    found = [
        f"{relative(path)}:{line} {name}"
        for path in MODULES
        if not matching(path, "engine/clock.py")
        for line, name in calls(path.read_text(encoding="utf-8"))
        if reads_clock(name)
    ]
    assert found == []


def test_only_the_store_and_the_migrations_commit() -> None:
    found = [
        f"{relative(path)}:{line} {name}"
        for path in MODULES
        if not matching(path, "engine/store*.py", "engine/store/*.py", "migrations/*.py")
        for line, name in calls(path.read_text(encoding="utf-8"))
        if commits(name)
    ]
    assert found == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    found = [
        relative(path) for path in MODULES if VAGUE_NAMES & {*path.relative_to(PROJECT).parts, path.stem}
    ]
    assert found == []


def test_no_module_hands_on_what_another_one_holds() -> None:
    found = [
        f"{relative(path)}:{node.lineno} {alias.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    ]
    assert found == []


def test_a_loop_names_what_it_goes_through() -> None:
    texts = [*MODULES, *(PROJECT / "web/templates").rglob("*.html")]
    found = [
        f"{relative(path)}:{number} {line.strip()}"
        for path in texts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if NAMELESS.search(line)
    ]
    assert found == []


def test_no_shipped_file_is_longer_than_400_lines() -> None:
    # A revision is history: it is read once, and splitting it would not make it shorter. Shapes are made.
    # The verifier of evidence packs is one file, so that it runs alone wherever it is taken.
    unread = ("migrations/versions/*.py", "alur_client/shapes.py", "reports/evidence/verify.py")
    present = [path for path in MODULES if not matching(path, *unread)]
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in present}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_shipped_function_has_60_lines() -> None:
    found = [
        f"{relative(path)}:{node.lineno} {node.name} {lines}"
        for path in MODULES
        if not matching(path, "migrations/versions/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) >= SHORTER_THAN
    ]
    assert found == []


def test_every_shipped_module_says_what_lives_in_it() -> None:
    found = [
        relative(path)
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_no_tracked_file_names_a_machine_path_or_a_package_index() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    found = []
    for name in filter(None, listing.decode().split("\0")):
        path = PROJECT / name
        if not path.is_file():  # removed, but not yet committed
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{name}:{line}" for line in foreign_lines(text)]
    assert found == []


@pytest.mark.parametrize(
    "source", ["datetime.now(UTC)", "dt.datetime.utcnow()", "time.time()", "datetime.date.today()"]
)
def test_the_clock_rule_sees_every_spelling(source: str) -> None:
    assert [reads_clock(name) for _, name in calls(source)] == [True]


def test_the_commit_rule_sees_any_connection_and_leaves_other_calls() -> None:
    found = [
        name
        for _, name in calls("session.commit()\npool.get().commit()\nstore.execute(work)")
        if commits(name)
    ]
    assert found == ["session.commit", "?.commit"]


def test_the_path_rule_sees_home_folders_and_leaves_plain_words() -> None:
    assert foreign_lines("the homework is at home\nsee /ho" + "me/budi/alur") == [2]
