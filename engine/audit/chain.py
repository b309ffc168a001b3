"""One chain per stream: each event's bytes hold the hash of the event before. Standard library only."""

import hashlib
from dataclasses import dataclass

EVENT_DOMAIN = b"alur/audit-event/v1\n"
DETAIL_DOMAIN = b"alur/audit-detail/v1\n"
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream ends: the number of events and the hash of the last (GENESIS when there is none)."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One event as stored; ``body`` is what is hashed, the other fields repeat it for queries."""

    stream: str
    seq: int
    prev: str
    hash: str
    body: bytes
    at: str
    act: str
    account: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDetail:
    """What stands beside an event and may be erased; salt and body are None once erased."""

    stream: str
    seq: int
    salt: bytes | None
    body: bytes | None


def event_hash(body: bytes) -> str:
    return hashlib.sha256(EVENT_DOMAIN + body).hexdigest()


def detail_digest(salt: bytes, body: bytes) -> str:
    return hashlib.sha256(DETAIL_DOMAIN + salt + body).hexdigest()
