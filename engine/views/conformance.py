"""What conformance found, and what is said about it. Pure."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from engine.conformance.records import Hit
from engine.conformance.rules import RuleName, Severity
from engine.views.parts import Instant, Shape


class FindingExplanation(Shape):
    """Why a finding came about, in the words of who answers for the SOP."""

    text: str
    account: str
    at: Instant


class ConformanceFinding(Shape):
    """One hit of a rule; ``facts`` are those of the rule, with the branch where there is one."""

    id: str
    rule: RuleName
    severity: Severity
    case_number: str
    step_id: str
    visit: int | None
    account: str | None
    at: Instant | None
    facts: Mapping[str, Any]
    explanation: FindingExplanation | None


class CaseOfFinding(Shape):
    """A case as a page of findings names it."""

    id: str
    sop: str
    sop_version: str


class CaseFitness(Shape):
    """How far a finished case follows the ways of its SOP, 0 to 1."""

    case_number: str
    fitness: float


class Conformance(Shape):
    cases: list[CaseFitness]
    findings: list[ConformanceFinding]


def finding_view(hit: Hit, explanation: FindingExplanation | None, zone: ZoneInfo) -> ConformanceFinding:
    branch = {} if hit.branch is None else {"branch": hit.branch}
    return {
        "id": hit.id,
        "rule": hit.rule,
        "severity": hit.severity,
        "case_number": hit.case.number,
        "step_id": hit.step_id,
        "visit": hit.visit,
        "account": hit.account,
        "at": hit.at.astimezone(zone).isoformat() if hit.at else None,
        "facts": {**branch, **hit.facts},
        "explanation": explanation,
    }
