"""What the report of a file of staff says of lines that are wrong."""

from __future__ import annotations

from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice

LINES = b"Nama akun,Nama,Jabatan,Mulai\n,Tanpa Akun,Kepala Dinas,besok\n"


def test_each_fault_of_a_line_names_its_column(office: DemoOffice) -> None:
    visitor = Visitor(office, "admin")
    sheet = office.upload("admin", LINES, "pegawai.csv")
    page = visitor.get(f"/organisation/staff/{sheet}").text
    assert "Mulai: Bukan tanggal." in page
    assert "Nama akun: Huruf kecil" in page
