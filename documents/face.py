"""The typeface that ships with the product, and how wide its letters are."""

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent / "face"
FAMILY = "Liberation Sans"
MM_A_POINT = 25.4 / 72
LEADING = 1.2


@cache
def _advances(bold: bool) -> tuple[dict[int, int], int]:
    """Advance widths by code point, and the units of one em."""
    with TTFont(FOLDER / f"LiberationSans-{'Bold' if bold else 'Regular'}.ttf") as font:
        metrics = font["hmtx"].metrics
        widths = {point: int(metrics[name][0]) for point, name in font.getBestCmap().items()}
        return widths, int(font["head"].unitsPerEm)


@lru_cache(maxsize=8192)
def width(text: str, points: float, bold: bool = False) -> float:
    """How wide a text stands on one line, in millimetres."""
    advances, em = _advances(bold)
    return sum(advances.get(ord(letter), em) for letter in text) / em * points * MM_A_POINT


def line_height(points: float) -> float:
    """From one line to the next, in millimetres."""
    return points * MM_A_POINT * LEADING


def missing(text: str) -> frozenset[str]:
    """The letters of a text that the face does not have."""
    known, _ = _advances(False)
    return frozenset(letter for letter in text if ord(letter) not in known and letter not in "\n\t\r")


def wrap(text: str, room: float, points: float, bold: bool = False) -> tuple[str, ...]:
    """The lines of a text in a column of ``room`` millimetres; a word that is too long is cut."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _pieces(paragraph.split(), room, points, bold):
            longer = f"{line} {word}" if line else word
            if line and width(longer, points, bold) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return tuple(lines)


def _pieces(words: list[str], room: float, points: float, bold: bool) -> Iterator[str]:
    for word in words:
        piece = ""
        for letter in word:
            if piece and width(piece + letter, points, bold) > room:
                yield piece
                piece = ""
            piece += letter
        yield piece
