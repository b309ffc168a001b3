"""A credential that somebody else set is told like an appointment: to auditors and the person, and listed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.access.actor import HOST
from engine.commands.accounts.accounts import Accounts
from engine.commands.accounts.sessions import Person
from engine.errors import InvalidInput
from engine.organisation.serialise import organisation_yaml
from runtime.accounts import new_passwords
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")

GOOD = "kuda-hijau-berlari-pelan-7"


def person(account: str, *roles: str, label: str = "") -> Person:
    return Person(
        account=account,
        label=label or account,
        agency="disdag-banggai",
        system_roles=frozenset(roles),
        via="session",
    )


ADMIN = person("admin", "admin")


def told(office: DemoOffice, who: str) -> list[str]:
    return [notice["text"] for notice in office.engine.queries.notices.list(who)["items"]]


def listed(office: DemoOffice) -> list[tuple[str | None, str, str | None]]:
    found = office.engine.queries.appointments("auditor")["items"]
    return [(holding["account"], holding["act"], holding["subject"]) for holding in found]


def test_a_reset_is_told_to_auditors_and_to_the_person_and_is_listed(office: DemoOffice) -> None:
    office.engine.accounts.link("kadis", "reset", by=ADMIN)
    for who in ("auditor", "kadis"):
        [text] = told(office, who)
        assert "Administrator sistem mengatur ulang kata sandi akun" in text
    assert listed(office) == [("admin", "account.reset", "kadis")]


def test_what_the_host_does_is_told_alike(office: DemoOffice) -> None:
    office.engine.accounts.link("kadis", "reset", by=HOST)
    assert "Peladen Alur mengatur ulang kata sandi akun" in told(office, "auditor")[0]
    assert listed(office) == [(None, "account.reset", "kadis")]


def test_another_address_of_a_person_is_told(office: DemoOffice) -> None:
    office.engine.profiles.change_contact("kadis", "lain@contoh.go.id", by="admin")
    assert "mengganti alamat surel akun" in told(office, "auditor")[0]
    assert listed(office) == [("admin", "account.contact", "kadis")]


def test_a_person_of_the_provider_that_somebody_else_linked_is_told_and_listed(office: DemoOffice) -> None:
    office.engine.identities.link("kadis", "https://penyedia.example", "subjek-lain", by="admin")
    for who in ("auditor", "kadis"):
        assert "menautkan orang pada penyedia akun dengan akun" in told(office, who)[0]
    assert listed(office) == [("admin", "account.link", "kadis")]


def test_the_first_link_of_a_new_account_gives_nothing_away_but_of_a_holder_it_does(
    office: DemoOffice,
) -> None:
    office.engine.accounts.create("baru", "Orang Baru", by="admin")
    office.engine.accounts.link("baru", "invite", by=ADMIN)
    assert told(office, "auditor") == []


def test_a_password_that_the_host_gives_is_told_listed_and_counts_as_a_reset(office: DemoOffice) -> None:
    new_passwords(office.system, ["kadis"])
    for who in ("auditor", "kadis"):
        assert "Peladen Alur mengatur ulang kata sandi akun" in told(office, who)[0]
    assert listed(office) == [(None, "account.reset", "kadis")]
    assert office.read(lambda tx: tx.invitations.reset_by_another("kadis")).made_by is None
    office.clock.advance(days=400)
    office.system.sweep()
    assert office.read(lambda tx: tx.invitations.reset_by_another("kadis")) is not None


def test_whoever_leaves_a_password_to_the_directory_is_told(office: DemoOffice) -> None:
    office.engine.identities.leave_password("kadis", by=HOST)
    assert "menyerahkan kata sandi kepada direktori" in told(office, "auditor")[0]
    assert listed(office) == [(None, "account.leave_password", "kadis")]


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_the_first_link_of_a_role_of_the_system_is_told(office: DemoOffice, role: str) -> None:
    office.engine.accounts.create("baru", "Orang Baru", by="admin", system_roles=[role])
    office.engine.accounts.link("baru", "invite", by=ADMIN)
    assert "membuat tautan kata sandi untuk akun Orang Baru" in told(office, "auditor")[0]


def test_another_mail_domain_of_the_agency_lets_people_in_and_is_told(office: DemoOffice) -> None:
    organisation = office.organisation()
    other = replace(organisation, agency=replace(organisation.agency, mail_domain="lain.example"))
    files, text = office.engine.organisation_files, organisation_yaml(other)
    files.load("admin", text, version=organisation.version)
    assert "mengganti domain surel instansi menjadi lain.example" in told(office, "auditor")[0]
    [item] = office.engine.queries.appointments("auditor")["items"]
    assert (item["account"], item["act"], item["mail_domain"]) == (
        "admin",
        "organisation.store",
        "lain.example",
    )


def test_a_link_that_was_mailed_is_not_shown_to_whoever_made_it(office: DemoOffice) -> None:
    context = replace(office.engine.context, post=lambda *_: True, public_url="https://alur.example")
    office.engine.profiles.change_contact("kadis", "kadis@contoh.go.id", by="admin")
    accounts = Accounts(context)
    mailed = accounts.link("kadis", "reset", by=ADMIN)
    assert (mailed["mailed"], mailed["url"]) == (True, None)
    shown = accounts.link("sekdis", "reset", by=ADMIN)
    assert (shown["mailed"], str(shown["url"])[:32]) == (False, "https://alur.example/invitation/")


def test_a_password_of_anothers_reset_is_known_until_the_person_sets_another(office: DemoOffice) -> None:
    def by_another() -> bool:
        return bool(office.read(lambda tx: tx.invitations.reset_by_another("kadis") is not None))

    assert not by_another()
    link = office.engine.accounts.link("kadis", "reset", by=ADMIN)
    office.engine.passwords.redeem(str(link["url"]).rpartition("/")[2], GOOD)
    assert by_another()
    secret = office.engine.sign_in.sign_in("kadis", GOOD)
    office.engine.passwords.change(person("kadis"), secret, GOOD, f"{GOOD}-baru")
    assert not by_another()


@pytest.mark.parametrize(
    "name",
    [
        "Kepala Dinas",
        "Budi, Kepala Dinas",
        "Ｋｅｐａｌａ Dinas",
        "\u039aepala Dinas",  # a Greek letter
        "Kepala Din\u0430s",  # a Cyrillic one
        "Kepala-Dinas",
        "Kepala Dinas.",
        "KepalaDinas",
        "K\u00e9pala Dina\u0323s",
    ],
)
def test_nobody_names_himself_by_the_title_of_a_position(office: DemoOffice, name: str) -> None:
    with pytest.raises(InvalidInput, match="title of a position"):
        office.engine.profiles.change(person("kabid.psr"), {"label": name})
    office.engine.profiles.change(person("kabid.psr"), {"label": "Siti Aminah"})
