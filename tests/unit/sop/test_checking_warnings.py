"""Warnings advise the author and never stop a file from loading."""

import pytest

from engine.calendar.durations import Duration
from engine.sop.checks import require_definition
from engine.sop.defaults import total_time
from engine.sop.model import Definition
from tests.unit.sop.planting import BASE, place_of_mark, planted, problems, told

ADVICE = [
    (
        "- Peraturan Daerah tentang ketertiban umum",
        "- ¦PP No. 79 Tahun 2005 tentang Pembinaan",
        "outdated_basis",
    ),
    ('number: "503/001/SOP"', "number: ¦~", "blank_identity"),
    ('created_on: "2026-01-05"', "created_on: ¦~", "blank_identity"),
    ("effective_on: 2026-02-02", "effective_on: ¦null", "blank_identity"),
    ("  kasi:      {label", "  ¦tamu:      {label: Tamu}\n  kasi:      {label", "unused_role"),
    ("participants: [sekretaris]", "participants: [tamu]", "only_takes_part"),
    ("    time: 4h\n", "    time: ¦451m\n", "long_step"),
    ("    time: 4h\n", "    time: ¦2wd\n", "long_step"),
    ("label: Membubuhi paraf", "label: ¦Sekretaris membubuhi paraf", "subject_in_label"),
    ("  tanda_tangan:\n", "  ¦lain:\n    fields: []\n  tanda_tangan:\n", "unused_form"),
]


@pytest.mark.parametrize(
    ("old", "new", "code"), ADVICE, ids=[f"{code}: {new[:40]}" for _, new, code in ADVICE]
)
def test_an_advice_is_told_at_its_place(old: str, new: str, code: str) -> None:
    text = planted(old, new)
    if code == "only_takes_part":
        text = planted("  kasi:      {label", "  ¦tamu:      {label: Tamu}\n  kasi:      {label", text)
    assert (*place_of_mark(text), code) in told(text, "warning")
    assert (*place_of_mark(text), code) not in told(BASE, "warning")
    assert told(text) == []


def test_a_blank_legal_basis_is_told() -> None:
    text = planted(
        "    - Peraturan Daerah tentang ketertiban umum\n"
        "    - {text: Peraturan Bupati tentang izin keramaian, note: contoh}\n",
        "",
    )
    assert "blank_legal_basis" in {code for *_, code in told(text, "warning")}


def test_a_final_signer_without_a_way_back_is_told() -> None:
    text = planted("      ulang: {label: Perbaiki, to: u8, return: true, reason: required}\n", "")
    assert "signer_without_return" in {code for *_, code in told(text, "warning")}
    assert "signer_without_return" not in {code for *_, code in told(BASE, "warning")}


def test_an_executor_without_a_holder_is_told_where_the_organisation_is_known() -> None:
    roles = {"petugas", "kepala", "sekretaris"}
    found = [one for one in problems(BASE, "warning", organisation_roles=roles) if one.code == "no_holder"]
    assert [one.path for one in found] == ["roles.kasi"]


def test_an_sop_that_is_not_in_the_catalogue_is_told() -> None:
    found = [one for one in problems(BASE, "warning", known_sops={"lain"}) if one.code == "unknown_sop"]
    assert [one.path for one in found] == [
        "identity.related[0].sop",
        "triggers[1].sop",
        "steps[2].start_sop.sop",
    ]
    assert told(BASE, known_sops={"lain"}) == []


def test_an_effective_definition_may_not_start_an_unknown_sop() -> None:
    text = planted("status: draft", "status: effective")
    found = problems(text, known_sops={"lain"})
    assert [(one.path, one.code) for one in found] == [("steps[2].start_sop.sop", "unknown_sop")]


def test_an_unknown_calendar_or_policy_is_an_error_where_the_agency_is_known() -> None:
    assert told(BASE, known_calendars={"asn-5hk"}, known_policies={"standar"}) == []
    found = problems(BASE, known_calendars={"asn-6hk"}, known_policies={"standart"})
    assert [(one.path, one.code) for one in found] == [
        ("sla.calendar", "unknown_calendar"),
        ("escalation", "unknown_policy"),
    ]


def test_the_sum_of_the_standard_times_counts_a_row_and_a_block_once() -> None:
    definition: Definition = require_definition(BASE).definition
    assert total_time(definition) == Duration(minutes=4 * 60 + 4 * 60 + 30, working_days=7)


def test_the_sum_of_the_standard_times_is_shown_to_the_author() -> None:
    (found,) = (one for one in problems(BASE, "warning") if one.code == "total_time")
    assert found.message.indonesian == "Jumlah waktu baku 510 menit (8 jam 30 menit) + 7 hari kerja."


@pytest.mark.parametrize(
    ("printed", "differs"),
    [
        ("8 hari", True),
        ("3.660 menit", False),
        ("61 jam", False),
        ("7 hari 8 jam 30 menit", False),
        ("3.660 menit (61 jam)", False),
        ("1-8 hari", False),
        ("Menyesuaikan", False),
    ],
)
def test_a_printed_total_that_disagrees_is_told(printed: str, differs: bool) -> None:
    text = planted("total_time_text: 8 hari", f"total_time_text: {printed}")
    assert ("total_time_differs" in {code for *_, code in told(text, "warning")}) is differs
