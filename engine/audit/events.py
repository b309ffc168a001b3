"""What goes into an event and what stands beside it. Hashing is chain.py, storing is the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.audit.act import Act, Change
from engine.audit.canonical import canonical, instant_text
from engine.audit.chain import AuditDetail, AuditEvent, Head, detail_digest, event_hash

SALT_BYTES = 32
FORMAT = 2
"""What events tell of: 1, which says nothing of it, left out what `UNTOLD` of `replay` lists."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One changed object of an event: field → (old, new), public and private apart."""

    kind: str
    id: str
    created: bool
    public: Mapping[str, tuple[Any, Any]]
    private: Mapping[str, tuple[Any, Any]]


READ = "evidence.read"
"""That somebody has read personal details beyond his own work."""

ERASURE = "data.erase"
"""The act that names the details it erases; no other may."""

BYTES = "bytes"
"""As what such an event names the bytes of uploads, by their hash."""

OPERATION = "operation:sweep"
"""The stream of outages and clocks that were set, which concern every agency."""


LOG = "operation:log"
"""The stream of what was done with the log itself: restored, signed with another key."""


def case_stream(case_id: str) -> str:
    return f"case:{case_id}"


def organisation_stream(agency: str) -> str:
    """Units, positions, holders, teams and accounts of one agency."""
    return f"organisation:{agency}"


def definition_stream(agency: str, sop: str) -> str:
    """The versions of an SOP that one agency stored."""
    return f"definition:{agency}:{sop}"


def calendar_stream(agency: str, calendar: str) -> str:
    return f"calendar:{agency}:{calendar}"


def schedule_stream(agency: str, sop: str) -> str:
    """The starts of an SOP that its schedule missed, and the dates that were confirmed or moved."""
    return f"schedule:{agency}:{sop}"


def assessment_stream(agency: str) -> str:
    """What officials say about findings and decide about their SOPs."""
    return f"assessment:{agency}"


def register_stream(agency: str, register: str) -> str:
    """The versions of a register's file and every act on its rows; its length is the register's revision."""
    return f"register:{agency}:{register}"


def preference_stream(account: str) -> str:
    """How one person wants to be told."""
    return f"preference:{account}"


def access_stream(agency: str) -> str:
    """Who has read personal details of an agency beyond his own work."""
    return f"access:{agency}"


def make_event(
    *,
    stream: str,
    head: Head,
    act: Act,
    changes: Sequence[Change | Entry],
    definition_hash: str | None,
    salt: bytes,
) -> tuple[AuditEvent, AuditDetail | None]:
    """The next event of a stream and its erasable detail (None where nothing is private)."""
    detail = _detail(stream, head.seq + 1, act, changes, salt)
    body = canonical(
        {
            "format": FORMAT,
            "stream": stream,
            "seq": head.seq + 1,
            "prev": head.hash,
            "act": act.name,
            "at": act.at,
            "account": act.account,
            "position": act.position,
            "acting_kind": act.acting_kind,
            "subject": act.subject,
            "facts": act.facts,
            "changes": _entries(changes, private=False),
            "definition_hash": definition_hash,
            "details_digest": detail_digest(salt, detail.body) if detail and detail.body else None,
        }
    )
    event = AuditEvent(
        stream=stream,
        seq=head.seq + 1,
        prev=head.hash,
        hash=event_hash(body),
        body=body,
        at=instant_text(act.at),
        act=act.name,
        account=act.account,
    )
    return event, detail


def _detail(
    stream: str, seq: int, act: Act, changes: Sequence[Change | Entry], salt: bytes
) -> AuditDetail | None:
    entries = _entries(changes, private=True)
    if not entries and not act.details:
        return None
    body = canonical({"changes": entries, "details": act.details})
    return AuditDetail(stream=stream, seq=seq, salt=salt, body=body)


def _entries(changes: Sequence[Change | Entry], *, private: bool) -> list[dict[str, Any]]:
    entries = []
    for change in changes:
        both = change.private if private else change.public
        fields = {name: [old, new] for name, (old, new) in both.items() if not (old is None and new is None)}
        if fields or (change.created and not private):
            entries.append(
                {"kind": change.kind, "id": change.id, "created": change.created, "fields": fields}
            )
    return entries
