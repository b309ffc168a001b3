"""What people have chosen: by which channel and in which language they are told."""

from dataclasses import fields

from sqlalchemy import insert, select, update

from engine.audit.act import Act
from engine.audit.events import Entry, preference_stream
from engine.notices.outbox import Preference
from engine.store.transaction import Transaction
from engine.tables import ACCOUNT, PREFERENCE

PREFERENCE_FIELDS = tuple(spec.name for spec in fields(Preference))


class PreferenceStore:
    """Statements on the choices of people within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit

    def of(self, account: str) -> Preference:
        """The choices of a person, or what holds without any."""
        columns = [PREFERENCE.c[name] for name in PREFERENCE_FIELDS]
        row = self.connection.execute(select(*columns).where(PREFERENCE.c.account == account)).first()
        return Preference(account=account) if row is None else Preference(**row._mapping)

    def english_readers(self, agency: str) -> frozenset[str]:
        """The accounts of an agency that have chosen to be told in English."""
        query = select(ACCOUNT.c.username).where(ACCOUNT.c.agency == agency, ACCOUNT.c.locale == "en")
        return frozenset(self.connection.execute(query).scalars())

    def put(self, before: Preference, preference: Preference, act: Act) -> None:
        """What a person chooses now, with its event; addresses are personal and stand beside it."""
        pairs = {name: (getattr(before, name), getattr(preference, name)) for name in PREFERENCE_FIELDS}
        differs = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        personal = {name: differs.pop(name) for name in ("addresses",) if name in differs}
        told = [Entry("preference", act.subject, False, differs, personal)] if differs or personal else []
        values = {name: getattr(preference, name) for name in PREFERENCE_FIELDS}
        update_statement = update(PREFERENCE).where(PREFERENCE.c.account == preference.account).values(values)
        with self.audit.window(preference_stream(preference.account), act, told):
            if self.connection.execute(update_statement).rowcount == 0:
                self.connection.execute(insert(PREFERENCE), values)
