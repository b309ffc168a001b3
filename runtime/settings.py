"""What an installation can set, by argument, by environment (``ALUR_…``) or in ``alur.env``."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict
from sqlalchemy.engine import make_url

from runtime.outward import OutwardSettings


class Settings(OutwardSettings):
    """Everything has a safe default: one SQLite file in the working directory."""

    model_config = SettingsConfigDict(env_prefix="ALUR_", env_file="alur.env", extra="forbid", frozen=True)

    database_url: str = "sqlite:///alur.db"
    """Where the data is; on PostgreSQL the application role, which cannot change the audit log."""

    migration_url: str | None = None
    """PostgreSQL only: the owner of the tables, used by ``alur migrate`` alone."""

    files_dir: Path | None = None
    """Where uploaded files are; beside the SQLite file, or ``./files``, when not set."""

    requests_per_second: int = 100
    """How many requests one account may make each second; more get 429."""

    @property
    def files_root(self) -> Path:
        if self.files_dir is not None:
            return self.files_dir
        url = make_url(self.database_url)
        if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
            return Path(url.database).with_suffix(".files")
        return Path("files")
