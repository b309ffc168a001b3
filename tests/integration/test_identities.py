"""Which account a recognised person gets: by subject, the first time by a verified address, else none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.errors import Conflict, NotAllowed, NotFound, NotRegistered
from engine.tables import AUDIT_EVENT
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")

ISSUER, OTHER = "https://masuk.contoh.go.id", "https://lain.contoh.go.id"
MAIL = "kadis@disdag.example"  # by the rule of the agency


@pytest.fixture
def keeper(office: DemoOffice) -> str:
    """The administrator."""
    return next(
        account.username for account in office.organisation().accounts if "admin" in account.system_roles
    )


def subjects_of_links(office: DemoOffice, account: str) -> list[str]:
    return [link.subject for link in office.engine.identities.links(account, by=HOST)]


def events(office: DemoOffice, act: str) -> list[tuple[str | None, str]]:
    query = select(AUDIT_EVENT.c.account, AUDIT_EVENT.c.body).where(AUDIT_EVENT.c.act == act)
    found = office.read(lambda tx: tx.connection.execute(query).all())
    return [(holding.account, bytes(holding.body).decode()) for holding in found]


def test_the_first_time_the_verified_address_finds_the_account_and_then_the_subject_does(
    office: DemoOffice, keeper: str
) -> None:
    account_of = office.engine.identities.account_of
    assert account_of(ISSUER, "s-1", MAIL.upper()) == "kadis"
    assert account_of(ISSUER, "s-1", None) == "kadis"
    assert account_of(ISSUER, "s-1", "sekdis@disdag.example") == "kadis"
    [(by, body)] = events(office, "account.link")
    assert by == "kadis"
    assert "s-1" not in body
    assert MAIL not in body.lower()


@pytest.mark.parametrize("mail", [None, "", "orang.lain@disdag.example", "kadis"])
def test_without_a_verified_address_of_an_account_nobody_is_let_in(
    office: DemoOffice, keeper: str, mail: str | None
) -> None:
    before = office.rows()
    with pytest.raises(NotRegistered):
        office.engine.identities.account_of(ISSUER, "s-1", mail)
    assert office.rows() == before


def test_an_address_of_two_accounts_finds_neither(office: DemoOffice, keeper: str) -> None:
    office.engine.accounts.create("lain", "Orang lain", by=keeper, contact=MAIL.title())
    with pytest.raises(NotRegistered):
        office.engine.identities.account_of(ISSUER, "s-1", MAIL)


def test_the_address_of_a_profile_counts_before_the_rule_and_where_notices_go_never(
    office: DemoOffice, keeper: str
) -> None:
    account_of = office.engine.identities.account_of
    office.engine.accounts.create("lain", "Orang lain", by=keeper, contact="lain@kantor.example")
    office.engine.preferences.choose("sekdis", addresses={"mail": "orang@kantor.example"})
    assert account_of(ISSUER, "s-1", "lain@kantor.example") == "lain"
    for mail in ("lain@disdag.example", "orang@kantor.example"):
        with pytest.raises(NotRegistered):
            account_of(ISSUER, "s-2", mail)
    assert account_of(ISSUER, "s-2", "sekdis@disdag.example") == "sekdis"


def test_an_account_that_is_one_persons_is_not_given_to_another(office: DemoOffice, keeper: str) -> None:
    account_of = office.engine.identities.account_of
    account_of(ISSUER, "s-1", MAIL)
    with pytest.raises(NotRegistered):
        account_of(ISSUER, "s-2", MAIL)
    assert account_of(OTHER, "s-2", MAIL) == "kadis"  # another provider knows people by other subjects


def test_windows_that_arrive_at_once_link_once_and_all_come_in(office: DemoOffice, keeper: str) -> None:
    together = Barrier(8)

    def arrive(_: int) -> str:
        together.wait()
        return office.engine.identities.account_of(ISSUER, "s-1", MAIL)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(arrive, range(8))) == {"kadis"}
    assert len(events(office, "account.link")) == 1


def test_a_disabled_account_is_found_neither_by_subject_nor_by_address(
    office: DemoOffice, keeper: str
) -> None:
    office.engine.identities.account_of(ISSUER, "s-1", MAIL)
    accounts = office.organisation().accounts
    changed = tuple(
        replace(account, disabled=account.username in ("kadis", "sekdis")) for account in accounts
    )
    office.put_organisation(accounts=changed)
    for subject, mail in (("s-1", MAIL), ("s-2", "sekdis@disdag.example")):
        with pytest.raises(NotRegistered):
            office.engine.identities.account_of(ISSUER, subject, mail)


def test_an_administrator_links_and_unlinks_by_hand(office: DemoOffice, keeper: str) -> None:
    identities = office.engine.identities
    identities.link("kadis", ISSUER, "s-9", by=keeper)
    assert identities.account_of(ISSUER, "s-9", None) == "kadis"
    for account, subject in (("kadis", "s-8"), ("sekdis", "s-9")):
        with pytest.raises(Conflict):
            identities.link(account, ISSUER, subject, by=keeper)
    session = office.engine.sign_in.sign_in("kadis", office.passwords["kadis"])
    assert identities.unlink("kadis", by=keeper) == 1
    assert office.engine.sign_in.person_of_session(session) is None
    assert subjects_of_links(office, "kadis") == []
    assert [by for by, _ in events(office, "account.unlink")] == [keeper]
    assert identities.unlink("kadis", by=keeper) == 0


def test_nobody_else_links(office: DemoOffice, keeper: str) -> None:
    before = office.rows()
    with pytest.raises(NotAllowed):
        office.engine.identities.link("sekdis", ISSUER, "s-9", by="kadis")
    with pytest.raises(NotAllowed):
        office.engine.identities.unlink("sekdis", by="kadis")
    with pytest.raises(NotFound):
        office.engine.identities.link("tidak.ada", ISSUER, "s-9", by=keeper)
    assert office.rows() == before
