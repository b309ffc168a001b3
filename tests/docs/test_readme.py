"""What the README tells a newcomer to type works as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from typer.main import get_command

from runtime.cli import app

TARGET = re.compile(r"^([a-z]+):.*## ", re.M)
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@pytest.fixture
def clone(project: Path, tmp_path: Path) -> Path:
    """A folder that holds what the commands name, as a clone does after `make run`."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "sop_definitions").symlink_to(project / "sop_definitions")
    return tmp_path


def blocks(project: Path, language: str = "") -> list[str]:
    text = (project / "README.md").read_text(encoding="utf-8")
    return [
        block for name, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S) if name == language
    ]


def newcomer() -> dict[str, str]:
    """The environment of somebody who has no settings and no `alur` on the path."""
    path = os.pathsep.join(["/usr/local/bin", "/usr/bin", "/bin"])
    return {"PATH": path, "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}


def made(project: Path, page: str) -> Iterator[tuple[str, str]]:
    """(target, ARGS) of every `make` that a page tells to type."""
    text = (project / page).read_text(encoding="utf-8")
    for targets, arguments in re.findall(r'(?:^|`)make ((?:[a-z]+ ?)+)(?:ARGS="([^"]*)")?', text, re.M):
        for target in targets.split():
            yield target, arguments


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_that_the_guides_name_is_a_target(project: Path, page: str) -> None:
    named = list(made(project, page))
    assert named
    targets = TARGET.findall((project / "Makefile").read_text(encoding="utf-8"))
    for target, arguments in named:
        assert target in targets, target
        if target == "run":
            serve = get_command(app).commands["serve"]  # type: ignore[attr-defined]
            serve.make_context("serve", shlex.split(arguments))  # exits where it does not understand them


def test_a_run_starts_the_very_alur_that_it_installs(project: Path) -> None:
    rules = (project / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^run:.*\n\t(.*)$", rules, re.M)
    server = re.search(r"^\$\(SERVER\):.*\n((?:\t.*\n)+)", rules, re.M)
    assert recipe is not None
    assert server is not None
    assert recipe[1] == "@$(BIN)/alur serve --demo $(ARGS)"
    assert "-e ." in server[1]


def test_the_commands_of_the_readme_run_as_printed(project: Path, clone: Path) -> None:
    (block,) = [block for block in blocks(project) if "alur init" in block]
    *lines, serve = block.strip().splitlines()
    assert serve.startswith("alur serve --port 8080")
    script = "\n".join(["set -e", *lines, "exec " + serve.replace("8080", "0")])  # any port that is free
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=clone,
        env=newcomer(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as shell:
        assert shell.stdout is not None
        told, found = [], None
        try:
            for line in shell.stdout:
                told.append(line)
                if found := ADDRESS.search(line):
                    assert httpx2.get(f"{found[0]}/healthz", timeout=30).status_code == 200
                    break
        finally:
            shell.terminate()
        told += shell.stdout.readlines()
    assert found, "".join(told)
    assert shell.returncode == 0, "".join(told)
    assert {path.name for path in clone.iterdir()} >= {"alur.db", "kantor.alur", "log.xlsx"}


def test_the_python_of_the_readme_runs_as_printed(project: Path, clone: Path) -> None:
    (example,) = blocks(project, "python")
    ran = subprocess.run(
        [".venv/bin/python", "-c", example], cwd=clone, env=newcomer(), capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
