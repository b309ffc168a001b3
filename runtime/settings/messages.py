"""What an installation sets about messages that leave it, and the channels that follow from that."""

import json
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, Literal, Self, assert_never

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from engine.clock import Clock
from engine.notices.channels import PERSONAL, ChannelName
from engine.tables.cases import NOTICE_KINDS
from notifications.apprise_channel import Relay
from notifications.channels import Channel
from notifications.mail import Mail, MailServer
from notifications.safe_http import require_allowed
from notifications.webhook import Endpoint, Webhook, key_of


class WebhookSettings(BaseModel):
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


class OutwardSettings(BaseSettings):
    """Without any of them nothing leaves the office: notices are shown in it, that is all."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    public_url: str | None = None
    """The address people use, as `https://alur.contoh.go.id`; it makes links in messages."""

    mail_host: str | None = None
    """The SMTP server; without one no mail is sent."""

    mail_port: int = Field(default=587, ge=1, le=65535)
    """The port of the SMTP server."""

    mail_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection to the SMTP server is protected."""

    mail_from: str | None = None
    """The address mail comes from; needed with `mail_host`."""

    mail_user: str | None = None
    """The account at the SMTP server, where it asks for one."""

    mail_password: SecretStr | None = None
    """The password of that account."""

    webhooks: Annotated[tuple[WebhookSettings, ...], NoDecode] = ()
    """Where notices are told as signed webhooks (Standard Webhooks), as a JSON list; off without it.
    Each has `name`, `url`, `secrets` (`whsec_` and 24 to 64 bytes in base64; two are valid at once while the
    first takes over), and if wanted `kinds` of notices and `networks`, the private ones it may lead into."""

    webhook_hosts: str = ""
    """The hosts that webhooks may go to, with commas between; none by default."""

    apprise_url: SecretStr | None = None
    """An Apprise address with `{address}` where the recipient's own goes; needs the extra `notify`."""

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
    def _are_complete(self) -> Self:
        if self.mail_host is not None and (self.mail_from is None or "@" not in self.mail_from):
            raise ValueError("mail_host memerlukan mail_from, alamat pengirim surel")
        if self.mail_password is not None and self.mail_security == "none":
            raise ValueError(
                "kata sandi surel tidak dikirim tanpa TLS; pakai mail_security starttls atau tls"
            )
        for webhook in self.webhooks:
            require_allowed(webhook.url, self.webhook_hosts.split(","))
        if len({webhook.name for webhook in self.webhooks}) < len(self.webhooks):
            raise ValueError("nama dua webhook sama")
        return self


def channels_from(settings: OutwardSettings, clock: Clock) -> Mapping[str, Channel]:
    """The channels that are set up, by name."""
    personal = (_personal(name, settings) for name in PERSONAL)
    webhooks = (Webhook(named.endpoint(), clock) for named in settings.webhooks)
    return {channel.name: channel for channel in (*personal, *webhooks) if channel is not None}


def _personal(name: ChannelName, settings: OutwardSettings) -> Channel | None:
    """A channel to people; None where it is not set up."""
    match name:
        case "mail":
            return _mail(settings)
        case "apprise":
            url = settings.apprise_url
            return Relay(url.get_secret_value(), settings.public_url) if url is not None else None
        case _:
            assert_never(name)


def _mail(settings: OutwardSettings) -> Mail | None:
    if settings.mail_host is None or settings.mail_from is None:
        return None
    password = settings.mail_password
    server = MailServer(
        host=settings.mail_host,
        port=settings.mail_port,
        security=settings.mail_security,
        sender=settings.mail_from,
        user=settings.mail_user,
        password=password.get_secret_value() if password else None,
    )
    return Mail(server, settings.public_url)
