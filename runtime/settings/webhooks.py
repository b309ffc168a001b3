"""What an installation sets about webhooks to other programs, and the channels that follow from that."""

import json
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from engine.clock import Clock
from engine.tables.cases import NOTICE_KINDS
from notifications.safe_http import require_allowed
from notifications.webhook import Endpoint, Webhook, key_of


class EndpointSettings(BaseModel):
    """One endpoint of `ALUR_WEBHOOKS`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    url: str
    secrets: Annotated[tuple[SecretStr, ...], Field(min_length=1, max_length=2)]
    kinds: frozenset[str] | None = None
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @field_validator("secrets")
    @classmethod
    def _are_keys(cls, secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in secrets:
            key_of(secret.get_secret_value())
        return secrets

    @field_validator("kinds")
    @classmethod
    def _are_known(cls, kinds: frozenset[str] | None) -> frozenset[str] | None:
        if unknown := sorted((kinds or frozenset()) - {*NOTICE_KINDS}):
            raise ValueError(f"jenis {', '.join(unknown)} tidak ada; yang ada: {', '.join(NOTICE_KINDS)}")
        return kinds

    @field_validator("networks")
    @classmethod
    def _are_narrow(
        cls, networks: tuple[IPv4Network | IPv6Network, ...]
    ) -> tuple[IPv4Network | IPv6Network, ...]:
        if any(network.prefixlen == 0 for network in networks):
            raise ValueError("setiap alamat diizinkan; sebut jaringan yang dimaksud saja")
        return networks

    def endpoint(self) -> Endpoint:
        secrets = tuple(secret.get_secret_value() for secret in self.secrets)
        return Endpoint(
            name=self.name, url=self.url, secrets=secrets, kinds=self.kinds, networks=self.networks
        )


class WebhookSettings(BaseSettings):
    """Without any of them no program is told."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    webhooks: Annotated[tuple[EndpointSettings, ...], NoDecode] = ()
    """Where notices are told as signed webhooks (Standard Webhooks), as a JSON list; off without it.
    Each has `name`, `url`, `secrets` (`whsec_` and 24 to 64 bytes in base64; two are valid at once while the
    first takes over), and if wanted `kinds` of notices and `networks`, the private ones it may lead into."""

    webhook_hosts: str = ""
    """The hosts that webhooks may go to, with commas between; none by default."""

    @field_validator("webhooks", mode="before")
    @classmethod
    def _is_json(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value or "[]")
        except ValueError as error:
            raise ValueError("bukan daftar JSON yang sah") from error

    @model_validator(mode="after")
    def _are_allowed(self) -> Self:
        for webhook in self.webhooks:
            require_allowed(webhook.url, self.webhook_hosts.split(","))
        if len({webhook.name for webhook in self.webhooks}) < len(self.webhooks):
            raise ValueError("nama dua webhook sama")
        return self


def webhooks_from(settings: WebhookSettings, clock: Clock) -> list[Webhook]:
    """The channels to programs that are set up."""
    return [Webhook(webhook.endpoint(), clock) for webhook in settings.webhooks]
