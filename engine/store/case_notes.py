"""Notes on a case, as they stand in its events; the text of one that was erased is gone."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from engine.access.actor import Actor
from engine.audit.events import case_stream
from engine.cases.context import CaseContext
from engine.errors import NotAllowed
from engine.permissions.acting_title import acting_title
from engine.permissions.refusals import no_such_case
from engine.permissions.rules import Permissions
from engine.store.tx import Tx
from engine.tables import AUDIT_DETAIL, AUDIT_EVENT
from engine.text.bilingual import Text
from engine.views.cases import Note
from engine.views.organisation import PersonName
from engine.views.parts import Zone

NOTED = "case.note"
MOST = 500


def seen_content(case: CaseContext, actor: Actor) -> Permissions:
    """What this person may do in a case whose content he sees; NotFound or NotAllowed for others."""
    permissions = Permissions(case, actor)
    if not permissions.sees_case():
        raise no_such_case(case.state.case.id)
    if not permissions.sees_content():
        raise NotAllowed(
            Text(
                "Catatan berkas hanya untuk yang terlibat di dalamnya.",
                "the notes of a case are for those who take part in it",
            )
        )
    return permissions


def readers_of(case: CaseContext, actor: Actor) -> list[PersonName]:
    """The people of the agency, besides this one and auditors, who see what is in a case."""
    organisation = case.organisation
    readers: list[PersonName] = [
        {"account": account.username, "label": account.label}
        for account in organisation.accounts
        if account.username != actor.account
        and account.takes_part
        and Permissions(case, Actor(account.username)).sees_content()
    ]
    return sorted(readers, key=lambda person: person["label"])


def notes_of(tx: Tx, case: CaseContext) -> list[Note]:
    said, beside = AUDIT_EVENT.c, AUDIT_DETAIL.c
    asked = (
        select(said.seq, said.body, beside.body.label("detail"))
        .outerjoin(AUDIT_DETAIL, and_(beside.stream == said.stream, beside.seq == said.seq))
        .where(said.stream == case_stream(case.state.case.id), said.act == NOTED)
        .order_by(said.seq.desc())
        .limit(MOST)
    )
    return [
        _note(case, row.seq, json.loads(row.body), row.detail)
        for row in reversed(tx.connection.execute(asked).all())
    ]


def _note(case: CaseContext, seq: int, event: Mapping[str, Any], detail: bytes | str | None) -> Note:
    details = json.loads(detail)["details"] if detail else {}
    at = datetime.fromisoformat(event["at"])
    return {
        "id": seq,
        "at": Zone(case).text(at),
        "account": event["account"],
        "capacity": acting_title(
            case.organisation, event["account"], event["position"], event["acting_kind"], at
        ),
        "to": list(event["facts"]["to"]),
        "task_id": event["facts"]["about"],
        "text": details.get("note"),
    }
