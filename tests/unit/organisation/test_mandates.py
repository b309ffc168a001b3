"""Who stands in for whom on which day: mandates, their scope, the line of substitutes, absences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.organisation import Absence, Account, AgencyInfo, Holding, Organisation, Position

MONDAY = date(2026, 1, 19)
FRIDAY = date(2026, 1, 23)
SATURDAY = date(2026, 1, 24)


def mandate(account: str, **more: Any) -> Holding:
    return Holding(id=f"{account}/head", account=account, position="head", **{"kind": "plh", **more})


def away(account: str, first: date = MONDAY, last: date | None = FRIDAY) -> Absence:
    return Absence(f"{account}/{first}", account, "dinas_luar", first, last, account)


def office(*mandates: Holding, absences: tuple[Absence, ...] = (), vacant: bool = False) -> Organisation:
    people = ("head.1", "x", "y", "z")
    own = [Holding(id=name, account=name, position=name) for name in ("x", "y", "z")]
    head = [] if vacant else [Holding(id="head.1", account="head.1", position="head")]
    return Organisation(
        version=1,
        agency=AgencyInfo("office", "Kantor", "Kantor", "Asia/Makassar", "asn-5hk"),
        positions=tuple(Position(name, name, "office") for name in ("head", "x", "y", "z")),
        holdings=(*head, *own, *mandates),
        accounts=tuple(Account(name, name) for name in people),
        absences=absences,
    )


def acting(organisation: Organisation, on: date, sop: str | None = None) -> list[str]:
    return [holding.account for holding in organisation.holders("head", on, sop) if holding.is_acting]


CHAIN = tuple(mandate(who, standing=True, rank=n) for n, who in enumerate("xyz", start=1))


def test_a_mandate_with_dates_counts_on_its_days_alone() -> None:
    dated = office(mandate("x", valid_from=MONDAY, valid_to=FRIDAY))
    assert [acting(dated, day) for day in (MONDAY, FRIDAY, SATURDAY)] == [["x"], ["x"], []]
    assert dated.seats_of("x", MONDAY) >= {"head", "x"}
    assert "head" not in dated.seats_of("x", SATURDAY)


def test_an_absence_switches_a_standing_mandate_on_and_off() -> None:
    stood_in = office(*CHAIN, absences=(away("head.1"),))
    assert [acting(stood_in, day) for day in (MONDAY, FRIDAY, SATURDAY)] == [["x"], ["x"], []]


def test_a_standing_plt_waits_for_a_vacancy_not_for_an_absence() -> None:
    plt = mandate("x", kind="plt", standing=True)
    assert acting(office(plt, absences=(away("head.1"),)), MONDAY) == []
    assert acting(office(plt, vacant=True), MONDAY) == ["x"]


def test_the_next_in_line_acts_where_the_first_is_away_too() -> None:
    both = office(*CHAIN, absences=(away("head.1"), away("x")))
    assert acting(both, MONDAY) == ["y"]
    assert [substitute.account for substitute in both.line("head", MONDAY)] == ["x", "y", "z"]
    assert [holding.account for holding in both.reserve_of("z", MONDAY)] == ["z"]
    assert both.reserve_of("x", MONDAY) == ()


def test_a_mandate_for_named_sops_reaches_no_other() -> None:
    scoped = office(mandate("x", sops=("a",)))
    assert (acting(scoped, MONDAY, "a"), acting(scoped, MONDAY, "b")) == (["x"], [])
    assert "head" in scoped.seats_of("x", MONDAY)
    assert "head" not in scoped.seats_of("x", MONDAY, "b")


def test_a_holder_who_is_away_keeps_the_position_but_the_one_who_is_there_is_addressed() -> None:
    stood_in = office(*CHAIN, absences=(away("head.1"),))
    assert [holding.account for holding in stood_in.holders("head", MONDAY)] == ["head.1", "x"]
    assert stood_in.accounts_of("head", MONDAY) == ("x",)
    assert office(absences=(away("head.1"),)).accounts_of("head", MONDAY) == ("head.1",)


def test_a_disabled_substitute_is_passed_over() -> None:
    stood_in = office(*CHAIN, absences=(away("head.1"),))
    accounts = tuple(replace(account, disabled=account.username == "x") for account in stood_in.accounts)
    assert acting(replace(stood_in, accounts=accounts), MONDAY) == ["y"]


days = st.integers(0, 10).map(lambda n: MONDAY + timedelta(days=n))


@given(
    absences=st.lists(st.tuples(st.sampled_from(["head.1", "x", "y", "z"]), days, days), max_size=6), on=days
)
def test_at_most_one_of_a_chain_acts_and_nobody_who_is_away(
    absences: list[tuple[str, date, date]], on: date
) -> None:
    entered = tuple(away(who, min(a, b), max(a, b)) for who, a, b in absences)
    organisation = office(*CHAIN, absences=entered)
    charged = acting(organisation, on)
    assert len(charged) <= 1
    assert not any(organisation.is_absent(who, on) for who in charged)
    assert bool(charged) == (
        organisation.is_absent("head.1", on)
        and not all(organisation.is_absent(who, on) for who in ("x", "y", "z"))
    )
    for who in ("x", "y", "z"):
        assert ("head" in organisation.seats_of(who, on)) == (who in charged)
