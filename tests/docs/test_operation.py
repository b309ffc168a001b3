"""What the pages and files for running an office say is true of the program."""

from __future__ import annotations

import configparser
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from runtime.cli import app
from runtime.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
HOW_TO = sorted(page.stem for page in (PROJECT / "docs" / "how-to").glob("*.md"))
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").rglob("*.md"))]
NAMED = re.compile(
    r"`((?:engine|api|web|notifications|reports|identity|runtime|migrations|deploy|tests)/[\w/.]+)"
)
COMMAND = re.compile(r"(?:^|`|&& |/bin/)alur ([a-z]+(?:-[a-z]+)?)(?: ([a-z]+(?:-[a-z]+)*)\b)?", re.M)


def test_every_setting_is_explained(project: Path) -> None:
    page = (project / "docs" / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description, f"{name} has no description"
        assert f"`ALUR_{name.upper()}`" in page


@pytest.mark.parametrize("page", HOW_TO)
def test_the_pages_name_only_settings_and_commands_that_exist(page: str, project: Path) -> None:
    text = (project / "docs" / "how-to" / f"{page}.md").read_text(encoding="utf-8")
    known = {f"ALUR_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"ALUR_[A-Z_]+", text)) <= known
    commands = get_command(app).commands  # type: ignore[attr-defined]
    named = [(verb, rest) for verb, rest in COMMAND.findall(text) if verb != "alur"]
    for verb, rest in named:
        assert verb in commands, verb
        group = getattr(commands[verb], "commands", None)
        assert group is None or not rest or rest in group, f"{verb} {rest}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_the_pages_lead_to_and_the_files_that_they_name_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("https://") or (page.parent / target).exists(), target
    for name in NAMED.findall(text):
        assert (PROJECT / name).exists(), name


def commands(group: Any, path: tuple[str, ...] = ("alur",)) -> Iterator[tuple[str, Any]]:
    yield " ".join(path), group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


EXAMPLES = {path: command.epilog for path, command in commands(get_command(app))}


@pytest.mark.parametrize("path", EXAMPLES)
def test_the_help_of_every_command_has_an_example_that_it_understands(path: str) -> None:
    example = EXAMPLES[path].removeprefix("Contoh: ").partition(" (")[0]
    words = shlex.split(example.partition(" > ")[0].partition("alur ")[2])
    group: Any = get_command(app)
    while hasattr(group, "commands") and words and words[0] in group.commands:
        group, words = group.commands[words[0]], words[1:]
    assert not hasattr(group, "commands"), example
    group.make_context(group.name, words)  # exits where an argument or option is not understood


def test_the_service_runs_without_rights(project: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((project / "deploy" / "alur.service").read_text(encoding="utf-8"))
    service = unit["Service"]
    assert service["User"] == "alur"
    assert service["ExecStart"].endswith("alur serve")
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""


def test_the_image_runs_without_rights_and_holds_no_data(project: Path) -> None:
    image = (project / "Dockerfile").read_text(encoding="utf-8")
    final = image.rpartition("\nFROM ")[2]
    assert "\nUSER alur\n" in final
    assert "--require-hashes -r requirements-server.lock" in image
    ignored = (project / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    for line in ignored:
        if line.startswith("!"):
            assert (project / line[1:]).exists(), line
    wheel = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert {f"!{name}" for name in wheel["targets"]["wheel"]["only-include"]} <= set(ignored)


def test_what_a_server_needs_is_locked_to_the_same_bytes_as_everything_else(project: Path) -> None:
    def pinned(name: str) -> set[str]:
        return set(re.findall(r"^\S+==[^ \\]+", (project / name).read_text(encoding="utf-8"), re.M))

    server = pinned("requirements-server.lock")
    assert server < pinned("requirements.lock")
    assert pinned("requirements-build.lock") < pinned("requirements.lock")
    assert not any(line.startswith(("pytest", "mypy", "hypothesis")) for line in server)
