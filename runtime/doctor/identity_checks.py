"""Whether the OpenID provider and the directory that are set up answer, and as what they are set up."""

import secrets

from engine.errors import Unavailable
from engine.text.bilingual import Text
from runtime.bootstrap import System
from runtime.doctor.findings import Finding, Findings
from runtime.settings.single_sign_on import directory_from

NOBODY = "alur-doctor"


def vouching(system: System) -> Findings:
    """Nothing where neither is set up."""
    yield from _provider(system)
    yield from _directory(system)


def _provider(system: System) -> Findings:
    provider = system.provider
    if provider is None:
        return
    issuer = provider.registration.issuer
    try:
        described = provider.description()
    except Unavailable as error:
        why = _why(error)
        yield Finding(
            "provider",
            "error",
            Text(
                f"Penyedia akun {issuer} tidak dapat dipakai ({why}). Periksa ALUR_OIDC_ISSUER,"
                " persis seperti"
                " `issuer` pada /.well-known/openid-configuration-nya, dan ALUR_OIDC_CA_FILE.",
                f"the provider {issuer} cannot be used: {why}",
            ),
        )
        return
    if "auth_time" not in described.get("claims_supported", ["auth_time"]):
        yield Finding(
            "provider",
            "warning",
            Text(
                f"Penyedia akun {issuer} tidak menyebut `auth_time`: paraf dan tanda tangan mungkin"
                " tidak dapat"
                " dikonfirmasi di sana.",
                f"the provider {issuer} names no auth_time; signatures may not be confirmed there",
            ),
        )
    if "end_session_endpoint" not in described:
        yield Finding(
            "provider",
            "warning",
            Text(
                f"Penyedia akun {issuer} tidak menyebut `end_session_endpoint`: keluar dari Alur"
                " tidak mengakhiri"
                " sesi di sana.",
                f"the provider {issuer} names no end_session_endpoint; signing out of Alur leaves its"
                " session",
            ),
        )
    yield Finding(
        "provider", "ok", Text(f"Penyedia akun {issuer} menjawab.", f"the provider {issuer} answers")
    )


def _directory(system: System) -> Findings:
    directory, url = directory_from(system.settings), system.settings.ldap_url
    if directory is None:
        return
    try:
        directory.password_fits(NOBODY, secrets.token_urlsafe())  # nobody's: only the way there is tried
    except Unavailable as error:
        why = _why(error)
        yield Finding(
            "directory",
            "error",
            Text(
                f"Direktori akun {url} tidak dapat dipakai ({why}). Periksa ALUR_LDAP_URL,"
                " ALUR_LDAP_CA_FILE, dan"
                " ALUR_LDAP_BIND_DN dengan kata sandinya.",
                f"the directory {url} cannot be used: {why}",
            ),
        )
    else:
        yield Finding(
            "directory", "ok", Text(f"Direktori akun {url} menjawab.", f"the directory {url} answers")
        )


def _why(error: Unavailable) -> str:
    """What the log says of it too; people who sign in are not told."""
    return "; ".join(getattr(error, "__notes__", ())) or error.message.english
