"""Settings that run and are unsafe all the same: open files, connections in the clear. Keys: ``keys``."""

import os
import stat
from pathlib import Path

from sqlalchemy.engine import make_url

from engine.text.bilingual import Text
from runtime.bootstrap import System
from runtime.doctor.findings import Finding, Findings
from runtime.settings import Settings

OTHERS = stat.S_IRWXG | stat.S_IRWXO
WRITABLE = stat.S_IWGRP | stat.S_IWOTH


def exposure(system: System) -> Findings:
    """Who else may read the settings, the data, the keys, the uploads, and what goes over the network."""
    if os.name != "posix":
        return
    faults = [
        finding
        for path, what, english in _kept(system.settings)
        if path.exists() and (finding := _open_to_others(path, what, english)) is not None
    ]
    faults += _in_the_clear(system.settings)
    yield from faults
    if not faults:
        yield Finding(
            "exposure",
            "ok",
            Text(
                "Berkas pengaturan, data, dan unggahan hanya terbaca oleh layanan ini.",
                "settings, data and uploads are readable by this service alone",
            ),
        )


def _in_the_clear(settings: Settings) -> Findings:
    """What leaves this machine unencrypted: a database or mail server elsewhere without TLS."""
    url = make_url(settings.database_url)
    secured = url.query.get("sslmode") in ("require", "verify-ca", "verify-full")
    if url.get_backend_name() == "postgresql" and not _is_here(url.host) and not secured:
        yield Finding(
            "exposure",
            "warning",
            Text(
                f"Sambungan ke basis data di {url.host} tidak diwajibkan TLS. Tambahkan"
                " ?sslmode=verify-full pada"
                " ALUR_DATABASE_URL.",
                f"the connection to {url.host} need not be encrypted; add sslmode=verify-full to the address",
            ),
        )
    if (
        settings.mail_host is not None
        and settings.mail_security == "none"
        and not _is_here(settings.mail_host)
    ):
        yield Finding(
            "exposure",
            "warning",
            Text(
                f"Surel dikirim ke {settings.mail_host} tanpa TLS. Pakai ALUR_MAIL_SECURITY=starttls.",
                f"mail goes to {settings.mail_host} without TLS; set ALUR_MAIL_SECURITY=starttls",
            ),
        )


def _is_here(host: str | None) -> bool:
    """Whether a server is on this machine, or reached through a socket of it."""
    return host in (None, "", "localhost", "127.0.0.1", "::1") or (host or "").startswith("/")


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
        Text(
            f"{what} {path} dapat {said} akun lain di mesin ini. Jalankan: chmod {needed} {path}",
            f"{english} {path} can be {in_english} by other accounts (mode {mode:o}); chmod {needed}",
        ),
    )
