"""What authors are writing, remarks in review and acknowledgements, within one transaction."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from engine.audit.act import Act
from engine.audit.events import definition_stream
from engine.store.transaction import Transaction
from engine.tables import ACKNOWLEDGEMENT, REVIEW_REMARK, SOP_DRAFT


@dataclass(frozen=True, slots=True, kw_only=True)
class SopDraft:
    agency: str
    id: str
    text: str
    earlier: list[str]
    scenarios: str
    revision: int
    changed_by: str
    changed_at: datetime

    @property
    def digest(self) -> str:
        """By what a page knows whether its text is still there."""
        return digest_of(self.text)

    def shown(self, digest: str) -> str | None:
        """The text of now or before that has this digest; None where it is kept no more."""
        return next(
            (text for text in (self.text, *reversed(self.earlier)) if digest_of(text) == digest), None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRemark:
    """``step`` is empty for a remark on the whole version."""

    id: str
    agency: str
    sop: str
    version: str
    step: str
    words: str
    account: str
    at: datetime


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


class SopDraftStore:
    """Statements on drafts, remarks and acknowledgements; each change with its event on the SOP's stream."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit

    def get(self, agency: str, id: str, *, locked: bool = False) -> SopDraft | None:
        """The draft of an SOP; ``locked`` holds off whoever else changes it."""
        if locked:
            self.audit.lock(definition_stream(agency, id))
        there = (SOP_DRAFT.c.agency == agency) & (SOP_DRAFT.c.id == id)
        row = self.connection.execute(select(SOP_DRAFT).where(there)).first()
        return None if row is None else SopDraft(**row._mapping)

    def of(self, agency: str) -> list[SopDraft]:
        """Every draft of an agency, the last changed first."""
        order = (SOP_DRAFT.c.changed_at.desc(), SOP_DRAFT.c.id)
        rows = self.connection.execute(select(SOP_DRAFT).where(SOP_DRAFT.c.agency == agency).order_by(*order))
        return [SopDraft(**row._mapping) for row in rows]

    def put(self, draft: SopDraft, act: Act) -> None:
        """Write a draft whole, in place of the one with the revision before."""
        digest = hashlib.sha256(draft.text.encode()).hexdigest()
        facts = {**act.facts, "revision": draft.revision, "draft_sha256": digest}
        row = {name: getattr(draft, name) for name in SopDraft.__slots__}
        there = (SOP_DRAFT.c.agency == draft.agency) & (SOP_DRAFT.c.id == draft.id)
        with self.audit.window(definition_stream(draft.agency, draft.id), replace(act, facts=facts), []):
            if draft.revision == 1:
                self.connection.execute(insert(SOP_DRAFT), row)
            else:
                self.connection.execute(update(SOP_DRAFT).where(there).values(row))

    def drop(self, agency: str, id: str, act: Act) -> None:
        there = (SOP_DRAFT.c.agency == agency) & (SOP_DRAFT.c.id == id)
        with self.audit.window(definition_stream(agency, id), act, []):
            self.connection.execute(delete(SOP_DRAFT).where(there))

    # --- what others say to a version ---

    def remark(self, remark: ReviewRemark, act: Act) -> None:
        row = {name: getattr(remark, name) for name in ReviewRemark.__slots__}
        with self.audit.window(definition_stream(remark.agency, remark.sop), act, []):
            self.connection.execute(insert(REVIEW_REMARK), row)

    def remarks(self, agency: str, sop: str, version: str) -> list[ReviewRemark]:
        """The remarks on a version, the first first."""
        table = REVIEW_REMARK.c
        there = (table.agency == agency) & (table.sop == sop) & (table.version == version)
        rows = self.connection.execute(select(REVIEW_REMARK).where(there).order_by(table.at, table.id))
        return [ReviewRemark(**row._mapping) for row in rows]

    def acknowledge(self, agency: str, sop: str, version: str, account: str, act: Act) -> None:
        row = {"agency": agency, "sop": sop, "version": version, "account": account, "at": act.at}
        with self.audit.window(definition_stream(agency, sop), act, []):
            self.connection.execute(insert(ACKNOWLEDGEMENT), row)

    def readers(self, agency: str, sop: str, version: str) -> dict[str, datetime]:
        """Who acknowledged a version, and when."""
        table = ACKNOWLEDGEMENT.c
        there = (table.agency == agency) & (table.sop == sop) & (table.version == version)
        rows = self.connection.execute(select(table.account, table.at).where(there))
        return {row.account: row.at for row in rows}

    def acknowledged_at(self, agency: str, sop: str, version: str, account: str) -> datetime | None:
        table = ACKNOWLEDGEMENT.c
        there = (table.agency == agency) & (table.sop == sop) & (table.version == version)
        asked = select(table.at).where(there & (table.account == account))
        return self.connection.execute(asked).scalar()
