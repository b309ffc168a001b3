"""Whom administrators and the host have given positions, mandates, credentials: newest first."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from engine.access.actor import Actor, accepts_names
from engine.audit.events import organisation_stream
from engine.context import Context
from engine.organisation import Holding, Organisation
from engine.queries.pages import decode, number, page, page_size
from engine.store import Tx
from engine.store.account_guards import operator
from engine.tables import AUDIT_EVENT
from engine.text.states import CREDENTIALS
from engine.views.organisation import AppointedTeam, Appointment, GivenHolding
from engine.views.parts import Page

APPOINTING = ("holding.put", "mandate.put", "organisation.store", "team.appoint")
READ = 100


@accepts_names
class Appointments:
    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(
        self, actor: Actor, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[Appointment]:
        """One page of events, each with what it gave: holder, position, dates, number and file of the order.

        ``own_account``: whoever appointed has also made that account. A holding that was taken back is None.
        """
        size, position = page_size(limit), decode(cursor, 1)
        before = number(position[0]) if position else None

        def query(tx: Tx) -> Page[Appointment]:
            agency = operator(tx, actor).agency
            organisation = self.context.catalog.organisation(tx, agency)
            made = _accounts_made(tx, agency)
            items: list[Appointment] = []
            for seq, said in _events(tx, agency, before):
                if len(items) == size:
                    return page(items, [items[-1]["seq"]])
                items.append(_item(organisation, seq, said, made))
            return page(items, None)

        return self.context.store.ask(query)


def _events(tx: Tx, agency: str, before: int | None) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The changes of an organisation by which somebody was appointed, newest first."""
    said = AUDIT_EVENT.c
    wanted = select(said.seq, said.body).where(
        said.stream == organisation_stream(agency), said.act.in_((*APPOINTING, *CREDENTIALS))
    )
    while True:
        older = wanted if before is None else wanted.where(said.seq < before)
        rows = tx.connection.execute(older.order_by(said.seq.desc()).limit(READ)).all()
        for row in rows:
            body = json.loads(row.body)
            of_another = body["act"] in CREDENTIALS and body["account"] != body["subject"]
            facts = body["facts"]
            if (
                of_another
                or facts.get("appointed")
                or "mail_domain" in facts
                or body["act"] == "team.appoint"
            ):
                yield row.seq, body
        if len(rows) < READ:
            return
        before = rows[-1].seq


def _accounts_made(tx: Tx, agency: str) -> dict[str, str | None]:
    """Who made which account, as far as one was made by itself."""
    said = AUDIT_EVENT.c
    query = select(said.body).where(said.stream == organisation_stream(agency), said.act == "account.create")
    bodies = (json.loads(body) for body in tx.connection.execute(query).scalars())
    return {body["subject"]: body["account"] for body in bodies}


def _item(
    organisation: Organisation, seq: int, said: Mapping[str, Any], made: Mapping[str, str | None]
) -> Appointment:
    known = {holding.id: holding for holding in organisation.holdings}
    given = [(fact, known.get(fact)) for fact in said["facts"].get("appointed", ())]
    return {
        "seq": seq,
        "at": said["at"],
        "account": said["account"],
        "act": said["act"],
        "subject": said["subject"] if said["act"] in CREDENTIALS else None,
        "given": [
            {"id": id, "holding": _shape(holding), "own_account": _own(holding, said["account"], made)}
            for id, holding in given
        ],
        "mail_domain": said["facts"].get("mail_domain"),
        "team": _team(organisation, said["facts"]) if said["act"] == "team.appoint" else None,
    }


def _team(organisation: Organisation, facts: Mapping[str, Any]) -> AppointedTeam:
    team = organisation.team(facts["team"])
    return {
        "id": facts["team"],
        "label": team.label if team else facts["team"],
        "from": facts["from"],
        "to": facts["to"],
        "decree_number": facts["decree_number"],
        "case_id": facts["case_id"],
        "case_number": facts["case_number"],
    }


def _own(holding: Holding | None, by: str | None, made: Mapping[str, str | None]) -> bool:
    return holding is not None and (holding.account == by or made.get(holding.account, "") == by)


def _shape(holding: Holding | None) -> GivenHolding | None:
    if holding is None:
        return None
    return {
        "account": holding.account,
        "position": holding.position,
        "kind": holding.kind,
        "from": holding.valid_from.isoformat() if holding.valid_from else None,
        "to": holding.valid_to.isoformat() if holding.valid_to else None,
        "order_number": holding.order_number,
        "order_file": holding.order_file,
    }
