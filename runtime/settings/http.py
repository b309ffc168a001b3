"""What an installation sets about serving: where, for whom, and what the server tells of itself."""

from ipaddress import ip_address, ip_network
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TOKEN_LENGTH = 24


class HttpSettings(BaseSettings):
    """Without any of them one process serves this machine only."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    host: str = "127.0.0.1"
    """The address `alur serve` listens on; any but this machine's own needs `trusted_proxies`."""

    port: int = Field(default=8000, ge=0, le=65535)
    """The port `alur serve` listens on; 0 takes a free one."""

    trusted_proxies: str = ""
    """Addresses or networks of the proxies that end TLS, with commas between; only theirs are the
    `X-Forwarded-*` headers that count."""

    public_url: str | None = None
    """The address people use, as `https://alur.contoh.go.id`; it makes links in messages."""

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

    @field_validator("public_url")
    @classmethod
    def _is_a_root(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).path.strip("/"):
            raise ValueError("tidak boleh berisi jalur: halaman Alur ada di akar alamatnya")
        return value.rstrip("/") if value is not None else None

    @field_validator("metrics_token")
    @classmethod
    def _is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < TOKEN_LENGTH:
            raise ValueError(f"terlalu pendek; paling sedikit {TOKEN_LENGTH} karakter acak")
        return value

    @model_validator(mode="after")
    def _is_protected(self) -> Self:
        if not self.is_local and not self.trusted_proxies:
            raise ValueError(
                f"host {self.host} dapat dihubungi dari luar lewat http biasa. Pakai 127.0.0.1, atau pasang"
                " proxy dengan TLS dan sebut alamatnya di ALUR_TRUSTED_PROXIES"
            )
        return self

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach what is served."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def proxies(self) -> list[str]:
        return _parts(self.trusted_proxies)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
