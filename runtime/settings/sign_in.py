"""What an installation sets about signing in, and the file of the application key."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from engine.access.keyring import KEY_BYTES, Keyring
from engine.errors import KeyMissing
from engine.store.files import flush_folder
from engine.text.bilingual import Text
from engine.views.accounts import SystemRole
from runtime.system_words import reason

OTHERS = 0o077


class SignInSettings(BaseSettings):
    """Safe by default: administrators need a second factor, passwords are long and not guessable."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    key_file: Path | None = None
    """The application key that seals secrets (readable by the service alone); beside the SQLite file, or
    beside `files_dir`, when not set. `alur init` and `alur migrate` make it; `alur backup` leaves it out."""

    second_factor_roles: Annotated[frozenset[SystemRole], NoDecode] = frozenset({"admin"})
    """System roles, with commas between, that need a second factor: without one they sleep in a session."""

    password_profile: Literal["standard", "bssn"] = "standard"  # noqa: S105 - a name
    """`standard`: at least 12 characters that are not easy to guess. `bssn` also asks for small and capital
    letters, digits and signs."""

    @field_validator("second_factor_roles", mode="before")
    @classmethod
    def _are_roles(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        roles = frozenset(part.strip() for part in value.split(",") if part.strip())
        known = get_args(SystemRole)
        if not roles <= set(known):
            raise ValueError(
                f"tidak dikenal: {', '.join(sorted(roles - set(known)))}; ada {', '.join(known)}"
            )
        return roles


def keyring_of(path: Path | None) -> Keyring:
    """The keyring of a key file, read when it is first needed; without a path, of a key for this process."""
    if path is None:
        passing = secrets.token_bytes(KEY_BYTES)
        return Keyring(lambda: passing)
    source: Callable[[], bytes | None] = lambda: read_key(path)  # noqa: E731
    return Keyring(source)


def read_key(path: Path) -> bytes | None:
    """The key of a file, None where there is none. `KeyMissing` where others may read it, or it is no key."""
    try:
        mode = path.stat().st_mode
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyMissing(
            Text(
                f"Berkas kunci {path} tidak dapat dibaca ({reason(error)}).",
                f"the key file {path} cannot be read: {error}",
            )
        ) from error
    if os.name == "posix" and mode & OTHERS:
        raise KeyMissing(
            Text(
                f"Berkas kunci {path} dapat dibaca akun lain. Jalankan: chmod 600 {path}",
                f"the key file {path} is open to other accounts (mode {mode & 0o777:o}); chmod 600 it",
            )
        )
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyMissing(
            Text(
                f"{path} bukan berkas kunci Alur. Kembalikan salinannya.",
                f"{path} is no key file of Alur; put its copy back",
            )
        )
    return key


def make_key(path: Path | None) -> bool:
    """A new key where there is none yet, for this account alone; whether one was made."""
    if path is None or path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False  # somebody else was faster
    with os.fdopen(handle, "wb") as out:
        out.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    flush_folder(path.absolute().parent)
    return True
