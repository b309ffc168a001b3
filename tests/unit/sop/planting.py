"""Plants one change in a definition text; the mark ¦ in the new text says where its problem must be told."""

from pathlib import Path

from engine.sop.checks import load_definition
from engine.sop.diagnostics import Problem

MARK = "¦"
FIXTURES = Path(__file__).parents[2] / "fixtures" / "definitions"
EXAMPLES = Path(__file__).parents[3] / "docs" / "language" / "examples"
BASE = (FIXTURES / "izin-keramaian.yaml").read_text(encoding="utf-8")


def planted(old: str, new: str, text: str = BASE) -> str:
    """The text with one passage replaced; the passage must stand there exactly once."""
    assert text.count(old) == 1, f"{text.count(old)} × {old!r}"
    return text.replace(old, new)


def place_of_mark(text: str) -> tuple[int, int]:
    """Line and column of the mark."""
    before = text[: text.index(MARK)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def told(text: str, severity: str = "error", **around: set[str]) -> list[tuple[int, int, str]]:
    """Line, column and code of every problem of one severity."""
    return [(problem.line, problem.column, problem.code) for problem in problems(text, severity, **around)]


def problems(text: str, severity: str = "error", **around: set[str]) -> list[Problem]:
    loaded = load_definition(text.replace(MARK, ""), **around)  # type: ignore[arg-type]
    return [problem for problem in loaded.problems if problem.severity == severity]
