"""One-time links by mail: sent at once, to the person's address, and never kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.commands.accounts.accounts import Accounts
from engine.commands.accounts.sessions import Person
from engine.store import IdempotencyKey
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

pytestmark = pytest.mark.on("sqlite")

Sent = list[tuple[str, str, str]]


@pytest.fixture
def sent() -> Sent:
    return []


@pytest.fixture
def accounts(database_factory: DatabaseFactory, tmp_path: Path, sent: Sent) -> Accounts:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")

    def post(address: str, subject: str, text: str) -> bool:
        sent.append((address, subject, text))
        return True

    with_mail = replace(office.engine.context, post=post, public_url="https://alur.example")
    return Accounts(with_mail)


def an_administrator() -> Person:
    return Person(
        account="admin",
        label="Administrator",
        agency="disdag-banggai",
        system_roles=frozenset({"admin"}),
        via="session",
    )


def test_a_link_goes_to_the_address_of_the_person_in_the_language_of_the_person(
    accounts: Accounts, sent: Sent
) -> None:
    accounts.create("baru", "Baru", by="admin", contact="baru@dinas.example", locale="en")
    link = accounts.link("baru", "invite", by=an_administrator())
    assert link["mailed"] is True
    ((address, subject, text),) = sent
    assert (address, subject) == ("baru@dinas.example", "The link of your Alur account")
    assert "https://alur.example/invitation/" in text
    assert link["url"] is None


def test_without_a_known_address_nothing_is_sent(accounts: Accounts, sent: Sent) -> None:
    accounts.create("baru", "Baru", by="admin")
    assert accounts.link("baru", "invite", by=an_administrator())["mailed"] is False
    assert sent == []


def test_the_same_request_again_sends_no_second_letter(accounts: Accounts, sent: Sent) -> None:
    accounts.create("baru", "Baru", by="admin", contact="baru@dinas.example")
    key = IdempotencyKey(key="satu", account="admin", body_hash="h", at=accounts.context.clock.now())
    links = [
        accounts.link("baru", "invite", by=an_administrator(), session="sesi", key=key) for _ in range(2)
    ]
    assert links[0] == links[1]
    assert len(sent) == 1
    assert "attempt" not in json.dumps(links)
