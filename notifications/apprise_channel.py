"""Messages through Apprise, an optional extra: Telegram, WhatsApp gateways and whatever else it knows."""

from importlib import import_module
from typing import Any

from engine.notices.channels import CHANNELS
from engine.queries.worker.messages import OutgoingMessage
from notifications.channels import DeliveryFailed
from notifications.mail_texts import letter

ADDRESS = CHANNELS["apprise"].address
PLACE = "{address}"


class Relay:
    """``url`` is an Apprise address in which ``{address}`` stands for the recipient's own."""

    name = "apprise"
    gathers = True
    needs_address = True
    kinds: frozenset[str] | None = None

    def __init__(self, url: str, public_url: str | None = None) -> None:
        if PLACE not in url:
            raise ValueError(f"an Apprise address needs {PLACE} where the recipient's own goes")
        self._url = url
        self._public_url = public_url
        self._apprise: Any = import_module("apprise")

    def deliver(self, outgoing: OutgoingMessage) -> None:
        if not ADDRESS.fullmatch(outgoing.address or ""):
            raise DeliveryFailed("the address has characters that no address needs", permanent=True)
        words = letter(outgoing, self._public_url)
        service = self._apprise.Apprise()
        if not service.add(self._url.replace(PLACE, outgoing.address or "")):
            raise DeliveryFailed("Apprise does not know this kind of address")
        if not service.notify(title=words.subject, body=words.text):
            raise DeliveryFailed("Apprise could not deliver")

    def close(self) -> None:
        """Apprise keeps nothing open."""
