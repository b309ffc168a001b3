"""The rules that look at the visits of one case together. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from engine.conformance.alignment import Conformity
from engine.conformance.records import CaseRecord, Hit, VisitRecord, hit
from engine.conformance.rules import RULES
from engine.conformance.visit_rules import judges
from engine.sop.model import Definition


def skipped_hits(case: CaseRecord, conformity: Conformity) -> Iterator[Hit]:
    """The steps of the path that no finished visit has."""
    for step_id, branch in conformity.skipped:
        yield Hit(
            rule="skipped", case=case, step_id=step_id, branch=branch, severity=RULES["skipped"].severity
        )


def four_eyes_hits(case: CaseRecord, visits: Sequence[VisitRecord], definition: Definition) -> Iterator[Hit]:
    """One person did both of two steps that are kept apart, or judged what he himself had handed in."""
    known = {visit.id: visit for visit in visits}
    for visit in visits:
        if visit.account is None or visit.is_approval:
            continue
        same = _kept_apart(visit, visits, definition)
        own = _own_output(visit, known) if judges(definition, visit) else None
        broken_by = same or own
        if broken_by is not None:
            waived = visit.account in visit.waived
            facts = {"step_id": broken_by.step_id, "visit": broken_by.visit, "waived": waived}
            facts["why"] = "kept_apart" if same else "own_output"
            yield hit("four_eyes", case, visit, facts, severity="low" if waived else None)


def _kept_apart(
    visit: VisitRecord, visits: Sequence[VisitRecord], definition: Definition
) -> VisitRecord | None:
    """The earlier visit of a step kept apart from this one that this person did where it stands."""
    apart = definition.step(visit.step_id).not_same_person_as
    for other in visits:
        same_place = visit.branch is None or other.branch in (None, visit.branch)
        if (
            other.step_id in apart
            and same_place
            and not other.is_approval
            and other.ordinal < visit.ordinal
            and visit.account in other.doers
        ):
            return other
    return None


def _own_output(visit: VisitRecord, known: Mapping[str, VisitRecord]) -> VisitRecord | None:
    """The visit that led to this one, where the same person did it."""
    origin = known.get(visit.origin_id or "")
    if origin is None or origin.is_approval or origin.step_id == visit.step_id:
        return None
    return origin if visit.account in origin.doers else None
