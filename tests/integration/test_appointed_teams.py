"""A signature appoints a team: its term counts on its days, the organisation's history and auditors know."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.errors import ActionNotAvailable, CannotBeStaffed, InvalidInput, NotFound
from engine.organisation import Team
from engine.store.audit_reader import verify_log
from tests.support.small_office import PASSWORD, SmallOffice, errors_of, sop

pytestmark = pytest.mark.on("sqlite")

TEAM = {"team_id": "tim", "label": "Tim Penilai", "members": ["kabid-c"], "agency": "kantor"}
MANUAL = "triggers: [{type: manual, by: [sekretaris]}]"
APPOINTING = sop("""
documents: {sk: {label: Keputusan}}
steps:
  - {id: susun, activity: Menyusun, executor: sekretaris, time: 30m, form: susunan, next: tetapkan}
  - id: tetapkan
    activity: Menetapkan
    executor: kepala
    time: 30m
    kind: decision
    form: penetapan
    outcomes:
      ya: {label: Tetapkan, to: arsip, sign: {kind: signature, document: sk},
           appoint: {team: tim, chair: susun.ketua, members: susun.anggota, from: mulai, to: sampai,
                     decree: {number: nomor, date: tanggal}}}
  - {id: arsip, activity: Mengarsipkan, executor: sekretaris, time: 30m}
forms:
  susunan:
    fields:
      - {id: ketua, type: position, label: Ketua}
      - {id: anggota, type: positions, label: Anggota}
  penetapan:
    fields:
      - {id: nomor, type: text, label: Nomor}
      - {id: tanggal, type: date, label: Tanggal}
      - {id: mulai, type: date, label: Mulai}
      - {id: sampai, type: date, label: Sampai}
""")
ASSESSING = sop(
    """
steps:
  - {id: nilai, activity: Menilai, executor: penilai, time: 30m}
""",
    id="menilai",
    more_roles="  penilai: {label: Penilai, team: tim, many: true}\n",
)
FIRST: dict[str, Any] = {"mulai": "2026-01-12", "sampai": "2026-06-30"}
OFFICE = {"ketua": "sekretaris", "anggota": ["kabid-a", "kabid-b"]}


@pytest.fixture
def office() -> SmallOffice:
    found = SmallOffice.with_sops(APPOINTING, ASSESSING)
    found.engine.accounts.create(
        "pemeriksa", "Pemeriksa", by=HOST, agency="kantor", system_roles=("auditor",)
    )
    found.engine.structure.put_team(HOST, **TEAM)
    return found


def appointed(office: SmallOffice, who: dict[str, Any] = OFFICE, **dates: Any) -> Team:
    office.start().finish("susun", "sekre.1", data=who)
    office.finish("tetapkan", "kepala.1", "ya", data={**FIRST, **dates}, password=PASSWORD)
    return the_team(office)


def the_team(office: SmallOffice) -> Team:
    stored = office.engine.context.store.ask(lambda tx: tx.organisations.get("kantor")).team("tim")
    assert stored is not None
    return stored


def seats(office: SmallOffice, day: str) -> tuple[str, ...]:
    """Who may assess on that day; nobody where the case cannot start."""
    office.clock.set(f"{day}T09:00+08:00")
    try:
        office.start(sop="menilai")
    except CannotBeStaffed:
        return ()
    return office.state.open_tasks()[0].seats


def test_a_signed_outcome_begins_a_term_and_ends_the_one_before(office: SmallOffice) -> None:
    team = appointed(office, nomor="188/1", tanggal="2026-01-05")
    assert (team.chair, team.members) == ("sekretaris", ("kabid-a", "kabid-b"))
    assert (team.valid_from, team.valid_to) == (date(2026, 1, 12), date(2026, 6, 30))
    assert team.decree is not None
    assert (team.decree.number, team.decree.signed_on) == ("188/1", date(2026, 1, 5))
    [before] = team.terms
    assert (before.members, before.valid_from, before.valid_to) == (("kabid-c",), None, date(2026, 1, 11))

    later = appointed(office, {"anggota": ["kabid-c"]}, mulai="2026-03-01", sampai=None)
    assert [term.valid_to for term in later.terms] == [date(2026, 1, 11), date(2026, 2, 28)]
    assert (later.members, later.valid_from, later.valid_to) == (("kabid-c",), date(2026, 3, 1), None)


def test_work_reaches_whom_the_term_of_the_day_names(office: SmallOffice) -> None:
    appointed(office)
    assert seats(office, "2026-01-09") == ("kabid-c",)
    assert seats(office, "2026-01-12") == ("sekretaris", "kabid-a", "kabid-b")
    assert seats(office, "2026-06-30") == ("sekretaris", "kabid-a", "kabid-b")
    assert seats(office, "2026-07-01") == ()
    with pytest.raises(CannotBeStaffed, match="has no term on 2026-07-01"):
        office.start(sop="menilai")


def test_the_history_of_the_organisation_names_the_case(office: SmallOffice) -> None:
    appointed(office, nomor="188/1")
    [given] = office.engine.queries.appointments("pemeriksa")["items"]
    assert given["act"] == "team.appoint"
    assert given["account"] == "kepala.1"
    assert given["team"] == {
        "id": "tim",
        "label": "Tim Penilai",
        "from": "2026-01-12",
        "to": "2026-06-30",
        "decree_number": "188/1",
        "case_id": office.case_id,
        "case_number": office.state.case.number,
    }
    assert [text for text in office.notices("pemeriksa") if "Tim Penilai" in text]
    assert office.engine.context.store.read(verify_log).ok


@pytest.mark.parametrize(
    ("who", "dates", "why"),
    [
        (OFFICE, {"sampai": "2026-01-01"}, "ends before it begins"),
        ({"anggota": []}, {}, "choose its members"),
    ],
)
def test_a_term_that_cannot_be_is_refused_whole(
    office: SmallOffice, who: dict[str, Any], dates: dict[str, Any], why: str
) -> None:
    with pytest.raises(InvalidInput, match=why) as refused:
        appointed(office, who, **dates)
    assert [fault.path for fault in refused.value.errors] == ["data"]
    assert office.open() == ["tetapkan"]
    assert not the_team(office).has_terms


def test_an_appointment_is_not_recalled(office: SmallOffice) -> None:
    appointed(office)
    [done] = [task for task in office.state.tasks.values() if task.step_id == "tetapkan"]
    with pytest.raises((ActionNotAvailable, NotFound)):
        office.engine.tasks.recall("kepala.1", done.id)


def test_a_team_that_is_put_without_dates_counts_always(office: SmallOffice) -> None:
    appointed(office)
    office.engine.structure.put_team(HOST, **TEAM)
    assert not the_team(office).has_terms
    assert seats(office, "2026-07-01") == ("kabid-c",)


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("sign: {kind: signature, document: sk},", "", "needs a signature"),
        ("kind: signature", "kind: initial", "needs a signature"),
        ("executor: kepala\n", "executor: sekretaris\n", "who approves this SOP (kepala)"),
        ("members: susun.anggota", "members: susun.orang", "orang"),
        ("chair: susun.ketua", "chair: susun.anggota", "of type positions"),
        ("from: mulai", "from: nomor", "of type text"),
        ("team: tim,", "team: 3 tim,", "team"),
    ],
)
def test_what_cannot_be_appointed_is_told_with_its_line(written: str, instead: str, said: str) -> None:
    assert written in APPOINTING
    found = [error for error in errors_of(APPOINTING.replace(written, instead)) if "appoint" in error]
    assert any(said in error for error in found), found


def test_whoever_signs_is_told_which_units_the_team_cannot_verify() -> None:
    verifying = sop(
        """
blocks: {bidang: {label: Bidang, for_each: {unit: bidang, from: mulai.unit}, steps: [isi, periksa],
                  join: all, next: tutup}}
steps:
  - {id: mulai, activity: Memulai, executor: sekretaris, time: 30m, form: mulai, next: bidang}
  - {id: isi, activity: Mengisi, executor: kabid, time: 30m}
  - {id: periksa, activity: Memeriksa, executor: penilai, time: 30m,
     not_same_unit_as_branch: true}
  - {id: tutup, activity: Menutup, executor: sekretaris, time: 30m}
forms: {mulai: {fields: [{id: unit, type: units, label: Unit, unit_type: bidang}]}}
""",
        id="memeriksa",
        more_roles="  penilai: {label: Penilai, team: tim, many: true}\n",
    )
    office = SmallOffice.with_sops(APPOINTING, verifying)
    office.engine.structure.put_team(HOST, **TEAM)
    appointed(office, {"anggota": ["kabid-a", "staf-a1"]})
    [told] = [text for text in office.notices("kepala.1") if "tidak memiliki anggota" in text]
    assert 'Memeriksa", Bidang A' in told
    assert "Bidang B" not in told
    appointed(office, {"anggota": ["kabid-a", "kabid-b"]}, mulai="2026-02-02")
    assert len([text for text in office.notices("kepala.1") if "tidak memiliki anggota" in text]) == 1
