"""Cases and visits as the rules of conformance see them. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from engine.audit.act import ActingKind, Json
from engine.conformance.rules import RULES, RuleName, Severity


class CaseRecord(NamedTuple):
    """A case: of which version it is, and whether it has ended as its SOP says."""

    id: str
    number: str
    sop: str
    sop_version: str
    is_completed: bool


class VisitRecord(NamedTuple):
    """A finished visit; ``entered_at`` is when its end was recorded here, whatever end was entered."""

    id: str
    case_id: str
    step_id: str
    branch: str | None
    visit: int
    ordinal: int
    account: str | None
    helpers: tuple[str, ...]
    waived: tuple[str, ...]
    acting_kind: ActingKind | None
    ready_at: datetime
    viewed_at: datetime | None
    claimed_at: datetime | None
    finished_at: datetime
    entered_at: datetime
    work_start: datetime | None
    work_end: datetime | None
    working: int | None
    standard: int | None
    late: int
    outcome: str | None
    deviation: bool
    origin_id: str | None
    is_approval: bool
    at_once: int | None = None
    """How many tasks the same choice was meant for, where it was made for several at once."""

    @property
    def doers(self) -> frozenset[str]:
        """Everybody who has done something of this visit."""
        return frozenset(name for name in (self.account, *self.helpers) if name is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One hit of a rule; without a visit it is of the step in the case, or of several visits at once."""

    rule: RuleName
    case: CaseRecord
    step_id: str
    visit: int | None = None
    branch: str | None = None
    account: str | None = None
    at: datetime | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    severity: Severity

    @property
    def id(self) -> str:
        """The same whenever it is found again; it begins with the id of its case."""
        what = "\0".join((self.rule, self.step_id, str(self.visit), self.branch or ""))
        return f"{self.case.id}-{hashlib.sha256(what.encode()).hexdigest()[:12]}"


def hit(
    rule: RuleName,
    case: CaseRecord,
    visit: VisitRecord,
    facts: Mapping[str, Json] | None = None,
    *,
    at: datetime | None = None,
    severity: Severity | None = None,
) -> Hit:
    """A hit of one visit, as grave as its rule unless it is said otherwise."""
    return Hit(
        rule=rule,
        case=case,
        step_id=visit.step_id,
        visit=visit.visit,
        branch=visit.branch,
        account=visit.account,
        at=at or visit.finished_at,
        facts=facts or {},
        severity=severity or RULES[rule].severity,
    )
