"""What an installation sets about the proofs of its log, and the key that signs them."""

import re
import secrets
from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.access.keyring import KEY_BYTES
from engine.audit.log_key import LogKey
from runtime.settings.sign_in import read_key


class LogSettings(BaseSettings):
    """Without any of them key and checkpoints stand beside the data."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    log_key_file: Path | None = None
    """The key that signs checkpoints of the log (readable by the service alone); beside the SQLite file, or
    beside `files_dir`, when not set. `alur init` and `alur migrate` make it; `alur backup` leaves it out."""

    log_origin: str | None = None
    """The name of the log in its checkpoints, fixed by the first one; the mail domain and `/alur` when not
    set."""

    checkpoint_dir: Path | None = None
    """Where checkpoints are kept besides the database, for another host to fetch; beside the key when not
    set."""

    @field_validator("log_origin")
    @classmethod
    def _is_a_name(cls, value: str | None) -> str | None:
        if value is not None and re.fullmatch(r"[^\s+]+", value) is None:
            raise ValueError("nama log tanpa spasi dan tanpa tanda plus")
        return value


def log_key_of(path: Path | None) -> LogKey:
    """The key of a file, read whenever it signs; without a path, a key for this process."""
    if path is None:
        passing = secrets.token_bytes(KEY_BYTES)
        return LogKey(lambda: passing)
    return LogKey(lambda: read_key(path))
