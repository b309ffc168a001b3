"""What axe says of a page that is open, by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
AXE = """async rules => (await axe.run(document, { runOnly: rules, resultTypes: ["violations"] }))
    .violations.map(rule => `${rule.id}: ${rule.nodes.slice(0, 2).map(node => node.target).join(", ")}`)"""
SIZES = ((1280, 800), (360, 780))
LOOKS = ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"})
WAYS = tuple((size, look) for size in SIZES for look in LOOKS)


@cache
def _program() -> str:
    return Path(__file__).with_name("axe-4.12.1.min.js").read_text("utf-8")


def violations(page: Page, path: str, size: tuple[int, int], look: dict[str, str]) -> list[str]:
    """The faults of a page at this size and in these colours; each names two of its places."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    # Without motion no colour is on its way to another one.
    plain = {"color_scheme": "light", "forced_colors": "none", "reduced_motion": "reduce"}
    page.emulate_media(**{**plain, **look})  # type: ignore[arg-type]
    page.goto(path)
    page.evaluate(_program())  # by the protocol, which the policy of the page does not bind
    return [f"{size[0]} {'/'.join(look.values())} {said}" for said in page.evaluate(AXE, RULES)]
