"""Whether there is a database at all: opening an SQLite file that is not there would make it."""

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from runtime.settings import Settings

ABSENT_ID = "Basis data belum ada. Mulai kantor baru dengan `alur init`, atau atur ALUR_DATABASE_URL."
ABSENT_EN = "the database file does not exist; begin with `alur init` or set ALUR_DATABASE_URL"


def database_exists(settings: Settings) -> bool:
    """False only for an SQLite file that is not there."""
    path = _file_of(settings)
    return path is None or path.exists()


def database_file(settings: Settings) -> tuple[int, int] | None:
    """Which SQLite file stands at its path now: device and inode; None where there is none."""
    path = _file_of(settings)
    try:
        status = path.stat() if path is not None else None
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status is not None else None


def _file_of(settings: Settings) -> Path | None:
    try:
        url = make_url(settings.database_url)
    except (ArgumentError, ValueError):
        return None  # the store says what is wrong with it
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)
