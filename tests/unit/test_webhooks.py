"""Webhooks: signed, to several endpoints with their own kinds and secrets, never where they may not go."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.clock import FakeClock, SystemClock
from notifications.channels import DeliveryFailed
from notifications.safe_http import Poster, allowed_addresses
from notifications.webhook import Endpoint, Webhook
from runtime.settings import Settings
from runtime.settings.webhooks import webhooks_from
from tests.support.webhook_receiver import Received, Receiver, open_receiver
from tests.unit.reminders.test_messages import NOW, a_message

HERE = ip_network("127.0.0.0/8")
URL = "https://hook.example/alur?x=1"


def secret(letter: str) -> str:
    return "whsec_" + base64.b64encode(letter.encode() * 32).decode()


def endpoint(url: str = URL, *secrets: str, **given: Any) -> Endpoint:
    return Endpoint(name="arsip", url=url, secrets=secrets or (secret("k"),), **given)


def deliver_to(receiver: Receiver, *secrets: str, **given: Any) -> None:
    poster = Poster(given.pop("networks", [HERE]), receiver.trust)
    at = endpoint(f"{receiver.url}/alur?x=1", *secrets, **given)
    Webhook(at, SystemClock(), poster).deliver(a_message())


def is_signed(got: Received, key: str) -> bool:
    """What a receiver does that follows the standard: any signature of the header may be the one."""
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    digest = hmac.new(base64.b64decode(key.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}" in got.headers["webhook-signature"].split(" ")


def settings(*webhooks: dict[str, Any], hosts: str = "hook.example") -> Settings:
    return Settings(webhooks=json.dumps(webhooks), webhook_hosts=hosts)  # type: ignore[arg-type]


def test_a_webhook_is_signed_as_the_standard_says_and_names_nobody_beyond_ids(tmp_path: Path) -> None:
    with open_receiver(tmp_path) as receiver:
        deliver_to(receiver)
    (got,) = receiver.received
    assert got.path == "/alur?x=1"
    assert is_signed(got, secret("k"))
    assert json.loads(got.body)["type"] == "notice.overdue"
    assert got.headers["webhook-id"] == "m1"
    assert b"Paraf" not in got.body
    assert b"Perbaikan" not in got.body


def test_while_a_secret_is_changed_both_are_valid(tmp_path: Path) -> None:
    with open_receiver(tmp_path) as receiver:
        deliver_to(receiver, secret("n"), secret("o"))
    (got,) = receiver.received
    assert [is_signed(got, secret(letter)) for letter in ("n", "o", "x")] == [True, True, False]


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with open_receiver(tmp_path) as receiver, open_receiver(tmp_path) as elsewhere:
        receiver.status, receiver.location = 307, f"{elsewhere.url}/alur"
        with pytest.raises(DeliveryFailed, match="307"):
            deliver_to(receiver)
    assert elsewhere.received == []


def test_a_private_network_is_reached_only_by_an_endpoint_that_names_it(tmp_path: Path) -> None:
    with open_receiver(tmp_path) as receiver:
        for networks in ([], [ip_network("10.0.0.0/8")]):
            with pytest.raises(DeliveryFailed, match="private network"):
                deliver_to(receiver, networks=networks)
    assert receiver.received == []


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with open_receiver(tmp_path) as receiver:
        receiver.trust = None
        with pytest.raises(DeliveryFailed, match="CERTIFICATE_VERIFY_FAILED"):
            deliver_to(receiver)
    assert receiver.received == []


def test_a_name_that_leads_elsewhere_at_the_second_look_is_not_looked_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers, reached = iter(["93.184.216.34", "127.0.0.1"]), []

    def look_up(*_: Any, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 443))]

    def connect(address: tuple[str, int], *_: Any) -> Any:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(DeliveryFailed):
        Poster()(URL, b"", {})
    assert reached == [("93.184.216.34", 443)]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.5",
        "192.168.1.1",
        "169.254.169.254",
        "224.0.0.1",
        "0.0.0.0",
        "::1",
        "fc00::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.5",
        "2002:a00:5::1",
    ],
)
def test_a_host_with_one_private_address_among_public_ones_is_not_reached(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (item, 443)) for item in ("1.1.1.1", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(DeliveryFailed, match="private"):
        allowed_addresses("hook.example", 443)


@pytest.mark.parametrize(("status", "permanent"), [(500, False), (302, False), (410, True)])
def test_a_receiver_that_does_not_take_a_webhook_has_not_got_it(status: int, permanent: bool) -> None:
    hook = Webhook(endpoint(), FakeClock(NOW), lambda *_: status)
    with pytest.raises(DeliveryFailed) as refused:
        hook.deliver(a_message())
    assert refused.value.permanent is permanent


# --- settings ---


def test_every_endpoint_is_a_channel_with_its_own_kinds() -> None:
    given = settings(
        {"name": "arsip", "url": URL, "secrets": [secret("a")]},
        {"name": "dasbor", "url": URL, "secrets": [secret("b"), secret("c")], "kinds": ["overdue"]},
    )
    found = webhooks_from(given, FakeClock(NOW))
    assert {webhook.name: webhook.kinds for webhook in found} == {
        "webhook:arsip": None,
        "webhook:dasbor": frozenset({"overdue"}),
    }


def test_endpoints_come_from_the_environment_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    one = {"name": "arsip", "url": URL, "secrets": [secret("a")], "networks": ["10.20.0.0/16"]}
    monkeypatch.setenv("ALUR_WEBHOOKS", json.dumps([one]))
    monkeypatch.setenv("ALUR_WEBHOOK_HOSTS", "hook.example")
    (found,) = Settings().webhooks
    assert found.endpoint() == endpoint(URL, secret("a"), networks=(ip_network("10.20.0.0/16"),))
    assert secret("a") not in repr(Settings())


ONE: dict[str, Any] = {"name": "arsip", "url": URL, "secrets": [secret("a")]}


@pytest.mark.parametrize(
    "webhooks",
    [
        [{**ONE, "url": "http://hook.example"}],
        [{**ONE, "url": "https://u@hook.example"}],
        [{**ONE, "url": "https://other.example"}],
        [{**ONE, "secrets": []}],
        [{**ONE, "secrets": [secret("a")] * 3}],
        [{**ONE, "secrets": ["whsec_short"]}],
        [{**ONE, "secrets": ["whsec_not base64 at all"]}],
        [{**ONE, "kinds": ["gossip"]}],
        [{**ONE, "networks": ["0.0.0.0/0"]}],
        [{**ONE, "networks": ["10.0.0.5/8"]}],
        [{**ONE, "name": "Arsip Dinas"}],
        [{**ONE, "secret": secret("a")}],
        [ONE, ONE],
    ],
)
def test_endpoints_that_would_send_unsafely_or_not_at_all_are_refused(webhooks: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(*webhooks)
    assert secret("a") not in str(refused.value)


def test_what_is_no_json_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError, match="JSON") as refused:
        Settings(webhooks='[{"secrets": ["whsec_x"', webhook_hosts="")  # type: ignore[arg-type]
    assert "whsec_x" not in str(refused.value)
