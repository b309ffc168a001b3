"""The disk: room to grow, and a folder for files that can be written."""

import shutil
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from engine.text.bilingual import Text
from runtime.bootstrap import System
from runtime.doctor.findings import Finding, Findings, Status
from runtime.system_words import reason

SCARCE_BYTES = 1 << 30
FULL_BYTES = 100 << 20


def free_space(system: System) -> Findings:
    url = make_url(system.settings.database_url)
    folders = {_existing(system.settings.files_root)}
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        folders.add(_existing(Path(url.database).parent))
    free, folder = min((shutil.disk_usage(folder).free, str(folder)) for folder in folders)
    status: Status = "error" if free < FULL_BYTES else "warning" if free < SCARCE_BYTES else "ok"
    said = f"{free / (1 << 30):.1f} GiB"
    more = "" if status == "ok" else " Kosongkan ruang sebelum penuh."
    yield Finding(
        "disk", status, Text(f"Ruang bebas {said} di {folder}.{more}", f"{said} are free in {folder}")
    )


def files_folder(system: System) -> Findings:
    root = system.settings.files_root
    folder = _existing(root)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Finding(
            "files",
            "error",
            Text(
                f"Folder berkas {root} tidak dapat ditulis ({reason(error)}).",
                f"the files folder {root} cannot be written: {error}",
            ),
        )
    else:
        yield Finding(
            "files",
            "ok",
            Text(f"Folder berkas {root} dapat ditulis.", f"the files folder {root} can be written"),
        )


def _existing(folder: Path) -> Path:
    """The folder, or the nearest parent that is there."""
    whole = folder.absolute()
    return next(part for part in (whole, *whole.parents) if part.exists())
