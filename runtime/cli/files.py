"""Files that commands write."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from runtime.cli.outcome import LOG, unusable


def save(target: Path, pieces: Iterable[bytes]) -> None:
    """All of it or nothing: a full disk leaves the file that was there before."""
    try:
        handle, name = tempfile.mkstemp(prefix=".alur-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(pieces)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        LOG.info("%s cannot be written: %s", target, error)
        unusable(f"{target} tidak dapat ditulis ({error.strerror}).")
