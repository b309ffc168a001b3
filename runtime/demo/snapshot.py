"""The demonstration office as it was played today, kept so that the next start copies it."""

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from runtime.demo.history import WEEKS, end_of_history, make_history
from runtime.demo.office import catch_up, show, show_after
from runtime.settings import Settings
from runtime.shipped import FOLDER

PLAYED_BY = ("engine", "identity", "migrations", "notifications", "reports", "runtime", FOLDER.name)
PLAY = "play.json"
HALF_KEPT = "half-kept-"
HISTORY = "history-"


def cache_folder() -> Path | None:
    """Where this person's programs keep what they can make again; None for a user without a home."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "alur" / "demo"
    except RuntimeError:
        return None


def open_office(folder: Path, settings: Settings, now: datetime, cache: Path | None) -> str:
    """Put the office of today into an absent folder, which ``settings`` name; returns the password of all.

    It is copied from the cache if the same code has played it today from the same files. Otherwise it is
    played, on top of its history where that is there, and kept in the cache in place of earlier ones.
    """
    past = history_in(cache, now) if cache is not None else None
    kept = cache / play_key(now, "history" if past else "") if cache is not None else None
    if kept is not None and _copied(kept, folder):
        play = json.loads((folder / PLAY).read_text(encoding="utf-8"))
        catch_up(settings, datetime.fromisoformat(play["played_at"]), now)
        return str(play["password"])
    if past is not None and _copied(past, folder):
        play = json.loads((folder / PLAY).read_text(encoding="utf-8"))
        password = str(play["password"])
        show_after(settings, datetime.fromisoformat(play["played_at"]), now)
    else:
        folder.mkdir()
        password = show(settings, now)
    _sign(folder, now, password)
    if kept is not None:
        _keep(folder, kept)
    return password


def keep_history(settings: Settings, folder: Path, now: datetime, cache: Path, weeks: int = WEEKS) -> None:
    """Play the history up to this week in an absent folder, which ``settings`` name, and keep it."""
    folder.mkdir()
    until = end_of_history(now)
    _sign(folder, until, make_history(settings, until, weeks))
    _keep(folder, cache / f"{HISTORY}{play_key(until)}")


def history_in(cache: Path, now: datetime) -> Path | None:
    """Where the history of this week is kept; None while it is not."""
    folder = cache / f"{HISTORY}{play_key(end_of_history(now))}"
    return folder if folder.is_dir() else None


def _sign(folder: Path, at: datetime, password: str) -> None:
    play = {"played_at": at.isoformat(), "password": password}
    (folder / PLAY).write_text(json.dumps(play), encoding="utf-8")


def play_key(now: datetime, kind: str = "") -> str:
    """What a play depends on: the day, the code and the shipped files, as one digest.

    Days are those of UTC: in the office of the demonstration a new one begins at eight, when it opens.
    """
    digest = hashlib.sha256(f"{now.date().isoformat()}{kind}".encode())
    root = FOLDER.parent
    files = [path for name in PLAYED_BY for path in (root / name).rglob("*") if path.is_file()]
    for path in sorted(path for path in files if path.suffix != ".pyc"):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _copied(kept: Path, folder: Path) -> bool:
    try:
        shutil.copytree(kept, folder)
    except OSError:  # not there, or another start has just put a newer one in its place
        shutil.rmtree(folder, ignore_errors=True)
        return False
    return True


def _keep(folder: Path, kept: Path) -> None:
    """Keep an office, which appears whole or not at all, and drop earlier ones.

    Where the cache cannot be written, the next start plays again.
    """
    with suppress(OSError):
        kept.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=HALF_KEPT, dir=kept.parent) as half:
            shutil.copytree(folder, Path(half) / kept.name).rename(kept)
        for other in kept.parent.iterdir():
            alike = other.name.startswith(HISTORY) == kept.name.startswith(HISTORY)
            if alike and other != kept and not other.name.startswith(HALF_KEPT):
                shutil.rmtree(other, ignore_errors=True)
