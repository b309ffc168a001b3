"""Settings that run and are unsafe all the same: files that other accounts can read. Keys are ``keys``'s."""

import os
import stat
from pathlib import Path

from sqlalchemy.engine import make_url

from runtime.bootstrap import System
from runtime.doctor.findings import Finding, Findings
from runtime.settings import Settings

OTHERS = stat.S_IRWXG | stat.S_IRWXO
WRITABLE = stat.S_IWGRP | stat.S_IWOTH


def exposure(system: System) -> Findings:
    """Who else may read the settings, the data, the keys and the uploads. Nothing to say on Windows."""
    if os.name != "posix":
        return
    open_ones = [
        finding
        for path, what, english in _kept(system.settings)
        if path.exists() and (finding := _open_to_others(path, what, english)) is not None
    ]
    yield from open_ones
    if not open_ones:
        yield Finding(
            "exposure",
            "ok",
            "Berkas pengaturan, data, dan unggahan hanya terbaca oleh layanan ini.",
            "settings, data and uploads are readable by this service alone",
        )


def _kept(settings: Settings) -> list[tuple[Path, str, str]]:
    named = str(settings.model_config.get("env_file") or "alur.env")
    kept = [
        (Path(named), "Berkas pengaturan", "the settings"),
        (settings.files_root, "Folder berkas unggahan", "the folder of uploads"),
    ]
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        kept.append((Path(url.database), "Basis data", "the database"))
    return kept


def _open_to_others(path: Path, what: str, english: str) -> Finding | None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & OTHERS:
        return None
    said, in_english = ("diubah", "written") if mode & WRITABLE else ("dibaca", "read")
    needed = "700" if path.is_dir() else "600"
    return Finding(
        "exposure",
        "warning",
        f"{what} {path} dapat {said} akun lain di mesin ini. Jalankan: chmod {needed} {path}",
        f"{english} {path} can be {in_english} by other accounts (mode {mode:o}); chmod {needed}",
    )
