"""What an installation sets about sign-in that others vouch for; the provider and directory made of it."""

import ssl
from collections.abc import Sequence
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.clock import Clock
from engine.commands.accounts.password_check import PasswordVerifier
from engine.store import StoredAccount

if TYPE_CHECKING:
    from identity.ldap import Directory
    from identity.oidc import Provider

NAME = "{username}"


class SingleSignOnSettings(BaseSettings):
    """Without any of them people sign in with a password of Alur alone."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    oidc_issuer: str | None = None
    """The OpenID provider that people may sign in at, exactly as it calls itself; needs the extra `sso`."""

    oidc_client_id: str | None = None
    """What this office is called at the provider; its redirect address there is `ALUR_PUBLIC_URL` followed by
    `/sign-in/oidc/callback`."""

    oidc_client_secret: SecretStr | None = None
    """The secret of this office at the provider; without one it is a public client. PKCE always."""

    oidc_label: str = "akun instansi"
    """How the provider is called on the sign-in page: "Masuk dengan …"."""

    oidc_second_factors: str = "mfa"
    """Which values of the claims `amr` or `acr` count as a second factor, with commas between; the others are
    asked for the code of Alur's own."""

    oidc_ca_file: Path | None = None
    """Whose certificates the provider may have (PEM), where this machine does not trust them anyway."""

    ldap_url: str | None = None
    """The directory that judges the passwords of accounts without one of Alur's own: `ldaps://host`, or
    `ldap://host`, which means StartTLS; several with commas between. Needs the extra `ldap`."""

    ldap_user_dn: str | None = None
    """A person's entry, as `uid={username},ou=pegawai,dc=contoh,dc=go,dc=id`; or set the search."""

    ldap_base: str | None = None
    """Below which entry people are searched for, where one template does not fit all."""

    ldap_filter: str = "(uid={username})"
    """How a person is searched for; on Active Directory `(sAMAccountName={username})`."""

    ldap_bind_dn: str | None = None
    """As whom the search is made; an entry that may only read."""

    ldap_bind_password: SecretStr | None = None
    """The password of that entry."""

    ldap_ca_file: Path | None = None
    """Whose certificates the directory may have (PEM), where this machine does not trust them anyway."""

    @model_validator(mode="after")
    def _provider_is_safe(self) -> Self:
        if self.oidc_issuer is None:
            return self
        _require_installed("oidc_issuer", "sso", ("authlib", "joserfc", "httpx2"))
        if not self.oidc_client_id:
            raise ValueError("oidc_issuer memerlukan oidc_client_id")
        _require_trusted_address("oidc_issuer", self.oidc_issuer)
        _require_certificates("oidc_ca_file", self.oidc_ca_file)
        return self

    @model_validator(mode="after")
    def _directory_is_safe(self) -> Self:
        if self.ldap_url is None:
            return self
        _require_installed("ldap_url", "ldap", ("ldap3",))
        for url in self.ldap_urls or ("",):
            parts = urlsplit(url)
            if parts.scheme not in ("ldap", "ldaps") or not parts.hostname or parts.path.strip("/"):
                raise ValueError(
                    "ldap_url ditulis ldaps://host atau ldap://host (StartTLS), dengan koma di antaranya"
                )
            if parts.username is not None:
                raise ValueError("ldap_url tidak boleh berisi nama atau kata sandi; pakai ldap_bind_dn")
        if self.ldap_user_dn is None:
            if not (self.ldap_base and self.ldap_bind_dn and self.ldap_bind_password):
                raise ValueError(
                    "ldap_url memerlukan ldap_user_dn, atau ldap_base, ldap_bind_dn, dan ldap_bind_password"
                )
            wrapped = self.ldap_filter.startswith("(") and self.ldap_filter.endswith(")")
            if self.ldap_filter.count(NAME) != 1 or not wrapped:
                raise ValueError(f"ldap_filter ditulis dalam kurung dengan {NAME} tepat satu kali")
        elif self.ldap_user_dn.count(NAME) != 1:
            raise ValueError(f"ldap_user_dn memuat {NAME} tepat satu kali")
        elif self.ldap_base is not None:
            raise ValueError("pakai ldap_user_dn atau ldap_base, jangan keduanya")
        _require_certificates("ldap_ca_file", self.ldap_ca_file)
        return self

    @property
    def ldap_urls(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in (self.ldap_url or "").split(",") if name.strip())


def require_way_back(public_url: str | None) -> None:
    """Refuse an address of this office that a provider of accounts cannot send people back to."""
    if public_url is None:
        raise ValueError("oidc_issuer memerlukan public_url, alamat Alur yang dikenal penyedia akun")
    _require_trusted_address("public_url", public_url)


def provider_from(settings: SingleSignOnSettings, public_url: str | None, clock: Clock) -> "Provider | None":
    """The OpenID provider that is set up; its library is imported only then."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None or public_url is None:
        return None
    from identity.oidc import Provider, Registration

    secret, ways = settings.oidc_client_secret, settings.oidc_second_factors.split(",")
    registration = Registration(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        office_url=public_url,
        label=settings.oidc_label,
        second_factors=frozenset(way.strip() for way in ways if way.strip()),
        ca_file=settings.oidc_ca_file,
    )
    return Provider(registration, clock)


def directory_from(settings: SingleSignOnSettings) -> "Directory | None":
    """The directory that is set up; its library is imported only then."""
    if settings.ldap_url is None:
        return None
    from identity.ldap import Directory, DirectoryAddress, Search

    search = None
    if settings.ldap_user_dn is None and settings.ldap_base and settings.ldap_bind_dn:
        password = settings.ldap_bind_password
        search = Search(
            base=settings.ldap_base,
            filter=settings.ldap_filter,
            bind_dn=settings.ldap_bind_dn,
            bind_password=password.get_secret_value() if password else "",
        )
    return Directory(
        DirectoryAddress(
            urls=settings.ldap_urls,
            user_dn=settings.ldap_user_dn,
            search=search,
            ca_file=settings.ldap_ca_file,
        )
    )


def judged_by(directory: "Directory") -> PasswordVerifier:
    """Who has a password of Alur's own signs in with that alone; everybody else with the directory's."""

    def judge(person: StoredAccount | None, password: str) -> bool | None:
        if person is None:
            directory.ask_for_nobody()
            return None
        if person.password_hash is not None:
            return None
        return directory.password_fits(person.username, password)

    return judge


def _require_installed(setting: str, extra: str, libraries: Sequence[str]) -> None:
    if any(find_spec(library) is None for library in libraries):
        raise ValueError(
            f"{setting} diisi, tetapi pustakanya tidak terpasang. Pasang dengan"
            f' `pip install "alur[{extra}]"`, atau kosongkan pengaturan itu'
        )


def _require_trusted_address(setting: str, url: str) -> SplitResult:
    """The parts of an https address, or of an http one on this very machine."""
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname is not None and _is_here(parts.hostname)
    if not parts.hostname or not (parts.scheme == "https" or here):
        raise ValueError(f"{setting} memerlukan https; http hanya untuk komputer ini sendiri")
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"{setting} adalah alamat tanpa nama, tanya, dan pagar")
    return parts


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _require_certificates(setting: str, file: Path | None) -> None:
    if file is None:
        return
    try:
        ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError):
        raise ValueError(f"{setting} bukan berkas sertifikat (PEM) yang dapat dibaca") from None
