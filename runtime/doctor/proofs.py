"""The proofs of the log: its key, its checkpoints here and in the folder, and whether they agree."""

from datetime import timedelta

from engine.errors import KeyMissing, SopError
from engine.store import Tx
from engine.store.log_tree import StoredCheckpoint
from engine.text.bilingual import Text
from runtime.bootstrap import System
from runtime.doctor.findings import Finding, Findings
from runtime.settings.sign_in import read_key

OLD = timedelta(days=7)


def log_key(system: System) -> Findings:
    """Whether the key that signs checkpoints is there and belongs to this service alone."""
    path = system.settings.log_key_path
    if path is None:
        return
    try:
        key = read_key(path)
    except KeyMissing as error:
        yield Finding("log_key", "error", error.message)
        return
    if key is None:
        yield Finding(
            "log_key",
            "warning",
            Text(
                f"Kunci log {path} tidak ada, sehingga titik periksa tidak ditandatangani. Kembalikan"
                " salinannya, atau jalankan `alur migrate`.",
                f"the log key {path} is missing, so nothing is signed; put it back or run `alur migrate`",
            ),
        )
    else:
        yield Finding("log_key", "ok", Text(f"Kunci log {path} aman.", f"the log key {path} is safe"))


def checkpoints(system: System) -> Findings:
    """Whether the log still is what its newest checkpoint says, and how old that is."""
    sealing, context = system.engine.checkpoints, system.engine.context
    try:
        sealing.sequence(everything=True)
        doubt = sealing.examine()
        last: StoredCheckpoint | None = context.store.ask(_last)
    except SopError as error:
        yield Finding("checkpoints", "error", error.message)
        return
    if doubt is not None:
        yield Finding("checkpoints", "error", doubt.message)
    elif last is None or context.clock.now() - last.at > OLD:
        yield Finding(
            "checkpoints",
            "warning",
            Text(
                "Log belum ditandatangani dalam tujuh hari terakhir. Jalankan `alur audit checkpoint`, dan"
                " simpan hasilnya di tempat lain.",
                "no checkpoint was signed in the last seven days; run `alur audit checkpoint` and keep it"
                " elsewhere",
            ),
        )
    else:
        signed = last.parsed.checkpoint
        yield Finding(
            "checkpoints",
            "ok",
            Text(
                f"Titik periksa {signed.origin} cocok: {signed.size} peristiwa.",
                f"the checkpoint {signed.origin} fits: {signed.size} events",
            ),
        )


def _last(tx: Tx) -> StoredCheckpoint | None:
    return tx.log_tree.last()
