"""What each kind of role means in a branch, and what is said when nobody can perform it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from engine.calendar.durations import Duration
from engine.organisation import (
    Account,
    AgencyInfo,
    Holding,
    Organisation,
    Position,
    Resolution,
    Team,
    Unit,
    resolve,
    staffing_gaps,
)
from engine.sop.identity import Identity
from engine.sop.model import Block, Definition, ForEach, Role, Step

TODAY = date(2026, 1, 20)

ROLES = {
    "kepala_dinas": Role(label="Kepala Dinas", per="agency"),
    "sekretaris": Role(label="Sekretaris", per="agency"),
    "kepala_bidang": Role(label="Kepala Bidang", per="bidang"),
    "jp": Role(label="Jabatan Pelaksana", per="unit", many=True),
    "tim": Role(label="Tim", team="tim-a", many=True),
    "pic": Role(label="Penanggung Jawab", from_="item.penanggung_jawab"),
    "atasan_pic": Role(label="Atasan PIC", supervisor_of="pic", fallback="sekretaris"),
    "atasan_kepala": Role(label="Atasan Kepala", supervisor_of="kepala_dinas"),
    "pemohon": Role(label="Pemohon", external=True, recorded_by="loket"),
    "tamu": Role(label="Tamu", external=True),
    "loket": Role(label="Petugas Loket", per="agency", many=True),
    "sistem": Role(label="Sistem", system=True),
    "kantor": Role(label="Kantor terkait", from_="s1.kantor"),
    "kosong": Role(label="Belum Ada", per="agency"),
    "cadangan": Role(label="Cadangan", per="agency", fallback="sekretaris"),
    "lingkar_a": Role(label="Lingkar A", supervisor_of="lingkar_b"),
    "lingkar_b": Role(label="Lingkar B", supervisor_of="lingkar_a"),
    "tim_lain": Role(label="Tim Lain", team="tim-lain"),
}

POSITIONS = (
    Position("kadis", "Kepala Dinas", "dinas", roles=("kepala_dinas",)),
    Position("sekdis", "Sekretaris Dinas", "sekretariat", roles=("sekretaris",), reports_to="kadis"),
    Position("loket-1", "Petugas Loket 1", "sekretariat", roles=("loket",), reports_to="sekdis"),
    Position("kabid-a", "Kabid A", "bid-a", roles=("kepala_bidang",), reports_to="kadis"),
    Position("kasi-a", "Kasi A", "sek-a", roles=("kepala_seksi",), reports_to="kabid-a"),
    Position("jp-a", "JP A", "sek-a", roles=("jp",), reports_to="kasi-a"),
    Position("kabid-b", "Kabid B", "bid-b", roles=("kepala_bidang",), reports_to="kadis"),
    Position("jp-b1", "JP B1", "bid-b", roles=("jp",), reports_to="kabid-b"),
    Position("jp-b2", "JP B2", "bid-b", roles=("jp",), reports_to="kabid-b"),
)


@pytest.fixture
def organisation() -> Organisation:
    return Organisation(
        version=1,
        agency=AgencyInfo("dinas", "Dinas Contoh", "Dinas", "Asia/Makassar", "asn-5hk"),
        units=(
            Unit("sekretariat", "sekretariat", "Sekretariat"),
            Unit("bid-a", "bidang", "Bidang A"),
            Unit("sek-a", "seksi", "Seksi A", "bid-a"),
            Unit("bid-b", "bidang", "Bidang B"),
        ),
        positions=POSITIONS,
        holdings=tuple(Holding(p.id, f"akun.{p.id}", p.id) for p in POSITIONS),
        teams=(Team("tim-a", "Tim A", members=("sekdis", "kabid-a"), accounts=("evaluator",)),),
        accounts=(*(Account(f"akun.{p.id}", p.label) for p in POSITIONS), Account("evaluator", "Evaluator")),
    )


def meaning(
    organisation: Organisation,
    role_id: str,
    *,
    unit: str | None = None,
    values: Mapping[str, Any] | None = None,
    done: Mapping[str, str] | None = None,
) -> Resolution:
    return resolve(
        role_id,
        ROLES,
        organisation=organisation,
        branch_unit=unit,
        values=values or {},
        done_by=(done or {}).get,
    )


@pytest.mark.parametrize(
    ("role_id", "unit", "seats"),
    [
        ("kepala_dinas", None, ("kadis",)),
        ("kepala_dinas", "bid-a", ("kadis",)),
        ("kepala_bidang", "bid-a", ("kabid-a",)),
        ("kepala_bidang", None, ("kabid-a", "kabid-b")),
        ("jp", "bid-a", ("jp-a",)),
        ("jp", "bid-b", ("jp-b1", "jp-b2")),
        ("tim", "bid-a", ("sekdis", "kabid-a", "@evaluator")),
        ("pemohon", None, ("loket-1",)),
        ("sistem", None, ()),
        ("cadangan", None, ("sekdis",)),
    ],
)
def test_a_role_means_positions_of_the_agency_or_of_the_branch(
    organisation: Organisation, role_id: str, unit: str | None, seats: tuple[str, ...]
) -> None:
    assert meaning(organisation, role_id, unit=unit) == Resolution(seats)


def test_a_branch_inside_a_unit_of_the_roles_type_is_served_by_the_unit_around_it(
    organisation: Organisation,
) -> None:
    assert meaning(organisation, "kepala_bidang", unit="sek-a").seats == ("kabid-a",)


@pytest.mark.parametrize(
    ("chosen", "seats"),
    [
        ("jp-a", ("jp-a",)),
        ("evaluator", ("@evaluator",)),
        ("@evaluator", ("@evaluator",)),
        ("bid-b", ("kabid-b",)),
        (["kabid-a", "evaluator", "kabid-a"], ("kabid-a", "@evaluator")),
    ],
)
def test_a_role_chosen_in_a_form_may_be_a_position_a_person_a_unit_or_a_list(
    organisation: Organisation, chosen: object, seats: tuple[str, ...]
) -> None:
    assert meaning(organisation, "pic", values={"item": {"penanggung_jawab": chosen}}).seats == seats


def test_a_path_through_a_table_collects_the_column_of_all_rows(organisation: Organisation) -> None:
    rows = [{"kantor": "kabid-b"}, {"kantor": None}, {"kantor": "sekdis"}]
    roles = {"kantor": Role(label="Kantor", from_="s1.daftar.kantor")}
    found = resolve(
        "kantor",
        roles,
        organisation=organisation,
        branch_unit=None,
        values={"s1": {"daftar": rows}},
        done_by=lambda _: None,
    )
    assert found.seats == ("kabid-b", "sekdis")


def test_the_superior_is_of_the_position_that_did_the_step_else_of_the_one_that_will(
    organisation: Organisation,
) -> None:
    chosen = {"item": {"penanggung_jawab": "jp-a"}}
    assert meaning(organisation, "atasan_pic", values=chosen).seats == ("kasi-a",)
    assert meaning(organisation, "atasan_pic", values=chosen, done={"pic": "kabid-b"}).seats == ("kadis",)


def test_without_a_superior_the_fallback_takes_the_step(organisation: Organisation) -> None:
    for done in ("kadis", "@evaluator"):
        assert meaning(organisation, "atasan_pic", done={"pic": done}).seats == ("sekdis",)


@pytest.mark.parametrize(
    ("role_id", "values", "words"),
    [
        ("kosong", {}, "no position in Dinas Contoh"),
        ("pic", {}, "is empty; fill it in first"),
        ("pic", {"item": {"penanggung_jawab": "siapa"}}, '"siapa" is no position, account or unit'),
        ("atasan_kepala", {}, "who has none"),
        ("tamu", {}, "no recorded_by"),
        ("lingkar_a", {}, "who has none"),
        ("tim_lain", {}, "teams: tim-a"),
    ],
)
def test_a_gap_says_in_both_languages_what_is_missing(
    organisation: Organisation, role_id: str, values: Mapping[str, Any], words: str
) -> None:
    found = meaning(organisation, role_id, values=values)
    assert found.seats == ()
    assert found.gap is not None
    assert words in found.gap.message.english
    assert ROLES[role_id].label in found.gap.message.indonesian


def definition(*steps: tuple[str, str], block: Block | None = None) -> Definition:
    return Definition(
        schema="sop/v1",
        id="uji",
        version="1.0.0",
        identity=Identity(title="Uji"),
        roles=ROLES,
        blocks={"blok": block} if block else {},
        steps=tuple(
            Step(id=step_id, activity=step_id, executor=(role,), time=Duration(minutes=30))
            for step_id, role in steps
        ),
    )


def without_holder(organisation: Organisation, *positions: str) -> Organisation:
    kept = tuple(h for h in organisation.holdings if h.position not in positions)
    return Organisation(
        1, organisation.agency, organisation.units, POSITIONS, kept, organisation.teams, organisation.accounts
    )


def test_a_fully_staffed_sop_has_no_gap(organisation: Organisation) -> None:
    sop = definition(("s1", "kepala_dinas"), ("s2", "kepala_bidang"), ("s3", "pemohon"), ("s4", "tim"))
    assert staffing_gaps(sop, organisation, TODAY) == []


def test_all_gaps_are_listed_at_once_each_with_its_unit(organisation: Organisation) -> None:
    sop = definition(("s1", "kepala_dinas"), ("s2", "kepala_bidang"), ("s3", "kosong"), ("s4", "tim_lain"))
    gaps = staffing_gaps(sop, without_holder(organisation, "kadis", "kabid-a", "kabid-b"), TODAY)
    assert [(gap.role, gap.unit) for gap in gaps] == [
        ("kepala_dinas", None),
        ("kepala_bidang", "bid-a"),
        ("kepala_bidang", "bid-b"),
        ("kosong", None),
        ("tim_lain", None),
    ]
    assert "Kabid A" in gaps[1].message.indonesian
    assert "Bidang A" in gaps[1].message.english


def test_a_holding_that_has_ended_leaves_a_gap_from_the_next_day(organisation: Organisation) -> None:
    ended = tuple(
        Holding(h.id, h.account, h.position, valid_to=TODAY if h.position == "kadis" else None)
        for h in organisation.holdings
    )
    org = Organisation(
        1,
        organisation.agency,
        organisation.units,
        POSITIONS,
        ended,
        organisation.teams,
        organisation.accounts,
    )
    sop = definition(("s1", "kepala_dinas"))
    assert staffing_gaps(sop, org, TODAY) == []
    assert [gap.role for gap in staffing_gaps(sop, org, date(2026, 1, 21))] == ["kepala_dinas"]


def test_an_outside_role_needs_its_recorder_and_a_dynamic_one_only_its_fallback(
    organisation: Organisation,
) -> None:
    sop = definition(("s1", "pemohon"), ("s2", "pic"), ("s3", "atasan_pic"), ("s4", "sistem"))
    gaps = staffing_gaps(sop, without_holder(organisation, "loket-1", "sekdis"), TODAY)
    assert [gap.role for gap in gaps] == ["loket", "sekretaris"]


def test_a_role_of_the_branchs_unit_is_asked_for_in_every_unit_that_may_become_a_branch(
    organisation: Organisation,
) -> None:
    block = Block(for_each=ForEach(units=("bidang", "sekretariat")), steps=("s1",))
    gaps = staffing_gaps(definition(("s1", "jp"), block=block), organisation, TODAY)
    assert [(gap.role, gap.unit) for gap in gaps] == [("jp", "sekretariat")]
