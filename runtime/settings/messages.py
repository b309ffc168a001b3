"""What an installation sets about messages to people, and the channels that follow from that."""

from typing import Literal, Self, assert_never

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.notices.channels import PERSONAL, ChannelName
from notifications.apprise_channel import Relay
from notifications.channels import Channel
from notifications.mail import Mail, MailServer


class MessageSettings(BaseSettings):
    """Without any of them people see their notices on the pages alone."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

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
        return self


def personal_channels(settings: MessageSettings, public_url: str | None) -> list[Channel]:
    """The channels to people that are set up."""
    channels = (_personal(name, settings, public_url) for name in PERSONAL)
    return [channel for channel in channels if channel is not None]


def _personal(name: ChannelName, settings: MessageSettings, public_url: str | None) -> Channel | None:
    """A channel to people; None where it is not set up."""
    match name:
        case "mail":
            return _mail(settings, public_url)
        case "apprise":
            url = settings.apprise_url
            return Relay(url.get_secret_value(), public_url) if url is not None else None
        case _:
            assert_never(name)


def _mail(settings: MessageSettings, public_url: str | None) -> Mail | None:
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
    return Mail(server, public_url)
