"""How long a row takes, from the words of a paper: verbatim, and an honest duration beside it. Pure."""

import re
from dataclasses import dataclass

from documents.intake import reasons
from documents.intake.facts import Confidence
from documents.intake.words import flat
from engine.text.bilingual import Text

# unit word → (unit of the language, how many of them, how sure, why)
MINUTES = ("menit", "mnt", "mnit", "min", "mins", "minute", "minutes", "'", "′", "’")
HOURS = ("jam", "jm", "hour", "hours", "jam kerja")
WORKING_DAYS = ("hari kerja", "hk", "working day", "working days")
CALENDAR_DAYS = ("hari kalender", "calendar day", "calendar days")
DAYS = ("hari", "hr", "day", "days")
WEEKS = ("minggu", "mgg", "pekan", "week", "weeks")
MONTHS = ("bulan", "bln", "month", "months")
SECONDS = ("detik", "dtk", "second", "seconds")
UNITS = {
    word: kind
    for kind, words in {
        "m": MINUTES,
        "h": HOURS,
        "wd": WORKING_DAYS,
        "cd": CALENDAR_DAYS,
        "day": DAYS,
        "week": WEEKS,
        "month": MONTHS,
        "s": SECONDS,
    }.items()
    for word in words
}
NUMBER = r"\d{1,5}(?:[.,]\d{1,2})?|½|¼|¾"
UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
PART = re.compile(
    rf"(?:(?P<low>{NUMBER})\s*(?:-|–|—|s\.?d\.?|s/d|sampai(?: dengan)?|to)\s*)?"
    rf"(?P<number>{NUMBER})\s*(?P<unit>{UNIT})(?![a-z])",
    re.IGNORECASE,
)
DATES = re.compile(r"\b(tanggal|tgl)\b", re.IGNORECASE)
JOINTS = re.compile(r"^[\s,;+&.()]*(?:dan|and)?[\s,;+&.()]*$")
FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}


@dataclass(frozen=True, slots=True)
class Time:
    """``time`` as the language writes it, ``text`` where the paper's words say more than that."""

    time: str
    text: str | None
    confidence: Confidence
    why: Text


def time_of(written: str) -> Time:
    """What a Waktu cell says. `none` where it says nothing that a clock can follow."""
    text = flat(written)
    if not text or set(text) <= set("-–—"):
        return Time("none", text or None, "missing", reasons.NO_TIME)
    if re.fullmatch(r"\d{1,4}", text):
        return Time(f"{text}m", text, "guess", reasons.NO_UNIT)
    parts = list(PART.finditer(text))
    if not parts or DATES.search(text):
        return Time("none", text, "guess", reasons.NO_LENGTH)
    rest = PART.sub(" ", text)
    return _sum(text, parts, is_whole=bool(JOINTS.match(rest)))


def _sum(text: str, parts: list[re.Match[str]], *, is_whole: bool) -> Time:
    amounts: dict[str, float] = {}
    doubts: list[Text] = []
    guessed = False
    for part in parts:
        number, kind = _number(part["number"]), UNITS[part["unit"].casefold()]
        if part["low"]:
            doubts.append(reasons.upper_end(part["number"], part["unit"]))
        if kind == "day":
            kind = "wd"
            doubts.append(reasons.WORKING_DAY)
        elif kind == "week":
            kind, number = "cd", number * 7
            doubts.append(reasons.WEEK)
        elif kind == "month":
            kind, number = "cd", number * 30
            doubts.append(reasons.MONTH)
            guessed = True
        elif kind == "s":
            kind, number = "m", max(1, -(-number // 60))
            doubts.append(reasons.SECONDS)
            guessed = True
        amounts[kind] = amounts.get(kind, 0.0) + number
    if not is_whole:
        doubts.append(reasons.OTHER_WORDS)
    written = _written(amounts, doubts)
    if written is None:
        return Time("none", text, "guess", reasons.NOT_WHOLE)
    confidence: Confidence = "guess" if guessed else "likely" if doubts else "sure"
    return Time(written, text, confidence, reasons.together(doubts) if doubts else reasons.WRITTEN)


def _written(amounts: dict[str, float], doubts: list[Text]) -> str | None:
    """A duration of whole numbers; half an hour as minutes, half a working day not at all."""
    if amounts.get("wd", 0) % 1:
        days, half = divmod(amounts["wd"], 1)
        amounts = {**amounts, "wd": days, "m": amounts.get("m", 0) + half * 450}
        doubts.append(reasons.PART_OF_DAY)
    if amounts.get("h", 0) % 1:
        amounts = {**amounts, "m": amounts.get("m", 0) + amounts["h"] * 60, "h": 0}
    whole = [(unit, amounts.get(unit, 0)) for unit in ("cd", "wd", "h", "m")]
    if any(number % 1 for _, number in whole):
        return None
    return "".join(f"{int(number)}{unit}" for unit, number in whole if number) or None


def _number(text: str) -> float:
    return FRACTIONS[text] if text in FRACTIONS else float(text.replace(",", "."))
