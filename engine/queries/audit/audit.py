"""The audit log as auditors page through it, and the part of one case."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from engine.access.actor import Actor, accepts_names, require_role
from engine.audit.events import (
    LOG,
    OPERATION,
    access_stream,
    assessment_stream,
    case_stream,
    organisation_stream,
)
from engine.context import Context
from engine.errors import NotAllowed
from engine.organisation import Organisation
from engine.organisation.model import AUDITOR
from engine.permissions.acting_title import acting_title
from engine.queries.cases.access import seen_case
from engine.queries.pages import decode, number, page, page_size
from engine.queries.readings import asked
from engine.store import StoredAccount, Tx
from engine.store.account_guards import active
from engine.store.audit_reader import verify_log
from engine.tables import ACCOUNT, AUDIT_DETAIL, AUDIT_EVENT, AUDIT_HEAD, DEFINITION, SOP_CASE
from engine.text.bilingual import Text
from engine.views.audit import AuditEvent, ErasedNote, VerifiedCase
from engine.views.parts import Page

OF_CASE = len(case_stream("")) + 1

FOR_AUDITORS = Text("Log audit hanya untuk auditor.", "the audit log is for auditors")


@accepts_names
class AuditQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def events(
        self,
        actor: Actor,
        *,
        stream: str | None = None,
        act: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[AuditEvent]:
        """One page of the agency's events in the order of arrival; auditors only."""
        size = page_size(limit)
        after = _position(cursor)

        def query(tx: Tx) -> Page[AuditEvent]:
            person = self._auditor(tx, actor)
            organisation = self.context.catalog.organisation(tx, person.agency)
            wanted = [AUDIT_EVENT.c.entry > after, _of_agency(person.agency)]
            if stream is not None:
                wanted.append(AUDIT_EVENT.c.stream == stream)
            if act is not None:
                wanted.append(AUDIT_EVENT.c.act == act)
            return _page(tx, organisation, wanted, AUDIT_EVENT.c.entry, size, reasons=True)

        return asked(self.context, actor, "log", query, _gives_reasons)

    def of_case(
        self,
        actor: Actor,
        case_id: str,
        *,
        act: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[AuditEvent]:
        """One page of the events of a case, oldest first, for whoever may see what is in the case."""
        size = page_size(limit)
        after = _position(cursor)

        def query(tx: Tx) -> Page[AuditEvent]:
            seen = seen_case(self.context, tx, actor, case_id)
            if not seen.permissions.sees_content():
                raise NotAllowed(FOR_AUDITORS)
            wanted = [AUDIT_EVENT.c.stream == case_stream(case_id), AUDIT_EVENT.c.seq > after]
            if act is not None:
                wanted.append(AUDIT_EVENT.c.act == act)
            reasons = AUDITOR in seen.case.organisation.roles_of(actor)
            return _page(tx, seen.case.organisation, wanted, AUDIT_EVENT.c.seq, size, reasons=reasons)

        return asked(self.context, actor, case_stream(case_id), query, _gives_reasons)

    def reads_case(self, actor: Actor, case_id: str) -> bool:
        """Whether this person may read the events of a case."""
        return self.context.store.ask(
            lambda tx: seen_case(self.context, tx, actor, case_id).permissions.sees_content()
        )

    def acts_of_case(self, actor: Actor, case_id: str) -> list[str]:
        """What was done in a case, each kind of act once, for whoever may see what is in the case."""

        def query(tx: Tx) -> list[str]:
            self._require_reader(tx, actor, case_id)
            acts = select(AUDIT_EVENT.c.act).where(AUDIT_EVENT.c.stream == case_stream(case_id)).distinct()
            return sorted(tx.connection.execute(acts).scalars())

        return self.context.store.ask(query)

    def verified(self, actor: Actor, case_id: str) -> VerifiedCase:
        """Whether the chain of a case is whole and its tables say what it says, for the same readers."""

        def query(tx: Tx) -> VerifiedCase:
            self._require_reader(tx, actor, case_id)
            report = verify_log(tx.connection, streams=[case_stream(case_id)])
            return {"ok": report.ok, "events": report.checked}

        return self.context.store.ask(query)

    def _require_reader(self, tx: Tx, actor: Actor, case_id: str) -> None:
        if not seen_case(self.context, tx, actor, case_id).permissions.sees_content():
            raise NotAllowed(FOR_AUDITORS)

    def erased(self, actor: Actor, case_id: str) -> ErasedNote | None:
        """When what stood in a case was erased last, and on what basis; for whoever sees the case."""

        def query(tx: Tx) -> ErasedNote | None:
            seen_case(self.context, tx, actor, case_id)
            event = tx.erasures.last(case_stream(case_id))
            return (
                None if event is None else {"at": event["at"], "basis": str(event["facts"].get("basis", ""))}
            )

        return self.context.store.ask(query)

    def streams(self, actor: Actor) -> list[str]:
        """Every stream of the auditor's agency; auditors only."""

        def query(tx: Tx) -> list[str]:
            person = self._auditor(tx, actor)
            # A case is a stream; of all others the head is kept, and there are few.
            cases = select(SOP_CASE.c.id).where(SOP_CASE.c.agency == person.agency)
            same = (AUDIT_EVENT.c.stream == AUDIT_HEAD.c.stream) & (AUDIT_EVENT.c.seq == AUDIT_HEAD.c.seq)
            others = select(AUDIT_EVENT.c.stream).join(AUDIT_HEAD, same).where(_of_agency(person.agency))
            named = [*map(case_stream, tx.connection.execute(cases).scalars())]
            return sorted([*named, *tx.connection.execute(others).scalars()])

        return self.context.store.ask(query)

    def sees_stream(self, tx: Tx, actor: Actor, stream: str, seq: int) -> bool:
        """Whether there is such an event of the auditor's agency; auditors only."""
        person = self._auditor(tx, actor)
        event = (AUDIT_EVENT.c.stream == stream) & (AUDIT_EVENT.c.seq == seq) & _of_agency(person.agency)
        return tx.connection.execute(select(AUDIT_EVENT.c.seq).where(event)).first() is not None

    def require_auditor(self, actor: Actor) -> None:
        """NotAllowed for everybody who is no auditor."""
        self.context.store.ask(lambda tx: self._auditor(tx, actor))

    def _auditor(self, tx: Tx, actor: Actor) -> StoredAccount:
        person = active(tx, actor)
        require_role(actor, person.system_roles, frozenset({AUDITOR}), FOR_AUDITORS)
        return person


def _of_agency(agency: str) -> ColumnElement[bool]:
    stream = AUDIT_EVENT.c.stream
    cases = select(SOP_CASE.c.id).where(
        SOP_CASE.c.id == func.substr(stream, OF_CASE), SOP_CASE.c.agency == agency
    )
    choices = select(ACCOUNT.c.username).where(
        ACCOUNT.c.agency == agency, stream == literal("preference:") + ACCOUNT.c.username
    )
    # Before definitions were each agency's own, their streams bore the id alone.
    of_all = select(DEFINITION.c.id).where(
        DEFINITION.c.agency == agency,
        stream == literal("definition:") + DEFINITION.c.id,
        DEFINITION.c.stored_at <= AUDIT_EVENT.c.at,
    )
    return or_(
        stream == organisation_stream(agency),
        stream.startswith(f"calendar:{agency}:", autoescape=True),
        stream.startswith(f"definition:{agency}:", autoescape=True),
        stream.startswith(f"schedule:{agency}:", autoescape=True),
        stream.startswith(f"register:{agency}:", autoescape=True),
        # When nobody looked at deadlines concerns every agency of the installation.
        stream.in_(
            (
                assessment_stream(agency),
                f"digest:{agency}",
                f"operation:{agency}",
                access_stream(agency),
                OPERATION,
                LOG,
            )
        ),
        choices.exists(),
        of_all.exists(),
        cases.exists(),
    )


def _page(
    tx: Tx,
    organisation: Organisation,
    wanted: list[ColumnElement[bool]],
    order: Any,
    size: int,
    *,
    reasons: bool,
) -> Page[AuditEvent]:
    columns = [AUDIT_EVENT.c[name] for name in ("entry", "stream", "seq", "hash", "prev", "body", "act")]
    beside = and_(AUDIT_DETAIL.c.stream == AUDIT_EVENT.c.stream, AUDIT_DETAIL.c.seq == AUDIT_EVENT.c.seq)
    # Auditors read every reason; who takes part in a case, why duties were not kept apart there.
    shown = beside if reasons else and_(beside, AUDIT_EVENT.c.act == "task.waive")
    joined = AUDIT_EVENT.outerjoin(AUDIT_DETAIL, shown)
    query = (
        select(*columns, AUDIT_DETAIL.c.body.label("details"))
        .select_from(joined)
        .where(*wanted)
        .order_by(order)
        .limit(size + 1)
    )
    rows = tx.connection.execute(query).mappings().all()
    last = rows[size - 1] if len(rows) > size else None
    return page([_item(organisation, dict(row)) for row in rows[:size]], [last[order.name]] if last else None)


def _gives_reasons(listed: Page[AuditEvent]) -> bool:
    return any(item["reason"] is not None for item in listed["items"])


def _item(organisation: Organisation, row: Mapping[str, Any]) -> AuditEvent:
    """What an event says, with the hash of its exact bytes; damaged bytes are shown as none."""
    try:
        said = json.loads(row["body"])
    except ValueError:
        said = {}
    return {
        "stream": row["stream"],
        "seq": row["seq"],
        "prev": row["prev"],
        "hash": row["hash"],
        "act": said.get("act"),
        "at": said.get("at"),
        "account": said.get("account"),
        "position": said.get("position"),
        "acting_kind": said.get("acting_kind"),
        "subject": said.get("subject"),
        "facts": said.get("facts"),
        "changes": said.get("changes"),
        "capacity": _capacity(organisation, said),
        "reason": _reason(row["details"]),
        "definition_hash": said.get("definition_hash"),
        "details_digest": said.get("details_digest"),
    }


def _reason(details: str | bytes | None) -> str | None:
    """The reason that was given, from beside the event; none where none was given or it was erased."""
    try:
        reason = json.loads(details or "{}").get("details", {}).get("reason")
    except (ValueError, AttributeError):
        return None
    return reason if isinstance(reason, str) else None


def _capacity(organisation: Organisation, said: Mapping[str, Any]) -> str | None:
    """In which capacity an act was done, in words: beside the event, never in its bytes."""
    try:
        at = datetime.fromisoformat(said["at"])
    except (KeyError, TypeError, ValueError):
        return None
    return acting_title(organisation, said.get("account"), said.get("position"), said.get("acting_kind"), at)


def _position(cursor: str | None) -> int:
    position = decode(cursor, 1)
    return number(position[0]) if position else 0
