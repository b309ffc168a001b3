"""Every hue that an agency may choose can be read: on light pages and on dark ones."""

from __future__ import annotations

import re

import pytest

from engine.organisation.look import HUES
from web.hue import style_of
from web.templating import STATIC

AA = 4.5
GROUNDS = ("ground", "paper", "soft", "gray-ground", "on-brand")
BRAND = re.compile(r"--brand:(#[0-9a-f]{6})")


def tokens() -> list[dict[str, str]]:
    """The colours of light pages, and of dark ones."""
    parts = (STATIC / "alur.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")[:2]
    return [
        {
            name: value if len(value) == 7 else f"#{value[1] * 2}{value[2] * 2}{value[3] * 2}"
            for name, value in found
        }
        for found in (re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", part) for part in parts)
    ]


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("place", "shade"), [(0, "light"), (1, "dark")])
def test_words_in_a_hue_and_on_it_reach_aa(place: int, shade: str) -> None:
    grounds = tokens()[place]
    worst = {
        name: min(contrast(BRAND.findall(style_of(hue))[place], grounds[name]) for hue in HUES)
        for name in GROUNDS
    }
    assert min(worst.values()) >= AA, (shade, worst)


def test_hues_differ() -> None:
    assert len({style_of(hue) for hue in range(0, 360, 10)}) == 36
