"""Staff from a file: shown line by line, stored whole or not at all, and told as if done one by one."""

from __future__ import annotations

import pytest

from engine.access.actor import HOST
from engine.errors import InvalidInput, NotAllowed, StaleVersion
from tests.support.offices import DemoOffice

GOOD = (
    b"Nama akun;Nama;NIP;Surel;Jabatan;Mulai;Nomor surat\n"
    b"pegawai.satu;Pegawai Satu;;satu@dinas.example;Kepala Seksi Metrologi Legal;05/01/2026;821/1/2026\n"
    b"pegawai.dua;Pegawai Dua;;;;;\n"
)
WRONG = (
    b"Nama akun;Nama;NIP;Jabatan\n"
    b"Pegawai Satu;Pegawai Satu;;\n"
    b"pegawai.dua;Pegawai Dua;123;Kepala Seksi Metrologi Legl\n"
    b"pegawai.tiga;Pegawai Tiga;;kepala-dinas\n"
    b"kadis;Orang lain;;\n"
)


def test_a_file_makes_accounts_and_holders_and_read_again_does_nothing(office: DemoOffice) -> None:
    staff = office.engine.staff_import
    seen = staff.foresee("admin", GOOD)
    assert (seen["accounts"], seen["appointments"], seen["wrong"]) == (2, 1, 0)
    assert office.organisation().account("pegawai.satu") is None
    staff.load("admin", GOOD, version=seen["version"])
    profile = office.engine.queries.accounts.one("admin", "pegawai.satu")
    assert (profile["label"], profile["contact"]) == ("Pegawai Satu", "satu@dinas.example")
    assert not profile["has_password"]
    held = [one for one in office.organisation().holdings if one.account == "pegawai.satu"]
    assert [(one.position, one.order_number) for one in held] == [("kasi-pkm-3", "821/1/2026")]
    again = staff.foresee("admin", GOOD)
    assert (again["accounts"], again["appointments"], again["wrong"]) == (0, 0, 0)


def test_every_wrong_line_says_why_and_none_of_the_others_is_stored(office: DemoOffice) -> None:
    before = office.rows()
    seen = office.engine.staff_import.foresee("admin", WRONG)
    faults = {line["line"]: [one["path"] for one in line["messages"]] for line in seen["lines"]}
    assert faults == {2: ["username"], 3: ["nip", "position"], 4: [], 5: ["label"]}
    assert "Maksud Anda" in seen["lines"][1]["messages"][1]["message_id"]
    with pytest.raises(InvalidInput, match="2, 3, 5"):
        office.engine.staff_import.load("admin", WRONG, version=seen["version"])
    assert office.rows() == before


def test_what_was_shown_of_an_earlier_office_is_not_stored(office: DemoOffice) -> None:
    seen = office.engine.staff_import.foresee("admin", GOOD)
    office.engine.structure.put_unit("admin", "bid-lain", type="bidang", label="Bidang Lain")
    with pytest.raises(StaleVersion):
        office.engine.staff_import.load("admin", GOOD, version=seen["version"])
    with pytest.raises(InvalidInput, match="version"):
        office.engine.staff_import.load("admin", GOOD, version=None)
    assert office.organisation().account("pegawai.satu") is None


def test_only_an_administrator_or_the_host_imports_and_auditors_are_told(office: DemoOffice) -> None:
    with pytest.raises(NotAllowed):
        office.engine.staff_import.foresee("kadis", GOOD)
    office.engine.staff_import.load(HOST, GOOD, version=None)
    notices = office.engine.queries.notices.list("auditor")["items"]
    assert any("Pegawai Satu" in notice["text"] for notice in notices)


def test_a_name_of_another_line_or_of_ones_own_is_refused(office: DemoOffice) -> None:
    text = "Nama akun;Nama;Jabatan\nbaru;Satu;\nbaru;Dua;\nadmin;Administrator sistem;kasi-pkm-3\n"
    seen = office.engine.staff_import.foresee("admin", text.encode())
    assert [[one["path"] for one in line["messages"]] for line in seen["lines"]] == [
        [],
        ["label"],
        ["username"],
    ]
