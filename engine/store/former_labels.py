"""What positions and persons of an agency were called before, as its log tells."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from engine.audit.events import organisation_stream
from engine.organisation import FormerLabels
from engine.organisation.model import person_seat
from engine.tables import Instant

# Most events of an agency tell of sessions: the database passes over them.
WITHIN = {"sqlite": "instr({body}, :part) > 0", "postgresql": "position(:part IN {body}) > 0"}
PART = b'"label":['
SEATS: Mapping[str, Callable[[str], str]] = {"position": str, "account": person_seat}


def former_labels(connection: Connection, agency: str) -> FormerLabels:
    """Seat → when it got another name and what it was called until then, oldest first."""
    within = WITHIN[connection.dialect.name]
    query = text(
        "SELECT e.at, e.body, d.body AS beside FROM audit_event e"  # noqa: S608 - our own words
        " LEFT JOIN audit_detail d ON d.stream = e.stream AND d.seq = e.seq"
        f" WHERE e.stream = :stream AND ({within.format(body='e.body')} OR {within.format(body='d.body')})"
        " ORDER BY e.seq"
    ).columns(at=Instant)
    labels_by_seat: dict[str, list[tuple[datetime, str]]] = {}
    given = {"stream": organisation_stream(agency), "part": PART}
    for at, body, beside in connection.execute(query, given):
        for seat, label in (*_renamed(body), *_renamed(beside)):
            labels_by_seat.setdefault(seat, []).append((at, label))
    return {seat: tuple(labels) for seat, labels in labels_by_seat.items()}


def _renamed(said: bytes | None) -> Iterator[tuple[str, str]]:
    """The seats that got another label, with the one they had; damaged bytes tell of none."""
    try:
        for change in json.loads(said or b"{}").get("changes", ()):
            old, _ = change["fields"].get("label", (None, None))
            if old is not None and change["kind"] in SEATS:
                yield SEATS[change["kind"]](change["id"]), old
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return
