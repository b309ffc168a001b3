"""Processes that begin with the program imported: a start costs a fork instead of a second or two.

They come from the fork server of this process, as those of `tests.support.rivals` do.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.support.rivals", "tests.support.killed_process", "runtime.cli", "api.app", "web.app"]
)
PATIENCE = 120.0
DIES_WITH_ITS_PARENT = 1  # PR_SET_PDEATHSIG


class Forked:
    """One process with pipes, ended as a `subprocess.Popen`; ``main`` finds its words in `sys.argv`."""

    def __init__(
        self,
        main: Callable[[], None],
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        together: bool = False,
    ) -> None:
        """``together`` sends what it says as an error the way of its answers."""
        hears, tells = os.pipe()
        said, says = os.pipe()
        wrong, says_wrong = os.pipe()
        handed = [
            Connection(hears, writable=False),
            Connection(says, readable=False),
            Connection(says_wrong, readable=False),
        ]
        known = dict(os.environ if env is None else env)
        self._process = PROCESSES.Process(
            target=_begun, args=(main, list(arguments), str(cwd), known, handed, together), daemon=True
        )
        self._process.start()
        for end in handed:
            end.close()
        self.stdin: IO[str] = os.fdopen(tells, "w", encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(said, encoding="utf-8")
        self.stderr: IO[str] = os.fdopen(wrong, encoding="utf-8")

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float = PATIENCE) -> int:
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("forked", timeout)
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            os.kill(self._process.pid or 0, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self) -> tuple[str, str]:
        """All that it still says, after it has heard that nothing more will be told to it."""
        self.stdin.close()
        said, errors = self.stdout.read(), self.stderr.read()
        self.wait()
        self.close()
        return said, errors

    def close(self) -> None:
        for stream in (self.stdin, self.stdout, self.stderr):
            stream.close()


def _begun(
    main: Callable[[], None],
    arguments: list[str],
    cwd: str,
    env: dict[str, str],
    handed: list[Connection],
    together: bool,
) -> None:
    # Who started it ends it; it may have processes of its own all the same.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    ctypes.CDLL(None).prctl(DIES_WITH_ITS_PARENT, signal.SIGKILL)
    for number, end in enumerate(handed):
        os.dup2(handed[1].fileno() if together and number == 2 else end.fileno(), number)
    for end in handed:
        end.close()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    letters = env.get("PYTHONIOENCODING", "utf-8")
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding=letters, closefd=False, buffering=1)
    sys.stderr = os.fdopen(2, "w", encoding=letters, closefd=False, buffering=1)
    tempfile.tempdir = None
    sys.argv = ["alur", *arguments]
    main()
