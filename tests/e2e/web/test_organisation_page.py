"""The office on a page, what it still needs, and who is away in the next two weeks."""

from __future__ import annotations

from datetime import date

from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice

TODAY = date(2026, 1, 5)


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


def test_an_administrator_keeps_units_positions_and_holders_in_the_web(office: DemoOffice) -> None:
    admin = Visitor(office, "admin")

    def send(path: str, action: str | None = None, **typed: str) -> str:
        answer = admin.send(admin.form(path, action), path, **typed)
        assert answer.status_code == 303
        return str(answer.headers["location"])

    assert send("/organisation/units?in=bid-psr", label="Seksi Retribusi", type="seksi") == "/organisation"
    place = send("/organisation/positions?in=seksi-retribusi", label="Kepala Seksi Retribusi")
    assert place == "/organisation/positions/kepala-seksi-retribusi"
    number = "821/7/2026"
    send(place, f"{place}/holders", holder="jp.psr.2", holds_from="01/01/2026", order_number=number)
    shown = admin.get("/organisation").text
    for words in ("Seksi Retribusi", "Kepala Seksi Retribusi", number):
        assert words in shown
    held = office.organisation().holders("kepala-seksi-retribusi", TODAY)[0]
    send(f"/organisation/holdings/{held.id}", f"/organisation/holdings/{held.id}/end", last="04/01/2026")
    assert not office.organisation().holders("kepala-seksi-retribusi", TODAY)


def test_an_appointment_that_is_refused_says_so_beside_its_field_and_keeps_what_was_typed(
    office: DemoOffice,
) -> None:
    admin, place = Visitor(office, "admin"), "/organisation/positions/kepala-dinas"
    form = admin.form(place, f"{place}/holders")
    answer = admin.send(form, holder="sekdis", holds_from="05/01/2026", holds_to="04/01/2026")
    shown = admin.refused(answer).text
    assert 'id="holds_to.fault"' in shown
    assert 'value="04/01/2026"' in shown
    assert "Berakhir sebelum mulai" in shown


def test_nobody_but_an_administrator_is_offered_changes_of_the_office(office: DemoOffice) -> None:
    assert "/organisation/units/" not in Visitor(office, "kadis").get("/organisation").text
    assert Visitor(office, "kadis").get("/organisation/units/bid-psr").status_code == 403
    assert "/organisation/units/" in Visitor(office, "admin").get("/organisation").text


def test_an_administrator_keeps_teams_and_a_new_term_ends_the_one_before(office: DemoOffice) -> None:
    admin = Visitor(office, "admin")
    form = admin.form("/organisation/teams", "/organisation/teams")
    refused = admin.send(form, "/organisation/teams", label="", chair="sekretaris")
    assert refused.headers["location"] == "/organisation/teams"
    assert 'value="sekretaris" selected' in admin.get("/organisation/teams").text
    made = admin.send(form, "/organisation/teams", label="Tim Renja", chair="sekretaris", members="kabid-psr")
    place = str(made.headers["location"])
    assert place == "/organisation/teams/tim-renja"
    for first, last in (("01/01/2026", "31/12/2026"), ("01/06/2026", "")):
        sent = admin.send(admin.form(place, place), place, valid_from=first, valid_to=last)
        assert sent.status_code == 303
    team = office.organisation().team("tim-renja")
    assert team is not None
    assert (team.chair, team.members) == ("sekretaris", ("kabid-psr",))
    assert team.valid_from == date(2026, 6, 1)
    assert [term.valid_to for term in team.terms][-1] == date(2026, 5, 31)
    shown = admin.get(place).text
    assert "31 Mei 2026" in shown
    assert "Tim Renja" in Visitor(office, "kadis").get("/organisation").text
