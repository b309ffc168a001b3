"""Screenshots of the product: of the guide and the README, or of every page at both widths, light and dark.

``python -m tests.support.screenshots`` writes those of the guide; with a folder, every page into it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page

from engine.clock import FakeClock
from tests.e2e.web.browsing import chromium, served
from tests.support.offices import HOLDERS, MONDAY, SOPS, DemoOffice, opened
from tests.support.postgres import DatabaseUrls

GUIDE = Path(__file__).parents[2] / "web" / "static" / "guide"
WIDE, NARROW = (1280, 800), (360, 780)


def main() -> None:
    with TemporaryDirectory() as place, chromium() as browser:
        office = make_office(Path(place))
        try:
            with served(office) as address:
                if sys.argv[1:]:
                    every_page(office, browser, address, Path(sys.argv[1]))
                else:
                    of_guide(office, browser, address)
        finally:
            office.system.close()


def of_guide(office: DemoOffice, browser: Browser, address: str) -> None:
    """The scenes that the guide and the README show."""
    GUIDE.mkdir(parents=True, exist_ok=True)
    case_id = office.at_paraf()
    for _ in range(2):
        office.with_branches()
    returned = office.at_last_step_of_each_branch()
    kabid, jp = HOLDERS["bid-psr"]
    task = office.open_task(returned, "s6", "bid-psr")
    data = {
        id: [{**row, **_doubted(row)} for row in value] if isinstance(value, list) else value
        for id, value in dict(office.filled(kabid, task.id).data or {}).items()
    }
    office.complete(kabid, task.id, outcome="tidak_sesuai", data=data, reason="Bukti baris 1 belum lengkap")
    back = office.open_task(returned, "s5", "bid-psr")
    if back.claimed_at is None:
        office.engine.tasks.claim(jp, back.id)
    office.engine.notes.write("kadis", case_id, text="Mohon paraf hari ini, besok pagi rapat.", to=["sekdis"])
    office.clock.advance(hours=3)
    paraf = office.open_task(case_id, "s8")
    scenes = {
        "beranda": ("kadis", "/"),
        "tugas": (jp, f"/tasks/{back.id}"),
        "papan": ("kadis", "/unit"),
        "tanda-tangan": ("sekdis", f"/tasks/{paraf.id}"),
        "berkas": ("kadis", f"/cases/{case_id}"),
    }
    for name, (who, path) in scenes.items():
        page = signed_in(office, browser, address, who)
        page.goto(path)
        page.screenshot(path=GUIDE / f"{name}.png")
        page.context.close()


def every_page(office: DemoOffice, browser: Browser, address: str, folder: Path) -> None:
    """Every page as the walk of the tests opens it, at both widths, light and dark."""
    from tests.e2e.web.test_every_page import walks

    folder.mkdir(parents=True, exist_ok=True)
    for who, paths in walks(office).items():
        page = signed_in(office, browser, address, who or "kadis")
        if not who:
            page.context.clear_cookies()
        for path in paths:
            page.goto(path)
            for width, height in (WIDE, NARROW):
                page.set_viewport_size({"width": width, "height": height})
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    name = re.sub(r"[^a-z0-9]+", "-", f"{who}{path}".lower()).strip("-")[:80]
                    page.screenshot(path=folder / f"{name}_{width}_{scheme}.png", full_page=True)
        page.context.close()


def signed_in(office: DemoOffice, browser: Browser, address: str, who: str) -> Page:
    context = browser.new_context(
        base_url=address, locale="id-ID", viewport={"width": WIDE[0], "height": WIDE[1]}
    )
    context.add_cookies([{"name": "alur_session", "value": office.engine.sign_in.admit(who), "url": address}])
    return context.new_page()


def _doubted(row: dict[str, Any]) -> dict[str, Any]:
    """What whoever looks at a row does not find right in it."""
    return {name: False for name, value in row.items() if value is True}


def make_office(folder: Path) -> DemoOffice:
    """An office with the demonstration, on the first Monday of 2026, in this folder."""
    url = f"sqlite:///{folder / 'alur.db'}"
    urls = DatabaseUrls(database_url=url, migration_url=url)
    system = opened(urls, folder / "files", FakeClock(MONDAY))
    passwords = system.load_demo(SOPS)
    system.close()
    return DemoOffice.on(urls, folder / "files", passwords)


if __name__ == "__main__":
    main()
