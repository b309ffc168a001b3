"""Names of two hundred letters fit on every page that shows them."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import Browser

from engine.access.actor import HOST
from tests.e2e.web.browsing import PDF, served
from tests.e2e.web.test_layout import signed_in
from tests.support.offices import SOP, DemoOffice

NAME = ("Bidang Perencanaan Pengendalian dan Evaluasi Kinerja " * 4)[:200].strip()
PAGES = {
    "kadis": (
        *("/", "/inbox", "/inbox?view=unit", "/inbox/sent", "/unit", "/cases", "/organisation", "/absence"),
        *("/sops", f"/sops/{SOP}/1.0.0", "/insight", "/monitoring", "/timing-log", "/schedules", "/account"),
    ),
    "admin": (
        *("/accounts", "/accounts/kabid.psr", "/reassessment", "/organisation/units/bid-psr"),
        *("/organisation/positions/kabid-psr", "/organisation/teams/tim-sakip", "/sops/new"),
    ),
    "auditor": ("/", "/conformance"),
}
WIDE = """() => document.documentElement.scrollWidth > innerWidth ? [...document.querySelectorAll("main *")]
    .filter(each => each.getBoundingClientRect().right > innerWidth && !each.closest(".scroll"))
    .slice(0, 2).map(each => each.outerHTML.slice(0, 90)).join(" … ") || "wider" : null"""


def test_long_names_fit(office: DemoOffice, browser: Browser) -> None:
    case_id = office.at_paraf()
    office.upload("kadis", PDF, f"{NAME[:190]}.pdf")
    home = office.organisation()
    long = replace(
        home,
        agency=replace(home.agency, label=NAME, short=NAME[:60]),
        units=tuple(replace(unit, label=NAME) for unit in home.units),
        positions=tuple(replace(position, label=NAME) for position in home.positions),
        teams=tuple(replace(team, label=NAME) for team in home.teams),
        accounts=tuple(replace(account, label=NAME) for account in home.accounts),
    )
    office.engine.registry.put_organisation(long, actor=HOST)
    text = office.engine.queries.definitions.version("admin", SOP, "1.0.0")["text"]
    titled = text.replace("Mekanisme Perbaikan Data Kinerja", NAME).replace(
        "version: 1.0.0", "version: 1.2.0", 1
    )
    office.engine.definitions.store("admin", titled)
    tasks = [f"/tasks/{task}" for task in list(office.state(case_id).tasks)[-2:]]
    found = []
    with served(office) as address:
        for who, paths in PAGES.items():
            page = signed_in(browser, address, office, who, 360)
            more = (f"/cases/{case_id}", *tasks) if who == "kadis" else (f"/cases/{case_id}/file",)
            for path in (*paths, *(more if who != "admin" else (f"/sops/{SOP}/1.2.0",))):
                page.goto(path)
                for width in (360, 1280):
                    page.set_viewport_size({"width": width, "height": 800})
                    if wide := page.evaluate(WIDE):
                        found.append(f"{who} {path} at {width}: {wide}")
            page.context.close()
    assert not found, "\n".join(found)
