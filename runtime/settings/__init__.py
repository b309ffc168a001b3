"""What an installation can set, by argument, by environment (``ALUR_…``) or in ``alur.env``.

`Settings` is its parts side by side, a file for each noun; here stands only what two parts must agree on.
"""

from pathlib import Path
from typing import Self

from pydantic import model_validator
from pydantic_settings import SettingsConfigDict

from runtime.settings.database import DatabaseSettings
from runtime.settings.http import HttpSettings
from runtime.settings.log import LogSettings
from runtime.settings.messages import MessageSettings
from runtime.settings.sign_in import SignInSettings
from runtime.settings.single_sign_on import SingleSignOnSettings, require_way_back
from runtime.settings.webhooks import WebhookSettings

PAGE = """# Settings

Made from `runtime/settings/`; `make docs` writes it again. A setting is read from the environment, else
from `alur.env` in the working directory (`NAME=value` lines, the same names; keep it readable by the service
alone, for it may hold passwords). A name in that file that is not listed here is refused, and so is an
unsafe value, with the reason.

| Name | Default | Meaning |
|---|---|---|"""


class Settings(
    DatabaseSettings,
    HttpSettings,
    LogSettings,
    MessageSettings,
    WebhookSettings,
    SignInSettings,
    SingleSignOnSettings,
):
    """Everything has a safe default: one SQLite file here, served to this machine only."""

    model_config = SettingsConfigDict(
        env_prefix="ALUR_",
        env_file="alur.env",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,  # one of them may hold a password
    )

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.workers > 1 and self.on_sqlite:
            raise ValueError("SQLite dilayani satu proses; workers lebih dari satu memerlukan PostgreSQL")
        if self.oidc_issuer is not None:
            require_way_back(self.public_url)
        return self

    @property
    def key_path(self) -> Path | None:
        """The file of the application key; None for an office in memory, whose key passes with it."""
        if self.key_file is not None:
            return self.key_file
        return self._beside(".key")

    @property
    def log_key_path(self) -> Path | None:
        """The file of the key that signs checkpoints; None for an office in memory."""
        return self.log_key_file or self._beside(".log.key")

    @property
    def checkpoint_path(self) -> Path | None:
        """The folder of the checkpoints; None for an office in memory."""
        return self.checkpoint_dir or self._beside(".checkpoints")

    def _beside(self, suffix: str) -> Path | None:
        in_memory = self.on_sqlite and not self.sqlite_file
        return None if in_memory else (self.sqlite_file or self.files_root).with_suffix(suffix)


def as_markdown() -> str:
    """Every setting as a page of the documentation."""
    rows = []
    for name, field in Settings.model_fields.items():
        value = ",".join(sorted(field.default)) if isinstance(field.default, frozenset) else field.default
        default = "" if value in (None, "", ()) else f"`{value}`"
        about = " ".join((field.description or "").replace("``", "`").split())
        rows.append(f"| `ALUR_{name.upper()}` | {default} | {about} |")
    return "\n".join([PAGE, *sorted(rows), ""])
