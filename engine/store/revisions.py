"""Numbers that grow with every change of an agency's organisation and of any of its calendars.

They are the stamps under which the catalog keeps what it made of them.
"""

from typing import Any

from sqlalchemy import TEXT, ColumnElement, Connection, bindparam, func, select, update

from engine.store.statements import Statement
from engine.tables import AGENCY, CALENDAR_VERSION


def revision(agency: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    """The columns of both numbers of an agency."""
    # Versions of a calendar are only ever added, so their number says whether any is new.
    organisation = select(AGENCY.c.version).where(AGENCY.c.id == agency)
    calendars = select(func.count()).select_from(CALENDAR_VERSION).where(CALENDAR_VERSION.c.agency == agency)
    return organisation.scalar_subquery(), calendars.scalar_subquery()


REVISION = Statement(select(*revision(bindparam("agency", type_=TEXT))))


class Revisions:
    """Both numbers of each agency, read once in a transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._known: dict[str, tuple[int, int]] = {}

    def of(self, agency: str) -> tuple[int, int]:
        """The number of the organisation and that of the calendars."""
        if agency not in self._known:
            [(organisation, calendars)] = REVISION.rows(self.connection, {"agency": agency})
            self.note(agency, organisation, calendars)
        return self._known[agency]

    def note(self, agency: str, organisation: int | None, calendars: int) -> None:
        """Keep what was read together with a case."""
        self._known[agency] = (organisation or 0, calendars)

    def learn(self, agency: str, organisation: int | None, calendars: int) -> None:
        """Keep what was read with something else, unless the transaction knows its own already."""
        if agency not in self._known:
            self.note(agency, organisation, calendars)

    def forget(self, agency: str) -> None:
        """Read them again: this transaction has changed one of them."""
        self._known.pop(agency, None)

    def outdate(self, agency: str, **changes: Any) -> None:
        """Change the row of an agency and its number, so that every process reads the agency anew."""
        values = {**changes, "version": AGENCY.c.version + 1}
        self.connection.execute(update(AGENCY).where(AGENCY.c.id == agency).values(**values))
        self.forget(agency)
