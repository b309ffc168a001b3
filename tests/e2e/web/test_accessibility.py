"""axe finds nothing on any page, in light, dark and forced colours, on wide and narrow screens."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.web.browsing import served
from tests.e2e.web.test_every_page import walks
from tests.e2e.web.test_layout import signed_in
from tests.support.accessibility import WAYS, violations
from tests.support.offices import DemoOffice

EVERY = 2
"""Each time every second page, each in one way; `make soak` and `make pages` take all of them in all ways."""


def faults(office: DemoOffice, browser: Browser, ways_of: range, step: int) -> list[str]:
    """What axe says of every page of the walk, or of each ``step``-th one, in so many ways each."""
    found: list[str] = []
    with served(office) as address:
        number = 0
        for who, paths in walks(office).items():
            page = signed_in(browser, address, office, who or "kadis")
            if not who:
                page.context.clear_cookies()
            for path in dict.fromkeys(paths):
                number += 1
                if number % step:
                    continue
                for way in ways_of:
                    size, look = WAYS[(number // step + way) % len(WAYS)]
                    found += [f"{who} {path} {said}" for said in violations(page, path, size, look)]
            page.context.close()
    return found


def test_pages_by_turns(office: DemoOffice, browser: Browser) -> None:
    assert faults(office, browser, range(1), EVERY) == []


@pytest.mark.soak
def test_every_page_in_every_way(office: DemoOffice, browser: Browser) -> None:
    assert faults(office, browser, range(len(WAYS)), 1) == []
