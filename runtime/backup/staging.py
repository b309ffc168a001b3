"""Folders in which a backup or its restoration is put together; what killed commands left is removed."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def staging(beside: Path, kind: str) -> Iterator[Path]:
    """A folder of its own beside the target, so that moving is renaming; locked while its process lives."""
    _remove_abandoned(beside, kind)
    made = Path(tempfile.mkdtemp(prefix=".alur-new-", dir=beside))
    lock = os.open(made, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Only now can others see it, who would take it for abandoned without its lock.
        folder = made.rename(made.with_name(made.name.replace("new", kind, 1)))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
    finally:
        os.close(lock)


def _remove_abandoned(beside: Path, kind: str) -> None:
    """Remove the folders of commands that were killed: nobody holds their lock any more."""
    for folder in beside.glob(f".alur-{kind}-*"):
        with suppress(OSError):  # somebody is at work in it, or it is another user's
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(lock)
