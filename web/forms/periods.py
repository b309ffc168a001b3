"""A period as a form asks it, by its part and its year, and as a grid does, in words."""

import re
from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo

from web.localizer import Localizer

ROMAN = ("I", "II", "III", "IV")
PERIOD = re.compile(r"(.*?)(?:-(Q[1-4]|H[12]|0[1-9]|1[0-2]))?", re.DOTALL)


def parts_of_year(words: Localizer) -> tuple[tuple[str, str], ...]:
    """What a period can be of its year, as people call it."""
    quarters = [(f"Q{n}", words.say("Triwulan {n}", n=roman)) for n, roman in enumerate(ROMAN, 1)]
    halves = [(f"H{n}", words.say("Semester {n}", n=roman)) for n, roman in enumerate(ROMAN[:2], 1)]
    return (*quarters, *halves, *((f"{n:02}", words.month(n)) for n in range(1, 13)))


def typed_period(text: str) -> tuple[str, str]:
    """A period as its two controls hold it: the year, or what stands in its place, and its part."""
    match = PERIOD.fullmatch(text)
    return (match[1], match[2] or "") if match else (text, "")


def written_period(year: str, part: str) -> str:
    """What the two controls of a period say; half of one goes on, for the engine to refuse."""
    return f"{year}-{part}" if part else year


def spoken_period(text: str) -> str:
    """What ``Triwulan III 2026`` says; what is no such words goes on as it is."""
    words, _, year = text.strip().rpartition(" ")
    part = _by_words().get(" ".join(words.casefold().split()))
    return text if part is None else written_period(year, part)


@cache
def _by_words() -> Mapping[str, str]:
    """The parts of a year by what they and the whole are called, in either language."""
    spoken = [Localizer(english=english, zone=ZoneInfo("UTC")) for english in (False, True)]
    whole = {words.say("Setahun penuh").casefold(): "" for words in spoken}
    return whole | {said.casefold(): id for words in spoken for id, said in parts_of_year(words)}
