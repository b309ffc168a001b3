"""A real OpenID provider (oidc-provider-mock) in a process of its own, made to insist on PKCE.

As a program it serves on the port that it is given; as a module it starts that program and plays the browser.
"""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import httpx2

from tests.support.ldap_server import free_port, until_listening

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class RunningProvider:
    """One provider; ``restart`` gives it new keys at the same address."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put_person(self, subject: str, **claims: Any) -> None:
        """What the provider says of a person; what an ID token says anyway can be overruled."""
        httpx2.put(f"{self.issuer}/users/{quote(subject)}", json=claims).raise_for_status()

    def answer(self, url: str, subject: str) -> str:
        """Where the browser is sent after this person has signed in there."""
        return self._sent_back(url, {"sub": subject})

    def denied(self, url: str) -> str:
        return self._sent_back(url, {"action": "deny"})

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        self.stop()
        self.process = _started(self.port)

    def _sent_back(self, url: str, data: dict[str, str]) -> str:
        assert url.startswith(f"{self.issuer}/oauth2/authorize?"), url
        answer = httpx2.post(url, data=data)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@contextmanager
def running_provider() -> Iterator[RunningProvider]:
    port = free_port()
    provider = RunningProvider(port, _started(port))
    try:
        yield provider
    finally:
        provider.stop()


def _started(port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.support.openid_provider", str(port)],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until_listening(port, process)
    return process


# --- the process itself ---


class Insisting:
    """Gives no token for a code unless the verifier fits the challenge it was asked with (RFC 7636)."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self.challenges: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/oauth2/token" and not self._fits(environ):
            start("400 Bad Request", [("Content-Type", "application/json")])
            return [b'{"error": "invalid_grant"}']
        asked = parse_qs(environ.get("QUERY_STRING", ""))

        def noted(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            for name, value in headers:
                if name == "Location" and "code=" in value and asked.get("code_challenge_method") == ["S256"]:
                    self.challenges[query_of(value)["code"]] = asked["code_challenge"][0]
            return start(status, headers, *rest)

        return self.app(environ, noted)

    def _fits(self, environ: dict[str, Any]) -> bool:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        given = dict(parse_qsl(body.decode()))
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self.challenges.pop(given.get("code", ""), None) == challenge


def main(port: int) -> None:
    from oidc_provider_mock import _app, app
    from werkzeug.serving import make_server

    # Public clients, which PKCE is for, come without a secret.
    _app.AuthorizationCodeGrant.TOKEN_ENDPOINT_AUTH_METHODS = [
        "client_secret_basic",
        "client_secret_post",
        "none",
    ]
    # The mock asks for the person every time; as a real one it tells when it did.
    _app.AuthorizationCode.get_auth_time = lambda _: int(time.time())
    # Tokens name their key, as those of every provider do that changes keys.
    unnamed = _app.OpenIDCode.get_jwt_config
    _app.OpenIDCode.get_jwt_config = lambda *given: unnamed(*given) | {"kid": _app.storage.jwk.thumbprint()}
    make_server("127.0.0.1", port, Insisting(app(require_nonce=True)), threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
