"""The walk of the doctor: each dead end is found where it was planted, and none where there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from engine.cases.context import DecisionContext
from engine.organisation import Absence, Holding, Organisation
from engine.staffing.dry_run import Stop, walk
from engine.staffing.report import DeadEnd, of_organisation, of_walk
from tests.support.contexts import Play, organisation, shipped_definition

SOP = "perbaikan-data-kinerja"
TODAY = date(2026, 1, 5)
Plant = Callable[[Organisation], Organisation]


def context(office: Organisation, sop: str = SOP, **steps: dict[str, Any]) -> DecisionContext:
    definition = shipped_definition(sop)
    changed = tuple(replace(step, **steps.get(step.id, {})) for step in definition.steps)
    return Play(replace(definition, steps=changed), organisation=office).context()


def ends(office: Organisation, sop: str = SOP, **steps: dict[str, Any]) -> list[DeadEnd]:
    there = context(office, sop, **steps)
    return [*of_organisation(office, TODAY), *of_walk(there, walk(there))]


def kinds(found: list[DeadEnd]) -> set[str]:
    return {holding.kind for holding in found}


def without_holder(office: Organisation, position: str) -> Organisation:
    return replace(
        office, holdings=tuple(holding for holding in office.holdings if holding.position != position)
    )


def away(office: Organisation, *people: str) -> Organisation:
    spells = tuple(Absence(f"a-{who}", who, "cuti", TODAY, TODAY, who) for who in people)
    return replace(office, absences=(*office.absences, *spells))


def mandate(office: Organisation, account: str, position: str, **more: Any) -> Organisation:
    values: dict[str, Any] = {"kind": "plh", "order_number": "800/1", **more}
    new = Holding(f"{account}/9{len(office.holdings)}", account, position, **values)
    return replace(office, holdings=(*office.holdings, new))


def above(office: Organisation, position: str, reports_to: str | None) -> Organisation:
    changed = (
        replace(item, reports_to=reports_to) if item.id == position else item for item in office.positions
    )
    return replace(office, positions=tuple(changed))


def second_holder(office: Organisation) -> Organisation:
    return replace(office, holdings=(*office.holdings, Holding("kasi.psr.1/9", "kasi.psr.1", "kabid-psr")))


def one_hand(office: Organisation) -> Organisation:
    """The week of the dossier: the head is away, and who initials would sign for him as well."""
    return mandate(away(office, "kadis"), "sekdis", "kepala-dinas", valid_from=TODAY, valid_to=TODAY)


PLANTED: list[tuple[str, Plant, str]] = [
    ("no_holder", lambda office: without_holder(office, "kabid-psr"), "Bidang Pengelolaan Pasar"),
    ("all_absent", lambda office: away(office, "jp.psr.1", "jp.psr.2"), "JP 1 Bidang Pengelolaan Pasar"),
    ("no_superior", lambda office: above(office, "kabid-psr", None), "Kepala Bidang Pengelolaan Pasar"),
    ("two_superiors", second_holder, "Kepala Bidang Pengelolaan Pasar"),
    (
        "two_superiors",
        lambda office: replace(
            office,
            positions=(
                *office.positions,
                replace(office.positions[0], id="wakil", label="Wakil Kepala Dinas", roles=()),
            ),
        ),
        "Wakil Kepala Dinas",
    ),
    ("duties_apart", one_hand, "Sekretaris Dinas"),
    (
        "mandate_without_order",
        lambda office: mandate(office, "sekdis", "kepala-dinas", order_number=None, standing=True),
        "Plh. Kepala Dinas",
    ),
    (
        "mandate_expired",
        lambda office: mandate(
            without_holder(office, "kabid-psr"),
            "kasi.psr.1",
            "kabid-psr",
            kind="plt",
            valid_to=TODAY - timedelta(days=1),
        ),
        "Plt. Kepala Bidang Pengelolaan Pasar",
    ),
    (
        "same_rank",
        lambda office: mandate(
            mandate(office, "kabid.psr", "kepala-dinas", standing=True),
            "sekdis",
            "kepala-dinas",
            standing=True,
        ),
        "Kepala Dinas",
    ),
]


@pytest.mark.parametrize("sop", [SOP, "tindak-lanjut-evaluasi"])
def test_the_demonstration_office_has_no_dead_end(sop: str) -> None:
    assert ends(organisation(), sop) == []


@pytest.mark.parametrize(("kind", "plant", "named"), PLANTED)
def test_a_planted_dead_end_is_found_and_named(kind: str, plant: Plant, named: str) -> None:
    found = [holding for holding in ends(plant(organisation())) if holding.kind == kind]
    assert found
    assert any(named in fault.message.indonesian for fault in found)
    assert all(fault.message.english for fault in found)


def test_a_strategic_step_of_a_vacant_position_is_a_dead_end_whoever_acts() -> None:
    vacant = mandate(without_holder(organisation(), "kepala-dinas"), "sekdis", "kepala-dinas", kind="plt")
    assert "strategic_vacant" in kinds(ends(vacant, s9={"strategic": True}))
    assert "strategic_vacant" not in kinds(ends(vacant))


def test_a_stage_that_reaches_nobody_it_names_is_told() -> None:
    nobody = without_holder(organisation(), "kepala-dinas")
    there = context(nobody)
    stages = tuple(replace(stage, to=("kepala_dinas",)) for stage in there.policy.stages)
    there = replace(there, policy=replace(there.policy, stages=stages))
    assert "chain_ends" in kinds(of_walk(there, walk(there)))


def test_a_stage_that_reaches_nobody_in_one_unit_is_told_for_that_unit_alone() -> None:
    there = context(without_holder(organisation(), "kabid-psr"))
    stages = tuple(replace(stage, to=("kepala_bidang",)) for stage in there.policy.stages)
    there = replace(there, policy=replace(there.policy, stages=stages))
    unheard = [
        holding
        for holding in of_walk(there, walk(there))
        if holding.kind == "chain_ends" and "(s5)" in holding.message.indonesian
    ]
    assert [", Bidang Pengelolaan Pasar: " in fault.message.indonesian for fault in unheard] == [True]


def test_an_sop_and_its_step_are_named_as_people_and_as_files_name_them() -> None:
    [found, *_] = [holding for holding in ends(away(organisation(), "kadis")) if holding.kind == "all_absent"]
    assert found.message.indonesian.startswith(
        'Mekanisme Perbaikan Data Kinerja (perbaikan-data-kinerja), langkah "Meneliti data kinerja dan'
    )
    assert " (s1): Kepala Dinas sedang tidak hadir" in found.message.indonesian
    assert " (s1): Kepala Dinas is away and nobody stands in" in found.message.english


def test_a_standing_substitute_of_his_own_rank_mends_what_one_hand_would_break() -> None:
    chain = mandate(one_hand(organisation()), "kabid.psr", "kepala-dinas", rank=2)
    assert "duties_apart" not in kinds(ends(chain))


def test_ended_mandates_of_staffed_positions_are_history_and_no_finding() -> None:
    past = mandate(
        organisation(), "sekdis", "kepala-dinas", order_number=None, valid_to=TODAY - timedelta(days=9)
    )
    assert ends(past) == []


def test_the_walk_says_who_gets_a_step_and_who_if_they_are_away() -> None:
    office = mandate(organisation(), "kasi.psr.1", "kabid-psr", standing=True)
    stops = {(stop.step.id, stop.unit): stop for stop in walk(context(office))}
    stop: Stop = stops["s6", "bid-psr"]
    assert (stop.executors, stop.instead) == (("kabid.psr",), ("kasi.psr.1",))
    assert {unit for step, unit in stops if step == "s5"} == {"bid-pdn", "bid-eks", "bid-psr", "bid-pkm"}
    assert stop.told[-1].recipients == {"sekdis": "sekretaris", "kadis": "kepala_dinas"}


def test_what_a_form_decides_later_is_shown_as_open_and_no_dead_end() -> None:
    stops = {item.step.id: item for item in walk(context(organisation(), "tindak-lanjut-evaluasi"))}
    assert stops["g5"].chosen
    assert stops["g7"].executors == ("inspektorat.1", "inspektorat.2")
