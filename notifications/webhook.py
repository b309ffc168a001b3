"""Signed webhooks (Standard Webhooks 1.0): https only, to allowed hosts, never into a private network."""

import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from engine.clock import Clock
from engine.queries.outgoing import Parcel
from notifications.channels import DeliveryFailed

TIMEOUT_SECONDS = 15.0
GONE = 410

Post = Callable[[str, bytes, dict[str, str]], int]
"""Send a body with headers to an address; the status that came back."""


class Webhook:
    name = "webhook"
    gathers = False
    needs_address = False

    def __init__(
        self, url: str, secret: str, hosts: Iterable[str], clock: Clock, post: Post | None = None
    ) -> None:
        self._url = url
        self._key = key_of(secret)
        self._clock = clock
        self._post = post or _post
        require_allowed(url, hosts)

    def deliver(self, parcel: Parcel) -> None:
        body = payload(parcel)
        stamp = str(int(self._clock.now().timestamp()))
        headers = {
            "content-type": "application/json",
            "webhook-id": parcel.message.id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self._key, parcel.message.id, stamp, body),
        }
        try:
            status = self._post(self._url, body, headers)
        except (OSError, http.client.HTTPException) as error:
            raise DeliveryFailed(f"{type(error).__name__}: {error}") from error
        if not 200 <= status < 300:
            raise DeliveryFailed(f"the receiver answered {status}", permanent=status == GONE)

    def close(self) -> None:
        """Every delivery has a connection of its own."""


def payload(parcel: Parcel) -> bytes:
    """Ids and kinds only: whoever may know more asks for it with a token."""
    (item,) = parcel.items
    notice = item.notice
    body = {
        "type": f"notice.{notice.kind}",
        "timestamp": notice.at.isoformat(),
        "data": {
            "notice_id": notice.id,
            "account": notice.account,
            "stage": notice.stage,
            "case_id": notice.case_id,
            "case_number": item.case_number,
            "task_id": notice.task_id,
            "due_at": item.due_at.isoformat() if item.due_at else None,
        },
    }
    return json.dumps(body, separators=(",", ":"), sort_keys=True).encode()


def signature(key: bytes, message_id: str, stamp: str, body: bytes) -> str:
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def key_of(secret: str) -> bytes:
    """The key of a secret as Standard Webhooks writes it, ``whsec_`` and base64. Raises ValueError."""
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    if not 24 <= len(key) <= 64:
        raise ValueError("a webhook secret has 24 to 64 bytes, written as whsec_ and base64")
    return key


def require_allowed(url: str, hosts: Iterable[str]) -> None:
    """Raises ValueError unless the address is https and its host is on the list."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise ValueError("a webhook address begins with https:// and holds no user")
    if parts.hostname not in {host.strip().lower() for host in hosts}:
        raise ValueError(f"the host {parts.hostname} is not on the list of allowed webhook hosts")


def public_address(host: str, port: int) -> str:
    """An address of a host; `DeliveryFailed` when any of them lies in a private or reserved range."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(ip_address(address.partition("%")[0]).is_global for address in found):
        raise DeliveryFailed(f"{host} leads into a private network")
    return found[0]


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    # The address that was checked is the one that is used: a second look-up could give another.
    raw = socket.create_connection((public_address(host, port), port), TIMEOUT_SECONDS)
    connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS)
    with raw:
        connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
        try:
            path = parts.path or "/"
            connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()
