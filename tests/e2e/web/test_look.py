"""Alur on a home screen, and how much room its rows take."""

from __future__ import annotations

import json

from engine.access.actor import HOST
from engine.organisation.look import logo_hash, picture_of
from runtime.shipped import demonstration_organisation
from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice
from tests.support.two_agencies import twin_of


def test_it_can_be_installed(office: DemoOffice) -> None:
    visitor = Visitor(office, "kadis")
    manifest = json.loads(visitor.get("/manifest.webmanifest").text)
    assert manifest["display"] == "standalone"
    assert visitor.get(manifest["icons"][0]["src"]).status_code == 200
    assert "/manifest.webmanifest" in visitor.get("/").text


def test_density_is_chosen_in_ones_browser(office: DemoOffice) -> None:
    visitor = Visitor(office, "kadis")
    assert 'class="compact"' not in visitor.get("/inbox").text
    visitor.send(visitor.form("/account", "/account/density"), density="compact")
    assert '<html lang="id" class="compact">' in visitor.get("/inbox").text


def test_an_agency_has_its_hue_and_logo(office: DemoOffice) -> None:
    visitor = Visitor(office, "kadis")
    info = demonstration_organisation().agency
    assert info.logo is not None
    for page in ("/inbox", "/gaya"):
        text = visitor.get(page).text
        assert f'href="/hue/{info.hue}.css"' in text
        assert f'src="/logo/{logo_hash(info.logo)}.png"' in text
    style = visitor.get(f"/hue/{info.hue}.css")
    assert (style.headers["content-type"], style.headers["x-content-type-options"]) == (
        "text/css; charset=utf-8",
        "nosniff",
    )
    logo = visitor.get(f"/logo/{logo_hash(info.logo)}.png")
    assert (logo.headers["content-type"], logo.headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert logo.content == picture_of(info.logo)
    assert "immutable" in logo.headers["cache-control"]
    for unknown in ("/hue/360.css", "/hue/1e2.css", "/hue/-1.css", f"/logo/{'0' * 64}.png"):
        assert visitor.get(unknown).status_code == 404


def test_the_door_shows_the_only_agency_and_none_of_several(office: DemoOffice) -> None:
    stranger = Visitor(office)
    info = demonstration_organisation().agency
    assert info.label in stranger.get("/sign-in").text
    twin = twin_of(office.read(lambda tx: tx.organisations.get(info.id)))
    office.engine.registry.put_organisation(twin, actor=HOST)
    assert info.label not in stranger.get("/sign-in").text
    assert "/hue/" not in stranger.get("/sign-in").text


def test_an_auditor_sees_the_state_of_the_office_and_the_lists_behind_it(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    auditor = Visitor(office, "auditor")
    home = auditor.get("/").text
    for door in ("/cases?open=overdue", "/cases?open=returned", "/cases?state=completed&amp;completed_from="):
        assert door in home
    assert office.state(case_id).case.number not in auditor.get("/cases?open=overdue").text
    office.clock.advance(days=30)
    assert office.state(case_id).case.number in auditor.get("/cases?open=overdue").text
    assert "Selesai sejak" in auditor.get("/cases?state=completed&completed_from=2026-01-01").text
    assert "Seluruh kantor" not in Visitor(office, "kabid.eks").get("/").text
