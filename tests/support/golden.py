"""Long texts held against files in `tests/golden`; `ALUR_GOLDEN=write` writes what is said now."""

import difflib
import os
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "golden"
SHOWN = 60


def holds(name: str, lines: Iterable[str]) -> None:
    """Fails with the lines that differ from the file of this name."""
    path, now = FOLDER / name, [line.rstrip() for text in lines for line in (text.splitlines() or [""])]
    if os.environ.get("ALUR_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(now) + "\n", encoding="utf-8")
    was = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if was != now:
        differing = list(difflib.unified_diff(was, now, f"tests/golden/{name}", "now", lineterm="", n=1))
        told = "\n".join(differing[:SHOWN])
        raise AssertionError(f"{told}\n\nif this is meant: ALUR_GOLDEN=write make quick")
