"""What an installation can set, by argument, by environment (``ALUR_…``) or in ``alur.env``."""

from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from runtime.settings.sign_in import SignInSettings
from runtime.settings.single_sign_on import SingleSignOnSettings

TOKEN_LENGTH = 24
PAGE = """# Settings

Made from `runtime/settings/`; `make docs` writes it again. A setting is read from the environment, else
from `alur.env` in the working directory (`NAME=value` lines, the same names; keep it readable by the service
alone, for it may hold passwords). A name in that file that is not listed here is refused, and so is an
unsafe value, with the reason.

| Name | Default | Meaning |
|---|---|---|"""


class Settings(SingleSignOnSettings, SignInSettings):
    """Everything has a safe default: one SQLite file here, served to this machine only."""

    model_config = SettingsConfigDict(
        env_prefix="ALUR_",
        env_file="alur.env",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,  # one of them may hold a password
    )

    database_url: str = "sqlite:///alur.db"
    """Where the data is; on PostgreSQL the application role, which cannot change the audit log."""

    migration_url: str | None = None
    """PostgreSQL only: the owner of the tables, for `alur migrate`, `init`, `backup` and `restore` alone."""

    auditor_role: str | None = Field(default=None, pattern=r"^[a-z_][a-z0-9_]{0,62}$")
    """PostgreSQL only: an existing role that `alur migrate` lets read what auditors may, and nothing else."""

    files_dir: Path | None = None
    """Where uploaded files are; beside the SQLite file, or `./files`, when not set."""

    host: str = "127.0.0.1"
    """The address `alur serve` listens on; any but this machine's own needs `trusted_proxies`."""

    port: int = Field(default=8000, ge=0, le=65535)
    """The port `alur serve` listens on; 0 takes a free one."""

    trusted_proxies: str = ""
    """Addresses or networks of the proxies that end TLS, with commas between; only theirs are the
    `X-Forwarded-*` headers that count."""

    workers: int = Field(default=1, ge=1, le=64)
    """How many processes serve; more than one needs PostgreSQL."""

    ticking: bool = True
    """Whether `alur serve` looks at deadlines itself; false where only `alur worker` processes shall."""

    requests_per_second: int = Field(default=100, ge=1)
    """How many requests one account may make each second; more get 429."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """From which level on `alur serve` writes log lines (JSON, standard error)."""

    metrics_token: SecretStr | None = None
    """What `/metrics` asks for as `Authorization: Bearer …`. Without one it answers this machine only."""

    telemetry_endpoint: str | None = None
    """Where traces go (OTLP over http, as `http://127.0.0.1:4318/v1/traces`); needs the extra `otel`."""

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        for part in _parts(value):
            try:
                network = ip_network(part)
            except ValueError:
                raise ValueError(f"{part[:60]!r} bukan alamat atau jaringan IP, misalnya 10.0.0.5") from None
            if network.prefixlen == 0:
                raise ValueError("setiap alamat dipercaya; sebut alamat proxy-nya saja")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < TOKEN_LENGTH:
            raise ValueError(f"terlalu pendek; paling sedikit {TOKEN_LENGTH} karakter acak")
        return value

    @model_validator(mode="after")
    def _are_safe_together(self) -> Self:
        if not self.is_local and not self.trusted_proxies:
            raise ValueError(
                f"host {self.host} dapat dihubungi dari luar lewat http biasa. Pakai 127.0.0.1, atau pasang"
                " proxy dengan TLS dan sebut alamatnya di ALUR_TRUSTED_PROXIES"
            )
        if self.workers > 1 and self.on_sqlite:
            raise ValueError("SQLite dilayani satu proses; workers lebih dari satu memerlukan PostgreSQL")
        return self

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach what is served."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def on_sqlite(self) -> bool:
        try:
            return make_url(self.database_url).get_backend_name() == "sqlite"
        except ArgumentError:
            return False  # the store says what is wrong with it

    @property
    def owner_url(self) -> str:
        """The address of whoever owns the tables."""
        return self.migration_url or self.database_url

    @property
    def proxies(self) -> list[str]:
        return _parts(self.trusted_proxies)

    @property
    def files_root(self) -> Path:
        if self.files_dir is not None:
            return self.files_dir
        return self._sqlite_file.with_suffix(".files") if self._sqlite_file else Path("files")

    @property
    def key_path(self) -> Path | None:
        """The file of the application key; None for an office in memory, whose key passes with it."""
        if self.key_file is not None:
            return self.key_file
        in_memory = self.on_sqlite and not self._sqlite_file
        return None if in_memory else (self._sqlite_file or self.files_root).with_suffix(".key")

    @property
    def _sqlite_file(self) -> Path | None:
        url = make_url(self.database_url)
        named = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
        return Path(url.database or "") if named else None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def as_markdown() -> str:
    """Every setting as a page of the documentation."""
    rows = []
    for name, field in Settings.model_fields.items():
        value = ",".join(sorted(field.default)) if isinstance(field.default, frozenset) else field.default
        default = "" if value in (None, "", ()) else f"`{value}`"
        about = " ".join((field.description or "").replace("``", "`").split())
        rows.append(f"| `ALUR_{name.upper()}` | {default} | {about} |")
    return "\n".join([PAGE, *sorted(rows), ""])
