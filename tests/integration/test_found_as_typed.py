"""A search finds what was typed, in whatever case and width, the same on both engines."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, update

from engine.cases.model import CaseState
from engine.organisation import Account
from engine.queries.cases.search import contains_q, pattern_of
from engine.store import Store, open_store
from engine.tables import REGISTER_ROW, SOP_CASE
from engine.text.visible import search_text, visible_part
from migrations import unguarded
from tests.support.postgres import DatabaseUrls
from tests.support.registers import A_REGISTER, a_row_of_it
from tests.support.small_office import SmallOffice, sop
from tests.support.stored_cases import a_case, an_act, an_organisation, migrated

TYPED = ["PEÑARANDA", "peñaranda", "pen\u0303aranda", "ÑARANDA di", "Ｐｅñａｒａｎｄａ", " peñaranda\u200b "]
DOTTED = ["istanbul", "ISTANBUL", "İSTANBUL", "i\u0307stanbul", "di İstanbul"]
SOP = """
case:
  title: "Surat {case.fields.perihal}"
  fields: [{id: perihal, type: text, label: Perihal, required: true}]
steps: [{id: s1, activity: Menulis, executor: sekretaris, time: 30m}]
"""


@pytest.fixture
def office() -> SmallOffice:
    office = SmallOffice.with_sops(sop(SOP))
    office.start(fields={"perihal": "LAIN"})
    return office.start(fields={"perihal": "PEÑARANDA DI ATAS"})


@pytest.mark.parametrize("q", TYPED)
def test_inbox_and_case_list_find_a_title_as_it_was_typed(office: SmallOffice, q: str) -> None:
    inbox = office.engine.queries.inbox("sekre.1", q=q)["items"]
    assert [item["case_id"] for item in inbox] == [office.case_id]
    assert [item["id"] for item in office.engine.queries.cases.list("sekre.1", q=q)["items"]] == [
        office.case_id
    ]


def test_a_case_is_found_by_its_number_and_never_across_two_texts(office: SmallOffice) -> None:
    number = office.state.case.number
    found = office.engine.queries.cases.list("sekre.1", q=number.lower())["items"]
    assert [item["number"] for item in found] == [number]
    assert office.engine.queries.cases.list("sekre.1", q=f"{number[-1]} Surat")["items"] == []


def test_wildcards_of_the_database_mean_themselves(office: SmallOffice) -> None:
    assert all(office.engine.queries.inbox("sekre.1", q=sign)["items"] == [] for sign in ("%", "_", "\\"))


def test_both_engines_find_the_same_and_follow_a_new_title(store: Store) -> None:
    state = CaseState(a_case(title="Nota ÇA VA"))
    store.execute(lambda tx: tx.cases.record(None, state, an_act()))

    def found(q: str) -> bool:
        wanted = select(SOP_CASE.c.id).where(contains_q().params(q=pattern_of(q)))
        return state.case.id in store.read(lambda connection: connection.execute(wanted).scalars().all())

    assert found("ça VA")
    before = store.ask(lambda tx: tx.cases.get(state.case.id))
    assert before is not None
    after = before.copy()
    after.case = replace(before.case, title="Nota ÖFFENTLICH")
    store.execute(lambda tx: tx.cases.record(before, after, an_act("case.title", minutes=1)))
    assert (found("öffentlich"), found("ça va")) == (True, False)


@pytest.mark.parametrize("q", DOTTED)
def test_a_dotted_capital_is_found_by_the_small_letter_that_it_looks_like(q: str) -> None:
    assert visible_part(q) in search_text("Rapat di İstanbul")
    assert visible_part("ĺ") == visible_part("L\u0301")  # other marks stay
    assert visible_part("i\u0301") == visible_part("İ\u0301")


def test_what_an_earlier_release_folded_otherwise_is_folded_anew(database: DatabaseUrls) -> None:
    migrated(database)
    store = open_store(database.database_url)
    state = CaseState(a_case(title="Rapat di İstanbul"))
    store.execute(lambda tx: tx.organisations.put(an_organisation(), an_act("organisation.put")))
    store.execute(lambda tx: tx.cases.record(None, state, an_act()))
    rows = [a_row_of_it(kode="Ｓ-1"), a_row_of_it(kode="sk-2")]
    store.execute(lambda tx: tx.registers.put("disdag", A_REGISTER, "text", rows, an_act("register.store")))
    store.close()
    with unguarded(database.migration_url) as connection:
        connection.execute(update(SOP_CASE).values(search_text="lama\nrapat di i\u0307stanbul"))
        connection.execute(update(REGISTER_ROW).values(search=REGISTER_ROW.c.search + "\nｓ-1"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("migrations.versions.v0115_folded_alike").upgrade()
        assert connection.scalar(select(SOP_CASE.c.search_text)) == "lama\nrapat di istanbul"
        found = connection.scalars(select(REGISTER_ROW.c.search)).all()
        assert [text.rpartition("\n")[2] for text in found] == ["s-1", "s-1"]


def test_accounts_are_found_by_their_label_page_by_page(store: Store) -> None:
    people = (Account("a", "Peñaranda I"), Account("b", "Lain"), Account("c", "PEÑARANDA II"))
    organisation = an_organisation(accounts=people, holdings=(), teams=())
    store.execute(lambda tx: tx.organisations.put(organisation, an_act("organisation.put")))

    def found(after: str | None) -> list[str]:
        profiles = store.ask(lambda tx: tx.accounts.profiles("disdag", "pEÑARANDA", after, 1))
        return [profile.username for profile in profiles]

    assert (found(None), found("a"), found("c")) == (["a"], ["c"], [])


def test_an_address_is_not_found_by_letters_that_only_fold_to_its_own(store: Store) -> None:
    store.execute(lambda tx: tx.organisations.put(an_organisation(), an_act("organisation.put")))

    def found(address: str) -> list[str]:
        return store.ask(lambda tx: tx.identities.accounts_of_mail(address))

    kelvin = "\u212aadis@disdag.example"  # KELVIN SIGN, whose small letter is k
    assert (found("KADIS@disdag.example"), found(kelvin)) == (["kadis"], [])
