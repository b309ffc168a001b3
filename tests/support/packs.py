"""Evidence packs of offices in memory, and what the verifier that goes with them says."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.audit.log_key import LogKey
from engine.commands.audit.checkpoints import Checkpoints
from engine.context import Context
from engine.queries.audit.proofs import newest
from reports.evidence import verify
from reports.evidence.pack import Wanted, write_pack

KEY = LogKey(lambda: b"k" * 32)
WHOLE = Wanted(kind="all", agency=None, streams=None, details=True, made_by="host")


def pack_of(context: Context) -> bytes:
    """Everything, with details, up to a checkpoint that is signed now."""
    sealed = replace(context, log_key=KEY, log_origin="kantor.example/alur")
    Checkpoints(sealed).seal()
    out = io.BytesIO()
    sealed.store.ask(lambda tx: write_pack(out, sealed, tx, WHOLE, newest(tx), lambda *_: None))
    return out.getvalue()


def verdict(context: Context, folder: Path) -> list[dict[str, Any]]:
    """What is wrong with the evidence of an office, or could not be checked."""
    (folder / "pack.zip").write_bytes(pack_of(context))
    found = verify.verify(str(folder / "pack.zip"))
    return [*found["faults"], *found["not_checked"]]
