"""Accepted means working: every key of the language is read by something besides its own checker."""

import ast
import dataclasses
from functools import cache
from pathlib import Path

import pytest

from engine.sop import exits, identity, model
from tests.unit.sop.readers_of_keys import READERS

ROOT = Path(__file__).resolve().parents[3]
# Reading, writing and judging a file is no effect.
NO_EFFECT = tuple(f"engine/sop/{name}" for name in ("checks/", "binding.py", "serialise.py", "schema.py"))
# What says again what another key decides.
SAID_TWICE = {("Definition", "schema"), ("Step", "milestone")}
CLASSES = [
    cls
    for module in (model, exits, identity)
    for cls in vars(module).values()
    if isinstance(cls, type) and dataclasses.is_dataclass(cls) and cls.__module__ == module.__name__
]
KEYS = [(cls.__name__, field.name) for cls in CLASSES for field in dataclasses.fields(cls)]


def listed() -> dict[tuple[str, str], tuple[str, str]]:
    """Key → how it is called where it takes effect, and the file."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    noun = ""
    for line in READERS.strip().splitlines():
        if line.startswith(" "):
            key, name, file = line.split()
            found[noun, key] = name, file
        else:
            noun = line
    return found


@cache
def names_in(file: str) -> frozenset[str]:
    """Every attribute that a file reads, with the name before it: ``role.level``; and alone."""
    nodes = ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
    read = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)]
    whole = [ast.unparse(node) for node in read]
    tails = [".".join(text.split(".")[-2:]) for text in whole]
    return frozenset((*whole, *tails, *(node.attr for node in read)))


def test_the_list_names_every_key_and_no_other() -> None:
    assert set(listed()) | SAID_TWICE == set(KEYS)
    assert not set(listed()) & SAID_TWICE


@pytest.mark.parametrize(("noun", "key"), sorted(listed()))
def test_a_key_is_read_where_the_list_says(noun: str, key: str) -> None:
    name, file = listed()[noun, key]
    assert not file.startswith(NO_EFFECT)
    assert name.rpartition(".")[2] == key
    assert name in names_in(file)
