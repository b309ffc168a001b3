"""What an installation sets about messages that leave it, and the channels that follow from that."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.clock import Clock
from notifications.channels import Channel
from notifications.mail import Mail, MailServer
from notifications.relay import Relay
from notifications.webhook import Webhook, key_of, require_allowed


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

    webhook_url: str | None = None
    """Where every notice is told as a signed webhook (Standard Webhooks); off without it."""

    webhook_hosts: str = ""
    """The hosts that a webhook may go to, with commas between; none by default."""

    webhook_secret: SecretStr | None = None
    """What webhooks are signed with: `whsec_` and 24 to 64 bytes in base64."""

    apprise_url: SecretStr | None = None
    """An Apprise address with `{address}` where the recipient's own goes; needs the extra `notify`."""

    @model_validator(mode="after")
    def _are_complete(self) -> Self:
        if self.mail_host is not None and (self.mail_from is None or "@" not in self.mail_from):
            raise ValueError("mail_host memerlukan mail_from, alamat pengirim surel")
        if self.mail_password is not None and self.mail_security == "none":
            raise ValueError(
                "kata sandi surel tidak dikirim tanpa TLS; pakai mail_security starttls atau tls"
            )
        if self.webhook_url is not None:
            if self.webhook_secret is None:
                raise ValueError("webhook_url memerlukan webhook_secret")
            key_of(self.webhook_secret.get_secret_value())
            require_allowed(self.webhook_url, self.webhook_hosts.split(","))
        return self


def channels_from(settings: OutwardSettings, clock: Clock) -> Mapping[str, Channel]:
    """The channels that are set up, by name."""
    found: dict[str, Channel] = {}
    if settings.mail_host is not None and settings.mail_from is not None:
        password = settings.mail_password
        server = MailServer(
            host=settings.mail_host,
            port=settings.mail_port,
            security=settings.mail_security,
            sender=settings.mail_from,
            user=settings.mail_user,
            password=password.get_secret_value() if password else None,
        )
        found[Mail.name] = Mail(server, settings.public_url)
    if settings.webhook_url is not None and settings.webhook_secret is not None:
        hosts, secret = settings.webhook_hosts.split(","), settings.webhook_secret.get_secret_value()
        found[Webhook.name] = Webhook(settings.webhook_url, secret, hosts, clock)
    if settings.apprise_url is not None:
        found[Relay.name] = Relay(settings.apprise_url.get_secret_value(), settings.public_url)
    return found
