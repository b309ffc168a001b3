"""A provider that lies or stumbles: tokens by the wrong key, answers of wrong shapes, other addresses."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from engine.clock import SystemClock
from engine.errors import NotProven, Unavailable
from identity.attempt import Attempt, Identity
from identity.oidc import Provider, Registration
from tests.support.ldap_server import write_certificates

SECRET = "rahasia bersama yang cukup panjang untuk HS256"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}, private=True)
OTHER = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}, private=True)
CURVE = ECKey.generate_key("P-256", {"kid": "k2"}, private=True)


@dataclass
class Liar:
    """Answers what it is told to: by path a body, and the status or the headers where they are given."""

    issuer: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def reset(self) -> None:
        addresses = {
            f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "userinfo")
        }
        about = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **addresses}
        keys = [KEY.as_dict(private=False), CURVE.as_dict(private=False), {"kty": "AKP", "kid": "k9"}]
        self.answers = {"/.well-known/openid-configuration": about, "/jwks": {"keys": keys}}
        self.status, self.asked = {}, []

    def describe(self, **changes: Any) -> None:
        self.answers["/.well-known/openid-configuration"] |= changes

    def give(self, id_token: str) -> None:
        self.answers["/token"] = {"access_token": "a", "token_type": "Bearer", "id_token": id_token}


@pytest.fixture(scope="module")
def served() -> Iterator[Liar]:
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            liar.asked.append(self.path)
            found = liar.answers.get(self.path, {})
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(liar.status.get(self.path, 200))
            self.send_header("Content-Type", "application/json")
            self.send_header("Location", f"{liar.issuer}/jwks")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    liar.issuer = f"http://127.0.0.1:{server.server_port}"
    yield liar
    server.shutdown()


@pytest.fixture
def liar(served: Liar) -> Liar:
    served.reset()
    return served


@pytest.fixture
def provider(liar: Liar) -> Provider:
    registration = Registration(
        issuer=liar.issuer,
        client_id="alur",
        client_secret=SECRET,
        office_url="https://alur.example",
        label="",
        second_factors=frozenset(),
        ca_file=None,
    )
    return Provider(registration, SystemClock())


def claims(liar: Liar, attempt: Attempt, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    about = {"iss": liar.issuer, "aud": "alur", "sub": "s-1", "iat": now, "exp": now + 60}
    return {**about, "nonce": attempt.nonce, "email": "a@b.example", "email_verified": True, **changes}


def signed(key: Any, alg: str, content: dict[str, Any], **header: Any) -> str:
    return jwt.encode({"alg": alg, **header}, content, key, algorithms=[alg])


def finished(provider: Provider, attempt: Attempt) -> Identity:
    return provider.finish(attempt, {"state": attempt.state, "code": "c"})


def unsigned(content: dict[str, Any], alg: str = "none") -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': alg})}.{part(content)}."


def keyed(secret: bytes, content: dict[str, Any]) -> str:
    """HS256 by hand: the library knows this attack and does not help with it."""
    text = unsigned(content, "HS256").rstrip(".")
    proof = hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(proof).rstrip(b'=').decode()}"


Make = Callable[[dict[str, Any]], str]
FORGED: dict[str, Make] = {
    "unsigned": unsigned,
    "unsigned in capitals": lambda content: unsigned(content, "NONE"),
    "by the shared secret": lambda content: signed(OctKey.import_key(SECRET), "HS256", content),
    "by the public key as a secret": lambda content: keyed(KEY.as_pem(private=False), content),
    "by another key of the same name": lambda content: signed(OTHER, "RS256", content, kid="k1"),
    "by another key without a name": lambda content: signed(OTHER, "RS256", content),
    "by a key that it carries itself": lambda content: signed(
        OTHER, "RS256", content, jwk=OTHER.as_dict(private=False)
    ),
    "by a key of another kind": lambda content: signed(CURVE, "ES256", content, kid="k1"),
    "no token": lambda _: "bukan token",
    "empty": lambda _: "",
    "five parts": lambda _: "a.b.c.d.e",
    "a list": lambda _: "W10.W10.W10",
}


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED.keys())
def test_a_token_that_the_provider_did_not_sign_proves_nothing(
    liar: Liar, provider: Provider, make: Make
) -> None:
    attempt, _ = provider.begin("/inbox")
    liar.give(make(claims(liar, attempt)))
    with pytest.raises(NotProven):
        finished(provider, attempt)


@pytest.mark.parametrize(
    ("key", "alg"), [(KEY, "RS256"), (KEY, "PS256"), (CURVE, "ES256")], ids=["RS", "PS", "ES"]
)
def test_a_token_that_it_did_sign_does(liar: Liar, provider: Provider, key: Any, alg: str) -> None:
    attempt, _ = provider.begin("/inbox")
    liar.give(signed(key, alg, claims(liar, attempt), kid=key.kid))
    assert finished(provider, attempt).mail == "a@b.example"
    assert "/userinfo" not in liar.asked


def test_userinfo_is_asked_for_an_address_and_must_be_about_the_same_person(
    liar: Liar, provider: Provider
) -> None:
    attempt, _ = provider.begin("/inbox")
    content = claims(liar, attempt)
    del content["email"], content["email_verified"]
    liar.give(signed(KEY, "RS256", content, kid="k1"))
    liar.answers["/userinfo"] = {"sub": "s-1", "email": "c@d.example", "email_verified": True, "acr": "x"}
    assert finished(provider, attempt).mail == "c@d.example"
    liar.answers["/userinfo"]["sub"] = "s-2"
    with pytest.raises(NotProven):
        finished(provider, attempt)


WRONG: dict[str, Any] = {
    "html": b"<html>",
    "nothing": b"",
    "a list": [1],
    "a number": 7,
    "too long": b'{"a": "' + b"x" * 600_000 + b'"}',
    "too deep": b"[" * 400_000,
    "not utf-8": b'{"issuer": "\xff"}',
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"])
def test_an_answer_that_cannot_be_read_is_a_fault_of_the_provider(
    liar: Liar, provider: Provider, path: str, answer: Any
) -> None:
    if path != "/.well-known/openid-configuration":
        attempt, _ = provider.begin("/inbox")
        content = claims(liar, attempt)
        del content["email"]
        liar.give(signed(KEY, "RS256", content, kid="k1"))
        liar.answers[path] = answer
        with pytest.raises((Unavailable, NotProven)):
            finished(provider, attempt)
    else:
        liar.answers[path] = answer
        with pytest.raises(Unavailable):
            provider.begin("/inbox")


@pytest.mark.parametrize("status", [302, 404, 500, 503])
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token"])
def test_neither_errors_nor_redirects_are_followed(
    liar: Liar, provider: Provider, path: str, status: int
) -> None:
    attempt = Attempt(state="s", nonce="n", verifier="v" * 43, next="/inbox", begun_at=SystemClock().now())
    liar.give(signed(KEY, "RS256", claims(liar, attempt), kid="k1"))
    liar.status[path] = status
    with pytest.raises((Unavailable, NotProven)):
        finished(provider, attempt)
    assert liar.asked[-1] == path


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://lain.example"},
        {"token_endpoint": None},
        {"token_endpoint": "ftp://127.0.0.1/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "//127.0.0.1/jwks"},
        {"jwks_uri": ["x"]},
        {"userinfo_endpoint": "file:///etc/passwd"},
        {"token_endpoint": "http://[::1"},
    ],
    ids=str,
)
def test_a_description_that_leads_elsewhere_is_not_used(
    liar: Liar, provider: Provider, changes: dict[str, Any]
) -> None:
    liar.describe(**changes)
    with pytest.raises(Unavailable):
        provider.begin("/inbox")


def test_a_provider_that_never_answers_is_not_waited_for(provider: Provider) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        slow = replace(provider.registration, issuer=issuer, answer_seconds=0.2)
        with pytest.raises(Unavailable):
            Provider(slow, SystemClock()).begin("/inbox")


@pytest.mark.parametrize(
    "keys", [{}, {"keys": []}, {"keys": "x"}, {"keys": [1]}, {"keys": [{"kty": "RSA"}]}], ids=str
)
def test_keys_that_are_none_are_a_fault_of_the_provider(liar: Liar, provider: Provider, keys: Any) -> None:
    attempt, _ = provider.begin("/inbox")
    liar.give(signed(KEY, "RS256", claims(liar, attempt), kid="k1"))
    liar.answers["/jwks"] = keys
    with pytest.raises(Unavailable):
        finished(provider, attempt)


def test_a_provider_with_a_certificate_of_nobody_is_away(tmp_path: Path) -> None:
    """TLS is checked: the system's authorities know nothing of a server of the tests."""
    write_certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(liar.answers[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    liar.issuer = f"https://127.0.0.1:{server.server_port}"
    liar.reset()

    def provider(ca_file: Path | None) -> Provider:
        known = Registration(
            issuer=liar.issuer,
            client_id="alur",
            client_secret=None,
            office_url="https://alur.example",
            label="",
            second_factors=frozenset(),
            ca_file=ca_file,
        )
        return Provider(known, SystemClock())

    assert provider(tmp_path / "ca.pem").begin("/inbox")[1].startswith(liar.issuer)
    for stranger in (None, tmp_path / "stranger.pem"):
        with pytest.raises(Unavailable):
            provider(stranger).begin("/inbox")
    liar.describe(token_endpoint=liar.issuer.replace("https", "http") + "/token")
    with pytest.raises(Unavailable):
        provider(tmp_path / "ca.pem").begin("/inbox")
    server.shutdown()
