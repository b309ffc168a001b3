"""A period as a form asks it, by its part and its year, and as a grid does, in words."""

import re
from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo

from engine.calendar.periods import Period
from web.localizer import Localizer

ROMAN = ("I", "II", "III", "IV")
PARTS = ("Q1", "Q2", "Q3", "Q4", "H1", "H2", *(f"{n:02}" for n in range(1, 13)))
YEAR = 2000
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
    """What ``Triwulan III 2026`` or ``Quarter 3 of 2026`` says; what is no such words goes on as it is."""
    words, _, year = text.strip().rpartition(" ")
    part = _by_words().get(" ".join(words.casefold().removesuffix(" of").split()))
    return text if part is None else written_period(year, part)


@cache
def _by_words() -> Mapping[str, str]:
    """The parts of a year by what lists, pages and files call them and the whole, in either language."""
    spoken = [Localizer(english=english, zone=ZoneInfo("UTC")) for english in (False, True)]
    whole = {words.say("Setahun penuh"): "" for words in spoken}
    listed = {said: id for words in spoken for id, said in parts_of_year(words)}
    told = {said: id for id in PARTS for said in _told(id)}
    return {said.casefold(): id for said, id in {**told, **listed, **whole}.items()}


def _told(part: str) -> tuple[str, str]:
    """How a part is called together with its year, without it."""
    label = Period.parse(f"{YEAR}-{part}").text
    return (
        label.indonesian.removesuffix(f" {YEAR}"),
        label.english.removesuffix(f" {YEAR}").removesuffix(" of"),
    )
