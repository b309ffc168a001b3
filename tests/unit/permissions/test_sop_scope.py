"""In which SOPs seats count where a mandate is for named SOPs alone; who reads and writes which rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.access.actor import HOST, Actor, AnyActor
from engine.organisation import Holding
from engine.permissions.registers import EVERYTHING, RegisterRights
from engine.permissions.rules import Acting
from engine.permissions.sop_scope import SopScope, mandated, reaches
from engine.permissions.start import may_start, starting_capacity
from engine.permissions.visibility import owners_of_activity
from engine.sop.registers.definition import RegisterDefinition
from tests.support.contexts import Play, organisation, shipped_definition

DAY = date(2026, 1, 5)
NINE = shipped_definition("perbaikan-data-kinerja")


def with_holdings(*more: Holding) -> Any:
    return replace(organisation(), holdings=(*organisation().holdings, *more))


def plh(account: str, position: str, *sops: str, **more: Any) -> Holding:
    return Holding(f"{account}/{position}", account, position, "plh", sops=sops, **more)


def seats(office: Any, account: str) -> dict[SopScope, set[str]]:
    found = reaches(office, account, DAY, office.seats_of)
    return {scope: {seat for seat in held if not seat.startswith("@")} for scope, held in found.items()}


def test_seats_of_somebody_without_a_mandate_count_everywhere() -> None:
    assert seats(organisation(), "sekdis") == {SopScope(): {"sekretaris"}}


def test_a_mandate_for_named_sops_counts_in_those_alone() -> None:
    office = with_holdings(plh("sekdis", "kepala-dinas", "tapkin", "rkt"))
    assert seats(office, "sekdis") == {
        SopScope(): {"sekretaris"},
        SopScope(frozenset({"tapkin", "rkt"}), all_but=False): {"kepala-dinas"},
    }
    assert mandated(office, "sekdis", DAY) == {"kepala-dinas"}
    assert mandated(organisation(), "sekdis", DAY) == frozenset()


def test_a_mandate_for_every_sop_is_not_narrowed_by_its_own() -> None:
    office = with_holdings(plh("sekdis", "kepala-dinas"))
    assert seats(office, "sekdis") == {SopScope(): {"sekretaris", "kepala-dinas"}}


def test_where_a_first_in_line_takes_some_sops_the_second_has_all_but_those() -> None:
    office = with_holdings(
        plh("kabid.psr", "kepala-dinas", "tapkin", rank=1), plh("sekdis", "kepala-dinas", rank=2)
    )
    assert seats(office, "sekdis")[SopScope(frozenset({"tapkin"}), all_but=True)] == {"kepala-dinas"}
    assert seats(office, "sekdis")[SopScope()] == {"sekretaris"}


# --- registers ---


def a_register(**more: Any) -> RegisterDefinition:
    given: dict[str, Any] = {"schema": "register/v1", "id": "x", "label": "X", "title": "judul"}
    return RegisterDefinition(**given | {"key": ("judul",), "columns": (), "unit": "unit"} | more)


def rights(account: str | AnyActor, office: Any = None, **more: Any) -> RegisterRights:
    actor = Actor(account) if isinstance(account, str) else account
    return RegisterRights(a_register(**more), office or organisation(), actor, DAY)


def a_row(unit: str | None) -> dict[str, Any]:
    return {"judul": "a", "unit": unit}


def test_what_the_agency_reads_everybody_who_takes_part_and_auditors_read() -> None:
    for account in ("jp.psr.1", "auditor"):
        of = rights(account)
        assert (of.units, of.sees(a_row(None)), of.sees_rows, of.is_shown, of.may) == (
            None,
            True,
            True,
            True,
            [],
        )


def test_an_administrator_sees_the_register_and_no_row() -> None:
    of = rights("admin")
    assert (of.units, of.sees(a_row("bid-psr")), of.sees_rows, of.is_shown) == (
        frozenset(),
        False,
        False,
        True,
    )


def test_a_stranger_sees_nothing() -> None:
    of = rights("tidak.ada")
    assert (of.units, of.sees_rows, of.is_shown, of.may) == (frozenset(), False, False, [])


def test_the_system_reads_and_writes_everything() -> None:
    of = rights(HOST, edit=("sekretaris",), edit_own=True)
    assert (of.units, of.may, of.edits_as(a_row("bid-psr"))) == (None, list(EVERYTHING), Acting(None, None))
    assert of.sees_rows


def test_a_unit_reads_its_own_rows_and_its_superiors_read_them_too() -> None:
    own = rights("jp.psr.1", read=("unit",))
    assert own.units == {"sek-psr-1", "bid-psr", organisation().agency.id}
    assert own.sees(a_row("bid-psr"))
    assert not own.sees(a_row("bid-pkm"))
    assert not own.sees(a_row(None))
    assert rights("kadis", read=("unit",)).sees(a_row("bid-pkm"))


def test_a_role_that_reads_or_writes_all_of_it_sees_every_row() -> None:
    role = organisation().position("sekretaris")
    assert role is not None
    assert rights("sekdis", read=role.roles[:1]).units is None
    assert rights("jp.psr.1", read=role.roles[:1]).units == frozenset()
    editing = rights("sekdis", read=(), edit=role.roles[:1])
    assert (editing.units, editing.may) == (None, list(EVERYTHING))
    assert editing.edits_as(a_row("bid-psr")) == Acting("sekretaris", "definitive")
    assert rights("jp.psr.1", edit=role.roles[:1]).edits_as(a_row("bid-psr")) is None


def test_who_edits_his_own_rows_alone_sees_and_writes_those() -> None:
    role = organisation().position("kabid-psr")
    assert role is not None
    of = rights("kabid.psr", read=(), edit=role.roles, edit_own=True)
    assert of.units is not None
    assert of.sees(a_row("bid-psr"))
    assert not of.sees(a_row("bid-pkm"))
    assert of.may == list(EVERYTHING)
    assert of.edits_as(a_row("bid-psr")) == Acting("kabid-psr", "definitive")
    assert of.edits_as(a_row("bid-pkm")) is None
    assert (
        rights("kabid.psr", read=(), edit=role.roles, edit_own=True, unit=None).edits_as(a_row(None)) is None
    )


def test_a_mandate_for_other_sops_edits_no_register() -> None:
    role = organisation().position("sekretaris")
    assert role is not None
    office = with_holdings(plh("jp.psr.1", "sekretaris", "tapkin"))
    assert rights("jp.psr.1", office, edit=role.roles[:1]).may == []
    everywhere = with_holdings(plh("jp.psr.1", "sekretaris"))
    assert rights("jp.psr.1", everywhere, edit=role.roles[:1]).edits_as(a_row(None)) == Acting(
        "sekretaris", "plh"
    )


# --- starting ---


@pytest.mark.parametrize(("account", "starts"), [("kadis", True), ("jp.psr.1", False), ("auditor", False)])
def test_who_starts_by_hand(account: str, starts: bool) -> None:
    assert may_start(Play(NINE).context(), account) is starts


def test_a_start_is_in_the_capacity_that_the_trigger_names() -> None:
    context = Play(NINE).context()
    assert starting_capacity(context, "kadis") == Acting("kepala-dinas", "definitive")
    context = replace(context, organisation=with_holdings(plh("sekdis", "kepala-dinas")))
    assert starting_capacity(context, "sekdis") in (
        Acting("kepala-dinas", "plh"),
        Acting("sekretaris", "definitive"),
    )


def test_without_an_owner_of_the_activity_all_who_answer_for_the_sop_do() -> None:
    office = organisation()
    named = owners_of_activity(NINE, office)
    assert named == set(office.positions_with(NINE.identity.activity_owner or ""))
    nobody = replace(NINE, identity=replace(NINE.identity, activity_owner=None))
    assert owners_of_activity(nobody, office) == {"kepala-dinas"}
