"""Signing in at an OpenID provider: authorization code with PKCE, and the proof that its answer is for us.

Knows no accounts and no cookies. Of what the provider says only the subject, the verified address and how the
person was checked count; names, roles and groups are not looked at.
"""

import base64
import json
import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc6749 import OAuth2Error
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from engine.clock import Clock
from engine.errors import NotProven, Unavailable
from engine.text.bilingual import Text
from identity.attempt import Attempt, Errand, Identity, new_attempt, not_begun_here, require_same_state

# By a key pair only: "none" proves nothing, and a shared secret is not only the provider's.
SIGNATURES = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
POSTED = "client_secret_post"  # where the provider takes no basic authentication
SCOPE = "openid email"
ANSWER_SECONDS = 5.0
LONGEST_ANSWER = 512 * 1024
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2
KNOWN_FOR = timedelta(hours=1)
LEEWAY_SECONDS = 60
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL_ENDPOINTS = ("userinfo_endpoint", "end_session_endpoint")
AT_ONCE, PATIENCE_SECONDS = 8, 2.0
CALLBACK = "/sign-in/oidc/callback"
SIGNED_OUT = "/sign-in/oidc/signed-out"
LONGEST_HINT = 4_000  # a link with more may not arrive

log = logging.getLogger("alur.oidc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How the office is registered at its provider; without a secret it is a public client."""

    issuer: str
    client_id: str
    client_secret: str | None
    office_url: str
    label: str
    second_factors: frozenset[str]
    """Which values of `amr` or `acr` mean that the provider asked for a second factor."""
    ca_file: Path | None
    answer_seconds: float = ANSWER_SECONDS


class Provider:
    """One OpenID provider; its description and keys are fetched when needed and kept for an hour."""

    def __init__(self, registration: Registration, clock: Clock) -> None:
        self.registration = registration
        self._clock = clock
        self._trust = ssl.create_default_context(cafile=registration.ca_file)
        self._at_once = BoundedSemaphore(AT_ONCE)
        self._described: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[str, KeySet] | None = None

    @property
    def callback_url(self) -> str:
        """Where the provider sends people back to: made of a setting, never of what a request says."""
        return self.registration.office_url.rstrip("/") + CALLBACK

    def begin(self, next_path: str, *, confirms: str | None = None) -> tuple[Attempt, str]:
        """A new try and the provider's address that it begins at. Raises `Unavailable`.

        ``confirms`` is a task: the provider then proves the person anew, whoever is signed in there.
        """
        errand: Errand = "sign_in" if confirms is None else "confirm"
        attempt = new_attempt(next_path, self._clock.now(), errand, confirms)
        anew = {"prompt": "login", "max_age": "0"} if confirms is not None else {}
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._description(client)["authorization_endpoint"],
                state=attempt.state,
                code_verifier=attempt.verifier,
                nonce=attempt.nonce,
                **anew,
            )
        return attempt, str(url)

    def begin_sign_out(self, id_token: str | None) -> tuple[Attempt, str] | None:
        """Where one signs out at the provider too; None where it names no address. Raises `Unavailable`."""
        with self._client() as client:
            there = self._description(client).get("end_session_endpoint")
        if there is None:
            return None
        attempt = new_attempt("/sign-in", self._clock.now(), "sign_out")
        asked = {
            "client_id": self.registration.client_id,
            "post_logout_redirect_uri": self.registration.office_url.rstrip("/") + SIGNED_OUT,
            "state": attempt.state,
        }
        if id_token is not None and len(id_token) <= LONGEST_HINT:
            asked["id_token_hint"] = id_token
        return attempt, add_params_to_uri(there, list(asked.items()))

    def finish(self, attempt: Attempt, answer: Mapping[str, str]) -> Identity:
        """Who came back; ``answer`` is the query of the callback. Raises `NotProven`, `Unavailable`."""
        if attempt.errand == "sign_out":
            raise not_begun_here()
        require_same_state(attempt, answer)
        # RFC 9207: an answer of another provider must not be taken to this one.
        if answer.get("iss", self.registration.issuer) != self.registration.issuer:
            raise _not_proven("the answer names another issuer")
        if "error" in answer:
            raise _declined(answer["error"])
        if not answer.get("code"):
            raise _not_proven("the answer has no code")
        with self._client() as client:
            description = self._description(client)
            offered = description.get("token_endpoint_auth_methods_supported")
            if self.registration.client_secret and offered and "client_secret_basic" not in offered:
                client.token_endpoint_auth_method = POSTED
            token = client.fetch_token(
                description["token_endpoint"],
                grant_type="authorization_code",
                code=answer["code"],
                code_verifier=attempt.verifier,
                redirect_uri=self.callback_url,
            )
            claims = self._verified(client, token, attempt.nonce)
            if attempt.errand == "confirm":
                _require_proven_anew(claims, attempt.begun_at)
            if "email" not in claims and description.get("userinfo_endpoint"):
                claims = {**self._told_of(client, description, claims["sub"]), **claims}
        return self._identity(claims, token["id_token"])

    def description(self) -> Mapping[str, Any]:
        """What the provider says of itself. Raises `Unavailable`, whose note tells administrators why."""
        with self._client() as client:
            return self._description(client)

    # --- inside ---

    def _identity(self, claims: Mapping[str, Any], id_token: str) -> Identity:
        subject, mail = claims["sub"], claims.get("email")
        if not subject or len(subject) > LONGEST_SUBJECT or not subject.isprintable():
            raise _not_proven("the subject cannot be one")
        verified = claims.get("email_verified") is True and isinstance(mail, str) and mail.isascii()
        ways = {name for name in (claims.get("acr"), *(claims.get("amr") or [])) if isinstance(name, str)}
        return Identity(
            issuer=self.registration.issuer,
            subject=subject,
            mail=mail if verified else None,
            second_factor=not ways.isdisjoint(self.registration.second_factors),
            id_token=id_token,
        )

    def _verified(self, client: OAuth2Client, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of an ID token whose signature, issuer, audience, nonce and times are right."""
        text = token.get("id_token")
        if not isinstance(text, str):
            raise _not_proven("the provider gave no ID token")
        try:
            known = jwt.decode(text, self._key_set(client, text), algorithms=SIGNATURES)
            claims = CodeIDToken(
                known.claims,
                known.header,
                options={
                    "iss": {"essential": True, "value": self.registration.issuer},
                    "aud": {"essential": True, "value": self.registration.client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": self.registration.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(now=int(self._clock.now().timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise _not_proven(f"ID token: {type(error).__name__}: {error}") from error
        return dict(claims)

    def _told_of(self, client: OAuth2Client, description: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """What the provider tells beside the ID token, where it keeps the address out of that."""
        told = _read(client, description["userinfo_endpoint"], withhold_token=False)
        if told.get("sub") != subject:
            raise _not_proven("userinfo is about somebody else")
        return {name: told[name] for name in ("email", "email_verified") if name in told}

    def _description(self, client: OAuth2Client) -> Mapping[str, Any]:
        now = self._clock.now()
        if self._described is not None and now < self._described[0] + KNOWN_FOR:
            return self._described[1]
        issuer = self.registration.issuer
        description = _read(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if description.get("issuer") != issuer:
            raise _misbehaves(f"it calls itself {str(description.get('issuer'))[:200]!r}, not {issuer!r}")
        optional = (name for name in OPTIONAL_ENDPOINTS if name in description)
        for name in (*ENDPOINTS, *optional):
            _require_safe(name, description.get(name), issuer)
        self._described, self._keys = (now, description), None
        return description

    def _key_set(self, client: OAuth2Client, token: str) -> KeySet:
        """The provider's keys; fetched again when a token names one that is not among them."""
        uri, kid = self._description(client)["jwks_uri"], _kid(token)
        if self._keys is not None:
            known = self._keys[1]
            if self._keys[0] == uri and kid is not None and any(key.kid == kid for key in known.keys):
                return known
        try:
            keys = KeySet.import_key_set(_read(client, uri))  # type: ignore[arg-type]
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise _misbehaves(f"its keys cannot be read: {type(error).__name__}") from error
        self._keys = (uri, keys)
        return keys

    @contextmanager
    def _client(self) -> Iterator[OAuth2Client]:
        """A client for one exchange; every way in which the provider can fail becomes an error of ours."""
        if not self._at_once.acquire(timeout=PATIENCE_SECONDS):
            raise _away("too many exchanges wait for it")
        try:
            with OAuth2Client(
                self.registration.client_id,
                self.registration.client_secret,
                scope=SCOPE,
                redirect_uri=self.callback_url,
                code_challenge_method="S256",
                verify=self._trust,
                timeout=self.registration.answer_seconds,
                follow_redirects=False,
            ) as client:
                client.register_compliance_hook("access_token_response", _require_plain_answer)
                yield client
        except (OAuthError, OAuth2Error) as error:
            raise _not_proven(f"the provider refuses: {str(error)[:200]}") from error
        except httpx2.HTTPStatusError as error:
            self._described = None
            raise _away(f"status {error.response.status_code}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            self._described = None
            raise _away(f"{type(error).__name__}: {error}") from error
        except (ValueError, RecursionError) as error:  # an answer that is no JSON object
            raise _misbehaves(str(error)[:200]) from error
        finally:
            self._at_once.release()


def _require_proven_anew(claims: Mapping[str, Any], since: datetime) -> None:
    """`NotProven` unless the provider says that it asked the person after this attempt began.

    A provider that takes no notice of ``prompt`` and ``max_age`` answers at once, with an earlier time.
    """
    at = claims.get("auth_time")
    numeric = isinstance(at, int | float) and not isinstance(at, bool)
    if not numeric or float(at or 0) < since.timestamp() - LEEWAY_SECONDS:
        log.warning("not proven anew", extra={"why": f"auth_time {str(at)[:40]!r}, asked at {since}"})
        raise NotProven(
            Text(
                "Penyedia akun tidak meminta Anda masuk lagi, sehingga belum ada konfirmasi. Ulangi;"
                " bila tetap begini, hubungi administrator.",
                "the provider did not ask you to sign in anew, so nothing is confirmed; try again, or"
                " tell the administrator",
            )
        )


def _read(client: OAuth2Client, url: str, *, withhold_token: bool = True) -> dict[str, Any]:
    """A JSON object of the provider, of a size that it may have."""
    parts: list[bytes] = []
    with client.stream("GET", url, withhold_token=withhold_token) as response:
        response.raise_for_status()
        for part in response.iter_bytes():
            parts.append(part)
            if sum(map(len, parts)) > LONGEST_ANSWER:
                raise ValueError("its answer is too long")
    document = json.loads(b"".join(parts))
    if not isinstance(document, dict):
        raise ValueError("its answer is no JSON object")
    return document


def _require_plain_answer(response: httpx2.Response) -> httpx2.Response:
    """A token or a refusal; what comes with any other status is not looked at."""
    if response.status_code not in (200, 400, 401):
        response.raise_for_status()
    return response


def _kid(token: str) -> str | None:
    """The key that a token names; what is no token names none, and fails where it is decoded."""
    try:
        head = token.partition(".")[0]
        key_id = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("kid")
    except (ValueError, AttributeError):
        return None
    return key_id if isinstance(key_id, str) else None


def _require_safe(name: str, url: Any, issuer: str) -> None:
    parts = urlsplit(url) if isinstance(url, str) else None
    # Plain http only where the issuer itself is on this machine, which the settings have checked.
    schemes = {"https", urlsplit(issuer).scheme}
    if parts is None or not parts.hostname or parts.scheme not in schemes:
        raise _misbehaves(f"{name} is no safe address")


def _not_proven(why: str) -> NotProven:
    log.warning("sign-in at the provider refused", extra={"why": why})
    return NotProven(
        Text(
            "Jawaban penyedia akun tidak dapat diterima. Mulai lagi; bila berulang, hubungi administrator.",
            "the provider's answer cannot be accepted; begin again, or tell the administrator",
        )
    )


def _declined(error: str) -> NotProven:
    if error == "access_denied":
        return NotProven(
            Text("Masuk dibatalkan di penyedia akun.", "the sign-in was cancelled at the provider")
        )
    return _not_proven(f"the provider answers {error[:100]!r}")


def _away(why: str) -> Unavailable:
    log.warning("provider away", extra={"why": why})
    unavailable = Unavailable(
        Text(
            "Penyedia akun tidak dapat dihubungi. Coba sebentar lagi, atau pakai kata sandi.",
            "the identity provider cannot be reached; try again soon, or use a password",
        )
    )
    unavailable.add_note(why)
    return unavailable


def _misbehaves(why: str) -> Unavailable:
    log.error("provider misbehaves", extra={"why": why})
    unavailable = Unavailable(
        Text(
            "Penyedia akun menjawab keliru. Sampaikan kepada administrator.",
            "the identity provider gives wrong answers; tell the administrator",
        )
    )
    unavailable.add_note(why)
    return unavailable
