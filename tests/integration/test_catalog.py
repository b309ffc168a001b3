"""What is built once for all commands: never from rows that were undone, and no more than is current."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from engine.audit.act import Act
from engine.organisation import Absence, Organisation
from engine.store import Tx
from tests.support.offices import DemoOffice

AGENCY = "disdag-banggai"


def absent(office: DemoOffice, tx: Tx, who: str) -> Organisation:
    """The agency as the catalog gives it in a transaction that has written an absence."""
    absence = Absence(str(uuid4()), who, "cuti", date(2026, 1, 5), date(2026, 1, 9), who)
    tx.organisations.put_absence(
        AGENCY, absence, Act(name="absence.put", at=office.clock.now(), account=who, subject=absence.id)
    )
    return office.engine.context.catalog.organisation(tx, AGENCY)


def away(organisation: Organisation) -> set[str]:
    return {absence.account for absence in organisation.absences}


def test_what_a_transaction_made_of_rows_that_were_undone_is_nobodys_picture(office: DemoOffice) -> None:
    def undone(tx: Tx) -> None:
        assert away(absent(office, tx, "kadis")) == {"kadis"}
        raise RuntimeError("after all not")

    with pytest.raises(RuntimeError):
        office.engine.context.store.execute(undone)
    assert away(office.organisation()) == set()
    # The next change bears the number that the undone one had.
    office.away("sekdis", "2026-01-05", "2026-01-09")
    assert away(office.organisation()) == {"sekdis"}


def test_what_a_transaction_built_serves_everybody_once_it_is_committed(office: DemoOffice) -> None:
    built = office.engine.context.store.execute(lambda tx: absent(office, tx, "kadis"))
    assert office.organisation() is built


def test_however_often_the_office_changes_one_picture_of_it_is_kept(office: DemoOffice) -> None:
    case_id = office.start()
    office.engine.queries.cases.get("kadis", case_id)
    kept = len(office.engine.context.catalog._kept)
    for day in range(5, 10):
        office.away("sekdis", f"2026-02-0{day}", f"2026-02-0{day}")
        office.clock.advance(days=1)
        office.engine.queries.cases.get("kadis", case_id)
    assert len(office.engine.context.catalog._kept) == kept
