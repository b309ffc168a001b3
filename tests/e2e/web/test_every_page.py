"""One walk over every page in Chromium: what holds for each of them, whoever reads it, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, ConsoleMessage

from engine.queries.cases.logged_visits import LogFilter
from runtime.shipped import FOLDER
from tests.e2e.web.browsing import served
from tests.e2e.web.test_layout import signed_in
from tests.support.offices import SOP, DemoOffice
from web.app import PAGES
from web.page_request import LANGUAGE_COOKIE

# Files to download, and the way to a provider that this office does not have.
NO_PAGES = {
    "/manifest.webmanifest",
    "/hue/{hue}.css",
    "/offline.js",
    "/logo/{sha256}.png",
    "/sops/{sop}/{version}/document",
    "/files/{file_id}/view",
    "/export",
    "/timing-log.csv",
    "/timing-log.xlsx",
    "/timing-log/report.xlsx",
    "/monitoring.xlsx",
    "/monitoring.pdf",
    "/registers/{register_id}/export",
    "/sign-in/oidc",
    "/sign-in/oidc/callback",
}
OF_ADMINISTRATORS = ("/accounts", "/accounts/{username}", "/operation", "/operation/preview")
OF_THE_OFFICE = (
    "/invitations",
    "/organisation/staff",
    "/organisation/units",
    "/organisation/units/bid-psr",
    "/organisation/teams",
    "/organisation/teams/tim-sakip",
    "/organisation/positions",
    "/organisation/positions/kepala-dinas",
    "/organisation/holdings/kadis/1",
)
OF_AUTHORS = ("/sops/import", "/sops/drafts", "/sops/new")
OF_DRAFTS = (
    "/sops/surat-masuk/edit",
    "/sops/surat-masuk/try",
    "/sops/surat-masuk/edit?tab=yaml",
    f"/sops/{SOP}/edit",
    f"/sops/{SOP}/migration?from=1.0.0&to=1.1.0",
    f"/sops/{SOP}/1.1.0/changes",
    f"/sops/{SOP}/1.1.0",
)
PREVIEW = f"/operation/preview?step={SOP}:s8"
CALENDARS = ("/calendars?calendar=asn-5hk&from=2026-03-17T14:00&minutes=480#explain", "/calendars/years/2027")
NOBODY = ""
KEEPER = "kasubbag.perencanaan"
"""Who edits the registers of the demonstration."""

# Faults of the page that is open: how wide, how many headings, what has no name, whether it leads anywhere.
FAULTS = """() => {
    const seen = each => each.offsetParent !== null;
    const all = asked => [...document.querySelectorAll(asked)].filter(seen);
    const nameless = all("input:not([type=hidden]), select, textarea").filter(
        each => !(each.labels && each.labels.length) && !each.ariaLabel);
    const small = all("button:not(.first), a[role=button]").filter(
        each => each.getBoundingClientRect().height < 24);
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window");
    if (all("h1").length !== 1) found.push(`${all("h1").length} first headings`);
    if (!all("main a[href], header a[aria-current], main .door").length) found.push("no way on or back");
    const ground = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
    if (Math.max(...ground) > 40) found.push("light on a dark screen");
    const order = [...document.querySelectorAll(".columns > *")].map(each => each.getBoundingClientRect());
    if (order.some((each, n) => n && each.top < order[n - 1].top)) found.push("focus goes another way");
    const sticks = each => each
        && (getComputedStyle(each).position === "sticky" || sticks(each.parentElement));
    // What lies beyond the edge of a box that scrolls by itself is not where it would be drawn.
    const scrolledOut = each => {
        for (let box = each.parentElement; box; box = box.parentElement)
            if (/auto|scroll/.test(getComputedStyle(box).overflowY)
                && each.getBoundingClientRect().top >= box.getBoundingClientRect().bottom) return true;
        return false;
    };
    const stops = all("main :is(a[href], button, input, select, textarea, summary):not([tabindex='-1'])")
        .filter(each => !each.disabled && each.checkVisibility() && !sticks(each) && !scrolledOut(each))
        .map(each => [each, each.getBoundingClientRect()])
        .filter(([, at]) => at.width > 1 && at.right > 0);
    stops.forEach(([each, at], n) => {
        const before = n && stops[n - 1][1];
        if (n && at.bottom <= before.top && at.left < before.right)
            found.push(`focus goes up to ${each.outerHTML.slice(0, 80)}`);
    });
    if (all(".count").some(each => !/^[\\d.]+$/.test(each.textContent)))
        found.push("a count that is no number");
    if (all("[tabindex]").some(each => each.tabIndex > 0)) found.push("an order of its own");
    return [...found, ...nameless.map(each => `no label: ${each.name}`),
        ...small.map(each => `too small: ${each.textContent}`)];
}"""


def walks(office: DemoOffice) -> dict[str, list[str]]:
    """Every page by somebody who may open it, with cases, tasks in several states, and absences there."""
    case_id = office.at_paraf()
    waiting = office.with_branches()
    office.away("kabid.pkm", "2026-01-05", "2026-01-09")
    office.engine.holdings.give_mandate(
        "kadis", substitute="sekdis", position="kepala-dinas", kind="plh", standing=True
    )
    sheet = office.upload("admin", b"Nama akun;Nama;Jabatan\nbaru;Pegawai;kasi-eks-1\nx y;;\n", "pegawai.csv")
    template = (FOLDER / "templates" / "surat-masuk.yaml").read_text(encoding="utf-8")
    office.engine.sop_drafts.begin("admin", template)
    text = office.engine.queries.definitions.version("admin", SOP, "1.0.0")["text"]
    office.engine.definitions.store("admin", text.replace("version: 1.0.0", "version: 1.1.0", 1))
    office.engine.definitions.move("admin", SOP, "1.1.0", "submit")
    lines = b"nomor,nama,sifat\n1,Renstra,tahunan\n9,Dokumen lain,tahunan\nx,Tanpa nomor,bulanan\n"
    imported = office.engine.register_imports.read(KEEPER, "dokumen_sakip", lines)["id"]
    tasks = [*office.state(case_id).tasks, *office.state(waiting).tasks]
    found = office.engine.queries.conformance("auditor", LogFilter())["findings"]
    finding = next(one["id"] for one in found if one["rule"] == "instant")
    plain = [path for path, get, _ in PAGES if get and "{" not in path and path not in NO_PAGES]
    known = {
        "/cases/new/{sop}": f"/cases/new/{SOP}",
        "/cases/{case_id}": f"/cases/{case_id}",
        "/cases/{case_id}/audit": f"/cases/{case_id}/audit",
        "/cases/{case_id}/file": f"/cases/{case_id}/file",
        "/cases/{case_id}/map": f"/cases/{case_id}/map",
        "/sops/{sop}/{version}": f"/sops/{SOP}/1.0.0",
        "/monitoring/{period}/{sop}": f"/monitoring/2026-H1/{SOP}",
        "/conformance/{finding_id}": f"/conformance/{finding}",
        "/panduan/{page}": "/panduan/staf",
        "/take-over/{username}": "/take-over/kabid.pkm",
        "/tasks/{task_id}": f"/tasks/{tasks[-1]}",
    }
    refused = ["/nowhere", "/tasks/x", "/files/x", "/schedules/x/2026-Q1", "/timing-log?from=x"]
    views = [
        "/inbox?view=unit&due_after=05/01/2026&returned=false",
        "/inbox?view=done",
        "/inbox?q=nothing",
        "/cases?q=nothing",
        f"/insight?sop={SOP}&layer=late",
        "/conformance?severity=info&state=open",
    ]
    return {
        NOBODY: [
            "/sign-in",
            "/offline",
            "/invitation/x",
            "/nowhere",
            "/verifikasi",
            f"/verifikasi/{'0' * 64}",
        ],
        "kadis": [
            *(item for item in plain if item not in (*OF_ADMINISTRATORS, *OF_AUTHORS, *OF_THE_OFFICE)),
            *known.values(),
            *(f"/tasks/{task}" for task in tasks),
            *views,
            *refused,
        ],
        KEEPER: [
            "/registers/tindak_lanjut/import",
            "/registers/dokumen_sakip",
            "/registers/dokumen_sakip/add",
            "/registers/dokumen_sakip/rows/1",
            f"/registers/dokumen_sakip/imports/{imported}",
        ],
        "kabid.eks": ["/inbox", "/cases", "/notices", f"/cases/{case_id}"],
        "admin": [
            "/inbox",
            *OF_ADMINISTRATORS[::2],
            *OF_AUTHORS,
            *OF_DRAFTS,
            "/accounts/jp.psr.1",
            *OF_THE_OFFICE,
            f"/organisation/staff/{sheet}",
            "/account",
            PREVIEW,
            *CALENDARS,
        ],
        "auditor": [
            "/inbox",
            "/cases",
            f"/cases/{case_id}/audit",
            f"/cases/{case_id}/file",
            "/operation",
            "/timing-log",
            "/timing-log/totals",
            f"/sops/{SOP}/1.0.0/what-if",
        ],
    }


@pytest.mark.parametrize(("language", "widths"), [("id", (1280, 360, 320)), ("en", (360,))])
def test_every_page_fits_has_one_heading_labels_and_a_way_on(
    office: DemoOffice, browser: Browser, language: str, widths: tuple[int, ...]
) -> None:
    found: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            found.append(said.text)

    with served(office) as address:
        for who, paths in walks(office).items():
            page = signed_in(browser, address, office, who or "kadis")
            if who == NOBODY:
                page.context.clear_cookies()
            page.on("console", hear)
            page.emulate_media(color_scheme="dark")
            page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": address}])
            for path in paths:
                page.goto(path)
                for width in widths:
                    page.set_viewport_size({"width": width, "height": 800})
                    found += [f"{who} {path} at {width}: {fault}" for fault in page.evaluate(FAULTS)]
            page.context.close()
    assert found == []


def test_every_route_of_a_page_is_walked(office: DemoOffice) -> None:
    walked = {path.partition("?")[0] for paths in walks(office).values() for path in paths}
    patterns = {path: re.sub(r"\{\w+\}", "[^/]+", path) for path, get, _ in PAGES if get}
    missed = {path for path, item in patterns.items() if not any(re.fullmatch(item, one) for one in walked)}
    assert missed - NO_PAGES == set()
