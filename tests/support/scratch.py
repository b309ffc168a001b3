"""Folders for the files of an office that no fixture made; gone when the process ends."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path


def scratch_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="alur-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
