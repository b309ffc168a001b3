"""What a run of the tests leaves behind: no process, no file, even when it is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

A_RUN = """
import subprocess, sys
from tests.support import run_folder
run_folder.PATIENCE = 0
run = run_folder.RunFolder()
subprocess.Popen(["sleep", "600"])
print(run.path, *run.end_processes(), sep="\\n", flush=True)
sys.stdin.read()
"""


def test_a_run_ends_what_a_test_left_running_and_its_files_go_even_after_kill_9(project: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", A_RUN], cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        folder = Path(run.stdout.readline().strip())
        assert folder.is_dir()
        assert run.stdout.readline() == "sleep 600\n"
        run.kill()
    end = time.monotonic() + 60
    while folder.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
