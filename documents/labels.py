"""Where the words of a way stand: beside its beginning, else further on, over nothing else. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from documents.drawing import LABEL, Arrow, Point, Shape
from documents.face import line_height, width, wrap

ROOM = 22.0  # above a level line
LONG_ROOM = 40.0  # beside an upright one, above whatever crosses it
Box = tuple[float, float, float, float]
Spot = tuple[tuple[str, ...], Point]


def box_of(shape: Shape) -> Box:
    """What a symbol takes: left, top, right, bottom."""
    (x, y), w, h = shape.centre, shape.width / 2, shape.height / 2
    return x - w, y - h, x + w, y + h


def labelled(arrow: Arrow, words: str, lanes: tuple[float, float], taken: list[Box]) -> Arrow:
    """An arrow with its words, whose place is added to what is ``taken``."""
    spots = list(_spots(arrow.points, words, lanes))
    free = (spot for spot in spots if not any(meet(box_of_words(*spot), box) for box in taken))
    lines, place = next(free, spots[0])
    taken.append(box_of_words(lines, place))
    return replace(arrow, label=lines, label_at=place)


def _spots(points: tuple[Point, ...], words: str, lanes: tuple[float, float]) -> Iterator[Spot]:
    """Beside the first stretch, to either side, even without room; then beside each that has room."""
    for at, ((x, y), (x2, y2)) in enumerate(pairwise(points)):
        is_upright = abs(x - x2) < 1e-6
        lines = wrap(words, min(LONG_ROOM if is_upright else ROOM, lanes[1] - lanes[0]), LABEL)
        high, longest = line_height(LABEL), max(width(line, LABEL) for line in lines)
        if is_upright:  # up or down: beside the line
            lefts = [x + 0.7, x - 0.7 - longest]
            top = y + high * 0.9 if y2 > y else y - high * len(lines) + high * 0.6
            has_room = abs(y2 - y) >= high * len(lines) + 1.0
        else:  # to a side: above the line
            lefts = [x + 0.6 if x2 > x else x - 0.6 - longest]
            top = y - 0.7 - high * (len(lines) - 1)
            has_room = abs(x2 - x) >= longest + 1.0
        inside = [left for left in lefts if lanes[0] <= left and left + longest <= lanes[1]]
        if at == 0 and not inside:
            inside = [max(x - 0.7 - longest, lanes[0] + 0.3)]
        if at == 0 or has_room:
            yield from ((lines, (left, top)) for left in inside)


def box_of_words(lines: tuple[str, ...], place: Point) -> Box:
    """What words take that begin at a place."""
    (x, y), high = place, line_height(LABEL)
    longest = max(width(line, LABEL) for line in lines)
    return x, y - high * 0.7, x + longest, y + high * (len(lines) - 1) + high * 0.1


def meet(one: Box, two: Box) -> bool:
    """Whether two boxes have a part in common."""
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
