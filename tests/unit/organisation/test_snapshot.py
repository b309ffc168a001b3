"""Units, positions, holders and superiors of one agency."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.organisation import Account, AgencyInfo, Holding, Organisation, Position, Team, Unit

TODAY = date(2026, 1, 20)
AGENCY = AgencyInfo("dinas", "Dinas Contoh", "Dinas", "Asia/Makassar", "asn-5hk")


def organisation(**parts: object) -> Organisation:
    defaults: dict[str, object] = {
        "units": (
            Unit("sekretariat", "sekretariat", "Sekretariat"),
            Unit("bid-a", "bidang", "Bidang A"),
            Unit("sek-a", "seksi", "Seksi A", "bid-a"),
            Unit("bid-b", "bidang", "Bidang B"),
        ),
        "positions": (
            Position("kadis", "Kepala Dinas", "dinas", roles=("kepala_dinas",)),
            Position("kabid-a", "Kabid A", "bid-a", roles=("kepala_bidang",), reports_to="kadis"),
            Position("sekdis", "Sekretaris", "sekretariat", roles=("sekretaris",), reports_to="kadis"),
            Position("kasi-a", "Kasi A", "sek-a", roles=("kepala_seksi",), reports_to="kabid-a"),
            Position("jp-a", "JP A", "sek-a", roles=("jp",), reports_to="kasi-a"),
            Position("kabid-b", "Kabid B", "bid-b", roles=("kepala_bidang",), reports_to="kadis"),
        ),
        "accounts": tuple(Account(name, name.title()) for name in ("ani", "budi", "citra", "tamu")),
        "holdings": (),
        "teams": (),
    }
    return Organisation(version=1, agency=AGENCY, **{**defaults, **parts})  # type: ignore[arg-type]


def test_holders_come_definitive_first_then_plh_then_plt() -> None:
    org = organisation(
        holdings=(
            Holding("1", "citra", "kadis", "plt"),
            Holding("2", "budi", "kadis", "plh"),
            Holding("3", "ani", "kadis", "definitive"),
        )
    )
    assert [holding.account for holding in org.holders("kadis", TODAY)] == ["ani", "budi", "citra"]
    assert org.accounts_of("kadis", TODAY) == ("ani", "budi", "citra")


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 1, 18), False),
        (date(2026, 1, 19), True),
        (date(2026, 1, 23), True),
        (date(2026, 1, 24), False),
    ],
)
def test_first_and_last_day_of_a_holding_both_count(day: date, holds: bool) -> None:
    org = organisation(
        holdings=(Holding("1", "budi", "kadis", "plh", date(2026, 1, 19), date(2026, 1, 23), "800/1"),)
    )
    assert bool(org.holders("kadis", day)) is holds
    assert ("kadis" in org.seats_of("budi", day)) is holds


def test_a_disabled_account_holds_nothing_and_has_no_seat() -> None:
    org = organisation(
        accounts=(Account("ani", "Ani", disabled=True),), holdings=(Holding("1", "ani", "kadis"),)
    )
    assert org.holders("kadis", TODAY) == ()
    assert org.seats_of("ani", TODAY) == frozenset()
    assert org.accounts_of("@ani", TODAY) == ()


def test_a_person_without_position_still_has_a_personal_seat() -> None:
    org = organisation()
    assert org.seats_of("tamu", TODAY) == {"@tamu"}
    assert org.accounts_of("@tamu", TODAY) == ("tamu",)
    assert org.accounts_of("@siapa", TODAY) == ()


def test_a_seat_is_told_by_its_label_and_an_unknown_one_by_its_id() -> None:
    org = organisation()
    assert org.label_of("kadis") == "Kepala Dinas"
    assert org.label_of("@tamu") == "Tamu"
    assert org.label_of("bid-a") == "Bidang A"
    assert org.label_of("dinas") == "Dinas Contoh"
    assert org.label_of("jabatan-lama") == "jabatan-lama"


def test_the_agency_is_the_root_of_all_units() -> None:
    org = organisation()
    assert org.units_below("bid-a") == {"bid-a", "sek-a"}
    assert org.units_below("dinas") == {"dinas", "sekretariat", "bid-a", "sek-a", "bid-b"}
    assert org.units_of_type("bidang") == ("bid-a", "bid-b")
    assert org.enclosing("sek-a", "bidang") == "bid-a"
    assert org.enclosing("sekretariat", "bidang") is None


def test_positions_with_a_role_are_found_anywhere_below_a_unit() -> None:
    org = organisation()
    assert org.positions_with("jp", "bid-a") == ("jp-a",)
    assert org.positions_with("jp", "bid-b") == ()
    assert org.positions_with("kepala_bidang") == ("kabid-a", "kabid-b")


def test_superiors_are_named_nearest_first_and_the_head_has_none() -> None:
    org = organisation()
    assert org.superiors("jp-a") == ("kasi-a", "kabid-a", "kadis")
    assert org.superior("kadis") is None
    assert org.head() == "kadis"
    assert org.heads_of("bid-a") == ("kabid-a",)


def test_the_deputy_is_the_secretary_under_the_head_else_its_first_report() -> None:
    org = organisation()
    assert org.deputy() == "sekdis"
    without = tuple(p for p in org.positions if p.id != "sekdis")
    assert organisation(positions=without).deputy() == "kabid-a"
    assert organisation(positions=()).deputy() is None


def test_a_person_leads_all_positions_below_those_held() -> None:
    org = organisation(holdings=(Holding("1", "ani", "kabid-a"), Holding("2", "budi", "jp-a")))
    assert org.leads("ani", TODAY) == {"kasi-a", "jp-a"}
    assert org.leads("budi", TODAY) == frozenset()


def test_a_team_is_its_chair_its_member_positions_and_its_persons_each_once() -> None:
    org = organisation(
        teams=(Team("tim", "Tim", chair="sekdis", members=("kadis", "sekdis"), accounts=("tamu",)),)
    )
    assert org.team_seats("tim") == ("sekdis", "kadis", "@tamu")
    assert org.team_seats("lain") == ()


names = st.sampled_from(["p0", "p1", "p2", "p3", "p4"])
kinds = st.sampled_from(["definitive", "plt", "plh"])
days = st.none() | st.dates(date(2025, 12, 1), date(2026, 3, 1))
people = st.sampled_from(["ani", "budi", "citra"])


@settings(deadline=None, max_examples=150)
@given(
    reports=st.dictionaries(names, names),
    held=st.lists(st.tuples(people, names, kinds, days, days), max_size=8),
    off=st.sets(people),
)
def test_look_ups_agree_with_each_other_even_when_superiors_run_in_a_circle(
    reports: dict[str, str],
    held: list[tuple[str, str, str, date | None, date | None]],
    off: set[str],
) -> None:
    org = organisation(
        positions=tuple(
            Position(f"p{n}", f"P{n}", "bid-a", reports_to=reports.get(f"p{n}")) for n in range(5)
        ),
        holdings=tuple(Holding(str(n), a, p, k, f, t) for n, (a, p, k, f, t) in enumerate(held)),  # type: ignore[arg-type]
        accounts=tuple(Account(name, name, disabled=name in off) for name in ("ani", "budi", "citra")),
    )
    for position in org.positions:
        for person in ("ani", "budi", "citra"):
            reached = position.id in org.seats_of(person, TODAY)
            assert reached == (person in org.accounts_of(position.id, TODAY))
        for superior in org.superiors(position.id):
            assert position.id in org.subordinates(superior)
        assert position.id not in org.superiors(position.id)
        assert position.id not in org.subordinates(position.id)
