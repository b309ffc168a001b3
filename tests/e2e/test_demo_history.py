"""The history of the demonstration is made beside the office, and for no longer than it is open."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.cli import PROJECT

BEGIN = """
import sys, time
from pathlib import Path
from runtime.cli.serve import _history
_history(Path(sys.argv[1]))
time.sleep(600)
"""


@pytest.mark.on("sqlite")
def test_it_ends_with_an_office_that_is_killed_and_leaves_nothing(tmp_path: Path) -> None:
    cache, temporary = tmp_path / "cache", tmp_path / "tmp"
    temporary.mkdir()
    environment = {"PYTHONPATH": str(PROJECT), "TMPDIR": str(temporary)}
    words = [sys.executable, "-c", BEGIN, str(cache)]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE) as office:
        try:
            while not list(temporary.glob("alur-history-*/kantor/peragaan.db")):
                assert office.poll() is None
                time.sleep(0.05)
        finally:
            office.kill()
        assert office.stdout is not None
        assert office.stdout.read() == b""  # ends when nobody holds it any more: neither office nor history
    assert list(temporary.iterdir()) == []
    assert not cache.exists()
