"""The table of faults names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_row_of_the_faults_names_tests_that_exist() -> None:
    text = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    table = text.split("## Faults by their kind")[1].split("\n## ")[0]
    files = {path.name: path for path in (ROOT / "tests").rglob("test_*.py")}
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert [row for row in rows if "test_" not in row] == []
    assert set(re.findall(r"test_\w+\.py", table)) <= files.keys()
    named = set(re.findall(r"`(test_\w+)`", table))
    whole = "\n".join(path.read_text(encoding="utf-8") for path in files.values())
    assert [name for name in named if f"def {name}(" not in whole] == []
