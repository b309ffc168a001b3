"""What stands beside cases and accounts, in the form that replaying the events of a stream gives."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from engine.audit.canonical import plain
from engine.audit.events import organisation_stream, preference_stream, schedule_stream
from engine.audit.replay import State
from engine.reminders.timers import TimerState, timer_id
from engine.store.preferences import PREFERENCE_FIELDS
from engine.store.stored_values import as_stored
from engine.store.told_credentials import (
    factor_digest,
    identity_told,
    invitation_told,
    secret_digest,
    token_told,
)
from engine.tables import (
    ACCOUNT,
    CONFIRMED_START,
    IDENTITY_LINK,
    INVITATION,
    PREFERENCE,
    RECOVERY_CODE,
    SECOND_FACTOR,
    TIMER,
    TOKEN,
)
from engine.tables.columns import names_of

Of = Callable[[str], tuple[State, State]]
"""The public and the private state of a stream, to be added to."""
OF_TIMER = ("case_id", "subject", "rank", "stage", "at", "state", "fired_at", "recipients")
OF_START = (
    "opens_at",
    "due_at",
    "calendar",
    "calendar_version",
    "sop_version",
    "confirmed_by",
    "confirmed_at",
)


def read_timers(connection: Connection, cases: Sequence[str], of: Of) -> None:
    """The timers of cases; one that is set aside for its faults still waits."""
    rows = select(*(as_stored(TIMER.c[name]) for name in OF_TIMER)).where(TIMER.c.case_id.in_(cases))
    for row in connection.execute(rows).mappings():
        state = TimerState.PENDING if row["state"] == TimerState.BROKEN else row["state"]
        thing = {"subject": row["subject"], "rank": row["rank"], "at": row["at"], "state": state}
        if state == TimerState.FIRED:
            thing |= {"fired_at": row["fired_at"], "recipients": names_of(row["recipients"])}
        name = timer_id(row["subject"], row["stage"])
        of(f"case:{row['case_id']}")[0].setdefault("timer", {})[name] = plain(thing)


def read_credentials(connection: Connection, agencies: Sequence[str], of: Of) -> None:
    """What proves the accounts of agencies, by digest; after the accounts themselves were read."""
    mine = ACCOUNT.c.agency.in_(agencies)
    codes: dict[str, list[str]] = {}
    for account, code in connection.execute(select(RECOVERY_CODE.c.account, RECOVERY_CODE.c.hash)):
        codes.setdefault(account, []).append(code)
    confirmed = (SECOND_FACTOR.c.account == ACCOUNT.c.username) & SECOND_FACTOR.c.confirmed_at.is_not(None)
    secrets = select(
        ACCOUNT.c.agency, ACCOUNT.c.username, ACCOUNT.c.password_hash, SECOND_FACTOR.c.secret
    ).outerjoin(SECOND_FACTOR, confirmed)
    for agency, username, password, secret in connection.execute(secrets.where(mine)):
        account = of(organisation_stream(agency))[0]["account"][username]
        factor = factor_digest(secret, codes.get(username, ()))
        account |= {"password": secret_digest(password), "second_factor": factor}
    for table, kind, told in (
        (IDENTITY_LINK, "identity", identity_told),
        (TOKEN, "token", token_told),
        (INVITATION, "invitation", invitation_told),
    ):
        rows = select(table, ACCOUNT.c.agency).join(ACCOUNT, ACCOUNT.c.username == table.c.account)
        for row in connection.execute(rows.where(mine)).mappings():
            key, thing = told(row)
            public, private = of(organisation_stream(row["agency"]))
            public.setdefault(kind, {})[key] = _present(thing)
            if table is IDENTITY_LINK:
                private.setdefault(kind, {})[key] = {"subject": row["subject"]}


def read_preference(connection: Connection, account: str, of: Of) -> None:
    """How one person wants to be told; nothing where it was never chosen."""
    rows = select(*(PREFERENCE.c[name] for name in PREFERENCE_FIELDS))
    for row in connection.execute(rows.where(PREFERENCE.c.account == account)).mappings():
        public, private = of(preference_stream(account))
        told = _present({name: value for name, value in row.items() if name != "account"})
        private["preference"] = {account: {"addresses": told.pop("addresses")}}
        public["preference"] = {account: told}


def read_confirmed(connection: Connection, agency: str, sop: str, of: Of) -> None:
    """The dates of a schedule that somebody confirmed, and those that people know of since."""
    table = CONFIRMED_START.c
    rows = select(CONFIRMED_START).where(table.agency == agency, table.sop == sop)
    for row in connection.execute(rows).mappings():
        asked = "asked_" if row["asked_at"] is not None else ""
        thing = {name: row[name] for name in OF_START}
        thing |= {f"told_{name}": row[f"{asked}{name}"] for name in ("opens_at", "due_at")}
        of(schedule_stream(agency, sop))[0].setdefault("start", {})[row["period"]] = _present(thing)


def streams_beside(connection: Connection) -> Iterator[str]:
    """The streams that these rows belong to, besides those of cases and agencies."""
    yield from map(preference_stream, connection.execute(select(PREFERENCE.c.account)).scalars())
    confirmed = select(CONFIRMED_START.c.agency, CONFIRMED_START.c.sop).distinct()
    for agency, sop in connection.execute(confirmed):
        yield schedule_stream(agency, sop)


def _present(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items() if value is not None}
