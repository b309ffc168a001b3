"""Accepted means working: every key of the language is read by something besides its own checker."""

import ast
import dataclasses
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from engine.sop import exits, identity, model

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ("engine", "web", "api", "runtime", "reports", "notifications", "documents")
# Reading, writing and judging a file is no effect.
READS_ONLY = tuple(f"engine/sop/{name}" for name in ("checks/", "binding.py", "serialise.py", "schema.py"))
# What says again what another key decides.
SAID_TWICE = {"Definition": "schema", "Step": "milestone"}
CLASSES = [
    cls
    for module in (model, exits, identity)
    for cls in vars(module).values()
    if isinstance(cls, type) and dataclasses.is_dataclass(cls) and cls.__module__ == module.__name__
]
KEYS = [(cls.__name__, field.name) for cls in CLASSES for field in dataclasses.fields(cls)]


@cache
def readers() -> dict[str, set[str]]:
    """The files that read an attribute of this name."""
    found: dict[str, set[str]] = defaultdict(set)
    for folder in SHIPPED:
        for file in (ROOT / folder).rglob("*.py"):
            name = file.relative_to(ROOT).as_posix()
            if name.startswith(READS_ONLY):
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    found[node.attr].add(name)
    return found


def excused(noun: str, key: str) -> bool:
    return key in SAID_TWICE.get(noun, "").split()


@pytest.mark.parametrize(("noun", "key"), KEYS)
def test_every_key_is_read_by_something(noun: str, key: str) -> None:
    assert bool(readers()[key]) != excused(noun, key)
