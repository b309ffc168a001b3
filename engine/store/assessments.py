"""Explanations of findings and verdicts on SOPs: the last of each, with its event."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from engine.audit.act import Act
from engine.audit.events import Entry, assessment_stream
from engine.store.transaction import Transaction
from engine.tables import EXPLANATION, VERDICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a finding came about, by whom and when it was said."""

    finding: str
    agency: str
    case_id: str
    text: str
    account: str
    position: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an SOP ran well in a period, with a note and what is to be done."""

    agency: str
    period: str
    sop: str
    runs_well: bool
    note: str
    action: str
    account: str
    position: str | None
    at: datetime


class AssessmentStore:
    """Statements on explanations and verdicts within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit

    def explanations(self, agency: str, case_ids: Iterable[str] | None = None) -> dict[str, Explanation]:
        """By finding, of some cases or of all."""
        query = select(EXPLANATION).where(EXPLANATION.c.agency == agency)
        if case_ids is not None:
            query = query.where(EXPLANATION.c.case_id.in_(sorted(case_ids)))
        explanations = (Explanation(**row._mapping) for row in self.connection.execute(query))
        return {explanation.finding: explanation for explanation in explanations}

    def explain(self, given: Explanation, act: Act) -> None:
        """Keep an explanation in the place of the one before; the words stand beside the event."""
        self.audit.lock(assessment_stream(given.agency))
        where = EXPLANATION.c.finding == given.finding
        old = self.connection.execute(select(EXPLANATION.c.text).where(where)).scalar()
        public = {"case_id": (None, given.case_id)} if old is None else {}
        told = Entry("explanation", given.finding, old is None, public, {"text": (old, given.text)})
        with self.audit.window(assessment_stream(given.agency), act, [told]):
            if old is None:
                self.connection.execute(insert(EXPLANATION).values(asdict(given)))
            else:
                self.connection.execute(update(EXPLANATION).where(where).values(asdict(given)))

    def verdicts(self, agency: str, period: str) -> dict[str, Verdict]:
        """By SOP."""
        query = select(VERDICT).where(VERDICT.c.agency == agency, VERDICT.c.period == period)
        return {row.sop: Verdict(**row._mapping) for row in self.connection.execute(query)}

    def decide(self, given: Verdict, act: Act) -> None:
        """Keep a verdict in the place of the one before; note and action stand beside the event."""
        self.audit.lock(assessment_stream(given.agency))
        old = self.verdicts(given.agency, given.period).get(given.sop)
        public = {"runs_well": (old.runs_well if old else None, given.runs_well)}
        private = {
            name: (getattr(old, name) if old else None, getattr(given, name)) for name in ("note", "action")
        }
        told = Entry("verdict", f"{given.period} {given.sop}", old is None, public, private)
        where = (
            VERDICT.c.agency == given.agency,
            VERDICT.c.period == given.period,
            VERDICT.c.sop == given.sop,
        )
        with self.audit.window(assessment_stream(given.agency), act, [told]):
            if old is None:
                self.connection.execute(insert(VERDICT).values(asdict(given)))
            else:
                self.connection.execute(update(VERDICT).where(*where).values(asdict(given)))
