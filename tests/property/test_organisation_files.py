"""Laws of organisation files: writing and reading are inverse, and nothing with a past is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from unicodedata import normalize

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.access.actor import HOST
from engine.clock import FakeClock
from engine.commands.organisation.organisation_files import OrganisationFiles
from engine.context import Context, new_id
from engine.organisation import (
    SYSTEM_ROLES,
    Account,
    AgencyInfo,
    Decree,
    Holding,
    Organisation,
    Position,
    Team,
    Term,
    Unit,
    read_organisation,
)
from engine.organisation.diff import differences, succeeding
from engine.organisation.serialise import organisation_yaml
from engine.store import Store, open_store
from engine.store.catalog import Catalog
from engine.store.files import FileStore
from tests.support.scratch import scratch_folder

TODAY = date(2026, 1, 20)
letters = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))
labels = st.text(letters, min_size=1, max_size=20).map(lambda text: normalize("NFC", text))
days = st.none() | st.integers(-30, 30).map(lambda n: TODAY + timedelta(days=n))


def office_of(store: Store) -> Context:
    """An office of which only the store and the clock are asked."""
    return Context(
        store=store,
        catalog=Catalog(new_id),
        clock=FakeClock("2026-01-20T08:00+08:00"),
        files=FileStore(scratch_folder()),
        password_fits=lambda _text, _stored: False,
        hash_password=lambda text: text,
    )


def ordered(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    return (last, first) if first and last and last < first else (first, last)


@st.composite
def holdings(draw: Any, account: str, positions: list[str]) -> list[Holding]:
    """At most one per position, so that nobody stands in for himself."""
    found = []
    for number, position in enumerate(draw(st.lists(st.sampled_from(positions), unique=True)), start=1):
        first, last = ordered(draw(days), draw(days))
        acting = draw(st.booleans())
        more: dict[str, Any] = {}
        if acting:
            more = {
                "kind": draw(st.sampled_from(["plt", "plh"])),
                "order_number": draw(st.none() | labels),
                "order_file": draw(st.none() | st.just("f-1")),
                "sops": tuple(draw(st.lists(st.sampled_from(["a", "b-c"]), unique=True))),
                "rank": draw(st.integers(1, 9)),
                "standing": draw(st.booleans()),
            }
        found.append(
            Holding(f"{account}/{number}", account, position, valid_from=first, valid_to=last, **more)
        )
    return found


@st.composite
def organisations(draw: Any) -> Organisation:
    unit_ids = draw(st.lists(st.sampled_from(["u1", "u2", "u3", "on"]), unique=True))
    units = []
    for n, unit in enumerate(unit_ids):
        first, last = ordered(draw(days), draw(days))
        parent = draw(st.none() | st.sampled_from(unit_ids[:n])) if n else None
        units.append(
            Unit(unit, draw(st.sampled_from(["bidang", "seksi"])), draw(labels), parent, first, last)
        )
    position_ids = draw(st.lists(st.sampled_from(["p1", "p2", "p3", "p4"]), unique=True, min_size=1))
    positions = []
    for n, position in enumerate(position_ids):
        first, last = ordered(draw(days), draw(days))
        positions.append(
            Position(
                position,
                draw(labels),
                draw(st.sampled_from(["office", *unit_ids])),
                draw(st.none() | st.just("II")),
                tuple(draw(st.lists(st.sampled_from(["r1", "r2"]), unique=True))),
                draw(st.none() | st.sampled_from(position_ids[:n])) if n else None,
                first,
                last,
            )
        )
    usernames = draw(st.lists(st.sampled_from(["x", "y.1", "z_2"]), unique=True))
    accounts = [
        Account(
            name, draw(labels), frozenset(draw(st.sets(st.sampled_from(SYSTEM_ROLES)))), draw(st.booleans())
        )
        for name in usernames
    ]
    held = [item for name in usernames for item in draw(holdings(name, position_ids))]
    teams = [
        Team(
            "tim",
            draw(labels),
            draw(st.none() | st.builds(Decree, st.none() | labels, days)),
            draw(st.none() | st.sampled_from(position_ids)),
            tuple(draw(st.lists(st.sampled_from(position_ids), unique=True))),
            tuple(usernames),
            valid_from=draw(st.none() | st.just(date(2026, 1, 1))),
            valid_to=draw(st.none() | st.just(date(2026, 12, 31))),
            terms=(Term(members=tuple(position_ids[:1]), valid_to=date(2025, 12, 31)),)
            if draw(st.booleans())
            else (),
        )
    ]
    return Organisation(
        version=1,
        agency=AgencyInfo(
            "office", draw(labels), "Kantor", "Asia/Makassar", "asn-5hk", draw(st.none() | labels)
        ),
        units=tuple(units),
        positions=tuple(positions),
        holdings=tuple(held),
        teams=tuple(teams if draw(st.booleans()) else ()),
        accounts=tuple(accounts),
    )


@settings(max_examples=150)
@given(organisations())
def test_reading_what_was_written_gives_the_same_organisation(organisation: Organisation) -> None:
    text = organisation_yaml(organisation)
    again = read_organisation(text)
    assert again == organisation
    assert organisation_yaml(again) == text


@settings(max_examples=60)
@given(organisations(), organisations())
def test_what_has_begun_is_ended_and_never_lost(old: Organisation, new: Organisation) -> None:
    after = succeeding(old, new, TODAY)
    assert len({holding.id for holding in after.holdings}) == len(after.holdings)
    assert {account.username for account in old.accounts} <= {account.username for account in after.accounts}
    for before, now in ((old.units, after.units), (old.positions, after.positions)):
        begun = {item.id for item in before if item.valid_from is None or item.valid_from <= TODAY}
        assert begun <= {item.id for item in now}
    written = [replace(holding, id="") for holding in new.holdings]
    for holding in old.holdings:
        if holding.valid_from is None or holding.valid_from <= TODAY:
            assert (
                any(other.id == holding.id for other in after.holdings) or replace(holding, id="") in written
            )
    for holding in after.holdings:
        # Whoever holds a position today is somebody whom the new file names there.
        if holding.covers(TODAY + timedelta(days=1)):
            assert replace(holding, id="") in written


@settings(max_examples=100)
@given(organisations())
def test_an_organisation_succeeds_itself_without_a_difference(organisation: Organisation) -> None:
    after = succeeding(organisation, read_organisation(organisation_yaml(organisation)), TODAY)
    assert after == organisation
    assert differences(organisation, after, TODAY) == []


@settings(max_examples=10)
@given(organisations(), organisations())
def test_a_file_comes_back_from_the_store_as_it_went_in(first: Organisation, second: Organisation) -> None:
    store = open_store("sqlite://")
    try:
        files = OrganisationFiles(office_of(store))
        for organisation in (first, second):
            files.load(HOST, organisation_yaml(organisation), version=None)
            kept = store.ask(lambda tx: tx.organisations.get("office"))
            again = files.foresee(HOST, organisation_yaml(kept))
            assert list(again.differences) == []
            if organisation is first:
                assert organisation_yaml(kept) == organisation_yaml(first)
    finally:
        store.close()
