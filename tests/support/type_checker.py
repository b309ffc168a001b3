"""What the type checker says of a program that uses ours."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def mypy_says(program: Path) -> str:
    """Its findings in one file, strictly; what the file imports is not told of."""
    options = ("--strict", "--follow-imports=silent", f"--cache-dir={ROOT / '.mypy_cache'}")
    command = [sys.executable, "-m", "mypy", *options, program]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False).stdout
