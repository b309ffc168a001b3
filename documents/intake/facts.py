"""What an import says about itself: every fact with how sure it is, why, and where it stands on the paper."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from documents.intake.reasons import WRITTEN
from engine.text.bilingual import NOTHING, Text

Confidence = Literal["sure", "likely", "guess", "missing"]
CONFIDENCES: tuple[Confidence, ...] = ("sure", "likely", "guess", "missing")
BASIS = {"likely": "derived", "guess": "proposed"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the draft says; ``why`` is a sentence for whoever completes it."""

    path: str
    value: Any
    confidence: Confidence
    why: Text
    at: Text = NOTHING


@dataclass(slots=True)
class Facts:
    """The facts of one import, as they are found."""

    found: list[Fact] = field(default_factory=list)

    def add(self, path: str, value: Any, confidence: Confidence, why: Text, at: Text = NOTHING) -> None:
        self.found.append(Fact(path, value, confidence, why, at))

    def sure(self, path: str, value: Any, at: Text) -> None:
        self.add(path, value, "sure", WRITTEN, at)

    def report(self, rows: int) -> dict[str, Any]:
        counted = Counter(fact.confidence for fact in self.found)
        return {
            "rows": rows,
            "facts": [_told(fact) for fact in self.found],
            "summary": {word: counted[word] for word in CONFIDENCES},
        }


def _told(fact: Fact) -> dict[str, Any]:
    return {
        "path": fact.path,
        "value": fact.value,
        "confidence": fact.confidence,
        "why": fact.why.indonesian,
        "why_en": fact.why.english,
        "at": fact.at.indonesian,
        "at_en": fact.at.english,
    }
