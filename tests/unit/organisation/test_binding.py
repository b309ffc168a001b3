"""``org/v1``: what a file means, and every fault told at once with its place."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.errors import DefinitionError
from engine.organisation import Organisation, organisation_from, read_organisation
from engine.sop.diagnostics import Problem
from engine.sop.source import read_source

DEMO = Path(__file__).parents[3] / "sop_definitions" / "org-demo.yaml"
TODAY = date(2026, 1, 20)

SMALL = """\
schema: org/v1
agency: {id: kantor, label: Kantor Contoh, short: Kantor, timezone: Asia/Makassar, calendar: asn-5hk}
units:
  - {id: sekretariat, type: sekretariat, label: Sekretariat}
positions:
  - {id: kepala, label: Kepala Kantor, unit: kantor, roles: [kepala]}
  - {id: sekretaris, label: Sekretaris, unit: sekretariat, roles: [sekretaris], reports_to: kepala}
teams:
  tim: {label: Tim, decree: {number: SK/1, date: "2026-01-02"}, chair: sekretaris, accounts: [tamu]}
accounts:
  - {username: kepala, label: Kepala, holds: [kepala]}
  - username: sekre
    label: Sekretaris
    holds:
      - sekretaris
      - {position: kepala, kind: plh, from: "2026-01-19", to: "2026-01-23", order_number: "800/12"}
  - {username: tamu, label: Tamu}
  - {username: pengawas, label: Pengawas, system_roles: [auditor, report_reader]}
  - {username: bekas, label: Bekas, holds: [sekretaris], disabled: true}
"""


def faults(text: str) -> list[Problem]:
    with pytest.raises(DefinitionError) as caught:
        read_organisation(text)
    return list(caught.value.problems)


def test_a_file_becomes_units_positions_holders_teams_and_accounts() -> None:
    org = read_organisation(SMALL)
    assert org.head() == "kepala"
    assert org.seats_of("sekre", date(2026, 1, 19)) == {"sekretaris", "kepala", "@sekre"}
    assert org.seats_of("sekre", date(2026, 1, 24)) == {"sekretaris", "@sekre"}
    assert [h.kind for h in org.holders("kepala", TODAY)] == ["definitive", "plh"]
    assert org.holders("kepala", TODAY)[1].order_number == "800/12"
    assert org.accounts_of("sekretaris", TODAY) == ("sekre",)
    team = org.team("tim")
    assert team is not None
    assert team.decree is not None
    assert team.decree.signed_on == date(2026, 1, 2)
    pengawas = org.account("pengawas")
    assert pengawas is not None
    assert pengawas.system_roles == {"auditor", "report_reader"}


def test_the_demonstration_agency_is_as_the_dossier_counts_it() -> None:
    org = read_organisation(DEMO.read_text(encoding="utf-8"), file="org-demo.yaml")
    assert len(org.accounts) == 37
    assert len(org.positions) == 32
    assert org.units_of_type("bidang") == ("bid-pdn", "bid-eks", "bid-psr", "bid-pkm")
    assert (org.head(), org.deputy()) == ("kepala-dinas", "sekretaris")
    assert org.superiors("jp-pdn-1") == ("kasi-pdn-1", "kabid-pdn", "kepala-dinas")
    assert all(org.holders(position.id, TODAY) for position in org.positions)
    assert org.team_seats("evaluator-inspektorat") == ("@inspektorat.1", "@inspektorat.2")


def test_all_faults_of_a_file_are_told_at_once_each_with_its_place() -> None:
    text = """\
schema: org/v1
agency: {id: kantor, label: Kantor, short: Kantor, timezone: Asia/Makasar, calendar: asn-5hk}
units:
  - {id: bid-a, type: bidang, label: A, parent: bid-b}
  - {id: bid-b, type: bidang, label: B, parent: bid-a}
  - {id: kantor, type: bidang, label: C}
  - {id: sek-x, type: seksi, label: X, parent: bid-aa}
positions:
  - {id: kepala, label: Kepala, unit: kantor, reports_to: wakil}
  - {id: wakil, label: Wakil, unit: kantor, reports_to: kepala}
  - {id: wakil, label: Wakil lagi, unit: bid-z}
teams:
  tim: {label: Tim, chair: ketua, members: [kepla], accounts: [siapa]}
accounts:
  - {username: Ani, label: Ani, system_roles: [admn]}
  - {username: budi, label: Budi, holds: [kepala, {position: wakl, from: "2026-02-01", to: "2026-01-01"}]}
  - {username: budi, label: Budi lagi}
"""
    found = {(problem.path, problem.code) for problem in faults(text)}
    assert found == {
        ("agency.timezone", "unknown_timezone"),
        ("units[0].parent", "circle"),
        ("units[2].id", "duplicate_id"),
        ("units[3].parent", "unknown_name"),
        ("positions[0].reports_to", "circle"),
        ("positions[2].id", "duplicate_id"),
        ("positions[2].unit", "unknown_name"),
        ("teams.tim.chair", "unknown_name"),
        ("teams.tim.members[0]", "unknown_name"),
        ("teams.tim.accounts[0]", "unknown_name"),
        ("accounts[0].username", "bad_username"),
        ("accounts[0].system_roles[0]", "unknown_name"),
        ("accounts[1].holds[1].position", "unknown_name"),
        ("accounts[1].holds[1].to", "ends_before_it_starts"),
        ("accounts[2].username", "duplicate_id"),
    }


def test_a_fault_names_line_and_column_and_the_name_that_was_meant() -> None:
    problem = next(iter(faults(SMALL.replace("reports_to: kepala}", "reports_to: kepla}"))))
    assert (problem.line, SMALL.splitlines()[problem.line - 1][: problem.column - 1][-12:]) == (
        7,
        "reports_to: ",
    )
    assert 'Maksud Anda "kepala"?' in problem.message.indonesian
    assert 'Did you mean "kepala"?' in problem.message.english


def test_unknown_keys_and_unknown_kinds_of_holding_are_refused() -> None:
    codes = {p.code for p in faults(SMALL.replace("kind: plh", "kind: pjs").replace("short:", "shrt:"))}
    assert codes == {"unknown_key", "missing_key", "unknown_word"}


def test_broken_entries_do_not_hide_the_faults_of_the_others() -> None:
    text = SMALL.replace("{username: tamu, label: Tamu}", "tamu").replace("unit: kantor", "unit: kantr")
    assert {"wrong_type", "unknown_name"} <= {problem.code for problem in faults(text)}


def test_an_account_named_as_a_position_it_does_not_hold_is_only_a_warning() -> None:
    org = read_organisation(SMALL.replace("username: pengawas", "username: sekretaris"))
    assert isinstance(org, Organisation)


def test_who_keeps_the_office_and_checks_it_is_warned_of() -> None:
    text = SMALL.replace("holds: [kepala]}", "system_roles: [admin, auditor]}", 1)
    problems: list[Problem] = []
    assert organisation_from(read_source(text, file="-"), problems) is not None
    assert ("accounts[0].system_roles", "roles_apart") in [
        (problem.path, problem.code) for problem in problems
    ]


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_who_checks_or_keeps_the_office_and_holds_a_position_is_warned_of(role: str) -> None:
    text = SMALL.replace("holds: [kepala]}", f"holds: [kepala], system_roles: [{role}]}}", 1)
    problems: list[Problem] = []
    assert organisation_from(read_source(text, file="-"), problems) is not None
    assert [(problem.path, problem.code) for problem in problems] == [
        ("accounts[0].holds", "apart_from_work")
    ]


@pytest.mark.parametrize("text", ["", "[]", "schema: org/v1", "{", "a: b", "- 1\n- 2"])
def test_a_text_that_is_no_organisation_is_refused_without_a_crash(text: str) -> None:
    assert faults(text)


def test_whether_a_mandate_is_over_goes_by_the_day_in_the_agency() -> None:
    """Between midnight in Makassar and midnight in UTC the mandate's last day has come there already."""
    text = SMALL.replace(', order_number: "800/12"', "")
    source = read_source(text, file="-")
    for hour, codes in ((15, ["mandate_without_order"]), (17, [])):
        problems: list[Problem] = []
        assert organisation_from(source, problems, now=datetime(2026, 1, 22, hour, tzinfo=UTC)) is not None
        assert [problem.code for problem in problems] == codes


def test_what_goes_on_longer_than_its_unit_or_superior_is_warned_of() -> None:
    text = SMALL.replace("label: Sekretariat}", 'label: Sekretariat, to: "2026-01-05"}')
    text = text.replace("unit: kantor, roles: [kepala]}", 'unit: kantor, roles: [kepala], to: "2026-01-05"}')
    problems: list[Problem] = []
    assert organisation_from(read_source(text, file="-"), problems) is not None
    found = [problem.path for problem in problems if problem.code == "outlasts"]
    assert found == ["positions[1].unit", "positions[1].reports_to"]
