"""``alur audit checkpoint`` and ``alur audit key``: sealing the log, and what others verify it with."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from engine.access.keyring import KEY_BYTES
from engine.audit.checkpoint import encoded, parsed_note
from engine.audit.log_key import LogKey
from engine.commands.audit.checkpoints import Sealed
from engine.store.files import flush_folder
from runtime.bootstrap import System
from runtime.cli.files import save
from runtime.cli.office import opened
from runtime.cli.outcome import LOG, unusable
from runtime.cli.terminal import progress
from runtime.system_words import reason

Output = Annotated[Path | None, typer.Option("--output", help="Berkas tujuan; bawaan: stdout.")]
AsJson = Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")]


def checkpoint(
    after_restore: Annotated[
        str | None,
        typer.Option(
            "--after-restore",
            metavar="REASON",
            help="Lanjutkan sebagai log baru setelah pemulihan dari cadangan; sebut alasannya.",
        ),
    ] = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Menandatangani keadaan log sekarang (titik periksa) dan menulisnya.

    Simpan hasilnya di tempat lain, misalnya pada Inspektorat: dengan titik periksa itu setiap perubahan pada
    peristiwa sebelumnya ketahuan. Salinannya ada dalam basis data dan folder ALUR_CHECKPOINT_DIR.
    """
    if after_restore is not None and not after_restore.strip():
        unusable("--after-restore: sebut alasannya.")
    with opened() as system, progress("Menandatangani log audit"):
        try:
            sealed = system.engine.checkpoints.seal(after_restore=after_restore)
        except OSError as error:
            folder_refused(system, error)
    _tell(_of(sealed) if as_json else None, sealed.note, output)


def key(
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Ganti kuncinya; satu titik periksa ditandatangani keduanya.")
    ] = False,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Menulis kunci pemeriksa (publik) log ini, untuk `alur audit verify --key` dan verify.py."""
    with opened() as system:
        context = system.engine.context
        if rotate:
            _rotate(system)
        origin = context.store.ask(system.engine.checkpoints.origin)
        public = context.log_key.verifier(origin).text
    _tell({"key": public, "origin": origin} if as_json else None, public + "\n", output)


def add_to(group: typer.Typer) -> None:
    example = "Contoh: alur audit checkpoint --output titik-periksa.txt"
    group.command("checkpoint", epilog=example)(checkpoint)
    group.command("key", epilog="Contoh: alur audit key --output log.vkey")(key)


def folder_refused(system: System, error: OSError) -> NoReturn:
    """End with 2 because the folder of checkpoints cannot be written."""
    folder = system.settings.checkpoint_path
    LOG.info("%s cannot be written: %s", folder, error)
    unusable(
        f"Titik periksa sudah ditandatangani, tetapi folder {folder} tidak dapat ditulis ({reason(error)})."
    )


def _rotate(system: System) -> None:
    path = system.settings.log_key_path
    if path is None:
        unusable("Kantor dalam memori tidak menyimpan kunci; tidak ada yang diganti.")
    seed = secrets.token_bytes(KEY_BYTES)
    try:
        system.engine.checkpoints.seal(new_key=LogKey(lambda: seed))
        _replace(path, seed)
    except OSError as error:
        folder_refused(system, error)


def _replace(path: Path, seed: bytes) -> None:
    """Put the new key in the place of the old one, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(base64.b64encode(seed) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(path)
    flush_folder(path.absolute().parent)


def _of(sealed: Sealed) -> dict[str, object]:
    root = encoded(parsed_note(sealed.note).checkpoint.root)
    return {
        "origin": sealed.origin,
        "size": sealed.size,
        "root": root,
        "new": sealed.new,
        "note": sealed.note,
    }


def _tell(as_json: dict[str, object] | None, text: str, output: Path | None) -> None:
    said = text if as_json is None else json.dumps(as_json, ensure_ascii=False) + "\n"
    if output is None:
        typer.echo(said, nl=False)
        return
    save(output, [said.encode()])
