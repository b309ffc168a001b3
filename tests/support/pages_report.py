"""What each page costs, and whether axe finds a fault in it: bytes, requests, server time, layout shift.

``python -m tests.support.pages_report [page …]``. Exits with 1 for a page that shifts or has a violation;
times are printed and judged by nobody.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, Response

from tests.e2e.web.browsing import chromium, served
from tests.support.accessibility import WAYS, violations
from tests.support.offices import DemoOffice
from tests.support.screenshots import make_office, signed_in

SHIFT, ROUNDS = 0.01, 20
WATCH = """() => { window.shift = 0; new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value;
}).observe({ type: "layout-shift", buffered: true }); }"""


@dataclass
class Cost:
    """One page as measured: bytes over the line without compression, milliseconds."""

    path: str
    html: int = 0
    bytes: int = 0
    requests: int = 0
    p50: float = 0
    p95: float = 0
    shift: float = 0
    violations: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.shift > SHIFT or bool(self.violations)

    def line(self) -> str:
        return (
            f"{self.path[:44]:<44} {self.html:>8} {self.bytes:>8} {self.requests:>4} {self.p50:>7.1f}"
            f" {self.p95:>7.1f} {self.shift:>6.3f} {len(self.violations):>4}"
        )


def main() -> int:
    wanted = [given for given in sys.argv[1:] if given.startswith("/")]
    over = 0
    print(f"{'page':<44} {'html':>8} {'bytes':>8} {'req':>4} {'p50 ms':>7} {'p95 ms':>7}  shift  axe")
    with TemporaryDirectory() as place, chromium() as browser:
        office = make_office(Path(place))
        try:
            with served(office) as address:
                for cost in measure(office, browser, address, wanted):
                    over += cost.is_over
                    print("\n    ".join([cost.line(), *cost.violations]), flush=True)
        finally:
            office.system.close()
    return int(over > 0)


def measure(office: DemoOffice, browser: Browser, address: str, wanted: list[str]) -> Iterator[Cost]:
    """Every page of the walk of the tests, by whoever walks it there."""
    from tests.e2e.web.test_every_page import walks

    for who, paths in walks(office).items():
        page = signed_in(office, browser, address, who or "kadis")
        if not who:
            page.context.clear_cookies()
        asked = [path for path in paths if not wanted or path.startswith(tuple(wanted))]
        for path in asked:
            yield _cost(page, path)
        page.context.close()


def _cost(page: Page, path: str) -> Cost:
    cost, seen = Cost(path), list[Response]()

    def see(response: Response) -> None:
        seen.append(response)

    page.on("response", see)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)
    page.evaluate(WATCH)
    page.wait_for_load_state("load")
    bodies = [int(one.headers.get("content-length", 0)) for one in seen if one.status == 200]
    page.remove_listener("response", see)
    cost.html, cost.bytes, cost.requests = len(page.content().encode()), sum(bodies), len(seen)
    times = sorted(_milliseconds(page, path) for _ in range(ROUNDS))
    cost.p50, cost.p95 = statistics.median(times), times[int(len(times) * 0.95) - 1]
    cost.shift = float(page.evaluate("window.shift"))
    found = [said for size, look in WAYS for said in violations(page, path, size, look)]
    cost.violations = tuple(dict.fromkeys(found))
    page.emulate_media(color_scheme="light", forced_colors="none")
    return cost


def _milliseconds(page: Page, path: str) -> float:
    begun = time.perf_counter()
    page.context.request.get(path)
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    sys.exit(main())
