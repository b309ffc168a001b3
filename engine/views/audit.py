"""The events of the log as auditors read them. Pure."""

from typing import Annotated, Any, TypeAlias

from pydantic import Field

from engine.audit.act import ActingKind
from engine.views.parts import Instant, Shape

# What an act of its kind says of itself.
Facts: TypeAlias = dict[str, Any]


class AuditEvent(Shape):
    """What an event says, with the hash of its bytes and of the event before it."""

    stream: str
    seq: int
    prev: str
    hash: str
    act: str | None
    at: Instant | None
    account: str | None
    position: str | None
    acting_kind: ActingKind | None
    capacity: Annotated[
        str | None, Field(description="The capacity in words, beside the event and not in its bytes.")
    ]
    reason: Annotated[
        str | None,
        Field(description="For auditors, and why duties were not kept apart."),
    ]
    subject: str | None
    facts: Facts | None
    changes: list[Facts] | None
    definition_hash: str | None
    details_digest: str | None


class VerifiedCase(Shape):
    """Whether the events of a case are whole and its tables say what they say."""

    ok: bool
    events: int


class ErasedNote(Shape):
    """That personal data was erased: when, and on what basis."""

    at: Instant
    basis: str


class SignedCheckpoint(Shape):
    """A checkpoint of the log: its name, how many events, the root of their tree, and when it was signed."""

    origin: str
    size: int
    root: str
    at: Instant


class LogState(Shape):
    """How many events the log has, how many of them came after its newest checkpoint, and the newest ones."""

    events: int
    unsealed: int
    checkpoints: list[SignedCheckpoint]
