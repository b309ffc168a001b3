"""Alur on a home screen, and how much room its rows take."""

from __future__ import annotations

import json

from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice


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
