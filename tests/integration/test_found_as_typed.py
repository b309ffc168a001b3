"""A search finds what was typed, in whatever case and width, the same on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from engine.cases.model import CaseState
from engine.organisation import Account
from engine.queries.cases.search import contains_q, pattern_of
from engine.store import Store
from engine.tables import SOP_CASE
from tests.support.small_office import SmallOffice, sop
from tests.support.stored_cases import a_case, an_act, an_organisation

TYPED = ["PEÑARANDA", "peñaranda", "pen\u0303aranda", "ÑARANDA di", "Ｐｅñａｒａｎｄａ", " peñaranda\u200b "]
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
