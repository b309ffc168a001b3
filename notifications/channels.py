"""What a channel is: something that takes an outgoing message and either delivers it or says why not."""

from typing import Protocol

from engine.queries.worker.messages import OutgoingMessage


class DeliveryFailed(Exception):
    """A channel could not deliver; a ``permanent`` failure is not tried again."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class Channel(Protocol):
    """One way out, for several threads at once."""

    name: str
    gathers: bool  # whether several notices to one person go out as one message
    needs_address: bool
    kinds: frozenset[str] | None  # of notices that it is told of; None for all

    def deliver(self, outgoing: OutgoingMessage) -> None:
        """Deliver a message, however often it was tried before. Raises `DeliveryFailed`."""
        ...

    def close(self) -> None:
        """Let go of connections that nobody uses; the next delivery opens them again."""
        ...
