"""The address of an account: who changes it, who is told, and that nobody takes an account over by it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.commands.accounts.accounts import Accounts
from engine.commands.accounts.identities import Identities
from engine.commands.accounts.profiles import Profiles
from engine.commands.accounts.sessions import Person
from engine.errors import InvalidInput, NotAllowed, NotFound, NotRegistered, WrongCredentials
from engine.store import IdempotencyKey
from engine.tables import AUDIT_DETAIL, AUDIT_EVENT
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

pytestmark = pytest.mark.on("postgres")

ISSUER = "https://masuk.contoh.go.id"
OLD, NEW = "lama@disdag.example", "baru@disdag.example"
GOOD = "kuda lumping biru sembilan"
Sent = list[tuple[str, str, str]]


@pytest.fixture
def sent() -> Sent:
    return []


@pytest.fixture
def demo(database_factory: DatabaseFactory, tmp_path: Path) -> DemoOffice:
    return DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")


@pytest.fixture
def office(demo: DemoOffice, sent: Sent) -> Any:
    def post(address: str, subject: str, text: str) -> bool:
        sent.append((address, subject, text))
        return True

    with_mail = replace(demo.engine.context, post=post, public_url="https://alur.example", known_by_mail=True)
    Accounts(with_mail).create("baru", "Baru", by="admin", contact=OLD)
    return with_mail


def a_person(account: str, **given: Any) -> Person:
    values: dict[str, Any] = {
        "account": account,
        "label": account,
        "agency": "disdag-banggai",
        "system_roles": frozenset(),
        "via": "session",
    }
    return Person(**values | given)


def test_an_administrator_changes_it_and_the_earlier_address_is_told(
    demo: DemoOffice, office: Any, sent: Sent
) -> None:
    changed = Profiles(office, demo.engine.sign_in).change_contact("baru", NEW, by="admin")
    assert (changed["contact"], changed["told"], changed["links_by_mail"]) == (NEW, True, False)
    ((address, subject, text),) = sent
    assert (address, subject) == (OLD, "Alamat surel akun Alur Anda diganti")
    assert NEW not in text
    events = demo.read(
        lambda tx: tx.connection.execute(
            select(AUDIT_EVENT.c.body, AUDIT_EVENT.c.account, AUDIT_DETAIL.c.body.label("beside"))
            .join(
                AUDIT_DETAIL,
                (AUDIT_DETAIL.c.stream == AUDIT_EVENT.c.stream) & (AUDIT_DETAIL.c.seq == AUDIT_EVENT.c.seq),
            )
            .where(AUDIT_EVENT.c.act == "account.contact")
        ).all()
    )
    ((body, by, beside),) = events
    assert (by, json.loads(body)["subject"]) == ("admin", "baru")
    assert OLD not in bytes(body).decode()
    assert json.loads(beside)["changes"][0]["fields"]["contact"] == [OLD, NEW]


def test_the_same_again_changes_and_tells_nothing(demo: DemoOffice, office: Any, sent: Sent) -> None:
    before = demo.rows()
    assert (
        Profiles(office, demo.engine.sign_in).change_contact("baru", OLD, by="admin")["links_by_mail"] is True
    )
    assert (demo.rows(), sent) == (before, [])
    key = IdempotencyKey(key="satu", account="admin", body_hash="h", at=office.clock.now())
    answers = [
        Profiles(office, demo.engine.sign_in).change_contact("baru", NEW, by="admin", key=key)
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert len(sent) == 1


def test_a_changed_address_links_nobody_any_more_but_the_administrator_does(
    demo: DemoOffice, office: Any
) -> None:
    identities = Identities(office)
    Profiles(office, demo.engine.sign_in).change_contact("baru", NEW, by=HOST)
    for address in (NEW, OLD, "baru@disdag.example"):
        with pytest.raises(NotRegistered):
            identities.account_of(ISSUER, "s-9", address)
    identities.link("baru", ISSUER, "s-9", by="admin")
    assert identities.account_of(ISSUER, "s-9", None) == "baru"


def test_whoever_was_linked_stays_so_and_the_new_address_adds_nobody(demo: DemoOffice, office: Any) -> None:
    identities = Identities(office)
    assert identities.account_of(ISSUER, "s-1", OLD) == "baru"
    Profiles(office, demo.engine.sign_in).change_contact("baru", NEW, by="admin")
    assert identities.account_of(ISSUER, "s-1", None) == "baru"
    with pytest.raises(NotRegistered):
        identities.account_of(ISSUER, "s-2", NEW)
    identities.unlink("baru", by="admin")
    for subject, address in (("s-1", OLD), ("s-2", NEW)):
        with pytest.raises(NotRegistered):
            identities.account_of(ISSUER, subject, address)


def test_after_a_link_was_taken_back_the_next_owner_of_the_address_is_not_linked(office: Any) -> None:
    identities = Identities(office)
    identities.account_of(ISSUER, "s-1", OLD)
    identities.unlink("baru", by="admin")
    with pytest.raises(NotRegistered):
        identities.account_of(ISSUER, "s-2", OLD)


def test_a_link_sent_to_the_earlier_address_sets_no_password(
    demo: DemoOffice, office: Any, sent: Sent
) -> None:
    Accounts(office).link("baru", "invite", by=a_person("admin", system_roles=frozenset({"admin"})))
    (letter,) = (text for _, _, text in sent)
    Profiles(office, demo.engine.sign_in).change_contact("baru", NEW, by="admin")
    secret = letter.partition("/invitation/")[2].split()[0]
    with pytest.raises(NotFound):
        demo.engine.passwords.redeem(secret, "kuda betul baterai jepit")


def test_password_links_do_not_go_where_notices_go(demo: DemoOffice, office: Any, sent: Sent) -> None:
    demo.engine.preferences.choose("baru", addresses={"mail": "bersama@disdag.example"})
    Accounts(office).link("baru", "invite", by=a_person("admin", system_roles=frozenset({"admin"})))
    assert [address for address, _, _ in sent] == [OLD]


def test_nobody_else_changes_it(demo: DemoOffice, office: Any, sent: Sent) -> None:
    profiles = Profiles(office, demo.engine.sign_in)
    with pytest.raises(NotAllowed):
        profiles.change_contact("baru", NEW, by="kadis")
    with pytest.raises(NotAllowed):
        profiles.change(a_person("baru"), {"contact": NEW}, session="s")
    with pytest.raises(NotAllowed):
        profiles.change(a_person("baru", via="token"), {"contact": NEW})
    with pytest.raises(NotFound):
        profiles.change_contact("tidak.ada", NEW, by="admin")
    with pytest.raises(InvalidInput):
        profiles.change_contact("baru", "bukan surel", by="admin")
    assert sent == []


def test_without_a_provider_a_person_changes_it_and_the_earlier_address_is_told(
    demo: DemoOffice, office: Any, sent: Sent
) -> None:
    alone = Profiles(replace(office, known_by_mail=False), demo.engine.sign_in)
    link = Accounts(office).link("baru", "invite", by=HOST)
    demo.engine.passwords.redeem(link["url"].rpartition("/")[2], GOOD)
    sent.clear()
    given: dict[str, Any] = {"session": demo.engine.sign_in.sign_in("baru", GOOD)}
    told = {"contact": NEW, "locale": "en"}
    for refusal, password in ((InvalidInput, None), (WrongCredentials, "bukan ini")):
        with pytest.raises(refusal):
            alone.change(a_person("baru"), told, password=password, **given)
    assert alone.change(a_person("baru"), {"contact": OLD, "locale": "id"}, **given)["contact"] == OLD
    assert sent == []
    assert alone.change(a_person("baru"), told, password=GOOD, **given)["contact"] == NEW
    assert [(address, subject) for address, subject, _ in sent] == [
        (OLD, "The address of your Alur account was changed")
    ]
    with pytest.raises(NotRegistered):
        Identities(office).account_of(ISSUER, "s-9", NEW)
