"""How it stands with everybody who listens, in one look at the database."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engine.context import Context
from engine.organisation import Organisation, person_seat
from engine.store import Tx
from engine.tables import ACCOUNT, CANDIDATE, NOTICE, SESSION, TASK, TOKEN
from engine.tables.conditions import OPEN_TASK, meets


class Listeners:
    def __init__(self, context: Context) -> None:
        self.context = context

    def stands(self, accounts: Collection[str]) -> Mapping[str, Hashable]:
        """Account → what differs as soon as its notices or the number of its tasks may.

        It is compared and never shown: who sees a difference asks for what he himself may see.
        """
        listening = sorted(accounts)
        return self.context.store.ask(lambda tx: self._stands(tx, listening)) if listening else {}

    def _stands(self, tx: Tx, listening: Sequence[str]) -> dict[str, Hashable]:
        def counted(name: ColumnElement[Any], *only: ColumnElement[bool]) -> dict[str, int]:
            rows = select(name, func.count()).where(name.in_(listening), *only).group_by(name)
            return {row[0]: row[1] for row in tx.connection.execute(rows)}

        unread = counted(NOTICE.c.account, NOTICE.c.read_at.is_(None))
        held = counted(TASK.c.assignee, meets(TASK, OPEN_TASK))
        signed_in, tokens = counted(SESSION.c.account), counted(TOKEN.c.account)
        newest = self._newest(tx, listening)
        homes = select(ACCOUNT.c.username, ACCOUNT.c.agency).where(ACCOUNT.c.username.in_(listening))
        agency_of = {row[0]: row[1] for row in tx.connection.execute(homes)}
        waiting = self._waiting(tx, set(agency_of.values()))
        standing: dict[str, Hashable] = {}
        for account, agency in agency_of.items():
            seats = _seats(self.context.catalog.organisation(tx, agency), account)
            pools = tuple(waiting.get((agency, seat), 0) for seat in seats)
            each = (of.get(account) for of in (unread, newest, held, signed_in, tokens))
            standing[account] = (*each, seats, pools)
        return standing

    def _newest(self, tx: Tx, listening: Sequence[str]) -> dict[str, datetime]:
        unread = NOTICE.c.account.in_(listening) & NOTICE.c.read_at.is_(None)
        newest = select(NOTICE.c.account, func.max(NOTICE.c.at)).where(unread).group_by(NOTICE.c.account)
        return {row[0]: row[1] for row in tx.connection.execute(newest)}

    def _waiting(self, tx: Tx, agencies: Collection[str]) -> dict[tuple[str, str], int]:
        """How many tasks wait for each seat of these agencies."""
        place = (CANDIDATE.c.agency, CANDIDATE.c.seat)
        counted = select(*place, func.count()).where(CANDIDATE.c.agency.in_(sorted(agencies)))
        return {(row[0], row[1]): row[2] for row in tx.connection.execute(counted.group_by(*place))}


def _seats(organisation: Organisation, account: str) -> tuple[str, ...]:
    held = {holding.position for holding in organisation.holdings if holding.account == account}
    return (*sorted(held), person_seat(account))
