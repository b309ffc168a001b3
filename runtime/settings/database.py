"""What an installation sets about where its data is."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


class DatabaseSettings(BaseSettings):
    """Without any of them the data is one SQLite file here."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    database_url: str = "sqlite:///alur.db"
    """Where the data is; on PostgreSQL the application role, which cannot change the audit log."""

    migration_url: str | None = None
    """PostgreSQL only: the owner of the tables, for `alur migrate`, `init`, `backup` and `restore` alone."""

    auditor_role: str | None = Field(default=None, pattern=r"^[a-z_][a-z0-9_]{0,62}$")
    """PostgreSQL only: an existing role that `alur migrate` lets read what auditors may, and nothing else."""

    files_dir: Path | None = None
    """Where uploaded files are; beside the SQLite file, or `./files`, when not set."""

    @property
    def on_sqlite(self) -> bool:
        try:
            return make_url(self.database_url).get_backend_name() == "sqlite"
        except (ArgumentError, ValueError):
            return False  # the store says what is wrong with it

    @property
    def owner_url(self) -> str:
        """The address of whoever owns the tables."""
        return self.migration_url or self.database_url

    @property
    def files_root(self) -> Path:
        if self.files_dir is not None:
            return self.files_dir
        return self.sqlite_file.with_suffix(".files") if self.sqlite_file else Path("files")

    @property
    def sqlite_file(self) -> Path | None:
        """The file of an office on SQLite; None in memory and on PostgreSQL."""
        if not self.on_sqlite:
            return None
        url = make_url(self.database_url)
        named = url.database and url.database != ":memory:"
        return Path(url.database or "") if named else None
