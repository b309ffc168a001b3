"""Signing in at a real provider process: what its answer must prove, and what happens when it does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from engine.clock import SystemClock
from engine.errors import NotProven, Unavailable
from identity.attempt import Attempt, Identity
from identity.oidc import Provider, Registration
from tests.support.ldap_server import free_port
from tests.support.openid_provider import RunningProvider, query_of, running_provider

OFFICE = "https://alur.example"
MAIL = "kadis@banggai.example"


@pytest.fixture(scope="module")
def running() -> Iterator[RunningProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def registration(running: RunningProvider) -> Registration:
    return Registration(
        issuer=running.issuer,
        client_id="alur",
        client_secret="rahasia : dengan % tanda",
        office_url=OFFICE,
        label="akun instansi",
        second_factors=frozenset({"mfa", "gold"}),
        ca_file=None,
    )


@pytest.fixture(autouse=True)
def _somebody(running: RunningProvider) -> None:
    running.put_person("s-1")


@pytest.fixture
def provider(registration: Registration) -> Provider:
    return Provider(registration, SystemClock())


@pytest.fixture
def arrive(running: RunningProvider, provider: Provider) -> Callable[..., Identity]:
    """Sign in as a person with these claims, all the way."""

    def go(subject: str = "s-1", **claims: Any) -> Identity:
        running.put_person(subject, **claims)
        attempt, url = provider.begin("/inbox")
        return provider.finish(attempt, query_of(running.answer(url, subject)))

    return go


def test_the_browser_is_sent_with_all_that_protects_the_way_back(provider: Provider) -> None:
    attempt, url = provider.begin("/cases")
    asked = query_of(url)
    assert asked["redirect_uri"] == f"{OFFICE}/sign-in/oidc/callback"
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid email"
    assert (asked["state"], asked["nonce"]) == (attempt.state, attempt.nonce)
    assert asked["code_challenge_method"] == "S256"
    assert attempt.verifier not in url
    assert attempt.next == "/cases"
    other, _ = provider.begin("/cases")
    assert not {other.state, other.nonce, other.verifier} & {attempt.state, attempt.nonce, attempt.verifier}


@pytest.mark.parametrize("secret", [None, "rahasia : dengan % tanda"])
def test_the_provider_vouches_for_a_person(
    running: RunningProvider, registration: Registration, secret: str | None
) -> None:
    provider = Provider(replace(registration, client_secret=secret), SystemClock())
    running.put_person("s-1", email=MAIL, email_verified=True, groups=["admin"], name="Siapa Saja")
    attempt, url = provider.begin("/inbox")
    found = provider.finish(attempt, query_of(running.answer(url, "s-1")))
    assert found == Identity(issuer=running.issuer, subject="s-1", mail=MAIL, second_factor=False)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_was_not_verified_is_none(arrive: Callable[..., Identity], verified: Any) -> None:
    assert arrive(email=MAIL, email_verified=verified).mail is None


def test_an_address_kept_out_of_the_id_token_is_asked_for(arrive: Callable[..., Identity]) -> None:
    assert arrive().mail is None  # neither the token nor userinfo has one


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "gold"}, True),
        ({"amr": ["pwd"], "acr": "silver"}, False),
        ({"amr": [["mfa"], {"mfa": 1}, None]}, False),
        ({"acr": ["mfa"]}, False),
    ],
)
def test_a_second_factor_counts_where_the_provider_says_one_of_the_agreed_words(
    arrive: Callable[..., Identity], claims: dict[str, Any], counts: bool
) -> None:
    assert arrive(**claims).second_factor is counts


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "kantor-lain"},
        {"aud": ["kantor-lain"]},
        {"aud": ["alur", "kantor-lain"]},  # several audiences, and nobody says whom it was issued to
        {"aud": "kantor-lain", "azp": "alur"},
        {"azp": "kantor-lain"},
        {"aud": None},
        {"iss": "https://penyedia-lain.example"},
        {"nonce": "bukan yang ini"},
        {"nonce": None},
        {"exp": NOW - 120},
        {"exp": None},
        {"exp": "besok"},
        {"iat": NOW + 3600},
        {"nbf": NOW + 3600},
        {"at_hash": "salah"},
        {"amr": "mfa"},
    ],
    # The names hold no time: every process has to collect the same ones.
    ids=lambda claims: ",".join(name if name in ("exp", "iat", "nbf") else f"{claims}" for name in claims),
)
def test_an_id_token_that_is_not_for_this_sign_in_proves_nothing(
    arrive: Callable[..., Identity], claims: dict[str, Any]
) -> None:
    with pytest.raises(NotProven):
        arrive(**claims)


@pytest.mark.parametrize("subject", ["x" * 256, "a\nb", "\x85"], ids=["long", "line", "control"])
def test_a_subject_that_cannot_be_kept_proves_nothing(arrive: Callable[..., Identity], subject: str) -> None:
    assert arrive("s ok").subject == "s ok"
    with pytest.raises(NotProven):
        arrive(subject)


def test_the_answer_of_another_sign_in_is_refused_before_the_provider_is_asked(
    running: RunningProvider, provider: Provider
) -> None:
    attempt, url = provider.begin("/inbox")
    answer = query_of(running.answer(url, "s-1"))
    other = replace(attempt, state=provider.begin("/inbox")[0].state)
    with pytest.raises(NotProven, match="not begun in this browser"):
        provider.finish(other, answer)
    for wrong in (answer | {"state": ""}, {"code": answer["code"]}, answer | {"state": "ｘ"}):
        with pytest.raises(NotProven, match="not begun in this browser"):
            provider.finish(attempt, wrong)
    assert provider.finish(attempt, answer).subject == "s-1"  # its code was not spent


def test_a_code_is_taken_once_and_only_with_its_own_verifier(
    running: RunningProvider, provider: Provider
) -> None:
    attempt, url = provider.begin("/inbox")
    answer = query_of(running.answer(url, "s-1"))
    stolen = replace(attempt, verifier=provider.begin("/inbox")[0].verifier)
    with pytest.raises(NotProven):
        provider.finish(stolen, answer)
    attempt, url = provider.begin("/inbox")
    answer = query_of(running.answer(url, "s-1"))
    assert provider.finish(attempt, answer).subject == "s-1"
    with pytest.raises(NotProven):
        provider.finish(attempt, answer)


def test_a_code_of_another_attempt_fails_by_its_nonce(running: RunningProvider, provider: Provider) -> None:
    attempt, url = provider.begin("/inbox")
    answer = query_of(running.answer(url, "s-1"))
    other: Attempt = replace(attempt, nonce="n" * 43)
    with pytest.raises(NotProven):
        provider.finish(other, answer)


def test_whoever_cancels_there_is_told_so(running: RunningProvider, provider: Provider) -> None:
    attempt, url = provider.begin("/inbox")
    with pytest.raises(NotProven, match="cancelled"):
        provider.finish(attempt, query_of(running.denied(url)) | {"state": attempt.state})
    with pytest.raises(NotProven):
        provider.finish(attempt, {"state": attempt.state, "error": "server_error"})
    with pytest.raises(NotProven):
        provider.finish(attempt, {"state": attempt.state, "code": "x", "iss": "https://lain.example"})
    with pytest.raises(NotProven):
        provider.finish(attempt, {"state": attempt.state})


def test_new_keys_of_the_provider_are_fetched(running: RunningProvider, provider: Provider) -> None:
    for _ in range(2):
        attempt, url = provider.begin("/inbox")
        assert provider.finish(attempt, query_of(running.answer(url, "s-1"))).subject == "s-1"
        running.restart()


def test_a_provider_that_is_away_or_is_another_is_not_waited_for(
    running: RunningProvider, registration: Registration, provider: Provider
) -> None:
    gone = replace(registration, issuer=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unavailable):
        Provider(gone, SystemClock()).begin("/inbox")
    other_name = replace(registration, issuer=registration.issuer.replace("127.0.0.1", "localhost") + "/")
    with pytest.raises(Unavailable):
        Provider(other_name, SystemClock()).begin("/inbox")
    attempt, url = provider.begin("/inbox")
    answer = query_of(running.answer(url, "s-1"))
    running.stop()
    with pytest.raises(Unavailable):
        provider.finish(attempt, answer)
    running.restart()
