"""What a check answers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from engine.context import Context
from engine.errors import SopError
from engine.text.bilingual import Text

Status = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of a check, in Indonesian for people and in English for the log."""

    check: str
    status: Status
    message: Text

    def plain(self) -> dict[str, str]:
        return {
            "check": self.check,
            "status": self.status,
            "message_id": self.message.indonesian,
            "message_en": self.message.english,
        }


Findings = Iterator[Finding]


# What keeps people from working today comes before what may wait.
STOPS_WORK = frozenset(
    {
        *("staffing", "no_holder", "strategic_vacant", "strategic_waits", "all_absent", "duties_apart"),
        *("two_superiors", "no_superior", "chain_ends", "workers", "overdue"),
    }
)
GRAVITY: tuple[Status, ...] = ("error", "warning", "ok")


def by_gravity(findings: Iterable[Finding]) -> list[Finding]:
    """What is broken first, then what stops work, then what may wait; else in the order of the checks."""
    return sorted(
        findings, key=lambda finding: (GRAVITY.index(finding.status), finding.check not in STOPS_WORK)
    )


def reading(office: Context, check: str, ask: Callable[[Connection], list[Finding]]) -> Findings:
    """What a check reads from the database; a refusal of the store is a finding too."""
    try:
        yield from office.store.read(ask)
    except SopError as error:
        yield Finding(check, "error", error.message)
