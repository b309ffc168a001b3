"""Signed webhooks (Standard Webhooks 1.0): one endpoint each, told of the kinds that it chose."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.clock import Clock
from engine.notices.channels import WEBHOOK
from engine.queries.worker.messages import OutgoingMessage
from notifications.channels import DeliveryFailed
from notifications.safe_http import Network, Poster

GONE = 410

Post = Callable[[str, bytes, dict[str, str]], int]
"""Send a body with headers to an address; the status that came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a webhook goes; ``secrets`` are valid at once, the newest first, while one takes over."""

    name: str
    url: str
    secrets: Sequence[str]
    kinds: frozenset[str] | None = None
    networks: Sequence[Network] = ()


class Webhook:
    """One endpoint is one channel: a receiver that is down holds no other one up."""

    gathers = False
    needs_address = False

    def __init__(self, endpoint: Endpoint, clock: Clock, post: Post | None = None) -> None:
        self.name = f"{WEBHOOK}:{endpoint.name}"
        self.kinds = endpoint.kinds
        self._url = endpoint.url
        self._keys = [key_of(secret) for secret in endpoint.secrets]
        self._clock = clock
        self._post = post or Poster(endpoint.networks)

    def deliver(self, outgoing: OutgoingMessage) -> None:
        body = payload(outgoing)
        stamp = str(int(self._clock.now().timestamp()))
        signatures = [signature(key, outgoing.message.id, stamp, body) for key in self._keys]
        headers = {
            "content-type": "application/json",
            "webhook-id": outgoing.message.id,
            "webhook-timestamp": stamp,
            "webhook-signature": " ".join(signatures),
        }
        status = self._post(self._url, body, headers)
        if not 200 <= status < 300:
            raise DeliveryFailed(f"the receiver answered {status}", permanent=status == GONE)

    def close(self) -> None:
        """Every delivery has a connection of its own."""


def payload(outgoing: OutgoingMessage) -> bytes:
    """Ids and kinds only: whoever may know more asks for it with a token."""
    (item,) = outgoing.items
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
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not 24 <= len(key) <= 64:
        raise ValueError("rahasia webhook ditulis whsec_ dan 24 sampai 64 bita dalam base64")
    return key
