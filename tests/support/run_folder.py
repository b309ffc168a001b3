"""Where the tests leave files: in memory where there is room, gone with the run however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes; a run on two cores takes less than a quarter of it
PATIENCE = 5.0
HELPERS = (
    "from multiprocessing.forkserver",
    "from multiprocessing.resource_tracker",
)  # they end with their process


class RunFolder:
    """One folder that this process and all it starts take for that of temporary files."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="alur-run-", dir=MEMORY if _has_room(MEMORY) else None))
        self.path.chmod(0o711)  # PostgreSQL runs under an account of its own
        # The pipe closes when this process has ended, even after kill -9.
        self._keeper = subprocess.Popen(
            ["sh", "-c", 'cat >/dev/null; rm -rf "$1"', "keeper", str(self.path)],
            stdin=subprocess.PIPE,
            cwd="/",
            start_new_session=True,
        )
        os.environ["TMPDIR"] = tempfile.tempdir = str(self.path)

    def end_processes(self) -> list[str]:
        """End what was started in this run and is still there after a while; gives the commands."""
        end = time.monotonic() + PATIENCE
        while (left := self._processes()) and time.monotonic() < end:
            time.sleep(0.05)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        return sorted(left.values())

    def _processes(self) -> dict[int, str]:
        mark = f"TMPDIR={self.path}".encode()
        found: dict[int, tuple[int, str]] = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                    parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
                    found[int(process.name)] = parent, command.decode(errors="replace").strip()
            except OSError:  # gone, or somebody else's
                continue
        helpers = {pid for pid, (_, command) in found.items() if any(map(command.__contains__, HELPERS))}
        # What a fork server has started bears its command.
        helpers = {pid for pid in helpers if found[pid][0] not in helpers}
        return {pid: command for pid, (_, command) in found.items() if pid not in helpers}


def _has_room(folder: Path) -> bool:
    """Whether files fit there and in the memory that is free."""
    try:
        available = Path("/proc/meminfo").read_text().partition("MemAvailable:")[2].split()[0]
    except (OSError, IndexError):
        return False
    return (
        os.access(folder, os.W_OK)
        and shutil.disk_usage(folder).free >= ROOM
        and int(available) * 1024 >= 2 * ROOM
    )
