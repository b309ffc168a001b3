"""The path of an approval can be followed: every place that the documents name is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PLACE = re.compile(r"`([a-z_]+(?:/[a-z_]+)*\.py)(?:: ([\w.]+))?`")
DOCUMENTS = ("docs/architecture.md", "CONTRIBUTING.md")
CODE, WORD = re.compile(r"`([^`]+)`"), re.compile(r"[A-Za-z_]{3,}")
ROOMS = ("engine", "api", "web", "runtime", "reports", "documents", "notifications", "identity")


def places(project: Path, document: str) -> list[tuple[str, str]]:
    """(file, name in it or nothing) as the document writes them; of the engine where it says no folder."""
    text = " ".join((project / document).read_text(encoding="utf-8").split())
    return [(path, name or "") for path, name in PLACE.findall(text)]


def names_in(path: Path) -> set[str]:
    """Classes, functions, and methods by their own name and behind that of their class."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            found |= {node.name}
            found |= {f"{node.name}.{item.name}" for item in node.body if isinstance(item, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            found |= {node.name}
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_that_a_document_names_is_there(project: Path, document: str) -> None:
    named = places(project, document)
    assert named
    for path, name in named:
        file = project / path if (project / path).exists() else project / "engine" / path
        assert file.exists(), f"{document}: {path}"
        assert not name or name in names_in(file), f"{document}: {path}: {name}"


def test_every_word_of_the_glossary_for_the_code_stands_in_it(project: Path) -> None:
    lines = (project / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    codes = [code for line in lines if line.startswith("|") for code in CODE.findall(line.split("|")[-2])]
    words = {word for code in codes for word in WORD.findall(code)}
    texts = [path.read_text(encoding="utf-8") for room in ROOMS for path in (project / room).rglob("*.py")]
    assert len(words) > 100
    assert words - {word for text in texts for word in WORD.findall(text)} == set()
