"""The office on a page, what it still needs, and who is away in the next two weeks."""

from __future__ import annotations

from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice


def test_units_positions_and_holders_are_shown_with_acting_ones_and_who_is_away(office: DemoOffice) -> None:
    office.away("kabid.pkm", "2026-01-05", "2026-01-09")
    office.engine.holdings.give_mandate(
        "kadis", substitute="sekdis", position="kepala-dinas", kind="plh", standing=True
    )
    shown = Visitor(office, "jp.psr.1").get("/organisation").text
    for words in ("Bidang Pengelolaan Pasar", "Kepala Dinas", "Plh. Sekretaris Dinas", "sedang tidak hadir"):
        assert words in shown


def test_an_administrator_is_told_what_the_office_still_needs(office: DemoOffice) -> None:
    shown = Visitor(office, "admin").get("/").text
    assert "Kantor siap dipakai?" in shown
    assert "Paling sedikit satu SOP berlaku" in shown
    assert "Kantor siap dipakai?" not in Visitor(office, "kadis").get("/").text


def test_absences_stand_on_the_board_with_whoever_stands_in_and_days_without_anybody(
    office: DemoOffice,
) -> None:
    office.with_branches()
    office.away("kabid.pkm", "2026-01-07", "2026-01-20")
    shown = Visitor(office, "kadis").get("/unit").text
    assert "Tidak hadir dua minggu ke depan" in shown
    assert 'class="uncovered"' in shown
    assert "ada hari tanpa pengganti" in shown
    assert "Tidak hadir dua minggu" not in Visitor(office, "kabid.psr").get("/unit").text
