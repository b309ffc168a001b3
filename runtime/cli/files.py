"""Files that commands write."""

import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from runtime.cli.outcome import LOG, unusable
from runtime.system_words import reason


def save(target: Path, pieces: Iterable[bytes]) -> None:
    """All of it or nothing: a full disk leaves the file that was there before."""
    try:
        at = Path(os.path.realpath(target))  # a link goes on leading where it led
        if _is_stream(at):
            with at.open("wb") as stream:
                stream.writelines(pieces)
            return
        handle, name = tempfile.mkstemp(prefix=".alur-", dir=at.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(pieces)
            Path(name).replace(at)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except BrokenPipeError:
        raise
    except OSError as error:
        LOG.info("%s cannot be written: %s", target, error)
        unusable(f"{target} tidak dapat ditulis ({reason(error)}).")


def _is_stream(path: Path) -> bool:
    """Whether this is a device or a pipe, which is written to and never replaced."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
