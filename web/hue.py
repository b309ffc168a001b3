"""The colour of an agency, made of its hue alone: lightness is fixed, so that words can be read."""

from functools import lru_cache
from math import cos, radians, sin

Linear = tuple[float, float, float]
LIGHT, DARK = (0.42, 0.105), (0.80, 0.09)
"""Lightness in OKLCH and the most chroma: on light pages, on dark ones."""
STEP = 0.002


@lru_cache(maxsize=360)
def style_of(hue: int) -> str:
    """The style sheet that gives a page this hue."""
    light, dark = (colour(hue, *shade) for shade in (LIGHT, DARK))
    return f":root{{--brand:{light}}}@media(prefers-color-scheme:dark){{:root{{--brand:{dark}}}}}"


def colour(hue: int, lightness: float, chroma: float) -> str:
    """The colour of this hue and lightness, with as much of the chroma as a screen can show."""
    while chroma > 0 and not all(0 <= part <= 1 for part in _linear(lightness, chroma, hue)):
        chroma -= STEP
    return "#" + "".join(f"{_byte(part):02x}" for part in _linear(lightness, max(chroma, 0), hue))


def _linear(lightness: float, chroma: float, hue: int) -> Linear:
    """OKLCH as linear light (https://bottosson.github.io/posts/oklab/)."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _byte(part: float) -> int:
    part = min(max(part, 0.0), 1.0)
    return round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))
